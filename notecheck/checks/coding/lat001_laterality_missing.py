"""LAT001."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, listed, searched, verb
from notecheck.coding import rules
from notecheck.coding.joints import sides_of
from notecheck.records import Finding, Procedure


class LateralityMissing(Check):
    """A procedure that has a side names none.

    ## What it checks
    Procedures billed with codes that are paid by side; without a claim, procedures of families that have a side. Is
    left, right or both stated?

    ## Why it matters
    The modifier, the diagnosis and the need all depend on the side, and a wrong side is the gravest error in the room.

    ## A note that fails
    "Spinal needle to the L5-S1 foramen under fluoroscopy." billed with 64483-RT.

    ## A note that passes
    "Spinal needle to the right L5-S1 foramen under fluoroscopy." billed with 64483-RT.

    ## What it does not check
    Interlaminar and caudal injections, trigger points and midline plexuses, which have no side; sides that disagree
    inside the note (DOC006).

    ## Sources
    Medicare fee schedule of July 2026, bilateral indicator 1.
    """

    code = "LAT001"
    name = "laterality-missing"
    severity = "error"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        seen: set[int] = set()
        for procedure in case.note.procedures:
            lines = [m for m in bill.sound if procedure in m.procedures] if bill else []
            paid_by_side = any(m.row is not None and m.row.bilateral == "1" for m in lines)
            asked = paid_by_side if bill else _sided(procedure)
            if not asked or sides_of(procedure) or procedure.laterality == "midline" or id(procedure) in seen:
                continue
            seen.add(id(procedure))
            name = (procedure.site or "").replace("-", " ") or rules.load().family(procedure.family)
            billed = f"{listed(lines)} {verb(lines, 'is', 'are')} paid by side, and the" if lines else "The"
            yield self.finding(
                f"{billed} note names no side for the {name}.",
                line=lines[0].line.code if lines else None,
                evidence=procedure.of("family") or searched(case),
                fix="Ask the author for a dated addendum that states the side treated; do not alter the original.",
                source=case.book.codes.source("bilateral"),
            )


def _sided(procedure: Procedure) -> bool:
    data = rules.load()
    if procedure.family == "sympathetic-block":
        target = data.sites.ganglion(procedure.site)
        return target is not None and target.sided
    return procedure.family in data.counting.sided_families
