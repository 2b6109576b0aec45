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
_NAMES = ("claim_id", "note_id", "patient_id")
_SEPARATORS = ",;\t|"


def is_claims(text: str) -> bool:
    """True when the first line is a header with a column ``code``."""
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    cells = {cell.strip(' "\r').lower() for cell in re.split(f"[{re.escape(_SEPARATORS)}]", first)}
    return "code" in cells and not first.startswith(("{", "["))


def claims(text: str, where: str) -> list[Found]:
    """Every claim of the table, with its fault NC-I62 (cells) or NC-I63 (rows that disagree). Raises InputError NC-I24
    (column) and NC-I62 (no CSV)."""
    first = text.lstrip("\ufeff \r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    table = csv.reader(io.StringIO(text.lstrip("\ufeff"), newline=""), delimiter=separator)
    header: list[str] = []
    held = _Held(where)
    try:
        for cells in table:
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = _header(cells, where, table.line_num)
                continue
            held.take(header, cells, table.line_num)
    except csv.Error as error:
        raise InputError(
            "NC-I62", f"no CSV ({error})", where=f"{where}, line {table.line_num}", next_step="Export the file again."
        ) from None
    return held.claims()


def claims_of_rows(header: Sequence[str], rows: Iterable[Sequence[object]], where: str) -> list[Found]:
    """Every claim of a table that is no text, as Parquet: cells are taken as their texts, lists as several codes."""
    held = _Held(where)
    names = _header(header, where, 0)
    for number, cells in enumerate(rows, start=1):
        texts = [_as_text(cell) for cell in cells]
        if any(texts):
            held.take(names, texts, number)
    return held.claims()


class _Held:
    """The claims of a table while its rows come: a row that cannot be read spoils its claim and no other."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._data: dict[str, dict[str, Any]] = {}
        self._places: dict[str, dict[str, str]] = {}
        self._faults: dict[str, InputError] = {}

    def take(self, header: list[str], cells: Sequence[str], number: int) -> None:
        """One row, by its number in the file."""
        row = {name: cell.strip() for name, cell in zip(header, cells, strict=False) if cell.strip()}
        key = row.get("claim_id") or row.get("note_id") or ""
        claim = self._data.setdefault(key, {"lines": []})
        try:
            _whole(header, cells, self._where, number)
            _add(row, number, self._where, claim, self._places.setdefault(key, {}))
        except InputError as error:
            self._faults.setdefault(key, error)
            claim.update({name: row[name] for name in _NAMES if name in row and name not in claim})

    def claims(self) -> list[Found]:
        """Every claim, in the order of its first row."""
        return [
            Found(data, self._places.get(key, {}), f"claim {key}" if key else "", self._faults.get(key))
            for key, data in self._data.items()
        ]


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


def _whole(header: list[str], cells: Sequence[str], where: str, number: int) -> None:
    if len(cells) > len(header) and any(cell.strip() for cell in cells[len(header) :]):
        raise InputError(
            "NC-I62",
            f"{len(cells)} cells under {len(header)} columns",
            where=f"{where}, line {number}",
            next_step="Put cells that hold the separator between quotation marks.",
        )


def _add(row: dict[str, str], number: int, where: str, claim: dict[str, Any], told: dict[str, str]) -> None:
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
