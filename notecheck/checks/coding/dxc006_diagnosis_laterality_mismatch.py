"""DXC006."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billed_diagnoses import diagnosis_places, sound_diagnoses
from notecheck.checks.coding.billing import billing, proof
from notecheck.checks.coding.documented import documented
from notecheck.policy.icd10 import bare
from notecheck.records import Finding


class DiagnosisLateralityMismatch(Check):
    """The side in a billed diagnosis code is not the side in the note.

    ## What it checks
    Codes with right or left in the title against the documented diagnosis of the same category; where there is none,
    against the side of the limb procedure on that line.

    ## Why it matters
    A right knee code on a left knee injection denies, and points to a copied claim.

    ## A note that fails
    "Primary osteoarthritis, left knee" billed M17.11, right knee.

    ## A note that passes
    The same, billed M17.12.

    ## What it does not check
    Spine codes, most of which have no side. Bilateral against one side (DXC004). The side modifier (LAT002).

    ## Sources
    ICD-10-CM Official Guidelines, section I.B.13 (laterality); tabular list April 2026.
    """

    code = "DXC006"
    name = "diagnosis-laterality-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        walk = case.book.crosswalk
        known = documented(case)
        done = billing(case)
        for line, code in sound_diagnoses(case):
            side = walk.side_of(code)
            if side not in ("left", "right"):
                continue
            other = "left" if side == "right" else "right"
            same = [(d, walk.side_of(own)) for d in known for own in d.codes if bare(own)[:3] == bare(code)[:3]]
            sides: set[str] = {found for _, found in same if found}
            evidence = tuple(e for d, found in same if found == other for e in d.evidence)
            if not sides:
                matches = [m for m in (done.matches if done else ()) if m.line.code == line and code in m.line.icd10]
                procedures = [p for m in matches for p in m.procedures]
                sides = {p.laterality for p in procedures if p.laterality}
                evidence = proof(case, procedures, "laterality")
            if sides != {other}:
                continue
            yield self.finding(
                f"{code.upper()} ({case.book.icd10.title(code)}): the note says {other}.",
                evidence=evidence or diagnosis_places(case),
                fix="Correct the diagnosis code from the note, or ask the provider which side it was.",
                source=f"{case.book.icd10.edition}; Official Guidelines, section I.B.13",
                line=line,
            )
