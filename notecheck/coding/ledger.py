"""The needle ledger: every target of the note and of the claim, side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from notecheck.coding.joints import facet_joints, facet_nerves, foramina, in_order, sides_by_level
from notecheck.coding.lines import Setting
from notecheck.coding.match import LineMatch, match_lines
from notecheck.coding.rules import Rules
from notecheck.records import Claim, Evidence, Facts, Needle, Procedure

_FACET = ("facet-injection", "facet-rfa")
_KINDS = {
    "epidural-transforaminal": "foramen",
    "epidural-interlaminar": "interspace",
    "epidural-catheter": "interspace",
    "epidural-adhesiolysis": "interspace",
    "epidural-blood-patch": "interspace",
    "discography": "disc",
    "vertebral-augmentation": "vertebral body",
    "basivertebral-ablation": "vertebral body",
    "scs-trial": "lead",
    "scs-implant": "lead",
}
_SITES = {"si-joint-injection": "sacroiliac joint", "si-rfa": "sacroiliac joint"}
_NO_TARGET = "no such target in the note"
_ONE_FOR_BOTH_SIDES = ("lead", "disc", "vertebral body")
_COUNTED_ONE_BY_ONE = ("nerve", "nerve-root", "joint", "vertebra", "lead", "tendon-sheath", "tendon-insertion", "limb")
_STEPS = ("first", "second", "third-plus", "second-plus", "first-two", "each-additional")


_Target = tuple[str, str, str | None, str]  # words, kind, level, side


@dataclass(slots=True)
class _Row:
    """A needle in the making; ``procedure`` is None for a target that only the claim has."""

    procedure: Procedure | None
    needle: Needle
    billed: list[str] = field(default_factory=list)


def ledger(facts: Facts, claim: Claim | None, setting: Setting) -> tuple[Needle, ...]:
    """Each target documented or billed, from head to foot; lines that bill no needle (drugs, visits) are left out."""
    rows = [row for procedure in facts.procedures for row in _documented(procedure, setting.rules)]
    for match in match_lines(facts, claim.lines, setting) if claim else ():
        if match.row is not None and match.row.fact_families:
            _bill(match, rows)
    return tuple(_closed(row) for row in _sorted(rows))


def _documented(procedure: Procedure, rules: Rules) -> Iterator[_Row]:
    targets = list(_targets(procedure, rules))
    if procedure.leads and targets and targets[0][1] == "lead":
        targets = _one_for_each_lead(targets, procedure.leads)
    for target, kind, level, side in targets:
        yield _Row(
            procedure,
            Needle(
                family=procedure.family,
                target=target,
                kind=kind,
                level=level,
                region=procedure.region,
                side=side or None,
                approach=procedure.approach,
                guidance=procedure.guidance,
                contrast=procedure.contrast,
                injectate=procedure.injectate,
                shared=len(targets) > 1,
                evidence=_proof(procedure, level),
            ),
        )


def _one_for_each_lead(targets: list[_Target], leads: int) -> list[_Target]:
    """Leads are counted, not levels: two leads may end at one level."""
    return [*targets, *targets[-1:] * (leads - len(targets))][:leads]


def _targets(procedure: Procedure, rules: Rules) -> Iterator[_Target]:
    """The needle targets of one procedure."""
    if procedure.muscles:
        for muscle in procedure.muscles:
            yield muscle, "muscle", None, procedure.laterality or ""
        return
    sided = sides_by_level([procedure], rules, _levels)
    for level, sides in sided.items():
        kind = _kind(procedure, level)
        if kind in _ONE_FOR_BOTH_SIDES:
            yield f"{level} {kind}", kind, level, procedure.laterality or ""
            continue
        words = level if kind == "vertebra" else f"{level} {kind}"
        for side in sorted(sides) or [procedure.laterality if procedure.laterality == "midline" else ""]:
            yield words, kind, level, side
    if sided:
        return
    kind = _KINDS.get(procedure.family, "site")
    words = _SITES.get(procedure.family) or (procedure.site or procedure.region or procedure.family).replace("-", " ")
    for side in _sides(procedure):
        yield words if kind == "site" else f"{words} {kind}", kind, None, side


def _levels(procedure: Procedure, rules: Rules) -> Sequence[str]:
    if procedure.family in _FACET:
        return facet_joints(procedure, rules) or facet_nerves(procedure) or in_order(set(procedure.levels))
    if procedure.family == "epidural-transforaminal":
        return foramina(procedure, rules)
    return in_order(set(procedure.levels))


def _kind(procedure: Procedure, level: str) -> str:
    if procedure.family in _FACET:
        return "joint" if "-" in level else "nerve"
    if procedure.family in ("peripheral-nerve-block", "neurolysis", "si-rfa"):
        return "nerve"
    return _KINDS.get(procedure.family, "interspace" if "-" in level else "vertebra")


def _sides(procedure: Procedure) -> tuple[str, ...]:
    return ("left", "right") if procedure.laterality == "bilateral" else (procedure.laterality or "",)


def _proof(procedure: Procedure, level: str | None) -> tuple[Evidence, ...]:
    own = [e for e in procedure.of("levels") if level and e.value == level]
    return tuple(own or procedure.of("levels") or procedure.of("site") or procedure.of("muscles") or procedure.evidence)


def _bill(match: LineMatch, rows: list[_Row]) -> None:
    """Put one billed line on the targets it is about; what finds none becomes a target of the claim alone."""
    wanted = match.procedures if match.sound else ()
    about = [row for row in rows if row.procedure is not None and any(row.procedure is p for p in wanted)]
    label = match.line.shown()
    if about and not _one_by_one(match):
        for row in about:
            row.billed.append(label)
        return
    each = 1 if match.row is not None and match.row.sequence == "first" else max(1, int(match.line.units))
    taken: list[_Row] = []
    for side in sorted(match.sides) or [""]:
        for _ in range(each):
            free = [row for row in about if not row.billed and _same_side(row, side)]
            free = free or [row for row in taken if side and row.needle.side is None]
            if free:
                free[0].billed.append(label)
                taken.append(free[0])
            else:
                rows.append(_claimed(match, side, [row for row in about if not _claim_has(rows, row, side)], label))


def _claim_has(rows: Sequence[_Row], documented: _Row, side: str) -> bool:
    """True where the claim already has a target of its own across from this one."""
    level = documented.needle.level
    return any(row.procedure is None and row.needle.level == level and row.needle.side == side for row in rows)


def _one_by_one(match: LineMatch) -> bool:
    row = match.row
    return row is not None and (row.sequence in _STEPS or row.level_unit in _COUNTED_ONE_BY_ONE)


def _same_side(row: _Row, side: str) -> bool:
    return not side or row.needle.side in (side, None, "midline")


def _claimed(match: LineMatch, side: str, about: Sequence[_Row], label: str) -> _Row:
    """A target that only the claim has: across from a documented one where the claim names the other side."""
    across = next((row.needle for row in about if side and row.needle.side not in (side, None)), None)
    code = match.row
    region = code.regions[0] if code is not None and len(code.regions) == 1 else None
    family = code.fact_families[0] if code is not None else ""
    return _Row(
        None,
        Needle(
            family=across.family if across else family,
            target=across.target if across else _NO_TARGET,
            kind=across.kind if across else "site",
            level=across.level if across else None,
            region=across.region if across else region,
            side=side or None,
            documented=False,
        ),
        [label],
    )


def _sorted(rows: Iterable[_Row]) -> list[_Row]:
    every = list(rows)
    levels = in_order({row.needle.level for row in every if row.needle.level})
    place = {level: number for number, level in enumerate(levels)}
    return sorted(every, key=lambda row: place.get(row.needle.level or "", len(place)))


def _closed(row: _Row) -> Needle:
    return replace(row.needle, billed=tuple(dict.fromkeys(row.billed)))
