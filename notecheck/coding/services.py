"""Lines for work that is no procedure: timed sedation, infusions and shots, programming, studies, staff visits."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding import drugs, service_rules
from notecheck.coding.lines import Draft, Outcome, Setting, Sheet
from notecheck.coding.rules import PROFESSIONAL
from notecheck.records import Facts, Injectate, Procedure, Service

_GIVEN = ("infusion", "push", "shot")
# drugs by vein are then part of another service
_SEDATED = ("moderate", "deep", "general")


def service_lines(facts: Facts, setting: Setting) -> Outcome:
    """Lines and questions for Facts.services. Beside a procedure only sedation and programming."""
    sheet = Sheet()
    for service in facts.services:
        if service.kind == "sedation" and facts.procedures:
            _sedation(service, facts, sheet, setting)
        elif service.kind in ("programming", "stimulator-analysis"):
            _programming(service, facts, sheet, setting)
        elif facts.procedures:
            continue
        elif service.kind in _GIVEN and facts.sedation not in _SEDATED:
            _given(service, facts, sheet, setting)
        elif service.kind in service_rules.services().studies:
            _study(service, sheet, setting)
        elif service.kind in service_rules.services().punctures:
            _puncture(service, sheet)
        elif service.kind == "staff-visit":
            _staff_visit(service, sheet)
        elif service.kind == "capsaicin-patch":
            _patch(service, facts, sheet, setting)
    return sheet.done()


def needs_own_visit(drafts: Sequence[Draft]) -> bool:
    """True where an infusion, push or shot stands on the claim: a visit beside it needs its mark."""
    codes = service_rules.services().injections
    return any(d.code in (codes.infusion, codes.push, codes.shot) for d in drafts)


def longitudinal(facts: Facts, setting: Setting, visit: Sequence[Draft]) -> tuple[Draft, ...]:
    """The add-on for care of one serious condition over time, beside a visit without modifier."""
    rule = service_rules.services().longitudinal
    told = [s for s in facts.services if s.kind == "longitudinal-care"]
    row = setting.tables.row(rule.code, setting.day)
    plain = any(row and d.code in row.add_on_of and not d.modifiers for d in visit)
    if not told or not plain or facts.procedures or setting.payer not in rule.payers:
        return ()
    why = "the visit is part of lasting care for one serious condition"
    return (Draft(rule.code, why, (), extra=True, evidence=told[0].evidence),)


def _sedation(service: Service, facts: Facts, sheet: Sheet, setting: Setting) -> None:
    """Moderate sedation by the operator: a trained observer and the minutes must be told."""
    rule = service_rules.services().sedation
    if facts.sedation != "moderate" or "sedation-by-other" in service.marks or setting.billed_by != PROFESSIONAL:
        return
    refused = next((r for r in rule.refused if setting.payer in r.payers), None)
    if refused and any(p.family in refused.families for p in facts.procedures):
        return
    if "sedation-observer" not in service.marks:
        sheet.ask("Did an independent trained observer watch the patient? The sedation code needs one named.")
        return
    if service.minutes is None:
        sheet.ask("When did the sedation start and end? The sedation code counts minutes.")
        return
    why = f"moderate sedation by the operator with a trained observer, {service.minutes:g} minutes"
    if setting.day <= rule.before.until:
        if rule.before.least <= service.minutes <= rule.before.most:
            sheet.drafts.append(_extra(rule.before.code, why, service))
        else:
            sheet.ask(f"Which codes stood for {service.minutes:g} minutes of sedation before 2017? The table has one.")
        return
    if service.minutes < rule.least:
        return
    child = "child" in service.marks
    sheet.drafts.append(_extra(rule.child if child else rule.adult, why, service))
    over = service.minutes - rule.first
    further = int((over + rule.step - rule.further_least) // rule.step) if over > 0 else 0
    if further and not (rule.further_not_in_facility and setting.in_facility):
        sheet.drafts.append(_extra(rule.further, f"{why}: further steps", service, units=further))


def _programming(service: Service, facts: Facts, sheet: Sheet, setting: Setting) -> None:
    rule = service_rules.services().programming
    if any(p.family in rule.not_beside for p in facts.procedures):
        return
    if "representative" in service.marks:
        sheet.ask("Did the clinician program the stimulator? Work of the manufacturer's representative is not billed.")
    elif service.kind == "stimulator-analysis":
        sheet.drafts.append(_extra(rule.analysis, "stimulator checked, no parameter changed", service))
    elif service.count is None:
        sheet.ask("How many parameters of the stimulator were changed? The code depends on it.")
    else:
        code = rule.simple if service.count <= rule.simple_up_to else rule.complex
        sheet.drafts.append(_extra(code, f"stimulator programmed, {service.count:g} parameters changed", service))


def _given(service: Service, facts: Facts, sheet: Sheet, setting: Setting) -> None:
    rule = service_rules.services().injections
    code = {"infusion": rule.infusion, "push": rule.push, "shot": rule.shot}[service.kind]
    if service.kind == "infusion":
        if service.minutes is None:
            sheet.ask("When did the infusion start and end? The infusion code counts minutes.")
            return
        if service.minutes > rule.first_up_to:
            told = f"{service.minutes:g} minutes"
            sheet.ask(f"Which code is meant for the time after the first hour? The infusion ran {told}.")
            return
        code = rule.push if service.minutes <= rule.push_up_to else code
    if not any(draft.code == code for draft in sheet.drafts):
        sheet.drafts.append(_extra(code, f"{service.drug} by {service.kind}, no procedure that day", service))
    name = service.drug or ""
    if setting.in_facility:
        return
    carrier = Procedure("other", injectate=(Injectate(name, service.amount),), evidence=service.evidence)
    if name in rule.drugs:
        product = drugs.product_for(name, rule.drugs[name], setting, service.amount)
        if product is not None:
            drugs.product_lines(product, [carrier], drugs.vials_of(name, facts), sheet, setting)
    elif name in rule.known:
        why = f"{name} has no code of its own; name, dose, route and NDC go into the claim's narrative"
        sheet.drafts.append(_extra(rule.unclassified, why, service))
    else:
        sheet.ask(f"Which code has {name}? The table names none.")


def _study(service: Service, sheet: Sheet, setting: Setting) -> None:
    code = service_rules.services().studies[service.kind]
    if "written-report" not in service.marks:
        sheet.ask(f"Were images saved and a report written? {code} needs both.")
        return
    marks = ("26",) if setting.in_facility and setting.billed_by == PROFESSIONAL else ()
    why = f"{service.kind.replace('-', ' ')}, a study of its own with its report"
    sheet.drafts.append(_extra(code, why, service, marks))


def _puncture(service: Service, sheet: Sheet) -> None:
    codes = service_rules.services().punctures[service.kind]
    guided = "imaging" in service.marks
    why = f"{service.kind.replace('-', ' ')}, {'under fluoroscopy or CT' if guided else 'no imaging documented'}"
    sheet.drafts.append(_extra(codes.guided if guided else codes.plain, why, service))


def _staff_visit(service: Service, sheet: Sheet) -> None:
    if "clinician-on-site" not in service.marks:
        sheet.ask("Was the supervising clinician in the suite? A visit of staff is billed under that clinician.")
        return
    code = service_rules.services().staff_visit.code
    sheet.drafts.append(_extra(code, "visit of staff under the clinician in the suite", service))


def _patch(service: Service, facts: Facts, sheet: Sheet, setting: Setting) -> None:
    if setting.in_facility:
        return
    if service.count is None:
        sheet.ask("How many square centimetres of the patch were used? Its code counts them.")
        return
    code = service_rules.services().patch.code
    product = drugs.product_for("capsaicin", code, setting, None)
    if product is not None:
        carrier = Procedure("other", injectate=(Injectate("capsaicin", service.count),), evidence=service.evidence)
        drugs.product_lines(product, [carrier], drugs.vials_of("capsaicin", facts), sheet, setting)


def _extra(code: str, why: str, service: Service, marks: tuple[str, ...] = (), units: float = 1) -> Draft:
    return Draft(code, why, (), marks, units, extra=True, evidence=service.evidence)
