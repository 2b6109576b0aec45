"""CLM003."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped
from notecheck.policy import claimrules
from notecheck.policy.claimrules import Identifier
from notecheck.records import Finding


class ProviderIdentifierInvalid(Check):
    """The provider's ten-digit identifier has a wrong check digit, or is missing where the payer asks for it.

    ## What it checks
    A provider given as digits only: ten of them, with a check digit that fits. A name is not judged.

    ## Why it matters
    A claim with a false NPI is rejected before anyone reads it.

    ## A note that fails
    Provider 1234567890.

    ## A note that passes
    Provider 1234567893.

    ## What it does not check
    Whether the number belongs to this provider, and whether it is enrolled.

    ## Sources
    45 CFR 162.406 (National Provider Identifier); check digit by the Luhn formula as CMS prints it.
    """

    code = "CLM003"
    name = "provider-identifier-invalid"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        if case.claim is None or not case.claim.lines:
            return
        rule = claimrules.claim_form().identifier
        written = "".join((case.claim.provider or "").split())
        why = None
        if not written and case.claim.payer in rule.asked_by:
            why = "this payer asks for a rendering provider and the claim names none"
        elif written.isdigit() and len(written) != rule.digits:
            why = f"a National Provider Identifier has {rule.digits} digits"
        elif written.isdigit() and not check_digit_fits(written, rule):
            why = "the check digit does not fit"
        if why is not None:
            yield self.finding(
                f"Provider identifier: {why}.",
                evidence=case.searched("signature", "header", "none"),
                fix="Correct the identifier from the provider's enrolment.",
                source=rule.source,
                severity=capped(self.severity, rule.confidence),
            )


def check_digit_fits(number: str, rule: Identifier) -> bool:
    """True when the Luhn sum over the prefix for health applications and the number ends in zero."""
    total = 0
    for place, digit in enumerate(reversed(rule.prefix + number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
