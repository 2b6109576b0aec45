"""NCCI procedure-to-procedure edits: which two codes do not go together on one day."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from notecheck.errors import DataError

COLUMNS = ("column1", "column2", "modifier_indicator", "valid_from", "note", "source", "confidence")
INDICATORS = ("0", "1", "none")


@dataclass(frozen=True, slots=True)
class NcciPair:
    """One edit. ``modifier_indicator`` is ``0`` (nothing opens it), ``1`` (a modifier may) or ``none`` (no edit).

    Column 1 is paid, column 2 is not. ``valid_from`` is None where the table gives no start.
    """

    column1: str
    column2: str
    modifier_indicator: str
    note: str
    source: str
    confidence: str
    valid_from: date | None = None


def read_pairs(path: Path) -> dict[tuple[str, str], NcciPair]:
    """Every row by its two codes in sorted order. Raises DataError NC-D05 naming file and line."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        header = tuple(next(rows, ()))
        if header != COLUMNS:
            raise DataError(
                "NC-D05", f"columns must be {', '.join(COLUMNS)}", where=f"{path}:1", next_step="Mend the file."
            )
        found: dict[tuple[str, str], NcciPair] = {}
        for row in rows:
            try:
                one, two, indicator, start, note, source, confidence = row
                starts = date.fromisoformat(start) if start else None
            except ValueError:
                raise _broken(
                    path, rows.line_num, "a row with a wrong number of columns or a date that is none"
                ) from None
            if indicator not in INDICATORS:
                raise _broken(
                    path, rows.line_num, f"modifier indicator '{indicator}' is none of {', '.join(INDICATORS)}"
                )
            key = (one, two) if one <= two else (two, one)
            if key in found or one == two:
                raise _broken(path, rows.line_num, f"pair {one}/{two} stands twice or names one code")
            found[key] = NcciPair(one, two, indicator, note, source, confidence, starts)
    return found


def _broken(path: Path, line: int, what: str) -> DataError:
    return DataError("NC-D05", what, where=f"{path}:{line}", next_step="Mend the row.")
