"""PRC003."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, grouped, listed, proof, told
from notecheck.records import Finding


class ApproachMismatch(Check):
    """The billed route to the spine is not the one that the note tells.

    ## What it checks
    Epidural codes against the route of the needle: interlaminar or caudal, transforaminal, catheter left in place; and
    epidural against facet codes.

    ## Why it matters
    The routes have different codes, counts and coverage rules. The other route's code is a wrong claim.

    ## A note that fails
    "A Tuohy needle was advanced through the L4-L5 interlaminar space." billed with 64483.

    ## A note that passes
    The same note billed with 62323, when fluoroscopy is stated.

    ## What it does not check
    An epidural whose route the note leaves open, and the region (PRC004) or imaging (PRC005) of the code.

    ## Sources
    CPT/HCPCS code table of July 2026; Medicare epidural LCDs (L39240 v15 and sisters), which name the three routes.
    """

    code = "PRC003"
    name = "approach-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        wrong = [m for m in bill.matches if m.kind == "approach"] if bill else []
        for group in grouped(wrong):
            done = group[0].procedures
            yield self.finding(
                f"{listed(group)} billed, and the note tells of another route: {told(done[0])}.",
                line=group[0].line.code,
                evidence=proof(case, done, "approach", "family"),
                fix="Check the code against the route in the description. Do not change the note to fit the claim.",
                source=case.book.codes.source("codes"),
            )
