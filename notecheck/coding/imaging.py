"""Imaging that may be billed beside a procedure, because no code contains it."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding.lines import Draft, Setting, imaged
from notecheck.records import Procedure


def guidance_lines(drafts: Sequence[Draft], setting: Setting) -> tuple[Draft, ...]:
    """At most one line for each kind of imaging.

    Fluoroscopy where the add-on list allows it; ultrasound where a picture was kept and no edit stands against it.
    """
    codes = setting.rules.supported.imaging
    found: dict[str, Draft] = {}
    for draft in drafts:
        if draft.extra or any(p.family in setting.rules.supported.no_imaging_families for p in draft.procedures):
            continue
        for code in (codes.spine, codes.elsewhere):
            row = setting.tables.row(code, setting.day)
            if row and draft.code in row.add_on_of and _contained(draft.code, setting) is False and _fluoroscopy(draft):
                found.setdefault(code, _line(code, draft, "fluoroscopy", setting))
        if _pictured(draft.procedures) and _ultrasound_free(draft.code, setting):
            found.setdefault(
                codes.ultrasound, _line(codes.ultrasound, draft, "ultrasound with a picture kept", setting)
            )
    guided = _muscle_guidance(drafts, setting)
    return (*found.values(), *guided)


def _muscle_guidance(drafts: Sequence[Draft], setting: Setting) -> tuple[Draft, ...]:
    """Current or EMG that found the muscles of a toxin injection, once a session; with both, the EMG alone."""
    codes = setting.rules.supported.muscle_guidance
    for way, code in (("emg-guidance", codes.emg), ("stimulation-guidance", codes.stimulation)):
        row = setting.tables.row(code, setting.day)
        for draft in drafts:
            if row and draft.code in row.add_on_of and any(way in p.methods for p in draft.procedures):
                why = f"muscles found by {'EMG' if code == codes.emg else 'electrical stimulation'} for {draft.code}"
                return (Draft(code, why, draft.procedures, (), 1, extra=True),)
    return ()


def _line(code: str, draft: Draft, kind: str, setting: Setting) -> Draft:
    marks = ("26",) if setting.in_facility else ()
    return Draft(code, f"{kind} for {draft.code}, which does not contain it", draft.procedures, marks, 1, extra=True)


def _fluoroscopy(draft: Draft) -> bool:
    return imaged(draft.procedures)


def _pictured(procedures: Sequence[Procedure]) -> bool:
    return any("ultrasound" in p.guidance and p.images_saved for p in procedures)


def _contained(code: str, setting: Setting) -> bool | None:
    row = setting.tables.row(code, setting.day)
    return None if row is None else row.guidance in ("included", "required-by-descriptor", "with-us")


def _ultrasound_free(code: str, setting: Setting) -> bool:
    row = setting.tables.row(code, setting.day)
    if row is None or row.guidance != "separately-reportable":
        return False
    return setting.tables.pair(code, setting.rules.supported.imaging.ultrasound, setting.day) is None
