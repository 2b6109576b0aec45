"""LVL010."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, proof
from notecheck.records import Finding


class InjectionsCountedAsUnits(Check):
    """A trigger point code carries several units, one for each needle pass.

    ## What it checks
    The units of the trigger point and dry needling codes, over all lines of the day.

    ## Why it matters
    The codes stand for the muscles of a session and are paid once a day.

    ## A note that fails
    "Four injections, 1 mL each, into two muscles." billed with 20552, four units.

    ## A note that passes
    The same note billed with 20552, one unit.

    ## What it does not check
    Which of the codes fits the number of muscles (LVL009).

    ## Sources
    Counting rule trigger-muscles; NCCI medically-unlikely edits of July 2024.
    """

    code = "LVL010"
    name = "injections-counted-as-units"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        if bill is None:
            return
        points = bill.setting.rules.counting.trigger_points
        codes = (points.injection.few, points.injection.many, points.dry_needling.few, points.dry_needling.many)
        for code in codes:
            lines = [m for m in bill.matches if m.line.code == code and m.kind != "none"]
            units = sum(m.line.units for m in lines)
            if units <= 1:
                continue
            yield self.finding(
                f"{code} billed with {units:g} units; it counts the muscles of a session once, not needle passes.",
                line=code,
                evidence=proof(case, [p for m in lines for p in m.procedures], "muscles", "family"),
                fix=f"Bill one unit of {code}, if it is the code for the number of muscles.",
                source=bill.setting.rules.source(points.rule),
            )
