"""LVL006."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, listed, proof, verb
from notecheck.coding.count import LevelCount
from notecheck.coding.joints import said
from notecheck.records import Finding


class NervesCountedAsJoints(Check):
    """Medial branch nerves were counted as facet joints.

    ## What it checks
    Facet codes where the number of levels billed is the number of nerves in the note, and the nerves make fewer joints:
    two neighbouring nerves feed one joint, three feed two.

    ## Why it matters
    It bills one joint too many on every claim, which is the error that reviewers look for first. Billing articles still
    say that the level is the nerve treated, and that an ablation on both sides takes the base code and the add-on. Both
    were rules of 64622 to 64627, which counted nerves and ended with 2011. Their successors 64633 to 64636 count
    joints: three lumbar nerves are two of them. The second side of one joint goes by 50 (or LT and RT) on the same
    code, because 64633 and 64635 have bilateral indicator 1 and a limit of one unit a day, and their add-ons mean
    another joint.

    ## A note that fails
    "Blocks of the right L3 and L4 medial branches and the L5 dorsal ramus." billed with 64493, 64494 and 64495.

    ## A note that passes
    The same note billed with 64493-RT and 64494-RT.

    ## What it does not check
    Other overbilled levels (LVL002), and single levels that may be joints or nerves.

    ## Sources
    CMS A58350 v22 and A57787 v26: joints are counted, not nerves. Code table of the report: the nerve codes ended on
    2011-12-31. Medicare fee schedules of July 2024 and July 2026, bilateral indicators; NCCI MUE 2024-07-01.
    """

    code = "LVL006"
    name = "nerves-counted-as-joints"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        for count in bill.counts() if bill else ():
            if bill is None or not nerves_taken_for_joints(count):
                continue
            joints = count.most_documented
            yield self.finding(
                f"{listed(count.matches)} {verb(count.matches, 'bills', 'bill')} {count.most_billed} joints; "
                f"the note names {count.nerves} nerves, which feed "
                f"{joints} {'joint' if joints == 1 else 'joints'} ({said(count.documented)}).",
                line=count.codes[-1],
                evidence=proof(case, count.procedures, "levels", "joints"),
                fix="Count joints and take the line without a joint off the claim.",
                source=bill.setting.rules.source("facet-joints"),
            )


def nerves_taken_for_joints(count: LevelCount) -> bool:
    """True where as many joints are billed as nerves are named, and the nerves make fewer joints."""
    return count.nerves > count.most_documented > 0 and count.most_billed == count.nerves
