"""NCCI medically-unlikely edits, practitioner table, as published by CMS: CSV or XLSX in a ZIP file."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from notecheck.errors import InputError
from notecheck.policy.cms import shelf
from notecheck.policy.cms.expected import Expected
from notecheck.policy.cms.judging import plausible
from notecheck.policy.cms.tables import Table, columns, tables

COLUMNS = (("hcpcs",), ("practitioner", "mue"), ("adjudication",), ("rationale",))
_DAY = re.compile(r"(?<!\d)(?P<month>\d{1,2})[-_.](?P<day>\d{1,2})[-_.](?P<year>20\d{2})(?!\d)")
_CODE = re.compile(r"[0-9A-Z]{5}")


def load(
    files: Sequence[Path], expected: Expected, known: Collection[str], day: date | None = None
) -> list[shelf.Edition]:
    """Judge the practitioner table whole and put it on the shelf.

    ``known`` are codes of which most must be in it. Raises InputError NC-I50 to NC-I55; nothing is replaced then.
    """
    with ExitStack() as stack:
        found = [t for file in files for t in tables(file, stack, lambda name: "mue" in name and "pract" in name)]
        if len(found) != 1:
            raise InputError(
                "NC-I53",
                f"{len(found)} tables were given, where one is expected",
                where="--mue",
                next_step="Give the practitioner services table of one quarter.",
            )
        return [_load(found[0], expected, known, day)]


def _load(table: Table, expected: Expected, known: Collection[str], day: date | None) -> shelf.Edition:
    begins = _edition(table, day)
    places, rows = columns(table.rows(), COLUMNS, table.where)
    limits: dict[str, tuple[int, int]] = {}
    for number, cells in rows:
        if not any(cells):
            continue
        if len(cells) <= max(places):
            if len([cell for cell in cells if cell]) <= 1:
                continue  # a notice below the table
            raise _wrong(table, number, f"{len(cells)} columns")
        code, units, indicator = (cells[place] for place in places[:3])
        if not _CODE.fullmatch(code):
            raise _wrong(table, number, f"'{code[:20]}' is no procedure code")
        if not units.isdecimal() or len(units) > 7:
            raise _wrong(table, number, f"'{units[:20]}' is no number of units")
        if indicator[:1] not in ("1", "2", "3"):
            raise _wrong(table, number, f"adjudication indicator '{indicator[:20]}' is none of 1, 2, 3")
        limit = (int(units), int(indicator[0]))
        if limits.setdefault(code, limit) != limit:
            raise InputError(
                "NC-I55",
                f"code {code} stands twice with different limits",
                where=f"{table.where}, line {number}",
                next_step="Download the file from CMS again.",
            )
    plausible("mue", len(limits), begins, expected, table.where)
    there = sum(code in limits for code in known)
    if there < expected.known_share * len(known):
        raise InputError(
            "NC-I53",
            f"only {there} of {len(known)} codes that are known to have a limit are in it",
            where=table.where,
            next_step="Check that this is the practitioner services table.",
        )
    with shelf.making("mue") as base:
        base.execute("CREATE TABLE mue (code TEXT PRIMARY KEY, units INTEGER, mai INTEGER) WITHOUT ROWID")
        base.executemany("INSERT INTO mue VALUES (?, ?, ?)", ((code, *limit) for code, limit in limits.items()))
        return shelf.put("mue", begins, base, len(limits), table.name)


def _edition(table: Table, day: date | None) -> date:
    match = _DAY.search(table.name)
    try:
        named = date(int(match["year"]), int(match["month"]), int(match["day"])) if match else None
    except ValueError:
        named = None
    if named and day and named != day:
        raise InputError(
            "NC-I54",
            f"the file name says {named}, --edition says {day}",
            where=table.where,
            next_step="Leave --edition out, or give the file of that day.",
        )
    found = named or day
    if found is None:
        raise InputError(
            "NC-I54",
            "the first day of the edition cannot be told from the file name",
            where=table.where,
            next_step="Give it with --edition, as in 2026-10-01.",
        )
    return found


def _wrong(table: Table, number: int, what: str) -> InputError:
    return InputError(
        "NC-I52", what, where=f"{table.where}, line {number}", next_step="Download the file from CMS again."
    )
