"""DXC007."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billed_diagnoses import diagnosis_places
from notecheck.checks.coding.billing import capped
from notecheck.policy import claimrules
from notecheck.policy.claimrules import Confidence, CoveredList, Excluded
from notecheck.policy.icd10 import bare
from notecheck.records import ClaimLine, Finding

MEDICARE = "medicare"
_FIRST = ", first"
_ORDER = ("verified", "verified-2", "recalled", "unsure", "none")


class DiagnosisNotCovered(Check):
    """None of a line's diagnoses is one that the policy covers for the code.

    ## What it checks
    Medicare lines for facet work, sacroiliac joint, trigger points, epidurals and some nerve blocks: the diagnoses the
    line points at against the lists and exclusions that are known. One covered diagnosis on the line is enough; where
    the first one is left out by the policy itself, a warning asks for the order.

    ## Why it matters
    The contractor's system denies the line before anyone reads the note.

    ## A note that fails
    Facet ablation billed with M54.59, other low back pain.

    ## A note that passes
    Facet ablation billed with M47.816, lumbar spondylosis.

    ## What it does not check
    Lists that could not be read. A list read for one contractor only is information for the others. Which diagnosis
    the note documents (DXC003).

    ## Sources
    CMS A58403, A59244 (Noridian, as quoted in digests); trigger point articles of 2024; limitations of the epidural,
    facet and nerve block LCDs.
    """

    code = "DXC007"
    name = "diagnosis-not-covered"
    severity = "error"
    modes = ("prebill", "preauth")

    def find(self, case: Case) -> Iterable[Finding]:
        if case.claim is None or case.claim.payer != MEDICARE:
            return
        told: set[tuple[str, ...]] = set()
        for line in case.claim.lines:
            codes = [code for code in line.icd10 if case.book.icd10.billable(code, case.day)]
            verdict = self._verdict(line, codes, case) if codes and len(codes) == len(line.icd10) else None
            if verdict is None or (key := (verdict[0], *sorted(codes))) in told:
                continue
            told.add(key)
            why, source, confidence = verdict[1:]
            shown = ", ".join(f"{code.upper()} ({case.book.icd10.title(code)})" for code in codes)
            yield self.finding(
                f"{shown} on {line.code}: {why}.",
                evidence=diagnosis_places(case),
                fix="If the note documents a covered diagnosis, bill it; if not, the service is not covered.",
                source=source,
                line=line.code,
                severity=capped("warning" if verdict[0].endswith(_FIRST) else self.severity, confidence),
            )

    def _verdict(self, line: ClaimLine, codes: list[str], case: Case) -> tuple[str, str, str, Confidence] | None:
        """List name, reason, source and confidence; the surest wins."""
        mac = case.claim.mac if case.claim is not None else None
        rules = claimrules.covered()
        out = [rule for rule in rules.excluded if _applies(rule, line, mac, case)]
        named = [rule for code in codes for rule in out if _among(code, rule.out)]
        if named and all(any(_among(code, rule.out) for rule in out) for code in codes):
            weakest = max(named, key=lambda rule: _ORDER.index(rule.confidence))
            return weakest.id, "the policy leaves this condition out", weakest.source, weakest.confidence
        first = next((rule for rule in out if _among(codes[0], rule.out)), None)
        if first is not None:
            why = "the policy leaves the first of them out, and a line is judged by the first that it points at"
            return first.id + _FIRST, why, first.source, first.confidence
        for listed, confidence in _lists(rules.lists, line, mac):
            if not any(_among(code, listed.covered) for code in codes):
                where = "" if mac in listed.sure else ", a list read for another contractor"
                return listed.id, f"not among the diagnoses that the policy lists{where}", listed.source, confidence
        return None


def _applies(rule: Excluded, line: ClaimLine, mac: str | None, case: Case) -> bool:
    if line.code not in rule.codes or (rule.starts is not None and case.day < rule.starts):
        return False
    return not rule.macs or mac in rule.macs


def _lists(lists: Iterable[CoveredList], line: ClaimLine, mac: str | None) -> Iterator[tuple[CoveredList, Confidence]]:
    for listed in lists:
        confidence = listed.sure.get(mac or "", listed.elsewhere)
        if line.code in listed.codes and confidence != "none":
            yield listed, confidence


def _among(code: str, prefixes: Iterable[str]) -> bool:
    return any(bare(code).startswith(bare(prefix)) for prefix in prefixes)
