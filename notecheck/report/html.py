"""The report of one note as a single HTML file: works offline, prints, asks nothing of the network."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined

from notecheck.records import Note, Report
from notecheck.report.context import batch_page, note_page
from notecheck.report.page import plain


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of this room: everything escaped, an unknown name is an error."""
    made = Environment(
        loader=PackageLoader("notecheck.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = plain
    made.filters["visible"] = visible
    return made


def render(report: Report, documents: Sequence[Note]) -> str:
    """The whole page. ``documents`` are the note and then the chart documents, as given to the check."""
    return environment().get_template("note.html").render(page=note_page(report, documents))


def render_all(items: Sequence[tuple[Report, Sequence[Note]]]) -> str:
    """Several notes as one page: a list of verdicts, then each note as its own page shows it."""
    pages = [
        note_page(report, documents, prefix=f"n{number}-") for number, (report, documents) in enumerate(items, start=1)
    ]
    return environment().get_template("notes.html").render(batch=batch_page(pages))


def visible(text: str) -> str:
    """Text of a document with its lines kept and every other control or direction character shown as its number."""
    return "\n".join(plain(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
