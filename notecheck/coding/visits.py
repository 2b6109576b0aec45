"""Codes for visits and monthly care, from minutes and decision making as the note states them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from notecheck.coding.lines import Draft, Outcome, Setting, Sheet
from notecheck.coding.tables import VisitLevel
from notecheck.policy import claimrules
from notecheck.records import Facts, PriorProcedure, Visit

_RANK = {"minimal": 0, "straightforward": 0, "low": 1, "moderate": 2, "high": 3}
_STEPS = ("straightforward", "low", "moderate", "high")


def monthly_care(facts: Facts, setting: Setting) -> Outcome:
    """The monthly bundle: the first minutes of the clinician, then each further full step."""
    visit = facts.visit
    care = setting.rules.counting.monthly_care
    minutes = visit.physician_minutes
    if not is_monthly(facts) or minutes is None:
        return Outcome()
    sheet = Sheet()
    if minutes < care.first.minutes:
        sheet.ask(f"How many minutes did the clinician spend this month? The bundle begins at {care.first.minutes}.")
        return sheet.done()
    why = f"{minutes:g} minutes of the clinician's own in the month"
    sheet.drafts.append(Draft(care.first.code, why, (), extra=True))
    further = int((minutes - care.first.minutes) // care.further.minutes)
    if further:
        sheet.drafts.append(Draft(care.further.code, f"{why}: full further steps", (), (), further, extra=True))
    return sheet.done()


def office_visit(facts: Facts, setting: Setting, history: Sequence[PriorProcedure], unrelated: bool) -> Outcome:
    """The level that minutes or decision making support, with the modifier that the day needs.

    Beside a procedure only work set apart from it counts. ``unrelated`` says that the visit's problems are not those
    of an earlier procedure whose global period still runs.
    """
    visit = facts.visit
    if not visit.present or is_monthly(facts) or (facts.procedures and not visit.separate):
        return Outcome()
    sheet = Sheet()
    code, told = _code(facts, sheet, setting)
    if not code:
        return sheet.done()
    if visit.new_patient is None and not facts.procedures:
        sheet.ask("Is the patient new or established? The visit codes differ.")
    running = global_period(history, setting)
    marks: tuple[str, ...] = ()
    if facts.procedures:
        marks = ("25",)
    elif running is not None:
        if not unrelated:
            sheet.ask("Is the visit about the procedure whose global period still runs? Then it is not billed apart.")
            return sheet.done()
        marks = ("24",)
    sheet.drafts.append(Draft(code, told, (), marks, extra=True))
    _prolonged(code, visit.total_minutes, sheet, setting)
    return sheet.done()


def _code(facts: Facts, sheet: Sheet, setting: Setting) -> tuple[str, str]:
    """The visit code and why; empty with a question where the note gives no level."""
    visit, before = facts.visit, setting.rules.visits.before
    minutes = f", {visit.total_minutes:g} minutes" if visit.total_minutes is not None else ""
    if setting.day <= before.until:
        table = before.new if visit.new_patient else before.established
        counselled = any(s.kind == "counselling-over-half" for s in facts.services)
        reached = [code for code, least in table.items() if counselled and (visit.total_minutes or 0) >= least]
        if reached:
            return reached[-1], f"visit by time, more than half of it counseling{minutes}"
        sheet.ask(
            f"Which level had the visit? Until {before.until.isoformat()} it went by history, exam and decisions, "
            "or by time where more than half was counseling. The note does not settle it."
        )
        return "", ""
    level = level_of(visit, setting)
    if level is None:
        sheet.ask("How many minutes did the visit take, or what was decided? Neither gives a level.")
        return "", ""
    return (level.new if visit.new_patient else level.established), f"visit of {level.level} level{minutes}"


def _prolonged(code: str, minutes: float | None, sheet: Sheet, setting: Setting) -> None:
    """Time beyond the highest level, in full steps, by the code that the payer takes."""
    rows = setting.rules.visits.prolonged
    row = next(row for row in rows if setting.payer in row.payers or not row.payers)
    first = row.first.get(code)
    if first is None or minutes is None or minutes < first:
        return
    if minutes == first and row.payers:
        sheet.ask(f"Does the payer count {row.code} from minute {first} or one later? Published tables differ.")
        return
    units = int((minutes - first) // row.step) + 1
    why = f"{minutes:g} minutes, {units} prolonged step(s) of {row.step} beyond {code}"
    sheet.drafts.append(Draft(row.code, why, (), (), units, extra=True))


def is_monthly(facts: Facts) -> bool:
    """The note is a record of a month's care, not of one visit."""
    visit = facts.visit
    counted = visit.physician_minutes is not None and visit.total_minutes is None
    return "monthly-care" in facts.statements or (bool(visit.care_elements) and counted)


def level_of(visit: Visit, setting: Setting) -> VisitLevel | None:
    """The higher of the level by minutes and the level by decision making; None when the note supports neither."""
    found = [by for by in (_by_minutes(visit, setting), _by_decision(visit, setting)) if by is not None]
    return max(found, key=lambda row: _RANK[row.level], default=None)


def global_period(history: Sequence[PriorProcedure], setting: Setting) -> PriorProcedure | None:
    """The earlier procedure whose global period covers the day; None when none does."""
    for prior in history:
        row = setting.tables.best_row(prior.code or "", setting.day)
        days = claimrules.modifiers().visit.global_days.get(row.global_days if row else "", 0)
        try:
            done = date.fromisoformat(prior.date)
        except ValueError:
            continue
        if days and done < setting.day <= done + timedelta(days=days):
            return prior
    return None


def _by_minutes(visit: Visit, setting: Setting) -> VisitLevel | None:
    if visit.total_minutes is None:
        return None
    met = [
        row
        for row in setting.rules.visits.levels
        if visit.total_minutes >= (row.new_minutes if visit.new_patient else row.established_minutes)
    ]
    return met[-1] if met else None


def _by_decision(visit: Visit, setting: Setting) -> VisitLevel | None:
    """Two of problems, data and risk; problems and data may be graded by a slug ending in a level."""
    grades = [_grade(visit.problems), _grade(visit.data), _RANK.get(visit.risk or "")]
    known = sorted((grade for grade in grades if grade is not None), reverse=True)
    if len(known) < 2:
        return None
    step = _STEPS[known[1]]
    return next(row for row in setting.rules.visits.levels if row.level == step)


def _grade(slugs: Sequence[str]) -> int | None:
    ranks = [_RANK[end] for slug in slugs if (end := slug.rsplit(":", 1)[-1]) in _RANK]
    return max(ranks, default=None)
