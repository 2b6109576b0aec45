"""Tables with a column for each side: which level or muscle was treated on which side."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notecheck.facts import tables
from notecheck.facts.scene import Scene
from notecheck.records import Mention, Span

_COLUMN = re.compile(
    r"\W*(?:(?P<left>left|lt?)|(?P<right>right|rt?)|(?P<side>sides?|laterality)|(?P<mid>mid(?:line)?))\b(?: side)?\W*"
    r"(?:units?|u|m[lL]|dose|#)?\W*",
    re.IGNORECASE,
)
_FILLED = re.compile(
    r"\W*(?:(?=[\d.]*[1-9])[\d.]+\s?(?:u|units?|m[lL]|cc)?|\[ ?x ?\]|x+|yes|y|\u2713|\u2714|\u2611|\u2612|\+)\W*",
    re.IGNORECASE,
)
"""An amount or a tick; no dash, zero or empty box."""
_SIDES = re.compile(
    r"(?P<both>b(?:oth|ilat\w*|/?l)?|[lr] ?[+&/] ?[lr])|(?P<left>l(?:ef)?t?)|(?P<right>r(?:igh)?t?)", re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """The level or muscle that a row names, and the sides ticked or dosed there; ``treated``: at least one box is."""

    mark: Mention
    sides: frozenset[str]
    treated: bool


def lines(scene: Scene, kind: str) -> tuple[Line, ...]:
    """The rows of all tables by side that name a mention of ``kind`` ("level", "muscle")."""
    found: list[Line] = []
    for row in tables.rows(scene.doc.text):
        marks = _marks(scene, row.span, kind)
        heads = [(_COLUMN.fullmatch(cell.heading), cell) for cell in row.cells]
        columns = [(head, cell) for head, cell in heads if head is not None]
        if not marks or (not columns and not _sided(row)):
            continue
        sides: set[str] = set()
        treated = False
        for head, cell in columns:
            words = scene.doc.text[cell.span.start : cell.span.end]
            if head["side"]:
                sides |= _named(words)
                treated = True
            elif _FILLED.fullmatch(words):
                treated = True
                sides |= {"left"} if head["left"] else {"right"} if head["right"] else set()
        found.append(Line(marks[0], frozenset(sides), treated))
    found += _boxed(scene, kind)
    return tuple(found) if any(line.treated for line in found) else ()


def _marks(scene: Scene, place: Span, kind: str) -> list[Mention]:
    return [m for m in scene.doc.within(place, kind) if m.status == "performed" or "UNTICKED" in m.cues]


def _boxed(scene: Scene, kind: str) -> list[Line]:
    """The boxes of a line that begins with its side ("R [x] trapezius [ ] rhomboid")."""
    found: list[Line] = []
    for head in _BOXES.finditer(scene.doc.text):
        side = "left" if head["side"][0].lower() == "l" else "right"
        for mark in _marks(scene, Span(head.end("side"), head.end()), kind):
            box = scene.doc.text.rfind("[", head.end("side"), mark.span.start)
            ticked = box >= 0 and scene.doc.text[box + 1 : box + 3].strip(" ]").lower() == "x"
            found.append(Line(mark, frozenset({side} if ticked else ()), ticked))
    return found


_BOXES = re.compile(
    r"^[ \t]*(?P<side>left|right|lt|rt|(?-i:[LR]))\b[ \t]*[:|-]?[ \t]*\[ ?x? ?\][^\n]*", re.IGNORECASE | re.MULTILINE,
)


def _sided(row: tables.Row) -> bool:
    """True for a row of empty cells under a heading that has a column for each side."""
    return {"left", "right"} <= {_side(words) for words in row.heads}


def _side(words: str) -> str | None:
    head = _COLUMN.fullmatch(words)
    return None if head is None else "left" if head["left"] else "right" if head["right"] else "side"


def _named(words: str) -> set[str]:
    told = _SIDES.fullmatch(words.strip(" .,;|"))
    if told is None:
        return set()
    return {"left", "right"} if told["both"] else {"left" if told["left"] else "right"}
