"""Counting on the spine: nerves into facet joints, roots into foramina, and which side each level has."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from notecheck.coding.rules import Rules
from notecheck.records import Procedure

CERVICAL_THORACIC = "cervical-thoracic"
LUMBAR_SACRAL = "lumbar-sacral"

_SINGLE = re.compile(r"^(?:TON|[CTLS]\d{1,2})$")
_ORDER = {letter: place * 100 for place, letter in enumerate("CTLS")}


def facet_joints(procedure: Procedure, rules: Rules) -> tuple[str, ...]:
    """The facet joints that were fully treated, head to foot.

    Interspaces name joints; single numbers name medial branches, which make a joint only together with the second
    nerve of that joint. Empty when the note names neither, or single numbers that are not nerves.
    """
    if procedure.joints:
        return procedure.joints
    named = {level for level in procedure.levels if not _SINGLE.match(level)}
    if nerves := facet_nerves(procedure):
        named |= {row.joint for row in rules.levels.joints if set(row.nerves) <= set(nerves)}
    return in_order(named)


def facet_nerves(procedure: Procedure) -> tuple[str, ...]:
    """Single levels that name nerves; empty for an injection into the joint, where a single number settles nothing."""
    if procedure.technique == "intra-articular" or procedure.level_kind in ("joint", "interspace", "vertebra"):
        return ()
    return tuple(level for level in procedure.levels if _SINGLE.match(level))


def foramina(procedure: Procedure, rules: Rules) -> tuple[str, ...]:
    """The foramina treated, head to foot: a root and the foramen by which it leaves are one."""
    leaves = {row.root: row.foramen for row in rules.levels.roots}
    return in_order({leaves.get(level, level) for level in procedure.levels})


def vertebrae(procedure: Procedure, rules: Rules) -> tuple[str, ...]:
    """Vertebral bodies or discs as named, each once, head to foot."""
    return in_order(set(procedure.levels))


def group_of(level: str) -> str:
    """Which half of the spine a level is coded in; T12-L1 belongs to the upper half."""
    return CERVICAL_THORACIC if level[:1] in "CT" else LUMBAR_SACRAL


def group_of_region(region: str | None) -> str | None:
    """The same for a region word; None when no region is known."""
    if region is None:
        return None
    return CERVICAL_THORACIC if region in ("cervical", "thoracic") else LUMBAR_SACRAL


def sides_of(procedure: Procedure) -> frozenset[str]:
    """``left`` and ``right`` as treated; empty for the midline or where the note does not say."""
    sides = {side for _, side in procedure.level_sides} or {procedure.laterality or ""}
    if "bilateral" in sides:
        return frozenset({"left", "right"})
    return frozenset(sides & {"left", "right"})


def sides_by_level(
    procedures: Iterable[Procedure], rules: Rules, count: Callable[[Procedure, Rules], Sequence[str]]
) -> dict[str, frozenset[str]]:
    """Each level that ``count`` finds, with the sides on which it was treated (empty: side not stated)."""
    found: dict[str, set[str]] = {}
    for procedure in procedures:
        for side in sorted(sides_of(procedure)) or [""]:
            part = _on_side(procedure, side)
            for level in count(part, rules):
                found.setdefault(level, set()).update({side} - {""})
    return {level: frozenset(found[level]) for level in in_order(found)}


def in_order(levels: Iterable[str]) -> tuple[str, ...]:
    """Levels from head to foot."""
    return tuple(sorted(levels, key=_place))


def said(levels: Iterable[str]) -> str:
    """Levels as a person lists them."""
    names = list(levels)
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + f" and {names[-1]}" if names else ""


def _on_side(procedure: Procedure, side: str) -> Procedure:
    if not procedure.level_sides or not side:
        return procedure
    kept = tuple(level for level, of in procedure.level_sides if of in (side, "bilateral"))
    return replace(procedure, levels=kept, joints=())


def _place(level: str) -> tuple[int, int]:
    if level == "TON":
        return (_ORDER["C"] + 2, 0)
    match = re.match(r"^([CTLS])(\d{1,2})(?:-([CTLS])(\d{1,2}))?$", level)
    if match is None:
        return (9999, 0)
    first = _ORDER[match[1]] + int(match[2])
    return (first, _ORDER[match[3]] + int(match[4]) if match[3] else first)
