"""The earlier procedures of a patient: those of the claim and those that earlier notes tell, with their relief."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from notecheck.checks.base import Case
from notecheck.policy.book import Book
from notecheck.records import Facts, PriorProcedure

_RELIEF_OF = {"scs-trial": ("trial",), "facet-injection": ("diagnostic-block", "prior-procedure")}
_RELIEF = ("prior-procedure", "diagnostic-block")


@dataclass(frozen=True, slots=True)
class Past:
    """One earlier procedure and where it is known from: ``claim``, ``earlier note`` or ``chart``."""

    prior: PriorProcedure
    source: str


class _Memory:
    """The last case and its history: every judge asks for the same one in a row."""

    last: tuple[Case, tuple[Past, ...]] | None = None


def past(case: Case) -> tuple[Past, ...]:
    """Earlier procedures, oldest first. An entry of the claim stands before the same one in a note.

    A note counts when it has one date of service, before today's. Relief that the claim does not give is taken from
    the first later document that tells of it.
    """
    if _Memory.last is None or _Memory.last[0] is not case:
        _Memory.last = (case, _past(case))
    return _Memory.last[1]


def history(case: Case) -> tuple[PriorProcedure, ...]:
    """The earlier procedures alone, oldest first."""
    return tuple(entry.prior for entry in past(case))


def families_of(prior: PriorProcedure, book: Book, day: date) -> tuple[str, ...]:
    """Families of an earlier procedure: the one named, else those of its code."""
    if prior.family:
        return (prior.family,)
    row = book.codes.best_row(prior.code, day) if prior.code else None
    return row.fact_families if row else ()


def _past(case: Case) -> tuple[Past, ...]:
    found = [Past(prior, "claim") for prior in (case.claim.history if case.claim else ())]
    for documents, source in ((case.earlier, "earlier note"), (case.chart, "chart")):
        for facts in documents:
            for prior in _told(facts, case.day):
                if not any(_same(prior, entry.prior, case) for entry in found):
                    found.append(Past(prior, source))
    found.sort(key=lambda entry: entry.prior.date)
    return tuple(replace(entry, prior=_with_relief(entry.prior, case, found)) for entry in found)


def _told(facts: Facts, day: date) -> Iterator[PriorProcedure]:
    """The procedures of an earlier note, where the note has one day and it lies before today's.

    A visit note that recounts an injection is no note of it: there is no needle, no time-out, no word on complications.
    """
    days = facts.integrity.dates_of_service
    if len(days) != 1 or days[0] >= day.isoformat() or not _reports(facts):
        return
    for done in facts.procedures:
        if done.status != "discontinued":
            yield PriorProcedure(
                date=days[0],
                family=done.family,
                region=done.region,
                levels=done.joints or done.levels,
                laterality=done.laterality,
            )


def _reports(facts: Facts) -> bool:
    """True for the report of a procedure."""
    needle = any(done.needle_gauge for done in facts.procedures)
    return facts.time_out or facts.complications_stated or needle


def _same(one: PriorProcedure, other: PriorProcedure, case: Case) -> bool:
    """One session known twice: same day, and a family in common or none known."""
    if one.date != other.date:
        return False
    first, second = (set(families_of(prior, case.book, case.day)) for prior in (one, other))
    return not first or not second or bool(first & second)


def _with_relief(prior: PriorProcedure, case: Case, known: Iterable[Past]) -> PriorProcedure:
    """The entry with the relief that the next document after it tells; only where it is the last one before that."""
    if prior.relief_percent is not None or prior.relief_days is not None:
        return prior
    families = families_of(prior, case.book, case.day)
    wanted = next((_RELIEF_OF[family] for family in families if family in _RELIEF_OF), _RELIEF)
    later_sessions = [
        entry.prior.date
        for entry in known
        if entry.prior.date > prior.date and set(families_of(entry.prior, case.book, case.day)) & set(families)
    ]
    until = min(later_sessions, default=case.day.isoformat())
    for told_on, facts in _dated(case):
        if not prior.date < told_on <= until:
            continue
        told = [r for r in facts.relief if r.source in wanted and r.percent is not None]
        if len(told) == 1:
            return replace(prior, relief_percent=told[0].percent, relief_days=told[0].days)
    return prior


def _dated(case: Case) -> list[tuple[str, Facts]]:
    """All documents with one date, oldest first, today's note last."""
    older = [
        (facts.integrity.dates_of_service[0], facts)
        for facts in (*case.earlier, *case.chart)
        if len(facts.integrity.dates_of_service) == 1
    ]
    return [*sorted(older, key=lambda pair: pair[0]), (case.day.isoformat(), case.note)]
