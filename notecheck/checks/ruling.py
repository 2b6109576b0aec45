"""What a practice has decided, applied to the findings of one note: which count, which are accepted, how loud."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from notecheck.checks.base import Case
from notecheck.checks.coverage.judging import LOUDNESS, capped
from notecheck.checks.coverage.requirements import judged
from notecheck.checks.notices import ExpiredSuppression, UnusedSuppression
from notecheck.records import Finding, Notice, Ruling, Severity, Suppressed, Suppression


@dataclass(frozen=True, slots=True)
class Ruled:
    """Findings that count, by severity; those accepted; and what is wrong with the suppressions."""

    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    notices: tuple[Notice, ...] = ()


def apply(
    findings: tuple[Finding, ...],
    ruling: Ruling,
    names: Iterable[str],
    limit: Callable[[Finding], Severity],
    today: date | None = None,
) -> Ruled:
    """``names`` are those under which the note is known; ``limit`` the loudest that a finding may be made.

    ``today`` is the calendar's day unless given: a suppression holds until the end of its last day.
    """
    known = set(names)
    mine = [s for s in ruling.suppressions if s.note_id is None or s.note_id in known]
    day = (today or date.today()).isoformat()
    live = [s for s in mine if s.until is None or s.until >= day]
    kept: list[Finding] = []
    suppressed: list[Suppressed] = []
    used: set[Suppression] = set()
    for found in findings:
        if not ruling.wants(found.code):
            continue
        fitting = [s for s in live if _fits(s, found)]
        used.update(fitting)
        if fitting:
            first = fitting[0]
            suppressed.append(Suppressed(found, first.reason, first.until, first.where))
        else:
            kept.append(_loud(found, ruling, limit))
    kept.sort(key=_quietness)
    notices = [UnusedSuppression.of(s, "the note has no such finding") for s in live if s not in used]
    for late in (s for s in mine if s not in live):
        back = "the finding counts again" if any(_fits(late, f) for f in kept) else "the note has no such finding"
        notices.append(ExpiredSuppression.of(late, f"held until {late.until}; {back}"))
    return Ruled(tuple(kept), tuple(suppressed), tuple(notices))


def ceiling(case: Case) -> Callable[[Finding], Severity]:
    """The loudest that each finding of a case may be made: what the confidence of its policy and its answer allow.

    A finding without a policy requirement behind it is never made louder than its check makes it.
    """

    def limit(found: Finding) -> Severity:
        for entry in judged(case):
            if entry.requirement == found.requirement:
                return capped(entry.rule.confidence, entry.answer.at_most)
        return found.severity

    return limit


def _loud(found: Finding, ruling: Ruling, limit: Callable[[Finding], Severity]) -> Finding:
    wanted = dict(ruling.severities).get(found.code, found.severity)
    if LOUDNESS[wanted] > LOUDNESS[found.severity]:
        allowed = max(limit(found), found.severity, key=LOUDNESS.__getitem__)
        wanted = min(wanted, allowed, key=LOUDNESS.__getitem__)
    return found if wanted == found.severity else replace(found, severity=wanted)


def _fits(suppression: Suppression, found: Finding) -> bool:
    return suppression.code == found.code and suppression.line in (None, found.line)


def _quietness(found: Finding) -> int:
    return -LOUDNESS[found.severity]
