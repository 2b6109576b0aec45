"""The checks as pages: the list, and one page for each, taken from the classes themselves."""

from __future__ import annotations

import inspect
import json

from rich.console import Group

from notecheck.checks.base import Check
from notecheck.checks.notices import NOTICES
from notecheck.checks.registry import CHECKS
from notecheck.errors import InputError, did_you_mean
from notecheck.report.page import Page


def summary(check: type[Check]) -> str:
    """The first sentence of a check's page."""
    return (inspect.getdoc(check) or "").partition("\n")[0]


def listed(width: int) -> Group:
    """Every check, one row each."""
    page = Page(width)
    page.columns([(c.code, c.severity, c.name, summary(c)) for c in CHECKS], (6, 7, 34))
    return page.renderable()


def listed_as_json() -> str:
    """Every check as a list of objects."""
    rows = [
        {
            "code": c.code,
            "name": c.name,
            "severity": c.severity,
            "since": c.since,
            "status": c.status,
            "says": summary(c),
        }
        for c in CHECKS
    ]
    return json.dumps(rows, indent=1)


def explained(code: str) -> str:
    """The page of the check with this code or name. Raises InputError NC-I42."""
    wanted = code.strip().lower()
    for check in (*CHECKS, *NOTICES):
        if wanted in (check.code.lower(), check.name):
            head = f"{check.code}  {check.name}  {check.severity}, {check.status} since {check.since}"
            return f"{head}\n\n{inspect.getdoc(check) or ''}"
    names = [name for check in (*CHECKS, *NOTICES) for name in (check.code, check.name)]
    raise InputError(
        "NC-I42",
        f"no rule '{code}'",
        where="rule",
        next_step=did_you_mean(code, names) + "`notecheck rules` lists all of them.",
    )


def as_markdown() -> str:
    """The rule table of README.md."""
    head = ["| code | name | severity | says |", "|---|---|---|---|"]
    return "\n".join(head + [f"| {c.code} | {c.name} | {c.severity} | {summary(c)} |" for c in CHECKS])
