"""Levels and region words of a diagnosis phrase, as the region digits of the ICD-10-CM spine codes.

Digits: 1 occiput to C2, 2 cervical, 3 cervicothoracic, 4 thoracic, 5 thoracolumbar, 6 lumbar, 7 lumbosacral, 8 sacral.
Source: the digit meanings are in the tabular list; which level belongs to which digit is convention.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_LAST = {"c": 8, "t": 12, "l": 5, "s": 5}
_LEVEL = re.compile(r"(?<![a-z0-9])([ctls])\s?(\d{1,2})(?:\s*(?:[-/]|to|through)\s*([ctls])?\s?(\d{1,2}))?(?![a-z0-9])")
_JOINED = re.compile(r"(?<![a-z0-9])(?:([cl])([1-9])(\d)|(c7)(t1)|(l5)(s1)|(t12)(l1))(?![a-z0-9])")
_NEIGHBOURS = ({"1", "2", "3"}, {"3", "4", "5"}, {"5", "6", "7"}, {"7", "8"})
_TITLE = (
    ("cervicothoracic", ("cervical", "thoracic")),
    ("thoracolumbar", ("thoracic", "lumbar")),
    ("thoracic, thoracolumbar", ()),
    ("lumbosacral", ("lumbar", "sacral")),
    ("occipito-atlanto-axial", ("cervical",)),
    ("atlantoaxial", ("cervical",)),
    ("cervical", ("cervical",)),
    ("thoracic", ("thoracic",)),
    ("lumbar", ("lumbar",)),
    ("sacral", ("sacral",)),
    ("sacrococcygeal", ("sacral",)),
)


def levels_in(phrase: str) -> tuple[str, ...]:
    """Levels named in a lower-case phrase, normalised: ``l45`` and ``l4/5`` give ``L4-L5``, ``l5`` gives ``L5``."""
    found: list[tuple[int, str]] = []
    for match in _LEVEL.finditer(phrase):
        first, number, second, last = match.groups()
        if last is None:
            if int(number) <= _LAST[first]:
                found.append((match.start(), f"{first}{number}".upper()))
            continue
        second = second or (_next_letter(first, int(number), int(last)))
        if int(number) <= _LAST[first] and int(last) <= _LAST[second]:
            found.append((match.start(), f"{first}{number}-{second}{last}".upper()))
    for match in _JOINED.finditer(phrase):
        letter, one, two = match.group(1), match.group(2), match.group(3)
        if letter is None:
            pair = [part for part in match.groups()[3:] if part]
            found.append((match.start(), "-".join(pair).upper()))
        elif int(two) == int(one) + 1 and int(two) <= _LAST[letter]:
            found.append((match.start(), f"{letter}{one}-{letter}{two}".upper()))
    return tuple(level for _, level in sorted(found))


def digit(phrase: str, words: Sequence[tuple[str, re.Pattern[str]]]) -> str | None:
    """The region digit a phrase speaks of: its levels, steadied by its region word; None when it names neither."""
    word = next((value for value, pattern in words if pattern.search(phrase)), None)
    found = [value for level in levels_in(phrase) if (value := level_digit(level)) is not None]
    if not found:
        return word
    if word is None or word in found:
        return word or found[0]
    near = any({word, found[0]} <= group for group in _NEIGHBOURS)
    return found[0] if near else word


def digits(levels: Iterable[str]) -> set[str]:
    """The region digits of normalised levels."""
    return {value for level in levels if (value := level_digit(level.lower().replace("ton", "c2-c3"))) is not None}


def level_digit(level: str) -> str | None:
    """The region digit of one normalised level: ``L4-L5`` 6, ``L5-S1`` and the root ``S1`` 7, ``C7-T1`` 3."""
    match = re.fullmatch(r"([ctls])(\d{1,2})(?:-([ctls])(\d{1,2}))?", level.lower())
    if match is None:
        return None
    first, number, second, _ = match.groups()
    top = int(number)
    if first == "c":
        if second == "t":
            return "3" if top == 7 else "2"
        return "1" if second == "c" and top == 1 else "2"
    if first == "t":
        return "5" if second == "l" and top == 12 else "4"
    if first == "l":
        return "7" if second == "s" and top == 5 else "6"
    return "7" if top == 1 else "8"


def cervical_disc(levels: Sequence[str], region: str) -> str:
    """The last characters of a cervical disc code: 1 high, 21 C4-5, 22 C5-6, 23 C6-7, 3 cervicothoracic, 0 unstated."""
    if region == "3":
        return "3"
    starts = {match.group(1) for level in levels if (match := re.fullmatch(r"C(\d)-[CT]\d", level.upper()))}
    if len(starts) != 1:
        return "0"
    return {"2": "1", "3": "1", "4": "21", "5": "22", "6": "23", "7": "3"}.get(starts.pop(), "0")


def regions_of_title(title: str) -> tuple[str, ...]:
    """The regions that a lower-case official title names; empty when it names none or the whole spine."""
    for word, regions in _TITLE:
        if word in title:
            return regions
    return ()


def _next_letter(letter: str, number: int, last: int) -> str:
    """The letter left out in ``L5-1``, ``C7-1``, ``T12-1``: the next region when the numbers start again."""
    following = {"c": "t", "t": "l", "l": "s"}
    return following[letter] if last < number and letter in following else letter
