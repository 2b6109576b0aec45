"""Claims as CSV: one row for each line, the keys of the claim format as columns, rows of one ``claim_id`` together."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from notecheck.errors import InputError, did_you_mean
from notecheck.read.claim_parts import Found, diagnosis, units, us_day
from notecheck.read.claims import CLAIM_KEYS, LINE_KEYS

COLUMNS = (*(key for key in CLAIM_KEYS if key != "lines"), *LINE_KEYS)
_AS_JSON = ("authorization", "history")
_SEPARATORS = ",;\t|"


def is_claims(text: str) -> bool:
    """True when the first line is a header with a column ``code``."""
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    cells = {cell.strip(' "\r').lower() for cell in re.split(f"[{re.escape(_SEPARATORS)}]", first)}
    return "code" in cells and not first.startswith(("{", "["))


def claims(text: str, where: str) -> list[Found]:
    """Every claim of the table. Raises InputError NC-I24 (column), NC-I62 (cells) and NC-I63 (rows that disagree)."""
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    table = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator)
    header: list[str] = []
    open_claims: dict[str, dict[str, Any]] = {}
    places: dict[str, dict[str, str]] = {}
    try:
        for cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = _header(cells, where, table.line_num)
                continue
            _add(_row(header, cells, where, table.line_num), table.line_num, where, open_claims, places)
    except csv.Error as error:
        raise InputError(
            "NC-I62", f"no CSV ({error})", where=f"{where}, line {table.line_num}", next_step="Export the file again."
        ) from None
    return [Found(data, places[key], f"claim {key}" if key else "") for key, data in open_claims.items()]


def claims_of_rows(header: Sequence[str], rows: Iterable[Sequence[object]], where: str) -> list[Found]:
    """Every claim of a table that is no text, as Parquet: cells are taken as their texts, lists as several codes."""
    open_claims: dict[str, dict[str, Any]] = {}
    places: dict[str, dict[str, str]] = {}
    names = _header(header, where, 0)
    for number, cells in enumerate(rows, start=1):
        texts = [_as_text(cell) for cell in cells]
        if any(texts):
            _add(_row(names, texts, where, number), number, where, open_claims, places)
    return [Found(data, places[key], f"claim {key}" if key else "") for key, data in open_claims.items()]


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Sequence) and not isinstance(value, str):
        return " ".join(str(part) for part in value if part is not None)
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).strip()


def _header(cells: Sequence[str], where: str, number: int) -> list[str]:
    header = [re.sub(r"[\s-]+", "_", cell.strip().lower()) for cell in cells]
    for place, name in enumerate(header):
        if name not in COLUMNS:
            raise InputError(
                "NC-I24",
                f"unknown column '{cells[place].strip()[:40]}'",
                where=f"{where}, line {number}",
                next_step=did_you_mean(name, COLUMNS) + f"Known: {', '.join(COLUMNS)}.",
            )
        if name in header[:place]:
            raise InputError(
                "NC-I21",
                f"column '{name}' stands twice",
                where=f"{where}, line {number}",
                next_step="Keep one of them.",
            )
    return header


def _row(header: list[str], cells: list[str], where: str, number: int) -> dict[str, str]:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        raise InputError(
            "NC-I62",
            f"{len(cells)} cells under {len(header)} columns",
            where=f"{where}, line {number}",
            next_step="Put cells that hold the separator between quotation marks.",
        )
    return {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}


def _add(
    row: dict[str, str],
    number: int,
    where: str,
    open_claims: dict[str, dict[str, Any]],
    places: dict[str, dict[str, str]],
) -> None:
    key = row.get("claim_id") or row.get("note_id") or ""
    claim = open_claims.setdefault(key, {"lines": []})
    told = places.setdefault(key, {})
    for name, text in row.items():
        if name in LINE_KEYS:
            continue
        value: Any = _json(text, name, where, number) if name in _AS_JSON else us_day(text) if "date" in name else text
        if claim.setdefault(name, value) != value:
            raise InputError(
                "NC-I63",
                f"{name} is not the one of {told[name]}",
                where=f"{where}, line {number}, column {name}",
                next_step="Rows with one claim_id must agree; give another claim its own id.",
            )
        told.setdefault(name, f"line {number}, column {name}")
    if any(name in row for name in LINE_KEYS):
        place = f"lines[{len(claim['lines'])}]"
        told[place] = f"line {number}"
        told |= {f"{place}.{name}": f"line {number}, column {name}" for name in LINE_KEYS}
        claim["lines"].append(_line(row))
    places[key] = told


def _line(row: dict[str, str]) -> dict[str, Any]:
    line: dict[str, Any] = {"code": row.get("code")}
    if "modifiers" in row:
        line["modifiers"] = _several(row["modifiers"])
    if "units" in row:
        line["units"] = units(row["units"])
    if "icd10" in row:
        line["icd10"] = [diagnosis(code) for code in _several(row["icd10"])]
    return line


def _several(text: str) -> list[str]:
    return [part for part in re.split(r"[\s,;|/-]+", text) if part]


def _json(text: str, name: str, where: str, number: int) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise InputError(
            "NC-I62",
            f"{name} is no JSON",
            where=f"{where}, line {number}, column {name}",
            next_step="Write the JSON object of the claim format, between quotation marks.",
        ) from None
