"""A claim as the boxes of the CMS-1500 paper form in JSON: ``"21"``, ``"box_21"`` or ``"item 21"`` as keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from notecheck.errors import InputError
from notecheck.read.claim_names import names
from notecheck.read.claim_parts import Found, diagnosis, units, us_day

_KEY = re.compile(r"(?:box|item|field|fl)?[\s_]*(?P<number>\d{1,2})[\s_.]*(?P<letter>[a-j]?)")
_COLUMN = re.compile(r"(?:(?:box|item|field|fl)?[\s_]*24)?[\s_.]*(?P<letter>[a-j])")
_LAST_BOX = 33
_LETTERS = "ABCDEFGHIJKL"
_CODE = re.compile(r"(?P<code>[0-9A-Za-z]{5})(?P<modifiers>(?:[\s,-]+[0-9A-Za-z]{2})*)")


def is_form(data: Any) -> bool:
    """True for an object whose keys are boxes: 24, and nothing of the claim format."""
    return isinstance(data, Mapping) and any(_box(str(key)) == "24" for key in data) and "lines" not in data


def claim(data: Mapping[str, Any], inside: str, where: str) -> Found:
    """The claim of a form. Raises InputError NC-I24 (unknown box), NC-I25 (wrong kind), NC-I63 (pointer to nothing)."""
    form = _Form(data, inside, where)
    codes = form.diagnoses()
    out: dict[str, Any] = {"lines": []}
    places = {"claim_id": "box 26", "patient_id": "box 1a", "provider": "box 33a", "payer": "box 1 and 11c"}
    days: dict[str, str] = {}
    spots: dict[str, str] = {}
    for number, row in enumerate(form.rows()):
        place = f"box 24, line {number + 1}"
        line, day, spot, provider = form.line(row, place, codes)
        places |= {f"lines[{number}]": place, f"lines[{number}].units": f"{place}, column g"}
        out["lines"].append(line)
        days |= {day: place} if day else {}
        spots |= {spot: place} if spot else {}
        if provider:
            out.setdefault("provider", provider)
    for key, seen, column in (("date_of_service", days, "a"), ("place_of_service", spots, "b")):
        if len(seen) > 1:
            raise form.wrong(
                ", ".join(seen.values()), f"{len(seen)} values for the {key.replace('_', ' ')} on one form"
            )
        out |= {key: next(iter(seen))} if seen else {}
        places[key] = f"box 24, column {column}"
    out |= {key: text for key in ("claim_id", "patient_id") if (text := form.text(key))}
    if provider := form.text("provider"):
        out.setdefault("provider", provider)
    if approved := form.text("authorization"):
        out["authorization"] = {"number": approved}
    kind, plan = form.text("payer_kind") or "", form.text("plan") or ""
    if kind or plan:
        out["payer"] = "medicare" if kind.lower() == "medicare" and not plan else names().payer(f"{plan} {kind}")
        if kind.lower() == "medicare" and out["payer"] == names().other_payer:
            out["payer"] = "medicare"
    if state := form.state():
        out["state"] = state
    stranger = f"{plan} {kind}".strip() if out.get("payer") == names().other_payer else ""
    return Found(out, places, inside, payer_name=stranger)


class _Form:
    """The boxes by their meaning, refused where they are none."""

    def __init__(self, data: Mapping[str, Any], inside: str, where: str) -> None:
        self._where = ", ".join(part for part in (where, inside) if part)
        self._boxes: dict[str, Any] = {}
        for key, value in data.items():
            if str(key).lower() in ("form", "version"):
                continue
            box = _box(str(key))
            if box is None:
                raise InputError(
                    "NC-I24",
                    f"'{str(key)[:30]}' is no box of the form",
                    where=self._where,
                    next_step='Boxes are numbers from 1 to 33, as in "21" or "box_24".',
                )
            self._boxes[names().boxes.get(box, box)] = value

    def wrong(self, place: str, what: str) -> InputError:
        """The error for one box."""
        return InputError(
            "NC-I63",
            what,
            where=f"{self._where}, {place}",
            next_step="Correct the form, or give one form for each claim.",
        )

    def text(self, meaning: str) -> str | None:
        """A box as text; None when empty."""
        return self._as_text(self._boxes.get(meaning), meaning)

    def state(self) -> str | None:
        """The state in box 32: its key ``state``, or two capitals before a zip code."""
        box = self._boxes.get("place")
        if isinstance(box, Mapping):
            return self._as_text(box.get("state"), "box 32")
        found = re.search(r"\b([A-Z]{2})\s+\d{5}", box) if isinstance(box, str) else None
        return found[1] if found else None

    def diagnoses(self) -> dict[str, str]:
        """Letter to code, from an object with letters or from a list."""
        box = self._boxes.get("diagnoses")
        if isinstance(box, Mapping):
            pairs = [(str(letter).strip().upper(), code) for letter, code in box.items()]
        elif isinstance(box, Sequence) and not isinstance(box, str):
            pairs = list(zip(_LETTERS, box, strict=False))
        elif box is None:
            pairs = []
        else:
            raise self._kind("box 21", "an object of letters, or a list")
        found = {}
        for letter, code in pairs:
            if len(letter) != 1 or letter not in _LETTERS:
                raise self.wrong("box 21", f"'{letter[:10]}' is no letter from A to L")
            if text := self._as_text(code, f"box 21 {letter}"):
                found[letter] = diagnosis(text)
        return found

    def rows(self) -> list[Mapping[str, Any]]:
        """The service lines of box 24."""
        box = self._boxes.get("lines")
        if not isinstance(box, Sequence) or isinstance(box, str) or not all(isinstance(row, Mapping) for row in box):
            raise self._kind("box 24", "a list of lines")
        return list(box)

    def line(
        self, row: Mapping[str, Any], place: str, codes: Mapping[str, str]
    ) -> tuple[dict[str, Any], str, str | None, str | None]:
        """One line in our format, its day, its place of service and its provider."""
        cells: dict[str, Any] = {}
        for key, value in row.items():
            match = _COLUMN.fullmatch(str(key).strip().lower())
            if match is None:
                raise InputError(
                    "NC-I24",
                    f"'{str(key)[:30]}' is no column of box 24",
                    where=f"{self._where}, {place}",
                    next_step='Columns are letters from a to j, as in "d" or "24d".',
                )
            cells[names().columns.get(match["letter"], match["letter"])] = value
        code, modifiers = self._code(cells.get("code"), place)
        pointers = re.findall(r"\w", self._joined(cells.get("pointers"), place).upper())
        for pointer in pointers:
            if pointer not in codes:
                raise self.wrong(f"{place}, column e", f"pointer {pointer} points at no diagnosis of box 21")
        count = cells.get("units")
        line: dict[str, Any] = {"code": code, "modifiers": modifiers, "icd10": [codes[p] for p in pointers]}
        if count is not None:
            line["units"] = units(count) if isinstance(count, str) else count
        days = cells.get("date")
        first = days[0] if isinstance(days, Sequence) and not isinstance(days, str) and days else days
        day = us_day(self._as_text(first, f"{place}, column a") or "")
        return (
            line,
            day,
            self._as_text(cells.get("place_of_service"), place),
            self._as_text(cells.get("provider"), place),
        )

    def _code(self, value: Any, place: str) -> tuple[Any, list[str]]:
        if isinstance(value, Mapping):
            return value.get("code"), re.findall(r"\w{2}", self._joined(value.get("modifiers"), place))
        text = self._as_text(value, f"{place}, column d")
        match = _CODE.fullmatch(text) if text else None
        return (match["code"], re.findall(r"\w{2}", match["modifiers"])) if match else (text, [])

    def _joined(self, value: Any, place: str) -> str:
        if isinstance(value, Sequence) and not isinstance(value, str):
            return " ".join(self._as_text(part, place) or "" for part in value)
        return self._as_text(value, place) or ""

    def _as_text(self, value: Any, place: str) -> str | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise self._kind(place, "a text")
        return str(value).strip() or None

    def _kind(self, place: str, wanted: str) -> InputError:
        return InputError(
            "NC-I25", f"{wanted} is expected", where=f"{self._where}, {place}", next_step="Compare with README.md."
        )


def _box(key: str) -> str | None:
    match = _KEY.fullmatch(key.strip().lower())
    if match is None or not 1 <= int(match["number"]) <= _LAST_BOX:
        return None
    return f"{int(match['number'])}{match['letter']}"
