"""Billed imaging codes, and the billed codes that contain them or that they may accompany."""

from __future__ import annotations

from dataclasses import dataclass

from notecheck.checks.coding.billing import Billing
from notecheck.coding.match import LineMatch
from notecheck.policy import claimrules


@dataclass(frozen=True, slots=True)
class ImagingLine:
    """A billed imaging code, the billed codes that already contain it and those it may accompany."""

    match: LineMatch
    inside: tuple[LineMatch, ...]
    allowed: tuple[LineMatch, ...]

    @property
    def unbundled(self) -> bool:
        """True when the imaging belongs to codes of this claim and to no other."""
        return bool(self.inside) and not self.allowed


def imaging_lines(done: Billing) -> tuple[ImagingLine, ...]:
    """Every imaging line of the claim with the codes around it."""
    rules = claimrules.imaging()
    found = []
    for match in done.matches:
        if match.line.code not in rules.codes:
            continue
        others = [m for m in done.matches if m.row is not None and m.row.fact_families]
        inside = tuple(m for m in others if _inside(m, match, done, rules))
        allowed = tuple(m for m in others if m not in inside and _allowed(m, match, done))
        found.append(ImagingLine(match, inside, allowed))
    return tuple(found)


def _inside(owner: LineMatch, image: LineMatch, done: Billing, rules: claimrules.Imaging) -> bool:
    case = done.case
    if case.book.codes.pair(owner.line.code, image.line.code, case.day) is not None:
        return True
    if case.book.codes.free(owner.line.code, image.line.code) is not None:
        return False
    return owner.row is not None and owner.row.guidance in rules.inside_marks


def _allowed(owner: LineMatch, image: LineMatch, done: Billing) -> bool:
    """True where the imaging may stand beside this procedure: listed as its primary, or not edited against it."""
    if image.row is not None and image.row.add_on_of:
        return owner.line.code in image.row.add_on_of
    return owner.row is not None and owner.row.guidance in ("separately-reportable", "not-included")
