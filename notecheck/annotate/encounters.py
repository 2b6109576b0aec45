"""Documents that hold more than one encounter: which stretches of the text are not the encounter of the note.

A line of its own that says "previous visit", "prior procedure note" or "telephone encounter" opens a stretch of
another encounter; "current encounter" or "today's visit" closes it. Two dates of service at line starts part the
document too, and the latest of them is the encounter of the note. Everything else is one encounter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from notecheck.records import Section, Span

OTHER = "other-encounter"
_WHAT = (
    r"(?:(?:office|clinic|outside|procedure|operative|progress|nursing) )?"
    r"(?:visit|encounter|note|report|consult(?:ation)?)"
)
_WHEN = r"(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d{2}-\d{2}|[A-Z][a-z]{2,8}\.? \d{1,2},? \d{4})"
_REST = rf"s?[ \t:(*#-]*(?:(?:dated|date|of|on|from)[ \t:]*)?(?:{_WHEN})?[ \t:)*#-]*\r?$"
_START = r"^[ \t*#=_-]*"
_EARLIER = re.compile(rf"{_START}(?:previous|prior|earlier|last|past) {_WHAT}{_REST}", re.IGNORECASE | re.MULTILINE)
_LATER = re.compile(
    rf"{_START}(?:telephone|phone|nurse|nursing|portal) (?:encounter|call|note|contact|message){_REST}",
    re.IGNORECASE | re.MULTILINE,
)
_CURRENT = re.compile(
    rf"{_START}(?:current|today['\u2019]?s|this|present) {_WHAT}{_REST}", re.IGNORECASE | re.MULTILINE
)
_DATED = re.compile(
    rf"{_START}(?:date of service|service date|dos|(?:encounter|visit) date|date of (?:visit|encounter))"
    rf"[ \t*]*:[ \t*]*({_WHEN})",
    re.IGNORECASE | re.MULTILINE,
)
_FORMS = (
    "%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d", "%m-%d-%Y", "%m-%d-%y", "%m.%d.%Y", "%m.%d.%y", "%B %d, %Y", "%b %d, %Y",
    "%B %d %Y", "%b %d %Y",
)  # fmt: skip
_TOLD = re.compile(r"needle|inject", re.IGNORECASE)
_LEAST = 200  # a stretch shorter than this holds no encounter, unless it tells of a needle or has two sentences
_PROSE = re.compile(r"[a-z0-9)]{3}\.\s[^.]{8,}[a-z0-9)]{2}\.(?:\s|$)", re.IGNORECASE)
_KEPT = frozenset({"history", "past-history", "imaging", "medications", "plan", "instructions", "allergies"})
_TELLS = frozenset({"procedure", "care", "outcome", "imaging-study", "body-part", "duration"})


def others(text: str) -> tuple[Span, ...]:
    """The stretches of other encounters, in text order; none in a document of one encounter."""
    marked = list(_marked(text))
    dated = [span for span in _by_date(text) if not any(span.overlaps(other) for other in marked)]
    return tuple(span for span in sorted([*marked, *dated]) if text[span.start : span.end].strip())


def _marked(text: str) -> Iterator[Span]:
    opened = [(m.start(), "earlier") for m in _EARLIER.finditer(text)]
    opened = sorted([*opened, *((m.start(), "later") for m in _LATER.finditer(text))])
    closed = [m.start() for m in _CURRENT.finditer(text)]
    for index, (start, kind) in enumerate(opened):
        ends = [place for place in closed if place > start] + [place for place, _ in opened[index + 1 :]]
        if kind == "earlier" and not ends and not _TOLD.search(text, 0, start):
            continue  # nothing says where the encounter of the note begins again
        yield Span(start, min(ends, default=len(text)))


def _by_date(text: str) -> Iterator[Span]:
    """Stretches dated earlier than the latest; a date with little below it (the next visit, a footer) opens none."""
    marks = [(m.start(), day) for m in _DATED.finditer(text) if (day := _day(m.group(1)))]
    starts = [0, *(start for start, _ in marks[1:]), len(text)]
    parts = zip(marks, starts, starts[1:], strict=False)
    told = [(day, Span(start, end)) for (_, day), start, end in parts if _holds(text, start, end)]
    latest = max((day for day, _ in told), default=None)
    return (span for day, span in told if day != latest)


def _holds(text: str, start: int, end: int) -> bool:
    """True when a stretch has enough words for an encounter: many, or few that tell of something."""
    if end - start >= _LEAST:
        return True
    return bool(_TOLD.search(text, start, end) or _PROSE.search(text, start, end))


def _day(written: str) -> datetime | None:
    for form in _FORMS:
        try:
            return datetime.strptime(written.replace(".", "") if written[:1].isalpha() else written, form)
        except ValueError:
            continue
    return None


def parted(sections: Iterable[Section], spans: tuple[Span, ...]) -> Iterator[Section]:
    """The sections cut where another encounter begins and ends; its own telling is marked as such."""
    cuts = sorted({place for span in spans for place in (span.start, span.end)})
    for section in sections:
        places = [cut for cut in cuts if section.heading.start < cut < section.body.end]
        starts = [section.heading.start, *places]
        for index, start in enumerate(starts):
            inside = any(span.start <= start < span.end for span in spans)
            end = starts[index + 1] if index + 1 < len(starts) else section.body.end
            kind = section.kind if index == 0 else "none"
            kind = OTHER if inside and kind not in _KEPT else kind
            heading = section.heading if index == 0 else Span(start, start)
            yield Section(kind, heading, Span(min(heading.end, end), end))


def told_here(kind: str, place: Span, spans: tuple[Span, ...]) -> bool:
    """False for what another encounter says of itself; its treatments and studies stay, as history."""
    return kind in _TELLS or not any(span.start <= place.start < span.end for span in spans)
