"""IMG006."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.asked import asks
from notecheck.checks.coding.billing import billing, capped, proof
from notecheck.checks.coding.imaged import MACHINES, first_line, performed, reason_against_contrast, shown
from notecheck.policy import claimrules
from notecheck.records import Finding


class GuidanceNotCovered(Check):
    """The imaging that was used, or billed, is one that the policy does not cover for this procedure.

    ## What it checks
    Facet work under ultrasound or MRI alone; epidurals and sacroiliac joint under ultrasound alone without a reason
    against contrast; imaging billed beside trigger points, and beside toxin where the contractor says so.

    ## Why it matters
    The whole procedure is not covered with such guidance, not only the imaging.

    ## A note that fails
    "Ultrasound-guided medial branch blocks C4, C5, C6."

    ## A note that passes
    "Under fluoroscopy the C4, C5 and C6 medial branches were reached."

    ## What it does not check
    Notes without imaging (IMG001). Ultrasound beside fluoroscopy in one procedure.

    ## Sources
    Facet LCDs (L38773 v32 and sisters, limitation 1), epidural LCDs (L39240 v15 and sisters, limitation 1),
    sacroiliac LCDs (L39383 v13 and sisters, B2), trigger point LCDs (L39656 v9 and sisters); payer policies named in
    the finding.
    """

    code = "IMG006"
    name = "guidance-not-covered"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        rules = claimrules.imaging()
        for procedure, matches in performed(case):
            used = MACHINES & set(procedure.guidance)
            for rule in rules.not_covered:
                if procedure.family not in rule.families or not used or not used <= set(rule.modalities):
                    continue
                asker = asks((rule,), procedure, case)
                excused = rule.unless == "contrast-reason" and reason_against_contrast(procedure, case)
                if asker is None or excused:
                    continue
                yield self.finding(
                    f"{shown(procedure)}: done under {' and '.join(sorted(used))}, which this policy does not cover.",
                    evidence=proof(case, (procedure,), "guidance"),
                    fix="Do not bill the fluoroscopy or CT code. Ask the provider whether other imaging was used.",
                    source=asker.source,
                    line=first_line(matches),
                    requirement="image-guidance",
                    severity=capped(self.severity, asker.confidence),
                )
        yield from self._billed(case, rules)

    def _billed(self, case: Case, rules: claimrules.Imaging) -> Iterator[Finding]:
        done = billing(case)
        if done is None or case.claim is None:
            return
        codes = set(case.claim.codes)
        for rule in rules.billed_not_covered:
            asker = rule.payers.get(case.claim.payer)
            if asker is None or not codes & set(rule.with_codes) or (rule.macs and case.claim.mac not in rule.macs):
                continue
            others = [m for m in done.matches if m.row and m.row.fact_families and m.line.code not in rule.with_codes]
            if others:
                continue
            for code in (c for c in case.claim.codes if c in rule.imaging):
                yield self.finding(
                    f"{code} is billed beside {', '.join(sorted(codes & set(rule.with_codes)))}: "
                    "the policy covers no imaging for it.",
                    evidence=proof(case, (p for m in done.matches for p in m.procedures), "guidance"),
                    fix="Take the imaging line off the claim, or bill it with the waiver that your payer wants.",
                    source=asker.source,
                    line=code,
                    severity=capped(self.severity, asker.confidence),
                )
