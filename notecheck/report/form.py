"""Every form in which reports leave: one function, one name for each form."""

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
    """What a form may need beside the reports: the cards of the checks, and the mask for words of a record.

    ``mask`` None lets every word through; so far SARIF alone asks for one.
    """

    rules: tuple[RuleCard, ...] = ()
    mask: Mask | None = sarif.left_out


def _json(items: Sequence[Judged], manner: Manner) -> str:
    return (json.as_json(*items[0]) if len(items) == 1 else json.batch(items)) + "\n"


def _html(items: Sequence[Judged], manner: Manner) -> str:
    return html.render(*items[0]) if len(items) == 1 else html.render_all(items)


def _markdown(items: Sequence[Judged], manner: Manner) -> str:
    return "\n---\n\n".join(markdown.render(report, documents) for report, documents in items)


def _csv(items: Sequence[Judged], manner: Manner) -> str:
    return csv.render(items)


def _sarif(items: Sequence[Judged], manner: Manner) -> str:
    return sarif.render(items, manner.rules, manner.mask)


WRITTEN: dict[str, Callable[[Sequence[Judged], Manner], str]] = {
    "json": _json,
    "html": _html,
    "md": _markdown,
    "csv": _csv,
    "sarif": _sarif,
}


def written(report: Report, documents: Sequence[Note], form: str, manner: Manner = Manner()) -> str:
    """The report as text in one of the forms of WRITTEN. ``documents`` are the note and then the chart documents."""
    return WRITTEN[form]([(report, documents)], manner)


def written_all(items: Sequence[Judged], form: str, manner: Manner = Manner()) -> str:
    """The reports of several notes as one text; of a single note the same as ``written`` gives."""
    return WRITTEN[form](items, manner)
