"""IMG003."""

from __future__ import annotations

from collections.abc import Iterable

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.asked import asks
from notecheck.checks.coding.billing import capped, proof, searched
from notecheck.checks.coding.imaged import MACHINES, first_line, performed, shown
from notecheck.policy import claimrules
from notecheck.records import Finding, Procedure


class ImageRetentionMissing(Check):
    """No word says that images of the needle position were kept.

    ## What it checks
    Epidurals, sacroiliac joint injections and codes whose wording asks for a recorded image (joint injection with
    ultrasound, ultrasound guidance billed beside a block): the note says that pictures were saved, stored or printed.

    ## Why it matters
    A reviewer asks for the films. Ultrasound codes may not be used at all without a recorded image.

    ## A note that fails
    "Needle position was confirmed in AP and lateral views." and nothing on keeping them.

    ## A note that passes
    "AP and lateral images with contrast were saved to the archive."

    ## What it does not check
    Whether the pictures exist. Notes without any imaging (IMG001). For facet work the rule is only recalled: info.

    ## Sources
    CMS billing articles A58731, A56681 as summarised (two views); sacroiliac LCDs (E); wording of the codes.
    """

    code = "IMG003"
    name = "image-retention-missing"
    severity = "warning"
    completable = True

    def find(self, case: Case) -> Iterable[Finding]:
        for procedure, matches in performed(case):
            if procedure.images_saved or not MACHINES & set(procedure.guidance):
                continue
            codes = {m.line.code for m in matches} | _billed_pictures(case, procedure)
            asker = asks(claimrules.imaging().kept, procedure, case, codes)
            if asker is None:
                continue
            yield self.finding(
                f"{shown(procedure)}: no word that images were saved.",
                evidence=(*proof(case, (procedure,), "images_saved", "guidance"), *searched(case))[:4],
                fix="Ask the provider whether images were kept, how many views and where; add it by a dated addendum.",
                source=asker.source,
                line=first_line(matches),
                requirement="images-stored",
                severity=capped(self.severity, asker.confidence),
            )


def _billed_pictures(case: Case, procedure: Procedure) -> set[str]:
    """Imaging codes of the claim for the machine that was used, whose wording asks for a recorded image."""
    known = claimrules.imaging().codes
    billed = {line.code for line in case.claim.lines if line.code in known} if case.claim else set()
    return {code for code in billed if known[code].recorded and set(known[code].shows) & set(procedure.guidance)}
