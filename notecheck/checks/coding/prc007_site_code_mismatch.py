"""PRC007."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, capped, grouped, listed, proof, told
from notecheck.coding.match import LineMatch, codes_for_site, site_confidence
from notecheck.records import Finding


class SiteCodeMismatch(Check):
    """The billed code is for another joint, nerve, tendon or device than the note tells of.

    ## What it checks
    Joint codes against the size of the joint, nerve codes against the nerve, tendon codes against sheath or insertion,
    toxin codes against the part of the body, and joint codes on spine joints.

    ## Why it matters
    Each named target has its own code. The catch-all code on a nerve with a name, or the big-joint code on a small
    joint, is a wrong claim.

    ## A note that fails
    "Bupivacaine at the suprascapular notch under ultrasound." billed with 64417, the code for the axillary nerve.

    ## A note that passes
    The same note billed with 64418.

    ## What it does not check
    Targets that the tool does not know. Sizes that rest on custom only (bursae, thumb base) give a hint, no error.

    ## Sources
    Counting rules joint-size, named-nerve and tendon; CPT/HCPCS code table of July 2026.
    """

    code = "PRC007"
    name = "site-code-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        if bill is None:
            return
        for group in grouped(m for m in bill.matches if _wrong(m)):
            first = group[0]
            procedure = first.procedures[0]
            known = codes_for_site(procedure, bill.setting)
            hint = f" Its code is {' or '.join(known)}." if known else ""
            yield self.finding(
                f"{listed(group)} billed ({first.row.label if first.row else ''}); "
                f"the note tells of {told(procedure)}.{hint}",
                line=first.line.code,
                evidence=proof(case, first.procedures, "site", "family"),
                fix="Check which target the description names and choose its code.",
                source=bill.setting.rules.source("specific-code"),
                severity=capped(self.severity, site_confidence(procedure, bill.setting)),
            )


def _wrong(match: LineMatch) -> bool:
    return match.kind == "site" or (match.kind == "same" and match.technique_fits and not match.site_fits)
