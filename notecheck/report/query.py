"""The question to the provider: what the record says, what is open, and answers that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from notecheck.policy.queries import Topic, questions
from notecheck.records import Finding, Note, Report
from notecheck.report.context import Quote, finding_view
from notecheck.report.markdown import literal
from notecheck.report.page import plain

OTHER = "other: ____"
UNABLE = "unable to determine"
_MOST_INDICATORS = 6
ADDENDUM = (
    "LATE ENTRY / ADDENDUM",
    "Date of this entry: ____",
    "Time of this entry: ____",
    "Refers to the note of (date): ____",
    "Author (name, credentials): ____",
    "Reason for the late entry: ____",
    "Clarification: ____",
    "Signature, date, time: ____",
)
_CLOSING = (
    "Please answer from your own knowledge of the patient and the record. If the record needs correction, add a dated "
    "and timed addendum; do not alter the original."
)


@dataclass(frozen=True, slots=True)
class Query:
    """One question: ``indicators`` are words of the record, ``looked_in`` the places where nothing was found."""

    topic: str
    question: str
    options: tuple[str, ...]
    asks: tuple[str, ...]
    indicators: tuple[Quote, ...]
    looked_in: tuple[str, ...]
    findings: tuple[str, ...]

    def to_dict(self) -> dict[str, object]:
        return {
            "topic": self.topic,
            "question": self.question,
            "options": list(self.options),
            "asks": list(self.asks),
            "indicators": [{"where": quote.where, "words": quote.words} for quote in self.indicators],
            "looked_in": list(self.looked_in),
            "findings": list(self.findings),
        }


def queries(report: Report, documents: Sequence[Note]) -> tuple[Query, ...]:
    """The questions that the findings of a report leave to the provider, one for each topic.

    ``documents`` are the note and then the chart, as given to the check. Findings at info and findings that the coder
    settles alone lead to none.
    """
    book = questions()
    by_topic: dict[str, list[Finding]] = {}
    for finding in report.findings:
        topic = book.topic_of(finding.name)
        if topic is not None and finding.severity != "info":
            by_topic.setdefault(topic, []).append(finding)
    return tuple(_query(name, book.topics[name], findings, documents) for name, findings in by_topic.items())


def as_text(found: Sequence[Query], report: Report) -> str:
    """The queries as plain text, with an empty addendum below."""
    lines = [f'QUERY TO THE PROVIDER   record "{plain(report.note_id)}"', ""]
    for number, query in enumerate(found, start=1):
        lines += [f"{number}. From the record:", *(f"   {line}" for line in _indicators(query)), ""]
        lines += [f"   {query.question}", *(f"   {line}" for line in _answers(query)), ""]
    return "\n".join([*lines, _CLOSING, "", "-" * 60, *ADDENDUM]) + "\n" if found else _nothing(report)


def as_markdown(found: Sequence[Query], report: Report) -> str:
    """The queries as Markdown, with an empty addendum below."""
    if not found:
        return _nothing(report)
    parts = [f'# Query to the provider, record "{literal(report.note_id)}"']
    for number, query in enumerate(found, start=1):
        parts.append(f"## {number}. {literal(query.question)}")
        parts.append("From the record:\n\n" + "\n".join(f"> {literal(line)}\n>" for line in _indicators(query)))
        parts.append("\n".join(f"- {line.replace('_', chr(92) + '_')}" for line in _answers(query)))
    parts += [_CLOSING, "---", "\n\n".join(line.replace("_", "\\_") for line in ADDENDUM)]
    return "\n\n".join(parts) + "\n"


def _query(name: str, topic: Topic, findings: Sequence[Finding], documents: Sequence[Note]) -> Query:
    views = [finding_view(n, finding, documents) for n, finding in enumerate(findings, start=1)]
    quotes = dict.fromkeys(quote for view in views for quote in view.quotes)
    looked = dict.fromkeys(view.searched.partition(": ")[2] for view in views if view.searched and not view.quotes)
    return Query(
        topic=name,
        question=topic.question,
        options=(*topic.options, OTHER, UNABLE) if topic.options else (),
        asks=topic.asks,
        indicators=tuple(quotes)[:_MOST_INDICATORS],
        looked_in=tuple(place for place in looked if place),
        findings=tuple(dict.fromkeys(finding.code for finding in findings)),
    )


def _indicators(query: Query) -> Iterable[str]:
    for quote in query.indicators:
        yield f"{plain(quote.where)}: {plain(quote.words)}"
    for place in query.looked_in:
        yield f"Nothing on this was found in: {plain(place)}."
    if not query.indicators and not query.looked_in:
        yield "Nothing on this was found in the record given."


def _answers(query: Query) -> Iterable[str]:
    for option in query.options:
        yield f"[ ] {option}"
    for blank in query.asks:
        yield f"{blank}: ____"
    if not query.options:
        yield f"[ ] {UNABLE}"


def _nothing(report: Report) -> str:
    return f'No question to the provider: no finding of "{plain(report.note_id)}" needs one.\n'
