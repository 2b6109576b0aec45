"""The Medicare Coverage Database export: CSV files in ZIP files in a ZIP file, for LCDs and for billing articles.

Kept are numbers, revisions, dates, titles, and which codes stand in which article. The texts and the code descriptions
are not kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from notecheck.errors import InputError
from notecheck.policy.cms import shelf
from notecheck.policy.cms.expected import Expected
from notecheck.policy.cms.judging import plausible
from notecheck.policy.cms.tables import Rows, Table, columns, tables

LCD = (("lcd_id",), ("lcd_version",), ("title",), ("rev_eff_date",))
ARTICLE = (("article_id",), ("article_version",), ("title",), ("article_eff_date",))
ARTICLE_CODE = (("article_id",), ("article_version",), ("hcpc_code_id",), ("hcpc_code_group",))
COVERED = (("article_id",), ("article_version",), ("icd10_code_id",), ("icd10_covered_group",))
NOT_COVERED = (("article_id",), ("article_version",), ("icd10_code_id",), ("icd10_noncovered_group",))
RELATED = (("article_id",), ("article_version",), ("r_lcd_id",))

_FILES = (
    "lcd.csv",
    "article.csv",
    "article_x_hcpc_code.csv",
    "article_x_icd10_covered.csv",
    "article_x_icd10_noncovered.csv",
    "article_related_documents.csv",
)
_ID = re.compile(r"\d{4,6}")
_DAY = re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})|(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})")
_TABLES = (
    "CREATE TABLE lcd (id TEXT, version INTEGER, title TEXT, starts TEXT, PRIMARY KEY (id, version)) WITHOUT ROWID",
    "CREATE TABLE article (id TEXT, version INTEGER, title TEXT, starts TEXT, PRIMARY KEY (id, version)) WITHOUT ROWID",
    "CREATE TABLE procedure (article TEXT, version INTEGER, code TEXT, part TEXT)",
    "CREATE TABLE diagnosis (article TEXT, version INTEGER, code TEXT, part TEXT, covered INTEGER)",
    "CREATE TABLE related (article TEXT, version INTEGER, lcd TEXT)",
)


def load(
    files: Sequence[Path], expected: Expected, known: Sequence[str], day: date | None = None
) -> list[shelf.Edition]:
    """Judge an export whole and put it on the shelf; most of ``known`` (LCD numbers as ``L38994``) must be there.

    The edition's day is that of the newest file inside, or ``day``. Raises InputError NC-I50 to NC-I55.
    """
    with ExitStack() as stack:
        found: dict[str, Table] = {}
        for file in files:
            for table in sorted(tables(file, stack, lambda name: name in _FILES), key=lambda t: "current" in t.where):
                found[table.name.lower()] = table  # current documents rather than all with the retired ones
        if "lcd.csv" not in found:
            raise InputError(
                "NC-I51",
                "there is no lcd.csv in it",
                where=", ".join(file.name for file in files),
                next_step="Give the download of current LCDs, or of all data, of the Medicare Coverage Database.",
            )
        return [_load(found, expected, known, day)]


def _load(found: dict[str, Table], expected: Expected, known: Sequence[str], day: date | None) -> shelf.Edition:
    with shelf.making("lcd") as base:
        for statement in _TABLES:
            base.execute(statement)
        lcds = _documents(found["lcd.csv"], LCD, "L")
        base.executemany("INSERT INTO lcd VALUES (?, ?, ?, ?)", lcds.values())
        if "article.csv" in found:
            base.executemany(
                "INSERT INTO article VALUES (?, ?, ?, ?)", _documents(found["article.csv"], ARTICLE, "A").values()
            )
        for name, names, insert in (
            ("article_x_hcpc_code.csv", ARTICLE_CODE, "INSERT INTO procedure VALUES (?, ?, ?, ?)"),
            ("article_x_icd10_covered.csv", COVERED, "INSERT INTO diagnosis VALUES (?, ?, ?, ?, 1)"),
            ("article_x_icd10_noncovered.csv", NOT_COVERED, "INSERT INTO diagnosis VALUES (?, ?, ?, ?, 0)"),
            ("article_related_documents.csv", RELATED, "INSERT INTO related VALUES (?, ?, ?)"),
        ):
            if name in found:
                base.executemany(insert, _links(found[name], names))
        where = ", ".join(table.where for table in found.values())
        begins = day or max((date(*table.made) for table in found.values() if table.made), default=None)
        if begins is None:
            raise InputError(
                "NC-I54",
                "the day of the export cannot be told",
                where=where,
                next_step="Give it with --edition, as in 2026-10-04.",
            )
        numbers = {number for number, _ in lcds}
        plausible("lcd", len(numbers), begins, expected, where)
        there = sum(number in numbers for number in known)
        if there < expected.known_share * len(known):
            raise InputError(
                "NC-I53",
                f"only {there} of {len(known)} LCDs that are known to exist are in it",
                where=where,
                next_step="Give the download of current LCDs, or of all data.",
            )
        for statement in (
            "CREATE INDEX by_procedure ON procedure (code)",
            "CREATE INDEX by_article ON diagnosis (article, version)",
        ):
            base.execute(statement)
        return shelf.put("lcd", begins, base, len(numbers), ", ".join(table.name for table in found.values()))


def _documents(
    table: Table, names: Sequence[tuple[str, ...]], letter: str
) -> dict[tuple[str, int], tuple[str, int, str, str]]:
    found: dict[tuple[str, int], tuple[str, int, str, str]] = {}
    for number, cells in _below(table, names):
        key = _key(cells, table, number, letter)
        row = (*key, cells[2], _iso(cells[3]))
        if found.setdefault(key, row) != row:
            raise InputError(
                "NC-I55",
                f"{key[0]} version {key[1]} stands twice with different content",
                where=f"{table.where}, line {number}",
                next_step="Download the file from CMS again.",
            )
    return found


def _links(table: Table, names: Sequence[tuple[str, ...]]) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    for number, cells in _below(table, names):
        if not cells[2]:
            continue
        code = f"L{cells[2]}" if names is RELATED else cells[2].upper().replace(".", "")
        if not re.fullmatch(r"[0-9A-Z]{3,7}", code):
            raise _wrong(table, number, f"'{cells[2][:20]}' is no code")
        found.append((*_key(cells, table, number, "A"), code, *cells[3:]))
    return found


def _below(table: Table, names: Sequence[tuple[str, ...]]) -> Rows:
    """The wanted cells of every row, in the order of ``names``."""
    places, rows = columns(table.rows(), [(*words,) for words in names], table.where, 1)
    for number, cells in rows:
        if any(cells):
            yield number, [cells[place] if place < len(cells) else "" for place in places]


def _key(cells: Sequence[str], table: Table, number: int, letter: str) -> tuple[str, int]:
    if not _ID.fullmatch(cells[0]) or not cells[1].isdecimal():
        raise _wrong(table, number, f"'{cells[0][:20]}', version '{cells[1][:20]}' is no document")
    return f"{letter}{cells[0]}", int(cells[1])


def _iso(text: str) -> str:
    match = _DAY.match(text)
    if match is None:
        return ""
    year, month, day = (
        (match["year"], match["month"], match["day"]) if match["year"] else (match["y"], match["m"], match["d"])
    )
    return f"{int(year):04d}-{int(month):02d}-{int(day):02d}"


def _wrong(table: Table, number: int, what: str) -> InputError:
    return InputError(
        "NC-I52", what, where=f"{table.where}, line {number}", next_step="Download the file from CMS again."
    )
