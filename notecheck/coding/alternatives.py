"""The lines that each reading of an open fact would give, found by coding the note again with that reading.

A reading never enters the supported lines: it says what the provider would have to state, and what would follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from notecheck.coding.lines import IMAGED, Setting
from notecheck.records import Alternative, Facts, Procedure, Reading, Suggested, SupportedLine, Vial

_EPIDURAL = ("epidural-interlaminar", "epidural-caudal", "epidural-catheter")
_MANY_SIDES = 2


@dataclass(frozen=True, slots=True)
class _Open:
    """One open fact: what would be stated, and the facts of each reading."""

    asks: str
    readings: tuple[tuple[str, Facts], ...]


def alternatives(
    facts: Facts, base: Suggested, again: Callable[[Facts], Suggested], setting: Setting
) -> tuple[Alternative, ...]:
    """An entry for each open fact whose readings give different lines. ``again`` codes the note without this step."""
    found = []
    for place in _open(facts, setting):
        coded = [(says, again(read)) for says, read in place.readings]
        given = {tuple(_short(line) for line in suggested.lines) for _, suggested in coded}
        if len(given) < _MANY_SIDES:
            continue
        settled = [q for q in base.open_questions if all(q not in s.open_questions for _, s in coded)]
        common = set.intersection(*({_short(line) for line in s.lines} for _, s in coded))
        readings = tuple(
            Reading(says, tuple(line for line in s.lines if _short(line) not in common)) for says, s in coded
        )
        found.append(Alternative(place.asks, readings, tuple(settled)))
    return tuple(found)


def _short(line: SupportedLine) -> tuple[str, tuple[str, ...], float]:
    return line.code, line.modifiers, line.units


def _open(facts: Facts, setting: Setting) -> Iterator[_Open]:
    for place, procedure in enumerate(facts.procedures):
        name = (procedure.site or setting.rules.family(procedure.family)).replace("-", " ")
        for asks, readings in _of_procedure(procedure, name, setting):
            read = tuple((says, _with(facts, place, changed)) for says, changed in readings)
            yield _Open(asks, read)
    for drug in dict.fromkeys(item.drug for p in facts.procedures for item in p.injectate):
        vials = [vial for vial in facts.vials if vial.drug == drug]
        if not any(vial.kind or vial.whole or vial.discarded is not None for vial in vials):
            yield _vial(facts, drug)


def _with(facts: Facts, place: int, changed: Procedure) -> Facts:
    return replace(facts, procedures=(*facts.procedures[:place], changed, *facts.procedures[place + 1 :]))


def _of_procedure(
    procedure: Procedure, name: str, setting: Setting
) -> Iterator[tuple[str, tuple[tuple[str, Procedure], ...]]]:
    if procedure.laterality is None and not procedure.level_sides:
        sides = (("left", "left"), ("right", "right"), ("both sides", "bilateral"))
        yield (
            f"the side treated ({name})",
            tuple((says, replace(procedure, laterality=slug)) for says, slug in sides),
        )
    if "ultrasound" in procedure.guidance and not procedure.images_saved:
        kept = replace(procedure, images_saved=True)
        yield (
            f"whether an ultrasound image was kept with a written report ({name})",
            (("kept", kept), ("not kept", procedure)),
        )
    if procedure.family in _EPIDURAL and not procedure.guidance:
        seen = tuple((kind, replace(procedure, guidance=(kind,))) for kind in IMAGED[:1])
        yield (
            f"the guidance used ({name})",
            (*seen, ("no imaging", replace(procedure, guidance=("none",)))),
        )
    if procedure.family == "vertebral-augmentation" and not procedure.technique and not procedure.methods:
        ways = tuple(setting.rules.supported.augmentation)
        yield (
            "whether a cavity was made before the cement",
            tuple((way, replace(procedure, methods=(way,))) for way in ways),
        )
    if procedure.family == "trigger-point" and not procedure.muscles and procedure.muscle_count is None:
        few = setting.rules.counting.trigger_points.few_up_to
        yield (
            "the muscles treated",
            (
                (f"up to {few} muscles", replace(procedure, muscle_count=few)),
                (f"more than {few} muscles", replace(procedure, muscle_count=few + 1)),
            ),
        )


def _vial(facts: Facts, drug: str) -> _Open:
    given = next((vial.given for vial in facts.vials if vial.drug == drug), None)
    others = tuple(vial for vial in facts.vials if vial.drug != drug)
    single = Vial(drug, given, 0.0, "single-dose")
    several = Vial(drug, given, None, "multi-dose")
    return _Open(
        f"the kind of vial and what was discarded ({drug})",
        (
            ("single-dose, nothing discarded", replace(facts, vials=(*others, single))),
            ("multi-dose", replace(facts, vials=(*others, several))),
        ),
    )
