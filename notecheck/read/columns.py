"""Which column of an exported table holds what: named by the user, else known by its name (OMOP NOTE among them)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from notecheck.errors import InputError, did_you_mean
from notecheck.read.claim_parts import us_day
from notecheck.read.limits import column_names

_MOST_NAMED = 12
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ].*)?")
_US_DAY = re.compile(r"(\d{1,2}/\d{1,2}/\d{4})(?:\s.*)?")


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns as named by the user; None where the usual names are to be tried.

    ``line`` numbers the pieces of one note that an export cuts into rows; rows of one ``note_id`` are then joined.
    """

    text: str | None = None
    note_id: str | None = None
    patient: str | None = None
    provider: str | None = None
    encounter: str | None = None
    day: str | None = None
    author: str | None = None
    payer: str | None = None
    line: str | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a file says about its note; None where it says nothing. ``day`` is an ISO date."""

    patient: str | None = None
    provider: str | None = None
    encounter: str | None = None
    day: str | None = None
    author: str | None = None
    payer: str | None = None


def chosen(columns: Columns, header: Sequence[str], where: str) -> dict[str, str]:
    """For each thing, the column of ``header`` that holds it.

    Raises InputError NC-I16 when a named column is not there, or none that could hold the text.
    """
    by_name = {_plain(name): name for name in reversed(header)}
    found: dict[str, str] = {}
    for field in fields(columns):
        wanted = getattr(columns, field.name)
        if wanted is not None:
            name = wanted if wanted in header else by_name.get(_plain(wanted))
            if name is None:
                raise _missing(f"no column '{wanted}'", did_you_mean(wanted, header), header, where)
            found[field.name] = name
            continue
        for known in column_names().get(field.name, ()):
            if known in by_name and by_name[known] not in found.values():
                found[field.name] = by_name[known]
                break
    if "text" not in found:
        raise _missing("no column holds the text of a note", "Name it with --text-col. ", header, where)
    return found


def about(pieces: Sequence[Mapping[str, Any]], names: Mapping[str, str]) -> About:
    """What the rows of one note say about it, the first row that says it counting."""
    found: dict[str, str | None] = {}
    for field in fields(About):
        values = (cell(row.get(names[field.name])) for row in pieces) if field.name in names else ()
        value = next((value for value in values if value is not None), None)
        found[field.name] = iso_day(value) if field.name == "day" and value is not None else value
    return About(**found)


def cell(value: Any) -> str | None:
    """One value of a table as text; None for an empty one. A whole number that came as 12.0 is 12."""
    if value is None:
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip() or None


def iso_day(text: str) -> str | None:
    """The day of a date or a time stamp as ISO text; None where no day can be read."""
    plain = text.strip()
    for form in (_DAY, _US_DAY):
        if match := form.fullmatch(plain):
            plain = match[1]
            break
    else:
        if plain[:8].isdigit() and (len(plain) == 8 or not plain[8:9].isdigit() or len(plain) >= 12):
            plain = plain[:8]  # HL7: 20260304, 202603041230
    day = us_day(plain)
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return None


def claims_not_notes(where: str) -> InputError:
    """The error for a file of claims where notes are asked."""
    step = "Give it as claims: check --claim, scan --claims, or the claims of the page."
    return InputError("NC-I16", "it holds claims, not notes", where=where, next_step=step)


def _plain(name: str) -> str:
    return re.sub(r"[\s-]+", "_", name.strip().strip("\ufeff").lower())


def _missing(what: str, hint: str, header: Sequence[str], where: str) -> InputError:
    plain = {_plain(name) for name in header}
    if "lines" in plain or ("code" in plain and plain & {"modifiers", "units", "icd10"}):
        return claims_not_notes(where)
    names = ", ".join(name[:30] for name in header[:_MOST_NAMED])
    more = f" and {len(header) - _MOST_NAMED} more" if len(header) > _MOST_NAMED else ""
    return InputError("NC-I16", what, where=where, next_step=f"{hint}There are: {names}{more}.")
