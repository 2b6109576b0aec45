"""Sides billed against sides documented, for one code or one row of level codes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from notecheck.checks.coding.billing import Billing
from notecheck.coding.joints import sides_of
from notecheck.coding.match import LineMatch
from notecheck.policy import claimrules
from notecheck.records import Procedure


@dataclass(frozen=True, slots=True)
class SideGroup:
    """Lines paid by side that are judged together, with all sides they bill and all that the note tells."""

    matches: tuple[LineMatch, ...]
    procedures: tuple[Procedure, ...]
    billed: frozenset[str]
    documented: frozenset[str]


def side_groups(bill: Billing) -> Iterator[SideGroup]:
    """One group for each row of level codes, and one for each other code, of lines that are paid by side."""
    for matches in bill.rows():
        paid = tuple(m for m in matches if m.row is not None and m.row.bilateral == "1")
        if not paid:
            continue
        procedures = tuple(dict.fromkeys(p for m in paid for p in m.procedures))
        yield SideGroup(
            matches=paid,
            procedures=procedures,
            billed=frozenset(side for m in paid for side in m.sides),
            documented=frozenset(side for p in procedures for side in sides_of(p)) | _stopped(paid, procedures),
        )


def _stopped(matches: tuple[LineMatch, ...], procedures: tuple[Procedure, ...]) -> frozenset[str]:
    """Sides that were begun and stopped, where a line bills them as such."""
    marks = set(claimrules.modifiers().stopped.modifiers)
    billed = {side for m in matches if marks & set(m.line.modifiers) for side in m.sides}
    return frozenset(p.stopped_side for p in procedures if p.stopped_side in billed and p.stopped_side)
