"""The ICD-10-CM code set: which codes exist, which can be billed, what they are called, which exclude each other."""

from __future__ import annotations

import csv
import gzip
import string
import zlib
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from notecheck import locate
from notecheck.datafile import read_model
from notecheck.errors import DataError

State = Literal["billable", "header", "absent", "unclear"]
"""What a code is on a day; ``unclear`` between two code lists that disagree and where the day of change is unknown."""

_STATES: dict[str, State] = {"b": "billable", "h": "header", "-": "absent"}


class Release(BaseModel):
    """The card ``release.yaml`` beside the table: what it is, from when until when, where it came from."""

    model_config = ConfigDict(extra="forbid")

    edition: str
    released: date
    next_release: date
    origin: str
    rights: str
    confidence: str
    note: str
    changed: dict[str, date]
    """Day on which a code was added, split or dropped; a prefix stands for all codes below it."""


class Icd10Table:
    """The code set of one release. Nothing is read before the first question; codes with or without dot, any case."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._read_shards: dict[str, dict[str, bool]] = {}
        self._read_titles: dict[str, dict[str, str]] = {}

    @cached_property
    def release(self) -> Release:
        """The card of the table. Raises DataError when it is broken."""
        return read_model(self.folder / "release.yaml", Release)

    @property
    def edition(self) -> str:
        """Name and date of the release, for reports."""
        return self.release.edition

    @property
    def size(self) -> int:
        """How many codes the release has, headings included."""
        return len(self._codes)

    def exists(self, code: str, on: date | None = None) -> bool:
        """True for any code of the list, also one that needs more characters; on a day, see :meth:`state`."""
        return self.state(code, on) in ("billable", "header", "unclear")

    def billable(self, code: str, on: date | None = None) -> bool:
        """True when the code is complete: nothing stands below it in the list."""
        return self.state(code, on) in ("billable", "unclear")

    def state(self, code: str, on: date | None = None) -> State:
        """What the code is in this release, or was on a day, as far as the older lists kept here tell."""
        name = bare(code)
        row = self._changes[1].get(name) if on is not None else None
        if on is None or row is None:
            complete = self._shard(name[:1]).get(name)
            if complete is None:
                return "absent"
            return "billable" if complete else "header"
        releases = self._changes[0]
        before = bisect_right(releases, on) - 1
        earlier, later = row[max(before, 0)], row[min(before + 1, len(row) - 1)]
        if before < 0 or earlier == later or within(releases[before], on):
            return _STATES[earlier]
        changed = self._changed_on(name)
        if changed is None:
            return "unclear"
        return _STATES[later if on >= changed else earlier]

    def title(self, code: str) -> str:
        """The official title, or an empty string for an unknown code."""
        name = bare(code)
        return self._titles_of(name[:1]).get(name, "")

    def titled(self, plain: str) -> str | None:
        """The complete code whose official title is this, in small letters without punctuation; None for no title."""
        at = self.plain.rfind(f"\n{plain}\t".encode()) if plain else -1
        if at < 0:
            return None
        start = self.plain.index(b"\t", at) + 1
        return dotted(self.plain[start : self.plain.index(b"\n", start)].decode())

    def titles(self, letters: str) -> Iterator[tuple[str, str]]:
        """Every billable code that begins with one of ``letters``, dotted, with its title."""
        return (
            (dotted(name), self._titles_of(letter)[name])
            for letter in self._letters
            if letter in letters
            for name, complete in self._shard(letter).items()
            if complete
        )

    def children(self, code: str) -> tuple[str, ...]:
        """The codes one step below, dotted; empty for a complete or unknown code."""
        name = bare(code)
        below = self._below(name)
        if not below:
            return ()
        step = min(len(other) for other in below)
        return tuple(dotted(other) for other in below if len(other) == step)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The codes above it, nearest first, dotted."""
        name = bare(code)
        known = self._shard(name[:1])
        return tuple(dotted(name[:size]) for size in range(len(name) - 1, 2, -1) if name[:size] in known)

    def nearest(self, code: str) -> str | None:
        """A billable code one slip away (swapped, wrong, missing or extra character), or None; for a hint only."""
        name = bare(code)
        if name in self._shard(name[:1]):
            return None
        for candidate in _slips(name):
            if self._shard(candidate[:1]).get(candidate):
                return dotted(candidate)
        return None

    def excludes1(self, a: str, b: str) -> bool:
        """True when an Excludes1 note of one code, or of a code above it, names the other or a code above that."""
        first, second = bare(a), bare(b)
        return first != second and (self._named(first, second) or self._named(second, first))

    def _named(self, code: str, other: str) -> bool:
        for size in range(3, len(code) + 1):
            for reference in self._excludes1.get(code[:size], ()):
                first, _, last = reference.partition(":")
                if other.startswith(first) or (last and first <= other[: len(first)] <= last):
                    return True
        return False

    def _below(self, name: str) -> tuple[str, ...]:
        return tuple(other for other in self._shard(name[:1]) if other.startswith(name) and other != name)

    def _changed_on(self, name: str) -> date | None:
        for size in range(len(name), 2, -1):
            if (day := self.release.changed.get(name[:size])) is not None:
                return day
        return None

    @property
    def _codes(self) -> dict[str, bool]:
        """Every code and whether it is complete."""
        return {name: complete for letter in self._letters for name, complete in self._shard(letter).items()}

    @cached_property
    def _letters(self) -> dict[str, tuple[int, ...]]:
        path = self.folder / "shards.csv"
        try:
            with path.open(encoding="utf-8", newline="") as stream:
                rows = csv.reader(stream)
                next(rows)
                return {row[0]: tuple(int(cell) for cell in row[1:]) for row in rows}
        except (OSError, ValueError, StopIteration, IndexError) as error:
            raise DataError("NC-D05", type(error).__name__, where=str(path), next_step=_AGAIN) from None

    def _shard(self, letter: str) -> dict[str, bool]:
        """Codes that begin with a letter, in order, and whether each is complete."""
        if letter not in self._read_shards:
            names = self._member("codes.txt.gz", letter, 0)
            self._read_shards[letter] = {name.rstrip("*"): name[-1] != "*" for name in names}
        return self._read_shards[letter]

    def _titles_of(self, letter: str) -> dict[str, str]:
        if letter not in self._read_titles:
            titles = self._member("titles.txt.gz", letter, 2)
            self._read_titles[letter] = dict(zip(self._shard(letter), titles, strict=True))
        return self._read_titles[letter]

    def _member(self, name: str, letter: str, at: int) -> list[str]:
        if letter not in self._letters:
            return []
        start, size = self._letters[letter][at : at + 2]
        path = self.folder / name
        try:
            with path.open("rb") as stream:
                stream.seek(start)
                return gzip.decompress(stream.read(size)).decode("utf-8").splitlines()
        except (OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
            raise DataError("NC-D05", type(error).__name__, where=str(path), next_step=_AGAIN) from None

    @cached_property
    def plain(self) -> bytes:
        """Lines of ``title TAB code``: complete codes of the chapters whose titles stand in notes, in plain
        spelling."""
        return b"\n" + self._unpacked("plain.txt.gz")

    @cached_property
    def _excludes1(self) -> dict[str, tuple[str, ...]]:
        rows = (line.split("\t") for line in self._lines("excludes1.txt.gz"))
        return {anchor: tuple(references.split()) for anchor, references in rows}

    @cached_property
    def _changes(self) -> tuple[list[date], dict[str, list[str]]]:
        path = self.folder / "changes.csv"
        try:
            with path.open(encoding="utf-8", newline="") as stream:
                rows = csv.reader(stream)
                releases = [date.fromisoformat(name) for name in next(rows)[1:]]
                return releases, {row[0]: row[1:] for row in rows}
        except (OSError, ValueError, StopIteration) as error:
            raise DataError("NC-D05", type(error).__name__, where=str(path), next_step=_AGAIN) from None

    def _lines(self, name: str) -> list[str]:
        return self._unpacked(name).decode("utf-8").splitlines()

    def _unpacked(self, name: str) -> bytes:
        path = self.folder / name
        try:
            return gzip.decompress(path.read_bytes())
        except (OSError, EOFError, zlib.error) as error:
            raise DataError("NC-D05", type(error).__name__, where=str(path), next_step=_AGAIN) from None


_AGAIN = "Build the table again with 'python -m notecheck.policy.icd10_build'."


@lru_cache(maxsize=1)
def load() -> Icd10Table:
    """The table shipped with the tool, one for the whole process; its files are read at the first question."""
    return Icd10Table(locate.patterns() / "icd10")


def bare(code: str) -> str:
    """The code in capitals without dot and blanks: ``m54.16`` gives ``M5416``."""
    return code.strip().upper().replace(".", "").replace(" ", "")


def dotted(code: str) -> str:
    """The code as it is printed: ``M5416`` gives ``M54.16``."""
    name = bare(code)
    return name if len(name) <= 3 else f"{name[:3]}.{name[3:]}"


def within(release: date, on: date) -> bool:
    """True while no half-yearly release (April, October) lies between the list and the day."""
    following = date(release.year, 10, 1) if release.month < 10 else date(release.year + 1, 4, 1)
    return release <= on < (date(release.year, 10, 1) if release.month == 1 else following)


def _slips(name: str) -> Iterator[str]:
    """Every text one slip away: swapped neighbours first, then another, a missing and an extra character."""
    letters = string.digits + string.ascii_uppercase
    for at in range(len(name) - 1):
        yield name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    for at in range(len(name) - 1, -1, -1):
        for letter in letters:
            yield name[:at] + letter + name[at + 1 :]
    for at in range(len(name), 0, -1):
        for letter in letters:
            yield name[:at] + letter + name[at:]
    for at in range(len(name) - 1, -1, -1):
        yield name[:at] + name[at + 1 :]
