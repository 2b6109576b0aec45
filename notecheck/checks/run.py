"""All checks over one case, findings in a steady order."""

from __future__ import annotations

from notecheck.checks.base import Case
from notecheck.checks.coverage.checklist import checklist
from notecheck.checks.registry import CHECKS
from notecheck.records import ChecklistItem, Finding, Readiness

_OF_A_CLAIM = ("CLM", "AUT")
"""Checks of what only a claim carries: its form, its dates, its authorization."""

_ORDER = {"error": 0, "warning": 1, "info": 2}


def run(case: Case) -> tuple[tuple[Finding, ...], tuple[ChecklistItem, ...]]:
    """Findings by severity, then in registry order, and the coverage checklist."""
    items = checklist(case)
    checks = [
        check
        for check in CHECKS
        if case.mode in check.modes and not (_proposed(case) and check.code.startswith(_OF_A_CLAIM))
    ]
    findings = [found for check in checks for found in check().find(case)]
    findings.sort(key=lambda f: _ORDER[f.severity])
    return tuple(findings), items


def _proposed(case: Case) -> bool:
    return case.claim is not None and case.claim.proposed


def readiness(findings: tuple[Finding, ...]) -> Readiness:
    """``ready``: nothing above info; ``addendum``: all can be settled by completing the record; else ``hold``."""
    completable = {check.code for check in CHECKS if check.completable}
    loud = [f for f in findings if f.severity != "info"]
    if not loud:
        return "ready"
    if any(f.severity == "error" and f.code not in completable for f in loud):
        return "hold"
    return "addendum"
