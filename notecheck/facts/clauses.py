"""Parts of a sentence, and whether what stands in them is denied: small readings shared by the fact modules."""

from __future__ import annotations

import re

from notecheck.records import Annotated, Mention, Span

_BREAK = re.compile(r";|(?<=\S)[ \t]{2,}(?=\S)|\s\|\s|(?<=[a-z)\d])\.\s+(?=[A-Z])")
_FIELD = 12  # a header field is one sentence; what begins later is prose
_COMMA = re.compile(r",(?!\d{3}\b)|;|\s-\s|:(?!\d)|\bbut\b|\bhowever\b|\balthough\b|\bexcept\b", re.IGNORECASE)


def clauses(text: str, sentence: Span) -> tuple[Span, ...]:
    """The parts of ``sentence`` between semicolons, wide blanks, table bars and inner full stops."""
    out, start = [], sentence.start
    for match in _BREAK.finditer(text, sentence.start, sentence.end):
        if text[start : match.start()].strip():
            out.append(Span(start, match.start()))
        start = match.end()
    if text[start : sentence.end].strip():
        out.append(Span(start, sentence.end))
    return tuple(out) or (sentence,)


def told_first(doc: Annotated, mention: Mention) -> bool:
    """True in a story that a glued or missing heading left in the description, before any needle or drape is named."""
    return not any(m.span.start < mention.span.start for m in doc.of("needle", "sterile") if m.section == "description")


def table_row(text: str, place: Span) -> Span | None:
    """The line around ``place`` when bars divide it into cells, else None."""
    start = text.rfind("\n", 0, place.start) + 1
    end = text.find("\n", place.end)
    end = len(text) if end < 0 else end
    return Span(start, end) if "|" in text[place.end : end] else None


def section_of(doc: Annotated, mention: Mention) -> str:
    """The kind of section, but "none" for prose that merely follows a header field on the same line."""
    if mention.section == "plan":
        heading = max((s.heading.start for s in doc.sections if s.heading.end <= mention.span.start), default=_FIELD)
        return "none" if heading < _FIELD else "plan"
    if mention.section != "header":
        return mention.section
    heading = max((s.heading.end for s in doc.sections if s.heading.end <= mention.span.start), default=0)
    sentence = doc.sentence_of(mention)
    return "none" if sentence.start > heading + _FIELD else "header"


def clause_of(doc: Annotated, mention: Mention) -> Span:
    """The clause in which ``mention`` begins."""
    sentence = doc.sentence_of(mention)
    parts = clauses(doc.text, sentence)
    return next((part for part in parts if part.start <= mention.span.start < part.end), parts[-1])


def phrase_of(doc: Annotated, mention: Mention) -> Span:
    """The part of the clause around ``mention`` between commas, colons, dashes and "but"."""
    clause = clause_of(doc, mention)
    start, end = clause.start, clause.end
    for match in _COMMA.finditer(doc.text, clause.start, clause.end):
        if match.end() <= mention.span.start:
            start = match.end()
        elif match.start() >= mention.span.end:
            end = match.start()
            break
    return Span(start, max(start, end))


def before(doc: Annotated, mention: Mention, within: Span) -> str:
    """The words of ``within`` that stand before ``mention``."""
    return doc.text[within.start : max(within.start, mention.span.start)]


def after(doc: Annotated, mention: Mention, within: Span) -> str:
    """The words of ``within`` that stand after ``mention``."""
    return doc.text[min(mention.span.end, within.end) : within.end]
