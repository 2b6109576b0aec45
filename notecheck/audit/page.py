"""The audit as one HTML file: works offline, prints, light and dark, aggregates and at most some hundred notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from notecheck.audit import plots
from notecheck.audit.batch import UNKNOWN
from notecheck.audit.copies import Copy
from notecheck.audit.picture import ANSWERS, Picture, tables
from notecheck.audit.plots import Bar
from notecheck.audit.tables import Table
from notecheck.records import Note
from notecheck.report.page import plain

MOST_BARS = 20
_MOST_QUOTED = 40
_LONGEST_QUOTE = 320
_NAMES = {"ready": "Ready to bill", "addendum": "To be completed", "hold": "On hold"}


@dataclass(frozen=True, slots=True)
class Quoted:
    """A copied pair with the words of its longest passages, as each note has them; empty where no source is left."""

    copy: Copy
    words: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Everything that the page may show."""

    picture: Picture
    tables: Mapping[str, Table]
    drawings: Mapping[str, Markup]
    counts: tuple[tuple[str, str, int, float], ...]
    period: str
    providers: int
    quoted: tuple[Quoted, ...]
    links: Mapping[str, str]
    outlying: int


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of the audit; the style sheet of the single report is at hand."""
    made = Environment(
        loader=ChoiceLoader(
            [PackageLoader("notecheck.audit", "templates"), PackageLoader("notecheck.report", "templates")]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["plain"] = plain
    return made


def render(shown: Picture, *, texts: Mapping[str, Note] | None = None, links: Mapping[str, str] | None = None) -> str:
    """The page. ``texts`` are notes at hand, to quote copied passages; ``links`` lead from notes to their reports."""
    return environment().get_template("audit.html").render(page=_context(shown, texts or {}, links or {}))


def quoted_keys(shown: Picture) -> list[str]:
    """The notes whose text the page would like to quote."""
    return [key for copy in shown.copies.compared[:_MOST_QUOTED] for key in (copy.pair.first, copy.pair.second)]


def _context(shown: Picture, texts: Mapping[str, Note], links: Mapping[str, str]) -> AuditPage:
    notes = shown.batch.notes
    named = {table.slug: table for table in tables(shown)}
    days = sorted(note.day for note in notes if note.day)
    counts = tuple(
        (answer, _NAMES[answer], number, number / len(notes))
        for answer in ANSWERS
        for number in [sum(note.readiness == answer for note in notes)]
    )
    return AuditPage(
        picture=shown,
        tables=named,
        drawings={slug: Markup(drawn) for slug, drawn in _drawings(named).items()},
        counts=counts,
        period=f"{days[0]} to {days[-1]}" if days else "days not known",
        providers=len({note.provider for note in notes if note.provider != UNKNOWN}),
        quoted=tuple(_quoted(copy, texts) for copy in shown.copies.compared[:_MOST_QUOTED]),
        links=links,
        outlying=sum(use.outlying for use in shown.uses),
    )


def _drawings(named: Mapping[str, Table]) -> dict[str, str]:
    made = {
        slug: plots.readiness(_parts(named[slug]), slug, named[slug].title)
        for slug in ("family", "payer", "provider")
        if named[slug].rows
    }
    made["month"] = plots.trend(_parts(named["month"], 36), "month", named["month"].title)
    gaps = [
        Bar(plain(str(row[0])), (float(row[3] or 0), float(row[4] or 0), float(row[6] or 0)))
        for row in named["gaps"].rows[:MOST_BARS]
    ]
    if gaps:
        made["gaps"] = plots.pareto(gaps, "gaps", named["gaps"].title)
    if "money-provider" in named and named["money-provider"].rows:
        bars = [Bar(plain(str(row[0])), (float(row[2] or 0),)) for row in named["money-provider"].rows[:MOST_BARS]]
        made["money"] = plots.amounts(bars, "money", named["money-provider"].title)
    return made


def _parts(table: Table, most: int = MOST_BARS) -> list[Bar]:
    """The rows as bars; the last ones of a month table, since those are the newest."""
    rows: Sequence[tuple[object, ...]] = table.rows[-most:] if table.slug == "month" else table.rows[:most]
    return [Bar(plain(str(row[0])), tuple(float(str(cell)) for cell in row[2:5])) for row in rows]


def _quoted(copy: Copy, texts: Mapping[str, Note]) -> Quoted:
    one, two = texts.get(copy.pair.first), texts.get(copy.pair.second)
    if one is None or two is None:
        return Quoted(copy, ())
    words = tuple(
        (_cut(one.text[slice(*passage.first)]), _cut(two.text[slice(*passage.second)])) for passage in copy.passages[:3]
    )
    return Quoted(copy, words)


def _cut(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= _LONGEST_QUOTE else words[:_LONGEST_QUOTE].rsplit(" ", 1)[0] + " ..."
