"""Earlier procedures of a patient from files: history entries, earlier claims of any format, or an earlier note."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.read import claim_csv
from notecheck.read.claim_files import read_claims
from notecheck.read.claims import prior
from notecheck.read.notes import read_note
from notecheck.records import Claim, Note, PriorProcedure

_SIDE_OF = (("LT", "left"), ("RT", "right"), ("50", "bilateral"))


def read_history(path: Path | str, book: Book) -> tuple[PriorProcedure, ...] | Note:
    """The earlier procedures of a file, or the file as a note where it holds no entries and no claims.

    A claim gives one entry for each procedure code and the entries of its own history. Raises InputError for a file
    that cannot be read (NC-I01 to NC-I05) or understood (NC-I20 to NC-I34, NC-I60 to NC-I64), with the place.
    """
    note = read_note(path)
    entries = _entries(note.text)
    if entries is not None:
        families = book.codes.procedure_families
        return tuple(prior(item, f"[{number}]", str(path), families) for number, item in enumerate(entries))
    if not (note.text.lstrip().startswith(("ISA", "{", "[")) or claim_csv.is_claims(note.text)):
        return note
    found: list[PriorProcedure] = []
    for claim in read_claims(path, book):
        found += [*claim.history, *billed(claim, book, str(path))]
    return tuple(dict.fromkeys(found))


def _entries(text: str) -> list[Any] | None:
    """The list of history entries that a JSON text holds; None where it holds something else."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    items = data if isinstance(data, list) else [data]
    known = [item for item in items if isinstance(item, Mapping) and "date" in item and "lines" not in item]
    return items if items and len(known) == len(items) else None


def billed(claim: Claim, book: Book, where: str) -> list[PriorProcedure]:
    """One entry for each procedure line of an earlier claim; add-on lines belong to their first line."""
    if claim.date_of_service is None:
        raise InputError(
            "NC-I30", "the date is missing", where=where, next_step="Every earlier claim needs its date_of_service."
        )
    entries = []
    for line in claim.lines:
        row = book.codes.best_row(line.code, date.fromisoformat(claim.date_of_service))
        if row is None or not row.fact_families or row.add_on_of:
            continue
        sides = [side for mark, side in _SIDE_OF if mark in line.modifiers]
        entries.append(
            PriorProcedure(
                date=claim.date_of_service,
                code=line.code,
                family=row.fact_families[0] if len(row.fact_families) == 1 else None,
                region=row.regions[0] if row.regions else None,
                laterality=sides[0] if len(sides) == 1 else ("bilateral" if sides else None),
            )
        )
    return entries
