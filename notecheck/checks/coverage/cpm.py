"""Monthly chronic pain management: minutes, elements, and visits for the same work."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coverage.judging import capped
from notecheck.policy.coverage import Rule
from notecheck.records import ClaimLine, Evidence, Finding

_TOPIC = "chronic-pain-management"
_FIRST, _FURTHER = "G3002", "G3003"
_VISITS = ("99202", "99203", "99204", "99205", "99211", "99212", "99213", "99214", "99215")
_SECTIONS = ("header", "procedure", "plan", "assessment")


def rule(case: Case, slug: str) -> Rule | None:
    """A requirement of the monthly code on the day; None when none is known."""
    topic = case.book.coverage.topic("medicare", _TOPIC)
    found = case.book.coverage.rule(topic, slug, case.day) if topic else None
    return found if found and not found.gap else None


def billed(case: Case, code: str) -> ClaimLine | None:
    """The first line with the code."""
    return next((line for line in case.claim.lines if line.code == code), None) if case.claim else None


class CpmTimeInsufficient(Check):
    """The clinician's own minutes in the month do not reach the billed units.

    ## What it checks
    Minutes given personally by the billing clinician against the first code and each further unit.

    ## Why it matters
    Staff minutes do not count. Units without minutes are overpaid.

    ## A note that fails
    "Physician 32 minutes, nurse 35 minutes." billed G3002 and G3003 x2.

    ## A note that passes
    "03/04 physician 26 minutes; 03/11 physician 9 minutes; 03/25 physician 12 minutes." billed G3002 and G3003.

    ## What it does not check
    Whether the first visit was in person, and whether minutes were also used for another service.

    ## Sources
    Medicare fee schedule rule 2023, in `patterns/policy/medicare/chronic-pain-management`.
    """

    code = "CPM001"
    name = "cpm-time-insufficient"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        known = rule(case, "minutes")
        first, further = billed(case, _FIRST), billed(case, _FURTHER)
        if known is None or (first is None and further is None):
            return
        units = further.units if further else 0
        asked = (known.number("first") or 0) + units * (known.number("further") or 0)
        visit = case.note.visit
        minutes = visit.physician_minutes
        if minutes is None and visit.staff_minutes is None:
            minutes = visit.total_minutes
        if minutes is not None and minutes >= asked:
            return
        told = "no minutes of the clinician's own" if minutes is None else f"{minutes:g} minutes of the clinician's own"
        line = further or first
        yield self.finding(
            f"The billed units need {asked:g} minutes; the record has {told}.",
            evidence=_words(case),
            fix="Bill the units that the clinician's own minutes support; staff minutes do not count.",
            source=known.source,
            line=line.code if line else None,
            requirement="chronic-pain-management/minutes",
        )


class CpmElementsMissing(Check):
    """Service elements that every month of chronic pain management needs are not in the record.

    ## What it checks
    A validated pain scale with its score, and a care plan made, revised or kept up. The other elements are named in the
    message where they are absent: they are needed only where they fit the patient.

    ## Why it matters
    The monthly code pays for a bundle; minutes alone do not earn it.

    ## A note that fails
    "Pain about the same. Tramadol renewed." No score, no plan.

    ## A note that passes
    "PEG score 6.3. Care plan updated. Goals: walk to church. Needs: sleep. Strengths: family near. Hoped-for
    outcome: fewer
    bad days."

    ## What it does not check
    The four parts of the plan one by one.

    ## Sources
    Medicare fee schedule rule 2023, in `patterns/policy/medicare/chronic-pain-management`.
    """

    code = "CPM002"
    name = "cpm-elements-missing"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        always, needed = rule(case, "elements-every-month"), rule(case, "elements-as-needed")
        if always is None or needed is None or billed(case, _FIRST) is None:
            return
        stated = set(case.note.visit.care_elements)
        if case.note.pain_scores or any(s.score is not None for s in case.note.function_scales):
            stated.add("cpm-validated-scale")
        missing = [e for e in always.words() if e not in stated]
        if not missing:
            return
        others = [e for e in needed.words() if e not in stated]
        text = f"Not in the record: {_named(missing)}."
        if others:
            text += f" Also not found, needed where they fit: {_named(others)}."
        yield self.finding(
            text,
            evidence=_words(case),
            fix="Ask whether these elements were given that month and where they are recorded.",
            source=always.source,
            line=_FIRST,
            requirement="chronic-pain-management/elements-every-month",
        )


class CpmSameDayEm(Check):
    """A visit is billed for the same work as monthly chronic pain management.

    ## What it checks
    A visit code beside the monthly code: it needs modifier 25 and work that the record sets apart.

    ## Why it matters
    Minutes count once. A visit whose time is also in the monthly total is paid twice.

    ## A note that fails
    "Time with patient 22 minutes", counted for the month and billed as a visit too.

    ## A note that passes
    The monthly code alone, with the words "none of it was used for a visit charge".

    ## What it does not check
    Visits of other days and other clinicians in the month.

    ## Sources
    Medicare fee schedule rule 2023, in `patterns/policy/medicare/chronic-pain-management`.
    """

    code = "CPM003"
    name = "cpm-same-day-em"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        known = rule(case, "no-double-time")
        if known is None or case.claim is None or billed(case, _FIRST) is None:
            return
        for line in case.claim.lines:
            if line.code not in _VISITS or ("25" in line.modifiers and case.note.visit.separate):
                continue
            yield self.finding(
                f"{line.code} is billed beside {_FIRST} and the record sets no separate work apart.",
                evidence=_words(case),
                fix="Remove the visit, or ask for the record of separate work with its own minutes.",
                source=known.source,
                line=line.code,
                requirement="chronic-pain-management/no-double-time",
                severity=capped(known.confidence, self.severity),
            )


def _named(slugs: list[str]) -> str:
    return ", ".join(slug.removeprefix("cpm-").replace("-", " ") for slug in slugs)


def _words(case: Case) -> tuple[Evidence, ...]:
    return case.note.of("visit") or case.note.of("physician_minutes") or case.searched(*_SECTIONS)
