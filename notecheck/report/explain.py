"""Explanations for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Group

from notecheck.records import Explanation, Note
from notecheck.report.page import WIDEST, Page
from notecheck.report.words import SEARCHED, place, quoted, searched

_HANG = 14
_CONFIDENCE = {
    "verified": "read at the source",
    "verified-2": "read second-hand",
    "recalled": "from memory: never more than information",
    "unsure": "unsure: never more than information",
}
INVENTED = "kinds of wording, invented"


def render(explanations: Sequence[Explanation], documents: Sequence[Note], *, width: int = WIDEST) -> Group:
    """One block for each explanation: what is asked, where it is written, what decided it, which wording answers it."""
    page = Page(width)
    for told in explanations:
        page.blank()
        put(page, told, documents)
    return page.renderable()


def put(page: Page, told: Explanation, documents: Sequence[Note]) -> None:
    """One explanation at the end of a page."""
    page.line(f"{told.name}   {told.status}", "bold")
    page.hang("Asks", told.asks, _HANG)
    if told.value:
        page.hang("In force", told.value, _HANG)
    read = ", ".join(part for part in (_CONFIDENCE.get(told.confidence, ""), _checked(told)) if part)
    page.hang("Written in", f"{told.source}{f' ({read})' if read else ''}", _HANG)
    if told.because:
        page.hang("Decided by", told.because, _HANG)
    words = [e for e in told.evidence if e.text and not e.field.startswith(SEARCHED)]
    for shown in dict.fromkeys(f"{place(e, documents)}  {quoted(e, documents)}" for e in words):
        page.hang("", shown, _HANG)
    if not words and (where := searched(told.evidence)):
        page.hang("", f"Not found ({where})", _HANG)
    for label, kinds in (("Would do", told.satisfies), ("Would not do", told.fails)):
        for number, kind in enumerate(kinds):
            page.hang(label if number == 0 else "", f"{kind} ({INVENTED})" if number == 0 else kind, _HANG)
    for review in told.reviews:
        page.hang("Reviews", f"{review.says} ({review.source})", _HANG)


def _checked(told: Explanation) -> str:
    return f"last checked {told.last_checked}" if told.last_checked else ""
