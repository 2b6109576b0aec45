"""Tick boxes of forms: which words an empty box offers, and which a ticked one states."""

from __future__ import annotations

import bisect
import re
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

from notecheck.records import Span

_ROUND_EMPTY = re.compile(r"\((?:[ _]{0,3})\)|\[_{1,3}\]")
_ROUND_TICKED = re.compile(r"\( ?[xX\u2713\u2714\u221a] ?\)|\[ ?[\u2713\u2714\u221a] ?\]")
_BOX = re.compile(
    r"\[ ?(?P<on>[xX]) ?\]|\[ {0,3}\]|(?P<glyph_on>[\u2611\u2612\u2705\u2713\u2714\u25a0])"
    r"|[\u2610\u25a1\u25fb\u25a2\u274f\u2751]"
)
_ENDS = re.compile(r"[.;](?=\s+[A-Z\d])|\t|[ ]{2,}|\|")
_LABEL_TAIL = re.compile(r"(?:^|(?<=[ \t.;|]))[A-Za-z][\w/'() -]{0,40}?[:?]\s*$")
_NO = re.compile(r"\W*(?:no|n|not|none|n/a|nil|declined|refused|unable|pending|deferred)\b", re.IGNORECASE)

State = Literal["on", "off", "no"]


def _nowhere() -> Span:
    return Span(0, 0)


@dataclass(slots=True)
class _Box:
    span: Span
    ticked: bool
    option: Span = field(default_factory=_nowhere)


@dataclass(slots=True)
class _Group:
    """A question and its boxes ("Time-out: [x] yes [ ] no")."""

    label: Span
    boxes: list[_Box] = field(default_factory=list)


def plain(text: str) -> str:
    """The text with round boxes and marks as ``[ ]`` and ``[x]``: same length, so that every offset stays true."""
    if "(" not in text and "[" not in text:
        return text
    text = _ROUND_EMPTY.sub(_as_empty, text)
    return _ROUND_TICKED.sub(_as_ticked, text)


def _as_empty(match: re.Match[str]) -> str:
    return "[]" if len(match.group()) == 2 else "[ ]" + " " * (len(match.group()) - 3)


def _as_ticked(match: re.Match[str]) -> str:
    return "[" + match.group()[1:-1].replace("\u2713", "x").replace("\u2714", "x").replace("\u221a", "x") + "]"


class Boxes:
    """The boxes of one text (as ``plain`` gives it), asked by place."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._groups: list[_Group] = []
        carried: _Group | None = None
        start = 0
        for line in text.split("\n"):
            carried = self._read_line(line, start, carried)
            start += len(line) + 1
        self._all = sorted((b.span.start, b.ticked) for g in self._groups for b in g.boxes)

    def state(self, span: Span) -> State | None:
        """What the boxes say of the words at ``span``.

        ``on``: ticked, or the label of a question one of whose answers is ticked; ``no``: the ticked answer is a no;
        ``off``: only empty boxes stand there; None: no box is about these words.
        """
        first = bisect.bisect_left(self._all, (span.start, False))
        inside = [ticked for start, ticked in self._all[first:] if start < span.end]
        if inside:
            return "on" if any(inside) else "off"
        for group in self._groups:
            for box in group.boxes:
                if box.option.start <= span.start < box.option.end:
                    return "on" if box.ticked else "off"
            if group.label.start <= span.start < group.label.end:
                ticked = [b for b in group.boxes if b.ticked]
                if not ticked:
                    return "off"
                refused = all(_NO.match(self._text, b.option.start, b.option.end) for b in ticked)
                return "no" if refused else "on"
        return None

    def _read_line(self, line: str, offset: int, carried: _Group | None) -> _Group | None:
        found = list(_BOX.finditer(line))
        if not found:
            label = line.rstrip()
            if label.endswith((":", "?")) and len(label) < 60:
                return _Group(Span(offset, offset + len(label)))
            return carried if carried is not None and not label and not carried.boxes else None
        boxes = [
            _Box(Span(offset + m.start(), offset + m.end()), bool(m.group("on") or m.group("glyph_on"))) for m in found
        ]
        if self._behind(line, found):
            self._suffixed(line, offset, boxes)
            return None
        return self._prefixed(line, offset, boxes, carried)

    @staticmethod
    def _behind(line: str, found: list[re.Match[str]]) -> bool:
        """True when each box stands behind its words ("Consent [x]   Time-out [x]")."""
        before, after = line[: found[0].start()].strip(), line[found[-1].end() :].strip(" \t.;|")
        if not before:
            return False
        if len(found) > 1 and re.search(r"[:?]\s*$", line[: found[0].start()]):
            return False
        if not after:
            return not re.search(r"[:?]\s*$", line[: found[0].start()]) or len(found) == 1
        votes = 0
        for first, second in pairwise(found):
            between = line[first.end() : second.start()]
            left, right = len(between) - len(between.lstrip()), len(between) - len(between.rstrip())
            votes += (left > right) - (right > left)
        return votes > 0

    def _suffixed(self, line: str, offset: int, boxes: list[_Box]) -> None:
        place = offset
        for box in boxes:
            words = line[place - offset : box.span.start - offset]
            cut = [m.end() for m in re.finditer(r"[.;](?=\s+[A-Z\d])|\t(?=\S)|\|", words)]
            box.option = Span(place + (cut[-1] if cut else 0), box.span.start)
            self._groups.append(_Group(Span(box.span.start, box.span.start), [box]))
            place = box.span.end

    def _prefixed(self, line: str, offset: int, boxes: list[_Box], carried: _Group | None) -> _Group:
        lead = line[: boxes[0].span.start - offset]
        if lead.strip(" \t-*\u2022"):
            cut = [m.end() for m in re.finditer(r"[.;](?=\s+[A-Z\d])|\|", lead)]
            group = _Group(Span(offset + (cut[-1] if cut else 0), boxes[0].span.start))
            self._groups.append(group)
        elif carried is not None:
            group = carried
            if not group.boxes:
                self._groups.append(group)
        else:
            group = _Group(Span(boxes[0].span.start, boxes[0].span.start))
            self._groups.append(group)
        for index, box in enumerate(boxes):
            stop = boxes[index + 1].span.start if index + 1 < len(boxes) else offset + len(line)
            words = line[box.span.end - offset : stop - offset]
            lead_in = len(words) - len(words.lstrip())
            label = _LABEL_TAIL.search(words) if index + 1 < len(boxes) else None
            end = _ENDS.search(words, lead_in)
            edge = min(end.start() if end else len(words), label.start() if label else len(words))
            box.option = Span(box.span.end, box.span.end + edge)
            group.boxes.append(box)
            rest = words[edge:].strip(" \t.;|")
            if rest and index + 1 < len(boxes):
                place = box.span.end + edge
                group = _Group(Span(place, stop))
                self._groups.append(group)
        return group
