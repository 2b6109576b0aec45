"""What the readers of claim files share: a claim as found, the places of its parts, and the names in such files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from notecheck.errors import InputError
from notecheck.policy import icd10
from notecheck.policy.book import Book
from notecheck.read.claims import claim_from_dict
from notecheck.read.payer_names import Payers
from notecheck.records import Claim


@dataclass(frozen=True, slots=True)
class Found:
    """One claim as found: in our format, with the place of its parts in the file's own terms.

    ``places`` maps a part (``lines[1]``, ``lines[1].units``, ``date_of_service``) to where it stands (``segment 34,
    SV1``). ``inside`` is the place of the claim in a file with several; ``fault`` says why it cannot be understood;
    ``payer_name`` is the payer as the file names it, where no word of the claim files told which one it is.
    """

    data: Any
    places: Mapping[str, str]
    inside: str = ""
    fault: InputError | None = None
    payer_name: str = ""


def to_claim(found: Found, where: str, book: Book, usual: Mapping[str, str] | None = None) -> Claim:
    """The claim as a record; ``usual`` as for :func:`claim_from_dict`.

    Raises InputError NC-I22 to NC-I34 with the place in the file's own terms.
    """
    if found.fault is not None:
        raise found.fault
    inside = ", ".join(part for part in (where, found.inside) if part)
    if isinstance(found.data, Mapping) and "state" in found.data and found.places:
        # a state from an address: one that no contractor serves says nothing
        state = found.data["state"]
        found = replace(found, data={**found.data, "state": state if state in book.coverage.states else None})
    if found.payer_name and (known := Payers(book.coverage.payers).slug(found.payer_name)):
        found = replace(found, data={**found.data, "payer": known})
    try:
        return claim_from_dict(found.data, book, where=inside, usual=usual)
    except InputError as error:
        own = error.where.removeprefix(inside).removeprefix(", ")
        place = _place(own, found.places)
        if not place:
            raise
        raise InputError(error.code, error.what, where=f"{inside}, {place}", next_step=error.next_step) from None


def us_day(text: str) -> str:
    """A date as ISO text where it is one: ``20260304``, ``03/04/2026``, ``03 04 26``; else as it stands."""
    plain = text.strip()
    if match := re.fullmatch(r"(\d{4})(\d{2})(\d{2})", plain):
        return "-".join(match.groups())
    if match := re.fullmatch(r"(\d{1,2})[/ .-](\d{1,2})[/ .-](\d{4}|\d{2})", plain):
        month, day, year = match.groups()
        return f"{int(year) + 2000 if len(year) == 2 else int(year):04d}-{int(month):02d}-{int(day):02d}"
    return plain


def diagnosis(text: str) -> str:
    """A diagnosis code as it is printed, with its dot."""
    return icd10.dotted(text)


def units(text: str) -> float | str:
    """A number where the text is one, else the text, for the claim format to refuse."""
    plain = text.strip()
    return float(plain) if re.fullmatch(r"\d{1,9}(?:\.\d{1,4})?", plain) else plain


def _place(own: str, places: Mapping[str, str]) -> str:
    part = own
    while part:
        if part in places:
            return places[part]
        cut = max(part.rfind("."), part.rfind("["))
        part = part[:cut] if cut > 0 else ""
    return ""
