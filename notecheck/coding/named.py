"""Codes for operations that the fact format has no family for, by the method that the note names."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding.joints import group_of, group_of_region, said, sides_of
from notecheck.coding.lines import Draft, Outcome, Setting, Sheet, sided, words
from notecheck.coding.supported import Named
from notecheck.records import Procedure


def operations(procedures: Sequence[Procedure], setting: Setting) -> Outcome:
    """One line or ladder for each named operation; a question where the note names none or leaves its way open."""
    sheet = Sheet()
    for procedure in procedures:
        rows = [row for row in setting.rules.supported.named if row.method in procedure.methods]
        if not rows:
            sheet.ask("Which procedure was done? The tool has no code rules for one of them.")
            continue
        row = next((row for row in rows if _fits(row, procedure)), None)
        if row is None:
            sheet.ask(f"How was it done: {' or '.join(r.why for r in rows)}? The code depends on it.")
        elif row.unit == "side":
            _by_side(row, procedure, sheet, setting)
        else:
            _by_level(row, procedure, sheet)
    return sheet.done()


def _fits(row: Named, procedure: Procedure) -> bool:
    half = group_of(procedure.levels[0]) if procedure.levels else group_of_region(procedure.region)
    return (
        (not row.also or row.also in procedure.methods)
        and (not row.guidance or row.guidance in procedure.guidance)
        and (not row.half or half == row.half)
    )


def _by_side(row: Named, procedure: Procedure, sheet: Sheet, setting: Setting) -> None:
    sides = sides_of(procedure)
    if not sides:
        sheet.ask(f"Which side was treated? The note gives no side for the {row.why}.")
        return
    sheet.drafts += sided(row.first, sides, setting, why=f"{row.why}, {words(sides)}", procedures=[procedure])


def _by_level(row: Named, procedure: Procedure, sheet: Sheet) -> None:
    done, levels = (procedure,), procedure.levels
    if row.unit == "session":
        sheet.drafts.append(Draft(row.first, f"{row.why}{f' ({said(levels)})' if levels else ''}", done))
        return
    if not levels:
        sheet.ask(f"Which levels were treated? The code counts each interspace: {row.why}.")
        return
    why = f"{row.why}, {said(levels)}"
    if row.further == row.first:
        sheet.drafts.append(Draft(row.first, why, done, (), len(levels)))
        return
    sheet.drafts.append(Draft(row.first, f"{why}, first level", done))
    if len(levels) > 1 and row.further:
        sheet.drafts.append(Draft(row.further, f"{why}, further level", done, (), len(levels) - 1))
    elif len(levels) > 1:
        sheet.ask(f"The table has no code for a second level: {why}. Which code is meant for it?")
