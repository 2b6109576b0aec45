"""DXC001."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billed_diagnoses import billed_diagnoses, diagnosis_places, printed_codes
from notecheck.records import Finding


class Icd10Invalid(Check):
    """A billed diagnosis code does not exist on the date of service.

    ## What it checks
    Each diagnosis code of the claim against the ICD-10-CM list, on the day of service as far as older lists are held. A
    wrong code that only the note prints is information.

    ## Why it matters
    One wrong character rejects the line.

    ## A note that fails
    Lumbar spondylosis billed M47.186, two characters swapped.

    ## A note that passes
    Lumbar spondylosis billed M47.816.

    ## What it does not check
    Lists newer than the one held: then the finding is a warning. Whether the code says what the note says.

    ## Sources
    CDC/NCHS ICD-10-CM tabular list, April 2026, with the lists of January 2021 and April 2025.
    """

    code = "DXC001"
    name = "icd10-invalid"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterable[Finding]:
        table = case.book.icd10
        for line, code in billed_diagnoses(case):
            if table.exists(code, case.day):
                continue
            newer = case.day >= table.release.next_release
            near = table.nearest(code)
            hint = f" Near to it: {near}." if near else ""
            if table.exists(code):
                hint = " It came into the list on another day."
            yield self.finding(
                f"{code.upper()}: no such ICD-10-CM code on {case.day.isoformat()}.{hint}"
                + (" The list in force that day is not held here." if newer else ""),
                evidence=diagnosis_places(case),
                fix="Correct the code from the documented diagnosis.",
                source=table.edition,
                line=line,
                severity="warning" if newer else self.severity,
            )
        for printed in printed_codes(case):
            if not table.exists(printed.code, case.day):
                yield self.finding(
                    f"The note prints {printed.code.upper()}: no such ICD-10-CM code.",
                    evidence=(printed.evidence,),
                    fix="Bill from the words of the diagnosis; tell the provider of the wrong code.",
                    source=table.edition,
                    severity="info",
                )
