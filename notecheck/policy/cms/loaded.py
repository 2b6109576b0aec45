"""The editions that the user loaded, put before the shipped tables for one date of service."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from notecheck.policy import icd10
from notecheck.policy.book import Book
from notecheck.policy.cms import shelf
from notecheck.policy.codes import CodeTables
from notecheck.policy.ncci import NcciPair

CONFIDENCE = "verified"


class LoadedEdits:
    """Edits of one NCCI edition. The table holds ended edits too, so that it answers for earlier days."""

    def __init__(self, edition: shelf.Edition) -> None:
        self.edition = edition
        self._base: sqlite3.Connection | None = None
        self._known: dict[tuple[str, str], list[tuple[str, str, int, int, str, str]]] = {}

    def pair(self, a: str, b: str, on: date) -> NcciPair | None:
        """The edit between two codes on a day, in either order; None when there is none.

        An edit that ends on the day on which it begins never held: CMS takes back an edit in this way.
        """
        day = on.year * 10000 + on.month * 100 + on.day
        live = [row for row in self._rows(a, b) if row[2] <= day <= row[3] and row[2] != row[3]]
        if not live:
            return None
        one, two, starts, _, indicator, words = max(live, key=lambda row: row[2])
        begins = date(starts // 10000, starts // 100 % 100, starts % 100)
        if indicator == "9":
            return None
        return NcciPair(one, two, indicator, words, f"NCCI {self.edition.day}", CONFIDENCE, begins)

    def _rows(self, a: str, b: str) -> list[tuple[str, str, int, int, str, str]]:
        key = (a, b) if a <= b else (b, a)
        if key not in self._known:
            if self._base is None:
                self._base = self.edition.open()
            ask = (
                "SELECT one, two, starts, ends, indicator, words FROM edit "
                "LEFT JOIN rationale ON rationale.id = edit.rationale WHERE one = ? AND two = ?"
            )
            self._known[key] = [*self._base.execute(ask, (a, b)), *self._base.execute(ask, (b, a))]
        return self._known[key]


class LoadedLimits:
    """Units limits of one MUE edition."""

    def __init__(self, edition: shelf.Edition) -> None:
        self.edition = edition
        base = edition.open()
        try:
            self._limits = {code: (units, mai) for code, units, mai in base.execute("SELECT code, units, mai FROM mue")}
        finally:
            base.close()

    def limit(self, code: str) -> tuple[int | None, int | None]:
        """The limit for one day and how it is applied; None and None where none is published."""
        return self._limits.get(code, (None, None))


class LoadedIcd10(icd10.Icd10Table):
    """The codes of one loaded release. Excludes1 notes stay those of the shipped release: order files have none."""

    def __init__(self, shipped: icd10.Icd10Table, edition: shelf.Edition) -> None:
        super().__init__(shipped.folder)
        self._from = edition

    @property
    def edition(self) -> str:
        """Name and date of the release, for reports."""
        return f"ICD-10-CM {self._from.day}, as loaded"

    def _asked(self, question: str, *values: str) -> list[tuple[Any, ...]]:
        base = self._from.open()
        try:
            return base.execute(question, values).fetchall()
        finally:
            base.close()

    @cached_property
    def _letters(self) -> dict[str, tuple[int, ...]]:
        return {letter: () for (letter,) in self._asked("SELECT DISTINCT substr(code, 1, 1) FROM code ORDER BY 1")}

    def _shard(self, letter: str) -> dict[str, bool]:
        if letter not in self._read_shards:
            rows = self._asked("SELECT code, complete FROM code WHERE substr(code, 1, 1) = ? ORDER BY code", letter)
            self._read_shards[letter] = {code: bool(complete) for code, complete in rows}
        return self._read_shards[letter]

    def _titles_of(self, letter: str) -> dict[str, str]:
        if letter not in self._read_titles:
            self._read_titles[letter] = dict(
                self._asked("SELECT code, title FROM code WHERE substr(code, 1, 1) = ? ORDER BY code", letter)
            )
        return self._read_titles[letter]

    @cached_property
    def _changes(self) -> tuple[list[date], dict[str, list[str]]]:
        return [], {}


def for_day(book: Book, day: date) -> Book:
    """The book with the loaded editions that hold on the day; the same book where none was loaded.

    NCCI: the edition in force, else the first later one, whose ended edits reach back. MUE: the edition in force, else
    the shipped table. ICD-10-CM: the loaded release where it is later than the shipped one or of the same half year as
    the day; the shipped one, with its list of changes, elsewhere.
    Raises InputError NC-I57 for a file on the shelf that is no edition.
    """
    ncci, mue = shelf.editions("ncci"), shelf.in_force("mue", day)
    codes = book.codes
    if ncci:
        edition = next((e for e in reversed(ncci) if e.day <= day), ncci[0])
        codes = _named(replace(codes, edits=_edits(edition)), "ptp", "procedure-to-procedure edits", edition)
    if mue:
        codes = _named(replace(codes, limits=_limits(mue)), "mue", "medically-unlikely edits", mue)
    release = shelf.in_force("icd10", day)
    table = book.icd10
    if release and (release.day > table.release.released or icd10.within(release.day, day)):
        table = _icd10(table, release)
    same = codes is book.codes and table is book.icd10
    return book if same else replace(book, codes=codes, icd10=table)


def _named(codes: CodeTables, what: str, words: str, edition: shelf.Edition) -> CodeTables:
    return replace(
        codes,
        sources={**codes.sources, what: f"NCCI {words}, practitioner table {edition.day}, as loaded"},
        shorts={**codes.shorts, what: f"NCCI {edition.day}, as loaded"},
        days={**codes.days, what: edition.day},
    )


@lru_cache(maxsize=4)
def _edits(edition: shelf.Edition) -> LoadedEdits:
    return LoadedEdits(edition)


@lru_cache(maxsize=4)
def _limits(edition: shelf.Edition) -> LoadedLimits:
    return LoadedLimits(edition)


@lru_cache(maxsize=4)
def _icd10(shipped: icd10.Icd10Table, edition: shelf.Edition) -> LoadedIcd10:
    return LoadedIcd10(shipped, edition)
