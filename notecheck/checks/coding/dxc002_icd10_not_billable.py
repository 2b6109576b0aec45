"""DXC002."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billed_diagnoses import billed_diagnoses, diagnosis_places, printed_codes
from notecheck.records import Finding


class Icd10NotBillable(Check):
    """A billed diagnosis code is a heading that needs more characters.

    ## What it checks
    Each diagnosis code of the claim: codes that have others below them on the day of service. A heading that only the
    note prints is information.

    ## Why it matters
    Headings are rejected. Several were complete codes until they were split (M54.5, M51.36, R10.2).

    ## A note that fails
    Intercostal neuropathy billed G58.

    ## A note that passes
    Intercostal neuropathy billed G58.0.

    ## What it does not check
    Which of the longer codes fits; the note decides.

    ## Sources
    CDC/NCHS ICD-10-CM tabular list, April 2026, with the lists of January 2021 and April 2025.
    """

    code = "DXC002"
    name = "icd10-not-billable"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterable[Finding]:
        table = case.book.icd10
        for line, code in billed_diagnoses(case):
            if table.state(code, case.day) != "header":
                continue
            below = ", ".join(table.children(code)[:4])
            yield self.finding(
                f"{code.upper()} ({table.title(code)}) needs more characters, for example {below}.",
                evidence=diagnosis_places(case),
                fix="Choose the complete code from the documented diagnosis; ask the provider if it is left open.",
                source=table.edition,
                line=line,
            )
        for printed in printed_codes(case):
            if table.state(printed.code, case.day) == "header":
                yield self.finding(
                    f"The note prints {printed.code.upper()} ({table.title(printed.code)}): it needs more characters.",
                    evidence=(printed.evidence,),
                    fix="Choose the complete code from the words of the diagnosis; the printed one cannot be billed.",
                    source=table.edition,
                    severity="info",
                )
