"""IMG004."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, capped, proof
from notecheck.checks.coding.imaging_lines import imaging_lines
from notecheck.coding.match import LineMatch
from notecheck.records import Finding


class ImagingUnbundled(Check):
    """An imaging code is billed beside a code that already contains the imaging.

    ## What it checks
    76942, 77002, 77003, 77012, 77021 and 76000 on a claim whose procedure codes contain guidance by their wording, or
    are edited against it by NCCI. An imaging line that another procedure of the claim may carry is left alone.

    ## Why it matters
    The guidance is paid with the procedure. A modifier does not change that, and such pairs are looked for.

    ## A note that fails
    Transforaminal epidural under fluoroscopy billed 64483 and 77003.

    ## A note that passes
    Lumbar sympathetic block under fluoroscopy billed 64520 and 77003.

    ## What it does not check
    Whether the note tells of the imaging (IMG005).

    ## Sources
    NCCI procedure-to-procedure edits; NCCI Policy Manual ch. VIII C.20, C.21, I.15; wording of the codes.
    """

    code = "IMG004"
    name = "imaging-unbundled"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        done = billing(case)
        for line in imaging_lines(done) if done is not None else ():
            if not line.unbundled:
                continue
            owner = line.inside[0]
            pair = case.book.codes.pair(owner.line.code, line.match.line.code, case.day)
            source = case.book.codes.source("ptp") if pair else case.book.codes.source("codes")
            known = pair.confidence if pair else owner.row.confidence if owner.row else "unsure"
            edit = f" (edit {pair.column1}/{pair.column2}, indicator {pair.modifier_indicator})" if pair else ""
            yield self.finding(
                f"{line.match.line.code} is billed beside {owner.line.code}, {_why(owner)}{edit}.",
                evidence=proof(case, owner.procedures, "guidance"),
                fix=f"Take {line.match.line.code} off the claim, or show a separate procedure that may carry it.",
                source=source,
                line=line.match.line.code,
                severity=capped(self.severity, known),
            )


def _why(owner: LineMatch) -> str:
    if owner.row is not None and owner.row.guidance.startswith("without"):
        return "which is the code without imaging and is edited against it"
    return "which already contains imaging"
