"""Lines for drugs that the office supplies: units, and what was thrown away."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from notecheck.coding.lines import Draft, Outcome, Setting, Sheet
from notecheck.policy import claimrules
from notecheck.records import Evidence, Facts, Procedure, Vial

_PUMP = "intrathecal-pump"
_CARRIERS = frozenset({"saline"})


@dataclass(frozen=True, slots=True)
class Product:
    """A drug with the code and unit size that fit the words of the note."""

    drug: str
    code: str
    per: float


def drug_lines(facts: Facts, setting: Setting) -> Outcome:
    """Office drugs with a code of their own. In a facility, and for mixed pump drugs, there is none."""
    sheet = Sheet()
    if setting.in_facility:
        return sheet.done()
    by_drug: dict[str, list[Procedure]] = {}
    for procedure in facts.procedures:
        if procedure.family != _PUMP:
            for name in dict.fromkeys(item.drug for item in procedure.injectate):
                by_drug.setdefault(name, []).append(procedure)
    for name, procedures in by_drug.items():
        product = product_of(name, facts, setting, _single_dose(name, procedures))
        if product is None and any(v.drug == name for v in setting.rules.drugs.variants) and not any(
            row.drug == name for row in setting.rules.drugs.drugs
        ):
            sheet.ask(f"Which {name} product was given? Each brand has a code of its own.")
        if product is not None:
            product_lines(product, procedures, vials_of(name, facts), sheet, setting)
    _pump_lines([p for p in facts.procedures if p.family == _PUMP], facts, sheet, setting)
    return sheet.done()


def _pump_lines(pumps: Sequence[Procedure], facts: Facts, sheet: Sheet, setting: Setting) -> None:
    """The drug that a pump was filled with, or given as its trial: one drug by its code, a mixture by one code."""
    rule = setting.rules.drugs.pump
    names = list(dict.fromkeys(i.drug for p in pumps for i in p.injectate if i.drug not in _CARRIERS))
    if not names:
        return
    mixed = len(names) > 1 or any(s.kind == "compounded" for s in facts.services)
    if mixed:
        why = f"mixture for the pump ({', '.join(names)}), one unit whatever is in it"
        sheet.drafts.append(Draft(rule.mixed, why, tuple(pumps), (), 1, extra=True))
        return
    name = names[0]
    said = " ".join(e.text for e in _words(name, facts)).lower()
    code = rule.drugs.get(name)
    if name in rule.preservative_free and any(word in said for word in rule.preservative_free_words):
        code = rule.preservative_free[name]
    if name in rule.trial and any("pump-trial" in p.methods for p in pumps):
        code = rule.trial[name]
    product = product_for(name, code, setting, _single_dose(name, pumps)) if code else None
    if product is None:
        sheet.ask(f"Which code has {name} for a pump on {setting.day.isoformat()}? The table names none.")
    else:
        product_lines(product, list(pumps), vials_of(name, facts), sheet, setting)


def product_of(name: str, facts: Facts, setting: Setting, single_dose: float | None = None) -> Product | None:
    """The code for a drug as the note words it; None where it has none or the product is not settled.

    On a day before the code began, the code that it replaced whose unit fits one injection of ``single_dose`` mg.
    """
    said = " ".join(e.text for e in _words(name, facts)).lower()
    for variant in setting.rules.drugs.variants:
        if variant.drug == name and any(word in said for word in variant.words):
            return product_for(name, variant.code, setting, single_dose)
    for row in setting.rules.drugs.drugs:
        if row.drug == name and (not row.needs or any(word in said for word in row.needs)):
            return product_for(name, row.code, setting, single_dose)
    return None


def amount_given(name: str, procedures: Sequence[Procedure], vials: Sequence[Vial]) -> float | None:
    """The whole dose of one drug in mg (units for toxins): as the vials say, else summed; None when not stated.

    One vial told for each of several equal injections counts for each of them.
    """
    doses = [item.mg for p in procedures for item in p.injectate if item.drug == name]
    summed = None if not doses or None in doses else sum(mg for mg in doses if mg is not None)
    from_vials = [v.given for v in vials]
    if not vials or any(given is None for given in from_vials):
        return summed
    told = sum(given for given in from_vials if given is not None)
    drawn = all(v.discarded is None and not v.whole for v in vials)
    if drawn and summed is not None and summed > told > 0:
        return summed  # drawn from a vial more than once ("Right: 20 mg. Left: the same.")
    each_full = all(v.kind == "single-dose" and v.whole for v in vials)
    if each_full and summed is not None and told > 0 and summed > told and summed % told == 0:
        return summed
    return told


def _single_dose(name: str, procedures: Sequence[Procedure]) -> float | None:
    """The dose of one injection in mg where all have the same: half of what a procedure on both sides got."""
    doses = {
        None if item.mg is None else item.mg / (2 if p.laterality == "bilateral" else 1)
        for p in procedures
        for item in p.injectate
        if item.drug == name
    }
    return doses.pop() if len(doses) == 1 else None


def product_lines(
    product: Product, procedures: list[Procedure], vials: list[Vial], sheet: Sheet, setting: Setting
) -> None:
    """The line for a drug with its units and its JZ or JW, or the question that is open."""
    marks = claimrules.drug_units().waste
    asked = setting.day >= marks.required_from
    given = amount_given(product.drug, procedures, vials)
    if given is None or given <= 0:
        sheet.ask(f"How much {product.drug} was given in all? The drug line counts milligrams.")
        return
    units = math.ceil(given / product.per - 1e-9)
    why = f"{product.drug} {given:g}, {product.per:g} to the unit"
    single = [v for v in vials if v.kind == "single-dose" or (v.kind is None and (v.whole or v.discarded is not None))]
    if not single:
        if not any(v.kind == "multi-dose" for v in vials) and asked:
            sheet.ask(
                f"Was the {product.drug} from a single-dose vial, and was any discarded? "
                f"{product.code} x{units} needs JZ or JW then, and no mark else."
            )
            return
        sheet.drafts.append(Draft(product.code, why, tuple(procedures), (), units, extra=True))
        return
    wasted = sum(v.discarded or 0 for v in single)
    if any(v.discarded is None and not v.whole for v in single):
        if asked:
            sheet.ask(f"How much {product.drug} was discarded? {product.code} x{units} needs JZ or JW.")
            return
        sheet.drafts.append(Draft(product.code, why, tuple(procedures), (), units, extra=True))
        return
    spare = math.floor(wasted / product.per + 1e-9)
    kept = () if spare else (marks.none,)
    dated = kept if asked else ()
    end = "nothing discarded" if not wasted else f"{wasted:g} discarded"
    sheet.drafts.append(
        Draft(product.code, f"{why}, single-dose vial, {end}", tuple(procedures), dated, units, extra=True)
    )
    if spare:
        more = f"{product.drug} {wasted:g} discarded from a single-dose vial"
        sheet.drafts.append(Draft(product.code, more, tuple(procedures), (marks.discarded,), spare, extra=True))


def vials_of(name: str, facts: Facts) -> list[Vial]:
    """What the note tells of the vials of one drug."""
    return [vial for vial in facts.vials if vial.drug == name]


def _words(name: str, facts: Facts) -> list[Evidence]:
    return [
        e
        for p in facts.procedures
        for e in p.evidence
        if e.field.startswith("injectate") and name in f"{e.value} {e.text}".lower()
    ]


def product_for(name: str, code: str, setting: Setting, single_dose: float | None) -> Product | None:
    """The product with its unit size; before the code began, the one that it replaced and whose unit fits the dose."""
    units = claimrules.drug_units().codes
    if code in units and setting.tables.row(code, setting.day) is not None:
        return Product(name, code, units[code].mg)
    if single_dose is None:
        return None
    earlier = [row.code for row in setting.tables.replaced_by(code, setting.day) if row.code in units]
    exact = [Product(name, old, units[old].mg) for old in earlier if single_dose % units[old].mg == 0]
    return max(exact, key=lambda product: product.per, default=None)
