"""Imaging that may be billed beside a procedure, because no code contains it."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding.lines import Draft, Setting
from notecheck.coding.rules import PROFESSIONAL
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
            listed = row and draft.code in row.add_on_of and _contained(draft.code, setting) is False
            if listed and _by(draft, "fluoroscopy"):
                found.setdefault(code, _line(code, draft, "fluoroscopy", setting))
        for kind, code in (("ct", codes.ct), ("mr", codes.mr)):
            if _by(draft, kind) and not _by(draft, "fluoroscopy") and _free(draft.code, code, setting):
                found.setdefault(code, _line(code, draft, f"{kind.upper()} for the needle", setting))
        if _pictured(draft.procedures) and _free(draft.code, codes.ultrasound, setting):
            found.setdefault(
                codes.ultrasound, _line(codes.ultrasound, draft, "ultrasound with a picture kept", setting)
            )
    return (*found.values(), *_epidurogram(drafts, setting), *_muscle_guidance(drafts, setting))


def _epidurogram(drafts: Sequence[Draft], setting: Setting) -> tuple[Draft, ...]:
    """The formal reading of an epidurogram, while it had a code of its own."""
    code = setting.rules.supported.epidurogram
    read = next((d for d in drafts if any("epidurogram-report" in p.methods for p in d.procedures)), None)
    if read is None or setting.tables.row(code, setting.day) is None:
        return ()
    marks = ("26",) if setting.in_facility and setting.billed_by == PROFESSIONAL else ()
    return (Draft(code, "formal reading of the epidurogram", read.procedures, marks, 1, extra=True),)


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
    marks = ("26",) if setting.in_facility and setting.billed_by == PROFESSIONAL else ()
    return Draft(code, f"{kind} for {draft.code}, which does not contain it", draft.procedures, marks, 1, extra=True)


def _by(draft: Draft, kind: str) -> bool:
    return any(kind in p.guidance for p in draft.procedures)


def _pictured(procedures: Sequence[Procedure]) -> bool:
    return any("ultrasound" in p.guidance and p.images_saved for p in procedures)


def _contained(code: str, setting: Setting) -> bool | None:
    row = setting.tables.row(code, setting.day)
    return None if row is None else row.guidance in ("included", "required-by-descriptor", "with-us")


def _free(code: str, imaging: str, setting: Setting) -> bool:
    """True where the code leaves imaging apart and no edit stands against this kind."""
    row = setting.tables.row(code, setting.day)
    if row is None or row.guidance != "separately-reportable" or setting.tables.row(imaging, setting.day) is None:
        return False
    return setting.tables.pair(code, imaging, setting.day) is None
