"""Numbers, lengths of time and dates as people write them: what every fact module counts with."""

from __future__ import annotations

import re
from datetime import date

_UNITS = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_WORDS = {word: float(n) for n, word in enumerate(_UNITS)} | {word: 10.0 * (n + 2) for n, word in enumerate(_TENS)}
_ORDINALS = {"second": 2.0, "third": 3.0, "fifth": 5.0, "eighth": 8.0, "ninth": 9.0, "twelfth": 12.0} | {
    word + "th": float(n) for n, word in enumerate(_UNITS) if n > 3
}
_LOOSE = {"a": 1.0, "an": 1.0, "couple": 2.0, "half": 0.5, "hundred": 100.0}

_WEEKS = {"day": 1 / 7, "week": 1.0, "month": 4.0, "year": 52.0}
_DAYS = {"day": 1.0, "week": 7.0, "month": 30.0, "year": 365.0}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_DATES = (
    re.compile(r"(?<![\d/])(?P<m>\d{1,2})(?P<s>[/.-])(?P<d>\d{1,2})(?P=s)(?P<y>\d{4}|\d{2})(?![\d/])"),
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"\b(?P<month>[A-Z][a-z]{2,8})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})(?!\d)", re.IGNORECASE),
    re.compile(r"\b(?P<d>\d{1,2})(?:st|nd|rd|th)? (?P<month>[A-Z][a-z]{2,8})\.?,? (?P<y>\d{4})(?!\d)", re.IGNORECASE),
)
_NOT_TODAY = re.compile(
    r"(?:dob|d\.o\.b\.?|born|birth(?: ?date)?|date of birth|injury|onset|since|exp\.?|expir\w*|mri|last \w+"
    r"|(?:previous|prior|earlier|last|telephone|phone) (?:(?:office|procedure) )?(?:visit|encounter|note|call)"
    r"(?: dated)?[\s(-]*)"
    r"[\s:]*(?:on |of )?$",
    re.IGNORECASE,
)
_TODAY = re.compile(
    r"(?:date of (?:service|procedure|operation|visit|exam\w*|surgery|injection|treatment)|dos|encounter|seen|visit|"
    r"(?:procedure|visit|service|exam(?:ination)?) date|date)[\s:]*(?:on )?$",
    re.IGNORECASE,
)
_HEAD = 600


def number(text: str) -> float | None:
    """The number that ``text`` writes in digits or words, or None: ``8``, ``1.5``, ``twenty-five``, ``twelfth``."""
    cleaned = text.strip().lower().rstrip("+")
    if re.fullmatch(r"\d+(?:\.\d+)?|\.\d+", cleaned):
        return float(cleaned)
    if ordinal := re.fullmatch(r"(\d{1,2})(?:nd|rd|th)", cleaned):
        return float(ordinal.group(1))
    if cleaned in _ORDINALS:
        return _ORDINALS[cleaned]
    half = 0.0
    if cleaned.endswith("and a half"):
        half, cleaned = 0.5, cleaned[: -len("and a half")].strip()
    total, seen = 0.0, False
    for word in re.findall(r"[a-z]+", cleaned):
        if word in _WORDS:
            total, seen = total + _WORDS[word], True
        elif word in _LOOSE and not (seen and word in ("a", "an")):
            total, seen = (
                (total - 1.0 if word in ("couple", "half", "hundred") and seen else total) + _LOOSE[word],
                True,
            )
        elif word not in ("of", "and"):
            return None
    return total + half if seen else None


def unit_of(text: str) -> str | None:
    """``minute``, ``hour``, ``day``, ``week``, ``month`` or ``year`` for the word or abbreviation given, else None."""
    word = text.strip().lower().rstrip(".'\u2019")
    for start, unit in (("mi", "minute"), ("h", "hour"), ("d", "day"), ("w", "week"), ("m", "month"), ("y", "year")):
        if word.startswith(start):
            return unit
    return None


def in_weeks(count: float, unit: str) -> float | None:
    """``count`` of ``unit`` in weeks (a month is 4, a year 52), or None for hours and minutes."""
    return count * _WEEKS[unit] if unit in _WEEKS else None


def in_days(count: float, unit: str) -> float | None:
    """``count`` of ``unit`` in days (a month is 30, a year 365), or None for hours and minutes."""
    return count * _DAYS[unit] if unit in _DAYS else None


def month_number(word: str) -> int | None:
    """1 to 12 for a month's name or abbreviation, else None."""
    start = word.strip().lower()[:3]
    return _MONTHS.index(start) + 1 if start in _MONTHS else None


def dates(text: str) -> tuple[tuple[int, int, date], ...]:
    """Every full date in ``text`` as (start, end, date), in text order; month first where only digits are written."""
    found: dict[int, tuple[int, int, date]] = {}
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = month_number(parts["month"]) if parts.get("month") else int(parts["m"])
            year = int(parts["y"])
            if month is None:
                continue
            try:
                day = date(year + 2000 if year < 70 else year + 1900 if year < 100 else year, month, int(parts["d"]))
            except ValueError:
                continue
            found.setdefault(match.start(), (match.start(), match.end(), day))
    return tuple(sorted(found.values()))


def encounter_date(text: str) -> date | None:
    """The day of the encounter: a date labelled as such, else the first date of the note's head that is not a birth."""
    candidates = [
        (start, day) for start, _, day in dates(text) if not _NOT_TODAY.search(text[max(0, start - 36) : start])
    ]
    for start, day in candidates:
        if _TODAY.search(text[max(0, start - 24) : start]):
            return day
    return next((day for start, day in candidates if start < _HEAD), None)
