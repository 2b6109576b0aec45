"""One claim value at a time: typed, cleaned of stray blanks and case, or refused with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from notecheck.errors import InputError, did_you_mean

_CODE = re.compile(r"\d{5}|\d{4}[A-Z]|[A-Z]\d{4}")
_MODIFIER = re.compile(r"[0-9A-Z]{2}")
_US_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_JOINED = re.compile(rf"({_CODE.pattern})({_MODIFIER.pattern})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Fields:
    """The values of one JSON object of a claim, read by key. ``where`` names the file, ``place`` the object in it."""

    def __init__(self, data: Any, *, where: str, place: str, known: Sequence[str]) -> None:
        self.where = where
        self.place = place
        if not isinstance(data, Mapping):
            raise self.wrong("", "NC-I23", f"an object with keys is expected here, not {_kind(data)}")
        self._data = data
        for key in data:
            if key not in known:
                raise self.wrong(
                    str(key),
                    "NC-I24",
                    f"unknown key '{key}'",
                    did_you_mean(str(key), known) + f"Known: {', '.join(known)}.",
                )

    def wrong(self, key: str, code: str, what: str, next_step: str = "") -> InputError:
        """The error for ``key`` of this object, with its place."""
        full = ".".join(part for part in (self.place, key) if part)
        where = ", ".join(part for part in (self.where, full) if part)
        return InputError(code, what, where=where, next_step=next_step or "Compare with the claim format in README.md.")

    def raw(self, key: str) -> Any:
        """The value as given; None when left out."""
        return self._data.get(key)

    def text(self, key: str) -> str | None:
        """A string without outer blanks, or None. Whole numbers are taken as their digits."""
        return self.as_text(key, self.raw(key))

    def as_text(self, key: str, value: Any) -> str | None:
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.wrong(key, "NC-I25", f"a text is expected, not {_kind(value)}")
        return value.strip() or None

    def texts(self, key: str) -> tuple[tuple[str, str], ...]:
        """A list of strings, each with its own place: ``(place, value)``. Empty when left out."""
        value = self.raw(key)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.wrong(key, "NC-I25", f"a list is expected, not {_kind(value)}", 'Write ["..."].')
        found = []
        for index, item in enumerate(value):
            place = f"{key}[{index}]"
            text = self.as_text(place, item)
            if text is None:
                raise self.wrong(place, "NC-I25", "an empty entry", "Leave it out.")
            found.append((place, text))
        return tuple(found)

    def objects(self, key: str) -> tuple[tuple[str, Any], ...]:
        """A list of objects, each with its place."""
        value = self.raw(key)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            raise self.wrong(key, "NC-I25", f"a list is expected, not {_kind(value)}")
        return tuple((".".join(p for p in (self.place, f"{key}[{i}]") if p), item) for i, item in enumerate(value))

    def number(self, key: str) -> float | None:
        """A finite number, or None."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise self.wrong(key, "NC-I25", f"a number is expected, not {_kind(value)}")
        return value

    def choice(self, key: str, known: Collection[str]) -> str | None:
        """One of ``known`` (any case), or None."""
        text = self.text(key)
        if text is None:
            return None
        slug = re.sub(r"[\s_]+", "-", text.lower())
        if slug not in known:
            raise self.wrong(
                key, "NC-I26", f"unknown {key.replace('_', ' ')} '{text}'",
                did_you_mean(slug, known) + f"Known: {', '.join(sorted(known))}.",
            )  # fmt: skip
        return slug

    def day(self, key: str) -> str | None:
        """An ISO date that exists, or None. Whether it makes sense is for the checks."""
        value = self.raw(key)
        if isinstance(value, date):
            return value.isoformat()[:10]
        text = self.text(key)
        if text is None:
            return None
        if not _DAY.fullmatch(text) or not _exists(text):
            near = f"Did you mean '{iso}'? " if (iso := _from_us(text)) else ""
            step = near + "Write year, month, day, as in 2026-03-04."
            raise self.wrong(key, "NC-I27", f"'{text}' is not a date", step)
        return text


def code_shape(fields: Fields, key: str, text: str) -> str:
    """A CPT or HCPCS code by its shape, in capitals. Raises InputError NC-I28."""
    code = text.upper()
    if not _CODE.fullmatch(code):
        joined = _JOINED.fullmatch(code)
        near = f"Did you mean '{joined[1]}-{joined[2]}'? " if joined else ""
        raise fields.wrong(
            key,
            "NC-I28",
            f"'{text}' is not a CPT or HCPCS code",
            near + "A code has five characters, as in 64483 or J1100.",
        )
    return code


def modifier(fields: Fields, key: str, text: str) -> str:
    """A two-character modifier, in capitals. Raises InputError NC-I29."""
    if not _MODIFIER.fullmatch(text.upper()):
        raise fields.wrong(
            key, "NC-I29", f"'{text}' is not a modifier", "A modifier has two characters, as in RT, 50 or KX."
        )
    return text.upper()


def _from_us(text: str) -> str | None:
    """The ISO date for month, day and year with slashes, where there is such a day."""
    found = _US_DAY.fullmatch(text)
    iso = f"{found[3]}-{int(found[1]):02d}-{int(found[2]):02d}" if found else ""
    return iso if iso and _exists(iso) else None


def _exists(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, Mapping):
        return "an object"
    if isinstance(value, Sequence):
        return "a list"
    return "something else"
