"""PRC002."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, proof, told
from notecheck.coding.match import unbilled
from notecheck.records import Finding


class DocumentedProcedureNotBilled(Check):
    """A performed procedure has no line on the claim.

    ## What it checks
    Each procedure that the note says was done: is there a line about it, of the right code or of a wrong one?

    ## Why it matters
    It is a missed charge, or a sign that the claim belongs to another note.

    ## A note that fails
    "Left knee joint injected. Right trochanteric bursa injected." billed with 20610-LT alone.

    ## A note that passes
    The same note billed with 20610-LT and 20610-RT-59.

    ## What it does not check
    Procedures that a billed code contains on any account, procedures outside the tool's families, drugs and imaging.

    ## Sources
    CPT/HCPCS code table of July 2026 and NCCI procedure-to-procedure edits of 2024-07-01, or the later ones loaded.
    """

    code = "PRC002"
    name = "documented-procedure-not-billed"
    severity = "warning"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        for procedure in unbilled(case.note, bill.matches, bill.setting) if bill else ():
            supported = [s.code for s in case.supported.lines if _about(s.why, procedure.site)]
            code = f" The note supports {supported[0]}." if supported else ""
            yield self.finding(
                f"The note tells of this, and no line bills it: {told(procedure)}.{code}",
                evidence=proof(case, [procedure], "family", "site", "levels"),
                fix="Was this procedure left off the claim on purpose? If not, add its line.",
                source=case.book.codes.source("codes"),
            )


def _about(why: str, site: str | None) -> bool:
    return site is not None and site.replace("-", " ") in why
