"""PRC006."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, grouped, listed, proof, told
from notecheck.coding.match import LineMatch
from notecheck.records import Finding


class TechniqueCodeMismatch(Check):
    """What was done at the target is not what the billed code is for.

    ## What it checks
    Pulsed radiofrequency on destruction codes; dry needling or toxin on trigger point injections; the nerves of the
    sacroiliac joint on facet or joint codes; a block billed as an ablation and the reverse; vertebroplasty and
    kyphoplasty.

    ## Why it matters
    Payers read these as the wrong service. Pulsed treatment destroys nothing, and needles without drug inject nothing.

    ## A note that fails
    "The generator was set to pulsed mode, 42 degrees, 120 seconds." billed with 64635.

    ## A note that passes
    "Each nerve was lesioned at 80 degrees for 90 seconds." billed with 64635.

    ## What it does not check
    Temperatures and times, which are coverage matters, and techniques that the note leaves open.

    ## Sources
    Counting rules destruction and trigger-muscles; CPT/HCPCS code table of July 2026.
    """

    code = "PRC006"
    name = "technique-code-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        for group in grouped(m for m in (bill.matches if bill else ()) if _wrong(m)):
            first = group[0]
            what = "; ".join(dict.fromkeys(told(p) for p in first.procedures))
            yield self.finding(
                f"{listed(group)} billed ({first.row.label if first.row else ''}); the note tells of {what}.",
                line=first.line.code,
                evidence=proof(case, first.procedures, "technique", "family"),
                fix="Choose the code for the technique in the description. Do not change the note to fit the claim.",
                source=bill.setting.rules.source("specific-code") if bill else "",
            )


def _wrong(match: LineMatch) -> bool:
    return match.kind == "technique" or (match.kind == "same" and match.region_fits and not match.technique_fits)
