"""The spine drawing of the needle ledger: plain shapes and marks, computed here, drawn by a template."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notecheck.records import Needle

_NAMES = (
    *(f"C{n}" for n in range(1, 8)),
    *(f"T{n}" for n in range(1, 13)),
    *(f"L{n}" for n in range(1, 6)),
    *(f"S{n}" for n in range(1, 6)),
    "Co",
)
_WIDTH = {"C": 52, "T": 60, "L": 76, "S": 62}
_LARGE, _SMALL = 27, 7  # height of a vertebra near a target, and of the others
_NEAR = 2
_CENTER = 110
_TOP = 14
_LEVEL = re.compile(r"^([CTLS]\d{1,2}|Co|TON)(?:-([CTLS]\d{1,2}|Co))?$")
_BETWEEN_RINGS = 20


@dataclass(frozen=True, slots=True)
class Bone:
    """One vertebra: name, box in drawing units, whether a target lies at it, whether it is drawn large."""

    name: str
    x: float
    y: float
    width: float
    height: float
    used: bool
    large: bool


@dataclass(frozen=True, slots=True)
class Mark:
    """One target: a filled dot where the note has it, an open ring where the claim has it."""

    x: float
    y: float
    documented: bool
    billed: bool
    words: str
    row: int


@dataclass(frozen=True, slots=True)
class Spine:
    """The whole drawing; ``words`` says the same in sentences for those who do not see it."""

    width: int
    height: int
    bones: tuple[Bone, ...]
    marks: tuple[Mark, ...]
    words: str

    @property
    def empty(self) -> bool:
        """True where no target has a level, so that there is nothing to draw."""
        return not self.marks


def draw(ledger: Sequence[Needle], *, claimed: bool) -> Spine:
    """The drawing of a ledger, seen from behind: the patient's left is on the left.

    ``claimed`` is False when no claim was given; then a target without a ring is no disagreement.
    """
    used = {name for needle in ledger for name in _bones_of(needle.level)}
    bones, bottom = _column(used)
    places = {bone.name: bone.y + bone.height / 2 for bone in bones}
    marks: list[Mark] = []
    for row, needle in enumerate(ledger, start=1):
        ends = [places[name] for name in _bones_of(needle.level) if name in places]
        if not ends:
            continue
        y = sum(ends) / len(ends)
        for x in _across(needle):
            while any(abs(m.x - x) < 1 and abs(m.y - y) < 1 for m in marks):
                x += _BETWEEN_RINGS if x >= _CENTER else -_BETWEEN_RINGS
            marks.append(Mark(x, y, needle.documented, bool(needle.billed), words(needle, claimed=claimed), row))
    said = "; ".join(dict.fromkeys(mark.words for mark in marks))
    return Spine(2 * _CENTER, int(bottom + _TOP), bones, tuple(marks), said)


def words(needle: Needle, *, claimed: bool) -> str:
    """One target in words: ``left L5-S1 foramen: in the note, not billed``."""
    what = " ".join(part for part in (needle.side, needle.target) if part)
    if not claimed:
        return f"{what}: in the note"
    note = "in the note" if needle.documented else "not in the note"
    return f"{what}: {note}, {'billed' if needle.billed else 'not billed'}"


def _column(used: set[str]) -> tuple[tuple[Bone, ...], float]:
    """The whole spine, with the vertebrae near a target drawn large so that a side is seen at a glance."""
    places = [place for place, name in enumerate(_NAMES) if name in used]
    y = float(_TOP)
    bones = []
    for place, name in enumerate(_NAMES):
        letter = name[0] if name != "Co" else "S"
        large = any(abs(place - other) <= _NEAR for other in places)
        width: float = _WIDTH[letter] - (7 * (place - _NAMES.index("S1")) if letter == "S" else 0)
        step = _LARGE if large else _SMALL
        width *= 1 if large else 0.6
        bones.append(Bone(name, _CENTER - width / 2, y, width, step - (4 if large else 2), name in used, large))
        y += step
    return tuple(bones), y


def _bones_of(level: str | None) -> tuple[str, ...]:
    match = _LEVEL.match(level or "")
    if match is None:
        return ()
    if match[1] == "TON":
        return ("C2", "C3")
    return tuple(name for name in (match[1], match[2]) if name)


def _across(needle: Needle) -> Iterable[float]:
    reach = 60.0
    if needle.side == "left":
        return (_CENTER - reach,)
    if needle.side == "right":
        return (_CENTER + reach,)
    if needle.side == "bilateral":
        return (_CENTER - reach, _CENTER + reach)
    return (float(_CENTER),)
