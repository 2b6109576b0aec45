"""DXC003."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billed_diagnoses import diagnosis_places, sound_diagnoses
from notecheck.checks.coding.documented import SYMPTOMS, documented, elsewhere_in_record, supports
from notecheck.policy import claimrules
from notecheck.policy.icd10 import bare
from notecheck.records import Finding

_NOT_JUDGED = ("Z", "V", "W", "X", "Y", "R")


class DiagnosisNotDocumented(Check):
    """A billed diagnosis is nowhere in the record.

    ## What it checks
    Each billed diagnosis against the diagnoses of the note and the chart, and against symptoms and imaging findings. A
    code of the same category or the same kind counts as documented, whatever its side, region or detail.

    ## Why it matters
    The diagnosis is the reason for the procedure. One that the record does not hold cannot be defended.

    ## A note that fails
    "Diagnosis: lumbar radiculopathy, left." billed M96.1, postlaminectomy syndrome.

    ## A note that passes
    "Diagnosis: postlaminectomy syndrome, lumbar." billed M96.1.

    ## What it does not check
    Notes without any diagnosis (DOC014). Symptom codes where the cause is documented (DXC004), status and history
    codes, and side and region (DXC005, DXC006).

    ## Sources
    ICD-10-CM Official Guidelines for Coding and Reporting, section IV (outpatient); tabular list April 2026.
    """

    code = "DXC003"
    name = "diagnosis-not-documented"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterable[Finding]:
        known = documented(case)
        if not known:
            return
        for line, code in sound_diagnoses(case):
            if code[0].upper() in _NOT_JUDGED or any(supports(d, code, case) for d in known):
                continue
            kind = case.book.crosswalk.kind_of(code)
            if kind in SYMPTOMS or _plain_chronic(code, case) or elsewhere_in_record(code, case):
                continue
            yield self.finding(
                f"{code.upper()} ({case.book.icd10.title(code)}) is billed; the record documents "
                f"{'; '.join(d.text for d in known[:3])}.",
                evidence=diagnosis_places(case),
                fix="Bill a documented diagnosis, or ask the provider which diagnosis the procedure was done for.",
                source=f"{case.book.icd10.edition}; Official Guidelines, section IV",
                line=line,
            )


def _plain_chronic(code: str, case: Case) -> bool:
    """Codes for chronic pain as such are carried by any word of chronic pain in the record."""
    if not bare(code).startswith("G892"):
        return False
    weeks = max((facts.symptom_weeks or 0) for facts in case.record())
    if weeks >= claimrules.covered().chronic_weeks:
        return True
    return any("chronic" in d.text.lower() for facts in case.record() for d in facts.diagnoses)
