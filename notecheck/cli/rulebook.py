"""The checks for the command line: the list, and one page for each."""

from __future__ import annotations

import json

from rich.console import Group

from notecheck.checks.pages import named, page, row, summary
from notecheck.checks.registry import CHECKS
from notecheck.report.page import Page


def listed(width: int) -> Group:
    """Every check, one row each."""
    made = Page(width)
    made.columns([(c.code, c.severity, c.name, summary(c)) for c in CHECKS], (6, 7, 34))
    return made.renderable()


def listed_as_json() -> str:
    """Every check as a list of objects."""
    return json.dumps([row(check) for check in CHECKS], indent=1)


def explained(code: str) -> str:
    """The page of the check with this code or name. Raises InputError NC-I42."""
    check = named(code)
    head = f"{check.code}  {check.name}  {check.severity}, {check.status} since {check.since}"
    return f"{head}\n\n{page(check)}"


def as_markdown() -> str:
    """The rule table of README.md."""
    head = ["| code | name | severity | says |", "|---|---|---|---|"]
    return "\n".join(head + [f"| {c.code} | {c.name} | {c.severity} | {summary(c)} |" for c in CHECKS])
