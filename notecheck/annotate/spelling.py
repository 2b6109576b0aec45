"""Slips of the keyboard and confused letters of a scan, put right before reading; every offset leads back to the note.

A word is mended only where nothing else can be meant: it is no word of ``patterns/spelling.yaml`` itself, and exactly
one of them lies one slip away (two letters swapped, one left out, doubled or, in a long word, added, a vowel or m and n
confused). Digits are mended inside amounts and level names only.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict

from notecheck import locate
from notecheck.annotate import dictation
from notecheck.datafile import read_model
from notecheck.errors import DataError
from notecheck.records import Evidence, Note

T = TypeVar("T")
_SHORTEST = 6
_LONG = 9
_VOWELS = "aeiou"
_WORD = re.compile(r"[A-Za-z]{6,}")
_GAP = re.compile(r"(?<=[a-z,;]) {2}(?=[a-z\d(])")
"""Two blanks between words of a sentence."""
_COLUMNS = re.compile(r"\t|\||\S {3,}\S|:  |^ *\S+(?: \S+)? {2}\S+(?: \S+)?$")
_SCANNED = (
    (
        re.compile(
            r"(?<![A-Za-z0-9])(?=[\dOolI.]*\d)(?=[\d.]*[OolI])[\dOolI.]+(?=\s?(?:(?:mg|mcg|m[lL]|ML|MG|cc|CC|gauge|units)\b|%))"
        ),
        "OolI",
        "0011",
    ),
    (re.compile(r"(?<![A-Za-z0-9])L(?=\d{1,2}\s?(?:MG|MCG|ML|CC)\b(?!/))"), "L", "1"),
    (re.compile(r"\b(?:L5|C7)\s?[-/\u2010-\u2015]\s?[ST][lI]\b"), "lI", "11"),
    (re.compile(r"\bT[lI][0-2]\b|\b[LTS][lI](?=\s?[-/\u2010-\u2015]\s?[LTS]?\d)"), "lI", "11"),
)


class SpellingFile(BaseModel):
    """``words`` that are put right, ``real`` words near them that are left alone, ``slips`` named one by one."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str
    words: list[str]
    real: list[str]
    slips: dict[str, str]


@dataclass(frozen=True, slots=True)
class Edit:
    """``length`` characters at ``start`` of the mended text stand for ``old_length`` at ``old_start`` of the note."""

    start: int
    length: int
    old_start: int
    old_length: int


@dataclass(frozen=True, slots=True)
class Mended:
    """A note as it is read, and the way back to the note as written.

    ``wrapped``: the note has line ends, of which the facts room reads some as blanks.
    """

    note: Note
    original: Note
    edits: tuple[Edit, ...] = ()
    wrapped: bool = False

    def restored(self, found: T) -> T:
        """``found`` with every piece of evidence quoting the note as written."""
        return self._back(found) if self.edits or self.wrapped else found

    def _back(self, value: Any) -> Any:
        if isinstance(value, Evidence):
            if value.document:
                return value
            start, end = self._place(value.start, False), self._place(value.end, True)
            return replace(value, start=start, end=end, text=self.original.text[start:end])
        if isinstance(value, tuple):
            return tuple(self._back(item) for item in value)
        if is_dataclass(value) and not isinstance(value, type):
            changed = {f.name: self._back(getattr(value, f.name)) for f in fields(value)}
            return replace(value, **changed)
        return value

    def _place(self, place: int, closing: bool) -> int:
        index = bisect.bisect_right(self.edits, place, key=_start) - 1
        if index < 0:
            return place
        edit = self.edits[index]
        inside = place - edit.start
        if inside == 0 and not closing:
            return edit.old_start
        if inside < edit.length and not (closing and inside == 0):
            return edit.old_start + edit.old_length if closing else edit.old_start
        if closing and inside == 0:
            return edit.old_start
        return edit.old_start + edit.old_length + inside - edit.length


class Speller:
    """Mends notes. Built once; the words come from ``patterns/spelling.yaml``."""

    def __init__(self) -> None:
        path = locate.patterns() / "spelling.yaml"
        file = read_model(path, SpellingFile)
        short = [word for word in file.words if len(word) < _SHORTEST or word != word.lower()]
        if short:
            raise DataError(
                "NC-D05", f"words too short to be mended, or not in small letters: {', '.join(short)}", where=str(path),
                next_step="Name their slips one by one, under 'slips'.",
            )  # fmt: skip
        self._words = frozenset(file.words)
        self._real = frozenset(file.real)
        self._slips = dict(file.slips)
        self._near: dict[str, set[str]] = defaultdict(set)
        for word in file.words:
            for key in _without_one(word):
                self._near[key].add(word)

    def mend(self, note: Note) -> Mended:
        """The note with its slips put right; the note itself where there are none."""
        edits: list[Edit] = []
        out: list[str] = []
        last = grown = 0
        for start, end, word in sorted(self._changes(note.text), key=_wider_first):
            if start < last:
                continue
            out += [note.text[last:start], word]
            edits.append(Edit(start + grown, len(word), start, end - start))
            grown += len(word) - (end - start)
            last = end
        wrapped = "\n" in note.text
        if not edits:
            return Mended(note, note, (), wrapped)
        return Mended(replace(note, text="".join([*out, note.text[last:]])), note, tuple(edits), wrapped)

    def right(self, word: str) -> str | None:
        """The word that ``word`` (in small letters) is a slip of, or None."""
        if word in self._words or word in self._real:
            return None
        if word in self._slips:
            return self._slips[word]
        found = {
            known for key in (word, *_without_one(word)) for known in self._near.get(key, ()) if _one_slip(word, known)
        }
        found |= {known for key in _without_one(word) if (known := key) in self._words and _one_slip(word, known)}
        return found.pop() if len(found) == 1 else None

    def _changes(self, text: str) -> Iterator[tuple[int, int, str]]:
        yield from dictation.changes(text)
        for match in _WORD.finditer(text):
            written = match.group()
            known = self.right(written.lower())
            if known:
                yield match.start(), match.end(), _cased(known, written)
        for match in _GAP.finditer(text):
            start = text.rfind("\n", 0, match.start()) + 1
            end = text.find("\n", match.end())
            if not _COLUMNS.search(text, start, end if end >= 0 else len(text)):
                yield match.start(), match.end(), " "
        for pattern, wrong, right in _SCANNED:
            for match in pattern.finditer(text):
                new = match.group().translate(str.maketrans(wrong, right))
                if match.group()[0] in "LTC" and len(match.group()) > 1:
                    new = match.group()[0] + new[1:]
                if new != match.group():
                    yield match.start(), match.end(), new


def _wider_first(change: tuple[int, int, str]) -> tuple[int, int]:
    return change[0], -change[1]


def _start(edit: Edit) -> int:
    return edit.start


def _without_one(word: str) -> Iterator[str]:
    for index in range(len(word)):
        yield word[:index] + word[index + 1 :]


def _one_slip(word: str, known: str) -> bool:
    """True when ``word`` is ``known`` with one slip, and begins with the same letter."""
    if word[0] != known[0] or word == known:
        return False
    same = next((i for i, (a, b) in enumerate(zip(word, known, strict=False)) if a != b), min(len(word), len(known)))
    rest, true = word[same:], known[same:]
    if len(word) == len(known):
        if rest[0] == true[1:2] and rest[1:2] == true[0] and rest[2:] == true[2:]:
            return True
        mixed = (rest[0] in _VOWELS and true[0] in _VOWELS) or {rest[0], true[0]} == {"m", "n"}
        return mixed and rest[1:] == true[1:] and same < len(known) - 1
    if len(word) == len(known) - 1:
        return rest == true[1:] and bool(rest)
    if len(word) == len(known) + 1:
        doubled = rest[0] == word[same - 1]
        return rest[1:] == true and bool(true) and (doubled or len(known) >= _LONG)
    return False


def _cased(word: str, like: str) -> str:
    if like.isupper():
        return word.upper()
    return word.capitalize() if like[0].isupper() else word
