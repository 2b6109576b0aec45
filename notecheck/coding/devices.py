"""Codes for stimulators and pumps."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding.joints import sides_of
from notecheck.coding.lines import Draft, Outcome, Setting, Sheet, imaged, sided, words
from notecheck.records import Procedure

_PUMP_PARTS = {"pump-placed", "pump-removed", "pump-catheter-placed", "pump-catheter-removed"}
_PADDLE = ("paddle", "laminotomy", "laminectomy", "open")


def trial(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One unit for each percutaneous lead."""
    sheet = Sheet()
    _leads(procedures, sheet, setting)
    return sheet.done()


def implant(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """Leads and a new generator."""
    sheet = Sheet()
    paddles = [p for p in procedures if {p.technique, p.approach, *p.methods} & set(_PADDLE)]
    if paddles:
        sheet.drafts.append(
            Draft(setting.rules.supported.stimulator.paddle, "stimulator lead placed through bone", tuple(paddles))
        )
    _leads([p for p in procedures if p not in paddles], sheet, setting)
    sheet.drafts.append(
        Draft(
            setting.rules.supported.stimulator.generator, "new spinal generator placed in a pocket", tuple(procedures)
        )
    )
    return sheet.done()


def revision(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """Leads taken out or moved, by kind of lead; the generator taken out or replaced."""
    sheet = Sheet()
    codes = setting.rules.supported.stimulator_revision
    for procedure in procedures:
        ways = set(procedure.methods)
        done = (procedure,)
        if "generator-replaced" in ways:
            why = "spinal generator replaced; taking out the old one is inside"
            sheet.drafts.append(Draft(codes.generator_replaced, why, done))
        elif "generator-removed" in ways:
            sheet.drafts.append(Draft(codes.generator_out, "spinal generator revised or taken out", done))
        row, verb = (codes.revised, "revised") if "lead-revised" in ways else (codes.removed, "taken out")
        if not ways & {"lead-revised", "lead-removed"}:
            if not ways & {"generator-replaced", "generator-removed"}:
                sheet.ask("What was revised: leads or generator, removed or replaced? The code depends on it.")
        elif "paddle" in ways:
            sheet.drafts.append(Draft(row[1], f"paddle lead {verb}", done))
        elif "percutaneous-lead" in ways:
            sheet.drafts.append(Draft(row[0], f"percutaneous lead {verb}, once a session", done))
        else:
            sheet.ask("Which lead was it: percutaneous or paddle? The code depends on it.")
    return sheet.done()


def peripheral_stimulation(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One unit for each electrode, by the nerve, the way in, and whether the stimulator is built into the electrode."""
    sheet = Sheet()
    codes, where = setting.rules.supported.nerve_stimulator, setting.rules.sites.sacral_stimulation
    for procedure in procedures:
        leads, done, sides = procedure.leads, (procedure,), sides_of(procedure)
        sacral = procedure.site in where.names or (procedure.site is None and procedure.region == "sacral")
        opened = "open-placement" in procedure.methods
        treated = next((code for way, code in codes.treatments.items() if way in procedure.methods), None)
        if treated:
            sheet.drafts.append(Draft(treated, "one treatment by a needle electrode; nothing stays in place", done))
            continue
        if _revised_at_nerve(procedure, sheet, setting):
            continue
        if not leads:
            sheet.ask("How many electrodes were placed, and is the stimulator built in? The code counts electrodes.")
            continue
        if "integrated-stimulator" in procedure.methods:
            first, further = codes.integrated
            sheet.drafts.append(Draft(first, "first electrode with its stimulator built in", done))
            if leads > 1:
                why = f"{leads - 1} further electrode(s) with built-in stimulator"
                sheet.drafts.append(Draft(further, why, done, (), leads - 1))
        elif sacral and not opened:
            if not sides:
                sheet.ask("Which side was treated? The note gives no side for the sacral electrode.")
                continue
            why = f"electrode at the sacral nerve, {words(sides)}; guidance is inside"
            sheet.drafts += sided(codes.sacral, sides, setting, why=why, procedures=done)
        else:
            cranial = procedure.site in where.cranial
            code = (codes.open_sacral if sacral else codes.open) if opened else codes.percutaneous
            code = codes.cranial if cranial and not opened else code
            code = codes.open_muscle if opened and "neuromuscular" in procedure.methods else code
            sheet.drafts.append(Draft(code, f"{leads} electrode(s) at a peripheral nerve", done, (), leads))
        if "generator-placed" in procedure.methods and "integrated-stimulator" not in procedure.methods:
            sheet.drafts.append(Draft(codes.generator, "generator for a stimulator at a nerve", done))
    return sheet.done()


def _revised_at_nerve(procedure: Procedure, sheet: Sheet, setting: Setting) -> bool:
    """Electrodes or generator taken out, moved or replaced; False when nothing of this was done."""
    codes, ways, done = setting.rules.supported.nerve_stimulator, set(procedure.methods), (procedure,)
    out = bool(ways & {"lead-removed", "lead-revised"})
    if out:
        built_in = "integrated-stimulator" in ways
        code = codes.integrated_out if built_in else codes.lead_out
        sheet.drafts.append(Draft(code, "electrode at a nerve revised or taken out", done))
    if "generator-replaced" in ways:
        why = "generator for a stimulator at a nerve replaced; taking out the old one is inside"
        sheet.drafts.append(Draft(codes.generator, why, done))
    elif "generator-removed" in ways:
        why = "generator for a stimulator at a nerve revised or taken out"
        sheet.drafts.append(Draft(codes.generator_out, why, done))
    return out or bool(ways & {"generator-replaced", "generator-removed"})


def pump(procedures: Sequence[Procedure], setting: Setting, statements: Sequence[str] = ()) -> Outcome:
    """Parts of a pump placed or taken out; else the highest of analysis, reprogramming and refill, once."""
    sheet = Sheet()
    codes, done = setting.rules.supported.pump, tuple(procedures)
    ways = {way for p in procedures for way in p.methods}
    if ways & _PUMP_PARTS:
        _pump_parts(done, ways, sheet, setting)
        return sheet.done()
    if "pump-trial" in ways:
        plain, guided = setting.rules.supported.epidural["lumbar-sacral"]
        seen = imaged(procedures)
        why = f"trial dose into the spinal fluid, {'with' if seen else 'without'} fluoroscopy or CT; no pump yet"
        sheet.drafts.append(Draft(guided if seen else plain, why, done))
        return sheet.done()
    refilled = "pump-refill" in statements or any(p.injectate for p in procedures)
    kept = "pump-not-reprogrammed" in ways and "pump-reprogramming" not in statements
    code, why = "", ""
    if refilled and "pump-refill-by-physician" in statements:
        code = codes.refill_alone_by_physician if kept else codes.refilled_by_physician
        why = "pump checked and refilled by the physician; the highest step alone"
    elif refilled and "pump-refill-by-staff" in statements:
        code = codes.refill_alone_by_staff if kept else codes.refilled_by_staff
        why = "pump checked and refilled by staff; the highest step alone"
    elif refilled:
        sheet.ask("Who refilled the pump? The codes for a refill by the physician and by staff differ.")
    elif "pump-reprogramming" in statements:
        code, why = codes.changed, "pump checked and reprogrammed, no refill"
    elif "pump-analysis" in statements:
        code, why = codes.checked, "pump checked, neither reprogrammed nor refilled"
    else:
        sheet.ask("Was the pump checked, reprogrammed, refilled or implanted? The code depends on it.")
    if code:
        sheet.drafts.append(Draft(code, why + (", settings left as they were" if refilled and kept else ""), done))
    return sheet.done()


def _pump_parts(done: tuple[Procedure, ...], ways: set[str], sheet: Sheet, setting: Setting) -> None:
    """The catheter and the device; taking out the old part is inside the new one, and so is the first filling."""
    codes = setting.rules.supported.pump
    if "pump-catheter-placed" in ways:
        opened = "laminectomy" in ways
        why = f"spinal drug catheter placed or revised, {'with' if opened else 'without'} laminectomy"
        sheet.drafts.append(Draft(codes.catheter[opened], why, done))
    elif "pump-catheter-removed" in ways:
        sheet.drafts.append(Draft(codes.catheter_out, "spinal drug catheter taken out", done))
    if "pump-placed" not in ways:
        if "pump-removed" in ways:
            sheet.drafts.append(Draft(codes.out, "pump or reservoir taken out", done))
    elif "pump-programmable" in ways and "pump-fixed-rate" not in ways:
        sheet.drafts.append(Draft(codes.programmable, "programmable pump placed", done))
    elif "pump-fixed-rate" in ways:
        sheet.drafts.append(Draft(codes.fixed, "pump without program placed", done))
    elif "pump-reservoir" in ways:
        sheet.drafts.append(Draft(codes.reservoir, "reservoir under the skin placed", done))
    else:
        sheet.ask("Is the pump programmable? The codes for placing one with and without a program differ.")


def _leads(procedures: Sequence[Procedure], sheet: Sheet, setting: Setting) -> None:
    if not procedures:
        return
    if any(not p.leads for p in procedures):
        sheet.ask("How many leads were placed? The code counts leads.")
        return
    leads = sum(p.leads or 0 for p in procedures)
    why = f"{leads} percutaneous lead(s), one unit for each; guidance is inside"
    sheet.drafts.append(Draft(setting.rules.supported.stimulator.lead, why, tuple(procedures), (), leads))
