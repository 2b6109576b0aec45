"""PRC005."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import billing, grouped, listed, proof
from notecheck.coding.match import LineMatch
from notecheck.coding.tables import Techniques
from notecheck.records import Finding


class GuidanceCodeMismatch(Check):
    """The billed code contains imaging that was not used, or excludes imaging that was.

    ## What it checks
    Codes that come in pairs, with and without imaging (62320/62321, 62322/62323, 20610/20611 and the like), and codes
    that contain fluoroscopy or CT, against the guidance in the note. An ultrasound code also asks for a picture kept.

    ## Why it matters
    The imaged code pays more; billing it for a needle placed by feel is a wrong claim, and the reverse loses money.

    ## A note that fails
    "Sacral cornua palpated, needle through the hiatus, loss of resistance." billed with 62323.

    ## A note that passes
    The same note billed with 62322; or with 62323 when the needle was seen under fluoroscopy.

    ## What it does not check
    A note that says nothing about imaging: that is asked for by IMG001. Separate imaging lines: IMG004, IMG005.

    ## Sources
    Code table of the report; NCCI Policy Manual for Medicare 2026, ch. VIII C.21 and ch. IX.
    """

    code = "PRC005"
    name = "guidance-code-mismatch"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        bill = billing(case)
        wrong = [m for m in bill.matches if _comparable(m) and not m.guidance_fits] if bill else []
        for group in grouped(wrong):
            first = group[0]
            used = sorted({kind for p in first.procedures for kind in p.guidance})
            other = _sibling(first, bill.setting.rules.techniques) if bill else None
            hint = f" The note supports {other}." if other else ""
            yield self.finding(
                f"{listed(group)} billed ({first.row.label if first.row else ''}); the note states "
                f"{'no imaging' if used in (['none'], ['landmark']) else ' and '.join(used)}.{hint}",
                line=first.line.code,
                evidence=proof(case, first.procedures, "guidance"),
                fix="Check how the needle was placed and choose the code with or without imaging to match.",
                source=case.book.codes.source("codes"),
            )


def _comparable(match: LineMatch) -> bool:
    """True also where only the site differs: a joint of another size is still done with imaging or without."""
    return match.sound or (
        match.kind == "same" and match.region_fits and match.technique_fits and bool(match.row)
        and any(p.family in ("joint-injection", "bursa-injection") for p in match.procedures)
    )  # fmt: skip


def _sibling(match: LineMatch, rules: Techniques) -> str | None:
    for pair in rules.siblings:
        if match.line.code == pair.imaged:
            return pair.plain
        if match.line.code == pair.plain:
            return pair.imaged
    return None
