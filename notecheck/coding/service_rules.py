"""The shapes of ``patterns/codes/services.yaml`` and ``elsewhere.yaml``."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from pydantic import Field

from notecheck import datafile, locate
from notecheck.coding.tables import Confidence, Strict


class EarlierSedation(Strict):
    until: date
    code: str
    least: int
    most: int
    confidence: Confidence


class RefusedSedation(Strict):
    payers: tuple[str, ...]
    families: tuple[str, ...]
    source: str
    confidence: Confidence


class Sedation(Strict):
    """Moderate sedation by the operator; minutes as ``patterns/codes/services.yaml`` explains them."""

    child: str
    child_below: int
    adult: str
    further: str
    first: int
    least: int
    step: int
    further_least: int
    further_not_in_facility: bool
    source: str
    confidence: Confidence
    refused: tuple[RefusedSedation, ...]
    before: EarlierSedation


class Injections(Strict):
    """Infusions, pushes and shots without a procedure, and the codes of their drugs."""

    infusion: str
    push: str
    shot: str
    push_up_to: int
    first_up_to: int
    visit_mark: str
    source: str
    confidence: Confidence
    drugs: dict[str, str]
    unclassified: str
    known: tuple[str, ...]


class Programming(Strict):
    analysis: str
    simple: str
    complex: str
    simple_up_to: int
    not_beside: tuple[str, ...]
    source: str
    confidence: Confidence


class OneService(Strict):
    code: str
    source: str
    confidence: Confidence
    payers: tuple[str, ...] = ()


class Puncture(Strict):
    """Codes of a tap of the spinal fluid by landmarks, and under fluoroscopy or CT."""

    plain: str
    guided: str


class Devices(Strict):
    billed_by: tuple[str, ...]
    lead: str
    trial_kit: str
    generators: dict[str, str]
    source: str
    confidence: Confidence


class ServiceRules(Strict):
    """Codes of services beside or instead of a procedure. ``studies`` maps a kind of service to its code."""

    checked: date
    sedation: Sedation
    injections: Injections
    programming: Programming
    punctures: dict[str, Puncture]
    studies: dict[str, str]
    staff_visit: OneService
    longitudinal: OneService
    patch: OneService
    devices: Devices


class When(Strict):
    """The signs of an entry; all that are named must hold, with ``any`` one of them is enough."""

    services: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    sedation: tuple[str, ...] = ()
    contrast: bool = False
    families: tuple[str, ...] = ()
    unread: bool = False
    not_billed_by: tuple[str, ...] = ()
    any: bool = False


class Entry(Strict):
    """A service or supply of another bill; ``drug_codes`` where it goes by the drug that was injected."""

    slug: str
    codes: tuple[str, ...] = ()
    drug_codes: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    what: str
    billed_by: str
    why: str
    when: When = When()
    unless_family: tuple[str, ...] = ()
    source: str
    confidence: Confidence


class ElsewhereFile(Strict):
    checked: date
    entries: tuple[Entry, ...]


@lru_cache(maxsize=1)
def services() -> ServiceRules:
    """The codes of services. Raises DataError NC-D02 to NC-D04 when the file is broken."""
    return datafile.read_model(locate.patterns() / "codes" / "services.yaml", ServiceRules)


@lru_cache(maxsize=1)
def elsewhere() -> ElsewhereFile:
    """What other bills hold. Raises DataError NC-D02 to NC-D04 when the file is broken."""
    return datafile.read_model(locate.patterns() / "codes" / "elsewhere.yaml", ElsewhereFile)
