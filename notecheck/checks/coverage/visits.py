"""What an office visit supports: by the clinician's minutes, or by decision making (two of problems, data, risk)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from notecheck.checks.base import Case
from notecheck.checks.coverage.session import payer_of
from notecheck.policy.coverage import Rule
from notecheck.records import ClaimLine, Visit

TOPIC = "visits"
RANKS = {"minimal": 0, "straightforward": 0, "low": 1, "moderate": 2, "high": 3}


@dataclass(frozen=True, slots=True)
class Tables:
    """Minutes and level of each visit code, and the grading of decision making, on one day."""

    minutes: Rule
    level: Rule
    problems: Rule
    two_problems: Rule
    data: Rule
    prolonged: Rule

    @property
    def source(self) -> str:
        return self.minutes.source

    def billed(self, code: str) -> bool:
        """True for a visit code that has a level."""
        return bool(self.level.text(code))

    def series(self, code: str) -> tuple[str, ...]:
        """Codes of the same kind of patient (new or established), lowest first."""
        return tuple(sorted(c for c in self.level.table() if c[:4] == code[:4]))

    def supports(self, code: str, visit: Visit) -> bool:
        """True where minutes or decision making reach the code."""
        asked = self.minutes.number(code)
        if asked is not None and visit.total_minutes is not None and visit.total_minutes >= asked:
            return True
        grade = self.decision(visit)
        return grade is not None and grade >= RANKS[self.level.text(code)]

    def decision(self, visit: Visit) -> int | None:
        """Rank of the decision making: the second highest of problems, data and risk; None when two are unknown."""
        known = sorted((g for g in self.elements(visit) if g is not None), reverse=True)
        return known[1] if len(known) > 1 else None

    def elements(self, visit: Visit) -> tuple[int | None, int | None, int | None]:
        """Ranks of problems, data and risk; None for what the note does not say."""
        return self._problems(visit.problems), self._data(visit.data), RANKS.get(visit.risk or "")

    def rank_of(self, code: str) -> int:
        """Rank of the decision making that the code asks for."""
        return RANKS[self.level.text(code)]

    def minutes_for(self, code: str) -> float:
        """Minutes that the code asks for; endless where none are known."""
        asked = self.minutes.number(code)
        return float("inf") if asked is None else asked

    def _problems(self, slugs: Iterable[str]) -> int | None:
        counts = Counter(slug.partition(":")[0] for slug in slugs)
        grades = [_written(slug) for slug in slugs]
        grades += [_rank(self.problems.text(slug)) for slug in counts]
        grades += [_rank(self.two_problems.text(slug)) for slug, number in counts.items() if number > 1]
        return max((g for g in grades if g is not None), default=None)

    def _data(self, slugs: tuple[str, ...]) -> int | None:
        plain = [slug.partition(":")[0] for slug in slugs]
        grades = [_written(slug) for slug in slugs]
        items = sum(slug in self.data.words("items") for slug in plain)
        alone = set(plain) & set(self.data.words("moderate_alone"))
        if slugs:
            grades.append(RANKS["straightforward"])
        if items >= (self.data.number("low") or 0) or set(plain) & set(self.data.words("low_alone")):
            grades.append(RANKS["low"])
        many = items >= (self.data.number("moderate") or 0)
        if many or alone:
            grades.append(RANKS["moderate"])
        if many + len(alone) > 1:
            grades.append(RANKS["high"])
        return max((g for g in grades if g is not None), default=None) if slugs else None


def tables(case: Case) -> Tables | None:
    """The tables of the day; None when none is known."""
    coverage = case.book.coverage
    topic = coverage.topic(payer_of(case), TOPIC)
    if topic is None:
        return None
    rules = [coverage.rule(topic, slug, case.day) for slug in _SLUGS]
    found = [rule for rule in rules if rule is not None and not rule.gap]
    return Tables(*found) if len(found) == len(_SLUGS) else None


def visit_lines(case: Case, known: Tables) -> tuple[ClaimLine, ...]:
    """Billed visits that have a level."""
    return tuple(line for line in (case.claim.lines if case.claim else ()) if known.billed(line.code))


def visits(case: Case) -> tuple[Visit, ...]:
    """The note's visit part, and chart documents of the same day that are visits."""
    day = case.claim.date_of_service if case.claim else None
    same_day = (f.visit for f in case.chart if f.visit.present and day in f.integrity.dates_of_service)
    return (case.note.visit, *same_day)


def set_apart(case: Case) -> bool:
    """False where a procedure note holds no visit of its own, and no visit note of the day was given."""
    own = case.note.visit.present and (not case.note.procedures or case.note.visit.separate)
    return own or len(visits(case)) > 1


_SLUGS = ("minutes", "level", "problems", "problems-two", "data", "prolonged")


def _written(slug: str) -> int | None:
    """The level that a slug carries itself, as in ``chronic-worsening:moderate``."""
    return _rank(slug.rpartition(":")[2]) if ":" in slug else None


def _rank(level: str) -> int | None:
    return RANKS.get(level)
