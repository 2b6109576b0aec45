"""Lengths of time in a note, and which of them are neither ages, nor appointments, nor steps of the technique."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notecheck.facts import cues, quantities
from notecheck.records import Annotated, Mention

_CUES = cues.load("timespans")
_AHEAD = _CUES["ahead"]
_AFTERWARDS = _CUES["afterwards"]
_AGO = re.compile(r"^['\u2019]?[ \t]*(?:ago|earlier|back\b|prior\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """One stated length: the low end of a range, in its own unit; ``ago`` when it counts back from today."""

    mention: Mention
    count: float
    unit: str
    ago: bool = False

    @property
    def weeks(self) -> float | None:
        """Length in weeks, None for hours and minutes."""
        return quantities.in_weeks(self.count, self.unit)

    @property
    def days(self) -> float | None:
        """Length in days, None for hours and minutes."""
        return quantities.in_days(self.count, self.unit)


def find(doc: Annotated) -> tuple[TimeSpan, ...]:
    """Every length of time that is not an appointment, a frequency or a time after an operation."""
    found = []
    for mention in doc.of("duration"):
        count = quantities.number(mention.groups.get("low", ""))
        unit = quantities.unit_of(mention.groups.get("unit", ""))
        if count is None or unit is None:
            continue
        if mention.groups.get("half"):
            count += 0.5
        head = doc.text[max(0, mention.span.start - 40) : mention.span.start]
        tail = doc.text[mention.span.end : mention.span.end + 40]
        running = re.match(r"(?:his|her|their|the|its) ", mention.text, re.IGNORECASE)  # "now in the twelfth week"
        if (_AHEAD.search(head) and not running) or _AFTERWARDS.match(tail):
            continue
        found.append(TimeSpan(mention, count, unit, bool(_AGO.match(tail)) and mention.text[-1:] != "."))
    return tuple(found)
