"""The index of a packet: every criterion of the policy in force, and the document, page and line that answers it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from notecheck.packet.clock import Clock
from notecheck.records import Evidence, Note, Report
from notecheck.report.context import NO_PROCEDURE, about, item_view
from notecheck.report.words import SEARCHED, documented, place, quoted, searched, shown

GROUPS = (
    (
        "missing",
        "Missing or unclear",
        "Find it in the chart and add it, or ask the author. Nothing may be added to the record for the answer.",
    ),
    ("for-person", "For a person to look up", "The facts of a note cannot decide these."),
    ("met", "In the record", ""),
    ("not-applicable", "Not applicable", ""),
)  # fmt: skip
_MOST_PLACES = 3
_ANY = "statements"
"""Evidence of this field proves some statement of the note, not always the one that a criterion asks for."""
_LONG_WORD = re.compile(r"[a-z]{5,}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a criterion is answered: the document, page and line in it, and the words."""

    document: str
    where: str
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A criterion: number in the index, question, who asks for it, the answer in words, and the places."""

    number: int
    question: str
    source: str
    because: str
    places: tuple[Place, ...]
    searched: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the packet: its letter in the index, name, role and size."""

    letter: str
    name: str
    role: str
    size: str


@dataclass(frozen=True, slots=True)
class Packet:
    """Everything that the packet shows, on paper and on screen."""

    title: str = field(metadata={"help": "The note's file name."})
    about: str = field(metadata={"help": "Payer, contractor, date of service."})
    documented: str = field(metadata={"help": "What was done, in one sentence."})
    lines: tuple[str, ...] = field(metadata={"help": "The lines billed."})
    clock: Clock | None = field(metadata={"help": "When the answer is due, where a date was given."})
    papers: tuple[Paper, ...] = field(metadata={"help": "The documents of the packet."})
    groups: tuple[tuple[str, str, str, tuple[Row, ...]], ...] = field(
        metadata={"help": "Criteria by answer: slug, heading, what to do, rows; what is missing comes first."}
    )
    warnings: tuple[str, ...] = field(metadata={"help": "Errors of note or claim to be settled before sending."})
    editions: tuple[str, ...] = field(metadata={"help": "Policies and tables used."})

    @property
    def counts(self) -> str:
        """``2 missing or unclear, 17 in the record ...``."""
        return ", ".join(f"{len(rows)} {heading[0].lower()}{heading[1:]}" for _, heading, _, rows in self.groups)


def packet(report: Report, documents: Sequence[Note], clock: Clock | None = None) -> Packet:
    """The index for one report; ``documents`` are the note and then the chart, as given to the check."""
    slugs = [(_slug(item.status, item.for_person), item) for item in report.checklist]
    groups, number = [], 0
    for slug, heading, todo in GROUPS:
        rows = []
        for own, item in slugs:
            if own != slug:
                continue
            number += 1
            view = item_view(item, documents)
            places = _places(view.question, item.evidence, documents)
            looked = "" if places else searched(item.evidence)
            rows.append(Row(number, view.question, item.source, item.because, places, looked))
        if rows:
            groups.append((slug, heading, todo, tuple(rows)))
    claim = report.claim.lines if report.claim else ()
    policies = (item.source.partition(",")[0] for item in report.checklist)
    return Packet(
        title=documents[0].source if documents[0].source != "-" else report.note_id,
        about=about(report),
        documented=documented(report.facts) or NO_PROCEDURE,
        lines=tuple(f"{shown(line)} {', '.join(line.icd10)}".strip() for line in claim),
        clock=clock,
        papers=tuple(_paper(n, document) for n, document in enumerate(documents)),
        groups=tuple(groups),
        warnings=tuple(f"{f.code} {f.name}: {f.message}" for f in report.findings if f.severity == "error"),
        editions=tuple(dict.fromkeys((*report.editions, *policies))),
    )


def letter(number: int) -> str:
    """A to Z, then A1, B1 ..."""
    return chr(ord("A") + number % 26) + (str(number // 26) if number >= 26 else "")


def _slug(status: str, for_person: bool) -> str:
    return "for-person" if for_person else "missing" if status in ("not-met", "unclear") else status


def _places(question: str, evidence: Sequence[Evidence], documents: Sequence[Note]) -> tuple[Place, ...]:
    """The places that speak of the question first; statements on something else only where nothing else is there."""
    words = [e for e in evidence if e.text and not e.field.startswith(SEARCHED)]
    asked = set(_LONG_WORD.findall(question.lower()))
    ranked = sorted(
        (-len(asked & set(_LONG_WORD.findall(e.text.lower()))), e.field == _ANY, n) for n, e in enumerate(words)
    )
    own = [(shared, loose, n) for shared, loose, n in ranked if shared or not loose]
    found = [standing for _, _, n in own or ranked if (standing := _standing(words[n], documents))]
    places = [Place(letter(e.document), _line(e, documents), quoted(e, documents)) for e in found]
    return tuple(dict.fromkeys(places))[:_MOST_PLACES]


def _line(evidence: Evidence, documents: Sequence[Note]) -> str:
    """Page and line without the name of the document."""
    return place(evidence, documents).removeprefix(f"{documents[evidence.document].source} ")


def _standing(evidence: Evidence, documents: Sequence[Note]) -> Evidence | None:
    """The evidence with the document in which its words do stand at its place; an index must not point elsewhere."""
    numbers = sorted(range(len(documents)), key=[evidence.document, *range(len(documents))].index)
    for number in numbers:
        if documents[number].text[evidence.start : evidence.end] == evidence.text:
            return replace(evidence, document=number)
    return None


def _paper(number: int, document: Note) -> Paper:
    lines = len(document.text.splitlines())
    pages = f"{len(document.page_starts)} pages, " if document.page_starts else ""
    name = document.source if document.source != "-" else document.note_id
    return Paper(letter(number), name, "procedure note" if number == 0 else "chart document", f"{pages}{lines} lines")
