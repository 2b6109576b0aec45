"""LVL004."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import Billing, billing, capped, proof
from notecheck.coding import rules
from notecheck.coding.axial import region_of
from notecheck.coding.joints import facet_joints, foramina, group_of, said, sides_by_level, vertebrae
from notecheck.records import Finding, Procedure

_COUNT = {"epidural-transforaminal": foramina, "facet-injection": facet_joints, "facet-rfa": facet_joints}


class LevelLimitExceeded(Check):
    """More levels were treated in one session than the payer covers.

    ## What it checks
    The levels of one family in one half of the spine, as documented (as billed where the note names none), against the
    payer's limit on the day. Both sides of a level are one level.

    ## Why it matters
    Levels beyond the limit are not covered, and some policies refuse the whole session.

    ## A note that fails
    "Left L3-L4, L4-L5 and L5-S1 foramina injected." billed to Medicare with 64483-LT and 64484-LT, two units.

    ## A note that passes
    "Left L4-L5 and L5-S1 foramina injected." billed with 64483-LT and 64484-LT.

    ## What it does not check
    Payers without a published limit, levels billed without being documented (LVL002), and the reason that a second
    level may need.

    ## Sources
    Medicare epidural and facet LCDs of all seven contractors (L39240, L39015, L38994, L39054, L33906, L36920, L39036;
    L38801, L38773, L38841, L38765, L33930, L34892, L35936); payer policies named in the finding.
    """

    code = "LVL004"
    name = "level-limit-exceeded"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        if bill is None:
            return
        for family, half, done in _sessions(bill):
            limit = bill.setting.rules.limit(bill.setting.payer, family, bill.setting.day)
            if limit is None:
                continue
            levels = _levels(family, half, done, bill)
            billed = max((c.most_billed for c in bill.counts() if done[0] in c.procedures), default=0)
            number = len(levels) or billed
            if number <= limit.levels:
                continue
            named = f" ({said(levels)})" if levels else ""
            lines = [m.line.code for m in bill.sound if done[0] in m.procedures]
            yield self.finding(
                f"{number} levels in one session{named}; the payer covers {limit.levels}.",
                line=lines[-1] if lines else None,
                evidence=proof(case, done, "levels", "joints"),
                fix="Check which levels the policy covers; do not bill the others as covered.",
                source=limit.source,
                severity=capped(self.severity, limit.confidence),
            )


def _sessions(bill: Billing) -> Iterator[tuple[str, str, list[Procedure]]]:
    """Families with billed procedures, for each half of the spine."""
    found: dict[tuple[str, str], list[Procedure]] = {}
    billed = {id(p) for m in bill.sound for p in m.procedures}
    for procedure in bill.case.note.procedures:
        if id(procedure) not in billed:
            continue
        family = "epidural-interlaminar" if procedure.family == "epidural-caudal" else procedure.family
        half = region_of(procedure)
        if half is not None:
            found.setdefault((family, half), []).append(procedure)
    return ((family, half, done) for (family, half), done in found.items())


def _levels(family: str, half: str, done: list[Procedure], bill: Billing) -> list[str]:
    count = _COUNT.get(family, vertebrae)
    levels = sides_by_level(done, rules.load(), count)
    if family == "epidural-interlaminar":
        entered = [
            p.levels[0] if len(p.levels) == 1 else p.family for p in done if p.levels or p.family == "epidural-caudal"
        ]
        return list(dict.fromkeys(entered))
    return [level for level in levels if group_of(level) == half]
