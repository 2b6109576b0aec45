"""Masks what identifies people, places and devices in text that leaves: every mask is as long as what it hides.

So every offset, line and quotation still points at the same place, and a quotation is cut from a text that was read
whole: a name learned from the head of a note is masked in its last sentence too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, TypeVar

from notecheck import datafile, locate
from notecheck.records import Evidence, Note, Report
from notecheck.report import identifiers, known_forms
from notecheck.report.identifiers import Found, Kind

Record = TypeVar("Record")
_KEPT = re.compile(
    r"[CTLS]\d{1,2}(?:\s?[-/]\s?(?:[CTLS]?\d{1,2}|sacrum))?|\d{5}(?:-\w{2})?|[A-Z]\d{4}|[A-TV-Z]\d[\dA-Z](?:\.\w{1,4})?"
    r"|[\d.,]+ ?(?:mg|mcg|ug|g|mL|ml|cc|units?|gauge|inch|%).*",
    re.IGNORECASE,
)
"""Levels, billing and diagnosis codes, doses: never masked unless a label says what number it is."""
_SOURCES = {"source", "editions", "rule", "code", "name", "requirement", "item"}
"""Fields of a report that hold no words of a note: policies, checks, codes."""
_SHORT = re.compile(r"\[(NAME|DATE|ID|PHONE|EMAIL|URL|ADDRESS|AGE|FACILITY)\*{0,400}\]|\*{2,400}\]?")
_INITIAL_BEFORE = re.compile(r"(?<![^\W_])([A-Z]\. ?)\Z")
_BETWEEN = re.compile(r" ?(?:[A-Z]\.? )?|-")
_AMERICAN = re.compile(r"(?P<m>\d{1,2})[/-](?P<d>\d{1,2})[/-](?P<y>\d{4}|\d{2})")
"""A date as notes write it; findings tell of the same day as year-month-day."""
_WORD = re.compile(r"[^\W\d_]{3,}")
_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


@dataclass(frozen=True, slots=True, order=True)
class Masked:
    """A masked place: half-open range of characters, the same in the text as read and in the redacted one."""

    start: int
    end: int
    kind: Kind


def redacted(text: str, known: Iterable[str] = ()) -> tuple[str, tuple[Masked, ...]]:
    """``text`` with every identifier masked, as long as before, and the masked places in their order.

    ``known`` are names of people that are to be masked wherever they stand, as far as somebody else knows them.
    """
    spans = masked_places(text, known)
    parts, at = [], 0
    for span in spans:
        parts += [text[at : span.start], _mask(text[span.start : span.end], span.kind)]
        at = span.end
    return "".join([*parts, text[at:]]), spans


def masked_places(text: str, known: Iterable[str] = ()) -> tuple[Masked, ...]:
    """Where ``text`` identifies somebody: ranges in order that do not overlap. Parameters as for ``redacted``."""
    own = identifiers.load()
    first = [found for found in (*own.find(text), *known_forms.find(text)) if not _is_kept(text, found)]
    repeated = [found for found in own.again(text, first, known) if not _is_kept(text, found)]
    return tuple(_with_initials(text, _joined(first + repeated)))


def redacted_note(note: Note, known: Iterable[str] = ()) -> Note:
    """The note with its text masked, and its name too where it holds a name of the text."""
    text, spans = redacted(note.text, known)
    literals = _literals([(note.text, spans)])
    return replace(
        note, text=text, source=_file_name(note.source, literals), note_id=_file_name(note.note_id, literals)
    )


class Redactor:
    """Masks the documents of one report (the note, then the chart), and whatever was made from them.

    ``documents`` are the masked ones. Quotations are cut from them; in every other sentence the words that were masked
    there are masked too, and dates of service. Codes, policies and their editions stay.
    """

    def __init__(self, documents: Sequence[Note], *reports: Report) -> None:
        found = [(note.text, masked_places(note.text)) for note in documents]
        names = [text[s.start : s.end] for text, spans in found for s in spans if s.kind == "name"]
        self.documents = tuple(redacted_note(note, names) for note in documents)
        self._literals = _literals(found) | {day: "date" for report in reports for day in _days(report)}

    def words(self, text: str) -> str:
        """Words quoted from the documents, or a sentence about them, masked; as long as before."""
        return _scrubbed(text, self._literals)

    def of(self, record: Record) -> Record:
        """A report, a finding, an explanation, or a tuple of them, as it may leave."""
        done: Record = _walked(record, self.documents, self._literals)
        if isinstance(record, Report):
            return replace(done, source=_file_name(record.source, self._literals))  # type: ignore[type-var]
        return done


def redacted_report(report: Report, documents: Sequence[Note]) -> tuple[Report, tuple[Note, ...]]:
    """The report and its documents (the note, then the chart) as they may leave; see Redactor."""
    redactor = Redactor(documents, report)
    return redactor.of(report), redactor.documents


def short(text: str) -> str:
    """Masks as people read them: ``[NAME]``, without the length of what they hide."""
    return _SHORT.sub(lambda mask: f"[{mask.group(1)}]" if mask.group(1) else "[...]", text)


def masked(
    judged: Sequence[tuple[Report, Sequence[Note]]], told: tuple[Record, ...] = ()
) -> tuple[list[tuple[Report, Sequence[Note]]], tuple[Record, ...]]:
    """Reports with their documents as they may leave, and what else was told about the first of them."""
    redactors = [Redactor(documents, report) for report, documents in judged]
    done: list[tuple[Report, Sequence[Note]]] = [
        (redactor.of(report), redactor.documents) for redactor, (report, _) in zip(redactors, judged, strict=True)
    ]
    return done, redactors[0].of(told)


def _days(report: Report) -> set[str]:
    """The ISO dates that belong to the patient's encounter."""
    days = [report.day, (report.claim.date_of_service or "") if report.claim else ""]
    for facts in (report.facts, *report.chart):
        days += [*facts.integrity.dates_of_service, facts.integrity.signature_date or ""]
    return {day for day in days if day}


def _is_kept(text: str, found: Found) -> bool:
    """True for a level, a code, a dose or a drug that only looks like an identifier."""
    words = text[found.start : found.end].strip()
    if found.rule.startswith("library") or found.rule in ("again", "number-in-the-head"):
        return bool(_KEPT.fullmatch(words))
    return found.kind == "name" and words.lower() in _drugs()


def _joined(found: Iterable[Found]) -> list[Masked]:
    """Overlapping places as one, of the kind of the longest."""
    at: list[Masked] = []
    for one in sorted(found, key=_order):
        if at and one.start < at[-1].end:
            if one.end > at[-1].end:
                at[-1] = Masked(at[-1].start, one.end, at[-1].kind)
        else:
            at.append(Masked(one.start, one.end, one.kind))
    return at


def _with_initials(text: str, spans: Sequence[Masked]) -> Iterable[Masked]:
    """Names with the initials before, after and between them, as one place."""
    at: list[Masked] = []
    for span in spans:
        if span.kind == "name":
            before = _INITIAL_BEFORE.search(text, max(0, span.start - 4), span.start)
            span = replace(span, start=before.start(1)) if before else span
            if at and at[-1].kind == "name" and _BETWEEN.fullmatch(text, at[-1].end, span.start):
                span = replace(at.pop(), end=span.end)
        at.append(span if not at or span.start >= at[-1].end else replace(at.pop(), end=span.end))
    return at


def _order(found: Found) -> tuple[int, int]:
    return found.start, -found.end


def _mask(words: str, kind: Kind) -> str:
    """Stars, with the kind where there is room; ends of lines stay."""
    return "".join(
        part if part.isspace() else _stars(len(part), kind) for part in re.split(r"([\r\n]+)", words) if part
    )


def _stars(length: int, kind: Kind) -> str:
    label = kind.upper()
    return f"[{label}{'*' * (length - len(label) - 2)}]" if length >= len(label) + 2 else "*" * length


def _literals(found: Iterable[tuple[str, Sequence[Masked]]]) -> dict[str, Kind]:
    """The words that were masked, with their kind; short ones would be found in other words."""
    literals: dict[str, Kind] = {
        words: span.kind
        for text, spans in found
        for span in spans
        if len(words := text[span.start : span.end].strip()) >= 3 and span.kind != "age"
    }
    days = [_AMERICAN.fullmatch(words) for words, kind in literals.items() if kind == "date"]
    told = {f"{_century(day['y'])}-{int(day['m']):02}-{int(day['d']):02}" for day in days if day}
    return literals | dict.fromkeys(told, "date")


def _century(year: str) -> int:
    return int(year) if len(year) == 4 else 2000 + int(year) - (100 if int(year) > 40 else 0)


def _scrubbed(text: str, literals: Mapping[str, Kind]) -> str:
    for words in sorted(literals, key=len, reverse=True):
        if words.lower() in text.lower():
            pattern = rf"(?<![^\W_]){re.escape(words)}(?![^\W_])"
            text = re.sub(pattern, _mask(words, literals[words]), text, flags=re.IGNORECASE)
    return text


def _file_name(text: str, literals: Mapping[str, Kind]) -> str:
    """The name of a file, where every word of a person's name counts."""
    words = {word: kind for name, kind in literals.items() if kind == "name" for word in _WORD.findall(name)}
    return _scrubbed(_scrubbed(text, literals), words)


def _walked(value: Any, documents: Sequence[Note], literals: Mapping[str, Kind], name: str = "") -> Any:
    if isinstance(value, Evidence):
        return _evidence(value, documents, literals)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {f.name: _walked(getattr(value, f.name), documents, literals, f.name) for f in fields(value)}
        return replace(value, **changed)
    if isinstance(value, tuple):
        return tuple(_walked(item, documents, literals, name) for item in value)
    if name == "note_id" and isinstance(value, str):
        return _file_name(value, literals)
    if isinstance(value, str) and name not in _SOURCES:
        return _scrubbed(value, literals)
    return value


def _evidence(evidence: Evidence, documents: Sequence[Note], literals: Mapping[str, Kind]) -> Evidence:
    """The same place of the masked document; words that do not stand there are scrubbed on their own."""
    words = (
        documents[evidence.document].text[evidence.start : evidence.end] if evidence.document < len(documents) else ""
    )
    text = words if len(words) == len(evidence.text) else _scrubbed(evidence.text, literals)
    if evidence.field in ("dates_of_service", "signature_date"):
        return replace(evidence, text=text, value=_ISO.sub(_stars(10, "date"), evidence.value))
    return replace(evidence, text=text, value=_scrubbed(evidence.value, literals))


@lru_cache(maxsize=1)
def _drugs() -> frozenset[str]:
    """The names of drugs in the tables of this project, in small letters."""
    data = datafile.read_yaml(locate.patterns() / "codes" / "drugs.yaml")
    named = [entry["drug"] for key in ("drugs", "variants") for entry in data[key]]
    return frozenset(str(name).lower() for name in named)
