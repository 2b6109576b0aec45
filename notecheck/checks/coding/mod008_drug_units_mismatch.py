"""MOD008."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from math import ceil

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped
from notecheck.checks.coding.drug_claims import SLACK, drug_lines, drug_places, units_fit, vials_of
from notecheck.policy import claimrules
from notecheck.policy.claimrules import DrugUnit, DrugUnits
from notecheck.records import Finding


class DrugUnitsMismatch(Check):
    """The billed drug units do not match the dose in the note.

    ## What it checks
    The dose of the drug in the note, over all injections or over any of them, divided by what one unit of the code is
    and rounded up, against the units billed (waste lines left out). A steroid or toxin code where the note gives
    another steroid or toxin.

    ## Why it matters
    A milligram billed as a unit of ten milligrams is ten times the drug.

    ## A note that fails
    "Triamcinolone 40 mg injected." billed J3301 x40; one unit is 10 mg.

    ## A note that passes
    The same, billed J3301 x4.

    ## What it does not check
    Notes that give no dose. Drugs without a code of their own, and which salt was used.

    ## Sources
    HCPCS Level II table of July 2024; Medicare fee schedule July 2026.
    """

    code = "MOD008"
    name = "drug-units-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        table = claimrules.drug_units()
        for code, unit, lines in drug_lines(case, table):
            doses = _doses(case, unit)
            billed = sum(line.units for line in lines if table.waste.discarded not in line.modifiers)
            if not doses and billed and (other := _another(case, unit, table)):
                yield self.finding(
                    f"{code} x{billed:g}: the note tells of {other} and of no {unit.drugs[0]}.",
                    evidence=drug_places(case, unit),
                    fix="Correct the code, or ask the provider which drug was given.",
                    source=table.source,
                    line=code,
                    severity=capped(self.severity, table.confidence),
                )
            if not doses or not billed or any(units_fit(billed, dose, unit) for dose in doses):
                continue
            given = max(doses)
            measure = "units" if unit.drugs[0].endswith(("toxina", "toxinb")) else "mg"
            yield self.finding(
                f"{code} x{billed:g}: the note gives {given:g} {measure} of {unit.drugs[0]}; one unit is "
                f"{unit.mg:g} {measure}, which makes {ceil(given / unit.mg - SLACK)}.",
                evidence=drug_places(case, unit),
                fix="Correct the units, or ask the provider how much was given.",
                source=table.source,
                line=code,
                severity=capped(self.severity, table.confidence),
            )


def _doses(case: Case, unit: DrugUnit) -> list[float]:
    """Doses that the units may stand for: that of every injection, of any of them together, and of the vials."""
    each = [
        sum(amounts)
        for p in case.note.procedures
        if (amounts := [i.mg for i in p.injectate if i.drug in unit.drugs and i.mg is not None])
    ]
    silent = any(i.drug in unit.drugs and i.mg is None for p in case.note.procedures for i in p.injectate)
    given = [vial.given for vial in vials_of(case, unit) if vial.given is not None]
    if silent and not given:
        return []
    sums = {sum(some) for size in range(1, min(len(each), 6) + 1) for some in combinations(each, size)}
    return sorted(sums | {sum(given)} if given else sums)


def _another(case: Case, unit: DrugUnit, table: DrugUnits) -> str | None:
    """A drug of the same group that the note gives while it never names the billed one."""
    named = {i.drug for p in case.note.procedures for i in p.injectate} | {vial.drug for vial in case.note.vials}
    if named & set(unit.drugs):
        return None
    group = next((g for g in table.groups.values() if set(unit.drugs) & set(g)), ())
    return next((drug for drug in sorted(named) if drug in group), None)
