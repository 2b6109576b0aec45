"""Codes for stimulators and pumps."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding.lines import Draft, Outcome, Setting, Sheet
from notecheck.records import Procedure

_PADDLE = ("paddle", "laminotomy", "laminectomy", "open")


def trial(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One unit for each percutaneous lead."""
    sheet = Sheet()
    _leads(procedures, sheet, setting)
    return sheet.done()


def implant(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """Leads and a new generator."""
    sheet = Sheet()
    paddles = [p for p in procedures if p.technique in _PADDLE or p.approach in _PADDLE]
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
    """A revision has different codes for lead and generator, and for removal and replacement."""
    question = "What was revised: leads or generator, removed or replaced? The code depends on it."
    return Outcome((), (question,))


def peripheral_stimulation(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One unit for each percutaneous electrode at a peripheral nerve."""
    sheet = Sheet()
    if all(p.leads for p in procedures):
        leads = sum(p.leads or 0 for p in procedures)
        sheet.drafts.append(
            Draft(
                setting.rules.supported.stimulator.peripheral,
                f"{leads} electrode(s) at a peripheral nerve",
                tuple(procedures),
                (),
                leads,
            )
        )
    else:
        sheet.ask("How many electrodes were placed, and is the stimulator built in? The code counts electrodes.")
    return sheet.done()


def pump(procedures: Sequence[Procedure], setting: Setting, statements: Sequence[str] = ()) -> Outcome:
    """The highest of analysis, reprogramming and refill that was done, once an encounter."""
    sheet = Sheet()
    codes = setting.rules.supported.pump
    refilled = "pump-refill" in statements or any(p.injectate for p in procedures)
    code, why = "", ""
    if refilled and "pump-refill-by-physician" in statements:
        code, why = codes.refilled_by_physician, "pump checked and refilled by the physician; the highest step alone"
    elif refilled and "pump-refill-by-staff" in statements:
        code, why = codes.refilled_by_staff, "pump checked and refilled by staff; the highest step alone"
    elif refilled:
        sheet.ask("Who refilled the pump? The codes for a refill by the physician and by staff differ.")
    elif "pump-reprogramming" in statements:
        code, why = codes.changed, "pump checked and reprogrammed, no refill"
    elif "pump-analysis" in statements:
        code, why = codes.checked, "pump checked, neither reprogrammed nor refilled"
    else:
        sheet.ask("Was the pump checked, reprogrammed, refilled or implanted? The code depends on it.")
    if code:
        sheet.drafts.append(Draft(code, why, tuple(procedures)))
    return sheet.done()


def _leads(procedures: Sequence[Procedure], sheet: Sheet, setting: Setting) -> None:
    if not procedures:
        return
    if any(not p.leads for p in procedures):
        sheet.ask("How many leads were placed? The code counts leads.")
        return
    leads = sum(p.leads or 0 for p in procedures)
    why = f"{leads} percutaneous lead(s), one unit for each; guidance is inside"
    sheet.drafts.append(Draft(setting.rules.supported.stimulator.lead, why, tuple(procedures), (), leads))
