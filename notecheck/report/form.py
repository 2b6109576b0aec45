"""Every form in which a report leaves: one function, one name for each form."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from notecheck.records import Note, Report
from notecheck.report import csv, html, json, markdown


def _json(report: Report, documents: Sequence[Note]) -> str:
    return json.as_json(report) + "\n"


def _csv(report: Report, documents: Sequence[Note]) -> str:
    return csv.render([(report, documents)])


WRITTEN: dict[str, Callable[[Report, Sequence[Note]], str]] = {
    "json": _json,
    "html": html.render,
    "md": markdown.render,
    "csv": _csv,
}


def written(report: Report, documents: Sequence[Note], form: str) -> str:
    """The report as text in one of the forms of WRITTEN. ``documents`` are the note and then the chart documents."""
    return WRITTEN[form](report, documents)
