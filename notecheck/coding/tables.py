"""The shapes of the counting files under ``patterns/codes``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from notecheck.policy.payers import ElsewhereForm, Form

Confidence = Literal["verified", "verified-2", "recalled", "unsure"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Rule(Strict):
    """One way of counting: ``shown`` is the source a report prints, ``says`` the rule in a sentence."""

    shown: str
    says: str
    confidence: Confidence


class Muscles(Strict):
    """Codes by the number of muscles: ``few`` up to ``few_up_to``, ``many`` above."""

    few: str
    many: str


class TriggerPoints(Strict):
    few_up_to: int
    injection: Muscles
    dry_needling: Muscles = Field(alias="dry-needling")
    rule: str


class Minutes(Strict):
    code: str
    minutes: int


class Ladder(Strict):
    """Codes that count levels in a row; ``first_covers`` is the number of levels inside the first code."""

    codes: tuple[str, ...]
    counts: Literal["foramina", "joints", "levels", "leads"]
    noun: str
    rule: str
    first_covers: int = 1

    @property
    def nouns(self) -> str:
        return f"{self.noun[:-1]}ies" if self.noun.endswith("y") else f"{self.noun}s"


class MonthlyCare(Strict):
    first: Minutes
    further: Minutes
    source: str
    confidence: Confidence


class Counting(Strict):
    read_on: date
    rules: dict[str, Rule]
    trigger_points: TriggerPoints
    ladders: tuple[Ladder, ...]
    extra_primaries: dict[str, tuple[str, ...]]
    sided_families: tuple[str, ...]
    levelled_families: dict[str, str]
    no_sides: tuple[str, ...]
    sides_allowed: tuple[str, ...]
    monthly_care: MonthlyCare
    family_names: dict[str, str]
    technique_names: dict[str, str]


class FacetJoint(Strict):
    joint: str
    nerves: tuple[str, ...]
    group: Literal["cervical-thoracic", "lumbar-sacral"]
    confidence: Confidence


class Root(Strict):
    root: str
    foramen: str


class Levels(Strict):
    source: str
    joints: tuple[FacetJoint, ...]
    roots: tuple[Root, ...]


class Limit(Strict):
    payer: str
    families: tuple[str, ...]
    levels: int
    start: date = Field(alias="from")
    source: str
    confidence: Confidence


class Limits(Strict):
    limits: tuple[Limit, ...]


class JointCodes(Strict):
    plain: str
    ultrasound: str


class JointSite(Strict):
    part: str
    size: Literal["small", "intermediate", "major"]
    names: tuple[str, ...]
    confidence: Confidence


class TendonSite(Strict):
    code: str
    names: tuple[str, ...]
    confidence: Confidence


class NerveSite(Strict):
    """A nerve with its block and destruction codes; ``both`` is the code that already means both sides.

    ``infusion`` are the codes for a catheter left for infusion: one side, and both sides where that is a code.
    ``at_foramen`` are the destruction codes at the foramen ovale without and with imaging.
    """

    block: str
    destroy: str
    names: tuple[str, ...] = ()
    confidence: Confidence
    further: str | None = None
    both: str | None = None
    infusion: tuple[str, ...] = ()
    at_foramen: tuple[str, ...] = ()
    levels: bool = False
    sided: bool = True
    part: str | None = None
    start: date | None = Field(default=None, alias="from")
    before: str | None = None


class SacralStimulation(Strict):
    """Codes for electrodes at the sacral nerves and at every other nerve; ``cranial`` names nerves of the head."""

    names: tuple[str, ...]
    cranial: tuple[str, ...]
    codes: tuple[str, ...]
    elsewhere: tuple[str, ...]
    confidence: Confidence


class Cryo(Strict):
    """Codes for imaged freezing by part of the body, and the nerves of each part."""

    arm: str
    leg: str
    trunk: str
    nerves: dict[Literal["arm", "leg", "trunk"], tuple[str, ...]]
    confidence: Confidence

    def code(self, site: str | None) -> str | None:
        """The code for a nerve; None for a nerve of no part here."""
        part = next((name for name, nerves in self.nerves.items() if site in nerves), None)
        return {"arm": self.arm, "leg": self.leg, "trunk": self.trunk}[part] if part else None


class Face(Strict):
    code: str
    diagnoses: tuple[str, ...]
    confidence: Confidence


class Migraine(Strict):
    code: str
    diagnoses: tuple[str, ...]
    least_head_muscles: int
    confidence: Confidence


class OneCode(Strict):
    code: str
    confidence: Confidence


class LimbFew(Strict):
    first: str
    further: str
    up_to: int
    confidence: Confidence


class LimbMany(Strict):
    first: str
    further: str
    start: int = Field(alias="from")
    confidence: Confidence


class Trunk(Strict):
    few: str
    many: str
    few_up_to: int
    confidence: Confidence


class Sweat(Strict):
    armpits: str
    elsewhere: str
    diagnoses: tuple[str, ...]
    confidence: Confidence


class Chemodenervation(Strict):
    migraine: Migraine
    neck: OneCode
    face: Face
    limb_few: LimbFew
    limb_many: LimbMany
    trunk: Trunk
    larynx: OneCode
    sweat: Sweat


class Sites(Strict):
    joint_codes: dict[str, JointCodes]
    joints: tuple[JointSite, ...]
    tendons: tuple[TendonSite, ...]
    nerves: tuple[NerveSite, ...]
    other_nerve: NerveSite
    plain_nerves: tuple[str, ...]
    sympathetic: tuple[NerveSite, ...]
    sacral_stimulation: SacralStimulation
    cryo: Cryo
    muscles: dict[str, tuple[str, ...]]
    toxin_areas: dict[str, tuple[str, ...]]
    chemodenervation: Chemodenervation

    def joint(self, site: str | None) -> JointSite | None:
        """The joint or bursa of a site slug; None when it is not in the list."""
        return _named(self.joints, site)

    def tendon(self, site: str | None) -> TendonSite | None:
        """The tendon, ligament or fascia of a site slug; None when it is not in the list."""
        return _named(self.tendons, site)

    def nerve(self, site: str | None) -> NerveSite | None:
        """The nerve of a site slug; nerves without a code of their own share one entry; None for an unknown site."""
        found = _named(self.nerves, site)
        if found is None and site is not None and any(_same(name, site) for name in self.plain_nerves):
            return self.other_nerve
        return found

    def ganglion(self, site: str | None) -> NerveSite | None:
        """The sympathetic target of a site slug; None when it is not in the list."""
        return _named(self.sympathetic, site)

    def area(self, muscle: str) -> str | None:
        """head, neck, arm, leg or trunk; None for a muscle that is not in the list."""
        for area, names in self.muscles.items():
            if muscle in names:
                return area
        return None


class Drug(Strict):
    """A drug name and its code; ``needs`` are words without which the product is not settled."""

    drug: str
    code: str
    needs: tuple[str, ...] = ()


class Variant(Strict):
    """Words that tell another product of the same drug name."""

    drug: str
    words: tuple[str, ...]
    code: str


class PumpDrugs(Strict):
    """Codes of the drug in a pump: alone, alone without preservative, as a trial dose, and mixed with others."""

    drugs: dict[str, str]
    preservative_free: dict[str, str]
    preservative_free_words: tuple[str, ...]
    trial: dict[str, str]
    mixed: str


class Drugs(Strict):
    """Which drugs have a line of their own; unit sizes stand in ``drug-units.yaml``."""

    drugs: tuple[Drug, ...]
    variants: tuple[Variant, ...]
    pump: PumpDrugs


class PayerForm(Strict):
    payer: str
    bilateral: Form
    source: str
    confidence: Confidence
    also: tuple[ElsewhereForm, ...] = ()
    billed_by: Literal["professional", "asc"] = "professional"

    def accepts(self, form: str, place: str | None) -> bool:
        """True when the payer takes this form of both sides at this place of service."""
        return form == self.bilateral or any(a.form == form and a.place == place for a in self.also)


class PayerForms(Strict):
    payers: tuple[PayerForm, ...]


class Unlisted(Strict):
    family: str
    code: str
    rule: str
    confidence: Confidence
    technique: str | None = None
    guidance_only: str | None = None


class Misfit(Strict):
    family: str
    technique: str
    codes: tuple[str, ...]
    confidence: Confidence


class Confused(Strict):
    billed: tuple[str, ...]
    done: tuple[str, ...]
    kind: Literal["approach", "technique", "site"]


class Sibling(Strict):
    plain: str
    imaged: str
    by: tuple[str, ...]


class StandIn(Strict):
    """A code that also bills another family, with ``method`` only where it was done that way."""

    code: str
    family: str
    method: str | None = None


class Techniques(Strict):
    unlisted: tuple[Unlisted, ...]
    misfits: tuple[Misfit, ...]
    confused: tuple[Confused, ...]
    siblings: tuple[Sibling, ...]
    stand_ins: tuple[StandIn, ...]


class VisitLevel(Strict):
    level: str
    new: str
    established: str
    new_minutes: int
    established_minutes: int


class Prolonged(Strict):
    """Prolonged time: the first minute of the first unit by visit code, and the length of every further unit."""

    code: str
    payers: tuple[str, ...] = ()
    first: dict[str, int]
    step: int


class VisitsBefore(Strict):
    """Visit codes by their typical minutes, until the day named."""

    until: date
    confidence: Confidence
    new: dict[str, int]
    established: dict[str, int]


class Visits(Strict):
    """``prolonged``: the first entry that names the payer, else the one that names none."""

    prolonged: tuple[Prolonged, ...]
    prolonged_source: str
    prolonged_confidence: Confidence
    before: VisitsBefore
    source: str
    confidence: Confidence
    levels: tuple[VisitLevel, ...]


Named = TypeVar("Named", JointSite, TendonSite, NerveSite)


def _same(name: str, site: str) -> bool:
    return site == name or site == f"{name}s"


def _named(entries: Iterable[Named], site: str | None) -> Named | None:
    if site is None:
        return None
    return next((entry for entry in entries if any(_same(name, site) for name in entry.names)), None)
