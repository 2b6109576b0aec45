"""LAT007."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, proof
from notecheck.coding.match import LineMatch
from notecheck.coding.tables import Counting
from notecheck.records import Finding


class LateralityModifierNotAllowed(Check):
    """A side modifier stands on a code that has no sides.

    ## What it checks
    50 on codes with bilateral indicator 0, 2 or 9; LT and RT on codes without sides: interlaminar and caudal
    injections, trigger points, midline plexuses, toxin sets.

    ## Why it matters
    The line is rejected, or a second side is paid that the code already holds.

    ## A note that fails
    "Right trapezius and right levator scapulae injected." billed with 20552-RT.

    ## A note that passes
    The same note billed with 20552 and no modifier.

    ## What it does not check
    LT and RT for information on codes whose target has a side although they are paid once, and on drug lines.

    ## Sources
    Medicare fee schedule of July 2026, bilateral indicators; NCCI Policy Manual for Medicare 2026, ch. I V.
    """

    code = "LAT007"
    name = "laterality-modifier-not-allowed"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        if bill is None:
            return
        counting = bill.setting.rules.counting
        for match in bill.matches:
            wrong = _not_allowed(match, counting)
            if not wrong:
                continue
            yield self.finding(
                f"{match.line.code} has no sides (bilateral indicator {match.row.bilateral if match.row else ''}); "
                f"it carries {' and '.join(wrong)}.",
                line=match.line.code,
                evidence=proof(case, match.procedures, "laterality", "family"),
                fix=f"Take {' and '.join(wrong)} off {match.line.code}.",
                source=case.book.codes.source("bilateral"),
            )


def _not_allowed(match: LineMatch, counting: Counting) -> tuple[str, ...]:
    row = match.row
    if row is None or match.kind in ("none", "outside") or row.bilateral in ("", "1", "3"):
        return ()
    if row.code in counting.sides_allowed:
        return ()
    named = ("50", "LT", "RT") if row.bilateral == "9" or row.code in counting.no_sides else ("50",)
    return tuple(mark for mark in match.line.modifiers if mark in named)
