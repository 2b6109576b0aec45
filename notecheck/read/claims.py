"""Claims: a JSON file, a dict, or the short form of the command line, to a typed Claim.

Refused is what cannot be understood: a misspelt key, a code that no table knows, an unknown payer, something that is
no date. What can be understood and is wrong (a deleted code, a date in 2062, a diagnosis code that does not exist) is
read as it stands, because judging it is the work of the checks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from notecheck.errors import InputError, did_you_mean
from notecheck.policy.book import Book
from notecheck.read.fields import Fields, code_shape, modifier
from notecheck.records import Authorization, Claim, ClaimLine, PriorProcedure

CLAIM_KEYS = (
    "claim_id", "note_id", "patient_id", "provider", "payer", "mac", "state", "date_of_service", "place_of_service",
    "billed_by", "lines", "authorization", "history", "encounter",
)  # fmt: skip
LINE_KEYS = ("code", "modifiers", "units", "icd10")
AUTHORIZATION_KEYS = ("number", "codes", "icd10", "from", "to", "units", "laterality", "levels")
HISTORY_KEYS = ("date", "code", "family", "region", "levels", "laterality", "relief_percent", "relief_days")

DEFAULT_PAYER = "medicare"

_SIDES = ("left", "right", "bilateral", "midline")
_REGIONS = ("cervical", "thoracic", "lumbar", "sacral")
_BILLED_BY = ("professional", "asc", "hospital")
_PLACE = re.compile(r"\d{2}")
_SHORT = re.compile(
    r"(?P<code>[^-\s]+?)(?P<modifiers>(?:-[^-\s]+?)*)(?:\s*x\s*(?P<units>\d+(?:\.\d+)?))?", re.IGNORECASE
)


def claim_from_dict(
    data: Mapping[str, Any], book: Book, *, where: str = "claim", usual: Mapping[str, str] | None = None
) -> Claim:
    """A claim in the published format as a record. ``where`` names the source in errors.

    ``usual`` gives payer, mac, state and place_of_service of a practice, for a claim that does not say them; a
    contractor only where the claim is Medicare's and names no state. An empty payer there leaves the claim's payer
    empty where the claim names none.

    Raises InputError NC-I22 to NC-I32, with the place of the fault, as in ``lines[1].modifiers``.
    """
    if isinstance(data, Sequence):
        raise InputError("NC-I22", "one claim is expected, not a list", where=where, next_step="Give one claim object.")
    fields = Fields(data, where=where, place="", known=CLAIM_KEYS)
    usual = usual or {}
    payer = fields.choice("payer", book.coverage.payers) or usual.get("payer", DEFAULT_PAYER)
    mac, state = fields.choice("mac", book.coverage.macs), _state(fields, book)
    if mac is None and state is None:
        mac, state = usual.get("mac") if payer == DEFAULT_PAYER else None, usual.get("state")
    return Claim(
        lines=tuple(_line(item, place, where, book) for place, item in fields.objects("lines")),
        payer=payer,
        mac=mac,
        state=state,
        date_of_service=fields.day("date_of_service"),
        place_of_service=_place_of_service(fields) or usual.get("place_of_service"),
        billed_by=fields.choice("billed_by", _BILLED_BY),
        claim_id=fields.text("claim_id"),
        note_id=fields.text("note_id"),
        patient_id=fields.text("patient_id"),
        provider=fields.text("provider"),
        authorization=_authorization(fields.raw("authorization"), where),
        history=_history(fields, where, book),
        encounter=fields.text("encounter"),
    )


def short_line(text: str) -> dict[str, Any]:
    """The short form of one line, as in ``64483-RT-KX`` or ``J3301-JZ x40``. Raises InputError NC-I33."""
    found = _SHORT.fullmatch(text.strip())
    if not found:
        raise InputError(
            "NC-I33",
            f"'{text}' is not a claim line",
            where="--cpt",
            next_step="Write CODE-MODIFIERxUNITS, as in 64483-RTx1.",
        )
    units = float(found["units"]) if found["units"] else 1
    return {"code": found["code"], "modifiers": [m for m in found["modifiers"].split("-") if m], "units": units}


def _line(data: Any, place: str, where: str, book: Book) -> ClaimLine:
    fields = Fields(data, where=where, place=place, known=LINE_KEYS)
    text = fields.text("code")
    if text is None:
        raise fields.wrong("code", "NC-I30", "the code is missing", "Every line needs a CPT or HCPCS code.")
    code = code_shape(fields, "code", text)
    if book.codes.any_row(code) is None and _looks_misspelt(code, book):
        raise fields.wrong("code", "NC-I31", f"unknown code '{code}'", _near(code, book))
    units = fields.number("units")
    if units is not None and units <= 0:
        raise fields.wrong("units", "NC-I32", "units must be above zero", "Leave the line out if nothing is billed.")
    return ClaimLine(
        code=code,
        modifiers=tuple(modifier(fields, key, text) for key, text in fields.texts("modifiers")),
        units=1 if units is None else units,
        icd10=tuple(text.upper() for _, text in fields.texts("icd10")),
    )


# Below this CPT number the tables hold nearly every code of the specialty; above lie visits, therapy and laboratory.
_SURGERY_ENDS = 70000


def _looks_misspelt(code: str, book: Book) -> bool:
    """True for an unknown code one character away from a known one, or of no known shape.

    A code of another specialty is real though these tables do not hold it: it stays on the claim, unjudged.
    """
    if not (code.isdigit() and int(code) < _SURGERY_ENDS):
        return False
    return any(sum(a != b for a, b in zip(known, code, strict=True)) == 1 for known in book.codes.rows)


def _near(code: str, book: Book) -> str:
    """The next step for an unknown code: the nearest known one that differs in one character, by number."""
    close = [known for known in book.codes.rows if sum(a != b for a, b in zip(known, code, strict=True)) == 1]
    if close:
        near = min(close, key=lambda known: (abs(_digits(known) - _digits(code)), known))
        return f"Did you mean '{near}'? Leave out a line that is no part of the procedure."
    return did_you_mean(code, book.codes.rows) + "Leave out a line that is no part of the procedure."


def _digits(code: str) -> int:
    return int("".join(c for c in code if c.isdigit()))


def _state(fields: Fields, book: Book) -> str | None:
    known = {state.lower(): state for state in book.coverage.states}
    slug = fields.choice("state", known)
    return known[slug] if slug else None


def _place_of_service(fields: Fields) -> str | None:
    text = fields.text("place_of_service")
    if text is not None and not _PLACE.fullmatch(text):
        raise fields.wrong(
            "place_of_service", "NC-I34", f"'{text}' is not a place of service", "Write two digits, as in 11 or 24."
        )
    return text


def _authorization(data: Any, where: str) -> Authorization | None:
    if data is None:
        return None
    fields = Fields(data, where=where, place="authorization", known=AUTHORIZATION_KEYS)
    return Authorization(
        number=fields.text("number"),
        codes=tuple(code_shape(fields, key, text) for key, text in fields.texts("codes")),
        icd10=tuple(text.upper() for _, text in fields.texts("icd10")),
        starts=fields.day("from"),
        ends=fields.day("to"),
        units=fields.number("units"),
        laterality=fields.choice("laterality", _SIDES),
        levels=tuple(text.upper() for _, text in fields.texts("levels")),
    )


def _history(fields: Fields, where: str, book: Book) -> tuple[PriorProcedure, ...]:
    entries = list(fields.objects("history"))
    families = book.codes.procedure_families if entries else frozenset()
    return tuple(prior(item, place, where, families) for place, item in entries)


def prior(data: Any, place: str, where: str, families: Collection[str]) -> PriorProcedure:
    """One earlier procedure of the claim format; ``families`` are the procedure families that there are.

    Raises InputError NC-I22 to NC-I32 with its place.
    """
    fields = Fields(data, where=where, place=place, known=HISTORY_KEYS)
    day = fields.day("date")
    if day is None:
        raise fields.wrong("date", "NC-I30", "the date is missing", "Every earlier procedure needs its date.")
    code = fields.text("code")
    return PriorProcedure(
        date=day,
        code=code_shape(fields, "code", code) if code else None,
        family=fields.choice("family", families),
        region=fields.choice("region", _REGIONS),
        levels=tuple(text.upper() for _, text in fields.texts("levels")),
        laterality=fields.choice("laterality", _SIDES),
        relief_percent=fields.number("relief_percent"),
        relief_days=fields.number("relief_days"),
    )


def once(pairs: list[tuple[str, Any]], where: str) -> dict[str, Any]:
    """A JSON object whose keys stand once; plain JSON reading silently keeps the last one."""
    seen: dict[str, Any] = {}
    for key, value in pairs:
        if key in seen:
            raise InputError(
                "NC-I21", f"key '{key}' stands twice in one object", where=where, next_step="Keep one of them."
            )
        seen[key] = value
    return seen


def not_json(error: Exception, where: str) -> InputError:
    """The error for a claim file that is in none of the formats."""
    place = f"{where}, line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else where
    return InputError(
        "NC-I20",
        "this is no claim: not JSON, not X12 (ISA), and no CSV with a column 'code'",
        where=place,
        next_step="Mend the claim file, or export it again.",
    )
