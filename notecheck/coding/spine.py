"""Codes for injections and ablations counted by level: foramina, facet joints, vertebral bodies and discs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from notecheck.coding.joints import (
    CERVICAL_THORACIC,
    facet_joints,
    facet_nerves,
    foramina,
    group_of,
    in_order,
    said,
    sides_by_level,
    vertebrae,
)
from notecheck.coding.lines import BOTH, Draft, Outcome, Setting, Sheet, imaged, only_ultrasound, sided, words
from notecheck.policy import claimrules
from notecheck.records import Procedure

_ORDINAL = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
_NUMBER = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


Sided = dict[str, frozenset[str]]


def transforaminal(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One unit for each foramen and side; the first of a region by the base code, the others by the add-on."""
    sheet = Sheet()
    ready = _levelled(procedures, sheet, "the foramen or root", lambda p: bool(p.levels))
    blind = [p for p in ready if only_ultrasound(p)]
    old = setting.rules.supported.foramina_by_ultrasound
    if any(setting.tables.row(codes[0], setting.day) is None for codes in old.values()):
        for procedure in blind:
            why = "a foraminal injection guided by ultrasound alone has no code of its own"
            sheet.drafts.append(Draft(setting.rules.supported.unlisted, why, (procedure,)))
    else:
        scanned = _with_sides(sides_by_level(blind, setting.rules, foramina), sheet, "transforaminal injection")
        for group, codes in old.items():
            part = {level: sides for level, sides in scanned.items() if group_of(level) == group}
            noun = "foraminal level by ultrasound"
            sheet.drafts += _sequence(part, codes, blind, setting, noun, _diagnostic(blind, setting))
    ready = _imaged([p for p in ready if p not in blind], sheet, "a transforaminal injection")
    levels = _with_sides(sides_by_level(ready, setting.rules, foramina), sheet, "transforaminal injection")
    for group, codes in setting.rules.supported.foramina.items():
        part = {level: sides for level, sides in levels.items() if group_of(level) == group}
        sheet.drafts += _sequence(part, codes, ready, setting, "foraminal level", _diagnostic(ready, setting))
    return sheet.done()


def facet_injection(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """First, second, then third and all further joints, for each half of the spine."""
    sheet = Sheet()
    ready = _joints_known(procedures, sheet, setting)
    scanned = [p for p in ready if only_ultrasound(p)]
    twins = setting.rules.supported.facet_joints_by_ultrasound
    sheet.drafts += _facets(scanned, twins, None, setting, sheet)
    guided = _imaged([p for p in ready if p not in scanned], sheet, "a facet injection")
    sheet.drafts += _facets(
        guided,
        setting.rules.supported.facet_joints,
        setting.rules.supported.across_t12_l1["facet-injection"],
        setting,
        sheet,
    )
    return sheet.done()


def facet_ablation(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """First joint, then one unit for each further joint; techniques that destroy nothing are unlisted."""
    sheet = Sheet()
    rest = unlisted(procedures, sheet, setting)
    ready = _imaged(_joints_known(rest, sheet, setting), sheet, "an ablation of facet nerves")
    sheet.drafts += _facets(
        ready,
        setting.rules.supported.facet_ablation,
        setting.rules.supported.across_t12_l1["facet-rfa"],
        setting,
        sheet,
    )
    return sheet.done()


def unlisted(procedures: Sequence[Procedure], sheet: Sheet, setting: Setting) -> list[Procedure]:
    """Put procedures whose technique has no code on the unlisted code, once for each family; return the others."""
    left: list[Procedure] = []
    seen: set[tuple[str, str]] = set()
    for procedure in procedures:
        found = next(
            (
                row
                for row in setting.rules.techniques.unlisted
                if row.technique and row.family == procedure.family and row.technique == procedure.technique
            ),
            None,
        )
        if found is None:
            left.append(procedure)
        elif (procedure.family, found.code) not in seen:
            seen.add((procedure.family, found.code))
            same = tuple(p for p in procedures if p.technique == procedure.technique)
            name = setting.rules.technique(procedure.technique or "")
            why = f"{name} has no code of its own: unlisted, with the comparable code named"
            sheet.drafts.append(Draft(found.code, why, same))
    return left


def discography(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One unit for each disc, for the injection and for its reading."""
    sheet = Sheet()
    ready = _levelled(procedures, sheet, "each disc", lambda p: bool(p.levels))
    for group, codes in setting.rules.supported.discs.items():
        part = [d for d in sides_by_level(ready, setting.rules, vertebrae) if group_of(d) == group]
        if not part:
            continue
        why = f"{_count(len(part), 'disc')} ({said(part)})"
        read = ("26",) if setting.in_facility else ()
        sheet.drafts.append(Draft(codes[0], f"{why} injected", tuple(ready), (), len(part), group))
        sheet.drafts.append(Draft(codes[1], f"{why} read", tuple(ready), read, len(part), group))
    return sheet.done()


def augmentation(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One base code for the first vertebral body, the add-on for every other."""
    sheet = Sheet()
    ready = _levelled(procedures, sheet, "each vertebral body", lambda p: bool(p.levels))
    ready = _without_sacrum(ready, sheet, setting)
    bodies = tuple(sides_by_level(ready, setting.rules, vertebrae))
    technique = next((way for p in ready for way in (p.technique, *p.methods) if way), None)
    if not bodies:
        return sheet.done()
    codes = setting.rules.supported.augmentation.get(technique or "")
    if codes is None:
        sheet.ask("Does the report say whether a cavity was made before the cement? The code depends on it.")
        return sheet.done()
    upper = any(body[0] in codes.upper_letters for body in bodies)
    first = codes.upper if upper else codes.lower
    sheet.drafts.append(Draft(first, f"first vertebral body treated of {said(bodies)}", tuple(ready)))
    if len(bodies) > 1:
        why = f"{_count(len(bodies) - 1, 'further vertebral body')} of {said(bodies)}"
        sheet.drafts.append(Draft(codes.further, why, tuple(ready), (), len(bodies) - 1))
    return sheet.done()


def _without_sacrum(procedures: Sequence[Procedure], sheet: Sheet, setting: Setting) -> list[Procedure]:
    """Put the sacrum on its own code, by sides; return the others."""
    sacral = [p for p in procedures if all(level.startswith("S") for level in p.levels)]
    if sacral:
        sides = {p.laterality for p in sacral}
        codes = setting.rules.supported.sacral_augmentation
        code = codes.both_sides if "bilateral" in sides or sides >= BOTH else codes.one_side
        sheet.drafts.append(Draft(code, "augmentation of the sacrum", tuple(sacral)))
    return [p for p in procedures if p not in sacral]


def basivertebral(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One code for the first two vertebral bodies, an add-on for each further one."""
    sheet = Sheet()
    ready = _levelled(procedures, sheet, "each vertebral body", lambda p: bool(p.levels))
    bodies = tuple(sides_by_level(ready, setting.rules, vertebrae))
    codes = setting.rules.supported.basivertebral
    if bodies:
        sheet.drafts.append(Draft(codes.first_two, f"the first two vertebral bodies of {said(bodies)}", tuple(ready)))
    if len(bodies) > 2:
        why = f"{_count(len(bodies) - 2, 'further vertebral body')} of {said(bodies)}"
        sheet.drafts.append(Draft(codes.further, why, tuple(ready), (), len(bodies) - 2))
    return sheet.done()


def is_diagnostic(procedure: Procedure) -> bool:
    """The note calls it diagnostic, or names no purpose and blocked facet nerves without steroid."""
    if procedure.purpose is not None:
        return procedure.purpose == "diagnostic"
    nerves = procedure.family == "facet-injection" and procedure.technique == "medial-branch-block"
    return nerves and bool(procedure.injectate) and not with_steroid(procedure)


def with_steroid(procedure: Procedure) -> bool:
    """True when a steroid went in at the target."""
    steroids = claimrules.drug_units().groups["steroid"]
    return any(item.drug in steroids for item in procedure.injectate)


def wants_kx(procedure: Procedure, setting: Setting) -> bool:
    """The payer asks for KX on a test injection of this family."""
    return is_diagnostic(procedure) and any(
        rule.payer == setting.payer
        and procedure.family in rule.families
        and not (rule.without_steroid and with_steroid(procedure))
        for rule in claimrules.modifiers().kx
    )


def _facets(
    procedures: Sequence[Procedure],
    codes: Mapping[str, Sequence[str]],
    across: Sequence[str] | None,
    setting: Setting,
    sheet: Sheet,
) -> list[Draft]:
    levels = _with_sides(sides_by_level(procedures, setting.rules, facet_joints), sheet, "facet procedure")
    kx = _diagnostic(procedures, setting)
    if across and "L1-L2" in levels and {j for j in levels if group_of(j) == CERVICAL_THORACIC} == {"T12-L1"}:
        return _sequence(levels, across, procedures, setting, "facet joint", kx, keep_order=True)
    drafts: list[Draft] = []
    for group, row in codes.items():
        part = {joint: sides for joint, sides in levels.items() if group_of(joint) == group}
        drafts += _sequence(part, row, procedures, setting, "facet joint", kx)
    return drafts


def _sequence(
    levels: Sided,
    codes: Sequence[str],
    procedures: Sequence[Procedure],
    setting: Setting,
    noun: str,
    extra: tuple[str, ...],
    *,
    keep_order: bool = False,
) -> list[Draft]:
    """Levels on a row of codes: the last code takes all further levels, as units or (third and further) once."""
    if not levels:
        return []
    order = list(levels) if keep_order else sorted(levels, key=lambda level: levels[level] != BOTH)
    nerves = sum(len(facet_nerves(p)) for p in procedures) if noun == "facet joint" else 0
    whole = _count(len(order), noun)
    if nerves > len(order):
        whole += f" fed by {_number(max(len(facet_nerves(p)) for p in procedures))} nerves"
    found: dict[tuple[str, frozenset[str]], list[str]] = {}
    for place, level in enumerate(order):
        code = codes[min(place, len(codes) - 1)]
        found.setdefault((code, levels[level]), []).append(level)
    drafts: list[Draft] = []
    for (code, sides), named in found.items():
        row = setting.tables.best_row(code, setting.day)
        units = 1 if row is not None and row.sequence in ("third-plus", "second-plus") else len(named)
        place = order.index(named[0])
        kind = "further" if len(named) > 1 else _ORDINAL[min(place, len(_ORDINAL) - 1)]
        why = f"{kind} {noun} ({said(in_order(named))}), {words(sides)}; {whole} in all"
        drafts += sided(code, sides, setting, why=why, procedures=procedures, units=units)
    return [Draft(d.code, d.why, d.procedures, (*extra, *d.modifiers), d.units, d.site) if extra else d for d in drafts]


def _diagnostic(procedures: Sequence[Procedure], setting: Setting) -> tuple[str, ...]:
    return ("KX",) if procedures and all(wants_kx(p, setting) for p in procedures) else ()


def _levelled(
    procedures: Sequence[Procedure], sheet: Sheet, what: str, known: Callable[[Procedure], bool]
) -> list[Procedure]:
    if any(not known(p) for p in procedures):
        sheet.ask(f"Which level was treated? The code counts {what}, and the note names none.")
    return [p for p in procedures if known(p)]


def _joints_known(procedures: Sequence[Procedure], sheet: Sheet, setting: Setting) -> list[Procedure]:
    left: list[Procedure] = []
    for procedure in procedures:
        if facet_joints(procedure, setting.rules):
            left.append(procedure)
        elif procedure.levels:
            sheet.ask(
                f"Which facet joints do {said(procedure.levels)} stand for? "
                "Single levels name a joint only as nerves, and two nerves make one joint."
            )
        else:
            sheet.ask("Which level was treated? The code counts facet joints, and the note names none.")
    return left


def _imaged(procedures: Sequence[Procedure], sheet: Sheet, what: str) -> list[Procedure]:
    done = [p for p in procedures if imaged([p])]
    if len(done) < len(procedures):
        sheet.ask(f"Was fluoroscopy or CT used? The code for {what} contains it, and the note does not state it.")
    return done


def _with_sides(levels: Sided, sheet: Sheet, what: str) -> Sided:
    if any(not sides for sides in levels.values()):
        sheet.ask(f"Which side was treated? The note gives no side for the {what}.")
    return {level: sides for level, sides in levels.items() if sides}


def _count(number: int, noun: str) -> str:
    plural = noun[:-1] + "ies" if noun.endswith("y") else noun + "s"
    return f"{_number(number)} {noun if number == 1 else plural}"


def _number(number: int) -> str:
    return _NUMBER[number] if number < len(_NUMBER) else str(number)
