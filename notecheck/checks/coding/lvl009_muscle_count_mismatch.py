"""LVL009."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, proof
from notecheck.coding.periphery import count_is_open, muscle_count
from notecheck.records import Finding


class MuscleCountMismatch(Check):
    """The number of muscles in the note belongs to the other trigger point code.

    ## What it checks
    The codes for one or two muscles and for three or more against the muscles of the whole session.

    ## Why it matters
    Needle passes are often counted for muscles, which bills the higher code without ground.

    ## A note that fails
    "Right trapezius, two sticks; right levator scapulae, two sticks." billed with 20553.

    ## A note that passes
    The same note billed with 20552.

    ## What it does not check
    Notes without muscles (LVL008), and muscles treated on both sides where counting each side would lead to the
    other code: then the note leaves it open.

    ## Sources
    Counting rule trigger-muscles (CMS A59480, A57701; NCCI MUE of July 2024).
    """

    code = "LVL009"
    name = "muscle-count-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        if bill is None:
            return
        points = bill.setting.rules.counting.trigger_points
        for match in bill.sound:
            done = [p for p in match.procedures if p.family == "trigger-point"]
            count = muscle_count(done) if done else None
            few = match.line.code in (points.injection.few, points.dry_needling.few)
            many = match.line.code in (points.injection.many, points.dry_needling.many)
            if count is None or count_is_open(done, points.few_up_to) or not (few or many):
                continue
            if (count <= points.few_up_to) is few:
                continue
            codes = (
                points.injection
                if match.line.code in (points.injection.few, points.injection.many)
                else points.dry_needling
            )
            right = codes.few if count <= points.few_up_to else codes.many
            yield self.finding(
                f"{match.line.code} billed; the note has {count} {'muscle' if count == 1 else 'muscles'}: "
                f"the code for that is {right}.",
                line=match.line.code,
                evidence=proof(case, done, "muscles", "muscle_count"),
                fix=f"Count muscles, not needle passes, and bill {right} if the description is right.",
                source=bill.setting.rules.source(points.rule),
            )
