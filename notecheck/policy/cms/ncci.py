"""NCCI procedure-to-procedure edits as CMS publishes them: four files, text with tabs or XLSX, ended edits included."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from notecheck.errors import InputError
from notecheck.policy.cms import shelf
from notecheck.policy.cms.expected import Expected
from notecheck.policy.cms.judging import plausible
from notecheck.policy.cms.tables import Table, columns, tables

COLUMNS = (
    ("column", "1"),
    ("column", "2"),
    ("existence",),
    ("effective",),
    ("deletion",),
    ("modifier",),
    ("rationale",),
)
NEVER_ENDS = 99991231
INDICATORS = frozenset("019")

_NAME = re.compile(r"cci(?P<who>pra|oph)\D*v(?P<year>\d{2})(?P<quarter>[0-3])r\d+\D*f(?P<part>\d+)")
_CODE = re.compile(r"[0-9A-Z]{5}")
_FIRST_YEAR = 1994
_BATCH = 20_000
_MOST_REPEATED = 0.01
_WHO: dict[str, shelf.Kind] = {"pra": "ncci", "oph": "ncci-hospital"}


def load(
    files: Sequence[Path], expected: dict[str, Expected], known: Sequence[tuple[str, str]], day: date | None = None
) -> list[shelf.Edition]:
    """Judge the files of one quarter whole and put them on the shelf: practitioner edits, hospital edits, or both.

    ``known`` are pairs of which most must be in the file; ``day`` is the first day of the edition where the file names
    do not tell. Raises InputError NC-I50 to NC-I55, naming file, line and what to do; nothing is replaced then.
    """
    with ExitStack() as stack:
        found = [t for file in files for t in tables(file, stack, lambda name: _NAME.search(name) is not None)]
        kinds: dict[shelf.Kind, list[Table]] = {}
        for table in found:
            match = _NAME.search(table.name.lower())
            kinds.setdefault(_WHO[match["who"]] if match else "ncci", []).append(table)
        return [_load(kind, parts, expected[kind], known, day) for kind, parts in kinds.items()]


def _load(
    kind: shelf.Kind, parts: Sequence[Table], expected: Expected, known: Sequence[tuple[str, str]], day: date | None
) -> shelf.Edition:
    begins = _edition(parts, day)
    with shelf.making(kind) as base:
        base.execute("CREATE TABLE rationale (id INTEGER PRIMARY KEY, words TEXT UNIQUE)")
        base.execute(
            "CREATE TABLE edit (one TEXT, two TEXT, starts INTEGER, ends INTEGER, indicator TEXT, rationale INTEGER, "
            "PRIMARY KEY (one, two, starts, ends, indicator)) WITHOUT ROWID"
        )
        read, newest = 0, 0
        for part in parts:
            for batch, latest in _batches(part, base):
                base.executemany("INSERT OR IGNORE INTO edit VALUES (?, ?, ?, ?, ?, ?)", batch)
                read += len(batch)
                newest = max(newest, latest)
        kept = int(base.execute("SELECT count(*) FROM edit").fetchone()[0])
        where = ", ".join(part.name for part in parts)
        _refuse_repeats(base, read, kept, where)
        if newest > _number(begins):
            raise InputError(
                "NC-I54",
                f"an edit begins on {_iso(newest)}, after the first day of the edition ({begins})",
                where=where,
                next_step="Check that all files are of one quarter, and give its first day with --edition.",
            )
        plausible(kind, kept, begins, expected, where)
        _refuse_strangers(base, known, expected, where)
        return shelf.put(kind, begins, base, kept, where)


def _edition(parts: Sequence[Table], day: date | None) -> date:
    """The first day of the quarter, from the file names: ``v322`` is the third quarter of 2026."""
    where = ", ".join(part.name for part in parts)
    matches = [_NAME.search(part.name.lower()) for part in parts]
    days = {date(_FIRST_YEAR + int(m["year"]), 1 + 3 * int(m["quarter"]), 1) for m in matches if m}
    if day is not None:
        days.add(day)
    if len(days) != 1 or (None in matches and day is None):
        raise InputError(
            "NC-I54",
            "the quarter cannot be told from the file names" if not days else "the files are of different quarters",
            where=where,
            next_step="Give all files of one quarter as downloaded (ccipra-v...), or its first day with --edition.",
        )
    numbers = sorted(int(m["part"]) for m in matches if m)
    if numbers and numbers != list(range(1, len(numbers) + 1)):
        raise InputError(
            "NC-I53",
            f"parts {', '.join(map(str, numbers))} were given; each must be there once, from 1 on",
            where=where,
            next_step="Give --ncci once for each of the four files.",
        )
    return days.pop()


def _batches(part: Table, base: sqlite3.Connection) -> Iterator[tuple[list[tuple[object, ...]], int]]:
    places, rows = columns(part.rows(), COLUMNS, part.where)
    one, two, _, starts, ends, modifier, rationale = places
    width = max(places) + 1
    codes: set[str] = set()
    days: dict[str, int] = {}
    reasons: dict[str, int] = {}
    batch: list[tuple[object, ...]] = []
    latest = 0
    for number, cells in rows:
        if not any(cells):
            continue
        if len(cells) < width:
            cells = [*cells, *[""] * (width - len(cells))]
        first, second = cells[one], cells[two]
        if first not in codes or second not in codes:
            for code in (first, second):
                if not _CODE.fullmatch(code):
                    raise _wrong(part, number, f"'{code[:20]}' is no procedure code")
                codes.add(code)
        begin = days.get(cells[starts]) or _day(cells[starts], days, part, number)
        end = NEVER_ENDS if cells[ends] in ("*", "") else days.get(cells[ends]) or _day(cells[ends], days, part, number)
        if cells[modifier] not in INDICATORS:
            raise _wrong(part, number, f"modifier indicator '{cells[modifier][:20]}' is none of 0, 1, 9")
        if end < begin:
            raise _wrong(part, number, f"the edit ends ({_iso(end)}) before it begins ({_iso(begin)})")
        why = cells[rationale]
        if why not in reasons:
            base.execute("INSERT OR IGNORE INTO rationale (words) VALUES (?)", (why,))
            reasons[why] = base.execute("SELECT id FROM rationale WHERE words = ?", (why,)).fetchone()[0]
        latest = max(latest, begin)
        batch.append((first, second, begin, end, cells[modifier], reasons[why]))
        if len(batch) >= _BATCH:
            yield batch, latest
            batch = []
    yield batch, latest


def _day(text: str, days: dict[str, int], part: Table, number: int) -> int:
    try:
        if len(text) != 8 or not text.isdecimal():
            raise ValueError
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        raise _wrong(part, number, f"'{text[:20]}' is no date (YYYYMMDD)") from None
    days[text] = int(text)
    return days[text]


def _refuse_repeats(base: sqlite3.Connection, read: int, kept: int, where: str) -> None:
    if read - kept > read * _MOST_REPEATED:
        raise InputError(
            "NC-I55",
            f"{read - kept} of {read} rows stand twice",
            where=where,
            next_step="Give every file of the quarter once.",
        )
    twice = base.execute(
        "SELECT one, two, starts FROM edit GROUP BY one, two, starts, ends HAVING count(*) > 1 LIMIT 1"
    ).fetchone()
    if twice:
        raise InputError(
            "NC-I55",
            f"the edit {twice[0]}/{twice[1]} of {_iso(twice[2])} stands there with two modifier indicators",
            where=where,
            next_step="Download the files from CMS again.",
        )


def _refuse_strangers(
    base: sqlite3.Connection, known: Sequence[tuple[str, str]], expected: Expected, where: str
) -> None:
    ask = "SELECT 1 FROM edit WHERE one = ? AND two = ? LIMIT 1"
    there = sum(base.execute(ask, pair).fetchone() is not None for pair in known)
    if there < expected.known_share * len(known):
        raise InputError(
            "NC-I53",
            f"only {there} of {len(known)} edits that are known to exist are in it",
            where=where,
            next_step="Check that these are the procedure-to-procedure edits, all four files.",
        )


def _number(day: date) -> int:
    return day.year * 10000 + day.month * 100 + day.day


def _iso(number: int) -> str:
    return f"{number // 10000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"


def _wrong(part: Table, number: int, what: str) -> InputError:
    return InputError(
        "NC-I52", what, where=f"{part.where}, line {number}", next_step="Download the file from CMS again."
    )
