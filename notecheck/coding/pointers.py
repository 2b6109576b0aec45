"""Which of the note's diagnoses stand behind a line."""

from __future__ import annotations

from collections.abc import Sequence

from notecheck.coding.joints import sides_of
from notecheck.policy.book import Book
from notecheck.policy.candidates import candidates
from notecheck.records import Diagnosis, Facts, Procedure

MOST_POINTERS = 4


def pointers(procedures: Sequence[Procedure], facts: Facts, book: Book) -> tuple[str, ...]:
    """Codes of the diagnoses that fit the procedures in target, region and side; all where nothing tells them apart."""
    coded = [d for d in facts.diagnoses if d.icd10]
    fitting = _same_side(_same_region(_same_target(coded, procedures, facts, book), procedures, book), procedures, book)
    return tuple(dict.fromkeys(d.icd10 for d in fitting if d.icd10))[:MOST_POINTERS]


def near_codes(diagnosis: Diagnosis, procedures: Sequence[Procedure], book: Book) -> tuple[tuple[str, str], ...]:
    """Codes and titles near a diagnosis without code; region and side of the procedures where all agree on one."""
    regions = {p.region for p in procedures if p.region}
    sides = {side for p in procedures for side in sides_of(p)}
    found = candidates(
        diagnosis.text,
        book.icd10,
        book.crosswalk,
        region=regions.pop() if len(regions) == 1 else None,
        side=sides.pop() if len(sides) == 1 else None,
    )
    return tuple((one.icd10, one.title) for one in found)


def _same_target(
    coded: Sequence[Diagnosis], procedures: Sequence[Procedure], facts: Facts, book: Book
) -> Sequence[Diagnosis]:
    """Diagnoses that name the target; else those that name no other procedure's target."""
    own = {word for p in procedures for word in _words(p.site)}
    if not own:
        return coded
    named = [d for d in coded if _names(d, own, book)]
    others = {word for p in facts.procedures for word in _words(p.site)} - own
    return named or [d for d in coded if not _names(d, others, book)] or coded


def _same_region(coded: Sequence[Diagnosis], procedures: Sequence[Procedure], book: Book) -> Sequence[Diagnosis]:
    regions = {p.region for p in procedures if p.region}
    off_spine = not regions and all(p.site for p in procedures)
    kept = []
    for diagnosis in coded:
        region = book.crosswalk.region_of(diagnosis.icd10 or "")
        if region is None or (region in regions if regions else not off_spine):
            kept.append(diagnosis)
    return kept or coded


def _same_side(coded: Sequence[Diagnosis], procedures: Sequence[Procedure], book: Book) -> Sequence[Diagnosis]:
    sides = {side for p in procedures for side in sides_of(p)}
    kept = [
        d
        for d in coded
        if not sides or (side := book.crosswalk.side_of(d.icd10 or "")) is None or side in {*sides, "bilateral"}
    ]
    return kept or coded


def _names(diagnosis: Diagnosis, words: set[str], book: Book) -> bool:
    said = f"{diagnosis.text} {book.icd10.title(diagnosis.icd10 or '')}".lower()
    return any(word in said for word in words)


def _words(site: str | None) -> set[str]:
    plain = {"nerve", "joint", "bursa", "tendon", "plexus", "greater", "lesser", "common", "chain"}
    return {word for word in (site or "").split("-") if len(word) > 2 and word not in plain}
