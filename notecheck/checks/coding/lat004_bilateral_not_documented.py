"""LAT004."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, listed, proof
from notecheck.checks.coding.sides import side_groups
from notecheck.coding.lines import BOTH, words
from notecheck.records import Finding


class BilateralNotDocumented(Check):
    """Both sides are billed and one side is documented.

    ## What it checks
    Modifier 50, or LT with RT, against the sides in the note.

    ## Why it matters
    The second side is paid and was not treated, as far as the record shows.

    ## A note that fails
    "Left sacroiliac joint injected. The right joint was not touched." billed with 27096-50.

    ## A note that passes
    The same note billed with 27096-LT.

    ## What it does not check
    Notes without any side (LAT001) and codes that already mean both sides.

    ## Sources
    NCCI Policy Manual for Medicare 2026, ch. I V; fee schedule of July 2026, bilateral indicator 1.
    """

    code = "LAT004"
    name = "bilateral-not-documented"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        for group in side_groups(bill) if bill else ():
            if group.billed != BOTH or len(group.documented) != 1:
                continue
            yield self.finding(
                f"{listed(group.matches)} billed for both sides; "
                f"the note tells of the {words(group.documented)} side only.",
                line=group.matches[0].line.code,
                evidence=proof(case, group.procedures, "laterality", "level_sides"),
                fix="Was one side treated? If so, bill that side alone.",
                source=bill.setting.rules.source("bilateral-form") if bill else "",
            )
