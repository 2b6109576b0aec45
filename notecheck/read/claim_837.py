"""Professional claims as X12 837P (005010X222), split and counted by pyx12, its loops taken here.

pyx12 can read the loops too, but only by judging the file against the whole implementation guide; a claim with a fault
that has nothing to do with its note would not be read. Taken are: 2010AA billing provider, 2000B and 2010BB payer,
2010BA subscriber, 2300 claim, 2310B rendering provider, 2310C place, 2400 line.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

from notecheck.errors import InputError
from notecheck.read.claim_names import names
from notecheck.read.claim_parts import Found, diagnosis, units, us_day

_GUIDE = "005010X222"
_ICD = ("ABK", "ABF", "BK", "BF")


@dataclass(slots=True)
class _Line:
    """A service line in the making."""

    data: dict[str, Any]
    place: str
    day: str = ""
    spot: str = ""


@dataclass(slots=True)
class _Claim:
    """A claim in the making, with what stands above it in the file."""

    claim_id: str
    place: str
    above: dict[str, str]
    spot: str = ""
    day: str = ""
    number: str = ""
    provider: str = ""
    state: str = ""
    diagnoses: list[str] = field(default_factory=list)
    lines: list[_Line] = field(default_factory=list)
    fault: InputError | None = None


def claims(text: str, where: str) -> list[Found]:
    """Every claim of the file; one for each day where the lines of a claim are of several days.

    A claim with a wrong line (NC-I62) or a pointer to nothing (NC-I63) has that as its fault. Raises InputError NC-I60
    (not X12, or not an 837P) and NC-I62 (envelope), naming the segment by its number in the file.
    """
    reader = _Reader(where)
    for number, name, cells in _segments(text, where):
        reader.take(number, name, cells)
    return [one for claim in reader.done for one in _by_day(claim, where)]


def _segments(text: str, where: str) -> list[tuple[int, str, list[list[str]]]]:
    """Number in the file, name and elements of each segment, an element being its components."""
    from pyx12.errors import X12Error
    from pyx12.x12file import X12Reader

    found: list[tuple[int, str, list[list[str]]]] = []
    try:
        source = X12Reader(io.StringIO(text))
        for number, segment in enumerate(source, start=1):
            parts = segment.format(seg_term="", ele_term="\x1d", subele_term="\x1e").split("\x1d")
            found.append((number, parts[0], [part.split("\x1e") for part in parts[1:]]))
        source.cleanup()
        faults = source.pop_errors()
    except (X12Error, IndexError, TypeError, ValueError, AttributeError):
        # an X12Error may quote the segment, and with it the patient
        raise InputError(
            "NC-I62",
            "no sound X12 file",
            where=f"{where}, segment {len(found) + 1}",
            next_step="Export the claims again as 837P, version 5010.",
        ) from None
    for _, _, words, _, _ in faults:
        if "missing" in words or "Unterminated" in words or words.startswith("SE count"):
            raise InputError(
                "NC-I62",
                "the file is cut: "
                + ("a closing segment is missing" if "missing" in words else "its segments were not counted so"),
                where=f"{where}, segment {len(found)}",
                next_step="Export the claims again.",
            )
    return found


class _Reader:
    """Walks over the segments and keeps what the loops hold."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._above: dict[str, str] = {}
        self._party = ""
        self._open: _Claim | None = None
        self.done: list[_Claim] = []

    def take(self, number: int, name: str, cells: list[list[str]]) -> None:
        """One segment."""
        place = f"segment {number}, {name}"
        if name == "GS" and not _at(cells, 8).startswith(_GUIDE):
            raise self._wrong(
                "NC-I60",
                place,
                f"the file is of the guide '{_at(cells, 8)[:14]}', not a professional claim ({_GUIDE})",
                "Export the claims as 837P; hospital (837I) and dental claims are not read.",
            )
        if name == "HL":
            self._open, self._party = None, ""
            if _at(cells, 3) == "20":
                self._above = {}
            elif _at(cells, 3) == "22":
                self._above = {key: self._above[key] for key in ("billing", "state") if key in self._above}
        elif name == "SBR" and self._open is None:
            self._above["indicator"] = _at(cells, 9)
        elif name == "NM1":
            self._named(cells)
        elif name == "N4":
            self._address(cells)
        elif name == "CLM":
            self._open = _Claim(_at(cells, 1), place, dict(self._above), spot=_at(cells, 5))
            self.done.append(self._open)
            self._party = ""
        elif self._open is not None:
            self._inside(self._open, name, cells, place)

    def _named(self, cells: list[list[str]]) -> None:
        self._party = _at(cells, 1)
        name, identifier = _at(cells, 3), _at(cells, 9)
        if self._open is not None:
            if self._party == "82" and identifier and not self._open.provider:
                self._open.provider = identifier
            return
        if self._party == "85":
            self._above["billing"] = identifier
        elif self._party == "PR":
            self._above["payer"] = name
        elif self._party == "IL":
            self._above["patient"] = identifier

    def _address(self, cells: list[list[str]]) -> None:
        if self._open is not None and self._party == "77":
            self._open.state = _at(cells, 2)
        elif self._open is None and self._party == "85":
            self._above["state"] = _at(cells, 2)

    def _inside(self, claim: _Claim, name: str, cells: list[list[str]], place: str) -> None:
        line = claim.lines[-1] if claim.lines else None
        if name == "HI" and line is None:
            claim.diagnoses += [diagnosis(cell[1]) for cell in cells if len(cell) > 1 and cell[0] in _ICD and cell[1]]
        elif name == "REF" and _at(cells, 1) == "G1" and not claim.number:
            claim.number = _at(cells, 2)
        elif name == "DTP" and _at(cells, 1) == "472":
            day = us_day(_at(cells, 3).partition("-")[0])
            if line is None:
                claim.day = day
            else:
                line.day = day
        elif name == "SV1":
            try:
                claim.lines.append(self._line(claim, cells, place))
            except InputError as error:
                claim.fault = claim.fault or error
        elif name == "SV2":
            raise self._wrong("NC-I60", place, "a line of a hospital claim", "Export the claims as 837P.")

    def _line(self, claim: _Claim, cells: list[list[str]], place: str) -> _Line:
        coded = cells[0] if cells else []
        if not coded or coded[0] != "HC":
            raise self._wrong(
                "NC-I62", place, "the line is not coded in CPT or HCPCS", "SV101 begins with HC, as in HC:64483:LT."
            )
        pointers = [pointer for pointer in (cells[6] if len(cells) > 6 else []) if pointer]
        codes = []
        for pointer in pointers:
            if not pointer.isdecimal() or not 1 <= int(pointer[:4]) <= len(claim.diagnoses):
                raise self._wrong(
                    "NC-I63",
                    place,
                    f"pointer '{pointer[:6]}' points at none of {len(claim.diagnoses)} diagnoses",
                    "SV107 counts the codes of the HI segment from 1.",
                )
            codes.append(claim.diagnoses[int(pointer) - 1])
        data: dict[str, Any] = {
            "code": coded[1] if len(coded) > 1 else "",
            "modifiers": [modifier for modifier in coded[2:6] if modifier],
            "icd10": codes,
        }
        if _at(cells, 4):
            data["units"] = units(_at(cells, 4))
        return _Line(data, place, claim.day, _at(cells, 5))

    def _wrong(self, code: str, place: str, what: str, next_step: str) -> InputError:
        return InputError(code, what, where=f"{self._where}, {place}", next_step=next_step)


def _by_day(claim: _Claim, where: str) -> list[Found]:
    fault = claim.fault
    if not claim.lines and fault is None:
        fault = InputError(
            "NC-I62", "the claim has no line", where=f"{where}, {claim.place}", next_step="Export the claims again."
        )
    if fault is not None:
        names_of = {"claim_id": claim.claim_id, "encounter": claim.claim_id, "patient_id": claim.above.get("patient")}
        return [Found(names_of | {"date_of_service": claim.day or None}, {}, f"claim {claim.claim_id}", fault)]
    days: dict[str, list[_Line]] = {}
    for line in claim.lines:
        days.setdefault(line.day or claim.day, []).append(line)
    found = []
    for day, lines in days.items():
        spots = {line.spot or claim.spot for line in lines} - {""}
        number = f"{claim.claim_id}/{day}" if len(days) > 1 else claim.claim_id
        data: dict[str, Any] = {
            "claim_id": number,
            "encounter": claim.claim_id or None,  # CLM01 is the provider's own number of the account or visit
            "patient_id": claim.above.get("patient"),
            "provider": claim.provider or claim.above.get("billing"),
            "payer": names().payer(claim.above.get("payer", ""), claim.above.get("indicator", "")),
            "state": claim.state or claim.above.get("state"),
            "date_of_service": day or None,
            "place_of_service": sorted(spots)[0] if spots else None,
            "lines": [line.data for line in lines],
        }
        if claim.number:
            data["authorization"] = {"number": claim.number}
        places = {f"lines[{n}]": line.place for n, line in enumerate(lines)}
        places |= {key: claim.place for key in data if key != "lines"}
        stranger = claim.above.get("payer", "") if data["payer"] == names().other_payer else ""
        found.append(Found(data, places, f"claim {number}" if number else "", payer_name=stranger))
    return found


def _at(cells: list[list[str]], number: int) -> str:
    """The first component of an element, counted from 1; empty when it is not there."""
    return cells[number - 1][0].strip() if len(cells) >= number and cells[number - 1] else ""
