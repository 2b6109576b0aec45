"""Levels billed against levels documented, one row of level-counting codes at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from notecheck.coding.joints import facet_joints, facet_nerves, foramina, group_of, sides_by_level, vertebrae
from notecheck.coding.lines import BOTH, Setting
from notecheck.coding.match import LineMatch
from notecheck.coding.rules import Rules
from notecheck.coding.tables import Ladder
from notecheck.records import Procedure

_COUNTS: dict[str, Callable[[Procedure, Rules], Sequence[str]]] = {
    "foramina": foramina,
    "joints": facet_joints,
    "levels": vertebrae,
}
_ANY = ""
_ACROSS = {"T12-L1", "L1-L2"}


@dataclass(frozen=True, slots=True)
class LevelCount:
    """One row of codes on one claim.

    ``documented`` has the sides of each level; ``billed`` the number of levels for each side (the empty side for lines
    without a side); ``open_ended`` says that the last code takes any number of further levels; ``nerves`` is the
    largest number of single nerves that one procedure names.
    """

    ladder: Ladder
    matches: tuple[LineMatch, ...]
    procedures: tuple[Procedure, ...]
    documented: dict[str, frozenset[str]]
    billed: dict[str, int]
    open_ended: bool
    nerves: int
    leads: int | None = None

    @property
    def first_line(self) -> str:
        """The billed code that stands for the row in a finding."""
        return self.matches[0].line.code

    @property
    def codes(self) -> tuple[str, ...]:
        """The billed codes of the row, each once."""
        return tuple(dict.fromkeys(m.line.code for m in self.matches))

    @property
    def most_billed(self) -> int:
        return max(self.billed.values(), default=0)

    @property
    def most_documented(self) -> int:
        """The largest number of levels on one side; of all levels where no side is stated."""
        if self.leads is not None:
            return self.leads
        per_side = [sum(side in sides for sides in self.documented.values()) for side in BOTH]
        return max(*per_side, 0) or len(self.documented)

    @property
    def steps_billed(self) -> int:
        """Different levels that the codes themselves stand for, whatever their sides: an add-on is another level."""
        codes = set(self.codes)
        first = self.ladder.first_covers if self.ladder.codes[0] in codes else 0
        return first + len(codes - {self.ladder.codes[0]})

    def pairs(self) -> tuple[tuple[int, int], ...]:
        """(billed, documented) for each side where both agree on the sides, else once for the fullest side."""
        billed_sides = {side for side in self.billed if side}
        noted_sides = {side for sides in self.documented.values() for side in sides}
        if self.leads is not None or not billed_sides or billed_sides != noted_sides:
            return ((self.most_billed, self.most_documented),)
        return tuple(
            (self.billed[side], sum(side in sides for sides in self.documented.values()))
            for side in sorted(billed_sides)
        )


def level_counts(matches: Sequence[LineMatch], setting: Setting) -> tuple[LevelCount, ...]:
    """Every row of level-counting codes with a line that fits a documented procedure.

    T12-L1 together with L1-L2 is coded across two rows and left out.
    """
    found: dict[tuple[str, ...], list[LineMatch]] = {}
    ladders: dict[tuple[str, ...], Ladder] = {}
    for match in matches:
        ladder = setting.rules.ladder(match.line.code)
        if ladder is not None and match.sound and match.procedures:
            found.setdefault(ladder.codes, []).append(match)
            ladders[ladder.codes] = ladder
    counts = [_count(ladders[codes], group, setting) for codes, group in found.items()]
    return tuple(count for count in counts if not set(count.documented) >= _ACROSS)


def _count(ladder: Ladder, matches: Sequence[LineMatch], setting: Setting) -> LevelCount:
    procedures = tuple(dict.fromkeys(p for m in matches for p in m.procedures))
    leads = None
    documented: dict[str, frozenset[str]] = {}
    if ladder.counts == "leads":
        leads = sum(p.leads or 0 for p in procedures) or None
    else:
        procedures = tuple(p for p in procedures if not _sacrum_alone(p))
        documented = sides_by_level(procedures, setting.rules, _COUNTS[ladder.counts])
        if ladder.counts in ("foramina", "joints"):
            half = _half(matches)
            if half is not None and not set(documented) >= _ACROSS:
                documented = {level: sides for level, sides in documented.items() if _belongs(level, half)}
    nerves = max((len(facet_nerves(p)) for p in procedures), default=0) if ladder.counts == "joints" else 0
    once = {(m.line.code, tuple(sorted(m.line.modifiers))): m for m in matches}
    billed: dict[str, int] = {}
    for match in once.values():
        for side in sorted(match.sides) or [_ANY]:
            billed[side] = billed.get(side, 0) + _levels_of(match, ladder)
    if _ANY in billed and len(billed) > 1:
        extra = billed.pop(_ANY)
        billed = {side: number + extra for side, number in billed.items()}
    last = setting.tables.best_row(ladder.codes[-1], setting.day)
    billed_codes = {m.line.code for m in matches}
    return LevelCount(
        ladder=ladder,
        matches=tuple(matches),
        procedures=procedures,
        documented=documented,
        billed=billed,
        open_ended=last is not None
        and last.sequence in ("third-plus", "second-plus")
        and ladder.codes[-1] in billed_codes,
        nerves=nerves,
        leads=leads,
    )


def _levels_of(match: LineMatch, ladder: Ladder) -> int:
    """Levels in one line: a first code stands for one step whatever its units, an add-on for its units."""
    if match.row is not None and match.row.sequence in ("first", "second", "third-plus", "second-plus", "first-two"):
        return ladder.first_covers if match.row.sequence == "first-two" else 1
    return int(match.line.units)


def _half(matches: Sequence[LineMatch]) -> tuple[str, ...] | None:
    return next((m.row.regions for m in matches if m.row is not None and m.row.regions), None)


def _belongs(level: str, half: tuple[str, ...]) -> bool:
    upper = "cervical" in half or "thoracic" in half
    return (group_of(level) == "cervical-thoracic") is upper


def _sacrum_alone(procedure: Procedure) -> bool:
    """The sacrum is augmented by codes of its own, which count no bodies."""
    return procedure.family == "vertebral-augmentation" and all(level.startswith("S") for level in procedure.levels)
