"""LAT002."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, listed, proof
from notecheck.checks.coding.sides import side_groups
from notecheck.coding.lines import words
from notecheck.records import Finding


class LateralityModifierMismatch(Check):
    """One side is billed and the other is documented.

    ## What it checks
    LT and RT on each line against the side of the procedure that the line is about.

    ## Why it matters
    A wrong side denies, and raises the question whether the right side was treated.

    ## A note that fails
    "Right L4-L5 foramen injected." billed with 64483-LT.

    ## A note that passes
    The same note billed with 64483-RT.

    ## What it does not check
    Notes that contradict themselves about the side (DOC006), both sides billed or documented (LAT003, LAT004), and the
    side in diagnosis codes (DXC006).

    ## Sources
    Medicare claims rules on LT and RT; fee schedule of July 2026, bilateral indicator 1.
    """

    code = "LAT002"
    name = "laterality-modifier-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        if bill is None or "laterality" in case.note.contradictions:
            return
        for group in side_groups(bill):
            if not group.billed or not group.documented or group.billed & group.documented:
                continue
            yield self.finding(
                f"{listed(group.matches)} billed for the {words(group.billed)} side; "
                f"the note tells of the {words(group.documented)} side.",
                line=group.matches[0].line.code,
                evidence=proof(case, group.procedures, "laterality", "level_sides"),
                fix="Check the side in the description and correct the modifier. "
                "If the note is wrong, only its author may amend it.",
                source=case.book.codes.source("bilateral"),
            )
