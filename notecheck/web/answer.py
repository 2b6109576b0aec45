"""The answer to a pasted note as parts of the page: each is replaced on its own, so that nothing flashes."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from notecheck.records import Note, Report
from notecheck.report import html
from notecheck.report.context import ItemView, NotePage, note_page
from notecheck.report.page import plain
from notecheck.report.query import as_text, queries
from notecheck.report.words import shown, slug_words

PARTS = ("verdict", "ledger", "claim", "findings", "checklist", "chart", "legend", "foot")
_ORDER = ("not-met", "unclear", "for-person", "met", "not-applicable")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The page's own templates, and those of the report beneath them."""
    made = Environment(
        loader=ChoiceLoader(
            [PackageLoader("notecheck.web", "templates"), PackageLoader("notecheck.report", "templates")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = plain
    made.filters["visible"] = html.visible
    return made


def answer(report: Report, documents: Sequence[Note]) -> dict[str, Any]:
    """Every part as HTML, the note in pieces, and what the copy buttons copy."""
    page = note_page(report, documents)
    found = queries(report, documents)
    topics = _by_topic(page)
    template = environment().get_template("_answer.html")
    made = template.make_module({"page": page, "topics": topics, "queries": found})
    return {
        "readiness": report.readiness,
        "counts": page.counts,
        "documented": page.documented,
        "parts": {name: str(getattr(made, name)()) for name in PARTS},
        "note": [
            {"text": piece.text, "kind": piece.kind, "findings": list(piece.findings)}
            for piece in page.documents[0].pieces
        ],
        "days": list(report.facts.integrity.dates_of_service),
        "copy": {
            "codes": typed(report),
            "query": as_text(found, report) if found else "",
            "checklist": checklist_text(page),
        },
    }


def typed(report: Report) -> str:
    """The lines that the note supports, as they are typed into the codes field."""
    lines = ["".join(shown(line).split()).removesuffix("x1") for line in report.suggested.lines]
    diagnoses = dict.fromkeys(code for line in report.suggested.lines for code in line.icd10)
    return " ".join((*lines, *diagnoses)) if lines else ""


def checklist_text(page: NotePage) -> str:
    """The checklist as plain text, by answer."""
    lines = []
    for _, words, items in page.checklist:
        lines.append(f"{words.upper()} ({len(items)})")
        for view in items:
            quote = f" {plain(view.quote.where)}: {plain(view.quote.words)}" if view.quote else ""
            lines.append(f"- {plain(view.question)} {plain(view.item.because)}{quote}")
        lines.append("")
    return "\n".join(lines)


def _by_topic(page: NotePage) -> list[tuple[str, list[tuple[str, str, ItemView]], dict[str, int]]]:
    """The checklist folded by topic: its items with their answer, and how many have each."""
    topics: dict[str, list[tuple[str, str, ItemView]]] = {}
    for slug, words, items in page.checklist:
        for view in items:
            topics.setdefault(view.item.item.partition("/")[0], []).append((slug, words, view))
    made = []
    for topic, rows in topics.items():
        ordered = sorted(rows, key=_place)
        counts: dict[str, int] = {}
        for _, words, _ in ordered:
            counts[words] = counts.get(words, 0) + 1
        made.append((slug_words(topic), ordered, counts))
    return made


def _place(row: tuple[str, str, ItemView]) -> int:
    return _ORDER.index(row[0])
