"""The ICD-10-CM code tables as published: the order file of the code descriptions, fixed columns, in a ZIP file.

Columns: 1-5 number, 7-13 code without dot, 15 complete (1) or heading (0), 17-76 short title, 78 on long title.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Collection, Sequence
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from notecheck.errors import InputError
from notecheck.policy.cms import shelf
from notecheck.policy.cms.expected import Expected
from notecheck.policy.cms.judging import plausible
from notecheck.policy.cms.tables import Table, tables

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?!\d)")
_LINE = re.compile(r"\d{5,6} (?P<code>[A-Z][0-9A-Z]{2,6}) +(?P<complete>[01]) (?P<titles>\S.*)")
_SHORT = 61


def load(
    files: Sequence[Path], expected: Expected, known: Collection[str], day: date | None = None
) -> list[shelf.Edition]:
    """Judge one order file whole and put it on the shelf.

    ``known`` are complete codes of which most must be in it. Raises InputError NC-I50 to NC-I55.
    """
    with ExitStack() as stack:
        found = [t for file in files for t in tables(file, stack, _is_order)]
        if len(found) != 1:
            raise InputError(
                "NC-I53",
                f"{len(found)} order files were given, where one is expected",
                where="--icd10",
                next_step="Give the ZIP file of the code descriptions in tabular order.",
            )
        return [_load(found[0], expected, known, day)]


def _is_order(name: str) -> bool:
    return "order" in name and "addend" not in name and name.endswith(".txt")


def _load(table: Table, expected: Expected, known: Collection[str], day: date | None) -> shelf.Edition:
    begins = _edition(table, day)
    codes: dict[str, tuple[int, str]] = {}
    for number, cells in table.rows():
        line = "\t".join(cells)
        if not line:
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise InputError(
                "NC-I52" if codes else "NC-I51",
                "no line of an order file (number, code, 0 or 1, titles)",
                where=f"{table.where}, line {number}",
                next_step="Give the order file (icd10cm_order_2026.txt), as downloaded.",
            )
        titles = match["titles"]
        title = titles[_SHORT:].strip() or titles.strip()
        if codes.setdefault(match["code"], (int(match["complete"]), title)) != (int(match["complete"]), title):
            raise _twice(table, number, match["code"])
    where = table.where
    plausible("icd10", len(codes), begins, expected, where)
    _refuse_headings(codes, where)
    there = sum(code in codes for code in known)
    if there < expected.known_share * len(known):
        raise InputError(
            "NC-I53",
            f"only {there} of {len(known)} codes that are known to exist are in it",
            where=where,
            next_step="Check that this is the order file of ICD-10-CM, not of ICD-10-PCS.",
        )
    with shelf.making("icd10") as base:
        base.execute("CREATE TABLE code (code TEXT PRIMARY KEY, complete INTEGER, title TEXT) WITHOUT ROWID")
        base.executemany("INSERT INTO code VALUES (?, ?, ?)", ((code, *rest) for code, rest in sorted(codes.items())))
        return shelf.put("icd10", begins, base, len(codes), table.name)


def _refuse_headings(codes: dict[str, tuple[int, str]], where: str) -> None:
    """A complete code has nothing below it."""
    ordered = sorted(codes)
    for code, following in itertools.pairwise(ordered):
        if codes[code][0] and following.startswith(code):
            raise InputError(
                "NC-I52",
                f"{code} is marked complete and {following} stands below it",
                where=where,
                next_step="Download the file from CMS again.",
            )


def _edition(table: Table, day: date | None) -> date:
    """``icd10cm_order_2026`` holds from 2025-10-01, with ``April`` in its name or its path from 2026-04-01."""
    if day is not None:
        return day
    match = _YEAR.search(table.name)
    if match is None:
        raise InputError(
            "NC-I54",
            "the fiscal year cannot be told from the file name",
            where=table.where,
            next_step="Give the first day of the release with --edition, as in 2026-10-01.",
        )
    year = int(match[1])
    return date(year, 4, 1) if "apr" in table.where.lower() else date(year - 1, 10, 1)


def _twice(table: Table, number: int, code: str) -> InputError:
    return InputError(
        "NC-I55",
        f"code {code} stands twice with different content",
        where=f"{table.where}, line {number}",
        next_step="Download the file from CMS again.",
    )
