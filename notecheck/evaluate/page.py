"""An Evaluation for people: columns for a terminal, or one page of HTML that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.console import Group

from notecheck.evaluate.run import Evaluation
from notecheck.evaluate.tally import ALL, FieldScore, Miss
from notecheck.report.page import WIDEST, Page, plain

_WIDTHS = (28, 6, 6, 7, 9, 7)
_NOTHING = "-"


def render(result: Evaluation, *, width: int = WIDEST, gallery: bool = True) -> Group:
    """The table of fields, then the errors by field; at most ``width`` columns."""
    page = Page(width)
    page.line(_headline(result), "bold")
    page.blank()
    page.columns([("field", "right", "wrong", "missed", "precision", "recall", "F1")], _WIDTHS, style="dim")
    page.columns([_row(score) for score in result.scores], _WIDTHS)
    if gallery and result.misses:
        for field, found in _by_field(result.misses):
            page.blank()
            page.line(f"{field}  ({len(found)})", "bold")
            for miss in found:
                page.hang("", _sentence(miss), 3)
                if miss.words:
                    page.hang("", miss.words, 5, style="dim")
    return page.renderable()


def html(result: Evaluation) -> str:
    """One self-contained page, light or dark as the reader's system is. Every word of a note is escaped."""
    environment = Environment(
        loader=PackageLoader("notecheck.evaluate"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["plain"] = plain
    return environment.get_template("evaluation.html.j2").render(
        headline=_headline(result),
        scores=[score for score in result.scores if score.field != ALL],
        total=result.scores[-1],
        groups=list(_by_field(result.misses)),
    )


def _headline(result: Evaluation) -> str:
    total = result.scores[-1]
    notes = "1 note" if result.notes == 1 else f"{result.notes} notes"
    errors = "1 error" if len(result.misses) == 1 else f"{len(result.misses)} errors"
    return f"{notes}   F1 {total.f1:.3f}   precision {total.precision:.3f}   recall {total.recall:.3f}   {errors}"


def _row(score: FieldScore) -> tuple[str, ...]:
    counts = (score.right, score.wrong, score.missed)
    return (score.field, *map(str, counts), f"{score.precision:.3f}", f"{score.recall:.3f}", f"{score.f1:.3f}")


def _by_field(found: Iterable[Miss]) -> Iterable[tuple[str, list[Miss]]]:
    ordered = sorted(found, key=_field)
    return ((field, list(group)) for field, group in groupby(ordered, key=_field))


def _field(miss: Miss) -> str:
    return miss.field


def _sentence(miss: Miss) -> str:
    line = f", line {miss.line}" if miss.line else ""
    return f"{miss.note_id}{line}: expected {miss.expected or _NOTHING}, got {miss.got or _NOTHING}"
