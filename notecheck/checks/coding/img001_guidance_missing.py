"""IMG001."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import capped, proof, searched
from notecheck.checks.coding.imaged import MACHINES, asks_guidance, first_line, performed, shown
from notecheck.records import Finding


class GuidanceMissing(Check):
    """The code or the policy needs image guidance and the note tells of none.

    ## What it checks
    Each procedure performed whose code contains fluoroscopy or CT, or whose policy asks for it: epidurals, facet
    injections and ablations, sacroiliac joint, vertebral work. The note must name the imaging. Palpated landmarks, or
    the words "without imaging", do not count.

    ## Why it matters
    Without imaging these codes cannot be used, and Medicare does not cover the injection at all. The first thing a
    reviewer looks for is the word fluoroscopy.

    ## A note that fails
    "Caudal epidural. The sacral hiatus was felt, needle advanced, loss of resistance, 10 mL injected." billed 62323.

    ## A note that passes
    "Under fluoroscopy, AP and lateral, the needle was advanced through the sacral hiatus."

    ## What it does not check
    Whether a code with imaging was billed for a note without (PRC005), and modalities that are not covered (IMG006).
    Trigger points, joints, peripheral and sympathetic nerves need no imaging here.

    ## Sources
    Epidural LCDs (L39240 v15 and sisters, covered indication 2), facet LCDs (L38773 v32 and sisters, limitation 1),
    sacroiliac LCDs (L39383 v13 and sisters, B2, C4); wording of the codes as of July 2026.
    """

    code = "IMG001"
    name = "guidance-missing"
    severity = "error"
    completable = True

    def find(self, case: Case) -> Iterable[Finding]:
        for procedure, matches in performed(case):
            asker = asks_guidance(procedure, matches, case)
            if asker is None or MACHINES & set(procedure.guidance):
                continue
            stated = procedure.guidance and "The note says that it was done without imaging"
            yield self.finding(
                f"{shown(procedure)}: {stated or 'the note names no imaging'}; imaging is asked for.",
                evidence=(*proof(case, (procedure,), "guidance"), *searched(case))[:4],
                fix="Ask the provider whether imaging was used and which. If it was, add it by a dated addendum; "
                "if not, do not bill a code that contains imaging.",
                source=asker.source,
                line=first_line(matches),
                requirement="image-guidance",
                severity=capped(self.severity, asker.confidence),
            )
