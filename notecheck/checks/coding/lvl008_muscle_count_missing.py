"""LVL008."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, proof
from notecheck.coding import rules
from notecheck.coding.periphery import muscle_count
from notecheck.records import Finding


class MuscleCountMissing(Check):
    """Trigger points were treated and the note gives neither the number nor the names of the muscles.

    ## What it checks
    Trigger point injections and dry needling that are billed (or done, when nothing was billed): is there a muscle
    name or a number of muscles?

    ## Why it matters
    The code depends on the number of muscles. "Several spots" and "the upper back" count nothing.

    ## A note that fails
    "Tight areas around both shoulders were injected in several spots." billed with 20553.

    ## A note that passes
    "Left trapezius, left levator scapulae and left rhomboid were injected." billed with 20553.

    ## What it does not check
    Whether the number fits the code (LVL009) and whether the exam supports trigger points (MED019).

    ## Sources
    Counting rule trigger-muscles (CMS A59480, A57701).
    """

    code = "LVL008"
    name = "muscle-count-missing"
    severity = "error"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        points = [p for p in case.note.procedures if p.family == "trigger-point"]
        lines = [m for m in bill.sound if set(m.procedures) & set(points)] if bill else []
        if not points or muscle_count(points) is not None or (bill is not None and not lines):
            return
        yield self.finding(
            "The code counts muscles, and the note gives neither their names nor their number.",
            line=lines[0].line.code if lines else None,
            evidence=proof(case, points, "family", "muscles"),
            fix="Ask the author for a dated addendum that names each muscle treated and its side; "
            "do not alter the original.",
            source=rules.load().source("trigger-muscles"),
        )
