"""DXC005."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billed_diagnoses import sound_diagnoses
from notecheck.checks.coding.billing import billing, proof
from notecheck.checks.coding.documented import broad
from notecheck.coding.lines import Setting
from notecheck.coding.match import LineMatch, regions_of
from notecheck.policy.icd10 import bare
from notecheck.records import Finding, Procedure

_SPINE_FAMILIES = (
    "epidural-interlaminar",
    "epidural-transforaminal",
    "epidural-caudal",
    "epidural-unspecified",
    "facet-injection",
    "facet-rfa",
    "si-joint-injection",
    "si-rfa",
    "discography",
    "vertebral-augmentation",
    "basivertebral-ablation",
)


class DiagnosisRegionMismatch(Check):
    """A spine diagnosis is of another region than the procedure.

    ## What it checks
    Each line for a spine injection or ablation: the region that the diagnosis code names against the region treated in
    the note, or that of the code where the note does not tell.

    ## Why it matters
    A lumbar diagnosis cannot support a cervical procedure.

    ## A note that fails
    Cervical medial branch blocks billed with M47.816, lumbar spondylosis.

    ## A note that passes
    Cervical medial branch blocks billed with M47.812.

    ## What it does not check
    Lumbar against sacral. Stimulators, pumps and sympathetic blocks, whose needles lie elsewhere than the pain.

    ## Sources
    ICD-10-CM tabular list April 2026 (region characters of the dorsopathy codes).
    """

    code = "DXC005"
    name = "diagnosis-region-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        done = billing(case)
        if done is None:
            return
        sound = {bare(code) for _, code in sound_diagnoses(case)}
        told_already: set[tuple[str, frozenset[str]]] = set()
        for match in done.matches:
            treated = _treated(match, done.setting)
            if not treated:
                continue
            for code in match.line.icd10:
                named = broad(case.book.crosswalk.regions_of(code))
                key = (bare(code), treated)
                if bare(code) not in sound or not named or named & treated or key in told_already:
                    continue
                told_already.add(key)
                yield self.finding(
                    f"{code.upper()} ({case.book.icd10.title(code)}) on {match.line.code}: "
                    f"the procedure is {' and '.join(sorted(treated))}.",
                    evidence=proof(case, match.procedures, "region", "levels"),
                    fix="Bill the diagnosis of the region treated; if the note has none, ask the provider for it.",
                    source=case.book.icd10.edition,
                    line=match.line.code,
                )


def _treated(match: LineMatch, setting: Setting) -> frozenset[str]:
    """Regions that the line's procedures treat; those of the code where the note does not tell."""
    row = match.row
    if row is None or not set(row.fact_families) & set(_SPINE_FAMILIES):
        return frozenset()
    spine: list[Procedure] = [p for p in match.procedures if p.family in _SPINE_FAMILIES]
    found: set[str] = set()
    for procedure in spine:
        found |= regions_of(procedure, setting)
        found |= {procedure.region} if procedure.region else set()
    if not found and row.regions and not spine:
        found = set(row.regions)
    return broad(found)
