"""Judges of how often, how soon, how many and what together."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from notecheck.checks.coverage.judging import Answer, met, not_applicable, not_met, unclear
from notecheck.checks.coverage.session import REGION_OF, Earlier, Session, joints_of, procedure_words, same_side
from notecheck.policy.coverage import Rule
from notecheck.records import Evidence


@dataclass(frozen=True, slots=True)
class Window:
    """The rolling period that ends on the day of service: a number of months by the calendar, else of days."""

    day: date
    months: int = 0
    days: int = 0

    def holds(self, earlier: date) -> bool:
        """True for a day inside the period. The same day of the month, twelve months ago, is outside."""
        if self.months:
            return self.leaves(earlier) > self.day
        return (self.day - earlier).days < self.days

    def leaves(self, earlier: date) -> date:
        """The first day on which ``earlier`` no longer counts."""
        return months_later(earlier, self.months) if self.months else earlier + timedelta(days=self.days)

    @property
    def shown(self) -> str:
        return f"a rolling {self.months} months" if self.months else f"{self.days} days"


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last day of a shorter month (31 January, 29 February)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def window_of(session: Session, rule: Rule) -> Window:
    """The period that the value names, else the topic's."""
    days = rule.number("days")
    if days is not None:
        return Window(session.case.day, days=int(days))
    return Window(session.case.day, months=int(rule.number("months") or session.topic.counting_months))


def counted_sessions(session: Session, rule: Rule) -> tuple[Earlier, ...]:
    """The earlier sessions that count against the limit, newest first; one for each day."""
    window = window_of(session, rule)
    counted = {
        e.prior.date: e
        for e in session.earlier
        if (e.here or rule.flag("all_regions"))
        and window.holds(date.fromisoformat(e.prior.date))
        and (not rule.flag("same_side") or same_side(e.prior, session.procedures))
    }
    return tuple(counted.values())


def sessions(session: Session, rule: Rule) -> Answer:
    """Sessions in the rolling window, today's included, against one limit or one for each purpose."""
    if session.case.claim is None:
        return not_applicable("Without a claim there is no history to count.")
    window = window_of(session, rule)
    counted = {e.prior.date: e for e in counted_sessions(session, rule)}
    limit = rule.number() if rule.number() is not None else rule.number("limit")
    words = _today(session)
    if limit is not None:
        return _against(len(counted) + 1, limit, window, words)
    diagnostic, therapeutic = rule.number("diagnostic"), rule.number("therapeutic")
    if diagnostic is None or therapeutic is None:
        return not_applicable("The policy prints no limit.")
    tests = sum(e.diagnostic for e in counted.values())
    others = len(counted) - tests
    today_is_test = "diagnostic" in session.purposes
    if today_is_test and tests + 1 > diagnostic:
        return _against(tests + 1, diagnostic, window, words)
    if others + (not today_is_test) > therapeutic:
        answer = _against(others + (not today_is_test), therapeutic, window, words)
        known = all(e.prior.relief_days is not None for e in counted.values())
        return answer if known else not_met(answer.because, answer.finding, words, "warning")
    return met(f"Session {len(counted) + 1} in {window.shown}.", words)


def _against(count: int, limit: float, window: Window, words: tuple[Evidence, ...]) -> Answer:
    if count > limit:
        return not_met(
            f"This is session {count} in {window.shown}; the policy covers {limit:g}.", "sessions-exceed-limit", words
        )
    return met(f"{count} of {limit:g} sessions in {window.shown}, this one included.", words)


def interval(session: Session, rule: Rule) -> Answer:
    """Days since the last session on the same side and, for facet joints, at a joint in common where both are known."""
    asked = rule.number() or 0
    joints = {joint for p in session.procedures for joint in joints_of(p)}
    past = [e for e in session.repeated if not joints or not e.joints or joints & set(e.joints)]
    if not past:
        if session.told_only:
            return unclear("The note tells of an earlier session, its date is not known.", _today(session))
        return not_applicable("No earlier session at this place is known.")
    last: Earlier = min(past, key=lambda e: e.days_ago)
    if last.days_ago >= asked:
        return met(f"{last.days_ago} days since {last.prior.date}.", _today(session))
    return not_met(
        f"{last.days_ago} days since the session of {last.prior.date}; the policy asks for {asked:g}.",
        "interval-too-short",
        _today(session),
    )


def regions(session: Session, rule: Rule) -> Answer:
    """Spinal regions treated in one session, grouped as the facet LCDs do."""
    limit = rule.number() or 0
    if len(session.groups) > limit:
        regions = [r for p in session.procedures for r in (*(REGION_OF.get(level[0]) for level in p.levels), p.region)]
        named = " and ".join(dict.fromkeys(r for r in regions if r))
        return not_met(
            f"Treated in one session: {named}. The policy covers {limit:g} region.",
            "multiple-regions-in-session",
            procedure_words(session.procedures, "region", "levels") or _today(session),
        )
    return met("One region was treated.", procedure_words(session.procedures, "region"))


def muscle_regions(session: Session, rule: Rule) -> Answer:
    """Muscles of the upper and of the lower half of the body; nearer regions are left to a person (no printed map)."""
    muscles = tuple(dict.fromkeys(m for p in session.procedures for m in p.muscles))
    words = procedure_words(session.procedures, "muscles") or _today(session)
    halves = {
        half: [m for m in muscles if any(word in m.lower() for word in rule.words(half))] for half in ("upper", "lower")
    }
    if all(halves.values()):
        named = "; ".join(", ".join(found) for found in halves.values())
        return not_met(
            f"Treated in one session, in different regions: {named}. The policy covers one region.",
            "multiple-regions-in-session",
            words,
        )
    if not muscles:
        return unclear("The muscles are not named.", words)
    return met("The muscles named lie in one half of the body; nearer regions are for a person to tell apart.", words)


def sites(session: Session, rule: Rule) -> Answer:
    """Nerves treated in one session; several levels of one nerve are one site."""
    limit = rule.number() or 0
    named = {p.site for p in session.procedures if p.site}
    if len(named) > limit:
        return not_met(
            f"{len(named)} sites in one session: {', '.join(sorted(named))}. The policy covers {limit:g}.",
            "multiple-regions-in-session",
            procedure_words(session.procedures, "site") or _today(session),
        )
    return met("The sites are within the limit.", procedure_words(session.procedures, "site"))


def combined(session: Session, rule: Rule) -> Answer:
    """Other blocks of the same session that the policy does not cover beside this one."""
    others = [
        p
        for p in session.case.note.procedures
        if p.family in rule.words("families")
        and p.family not in session.topic.families
        and p.technique != "dry-needling"
    ]
    if not others:
        return met("No other block was done in the session.")
    own = session.procedures[0].family
    named = ", ".join(dict.fromkeys(p.family for p in others))
    return not_met(
        f"{own} and {named} in one session.",
        "combined-procedures-not-covered",
        procedure_words((*session.procedures, *others), "family") or _today(session),
    )


def _today(session: Session) -> tuple[Evidence, ...]:
    words = tuple(e for p in session.procedures for e in p.evidence[:1])
    return words or session.case.searched("procedure", "header")
