"""What was billed, or is about to be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClaimLine:
    """One service line: code, modifiers, units and the ICD-10-CM codes it points at."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: float = 1
    icd10: tuple[str, ...] = ()

    def shown(self) -> str:
        """The line as a coder writes it: ``64483-RT x1``."""
        units = int(self.units) if float(self.units).is_integer() else self.units
        return "-".join((self.code, *self.modifiers)) + f" x{units}"

    def to_dict(self) -> dict[str, object]:
        units = int(self.units) if float(self.units).is_integer() else self.units
        return {"code": self.code, "modifiers": list(self.modifiers), "units": units, "icd10": list(self.icd10)}


@dataclass(frozen=True, slots=True)
class Authorization:
    """What the payer approved. Dates are ISO strings; empty tuples and None mean that nothing was said."""

    number: str | None = None
    codes: tuple[str, ...] = ()
    icd10: tuple[str, ...] = ()
    starts: str | None = None
    ends: str | None = None
    units: float | None = None
    laterality: str | None = None
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PriorProcedure:
    """An earlier procedure of the same patient. ``date`` is an ISO string; relief in percent and days, or None."""

    date: str
    code: str | None = None
    family: str | None = None
    region: str | None = None
    levels: tuple[str, ...] = ()
    laterality: str | None = None
    relief_percent: float | None = None
    relief_days: float | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim for one note. ``lines`` may be empty: then only the note is judged."""

    lines: tuple[ClaimLine, ...] = ()
    payer: str = "medicare"
    """Slug of its profile; empty where the claim names none and whoever joins it with a note is to fill it in."""
    mac: str | None = None
    state: str | None = None
    date_of_service: str | None = None
    place_of_service: str | None = None
    billed_by: str | None = None
    """``professional`` (meant when None); ``asc`` or ``hospital`` for the claim of the surgery center or hospital."""
    claim_id: str | None = None
    note_id: str | None = None
    patient_id: str | None = None
    provider: str | None = None
    authorization: Authorization | None = None
    history: tuple[PriorProcedure, ...] = ()
    proposed: bool = False
    """True for a claim made of the codes that the note itself prints, none having been given."""
    encounter: str | None = None
    """Number of the visit in the provider's own system: joins the claim with a note of a batch."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The billed codes, in order, repeats kept."""
        return tuple(line.code for line in self.lines)

    @property
    def icd10(self) -> tuple[str, ...]:
        """Every diagnosis code pointed at, once, in order of first use."""
        return tuple(dict.fromkeys(code for line in self.lines for code in line.icd10))


@dataclass(frozen=True, slots=True)
class RefusedClaim:
    """A claim of a file that cannot be understood: why, with place and mend, and its names as far as they are known."""

    reason: str
    claim_id: str | None = None
    note_id: str | None = None
    patient_id: str | None = None
    date_of_service: str | None = None
    codes: tuple[str, ...] = ()
