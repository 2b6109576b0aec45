"""PRC004."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, grouped, listed, proof
from notecheck.coding.match import regions_of
from notecheck.records import Finding


class RegionMismatch(Check):
    """The billed code is for another region of the spine.

    ## What it checks
    Codes that exist for the neck and mid-back on one hand and for the low back and sacrum on the other, against the
    levels or the region in the note. Facet work is judged by its joints: T12-L1 belongs to the upper codes.

    ## Why it matters
    The code, the diagnosis and the frequency limits all hang on the region.

    ## A note that fails
    "Medial branch blocks at C4, C5 and C6, both sides." billed with 64493-50 and 64494-50.

    ## A note that passes
    The same note billed with 64490-50 and 64491-50.

    ## What it does not check
    Notes that name neither region nor level (LVL001) and diagnosis codes (DXC005).

    ## Sources
    Code table of the report; CMS A58364 for the junction of thorax and loin.
    """

    code = "PRC004"
    name = "region-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        wrong = [m for m in bill.matches if m.kind == "same" and not m.region_fits and m.row] if bill else []
        for group in grouped(wrong):
            row, done = group[0].row, group[0].procedures
            noted = sorted({region for p in done for region in regions_of(p, bill.setting)}) if bill else []
            billed = " or ".join(row.regions) if row else ""
            yield self.finding(
                f"{listed(group)} billed for the {billed} spine; the note tells of the {' and '.join(noted)} spine.",
                line=group[0].line.code,
                evidence=proof(case, done, "levels", "region"),
                fix="Check the code against the levels in the description, and the authorization with it.",
                source=case.book.codes.source("codes"),
            )
