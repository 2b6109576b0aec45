"""Billed drug codes with the vials and words of the note about them."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from notecheck.checks.base import Case
from notecheck.checks.coding.billing import searched
from notecheck.policy.claimrules import DrugUnit, DrugUnits
from notecheck.records import ClaimLine, Evidence, Vial

SLACK = 1e-6


def drug_lines(case: Case, table: DrugUnits) -> Iterator[tuple[str, DrugUnit, list[ClaimLine]]]:
    """Each billed drug code of the table with its lines."""
    if case.claim is None:
        return
    for code in dict.fromkeys(case.claim.codes):
        if (unit := table.codes.get(code)) is not None:
            yield code, unit, [line for line in case.claim.lines if line.code == code]


def vials_of(case: Case, unit: DrugUnit) -> list[Vial]:
    """The drug products of the note that a code is for."""
    return [vial for vial in case.note.vials if vial.drug in unit.drugs]


def units_fit(units: float, amount: float, unit: DrugUnit) -> bool:
    """True when the billed units are the amount in whole units, rounded up."""
    return abs(units - ceil(amount / unit.mg - SLACK)) < SLACK


def drug_places(case: Case, unit: DrugUnit) -> tuple[Evidence, ...]:
    """The words about a drug, else the places where it would stand."""
    found = [e for e in case.note.of("vials") if any(drug in e.value or drug in e.text.lower() for drug in unit.drugs)]
    for p in case.note.procedures:
        if any(i.drug in unit.drugs for i in p.injectate):
            words = p.of("injectate")
            found += [e for e in words if any(drug in e.value.lower() for drug in unit.drugs)] or words
    return tuple(dict.fromkeys(found))[:4] or searched(case)
