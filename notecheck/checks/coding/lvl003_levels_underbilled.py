"""LVL003."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import Billing, billing, listed, proof, verb
from notecheck.checks.coding.lvl005_add_on_without_primary import lacking
from notecheck.coding.count import LevelCount
from notecheck.coding.joints import said
from notecheck.records import Finding


class LevelsUnderbilled(Check):
    """The note documents more levels than are billed.

    ## What it checks
    The same count as LVL002, the other way round.

    ## Why it matters
    It is a missed charge, or a sign that the claim belongs to another note.

    ## A note that fails
    "The sixth, seventh and eighth intercostal nerves were blocked on the left." billed with 64420-LT alone.

    ## A note that passes
    The same note billed with 64420-LT and 64421-LT, two units.

    ## What it does not check
    Levels beyond the number that the payer covers: leaving them off the claim is right. Codes that take any number of
    further levels once.

    ## Sources
    Counting rules foramen-levels, facet-joints, facet-sequence, intercostal, vertebral-bodies, stimulator-leads
    (CMS A58745, A56651, A58350 v22, A57787 v26, A56876; NCCI add-on file 2024-06-03; NCCI MUE 2024-07-01; NCCI Policy
    Manual 2026).
    """

    code = "LVL003"
    name = "levels-underbilled"
    severity = "warning"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        alone = lacking(case) if bill else {}
        for count in bill.counts() if bill else ():
            if bill is None or count.open_ended or set(count.codes) & set(alone) or _enough(count, bill):
                continue
            under = [(billed, noted) for billed, noted in count.pairs() if billed < noted]
            if not under:
                continue
            billed, noted = under[0]
            named = f" ({said(count.documented)})" if count.documented else ""
            yield self.finding(
                f"{listed(count.matches)} {verb(count.matches, 'bills', 'bill')} "
                f"{billed} {count.ladder.nouns if billed != 1 else count.ladder.noun}; "
                f"the note documents {noted}{named}.",
                line=count.first_line,
                evidence=proof(case, count.procedures, "levels", "joints", "leads"),
                fix="Were the other levels left off the claim on purpose? If not, add their lines.",
                source=bill.setting.rules.source(count.ladder.rule),
            )


def _enough(count: LevelCount, bill: Billing) -> bool:
    """True where the claim already carries as many levels as the payer covers."""
    limits = [
        limit.levels
        for p in count.procedures
        if (limit := bill.setting.rules.limit(bill.setting.payer, p.family, bill.setting.day))
    ]
    return bool(limits) and count.most_billed >= min(limits)
