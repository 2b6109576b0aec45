"""CLM001."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped
from notecheck.policy import claimrules
from notecheck.records import Evidence, Finding


class ClaimDateImplausible(Check):
    """The claim has no date of service, or one that cannot be.

    ## What it checks
    The date is there, is a calendar date, does not lie in the future and not before the code sets in use.

    ## Why it matters
    The date picks every edition of every rule; a mistyped year judges the claim by the wrong ones.

    ## A note that fails
    Date of service 2062-03-11 on a claim of March 2026.

    ## A note that passes
    Date of service 2026-03-11.

    ## What it does not check
    Whether the date is that of the note (DOC002), and timely filing.

    ## Sources
    45 CFR 162.1002 (code sets by date of service).
    """

    code = "CLM001"
    name = "claim-date-implausible"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        if case.claim is None or not case.claim.lines:
            return
        rule = claimrules.claim_form().dates
        written = case.claim.date_of_service
        why = None
        if not written:
            why = "the claim has no date of service"
        else:
            try:
                day = date.fromisoformat(written)
            except ValueError:
                why = f"'{written}' is no calendar date"
            else:
                if day > max(date.today(), rule.known_until):
                    why = f"{written} lies in the future"
                elif day < rule.earliest:
                    why = f"{written} is too early: {rule.earliest_why}"
        if why is not None:
            yield self.finding(
                f"Date of service: {why}.",
                evidence=_date_places(case),
                fix="Correct the date on the claim from the record.",
                source=rule.source,
                severity=capped(self.severity, rule.confidence),
            )


def _date_places(case: Case) -> tuple[Evidence, ...]:
    return case.note.of("dates_of_service")[:2] or case.searched("header", "none")
