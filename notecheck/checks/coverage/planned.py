"""What is planned, as procedures: from the claim lines of the request, else from the plan of the visit note."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from notecheck.policy.book import Book
from notecheck.records import Claim, ClaimLine, Evidence, Facts, Procedure

_SIDES = {"LT": "left", "RT": "right", "50": "bilateral"}
_TESTED = ("facet-injection", "si-joint-injection")
_ON_THE_SPINE = ("cervical", "thoracic", "lumbar", "sacral")


def planned(visit: Facts, claim: Claim | None, book: Book, day: date) -> tuple[Procedure, ...]:
    """One entry for each family and region that is asked for; empty where neither claim nor plan names one.

    Side and region come from modifiers and codes. Levels, guidance and drugs are open until it is done.
    """
    found: list[Procedure] = []
    for line in claim.lines if claim else ():
        for asked in _of_line(line, visit, book, day):
            at = next((i for i, p in enumerate(found) if (p.family, p.region) == (asked.family, asked.region)), None)
            if at is None:
                found.append(asked)
            elif found[at].laterality != asked.laterality:
                found[at] = replace(found[at], laterality=_joined(found[at].laterality, asked.laterality))
    if any(p.family == "scs-implant" for p in found):
        found = [p for p in found if p.family != "scs-trial"]
    if found:
        return tuple(found)
    return tuple(replace(told, region=told.region or _told_region(visit)) for told in visit.planned)


def _of_line(line: ClaimLine, visit: Facts, book: Book, day: date) -> Iterator[Procedure]:
    row = book.codes.best_row(line.code, day)
    if row is None or not row.fact_families:
        return
    family = next((f for f in row.fact_families if f in visit.plan), row.fact_families[0])
    told = next((p for p in visit.planned if p.family == family), Procedure(family))
    sides = [_SIDES[m] for m in line.modifiers if m in _SIDES]
    yield replace(
        told,
        region=told.region if told.region in row.regions else _region(row.regions, visit),
        laterality=_joined(*sides) if sides else told.laterality,
        purpose="diagnostic" if "KX" in line.modifiers and family in _TESTED else told.purpose,
        evidence=told.evidence or _places(visit),
    )


def _joined(*sides: str | None) -> str | None:
    known = {side for side in sides if side}
    return known.pop() if len(known) == 1 else ("bilateral" if known else None)


def _region(regions: tuple[str, ...], visit: Facts) -> str | None:
    """The code's region; of two, the one that the visit note is about."""
    told = _told_region(visit)
    return told if told in regions else (regions[0] if regions else None)


def _told_region(visit: Facts) -> str | None:
    """The spinal region of the studies that the visit note cites, where they are all of one."""
    regions = {s.region for s in visit.imaging_studies if s.region in _ON_THE_SPINE}
    return regions.pop() if len(regions) == 1 else None


def _places(visit: Facts) -> tuple[Evidence, ...]:
    """Where a plan was looked for."""
    return tuple(place for place in visit.places if place.field == "searched:plan") or visit.places[:1]
