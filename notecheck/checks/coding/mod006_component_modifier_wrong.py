"""MOD006."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, capped, proof
from notecheck.policy import claimrules
from notecheck.records import Finding


class ComponentModifierWrong(Check):
    """26 or TC is missing on imaging in a facility, or stands where it does not belong.

    ## What it checks
    Imaging with a professional and a technical part, billed for a place of service: a facility asks for 26 on the
    clinician's line, an office owns both parts. 26 or TC on a procedure code is wrong anywhere.

    ## Why it matters
    Without 26 the clinician bills the hospital's machine too.

    ## A note that fails
    Block in a hospital outpatient clinic billed 64418 and 76942 without 26.

    ## A note that passes
    The same with 76942-26. Or: in the office with 76942.

    ## What it does not check
    Facility claims; every claim is read as the clinician's. Places other than office, hospital and ASC.

    ## Sources
    Medicare physician fee schedule, professional/technical indicator; Noridian modifier guidance (26).
    """

    code = "MOD006"
    name = "component-modifier-wrong"
    severity = "warning"

    def find(self, case: Case) -> Iterable[Finding]:
        done = billing(case)
        if done is None or case.claim is None:
            return
        rule = claimrules.modifiers().component
        place = case.claim.place_of_service or ""
        for match in done.matches:
            has = set(match.line.modifiers) & {rule.professional, rule.technical}
            why = None
            if match.line.code not in rule.codes:
                if has and match.row is not None and match.row.fact_families:
                    why = f"modifier {sorted(has)[0]} does not belong on a procedure code"
            elif place in rule.facility_places and rule.professional not in has:
                why = f"in place of service {place} the clinician's line needs modifier {rule.professional}"
            elif place in rule.office_places and has:
                why = f"in place of service {place} the line covers both parts, without {sorted(has)[0]}"
            if why is not None:
                yield self.finding(
                    f"{match.line.shown()}: {why}.",
                    evidence=proof(case, match.procedures or case.note.procedures, "guidance"),
                    fix="Correct the modifier or the place of service, whichever is wrong.",
                    source=rule.source,
                    line=match.line.code,
                    severity=capped(self.severity, rule.confidence),
                )
