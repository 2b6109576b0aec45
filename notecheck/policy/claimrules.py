"""Rules on imaging, modifiers, drug units, claim form and covered diagnoses, as typed tables.

They come from ``patterns/codes/{imaging,modifiers,drug-units,claim-form}.yaml`` and ``patterns/icd10/covered.yaml``.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from notecheck import datafile, locate

Confidence = Literal["verified", "verified-2", "recalled", "unsure", "none"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Asker(_Strict):
    source: str
    confidence: Confidence


class InTheCode(_Strict):
    modalities: tuple[str, ...]
    guidance_marks: tuple[str, ...]
    families: tuple[str, ...]
    source: str
    confidence: Confidence


class Asked(_Strict):
    """Something that payers ask for some families or codes."""

    payers: dict[str, Asker]
    families: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    not_codes: tuple[str, ...] = ()
    unless: str | None = None


class BilledNotCovered(_Strict):
    with_codes: tuple[str, ...]
    imaging: tuple[str, ...]
    macs: tuple[str, ...]
    payers: dict[str, Asker]


class Shows(_Strict):
    shows: tuple[str, ...]
    recorded: bool


class Imaging(_Strict):
    checked: date
    in_the_code: InTheCode
    guided: tuple[Asked, ...]
    contrast_reasons: tuple[str, ...]
    contrast: tuple[Asked, ...]
    kept: tuple[Asked, ...]
    not_covered: tuple[Asked, ...]
    billed_not_covered: tuple[BilledNotCovered, ...]
    codes: dict[str, Shows]
    codes_source: str
    codes_confidence: Confidence
    inside_marks: tuple[str, ...]


class VisitRules(_Strict):
    codes: tuple[str, ...]
    same_day: tuple[str, ...]
    same_day_source: str
    same_day_confidence: Confidence
    own_work_source: str
    own_work_confidence: Confidence
    globals: tuple[str, ...]
    own_risk: tuple[str, ...]
    own_risk_apart: tuple[str, ...]
    in_global: tuple[str, ...]
    global_days: dict[str, int]
    in_global_source: str
    in_global_confidence: Confidence


class KxRule(_Strict):
    families: tuple[str, ...]
    payer: str
    source: str
    confidence: Confidence
    without_steroid: bool = False


class Component(_Strict):
    codes: tuple[str, ...]
    facility_places: tuple[str, ...]
    office_places: tuple[str, ...]
    professional: str
    technical: str
    source: str
    confidence: Confidence


class Stopped(_Strict):
    statuses: tuple[str, ...]
    modifiers: tuple[str, ...]
    source: str
    confidence: Confidence


class Modifiers(_Strict):
    checked: date
    distinct: tuple[str, ...]
    distinct_source: str
    also_opens: tuple[str, ...]
    repeats: tuple[str, ...]
    visit: VisitRules
    kx: tuple[KxRule, ...]
    component: Component
    stopped: Stopped
    muscle_regions: dict[str, tuple[str, ...]]


class DrugUnit(_Strict):
    drugs: tuple[str, ...]
    mg: float
    vial: Literal["single", "either"]


class Waste(_Strict):
    discarded: str
    none: str
    required_from: date
    payers: tuple[str, ...]
    source: str
    confidence: Confidence
    amounts_source: str


class DrugUnits(_Strict):
    source: str
    confidence: Confidence
    checked: date
    codes: dict[str, DrugUnit]
    groups: dict[str, tuple[str, ...]]
    waste: Waste


class Dates(_Strict):
    known_until: date
    earliest: date
    earliest_why: str
    source: str
    confidence: Confidence


class PlaceMisfit(_Strict):
    codes: tuple[str, ...]
    not_in: tuple[str, ...]
    says: str
    source: str
    confidence: Confidence
    families: tuple[str, ...] = ()


class Places(_Strict):
    known: tuple[str, ...]
    known_source: str
    office: tuple[str, ...]
    hospital: tuple[str, ...]
    surgery_center: tuple[str, ...]
    said: dict[str, tuple[str, ...]]
    misfits: tuple[PlaceMisfit, ...]


class Identifier(_Strict):
    digits: int
    prefix: str
    source: str
    confidence: Confidence
    asked_by: tuple[str, ...]


class ClaimForm(_Strict):
    checked: date
    dates: Dates
    places: Places
    identifier: Identifier


class CoveredList(_Strict):
    """Diagnoses that a policy lists for some codes; ``elsewhere`` none: the list says nothing on other contractors."""

    id: str
    codes: tuple[str, ...]
    covered: tuple[str, ...]
    sure: dict[str, Confidence]
    elsewhere: Confidence
    source: str


class Excluded(_Strict):
    """Diagnoses that a coverage text leaves out for some codes; ``macs`` empty means every contractor."""

    id: str
    codes: tuple[str, ...]
    out: tuple[str, ...]
    confidence: Confidence
    source: str
    macs: tuple[str, ...] = ()
    starts: date | None = Field(default=None, alias="from")


class Covered(_Strict):
    checked: date
    chronic_weeks: int
    lists: tuple[CoveredList, ...]
    excluded: tuple[Excluded, ...]


@lru_cache(maxsize=1)
def imaging() -> Imaging:
    """``patterns/codes/imaging.yaml``. Raises DataError when it is broken, as do the others here."""
    return datafile.read_model(locate.patterns() / "codes" / "imaging.yaml", Imaging)


@lru_cache(maxsize=1)
def modifiers() -> Modifiers:
    """``patterns/codes/modifiers.yaml``."""
    return datafile.read_model(locate.patterns() / "codes" / "modifiers.yaml", Modifiers)


@lru_cache(maxsize=1)
def drug_units() -> DrugUnits:
    """``patterns/codes/drug-units.yaml``."""
    return datafile.read_model(locate.patterns() / "codes" / "drug-units.yaml", DrugUnits)


@lru_cache(maxsize=1)
def claim_form() -> ClaimForm:
    """``patterns/codes/claim-form.yaml``."""
    return datafile.read_model(locate.patterns() / "codes" / "claim-form.yaml", ClaimForm)


@lru_cache(maxsize=1)
def covered() -> Covered:
    """``patterns/icd10/covered.yaml``."""
    return datafile.read_model(locate.patterns() / "icd10" / "covered.yaml", Covered)
