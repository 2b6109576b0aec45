"""Lines for the stimulator parts that a hospital bears: leads, test leads, generators."""

from __future__ import annotations

from notecheck.coding import service_rules
from notecheck.coding.lines import Draft, Outcome, Setting, Sheet
from notecheck.records import Facts

_TRIAL = "scs-trial"
_PLACED = ("scs-implant", "peripheral-nerve-stimulation")


def device_lines(facts: Facts, setting: Setting) -> Outcome:
    """A hospital's device codes for what was implanted; nothing for anyone else's claim."""
    sheet = Sheet()
    rule = service_rules.services().devices
    if setting.billed_by not in rule.billed_by:
        return sheet.done()
    kinds = {s.kind: s for s in facts.services}
    for procedure in facts.procedures:
        done, leads = (procedure,), procedure.leads
        if procedure.family == _TRIAL and leads:
            kit = "lead-kit" in kinds
            why = "test lead kit" if kit else "stimulator lead"
            code = rule.trial_kit if kit else rule.lead
            sheet.drafts.append(Draft(code, f"{why}, {leads}", done, (), leads, extra=True))
        elif procedure.family in _PLACED and leads:
            sheet.drafts.append(Draft(rule.lead, f"stimulator lead, {leads}", done, (), leads, extra=True))
        if procedure.family == _PLACED[0] or "generator-placed" in procedure.methods:
            generator = next((code for kind, code in rule.generators.items() if kind in kinds), None)
            if generator is None:
                sheet.ask("Is the generator rechargeable, and of high frequency? The device code depends on it.")
            else:
                sheet.drafts.append(Draft(generator, "stimulator generator", done, extra=True))
    return sheet.done()
