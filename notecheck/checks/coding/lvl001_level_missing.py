"""LVL001."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, listed, searched, verb
from notecheck.coding import rules
from notecheck.coding.match import LineMatch
from notecheck.records import Finding, Procedure


class LevelMissing(Check):
    """A procedure that is counted by level names no level.

    ## What it checks
    Foraminal injections, facet injections and ablations, vertebral augmentation, basivertebral ablation and
    discography: does the note name a level? Without a claim every such procedure is looked at.

    ## Why it matters
    The code counts levels. Without one neither the units nor the medical need can be shown.

    ## A note that fails
    "The needle was advanced to the foramen under fluoroscopy." billed with 64483-RT.

    ## A note that passes
    "The needle was advanced to the right L5-S1 foramen under fluoroscopy." billed with 64483-RT.

    ## What it does not check
    Interlaminar and caudal injections, which count once a region, and levels that disagree inside the note (DOC007).

    ## Sources
    Counting rules foramen-levels, facet-joints, vertebral-bodies and discs (CMS A58745, A56651, A58350 v22, A57787 v26;
    NCCI Policy Manual for Medicare 2026; NCCI MUE 2024-07-01).
    """

    code = "LVL001"
    name = "level-missing"
    severity = "error"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        levelled = rules.load().counting.levelled_families
        bill = billing(case)
        seen: set[int] = set()
        for procedure, lines in _looked_at(case, bill.sound if bill else None):
            if procedure.family not in levelled or procedure.levels or procedure.joints or id(procedure) in seen:
                continue
            seen.add(id(procedure))
            billed = (
                f"{listed(lines)} {verb(lines, 'counts', 'count')} levels, and the note"
                if lines
                else "The procedure is counted by level, and the note"
            )
            yield self.finding(
                f"{billed} names no level for the {rules.load().family(procedure.family)}.",
                line=lines[0].line.code if lines else None,
                evidence=procedure.of("family") or searched(case),
                fix="Ask the author for a dated addendum that states each level treated; do not alter the original.",
                source=rules.load().source(levelled[procedure.family]),
            )


def _looked_at(case: Case, matches: tuple[LineMatch, ...] | None) -> Iterator[tuple[Procedure, tuple[LineMatch, ...]]]:
    if matches is None:
        yield from ((procedure, ()) for procedure in case.note.procedures)
        return
    for procedure in case.note.procedures:
        lines = tuple(m for m in matches if procedure in m.procedures)
        if lines:
            yield procedure, lines
