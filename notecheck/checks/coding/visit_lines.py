"""Billed office visits, and the words of the visit part of a note."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case
from notecheck.checks.coding.billing import Billing
from notecheck.coding.match import LineMatch
from notecheck.policy.claimrules import VisitRules
from notecheck.records import Evidence


def visit_lines(done: Billing, rules: VisitRules) -> Iterator[LineMatch]:
    """The lines that bill an office visit."""
    return (m for m in done.matches if m.line.code in rules.codes)


def visit_places(case: Case) -> tuple[Evidence, ...]:
    """The words of the visit part, else the places where it would stand."""
    return case.note.of("visit")[:3] or case.searched("assessment", "plan", "subjective", "history", "visit")
