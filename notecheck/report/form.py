"""Every form in which a report leaves: one function, one name for each form."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from notecheck.records import Note, Report, RuleCard
from notecheck.report import csv, html, json, markdown, sarif
from notecheck.report.sarif import Mask

Judged = tuple[Report, Sequence[Note]]
"""A report with its documents: the note and then the chart."""


@dataclass(frozen=True, slots=True)
class Manner:
    """What a form may need beside the report: the cards of the checks, and the mask for words of a record.

    ``mask`` None lets every word through; so far SARIF alone asks for one.
    """

    rules: tuple[RuleCard, ...] = ()
    mask: Mask | None = sarif.left_out


def _json(report: Report, documents: Sequence[Note], manner: Manner) -> str:
    return json.as_json(report, documents) + "\n"


def _html(report: Report, documents: Sequence[Note], manner: Manner) -> str:
    return html.render(report, documents)


def _markdown(report: Report, documents: Sequence[Note], manner: Manner) -> str:
    return markdown.render(report, documents)


def _csv(report: Report, documents: Sequence[Note], manner: Manner) -> str:
    return csv.render([(report, documents)])


def _sarif(report: Report, documents: Sequence[Note], manner: Manner) -> str:
    return sarif.render([(report, documents)], manner.rules, manner.mask)


WRITTEN: dict[str, Callable[[Report, Sequence[Note], Manner], str]] = {
    "json": _json,
    "html": _html,
    "md": _markdown,
    "csv": _csv,
    "sarif": _sarif,
}


def written(report: Report, documents: Sequence[Note], form: str, manner: Manner = Manner()) -> str:
    """The report as text in one of the forms of WRITTEN. ``documents`` are the note and then the chart documents."""
    return WRITTEN[form](report, documents, manner)
