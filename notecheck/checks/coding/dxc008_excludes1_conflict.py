"""DXC008."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billed_diagnoses import diagnosis_places
from notecheck.records import Finding


class Excludes1Conflict(Check):
    """Two billed diagnosis codes exclude each other.

    ## What it checks
    Every pair of diagnosis codes on the claim against the Excludes1 notes of the two codes and of those above them.

    ## Why it matters
    Excludes1 means "not coded here": one of the two is part of the other. Payers edit on it.

    ## A note that fails
    M51.16 (disc with radiculopathy) and M54.16 (radiculopathy) on one line.

    ## A note that passes
    M51.16 alone.

    ## What it does not check
    Notes of whole blocks of codes. Two conditions that have nothing to do with each other may be coded together; the
    note has to show it.

    ## Sources
    CDC/NCHS ICD-10-CM tabular list, April 2026, Excludes1 notes.
    """

    code = "DXC008"
    name = "excludes1-conflict"
    severity = "warning"

    def find(self, case: Case) -> Iterable[Finding]:
        if case.claim is None:
            return
        table = case.book.icd10
        for a, b in combinations(dict.fromkeys(code.upper() for code in case.claim.icd10), 2):
            if not table.excludes1(a, b):
                continue
            line = next((row.code for row in case.claim.lines if {a, b} <= {c.upper() for c in row.icd10}), None)
            yield self.finding(
                f"{a} and {b} exclude each other (Excludes1).",
                evidence=diagnosis_places(case),
                fix="Keep the code that says more; if the two are unrelated conditions, the note must show it.",
                source=table.edition,
                line=line,
            )
