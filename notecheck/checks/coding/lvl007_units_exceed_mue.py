"""LVL007."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped, searched
from notecheck.coding.limits import counted_units
from notecheck.policy.codes import CodeRow
from notecheck.records import Evidence, Finding


class UnitsExceedMue(Check):
    """More units of a code are billed than the medically-unlikely edit allows.

    ## What it checks
    The units of each code against the published limit: by line where the edit works by line, else all lines of the day
    together. A line with modifier 50 counts its units once, and an LT line with its RT line counts as one side each.

    ## Why it matters
    Units above the edit are denied, for drugs the whole line.

    ## A note that fails
    "Four injections into two muscles." billed with 20553, four units; the edit allows one.

    ## A note that passes
    The same note billed with 20552, one unit.

    ## What it does not check
    Codes without a published edit, and whether the units fit the dose (MOD008). The table is that of July 2024.

    ## Sources
    NCCI medically-unlikely edits, practitioner table of July 2024; NCCI Policy Manual for Medicare 2026, ch. I V.
    """

    code = "LVL007"
    name = "units-exceed-mue"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        for code in dict.fromkeys(case.claim.codes if case.claim else ()):
            row = case.book.codes.best_row(code, case.day)
            lines = [line for line in case.claim.lines if line.code == code] if case.claim else []
            if row is None or row.mue is None:
                continue
            units = counted_units(lines, row)
            if units <= row.mue:
                continue
            how = {2: "a day, without exception", 3: "a day"}.get(row.mai or 1, "a line")
            yield self.finding(
                f"{code} billed with {units:g} units; the edit allows {row.mue} {how}.",
                line=code,
                evidence=_words(case, row),
                fix="Check the units against what the code counts, and correct the line.",
                source=case.book.codes.source("mue"),
                severity=capped(self.severity, row.confidence) if _medicare(case) else "warning",
            )


def _medicare(case: Case) -> bool:
    return case.claim is None or case.claim.payer == "medicare"


def _words(case: Case, row: CodeRow) -> tuple[Evidence, ...]:
    done = [p for p in case.note.procedures if p.family in row.fact_families]
    found = [e for p in done for name in ("levels", "muscles", "family") for e in p.of(name)]
    return tuple(found[:4]) or searched(case)
