"""MOD009."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, capped, proof
from notecheck.policy import claimrules
from notecheck.records import Finding


class DiscontinuedModifierMissing(Check):
    """The note tells of a procedure stopped or cut short, and the line bills it in full.

    ## What it checks
    A procedure that the note calls stopped, aborted or reduced, billed without 52 or 53 (73 or 74 for a facility). Of
    two sides, the one that was begun and stopped.

    ## Why it matters
    The full code says that the whole service was done. 53 is for a stop for the patient's safety after the start, 52
    for a service reduced on purpose.

    ## A note that fails
    "After 6 of 15 mL the pressure fell and the injection was stopped for his safety." billed 64520.

    ## A note that passes
    The same, billed 64520-53.

    ## What it does not check
    Which of the two modifiers fits. Procedures cancelled before the start.

    ## Sources
    Noridian modifier guidance (52, 53, 73, 74).
    """

    code = "MOD009"
    name = "discontinued-modifier-missing"
    severity = "warning"

    def find(self, case: Case) -> Iterable[Finding]:
        done = billing(case)
        if done is None:
            return
        rule = claimrules.modifiers().stopped
        for match in done.matches:
            if set(match.line.modifiers) & set(rule.modifiers):
                continue
            cut = [p for p in match.procedures if p.status in rule.statuses]
            half = [p for p in match.procedures if p.stopped_side in match.sides and p.stopped_side]
            if (not cut or len(cut) < len(match.procedures)) and not half:
                continue
            told = f"that was stopped on the {half[0].stopped_side} side" if half else f"that was {cut[0].status}"
            yield self.finding(
                f"{match.line.shown()}: the note tells of a procedure {told}.",
                evidence=proof(case, half or cut, "stopped_side" if half else "status"),
                fix="Bill with 53 if it was stopped after the start for safety, with 52 if it was reduced.",
                source=rule.source,
                line=match.line.code,
                severity=capped(self.severity, rule.confidence),
            )
