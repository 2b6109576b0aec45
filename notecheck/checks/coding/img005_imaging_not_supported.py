"""IMG005."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, capped, proof, searched
from notecheck.checks.coding.imaging_lines import ImagingLine, imaging_lines
from notecheck.policy import claimrules
from notecheck.records import Evidence, Finding, Procedure


class ImagingNotSupported(Check):
    """A separate imaging code is billed without the documentation that it needs.

    ## What it checks
    The note tells of the kind of imaging that the code stands for; ultrasound guidance also needs a recorded image;
    77002 and 77003 need one of their own primary codes on the claim.

    ## Why it matters
    Guidance codes are asked back when picture and report are missing.

    ## A note that fails
    "The ultrasound was put on to find the nerve." billed 76942, no word of a saved image.

    ## A note that passes
    "Needle seen in plane with ultrasound throughout, two images labelled and saved; this paragraph is the report."

    ## What it does not check
    Imaging that belongs into another code (IMG004). Whether the pictures exist.

    ## Sources
    Wording of the codes; CMS add-on code file 2024-06-03.
    """

    code = "IMG005"
    name = "imaging-not-supported"
    severity = "error"

    def find(self, case: Case) -> Iterable[Finding]:
        done = billing(case)
        rules = claimrules.imaging()
        for line in imaging_lines(done) if done is not None else ():
            code = line.match.line.code
            wanted = rules.codes[code]
            seen = [p for p in case.note.procedures if set(p.guidance) & set(wanted.shows)]
            why = None
            if not seen:
                why = f"the note tells of no {' or '.join(wanted.shows)}"
            elif wanted.recorded and not any(p.images_saved for p in seen):
                why = "the note does not say that an image was recorded"
            elif self._stands_alone(line):
                why = "no code on the claim is one that it may accompany"
            if why is None:
                continue
            yield self.finding(
                f"{code} is billed and {why}.",
                evidence=(*_places(case, seen), *searched(case))[:4],
                fix="Ask the provider what imaging was used and whether images were saved; else take the line off.",
                source=rules.codes_source,
                line=code,
                severity=capped(self.severity, rules.codes_confidence),
            )

    @staticmethod
    def _stands_alone(line: ImagingLine) -> bool:
        row = line.match.row
        return row is not None and bool(row.add_on_of) and not line.allowed and not line.inside


def _places(case: Case, seen: list[Procedure]) -> tuple[Evidence, ...]:
    return proof(case, seen, "guidance", "images_saved") if seen else ()
