"""NCC001."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped
from notecheck.checks.coding.edited_pairs import edited_pairs, pair_places
from notecheck.records import Finding


class NcciBundled(Check):
    """Two billed codes are edited against each other, and no modifier opens the edit.

    ## What it checks
    Every pair of codes on the claim against the NCCI table: the second column's code of a pair with indicator 0.

    ## Why it matters
    The line is never paid, whatever the modifier and whatever the note says.

    ## A note that fails
    Pump refill by the physician billed 62370 and 62368.

    ## A note that passes
    The same, billed 62370.

    ## What it does not check
    Edits newer than the table (its date stands in the source). Visits (MOD001) and imaging inside a code (IMG004).

    ## Sources
    NCCI procedure-to-procedure edits, practitioner table 2024-07-01.
    """

    code = "NCC001"
    name = "ncci-bundled"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        for first, second, pair in edited_pairs(case):
            if pair.modifier_indicator == "0":
                yield self.finding(
                    f"{second.line.code} is part of {first.line.code} (edit {pair.column1}/{pair.column2}, "
                    "indicator 0: no modifier opens it).",
                    evidence=pair_places(case, first, second),
                    fix=f"Take {second.line.code} off the claim.",
                    source=case.book.codes.source("ptp"),
                    line=second.line.code,
                    severity=capped(self.severity, pair.confidence),
                )
