"""Codes counted once for a region, side or session: epidurals, sacroiliac work, blood patch, lysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from notecheck.coding.joints import CERVICAL_THORACIC, LUMBAR_SACRAL, group_of, group_of_region, said, sides_of
from notecheck.coding.lines import Draft, Outcome, Setting, Sheet, bilateral, imaged, only_ultrasound, sided, words
from notecheck.coding.rules import PROFESSIONAL
from notecheck.coding.spine import unlisted, wants_kx
from notecheck.records import Procedure

_REGION_WORDS = {CERVICAL_THORACIC: "neck or mid-back", LUMBAR_SACRAL: "low back"}


def interlaminar(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """Interlaminar and caudal injections: once for each half of the spine, with or without fluoroscopy or CT."""
    return _once_a_region(procedures, setting.rules.supported.epidural, "epidural injection", setting)


def catheter(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """A catheter left in place: once for each half of the spine."""
    return _once_a_region(procedures, setting.rules.supported.epidural_catheter, "epidural catheter", setting)


def unspecified(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """An epidural whose route the note does not name has no code yet."""
    return Outcome((), ("Which route was used: interlaminar, transforaminal or caudal? The code depends on it.",))


def region_of(procedure: Procedure) -> str | None:
    """The half of the spine of an epidural: by its levels, else by its region; a caudal entry is always low."""
    if procedure.family == "epidural-caudal" or procedure.approach == "caudal":
        return LUMBAR_SACRAL
    if procedure.levels:
        return group_of(procedure.levels[0])
    return group_of_region(procedure.region)


def adhesiolysis(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """Lysis through a catheter on one day; needles alone are no lysis."""
    sheet = Sheet()
    through = [p for p in procedures if p.approach != "transforaminal"]
    if len(through) < len(procedures):
        sheet.ask("Was a catheter used for the lysis? Through needles alone the adhesiolysis code is not supported.")
    if through:
        codes = setting.rules.supported.adhesiolysis
        series = any("several-days" in p.methods for p in through)
        days = "several days, once for the series" if series else "one day documented"
        why = f"lysis of epidural scar through a catheter, {days}; steroid and contrast are inside"
        sheet.drafts.append(Draft(codes.several_days if series else codes.one_day, why, tuple(through)))
    return sheet.done()


def blood_patch(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """The patient's own blood in the epidural space: once, whatever level or region."""
    return Outcome(
        (Draft(setting.rules.supported.blood_patch, "epidural blood patch, once a session", tuple(procedures)),)
    )


def sacroiliac(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """The joint (with fluoroscopy or CT) or the nerves that feed it, once for each side."""
    sheet = Sheet()
    codes = setting.rules.supported.sacroiliac
    for procedure in procedures:
        nerves = is_lateral_branch(procedure)
        sides = sides_of(procedure)
        if nerves:
            _one_side_code(
                procedure, codes.nerves, sides, "block of the nerves to the sacroiliac joint", sheet, setting
            )
        elif imaged([procedure]):
            own = codes.joint if setting.billed_by == PROFESSIONAL else codes.joint_facility
            if own == codes.joint_facility and "joint-filled" in procedure.methods and not procedure.injectate:
                own = codes.arthrogram_facility
            _one_side_code(procedure, own, sides, "sacroiliac joint injected with imaging", sheet, setting)
        elif procedure.guidance:
            seen = "ultrasound only" if only_ultrasound(procedure) else "no imaging"
            why = f"sacroiliac region injected with {seen}: the joint code needs fluoroscopy or CT"
            sheet.drafts.append(Draft(codes.without_imaging, why, (procedure,)))
        else:
            sheet.ask("Was fluoroscopy or CT used? The sacroiliac joint code contains it; the note does not state it.")
    return sheet.done()


def sacroiliac_ablation(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """Radiofrequency of the nerves to the sacroiliac joint, once for each side."""
    sheet = Sheet()
    for procedure in unlisted(procedures, sheet, setting):
        if not imaged([procedure]):
            sheet.ask(
                "Was fluoroscopy or CT used? The sacroiliac ablation code contains it; the note does not state it."
            )
            continue
        why = "ablation of the nerves to the sacroiliac joint, once a side whatever the number of branches"
        _one_side_code(procedure, setting.rules.supported.sacroiliac.ablation, sides_of(procedure), why, sheet, setting)
    return sheet.done()


def is_lateral_branch(procedure: Procedure) -> bool:
    """True when the nerves of the sacroiliac joint were blocked and not the joint."""
    named = f"{procedure.technique or ''} {procedure.site or ''}"
    return "lateral-branch" in named or any(level[0] == "S" and "-" not in level for level in procedure.levels)


def _one_side_code(
    procedure: Procedure, code: str, sides: frozenset[str], why: str, sheet: Sheet, setting: Setting
) -> None:
    if not sides:
        sheet.ask("Which side was treated? The note gives no side for the sacroiliac procedure.")
        return
    units = len(sides) if bilateral(code, setting) == "9" else 1
    drafts = sided(code, sides, setting, why=f"{why}, {words(sides)}", procedures=[procedure], units=units)
    marks = ("KX",) if wants_kx(procedure, setting) else ()
    sheet.drafts += [replace(draft, modifiers=(*marks, *draft.modifiers)) for draft in drafts]


def _once_a_region(
    procedures: Sequence[Procedure], codes: Mapping[str, tuple[str, str]], noun: str, setting: Setting
) -> Outcome:
    sheet = Sheet()
    if any(region_of(p) is None for p in procedures):
        sheet.ask("Which region of the spine was treated? The note names neither region nor level.")
    for group, (plain, guided) in codes.items():
        part = [p for p in procedures if region_of(p) == group]
        if not part:
            continue
        with_imaging = imaged(part)
        seen = "with fluoroscopy or CT" if with_imaging else "no fluoroscopy or CT documented"
        where = said(dict.fromkeys(level for p in part for level in p.levels))
        why = f"{noun}, {_REGION_WORDS[group]}{f' ({where})' if where else ''}, {seen}; once a session, no side"
        sheet.drafts.append(Draft(guided if with_imaging else plain, why, tuple(part), site=group))
    return sheet.done()
