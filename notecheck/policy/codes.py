"""Procedure, drug and visit codes: what each is for, how it is counted, and on which days it may be billed."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from notecheck import datafile, locate
from notecheck.errors import DataError
from notecheck.policy.ncci import NcciPair, read_pairs

COLUMNS = (
    "code",
    "family",
    "fact_families",
    "label",
    "regions",
    "approach",
    "guidance",
    "level_unit",
    "add_on_of",
    "sequence",
    "mue",
    "mai",
    "bilateral",
    "global_days",
    "valid_from",
    "valid_to",
    "replaced_by",
    "dates_confidence",
    "absent_by",
    "status_note",
    "source",
    "confidence",
)
CONFIDENCE = ("verified", "verified-2", "recalled", "unsure")
REGIONS = ("cervical", "thoracic", "lumbar", "sacral")


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One code in one period.

    ``family`` groups codes; ``fact_families`` are the families of the fact format that the code bills (empty for
    drugs, imaging, visits and unlisted codes); ``regions`` empty means any. ``level_unit`` is what one unit counts,
    ``sequence`` its place in a row of levels, ``add_on_of`` the codes it must accompany. ``mue`` is the units limit for
    one day (None: none published) and ``mai`` how it is applied (1 line, 2 day absolute, 3 day). ``bilateral`` is the
    fee schedule's indicator, ``global_days`` its global period. ``valid_from`` and ``valid_to`` are inclusive, None
    means open; ``dates_confidence`` says how well the two dates are known; ``absent_by`` is the date of the first
    Medicare file read in which an ended code is certainly gone.
    """

    code: str
    family: str
    fact_families: tuple[str, ...]
    regions: tuple[str, ...]
    approach: str
    guidance: str
    level_unit: str
    add_on_of: tuple[str, ...]
    sequence: str
    mue: int | None
    mai: int | None
    bilateral: str
    global_days: str
    status_note: str
    label: str
    valid_from: date | None
    valid_to: date | None
    source: str
    confidence: str
    replaced_by: tuple[str, ...] = ()
    dates_confidence: str = ""
    absent_by: date | None = None

    def in_force(self, on: date) -> bool:
        """True when the row covers the day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


class Edits(Protocol):
    """Procedure-to-procedure edits of a loaded edition."""

    def pair(self, a: str, b: str, on: date) -> NcciPair | None:
        """The edit between two codes on a day, in either order."""


class Limits(Protocol):
    """Units limits of a loaded edition."""

    def limit(self, code: str) -> tuple[int | None, int | None]:
        """The limit for one day and how it is applied; None and None where none is published."""


@dataclass(frozen=True, slots=True)
class CodeTables:
    """Code rows by code, NCCI pairs by their two codes, and the editions they were read from."""

    rows: Mapping[str, tuple[CodeRow, ...]]
    pairs: Mapping[tuple[str, str], NcciPair]
    sources: Mapping[str, str]
    shorts: Mapping[str, str] = field(default_factory=dict)
    days: Mapping[str, date] = field(default_factory=dict)
    edits: Edits | None = None
    limits: Limits | None = None
    """Editions that the user loaded; they stand before the shipped pairs and limits. See :mod:`policy.cms.loaded`."""

    def row(self, code: str, on: date) -> CodeRow | None:
        """The row of ``code`` that covers the day; None when the code is unknown or not valid then."""
        found = next((row for row in self.rows.get(code, ()) if row.in_force(on)), None)
        if found is None or self.limits is None:
            return found
        mue, mai = self.limits.limit(code)
        return replace(found, mue=mue, mai=mai)

    def any_row(self, code: str) -> CodeRow | None:
        """The latest row of ``code`` whatever the day; None when the code is unknown."""
        known = self.rows.get(code, ())
        return known[-1] if known else None

    def best_row(self, code: str, on: date) -> CodeRow | None:
        """The row for the day, else the nearest one: for judging a line whose code is out of date."""
        return self.row(code, on) or self.any_row(code)

    def pair(self, a: str, b: str, on: date) -> NcciPair | None:
        """The edit between two codes, in either order; None when there is none on that day."""
        if self.edits is not None:
            return self.edits.pair(a, b, on)
        found = self.pairs.get((a, b) if a <= b else (b, a))
        if found is None or found.modifier_indicator == "none" or (found.valid_from and on < found.valid_from):
            return None
        return found

    def free(self, a: str, b: str) -> NcciPair | None:
        """The row that says "searched, no edit exists" for two codes that people expect to be edited."""
        found = self.pairs.get((a, b) if a <= b else (b, a))
        return found if found is not None and found.modifier_indicator == "none" else None

    def replaced_by(self, code: str, on: date) -> tuple[CodeRow, ...]:
        """Rows in force on the day that ``code`` replaced later; empty when the table names none."""
        latest = (periods[-1] for periods in self.rows.values())
        return tuple(row for row in latest if code in row.replaced_by and row.in_force(on))

    def of_family(self, family: str, on: date) -> Iterator[CodeRow]:
        """Rows of one code family that are in force on the day, in code order."""
        for code in self.rows:
            row = self.row(code, on)
            if row is not None and row.family == family:
                yield row

    @property
    def procedure_families(self) -> frozenset[str]:
        """The families of procedures in the fact format: those that a code bills, and the unspecified epidural."""
        billed = (family for rows in self.rows.values() for row in rows for family in row.fact_families)
        return frozenset((*billed, "epidural-unspecified"))

    @property
    def editions(self) -> tuple[str, ...]:
        """What a report prints as the tables in use."""
        return tuple(dict.fromkeys((self.shorts or self.sources).values()))

    def apart(self, on: date) -> str:
        """A sentence where the claim edits in use are of another quarter than the day; empty where they hold on it."""
        edition = self.days.get("ptp")
        if edition is None or (edition.year, (edition.month - 1) // 3) == (on.year, (on.month - 1) // 3):
            return ""
        named = self.shorts.get("ptp", f"NCCI {edition.isoformat()}")
        order = "later" if edition > on else "earlier"
        return (
            f"The edits and unit limits in use ({named}) are {order} than the date of service {on.isoformat()}: "
            "an edit or a limit of that day may differ."
        )

    def source(self, what: str) -> str:
        """The edition behind ``mue``, ``ptp``, ``aoc``, ``bilateral``, ``global``, ``codes`` or ``manual``."""
        return self.sources[what]


class _Edition(BaseModel):
    model_config = ConfigDict(extra="forbid")
    shown: str
    short: str
    key: str
    date: date
    confidence: str


class _Editions(BaseModel):
    model_config = ConfigDict(extra="forbid")
    editions: dict[str, _Edition]


@lru_cache(maxsize=1)
def load() -> CodeTables:
    """Read ``patterns/codes``. Raises DataError NC-D05 (a broken row, with file and line) or NC-D02 to NC-D04."""
    return load_from(locate.patterns() / "codes")


def load_from(folder: Path) -> CodeTables:
    """The tables of one folder: ``codes.csv``, ``ncci-pairs.csv`` and ``editions.yaml``."""
    editions = datafile.read_model(folder / "editions.yaml", _Editions).editions
    return CodeTables(
        rows=_read_codes(folder / "codes.csv"),
        pairs=read_pairs(folder / "ncci-pairs.csv"),
        sources={name: edition.shown for name, edition in editions.items()},
        shorts={name: edition.short for name, edition in editions.items()},
        days={name: edition.date for name, edition in editions.items()},
    )


def _read_codes(path: Path) -> dict[str, tuple[CodeRow, ...]]:
    found: dict[str, list[CodeRow]] = {}
    with path.open(encoding="utf-8", newline="") as stream:
        rows = csv.reader(stream)
        if tuple(next(rows, ())) != COLUMNS:
            raise _broken(path, 1, f"columns must be {', '.join(COLUMNS)}")
        for cells in rows:
            line = rows.line_num
            if len(cells) != len(COLUMNS):
                raise _broken(path, line, f"{len(cells)} columns where {len(COLUMNS)} are asked")
            row = _row(dict(zip(COLUMNS, cells, strict=True)), path, line)
            for earlier in found.setdefault(row.code, []):
                if (earlier.valid_to or date.max) >= (row.valid_from or date.min):
                    raise _broken(path, line, f"code {row.code} has two rows for one day, or rows out of date order")
            found[row.code].append(row)
    return {code: tuple(periods) for code, periods in found.items()}


def _row(cells: dict[str, str], path: Path, line: int) -> CodeRow:
    try:
        row = CodeRow(
            code=cells["code"],
            family=cells["family"],
            fact_families=tuple(cells["fact_families"].split()),
            regions=tuple(cells["regions"].split()),
            approach=cells["approach"],
            guidance=cells["guidance"],
            level_unit=cells["level_unit"],
            add_on_of=tuple(cells["add_on_of"].split()),
            sequence=cells["sequence"],
            mue=int(cells["mue"]) if cells["mue"] else None,
            mai=int(cells["mai"]) if cells["mai"] else None,
            bilateral=cells["bilateral"],
            global_days=cells["global_days"],
            status_note=cells["status_note"],
            label=cells["label"],
            valid_from=date.fromisoformat(cells["valid_from"]) if cells["valid_from"] else None,
            valid_to=date.fromisoformat(cells["valid_to"]) if cells["valid_to"] else None,
            source=cells["source"],
            confidence=cells["confidence"],
            replaced_by=tuple(cells["replaced_by"].split()),
            dates_confidence=cells["dates_confidence"],
            absent_by=date.fromisoformat(cells["absent_by"]) if cells["absent_by"] else None,
        )
    except ValueError as error:
        raise _broken(path, line, f"not a number or not a date: {error}") from None
    if row.confidence not in CONFIDENCE:
        raise _broken(path, line, f"confidence '{row.confidence}' is none of {', '.join(CONFIDENCE)}")
    if row.bilateral not in ("", "0", "1", "2", "3", "9"):
        raise _broken(path, line, f"bilateral indicator '{row.bilateral}' does not exist")
    if unknown := set(row.regions) - set(REGIONS):
        raise _broken(path, line, f"region '{sorted(unknown)[0]}' is none of {', '.join(REGIONS)}")
    if (row.valid_from or row.valid_to) and row.dates_confidence not in CONFIDENCE:
        raise _broken(path, line, "a dated row must say how well its dates are known")
    if row.valid_from and row.valid_to and row.valid_from > row.valid_to:
        raise _broken(path, line, "valid_from lies after valid_to")
    return row


def _broken(path: Path, line: int, what: str) -> DataError:
    return DataError("NC-D05", what, where=f"{path}:{line}", next_step="Mend the row.")
