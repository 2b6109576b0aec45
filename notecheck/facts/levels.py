"""Runs of spinal levels taken apart: "L3/4, 4/5, 5/1", "L3 through S1", "third and fourth lumbar"."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from notecheck.records import Mention, Span

_LAST = {"C": 7, "T": 12, "L": 5, "S": 5}
_ORDER = [f"{r}{n}" for r in "CTLS" for n in range(1, _LAST[r] + 1)]
_RANK = {name: index for index, name in enumerate(_ORDER)}
_WORDS = {
    name: number
    for number, name in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
        ],
        start=1,
    )
}
_REGION_LETTER = {"cervical": "C", "thoracic": "T", "lumbar": "L", "sacral": "S"}
_DASH = r"[-/\u2010-\u2015\u2212]"
_ATOM = re.compile(
    rf"(?P<r>[CTLS])-?\s?(?P<a>\d{{1,2}})(?:\s?{_DASH}\s?(?P<r2>[CTLS])?-?\s?(?P<b>\d{{1,2}}))?"
    rf"|(?P<ba>\d)\s?{_DASH}\s?(?P<bb>\d)|(?P<one>[2-9])",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s*(?:through|thru|to|down to)\s*(?:the )?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Level:
    """One level as normalised: ``L4-L5`` or ``L4``; ``ranged`` when it came out of a range of single vertebrae."""

    value: str
    span: Span
    run: int
    ranged: bool = False

    @property
    def pair(self) -> bool:
        """True for an interspace, False for a single vertebra, root or nerve."""
        return "-" in self.value


def rank(value: str) -> tuple[int, int]:
    """Sort key, head to foot."""
    first = "C2" if value == "TON" else value.split("-")[0]
    return _RANK.get(first, 99), 0 if "-" not in value else 1


def in_order(values: Iterable[str]) -> tuple[str, ...]:
    """Unique values, head to foot."""
    return tuple(sorted(dict.fromkeys(values), key=rank))


def region(value: str) -> str | None:
    """Region of a level: C7-T1 is cervical, T12-L1 thoracic, L5-S1 lumbar."""
    if value == "TON":
        return "cervical"
    return {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}.get(value[:1])


def exists(letter: str, number: int) -> bool:
    """True for a vertebra (or sacral segment) that people have; C8 is a root and allowed as such."""
    return 1 <= number <= _LAST[letter] or (letter == "C" and number == 8)


_CHAIN = re.compile(
    r"(?P<r>[CTLS])(?P<a>\d{1,2})(?P<s>[,/])(?:[CTLS]?\d{1,2}(?P=s))+[CTLS]?\d{1,2}(?![-/\d])",
    re.IGNORECASE,
)


def chained(text: str) -> bool:
    """True for three or more neighbours joined by one sign ("C3/4/5", "T4/T5/T6"): each number is one of its own."""
    found = _CHAIN.match(text.strip())
    if not found:
        return False
    numbers = [int(n) for n in re.findall(r"\d+", found.group())]
    return all(b == a + 1 for a, b in itertools.pairwise(numbers))


def parse(mention: Mention) -> tuple[list[Level], list[str]]:
    """The levels of one run, and the words in it that are no real level.

    Adjacent numbers joined by a dash are an interspace (``L4-5``), others a range (``L3-L5``).
    """
    if mention.value in ("ordinal", "rib-row"):
        return _ordinal(mention), []
    if mention.value == "spoken":
        return _spoken(mention)
    if mention.value == "ton":
        return [Level("C2-C3", mention.span, mention.span.start)], []
    if mention.value == "lumbosacral":
        return [Level("L5-S1", mention.span, mention.span.start)], []
    if chained(mention.text):
        # a semicolon parts them for certain
        mention = replace(mention, text=re.sub(r"(?<=\d)[,/](?=[CTLS]?\d)", ";", mention.text, flags=re.IGNORECASE))
    found: list[Level] = []
    refused: list[str] = []
    letter = ""
    pending_range = False
    compact = re.fullmatch(r"([CTL])([1-9]|1[0-2])([TSL]?)([1-7])", mention.text, re.IGNORECASE)
    if compact and len(mention.text) >= 3 and not _is_single(mention.text):
        first, second = compact.group(1).upper(), (compact.group(3) or compact.group(1)).upper()
        return _pair(
            first, int(compact.group(2)), second, int(compact.group(4)), mention.span, mention.span.start, refused
        ), refused
    last_end = 0
    for match in _ATOM.finditer(mention.text):
        if match.start() < last_end:
            continue
        between = mention.text[last_end : match.start()]
        pending_range = bool(found) and bool(_RANGE.search(between))
        last_end = match.end()
        place = Span(mention.span.start + match.start(), mention.span.start + match.end())
        run = mention.span.start
        if match["r"]:
            letter = match["r"].upper()
            number = int(match["a"])
            if not match["b"] and (comma := re.match(r",(\d)(?!\d)", mention.text[match.end() :])):
                new = _pair(letter, number, letter, int(comma.group(1)), place, run, refused)
                last_end += comma.end()
            elif match["b"]:
                second = (match["r2"] or letter).upper()
                new = _pair(letter, number, second, int(match["b"]), place, run, refused, written=bool(match["r2"]))
                if new:
                    letter = new[-1].value.split("-")[-1][0] if match["r2"] else letter
            else:
                new = _single(letter, number, place, run, refused)
        elif match["ba"]:
            new = _pair(letter or "L", int(match["ba"]), letter or "L", int(match["bb"]), place, run, refused)
        else:
            if not letter:
                continue
            new = _single(letter, int(match["one"]), place, run, refused)
        if pending_range and new and found and not found[-1].pair and not new[0].pair:
            new = _fill(found[-1].value, new[0].value, place, run)
        elif pending_range and len(new) == 1 and found and found[-1].pair and new[0].pair:
            new = _fill_pairs(found[-1].value, new[0].value, place, run)
        found.extend(new)
    return found, refused


_SPOKEN = {
    w: str(n)
    for n, w in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], start=1
    )
}
_SPOKEN_LEVEL = re.compile(r"\b([ctls])[ -]?(\d{1,2})(?:[ -](?=(\d)\b))?", re.IGNORECASE)


def _spoken(mention: Mention) -> tuple[list[Level], list[str]]:
    """Levels dictated in words: "l two l three and l four", "T twelve L one"."""
    text = re.sub(r"[a-z]+", _digits, mention.text, flags=re.IGNORECASE)
    text = re.sub(r"([ctls])[ -](?=\d)", r"\1", text, flags=re.IGNORECASE)
    text = re.sub(r"\b(T12) (?=L1\b)|\b(C7) (?=T1\b)|\b(L5) (?=S1\b)", r"\1\2\3-", text, flags=re.IGNORECASE)
    text = re.sub(r"\b([CTL])(\d) (\d)\b", r"\1\2-\3", text, flags=re.IGNORECASE)
    found, refused = parse(replace(mention, value="run", text=text))
    return [replace(level, span=mention.span) for level in found], refused


def _digits(word: re.Match[str]) -> str:
    return _SPOKEN.get(word.group().lower(), word.group())


def _is_single(text: str) -> bool:
    """``T10`` to ``T19`` name one vertebra (real or not), ``L45`` and ``C67`` two."""
    return bool(re.fullmatch(r"T1\d", text, re.IGNORECASE))


def _single(letter: str, number: int, place: Span, run: int, refused: list[str]) -> list[Level]:
    if not exists(letter, number):
        refused.append(f"{letter}{number}")
        return []
    return [Level(f"{letter}{number}", place, run)]


def _pair(
    first: str,
    a: int,
    second: str,
    b: int,
    place: Span,
    run: int,
    refused: list[str],
    written: bool = False,
) -> list[Level]:
    if b == 1 and second == first and a == _LAST.get(first, 0):
        second = {"C": "T", "T": "L", "L": "S"}.get(first, first)
    if b == 6 and first == second == "L" and a == 5:
        refused.append("L5-L6")
        return []
    if not (exists(first, a) and exists(second, b)) or (first == "C" and a == 8):
        refused.append(f"{first}{a}-{second}{b}")
        return []
    top, bottom = f"{first}{a}", f"{second}{b}"
    if bottom == "C8":  # a root without a vertebra: "C6-C8" is a run of nerves
        nerves = [f"C{n}" for n in range(a, 9)] if first == "C" else []
        return [Level(name, place, run, ranged=True) for name in nerves]
    distance = _RANK[bottom] - _RANK[top]
    if distance == 1:
        return [Level(f"{top}-{bottom}", place, run)]
    if distance > 1:
        return _fill(top, bottom, place, run, include_top=True)
    refused.append(f"{top}-{bottom}")
    return []


def _fill(top: str, bottom: str, place: Span, run: int, include_top: bool = False) -> list[Level]:
    start, end = _RANK.get(top, -1), _RANK.get(bottom, -1)
    if start < 0 or end <= start:
        return [Level(bottom, place, run)]
    return [Level(name, place, run, ranged=True) for name in _ORDER[start + (0 if include_top else 1) : end + 1]]


def _fill_pairs(top: str, bottom: str, place: Span, run: int) -> list[Level]:
    """The interspaces after ``top`` down to ``bottom`` ("L3-4 through L5-S1")."""
    start, end = _RANK.get(top.split("-")[1], -1), _RANK.get(bottom.split("-")[1], -1)
    names = _ORDER[start : end + 1]
    return [Level(f"{a}-{b}", place, run, ranged=True) for a, b in itertools.pairwise(names)]


def as_pairs(levels: list[Level]) -> list[str]:
    """Single vertebrae of a range read as the interspaces between them: ``L3-L5`` is L3-L4 and L4-L5."""
    names = in_order(level.value for level in levels)
    return [f"{a}-{b}" for a, b in itertools.pairwise(names) if _RANK.get(b, 99) - _RANK.get(a, -9) == 1]


def _ordinal(mention: Mention) -> list[Level]:
    text = mention.text.lower()
    at_rib = "T" if "rib" in text or "costal" in text else ""
    letter = next((code for name, code in _REGION_LETTER.items() if name in text), at_rib)
    if mention.value == "rib-row":
        letter = "T"
    numbers = [
        _WORDS.get(word) or int(re.sub(r"\D", "", word))
        for word in re.findall(r"[a-z]+|\d{1,2}", text)
        if word in _WORDS or word.isdigit()
    ]
    if not letter or not numbers:
        return []
    place, run = mention.span, mention.span.start
    valid = [n for n in numbers if exists(letter, n)]
    if (
        len(valid) == 2
        and valid[1] == valid[0] + 1
        and re.search(r"\d-\d|(?:st|nd|rd|th)-|[a-z]-[a-z]", text)
        and "rib" not in text
        and "costal" not in text
    ):
        return [Level(f"{letter}{valid[0]}-{letter}{valid[1]}", place, run)]
    return [Level(f"{letter}{n}", place, run) for n in valid]
