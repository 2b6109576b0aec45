"""The three-element table of a visit: what the note states of problems, data and risk, and what that supports."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.checks.base import Case
from notecheck.checks.coverage.visits import Tables, tables, visit_lines, visits
from notecheck.records import Element, Evidence, Verdict, Visit, VisitSupport

_NAMES = ("straightforward", "low", "moderate", "high")


def support(case: Case) -> VisitSupport | None:
    """What the visit part of the record supports; None where there is no visit and none is billed.

    Of several visit documents of the day the one that supports most is shown.
    """
    known = tables(case)
    if known is None or case.note.visit.care_elements:
        return None
    billed = next((line.code for line in visit_lines(case, known)), None)
    present = [v for v in visits(case) if v.present]
    if billed is None and not present:
        return None
    visit = max(present or [case.note.visit], key=lambda v: _worth(known, v))
    problems, data, risk = known.elements(visit)
    decision = known.decision(visit)
    series = known.series(billed) if billed else _series(known, visit)
    by_decision = [c for c in series if decision is not None and known.rank_of(c) <= decision]
    by_time = [c for c in series if visit.total_minutes is not None and known.minutes_for(c) <= visit.total_minutes]
    status, because = _answer(known, billed, visits(case), decision, visit)
    return VisitSupport(
        problems=Element(_name(problems), _plain(visit.problems)),
        data=Element(_name(data), _plain(visit.data)),
        risk=Element(_name(risk), (visit.risk,) if visit.risk else ()),
        decision=_name(decision),
        minutes=visit.total_minutes,
        code_by_decision=by_decision[-1] if by_decision else None,
        code_by_time=by_time[-1] if by_time else None,
        billed=billed,
        status=status,
        because=because,
        source=known.source,
        evidence=_words(case, visit),
    )


def _answer(
    known: Tables, billed: str | None, all_visits: Sequence[Visit], decision: int | None, visit: Visit
) -> tuple[Verdict, str]:
    if billed is None:
        return "not-applicable", "No visit is billed."
    if any(known.supports(billed, v) for v in all_visits):
        return "met", f"The record supports {billed}."
    if decision is None and visit.total_minutes is None:
        return "unclear", "The note states no total time and fewer than two elements of decision making."
    return "not-met", f"Neither time nor decision making reaches {billed}."


def _series(known: Tables, visit: Visit) -> tuple[str, ...]:
    """Codes of a new or an established patient, where the note says which; else none."""
    if visit.new_patient is None:
        return ()
    return known.series("99202" if visit.new_patient else "99212")


def _worth(known: Tables, visit: Visit) -> tuple[int, float]:
    decision = known.decision(visit)
    return (-1 if decision is None else decision, visit.total_minutes or 0)


def _name(rank: int | None) -> str | None:
    return None if rank is None else _NAMES[rank]


def _plain(slugs: tuple[str, ...]) -> tuple[str, ...]:
    """What was seen, without the levels that the slugs carry; each once, with its number where it is more."""
    names = [slug.partition(":")[0] for slug in slugs if not slug.startswith("data:")]
    return tuple(f"{name} x{names.count(name)}" if names.count(name) > 1 else name for name in dict.fromkeys(names))


def _words(case: Case, visit: Visit) -> tuple[Evidence, ...]:
    for index, facts in enumerate(case.record()):
        if facts.visit is visit and visit.evidence:
            return tuple(
                Evidence(e.start, e.end, e.text, e.field, e.value, e.rule, index) for e in visit.evidence
            )
    return case.searched("assessment", "plan", "history")
