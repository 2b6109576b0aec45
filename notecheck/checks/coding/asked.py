"""Who asks for something of a procedure, and how loudly a check may say that it is missing."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case
from notecheck.policy.claimrules import Asked, Asker
from notecheck.records import Procedure

DEFAULT_PAYER = "medicare"


def payer_of(case: Case) -> str:
    """The payer of the claim; Medicare where nothing was billed."""
    return case.claim.payer if case.claim is not None else DEFAULT_PAYER


def asks(rules: Iterable[Asked], procedure: Procedure, case: Case, codes: Iterable[str] = ()) -> Asker | None:
    """The payer's demand on a procedure or on the codes that bill it, or None."""
    billed = set(codes)
    for rule in rules:
        if procedure.family in rule.families or billed & set(rule.codes):
            if billed and billed <= set(rule.not_codes):
                continue
            if (asker := rule.payers.get(payer_of(case)) or rule.payers.get("any")) is not None:
                return asker
    return None
