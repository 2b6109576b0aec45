"""Every check as a card: what outputs such as SARIF tell of the rules behind their findings."""

from __future__ import annotations

import inspect
import re

from notecheck.checks.base import Check
from notecheck.checks.registry import CHECKS
from notecheck.records import RuleCard

FAMILIES = {
    "PRC": "procedure",
    "LVL": "level",
    "LAT": "side",
    "IMG": "imaging",
    "MOD": "modifier",
    "NCC": "claim-edit",
    "CLM": "claim-form",
    "DXC": "diagnosis",
    "MED": "medical-necessity",
    "FRQ": "frequency",
    "AUT": "authorization",
    "EMV": "visit",
    "CPM": "monthly-care",
    "DOC": "documentation",
}
"""The families of checks by the first letters of their codes."""


def cards() -> tuple[RuleCard, ...]:
    """One card for each check of the registry, in its order."""
    return tuple(card(check) for check in CHECKS)


def card(check: type[Check]) -> RuleCard:
    """The card of one check, taken from its page."""
    page = inspect.getdoc(check) or ""
    settled = ("addendum-can-settle",) if check.completable else ()
    return RuleCard(
        code=check.code,
        name=check.name,
        severity=check.severity,
        says=page.partition("\n")[0],
        looks_for=part(page, "What it checks"),
        page=page,
        tags=(FAMILIES[check.code[:3]], *settled),
    )


def part(page: str, heading: str) -> str:
    """The text under one heading of a check's page, on one line; empty where there is none."""
    match = re.search(rf"(?ms)^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page)
    return " ".join(match.group(1).split()) if match else ""
