"""MOD001."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import Billing, billing, capped
from notecheck.checks.coding.visit_lines import visit_lines, visit_places
from notecheck.coding.match import LineMatch
from notecheck.policy import claimrules
from notecheck.policy.claimrules import VisitRules
from notecheck.records import Facts, Finding


class Modifier25Unsupported(Check):
    """A visit is billed with a procedure, and either modifier 25 or the separate work behind it is missing.

    ## What it checks
    An office visit on a claim with a procedure of 0, 10 or 90 global days. Without 25 (57 before major surgery, 24 in
    a global period): the modifier is missing. With 25: the record of that day must show work of its own, such as a drug
    started or changed, a test ordered or reviewed, a new problem worked up, a referral.

    ## Why it matters
    The decision to do a minor procedure is part of its payment, for new patients too. Visits with 25 are the most
    audited lines of a pain practice.

    ## A note that fails
    "Here for her scheduled injection. No new complaints. Vitals taken." billed 99213-25 with 20553.

    ## A note that passes
    Own heading for the visit: "Leg pain worse, new weakness. Gabapentin raised, MRI and referral ordered." and then the
    procedure note.

    ## What it does not check
    Whether the level of the visit is right (EMV001). A separate visit note counts only if it is given and of that day.

    ## Sources
    NCCI Policy Manual ch. I D and ch. VIII B; Noridian modifier guidance (25).
    """

    code = "MOD001"
    name = "modifier-25-unsupported"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        done = billing(case)
        rules = claimrules.modifiers().visit
        procedures = _procedures(done, rules) if done is not None else []
        if done is None or not procedures:
            return
        for match in visit_lines(done, rules):
            marks = set(match.line.modifiers)
            beside = procedures[0].line.code
            if not marks & set(rules.same_day):
                yield self.finding(
                    f"{match.line.code} is billed with {beside} and carries no modifier 25.",
                    evidence=visit_places(case),
                    fix="If the record shows separate visit work, bill the visit with 25; else drop it.",
                    source=rules.same_day_source,
                    line=match.line.code,
                    severity=capped(self.severity, rules.same_day_confidence),
                )
            elif "25" in marks and not any(_own_work(facts, rules) for facts in _same_day(case)):
                yield self.finding(
                    f"{match.line.code}-25 with {beside}: the note shows no visit work beyond the procedure.",
                    evidence=visit_places(case),
                    fix="Ask the provider for the visit note of that day, if there is one; without it drop the visit.",
                    source=rules.own_work_source,
                    line=match.line.code,
                    severity=capped(self.severity, rules.own_work_confidence),
                )


def _procedures(done: Billing, rules: VisitRules) -> list[LineMatch]:
    return [m for m in done.matches if m.row is not None and m.row.fact_families and m.row.global_days in rules.globals]


def _same_day(case: Case) -> Iterator[Facts]:
    """The note, and the chart documents dated on the day of service."""
    yield case.note
    yield from (facts for facts in case.chart if case.day.isoformat() in facts.integrity.dates_of_service)


def _own_work(facts: Facts, rules: VisitRules) -> bool:
    visit = facts.visit
    if not visit.present:
        return False
    risks = rules.own_risk_apart if visit.separate else rules.own_risk
    return bool(visit.data) or visit.risk in risks
