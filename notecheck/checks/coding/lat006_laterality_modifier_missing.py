"""LAT006."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, listed, proof, verb
from notecheck.coding.joints import sides_of
from notecheck.coding.lines import BOTH
from notecheck.records import Finding


class LateralityModifierMissing(Check):
    """A code that is paid by side carries neither 50 nor LT nor RT.

    ## What it checks
    Billed procedure codes with bilateral indicator 1 whose procedure is in the note.

    ## Why it matters
    Many payers reject the line, and a later claim for the other side looks like a repeat.

    ## A note that fails
    "The sixth intercostal nerve was blocked on the left." billed with 64420 and no modifier.

    ## A note that passes
    The same note billed with 64420-LT.

    ## What it does not check
    Codes without sides, and whether the side fits the note (LAT002).

    ## Sources
    Medicare fee schedule of July 2026, bilateral indicator 1.
    """

    code = "LAT006"
    name = "laterality-modifier-missing"
    severity = "warning"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        for group in bill.rows() if bill else ():
            bare = [m for m in group if m.row is not None and m.row.bilateral == "1" and not m.sides]
            if not bare or all(p.laterality == "midline" for m in bare for p in m.procedures):
                continue
            noted = frozenset(side for m in bare for p in m.procedures for side in sides_of(p))
            mark = "50" if noted == BOTH else {"left": "LT", "right": "RT"}.get(next(iter(noted), ""), "")
            hint = f" The note supports {mark}." if mark else ""
            yield self.finding(
                f"{listed(bare)} {verb(bare, 'is', 'are')} paid by side and {verb(bare, 'carries', 'carry')} "
                f"neither 50 nor LT nor RT.{hint}",
                line=bare[0].line.code,
                evidence=proof(case, bare[0].procedures, "laterality", "family"),
                fix="Add the side modifier that the description supports.",
                source=case.book.codes.source("bilateral"),
            )
