"""Pairs of billed lines that NCCI edits against each other."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from notecheck.checks.base import Case
from notecheck.checks.coding.billing import Billing, billing, searched
from notecheck.checks.coding.imaging_lines import imaging_lines
from notecheck.coding.match import LineMatch
from notecheck.policy import claimrules
from notecheck.policy.ncci import NcciPair
from notecheck.records import Evidence


def edited_pairs(case: Case) -> Iterator[tuple[LineMatch, LineMatch, NcciPair]]:
    """Edited pairs of lines as (column 1, column 2, edit), each second line once for each first code."""
    done = billing(case)
    if done is None:
        return
    told: set[tuple[str, str]] = set()
    left_out = _left_out(done)
    for a, b in combinations(done.matches, 2):
        pair = case.book.codes.pair(a.line.code, b.line.code, case.day)
        if pair is None or id(a) in left_out or id(b) in left_out:
            continue
        first, second = (a, b) if pair.column1 == a.line.code else (b, a)
        if (first.line.code, second.line.code) not in told and not _sides_apart(first, second, pair):
            told.add((first.line.code, second.line.code))
            yield first, second, pair


def _left_out(done: Billing) -> set[int]:
    """Lines that other checks judge: visits, and imaging that belongs into another code."""
    visits = set(claimrules.modifiers().visit.codes)
    images = {id(image.match) for image in imaging_lines(done) if image.unbundled}
    return images | {id(m) for m in done.matches if m.line.code in visits}


def _sides_apart(first: LineMatch, second: LineMatch, pair: NcciPair) -> bool:
    return pair.modifier_indicator == "1" and bool(first.sides and second.sides) and not first.sides & second.sides


def pair_places(case: Case, first: LineMatch, second: LineMatch) -> tuple[Evidence, ...]:
    """The words that name the two procedures."""
    found = [e for m in (first, second) for p in m.procedures for e in p.of("family")[:1]]
    return tuple(dict.fromkeys(found)) or searched(case)
