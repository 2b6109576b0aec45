"""NCC002."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped
from notecheck.checks.coding.edited_pairs import edited_pairs, pair_places
from notecheck.coding.match import LineMatch
from notecheck.policy import claimrules
from notecheck.records import Finding


class NcciModifierNeeded(Check):
    """Two billed codes are edited against each other; a modifier may open it and none is there.

    ## What it checks
    Every pair of codes on the claim against the NCCI table: pairs with indicator 1 whose lines carry no 59, X modifier
    or side that sets them apart.

    ## Why it matters
    The second line denies as billed. Whether a modifier is right depends on the note: a separate site, side or session.

    ## A note that fails
    Sacroiliac joint injection and trigger points of the same buttock billed 27096 and 20552 without modifier.

    ## A note that passes
    Lumbar epidural and trapezius trigger points billed 62323 and 20553-59.

    ## What it does not check
    Whether a modifier that is there is deserved (MOD002). Visits (MOD001) and imaging inside a code (IMG004).

    ## Sources
    NCCI procedure-to-procedure edits, practitioner table 2024-07-01; NCCI Policy Manual ch. I E.
    """

    code = "NCC002"
    name = "ncci-modifier-needed"
    severity = "warning"

    def find(self, case: Case) -> Iterable[Finding]:
        for first, second, pair in edited_pairs(case):
            if pair.modifier_indicator == "1" and not _opened(first, second):
                yield self.finding(
                    f"{second.line.code} is part of {first.line.code} unless it was a separate service "
                    f"(edit {pair.column1}/{pair.column2}, indicator 1).",
                    evidence=pair_places(case, first, second),
                    fix=f"If the note shows a separate site, side or session, add the modifier to {second.line.code}; "
                    "else take the line off.",
                    source=case.book.codes.source("ptp"),
                    line=second.line.code,
                    severity=capped(self.severity, pair.confidence),
                )


def _opened(first: LineMatch, second: LineMatch) -> bool:
    rules = claimrules.modifiers()
    opening = {*rules.distinct, *rules.also_opens}
    return bool(opening & {*first.line.modifiers, *second.line.modifiers})
