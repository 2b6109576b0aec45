"""The shapes of ``patterns/codes/supported.yaml``: which codes a family of procedures supports."""

from __future__ import annotations

from typing import Literal

from notecheck.coding.tables import Strict

Halves = dict[str, tuple[str, ...]]


class Named(Strict):
    """The code of an operation that the fact format has no family for, told by how it was done."""

    method: str
    first: str
    why: str
    unit: Literal["interspace", "side", "session"]
    also: str = ""
    guidance: str = ""
    half: str = ""
    further: str = ""


class Sacroiliac(Strict):
    joint: str
    joint_facility: str
    arthrogram_facility: str
    nerves: str
    ablation: str
    without_imaging: str


class Bodies(Strict):
    upper: str
    lower: str
    further: str
    upper_letters: str


class SacralBodies(Strict):
    one_side: str
    both_sides: str


class Basivertebral(Strict):
    first_two: str
    further: str


class Genicular(Strict):
    block: str
    ablation: str


class Adhesiolysis(Strict):
    one_day: str
    several_days: str


class Stimulator(Strict):
    lead: str
    paddle: str
    generator: str


class StimulatorRevision(Strict):
    """Codes for taking out and for moving leads (percutaneous, paddle), and for work on the generator."""

    removed: tuple[str, str]
    revised: tuple[str, str]
    generator_out: str
    generator_replaced: str


class NerveStimulator(Strict):
    """Codes for electrodes at nerves; ``integrated``: the first and each further with its own stimulator."""

    percutaneous: str
    cranial: str
    sacral: str
    integrated: tuple[str, str]
    open: str
    open_sacral: str
    open_muscle: str
    generator: str
    lead_out: str
    generator_out: str
    integrated_out: str
    treatments: dict[str, str]


class OwnBlood(Strict):
    drug: str
    code: str
    why: str


class Pump(Strict):
    """Codes for pump sessions and for the parts of a pump: catheter (without and with laminectomy), and the device."""

    checked: str
    changed: str
    refilled_by_staff: str
    refilled_by_physician: str
    refill_alone_by_staff: str
    refill_alone_by_physician: str
    catheter: tuple[str, str]
    catheter_out: str
    reservoir: str
    fixed: str
    programmable: str
    out: str


class MuscleGuidance(Strict):
    """Codes for finding muscles by current or by EMG beside a toxin injection."""

    stimulation: str
    emg: str


class EpiduralNeurolytic(Strict):
    upper: str
    lower: str


class Guidance(Strict):
    spine: str
    elsewhere: str
    ultrasound: str
    ct: str
    mr: str

    @property
    def codes(self) -> tuple[str, ...]:
        return self.spine, self.elsewhere, self.ultrasound, self.ct, self.mr


class Supported(Strict):
    """The codes that a family supports; rows by half of the spine run from the first code to the last."""

    source: str
    foramina: Halves
    foramina_by_ultrasound: Halves
    facet_joints: Halves
    facet_joints_by_ultrasound: Halves
    facet_ablation: Halves
    across_t12_l1: Halves
    epidural: dict[str, tuple[str, str]]
    epidural_catheter: dict[str, tuple[str, str]]
    adhesiolysis: Adhesiolysis
    blood_patch: str
    sacroiliac: Sacroiliac
    named: tuple[Named, ...]
    discs: dict[str, tuple[str, str]]
    augmentation: dict[str, Bodies]
    sacral_augmentation: SacralBodies
    basivertebral: Basivertebral
    carpal_tunnel: str
    genicular: Genicular
    stimulator: Stimulator
    stimulator_revision: StimulatorRevision
    nerve_stimulator: NerveStimulator
    own_blood: tuple[OwnBlood, ...]
    pump: Pump
    neurolytic_space: dict[str, str]
    neurolytic_epidural: EpiduralNeurolytic
    unlisted: str
    imaging: Guidance
    epidurogram: str
    muscle_guidance: MuscleGuidance
    no_imaging_families: tuple[str, ...]
    cut_short: dict[str, str]
    cut_short_in_facility: dict[str, str]
    separate_site: str
