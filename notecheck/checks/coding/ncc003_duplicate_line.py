"""NCC003."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import searched
from notecheck.policy import claimrules
from notecheck.records import Finding


class DuplicateLine(Check):
    """The same code with the same modifiers stands on the claim twice.

    ## What it checks
    Lines that agree in code and modifiers and carry no 76, 77 or 91.

    ## Why it matters
    The second line denies as a duplicate. A second side or level has its own modifier or code.

    ## A note that fails
    64636-50 on two lines.

    ## A note that passes
    64636-RT and 64636-LT. Or: one line with the units that the payer takes.

    ## What it does not check
    Other claims of the same day.

    ## Sources
    NCCI Policy Manual for Medicare Services ch. I V (units and lines); Noridian modifier guidance (76).
    """

    code = "NCC003"
    name = "duplicate-line"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        if case.claim is None:
            return
        repeats = set(claimrules.modifiers().repeats)
        seen: set[tuple[str, tuple[str, ...]]] = set()
        told: set[tuple[str, tuple[str, ...]]] = set()
        for line in case.claim.lines:
            key = (line.code, tuple(sorted(line.modifiers)))
            if key in seen and key not in told and not repeats & set(line.modifiers):
                told.add(key)
                yield self.finding(
                    f"{line.shown()} stands on the claim more than once.",
                    evidence=searched(case),
                    fix="Keep one line; if the service was given twice, show it with its own modifier or units.",
                    source=case.book.codes.source("manual"),
                    line=line.code,
                )
            seen.add(key)
