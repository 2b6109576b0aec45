"""Places and marks in a text: what the read and annotate rooms hand on."""

from __future__ import annotations

import bisect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal[
    "performed",  # said of this encounter, as a fact
    "negated",  # denied, withheld, not done
    "historical",  # earlier than this encounter
    "planned",  # intended, ordered, an option for later
    "hypothetical",  # risk list, condition, instruction, teaching text
    "other-person",  # family member
    "anesthesia",  # given as the anaesthesia of an operation, delivery or repair
]


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Half-open range of characters in the text as read: ``start`` inclusive, ``end`` exclusive."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if self.start < 0 or self.end < self.start:
            raise ValueError(f"not a span: {self.start}..{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: Span) -> bool:
        """True when the two ranges share at least one character."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Span) -> bool:
        """True when ``other`` lies wholly inside this range."""
        return self.start <= other.start and other.end <= self.end


@dataclass(frozen=True, slots=True)
class Note:
    """One document as read.

    ``text`` is never changed after reading, so that every offset points at the words a person sees.
    ``source`` is a file name, or ``-`` for pasted text; ``note_id`` the name without its ending. ``page_starts`` are
    the characters at which its pages start, none where the file has no pages; ``line_starts`` those at which its
    printed lines start, where reading has joined lines that a page was too narrow for.
    """

    text: str
    source: str = "-"
    note_id: str = "note"
    page_starts: tuple[int, ...] = ()
    line_starts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that prove a fact or a finding.

    ``start``/``end`` count characters of the document as read; ``document`` is 0 for the note itself, 1.. for the
    chart documents in the order given. ``field`` and ``value`` say what the words prove, ``rule`` which pattern saw
    them. An absence is proved by the place that was searched: ``field`` then begins with ``searched:``.
    """

    start: int
    end: int
    text: str
    field: str = ""
    value: str = ""
    rule: str = ""
    document: int = 0

    def to_dict(self) -> dict[str, object]:
        out: dict[str, object] = {"start": self.start, "end": self.end, "text": self.text}
        if self.field:
            out["field"] = self.field
        if self.value:
            out["value"] = self.value
        if self.rule:
            out["rule"] = self.rule
        if self.document:
            out["document"] = self.document
        return out


@dataclass(frozen=True, slots=True)
class Mention:
    """A pattern of ``patterns/terms`` seen in the text, with what its surroundings make of it.

    ``kind`` is the file's kind, ``value`` the normalised meaning, ``groups`` the named parts of the pattern,
    ``status`` what section and context say, ``cues`` the context categories that reached it.
    """

    kind: str
    value: str
    span: Span
    text: str
    status: Status = "performed"
    section: str = "none"
    sentence: int = 0
    rule: str = ""
    groups: Mapping[str, str] = field(default_factory=dict)
    cues: tuple[str, ...] = ()

    def evidence(self, field_name: str = "", value: object = None) -> Evidence:
        """This mention as proof of ``field_name``."""
        shown = self.value if value is None else str(value)
        return Evidence(self.span.start, self.span.end, self.text, field_name or self.kind, shown, self.rule)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it. ``kind`` is a slug of ``patterns/sections.yaml``; ``none`` before the
    first."""

    kind: str
    heading: Span
    body: Span


def _begins(mention: Mention) -> int:
    return mention.span.start


@dataclass(frozen=True, slots=True)
class Annotated:
    """A note with its sentences, sections and mentions, in text order: what the facts room reads."""

    note: Note
    sentences: tuple[Span, ...] = ()
    sections: tuple[Section, ...] = ()
    mentions: tuple[Mention, ...] = ()

    @property
    def text(self) -> str:
        return self.note.text

    def of(self, *kinds: str) -> tuple[Mention, ...]:
        """Mentions of the given kinds, in text order."""
        wanted = set(kinds)
        return tuple(m for m in self.mentions if m.kind in wanted)

    def within(self, span: Span, *kinds: str) -> tuple[Mention, ...]:
        """Mentions of the given kinds (all kinds when none is named) that lie wholly inside ``span``."""
        first = bisect.bisect_left(self.mentions, span.start, key=_begins)
        last = bisect.bisect_right(self.mentions, span.end, lo=first, key=_begins)
        inside = self.mentions[first:last]
        return tuple(m for m in inside if (not kinds or m.kind in kinds) and m.span.end <= span.end)

    def sentence_of(self, mention: Mention) -> Span:
        """The sentence in which ``mention`` begins."""
        return self.sentences[mention.sentence]

    def beside(self, mention: Mention, *kinds: str, reach: int = 80) -> Iterator[Mention]:
        """Mentions of ``kinds`` in the same sentence, at most ``reach`` characters away, nearest first."""
        near = [
            (gap, m)
            for m in self.of(*kinds)
            if m.sentence == mention.sentence
            and m is not mention
            and (gap := max(m.span.start - mention.span.end, mention.span.start - m.span.end)) <= reach
        ]
        for _, found in sorted(near, key=lambda pair: (pair[0], pair[1].span)):
            yield found

    def quote(self, span: Span, field_name: str = "", value: str = "") -> Evidence:
        """The words of ``span`` as evidence."""
        return Evidence(span.start, span.end, self.text[span.start : span.end], field_name, value)
