"""MOD004."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped
from notecheck.checks.coding.drug_claims import drug_lines, drug_places, vials_of
from notecheck.policy import claimrules
from notecheck.records import Finding


class JwJzMissing(Check):
    """A drug from a single-dose container is billed without JW or JZ.

    ## What it checks
    Medicare drug lines from July 2023 on whose drug the note gives from a single-dose vial, or that is only sold so.
    One line with JW or JZ is enough; a JW line of its own for the waste settles the line of the amount given.

    ## Why it matters
    Contractors return such claims unprocessed.

    ## A note that fails
    "Methylprednisolone 80 mg, the whole of a single-dose vial." billed J1010 x80 without modifier.

    ## A note that passes
    The same, billed J1010-JZ x80.

    ## What it does not check
    Multi-dose vials, and vials whose kind the note does not tell. Facility claims under packaged payment.

    ## Sources
    CMS JW/JZ policy, JZ required since 2023-07-01.
    """

    code = "MOD004"
    name = "jw-jz-missing"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        table = claimrules.drug_units()
        rule = table.waste
        if case.claim is None or case.day < rule.required_from or case.claim.payer not in rule.payers:
            return
        for code, unit, lines in drug_lines(case, table):
            vials = vials_of(case, unit)
            kinds = {vial.kind for vial in vials if vial.kind}
            single = kinds == {"single-dose"} or (unit.vial == "single" and "multi-dose" not in kinds)
            if not single or any({rule.discarded, rule.none} & set(line.modifiers) for line in lines):
                continue
            yield self.finding(
                f"{lines[0].shown()}: {unit.drugs[0]} from a single-dose vial without {rule.discarded} or {rule.none}.",
                evidence=drug_places(case, unit),
                fix=f"Add {rule.none} if nothing was discarded; else bill the discarded units with {rule.discarded}.",
                source=rule.source,
                line=code,
                severity=capped(self.severity, rule.confidence),
            )
