"""The checks as pages: one for each, taken from the class itself."""

from __future__ import annotations

import inspect

from notecheck.checks.base import Check
from notecheck.checks.notices import NOTICES, SuppressionNotice
from notecheck.checks.registry import CHECKS
from notecheck.errors import InputError, did_you_mean

Paged = type[Check] | type[SuppressionNotice]


def summary(check: Paged) -> str:
    """The first sentence of a check's page."""
    return page(check).partition("\n")[0]


def page(check: Paged) -> str:
    """The whole page of a check, in Markdown."""
    return inspect.getdoc(check) or ""


def row(check: Paged) -> dict[str, str]:
    """A check as one row of a list."""
    return {
        "code": check.code,
        "name": check.name,
        "severity": check.severity,
        "since": check.since,
        "status": check.status,
        "says": summary(check),
    }


def named(code: str) -> Paged:
    """The check with this code or name. Raises InputError NC-I42."""
    wanted = code.strip().lower()
    pages: tuple[Paged, ...] = (*CHECKS, *NOTICES)
    for check in pages:
        if wanted in (check.code.lower(), check.name):
            return check
    names = [name for check in pages for name in (check.code, check.name)]
    raise InputError(
        "NC-I42",
        f"no rule '{code}'",
        where="rule",
        next_step=did_you_mean(code, names) + "`notecheck rules` lists all of them.",
    )


def parts(check: Paged) -> tuple[tuple[str, str], ...]:
    """The page cut at its headings: heading and text; the first heading is empty."""
    found: list[tuple[str, list[str]]] = [("", [])]
    for line in page(check).splitlines():
        if line.startswith("## "):
            found.append((line.removeprefix("## ").strip(), []))
        else:
            found[-1][1].append(line)
    return tuple((heading, "\n".join(lines).strip()) for heading, lines in found)
