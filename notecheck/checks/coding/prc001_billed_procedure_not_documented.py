"""PRC001."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, searched
from notecheck.records import Finding


class BilledProcedureNotDocumented(Check):
    """A billed code's procedure is nowhere in the note as performed.

    ## What it checks
    Each billed procedure code against the procedures that the note says were done. Plans, options and history do not
    count as done. A code for a second target counts as not done where other lines bill all that was.

    ## Why it matters
    A service that the record does not show is not payable, and a pattern of them is read as fraud.

    ## A note that fails
    "Greater occipital nerves injected, both sides. Trapezius trigger points may be treated next time." billed with
    64405-50 and 20553: no trigger point injection was done.

    ## A note that passes
    "Two taut bands in the left gluteus medius were injected with lidocaine." billed with 20552.

    ## What it does not check
    Visits, drugs, imaging, sedation and unlisted codes, which have checks of their own, and operations outside the
    tool's families. A code of the wrong route, technique or target is told by PRC003, PRC006 or PRC007 instead.

    ## Sources
    Social Security Act 1833(e): no payment without the information that shows what is due; code table of the report.
    """

    code = "PRC001"
    name = "billed-procedure-not-documented"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        for match in bill.matches if bill else ():
            if match.kind != "none" or match.row is None:
                continue
            planned = set(match.row.fact_families) & set(case.note.plan)
            earlier = set(match.row.fact_families) & set(case.note.history)
            more = (
                " The note names it as a plan only."
                if planned
                else " The note names it as done earlier."
                if earlier
                else ""
            )
            yield self.finding(
                f"{match.line.code} is billed ({match.row.label}); the note does not show it as done.{more}",
                line=match.line.code,
                evidence=searched(case),
                fix=f"Was this procedure done at this encounter? If not, take {match.line.code} off the claim; "
                "if it was, the author may add a dated addendum.",
                source=case.book.codes.source("codes"),
            )
