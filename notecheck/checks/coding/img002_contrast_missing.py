"""IMG002."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.asked import asks
from notecheck.checks.coding.billing import capped, proof, searched
from notecheck.checks.coding.imaged import first_line, performed, reason_against_contrast, shown
from notecheck.coding.axial import is_lateral_branch
from notecheck.policy import claimrules
from notecheck.records import Finding


class ContrastMissing(Check):
    """The policy asks for contrast, or the reason against it, and the note has neither.

    ## What it checks
    Epidural injections and sacroiliac joint injections: the note says that contrast was injected, or says why not
    (allergy, pregnancy).

    ## Why it matters
    Contrast proves that the needle tip is in the space and not in a vessel. The coverage texts ask for it in words.

    ## A note that fails
    "Under fluoroscopy the needle reached the epidural space. 80 mg of methylprednisolone were injected."

    ## A note that passes
    "Iohexol 1 mL spread in the epidural space." Or: "No contrast: anaphylaxis to iodinated contrast in 2019."

    ## What it does not check
    Facet work, ablations and genicular blocks, where no policy asks for contrast. The quality of the spread.

    ## Sources
    Epidural LCDs (L39240 v15 and sisters, covered indication 7), sacroiliac LCDs (L39383 v13 and sisters, B2, E).
    """

    code = "IMG002"
    name = "contrast-missing"
    severity = "error"
    completable = True

    def find(self, case: Case) -> Iterable[Finding]:
        for procedure, matches in performed(case):
            if procedure.contrast == "yes" or reason_against_contrast(procedure, case):
                continue
            if procedure.family == "si-joint-injection" and is_lateral_branch(procedure):
                continue
            asker = asks(claimrules.imaging().contrast, procedure, case, (m.line.code for m in matches))
            if asker is None:
                continue
            without = "none was used and no reason is given" if procedure.contrast == "no" else "the note names none"
            yield self.finding(
                f"{shown(procedure)}: contrast to confirm the position is asked for; {without}.",
                evidence=(*proof(case, (procedure,), "contrast"), *searched(case))[:4],
                fix="Ask the provider whether contrast was injected, which and how much, or why not; "
                "add the answer by a dated addendum.",
                source=asker.source,
                line=first_line(matches),
                requirement="contrast",
                severity=capped(self.severity, asker.confidence),
            )
