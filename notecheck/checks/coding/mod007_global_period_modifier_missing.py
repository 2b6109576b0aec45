"""MOD007."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, capped
from notecheck.checks.coding.visit_lines import visit_lines, visit_places
from notecheck.policy import claimrules
from notecheck.records import Finding


class GlobalPeriodModifierMissing(Check):
    """A visit falls into the global period of an earlier procedure and carries no modifier for it.

    ## What it checks
    An office visit within 10 or 90 days after a procedure of the claim's history whose code has that global period,
    billed without 24, 25, 57 or 79.

    ## Why it matters
    Visits in the global period are part of the procedure. An unrelated problem needs modifier 24 and a note that is
    about it. Radiofrequency ablation has ten days.

    ## A note that fails
    99213 without modifier six days after 64635.

    ## A note that passes
    99213-24 six days after 64635, and the note is about carpal tunnel syndrome.

    ## What it does not check
    Whether the visit is unrelated. Procedures by another physician; the history does not name one.

    ## Sources
    Medicare physician fee schedule, global days; Noridian modifier guidance (24).
    """

    code = "MOD007"
    name = "global-period-modifier-missing"
    severity = "warning"

    def find(self, case: Case) -> Iterable[Finding]:
        done = billing(case)
        if done is None or case.claim is None:
            return
        rules = claimrules.modifiers().visit
        for match in visit_lines(done, rules):
            if set(match.line.modifiers) & set(rules.in_global):
                continue
            for earlier in case.claim.history:
                days = _days_since(earlier.date, case.day)
                row = case.book.codes.best_row(earlier.code, case.day) if earlier.code else None
                limit = rules.global_days.get(row.global_days) if row is not None else None
                if days is None or limit is None or not 0 < days <= limit:
                    continue
                yield self.finding(
                    f"{match.line.code} is {days} days after {earlier.code}, inside its global period of {limit} days.",
                    evidence=visit_places(case),
                    fix="If the visit was for another problem, bill it with 24; if not, it is part of the procedure.",
                    source=rules.in_global_source,
                    line=match.line.code,
                    severity=capped(self.severity, rules.in_global_confidence),
                )
                break


def _days_since(written: str, day: date) -> int | None:
    try:
        return (day - date.fromisoformat(written)).days
    except ValueError:
        return None
