"""PRC009."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped, searched
from notecheck.policy.codes import CodeRow
from notecheck.records import Finding, Severity


class OutdatedCode(Check):
    """A billed code was deleted, replaced or not yet valid on the date of service.

    ## What it checks
    The first and last day of each billed code in the code table against the date of service. A date of service in a
    later year than the table gets a hint that the codes of that year are not known.

    ## Why it matters
    A code that does not exist on the day is rejected before anyone reads the note.

    ## A note that fails
    "Methylprednisolone acetate 80 mg", served in November 2025, billed with J1040, which ended in March 2024.

    ## A note that passes
    The same note billed with J1010, 80 units.

    ## What it does not check
    Codes that the table does not hold. Where a deletion date is known from memory alone, the finding is a hint, unless
    a Medicare file read for the table shows that the code was gone by the day.

    ## Sources
    HCPCS Level II table of July 2024; Medicare fee schedules of July 2024 and July 2026; notices named in the table.
    """

    code = "PRC009"
    name = "outdated-code"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterator[Finding]:
        yield from self._beyond_the_table(case)
        told: set[str] = set()
        for line in case.claim.lines if case.claim else ():
            row = case.book.codes.any_row(line.code)
            if row is None or line.code in told or case.book.codes.row(line.code, case.day) is not None:
                continue
            told.add(line.code)
            yield self.finding(
                f"{line.code} {_when(row, case.day)}; the date of service is {case.day.isoformat()}."
                + (f" In its place: {', '.join(row.replaced_by)}." if row.replaced_by else ""),
                line=line.code,
                evidence=searched(case),
                fix=f"Replace {line.code} by the code that was valid on the day, and count its units anew.",
                source=f"{case.book.codes.source('codes')}; {row.source}",
                severity=_severity(self.severity, row, case.day),
            )

    def _beyond_the_table(self, case: Case) -> Iterator[Finding]:
        """Codes change with the calendar year: a later year than the table's is said, not guessed."""
        read = case.book.codes.days.get("codes")
        if case.claim is None or not case.claim.lines or read is None or case.day.year <= read.year:
            return
        yield self.finding(
            f"The code table is of {read.isoformat()}; whether its codes hold on {case.day.isoformat()} is not known.",
            evidence=searched(case),
            fix="Check the codes against the code set of that year.",
            source=case.book.codes.source("codes"),
            severity="info",
        )


def _when(row: CodeRow, day: date) -> str:
    if row.valid_from is not None and day < row.valid_from:
        return f"begins on {row.valid_from.isoformat()}"
    return f"ended on {row.valid_to.isoformat()}" if row.valid_to else "is not in force"


def _severity(severity: Severity, row: CodeRow, day: date) -> Severity:
    gone = row.absent_by is not None and row.absent_by <= day and row.valid_to is not None and row.valid_to < day
    return severity if gone else capped(severity, row.dates_confidence)
