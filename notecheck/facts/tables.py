"""Tables in a note: lines of cells parted by bars, tabs or wide blanks, each cell under the heading of its column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notecheck.records import Span

_GAP = re.compile(r"\t+| {2,}")
_RULE = re.compile(r"[\s|:+=_-]+")
_LEAST = 2  # gaps or bars in a row
_HEADING_WORD = re.compile(r"[A-Za-z#]")
_AMOUNT = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of one cell, and the heading of its column in small letters ("" without one)."""

    heading: str
    span: Span


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table under its heading line."""

    span: Span
    cells: tuple[Cell, ...]
    heads: tuple[str, ...] = ()  # every heading of the table, those of empty cells too


def rows(text: str) -> Iterator[Row]:
    """The rows of every table in ``text``: two lines or more with the same sign between their cells."""
    block: list[list[Span]] = []
    barred = False
    for line in (*_lines(text), Span(len(text), len(text))):
        words = text[line.start : line.end]
        if block and words.strip() and _RULE.fullmatch(words):
            continue
        bars = words.count("|") >= _LEAST
        cells = _cells(text, line, bars)
        enough = len(cells) > _LEAST - (0 if bars else 1) or (bars and bool(block) and bool(cells))
        if enough and (not block or bars == barred):
            block.append(cells)
            barred = bars
            continue
        yield from _under_heading(text, block, barred)
        block = [cells] if len(cells) >= _LEAST and words.strip() else []
        barred = bars
    yield from _under_heading(text, block, barred)


def _lines(text: str) -> Iterator[Span]:
    place = 0
    for line in text.split("\n"):
        yield Span(place, place + len(line))
        place += len(line) + 1


def _cells(text: str, line: Span, bars: bool) -> list[Span]:
    sign = re.compile(r"\|") if bars else _GAP
    found, start = [], line.start
    for cut in (*sign.finditer(text, line.start, line.end), None):
        stop = cut.start() if cut else line.end
        words = text[start:stop]
        if words.strip():
            left = start + len(words) - len(words.lstrip())
            found.append(Span(left, left + len(words.strip())))
        start = cut.end() if cut else stop
    return found


def _under_heading(text: str, block: list[list[Span]], bars: bool) -> Iterator[Row]:
    if len(block) < _LEAST:
        return
    head = [text[c.start : c.end] for c in block[0]]
    titled = all(_HEADING_WORD.search(words) and not _AMOUNT.search(words) for words in head)
    for cells in block[1:] if titled else block:
        whole = Span(cells[0].start, cells[-1].end)
        yield Row(whole, tuple(
            Cell(_heading(text, block[0], cell, place, bars) if titled else "", cell)
            for place, cell in enumerate(cells)
        ), tuple(words.lower() for words in head) if titled else ())  # fmt: skip


def _heading(text: str, head: list[Span], cell: Span, place: int, bars: bool) -> str:
    """By number where bars part the cells or every column is filled, else by what stands above."""
    if bars:
        counted = {_bars(text, h): h for h in head}
        best = counted.get(_bars(text, cell), head[min(place, len(head) - 1)])
    else:
        at = _column(text, cell)
        best = min(head, key=lambda h: abs(_column(text, h) - at))
    return text[best.start : best.end].lower()


def _bars(text: str, span: Span) -> int:
    """How many bars stand before a cell in its line."""
    return text.count("|", text.rfind("\n", 0, span.start) + 1, span.start)


def _column(text: str, span: Span) -> int:
    return span.start - (text.rfind("\n", 0, span.start) + 1)
