"""A dict in the fact format as a ``Facts`` record, for tests that need no text."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from notecheck.checks.base import Case
from notecheck.coding.suggest import suggest
from notecheck.policy import book as policy_book
from notecheck.policy.book import Book
from notecheck.records import (
    Care,
    Claim,
    ClaimLine,
    Diagnosis,
    Evidence,
    Facts,
    FunctionScale,
    ImagingStudy,
    Injectate,
    PainScore,
    Procedure,
    Relief,
)

_FLAGS = (
    "functional_limitation",
    "consent",
    "time_out",
    "sterile_technique",
    "complications_stated",
    "response_stated",
    "disposition_stated",
    "signature",
)


def procedure(row: Mapping[str, Any]) -> Procedure:
    """One procedure of the fact format; extra keys are fields of the record. Each stated field gets a made-up place."""
    known = dict(row)
    known["injectate"] = tuple(Injectate(i["drug"], i.get("mg")) for i in row.get("injectate") or ())
    for key in ("levels", "guidance", "muscles", "needle_gauge", "joints", "level_sides", "unlevelled"):
        known[key] = tuple(tuple(v) if isinstance(v, list) else v for v in row.get(key) or ())
    known.setdefault("evidence", tuple(_place(key, value) for key, value in row.items() if value not in (None, [], "")))
    return Procedure(**known)


def facts(row: Mapping[str, Any], **extra: Any) -> Facts:
    """A whole note of the fact format; ``extra`` sets fields that the format does not have (vials, visit ...)."""
    fields: dict[str, Any] = {
        "note_id": row.get("note_id", "made-up"),
        "procedures": tuple(procedure(p) for p in row.get("procedures") or ()),
        "conservative_care": tuple(Care(**c) for c in row.get("conservative_care") or ()),
        "pain_scores": tuple(PainScore(**p) for p in row.get("pain_scores") or ()),
        "relief": tuple(Relief(**r) for r in row.get("relief") or ()),
        "symptom_weeks": row.get("symptom_weeks"),
        "function_scales": tuple(FunctionScale(**s) for s in row.get("function_scales") or ()),
        "exam": tuple(row.get("exam") or ()),
        "imaging_studies": tuple(ImagingStudy(**i) for i in row.get("imaging_studies") or ()),
        "diagnoses": tuple(Diagnosis(**d) for d in row.get("diagnoses") or ()),
        "sedation": row.get("sedation"),
        "placeholders": row.get("placeholders") or 0,
        "contradictions": tuple(row.get("contradictions") or ()),
        **{flag: bool(row.get(flag)) for flag in _FLAGS},
    }
    return Facts(**{**fields, **extra})


def _place(field: str, value: object) -> Evidence:
    return Evidence(0, 4, "text", field, str(value))


@lru_cache(maxsize=1)
def book() -> Book:
    """Every table, loaded once for all tests."""
    return policy_book.load()


def note(*procedures_made: Procedure, **extra: Any) -> Facts:
    """A note that documents the given procedures."""
    return Facts("made-up", procedures=procedures_made, **extra)


def done(family: str, **fields: Any) -> Procedure:
    """A performed procedure; every stated field gets a made-up place."""
    return procedure({"family": family, **fields})


def billed(*lines: str, payer: str = "medicare", place: str = "11", day: str = "2026-03-03", **extra: Any) -> Claim:
    """A claim in short form: ``64483-RT``, ``20552 x4``, ``J1010-JZ x80``."""
    made = []
    for line in lines:
        code, _, units = line.partition(" x")
        name, *modifiers = code.split("-")
        made.append(ClaimLine(name, tuple(modifiers), float(units) if units else 1))
    return Claim(tuple(made), payer=payer, place_of_service=place, date_of_service=day, **extra)


def supported(facts_made: Facts, claim: Claim | None = None) -> list[str]:
    """The suggested lines in the same short form, in order."""
    found = suggest(facts_made, claim, book()).lines
    return ["-".join((s.code, *sorted(s.modifiers))) + (f" x{s.units:g}" if s.units != 1 else "") for s in found]


def asked(facts_made: Facts, claim: Claim | None = None) -> str:
    """The open questions, one a line."""
    return "\n".join(suggest(facts_made, claim, book()).open_questions)


def case(facts_made: Facts, claim: Claim | None = None, day: str = "2026-03-03") -> Case:
    """What a check is given."""
    written = claim.date_of_service if claim and claim.date_of_service else day
    return Case(facts_made, book(), date.fromisoformat(written), suggest(facts_made, claim, book()), claim)
