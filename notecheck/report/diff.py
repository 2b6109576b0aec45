"""The marked-up claim for a terminal: one line of the claim after the other, with reason and words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Group

from notecheck.records import MarkedLine, Note, Report
from notecheck.records.diff import Mark
from notecheck.report.context import about
from notecheck.report.page import WIDEST, Page
from notecheck.report.text import NO_PROCEDURE
from notecheck.report.words import SEARCHED, documented, place, quoted, shown

SIGNS = {"kept": "=", "changed": "~", "removed": "-", "added": "+", "open": "?"}
_WORDS: dict[Mark, str] = {
    "kept": "kept",
    "changed": "changed",
    "removed": "removed",
    "added": "added",
    "open": "to be settled",
}
_INDENT = 4
_MOST_QUOTES = 2


def render(report: Report, documents: Sequence[Note], *, width: int = WIDEST) -> Group:
    """The claim as marked up, at most ``width`` columns wide; ``documents`` as in ``report.text.render``."""
    page = Page(width)
    name = report.note_id if report.source == "-" else report.source
    page.line(f"{name}   {about(report)}", "bold")
    page.hang("Documented:", documented(report.facts) or NO_PROCEDURE, 3)
    counts = Counter(line.mark for line in report.diff)
    page.hang("Claim:", ", ".join(f"{counts[m]} {words}" for m, words in _WORDS.items() if counts[m]) or "no lines", 3)
    for line in report.diff:
        page.blank()
        _line(page, line, documents)
    if report.suggested.open_questions:
        page.blank()
    for question in report.suggested.open_questions:
        page.hang("Open:", question, 7)
    return page.renderable()


def _line(page: Page, line: MarkedLine, documents: Sequence[Note]) -> None:
    old, new = (shown(one) if one else "" for one in (line.billed, line.supported))
    if line.mark == "changed":
        text = f"{old}  ->  {new}" if old != new else old
        text += f"   {'; '.join(line.changes)}"
    else:
        text = old or new
        pointed = line.supported.icd10 if line.mark == "added" and line.supported else ()
        text += f"   {' '.join(pointed)}" if pointed else ""
    page.hang(SIGNS[line.mark], f"{text}   {_WORDS[line.mark]}", _INDENT, label_style="bold")
    lead = f"{', '.join(line.checks)}: " if line.checks else ""
    for number, reason in enumerate(line.why):
        page.hang("", (lead if number == 0 else "") + reason, _INDENT)
    if line.checks and not line.why:
        page.hang("", lead.rstrip(": "), _INDENT)
    if line.mark != "kept":
        words = [e for e in line.evidence if e.text and not e.field.startswith(SEARCHED)]
        seen = dict.fromkeys((place(e, documents), quoted(e, documents)) for e in words)
        for where, said in list(seen)[:_MOST_QUOTES]:
            page.hang("", f"{where}  {said}", _INDENT)
