"""LVL002."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, listed, proof, verb
from notecheck.checks.coding.lvl005_add_on_without_primary import lacking
from notecheck.checks.coding.lvl006_nerves_counted_as_joints import nerves_taken_for_joints
from notecheck.coding.count import LevelCount
from notecheck.coding.joints import said
from notecheck.records import Finding


class LevelsOverbilled(Check):
    """More levels are billed than the note documents.

    ## What it checks
    The levels in a row of codes (first, second, further) against the foramina, facet joints, vertebral bodies, discs,
    ribs or leads in the note, side by side where line and note agree on the sides. An add-on for the other side of one
    level is a level too many: both sides go by 50 or LT and RT on the same code.

    ## Why it matters
    A level that was not treated is not payable.

    ## A note that fails
    "Right L4-L5 foramen injected." billed with 64483-RT and 64484-RT.

    ## A note that passes
    The same note billed with 64483-RT alone.

    ## What it does not check
    Nerves counted as joints (LVL006), doubled lines (NCC003), and notes without any level (LVL001).

    ## Sources
    Counting rules foramen-levels, facet-joints, facet-sequence, intercostal, vertebral-bodies, stimulator-leads
    (CMS A58745, A56651, A58350 v22, A57787 v26, A56876; NCCI add-on file 2024-06-03; NCCI MUE 2024-07-01; NCCI Policy
    Manual 2026).
    """

    code = "LVL002"
    name = "levels-overbilled"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        alone = lacking(case) if bill else {}
        for count in bill.counts() if bill else ():
            if not count.most_documented or set(count.codes) & set(alone) or nerves_taken_for_joints(count):
                continue
            over = [(billed, noted) for billed, noted in count.pairs() if billed > noted]
            if not over and _other_side_by_add_on(count):
                over = [(count.steps_billed, len(count.documented))]
            if not over or bill is None:
                continue
            billed, noted = over[0]
            named = f" ({said(count.documented)})" if count.documented else ""
            yield self.finding(
                f"{listed(count.matches)} {verb(count.matches, 'bills', 'bill')} {billed} {count.ladder.nouns}; "
                f"the note documents {noted}{named}.",
                line=count.codes[-1],
                evidence=proof(case, count.procedures, "levels", "joints", "leads"),
                fix="Take the lines or units without a documented level off the claim.",
                source=bill.setting.rules.source(count.ladder.rule),
            )


def _other_side_by_add_on(count: LevelCount) -> bool:
    """The second side of one level is billed by the add-on, which stands for another level."""
    return len(count.ladder.codes) > 1 and 0 < len(count.documented) < count.steps_billed
