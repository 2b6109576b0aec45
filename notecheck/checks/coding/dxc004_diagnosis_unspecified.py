"""DXC004."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billed_diagnoses import diagnosis_places, sound_diagnoses
from notecheck.checks.coding.billing import billing
from notecheck.checks.coding.documented import SYMPTOMS, Documented, broad, documented
from notecheck.coding.match import LineMatch
from notecheck.policy.icd10 import bare
from notecheck.records import ClaimLine, Finding

_LIMBS = ("knee", "hip", "shoulder", "elbow", "wrist", "ankle", "foot", "limb", "leg", "arm", "hand", "side")


class DiagnosisUnspecified(Check):
    """A billed code says less than the note: unspecified, less definite, or a bare symptom.

    ## What it checks
    A code whose title says "unspecified" beside a documented code of the same category that does not, or beside a known
    side; a root symptom code where a documented code contains it; a symptom code that alone supports a procedure
    whose cause is documented.

    ## Why it matters
    Payers deny unspecified codes where the note knows more, and symptom codes seldom support a spine procedure.

    ## A note that fails
    "Chronic migraine without aura, not intractable" billed G43.909.

    ## A note that passes
    The same, billed G43.709.

    ## What it does not check
    Notes that know no more than the code. Visits, where a symptom may be all there is.

    ## Sources
    ICD-10-CM Official Guidelines, sections I.B.18 and IV.D; tabular list April 2026.
    """

    code = "DXC004"
    name = "diagnosis-unspecified"
    severity = "warning"

    def find(self, case: Case) -> Iterable[Finding]:
        known = documented(case)
        done = billing(case)
        sound = list(sound_diagnoses(case))
        billed = {bare(code) for _, code in sound}
        for line, code in sound:
            better = _better(code, known, billed, case)
            why = f"the note supports {better[0]} ({case.book.icd10.title(better[0])})" if better else None
            evidence = better[1].evidence if better else ()
            if why is None and done is not None:
                why = _side_known(code, line, done.matches, case)
            if why is None and (cause := _cause(code, line, known, case)) is not None:
                why = f"a symptom is the only support, and the note documents {cause.text}"
                evidence = cause.evidence
            if why is not None:
                yield self.finding(
                    f"{code.upper()} ({case.book.icd10.title(code)}): {why}.",
                    evidence=evidence or diagnosis_places(case),
                    fix="Bill the code that says what the note says; ask the provider where the note leaves it open.",
                    source=f"{case.book.icd10.edition}; Official Guidelines, section I.B.18",
                    line=line,
                )


def _better(code: str, known: tuple[Documented, ...], billed: set[str], case: Case) -> tuple[str, Documented] | None:
    """A documented code that says more than the billed one and is not billed itself."""
    table, walk = case.book.icd10, case.book.crosswalk
    vague = "unspecified" in table.title(code).lower()
    for diagnosis in known:
        for own in diagnosis.codes:
            if bare(own) == bare(code):
                return None
    for diagnosis in known:
        for own in diagnosis.codes:
            if bare(own) in billed or not table.billable(own, case.day):
                continue
            sharper = "unspecified" not in table.title(own).lower() and bare(own)[:3] == bare(code)[:3]
            if vague and sharper and walk.side_of(own) != "bilateral":
                return own, diagnosis
            twin = bare(own)[:5] == bare(code)[:5] and "without" in table.title(code).lower()
            if twin and "without" not in table.title(own).lower():
                return own, diagnosis
            contains = walk.kind_of(own) == walk.kind_of(code) and bare(code).startswith(("M541", "M543", "M544"))
            if contains and bare(own)[:3] != "M54" and table.excludes1(own, code):
                return own, diagnosis
    return None


def _side_known(code: str, line: str, matches: tuple[LineMatch, ...], case: Case) -> str | None:
    title = case.book.icd10.title(code).lower()
    if "unspecified" not in title or not any(f"unspecified {limb}" in title for limb in _LIMBS):
        return None
    mine = [m for m in matches if m.line.code == line and code in m.line.icd10]
    sides = {p.laterality for m in mine for p in m.procedures if p.region is None and p.laterality}
    return f"the note gives the side, {sides.pop()}" if len(sides) == 1 else None


def _cause(code: str, line: str, known: tuple[Documented, ...], case: Case) -> Documented | None:
    """A documented definite diagnosis of the same place, where a procedure line rests on symptom codes alone."""
    walk = case.book.crosswalk
    row = case.book.codes.best_row(line, case.day)
    if walk.kind_of(code) not in SYMPTOMS or row is None or not row.fact_families:
        return None
    for claimed in _lines(case, line):
        if any(walk.kind_of(other) not in SYMPTOMS for other in claimed.icd10):
            return None
    for diagnosis in known:
        for own in diagnosis.codes:
            kind = walk.kind_of(own)
            if kind in (None, *SYMPTOMS, "chronic-pain", "myofascial", "fibromyalgia"):
                continue
            here, there = broad(walk.regions_of(code)), broad(walk.regions_of(own))
            if (here and here & there) or (not here and not there and _joint(code, case) & _joint(own, case)):
                return diagnosis
    return None


def _joint(code: str, case: Case) -> set[str]:
    return {limb for limb in _LIMBS if limb in case.book.icd10.title(code).lower()}


def _lines(case: Case, code: str) -> Iterator[ClaimLine]:
    return (row for row in (case.claim.lines if case.claim is not None else ()) if row.code == code)
