"""MOD003."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, capped, proof, told
from notecheck.policy import claimrules
from notecheck.records import Finding, Procedure


class KxModifierMissing(Check):
    """The policy wants KX on diagnostic injections, and the line has none.

    ## What it checks
    Medicare lines for a diagnostic facet injection or medial branch block, a diagnostic selective nerve root block, or
    a diagnostic sacroiliac injection. A medial branch block with local anesthetic alone, whose purpose the note leaves
    open, is taken as diagnostic.

    ## Why it matters
    Without KX the session counts as a therapeutic one, against the yearly limit, and the ablation that follows looks as
    if it had no diagnostic block.

    ## A note that fails
    "Diagnostic medial branch block number 2, right L3, L4, L5, lidocaine." billed 64493-RT, 64494-RT.

    ## A note that passes
    The same, billed 64493-KX-RT, 64494-KX-RT.

    ## What it does not check
    Whether KX is deserved (the diagnostic rules of the coverage checks). KX on therapeutic lines and ablations.

    ## Sources
    CMS A57826, A58350 (facet), A56651, A58745 (nerve root), A59244 (sacroiliac), all as summarised.
    """

    code = "MOD003"
    name = "kx-modifier-missing"
    severity = "warning"

    def find(self, case: Case) -> Iterable[Finding]:
        done = billing(case)
        if done is None or case.claim is None:
            return
        for match in done.matches:
            if match.kind != "same" or "KX" in match.line.modifiers:
                continue
            for rule in claimrules.modifiers().kx:
                meant = [p for p in match.procedures if p.family in rule.families and _diagnostic(p)]
                meant = [p for p in meant if not (rule.without_steroid and _steroid(p))]
                if rule.payer != case.claim.payer or not meant:
                    continue
                yield self.finding(
                    f"{match.line.shown()}: diagnostic {told(meant[0])} without modifier KX.",
                    evidence=proof(case, meant, "purpose", "sequence", "technique"),
                    fix="If the policy's conditions for a diagnostic injection are met, add KX to the line.",
                    source=rule.source,
                    line=match.line.code,
                    severity=capped(self.severity, rule.confidence),
                )
                break


def _diagnostic(procedure: Procedure) -> bool:
    if procedure.purpose is not None:
        return procedure.purpose == "diagnostic"
    block = procedure.family == "facet-injection" and procedure.technique == "medial-branch-block"
    return block and bool(procedure.injectate) and not _steroid(procedure)


def _steroid(procedure: Procedure) -> bool:
    steroids = claimrules.drug_units().groups["steroid"]
    return any(i.drug in steroids for i in procedure.injectate)
