"""A claim file to claims: our JSON or JSONL, CMS-1500-like JSON, CSV, Parquet, X12 837P. The content tells which."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.read import claim_837, claim_csv, claim_form
from notecheck.read.claim_parts import Found, to_claim
from notecheck.read.claims import not_json, once
from notecheck.read.limits import usual_limits
from notecheck.read.notes import read_bytes
from notecheck.records import Claim, RefusedClaim

UNREADABLE = "cannot be read"
"""Begins the reason of every RefusedClaim."""
_MOST_NAMED = 8
_PARQUET = b"PAR1"
_LOOKED_AT = 20_000


def read_claims(path: Path | str, book: Book, usual: Mapping[str, str] | None = None) -> tuple[Claim, ...]:
    """Every claim of a file, in its order; at least one. ``usual`` fills what a claim does not say of payer and place.

    Raises InputError NC-I01 to NC-I05 (no readable file) and NC-I20 to NC-I34 or NC-I60 to NC-I64 (content), with the
    place in the terms of the format: the JSON key, line and column of a CSV file, the segment of an X12 file.
    """
    return claims_from_bytes(str(path), read_bytes(Path(path), usual_limits().file_bytes), book, usual)


def claims_from_bytes(
    where: str, raw: bytes, book: Book, usual: Mapping[str, str] | None = None
) -> tuple[Claim, ...]:
    """Every claim of a file that is at hand as bytes; ``where`` is its name. Otherwise as :func:`read_claims`."""
    return tuple(to_claim(one, where, book, usual) for one in _every(where, raw))


def readable_claims(
    path: Path | str, book: Book, usual: Mapping[str, str] | None = None
) -> tuple[tuple[Claim, ...], tuple[RefusedClaim, ...]]:
    """The claims of a file that can be understood, at least one, and the others with the reason.

    Raises as :func:`read_claims` for a file that cannot be read, and where none of its claims can be understood.
    """
    claims, refused, first = [], [], None
    for one in _every(str(path), read_bytes(Path(path), usual_limits().file_bytes)):
        try:
            claims.append(to_claim(one, str(path), book, usual))
        except InputError as error:
            first = first or error
            refused.append(_refused(one, error, Path(path)))
    if first is not None and not claims:
        raise first
    return tuple(claims), tuple(refused)


def _every(where: str, raw: bytes) -> list[Found]:
    found = _parquet(raw, where) if raw.startswith(_PARQUET) else _found(_text(raw, where), where)
    if not found:
        raise InputError(
            "NC-I22", "there is no claim in it", where=where, next_step="Check that it was exported fully."
        )
    return found


def _refused(found: Found, error: InputError, path: Path) -> RefusedClaim:
    data = found.data if isinstance(found.data, Mapping) else {}
    names = {
        key: value.strip()
        for key in ("claim_id", "note_id", "patient_id", "date_of_service")
        if isinstance(value := data.get(key), str) and value.strip()
    }
    lines = data.get("lines")
    codes = [line.get("code") for line in lines if isinstance(line, Mapping)] if isinstance(lines, list) else []
    where = error.where.replace(str(path), path.name)
    return RefusedClaim(
        f"{UNREADABLE}: {error.code} {where}: {error.what}. {error.next_step}".rstrip(),
        codes=tuple(code for code in codes if isinstance(code, str)),
        **names,
    )


def holds_claims(raw: bytes) -> bool:
    """True where the beginning of a file looks like claims and not like notes: X12, a table with a column ``code``, or
    JSON with claim lines. A Parquet file may be either and counts as notes."""
    text = raw[:_LOOKED_AT].decode("utf-8-sig", "replace").lstrip()
    if text.startswith("ISA"):
        return not text[3:4].isalnum() and not text[3:4].isspace()
    if text.startswith(("{", "[")):
        return re.search(r'"(?:lines|claims|24[a-j]?|box ?24[a-j]?)"\s*:', text, re.IGNORECASE) is not None
    return claim_csv.is_claims(text)


def read_claim(
    path: Path | str,
    book: Book,
    *,
    claim_id: str | None = None,
    note_id: str | None = None,
    usual: Mapping[str, str] | None = None,
) -> Claim:
    """One claim of a file; see :func:`read_claims` and :func:`pick` for what is raised."""
    return pick(read_claims(path, book, usual), str(path), claim_id=claim_id, note_id=note_id)


def pick(claims: Sequence[Claim], where: str, *, claim_id: str | None = None, note_id: str | None = None) -> Claim:
    """One claim of several: the one named, else the only one, else the one for this note.

    Raises InputError NC-I61 when none or several fit, naming those there are.
    """
    if claim_id is not None:
        fitting = [claim for claim in claims if claim.claim_id == claim_id]
        if len(fitting) == 1:
            return fitting[0]
        what = f"{len(fitting) or 'no'} claim{'s' * (len(fitting) != 1)} with the id '{claim_id}'"
    elif len(claims) == 1:
        return claims[0]
    else:
        fitting = [claim for claim in claims if note_id and claim.note_id == note_id]
        if len(fitting) == 1:
            return fitting[0]
        what = f"{len(claims)} claims, {len(fitting) or 'none'} of them for this note"
    names = [claim.claim_id or "(no id)" for claim in claims]
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    raise InputError(
        "NC-I61", what, where=where, next_step=f"Name one with --claim-id: {', '.join(names[:_MOST_NAMED])}{more}."
    )


def _found(text: str, where: str) -> list[Found]:
    if text.lstrip().startswith("ISA"):
        return claim_837.claims(text.lstrip(), where)
    if claim_csv.is_claims(text):
        return claim_csv.claims(text, where)
    try:
        data = json.loads(text, object_pairs_hook=lambda pairs: once(pairs, where))
    except (json.JSONDecodeError, RecursionError) as error:
        lines = _lines(text, where)
        if lines is None:
            raise not_json(error, where) from None
        return lines
    if isinstance(data, Mapping) and set(data) == {"claims"}:
        data = data["claims"]
    many = isinstance(data, list)
    items: list[Any] = data if isinstance(data, list) else [data]
    return [_json(item, f"claims[{place}]" if many else "", where) for place, item in enumerate(items)]


def _lines(text: str, where: str) -> list[Found] | None:
    """The claims of a JSONL file, one object on each line; None where the text is none.

    A broken line after a first good one is a claim with its fault.
    """
    found: list[Found] = []
    for number, line in enumerate(text.lstrip("\ufeff").split("\n"), start=1):
        if not line.strip():
            continue
        place = f"line {number}"
        try:
            item = json.loads(line, object_pairs_hook=lambda pairs: once(pairs, where))
        except (json.JSONDecodeError, RecursionError) as error:
            if not found:
                return None
            found.append(Found({}, {}, place, not_json(error, f"{where}, {place}")))
            continue
        except InputError as error:
            found.append(Found({}, {}, place, error))
            continue
        found.append(_json(item, place, where))
    return found or None


def _parquet(raw: bytes, where: str) -> list[Found]:
    """The claims of a Parquet table, one row for each line. Raises InputError NC-I19, NC-I20 and those of CSV."""
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise InputError(
            "NC-I19",
            "Parquet files need pyarrow, which is not installed",
            where=where,
            next_step="pip install 'notecheck[parquet]'",
        ) from None
    try:
        table = parquet.read_table(io.BytesIO(raw))
    except (ArrowException, OSError):
        raise InputError("NC-I20", "no sound Parquet file", where=where, next_step="Export the claims again.") from None
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    return claim_csv.claims_of_rows([str(name) for name in table.column_names], rows, where)


def _json(item: Any, place: str, where: str) -> Found:
    if claim_form.is_form(item):
        try:
            return claim_form.claim(item, place, where)
        except InputError as error:
            return Found({}, {}, place, error)
    return Found(item, {}, place)


def _text(raw: bytes, where: str) -> str:
    """UTF-8, else Windows-1252, in which American systems export."""
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        pass
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode("utf-16")
        except UnicodeDecodeError:
            raise InputError("NC-I20", "no text", where=where, next_step="Save the claim as UTF-8 text.") from None
    return raw.decode("cp1252", errors="replace")
