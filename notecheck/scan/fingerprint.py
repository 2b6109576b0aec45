"""What is kept of a note's wording: checksums of every run of words with their places, and the vital signs.

Dates, sides and spinal levels count as one word each, since a copied note often differs in nothing else; every other
number stands as written. The words themselves are not kept.
"""

from __future__ import annotations

import re
import struct
import sys
import zlib
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import accumulate, pairwise

RUN = 4
"""Words in one run."""

_MAGIC = b"NF1"
_HEAD = struct.Struct("<3sII")
_WORD = re.compile(r"[^\W_]+(?:[-./]\d+)*")
_MONTH_NAMES = """jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august
september october november december"""
_MONTHS = frozenset(_MONTH_NAMES.split())
_LEVEL = re.compile(r"(?:c[1-8]|t(?:1[0-2]|[1-9])|l[1-6]|s[1-5])(?:[-/]\d+)?")
_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{2,4}|(?:19|20)\d\d")
_SIDES = frozenset(("left", "right", "bilateral", "bilaterally", "lt", "rt"))
_VITALS = {
    "bp": "blood pressure",
    "blood pressure": "blood pressure",
    "hr": "pulse",
    "heart rate": "pulse",
    "pulse": "pulse",
    "spo2": "oxygen",
    "oxygen saturation": "oxygen",
    "rr": "breathing",
    "respiratory rate": "breathing",
    "temp": "temperature",
    "temperature": "temperature",
}
_ADDS_NOTHING = ""
_ASIDE = frozenset(("was", "of", "is", "at"))


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The wording of one note, as kept.

    ``runs`` are 32-bit checksums of each run of ``RUN`` words in the order of the text. ``starts`` and ``stops`` are
    the characters where each word begins and ends: run ``i`` reaches from ``starts[i]`` to ``stops[i + RUN - 1]``.
    ``vitals`` are the vital signs that the note prints, by name.
    """

    runs: array[int]
    starts: array[int]
    stops: array[int]
    vitals: dict[str, str]


def fingerprint(text: str) -> bytes:
    """The fingerprint of a note as stored: six to eight bytes for each word. Pure: the same text, the same bytes."""
    words: list[str] = []
    places: list[int] = [0]
    for match in _WORD.finditer(text):
        word = _counted(match.group().lower(), words)
        if word == _ADDS_NOTHING:
            places[-1] = match.end()
        else:
            words.append(word)
            places += match.span()
    coded = [word.encode() for word in words]
    buffer = b" ".join(coded)
    ends = list(accumulate((len(word) + 1 for word in coded), initial=0))
    checksum = zlib.crc32
    runs = array("I", (checksum(buffer[a : b - 1]) for a, b in zip(ends, ends[RUN:], strict=False)))
    gaps = array("I", (after - before for before, after in pairwise(places)))
    vitals = ";".join(f"{name}={value}" for name, value in _vitals(words).items())
    kept = zlib.compress(_little(gaps) + vitals.encode(), 1)
    return _HEAD.pack(_MAGIC, len(words), len(runs)) + _little(runs) + kept


def runs_of(stored: bytes) -> bytes:
    """The checksums alone, as little-endian 32-bit numbers in the order of the text.

    Raises ValueError for what is no fingerprint of this version.
    """
    return stored[_HEAD.size : _HEAD.size + 4 * _counts(stored)[1]]


def opened(stored: bytes) -> Fingerprint:
    """The whole fingerprint that ``fingerprint`` stored. Raises ValueError for what is none of this version."""
    words, runs = _counts(stored)
    at = _HEAD.size + 4 * runs
    kept = zlib.decompress(stored[at:])
    places = list(accumulate(_numbers(kept[: 8 * words])))
    vitals = kept[8 * words :].decode()
    return Fingerprint(
        runs=_numbers(stored[_HEAD.size : at]),
        starts=array("I", places[::2]),
        stops=array("I", places[1::2]),
        vitals=dict(pair.split("=", 1) for pair in vitals.split(";") if pair),
    )


def _counted(word: str, before: list[str]) -> str:
    """The word as it counts: itself, or what it is one of; nothing for the second part of a level or a date."""
    if word[0].isdigit():
        last = before[-1] if before else ""
        if last in _MONTHS and word.isdecimal():
            before[-1] = "<date>"
            return _ADDS_NOTHING
        if _DATE.fullmatch(word):
            return _ADDS_NOTHING if last == "<date>" else "<date>"
        return word
    if word in _SIDES:
        return "<side>"
    if word[1:2].isdigit() and _LEVEL.fullmatch(word):
        return _ADDS_NOTHING if before and before[-1] == "<level>" else "<level>"
    return word


def _vitals(words: list[str]) -> dict[str, str]:
    """The first value of each vital sign that the words name."""
    found: dict[str, str] = {}
    for at, word in enumerate(words):
        name = _VITALS.get(word) or (at and _VITALS.get(f"{words[at - 1]} {word}"))
        if name and name not in found:
            value = next((w for w in words[at + 1 : at + 3] if w not in _ASIDE), "")
            if value[:1].isdigit():
                found[name] = value
    return found


def _counts(stored: bytes) -> tuple[int, int]:
    if len(stored) < _HEAD.size or stored[:3] != _MAGIC:
        raise ValueError("no fingerprint of this version")
    _, words, runs = _HEAD.unpack_from(stored)
    return words, runs


def _little(numbers: array[int]) -> bytes:
    if sys.byteorder == "big":
        numbers = array("I", numbers)
        numbers.byteswap()
    return numbers.tobytes()


def _numbers(stored: bytes | Iterable[int]) -> array[int]:
    numbers = array("I")
    numbers.frombytes(bytes(stored))
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
