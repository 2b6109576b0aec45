"""LAT003."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, listed, proof
from notecheck.checks.coding.sides import side_groups
from notecheck.coding.lines import BOTH, words
from notecheck.records import Finding


class BilateralUnderbilled(Check):
    """Both sides are documented and one side is billed.

    ## What it checks
    The side modifiers of a code, or of a row of level codes, against the sides in the note.

    ## Why it matters
    It is a missed charge, or the other side was not treated and the note says too much.

    ## A note that fails
    "Right greater occipital nerve injected. The same was done on the left." billed with 64405-LT.

    ## A note that passes
    The same note billed with 64405-50.

    ## What it does not check
    Lines without any side modifier (LAT006), and codes that already mean both sides.

    ## Sources
    NCCI Policy Manual for Medicare 2026, ch. I V; fee schedule of July 2026, bilateral indicator 1.
    """

    code = "LAT003"
    name = "bilateral-underbilled"
    severity = "warning"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        for group in side_groups(bill) if bill else ():
            if group.documented != BOTH or len(group.billed) != 1:
                continue
            yield self.finding(
                f"{listed(group.matches)} billed for the {words(group.billed)} side; the note tells of both sides.",
                line=group.matches[0].line.code,
                evidence=proof(case, group.procedures, "laterality", "level_sides"),
                fix="Were both sides treated? If so, bill both in the payer's form.",
                source=bill.setting.rules.source("bilateral-form") if bill else "",
            )
