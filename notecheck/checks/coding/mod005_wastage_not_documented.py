"""MOD005."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped
from notecheck.checks.coding.drug_claims import drug_lines, drug_places, units_fit, vials_of
from notecheck.policy import claimrules
from notecheck.records import Finding


class WastageNotDocumented(Check):
    """Discarded drug is billed, or denied, and the note does not bear it out.

    ## What it checks
    A JW line: the note must give the amount discarded, and it must make the billed units. A JZ line: the note must not
    tell of an amount discarded.

    ## Why it matters
    The discarded amount is paid, so the record has to show it: given and discarded together are the label of the vial.

    ## A note that fails
    "155 units given from a 200-unit vial." billed J0585-JW x35, no word of waste.

    ## A note that passes
    "155 units given, 45 units discarded, 200-unit single-dose vial." billed J0585 x155 and J0585-JW x45.

    ## What it does not check
    The label amount of a vial that the note does not state. Lines without JW or JZ (MOD004).

    ## Sources
    CMS JW/JZ policy; Medicare Claims Processing Manual ch. 17 s. 40.
    """

    code = "MOD005"
    name = "wastage-not-documented"
    severity = "error"
    completable = True

    def find(self, case: Case) -> Iterable[Finding]:
        table = claimrules.drug_units()
        rule = table.waste
        for code, unit, lines in drug_lines(case, table):
            stated = [vial.discarded for vial in vials_of(case, unit) if vial.discarded is not None]
            thrown = sum(stated)
            billed = sum(line.units for line in lines if rule.discarded in line.modifiers)
            why = None
            if billed and not stated:
                why = "the note gives no discarded amount"
            elif billed and not (units_fit(billed, thrown, unit) or billed == thrown // unit.mg):
                why = f"the note tells of {thrown:g} discarded, which is another number of units"
            elif thrown > 0 and any(rule.none in line.modifiers for line in lines):
                why = f"the note tells of {thrown:g} discarded, so {rule.none} does not fit"
            if why is None:
                continue
            mark = rule.discarded if billed else rule.none
            shown = next(line for line in lines if mark in line.modifiers).shown()
            yield self.finding(
                f"{shown}: {why}.",
                evidence=drug_places(case, unit),
                fix="Ask the provider how much was given and how much was discarded from each vial; "
                "add it by a dated addendum or correct the units.",
                source=rule.amounts_source,
                line=code,
                severity=capped(self.severity, rule.confidence),
            )
