"""LVL005."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.checks.coding.billing import searched
from notecheck.coding import rules
from notecheck.records import Finding

_OTHERWISE_CHECKED = ("imaging-guidance",)


class AddOnWithoutPrimary(Check):
    """An add-on code is billed without any of the codes that it adds to.

    ## What it checks
    Each billed add-on code against the primary codes of the CMS add-on file, on the same claim.

    ## Why it matters
    An add-on is never paid alone. Often the base code was lost, or the second side was billed as an add-on.

    ## A note that fails
    "Lesions at the L3 and L4 medial branches and the L5 dorsal ramus, both sides." billed with 64636-RT and 64636-LT.

    ## A note that passes
    The same note billed with 64635-50 and 64636-50.

    ## What it does not check
    Imaging add-ons, which IMG004 and IMG005 look at.

    ## Sources
    NCCI add-on code file of June 2024; CMS A58364 for the ablation of T12-L1 with L1-L2.
    """

    code = "LVL005"
    name = "add-on-without-primary"
    severity = "error"

    def find(self, case: Case) -> Iterator[Finding]:
        for code, primaries in lacking(case).items():
            shown = ", ".join(primaries[:4]) + (" and others" if len(primaries) > 4 else "")
            yield self.finding(
                f"{code} is an add-on and no code that it adds to is on the claim ({shown}).",
                line=code,
                evidence=[e for p in case.note.procedures for e in p.of("levels")][:4] or searched(case),
                fix="Check whether the first level or service was left off the claim, and bill it by its base code.",
                source=case.book.codes.source("aoc"),
            )


def lacking(case: Case) -> dict[str, tuple[str, ...]]:
    """Billed add-on codes without a primary on the claim, each with the primaries that would do."""
    billed = set(case.claim.codes) if case.claim else set()
    extra = rules.load().counting.extra_primaries
    found: dict[str, tuple[str, ...]] = {}
    for code in case.claim.codes if case.claim else ():
        row = case.book.codes.best_row(code, case.day)
        if row is None or not row.add_on_of or row.family in _OTHERWISE_CHECKED:
            continue
        primaries = (*row.add_on_of, *extra.get(code, ()))
        if not billed & set(primaries):
            found[code] = primaries
    return found
