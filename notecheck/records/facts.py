"""What a note documents. ``to_dict`` gives the published fact format; extra keys come after the agreed ones."""

from __future__ import annotations

from dataclasses import dataclass, field

from notecheck.records.stored import missing
from notecheck.records.text import Evidence


@dataclass(frozen=True, slots=True)
class Injectate:
    """A drug given at the target: generic name, total dose in mg (units for toxins and enzymes) or None."""

    drug: str
    mg: float | None = None

    def to_dict(self) -> dict[str, object]:
        return {"drug": self.drug, "mg": _number(self.mg)}


@dataclass(frozen=True, slots=True)
class Vial:
    """A drug product on the record: amount given and discarded in mg or units, vial kind, both None where unstated.

    ``kind`` is ``single-dose``, ``multi-dose`` or None; ``whole`` says that the entire vial was given.
    """

    drug: str
    given: float | None = None
    discarded: float | None = None
    kind: str | None = None
    whole: bool = False
    evidence: tuple[Evidence, ...] = ()  # field vials, value the drug


@dataclass(frozen=True, slots=True)
class Procedure:
    """One interventional procedure performed at this encounter (one technique, one region, one set of sides)."""

    family: str
    technique: str | None = None
    region: str | None = None
    levels: tuple[str, ...] = ()
    laterality: str | None = None
    approach: str | None = None
    guidance: tuple[str, ...] = ()
    contrast: str | None = None
    site: str | None = None
    muscles: tuple[str, ...] = ()
    muscle_count: int | None = None
    needle_gauge: tuple[float, ...] = ()
    injectate: tuple[Injectate, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    # beyond the agreed minimum
    purpose: str | None = None  # diagnostic, therapeutic, or None
    sequence: int | None = None  # 2 for "#2", "second block"
    level_sides: tuple[tuple[str, str], ...] = ()  # (level, side) where sides differ by level
    level_kind: str | None = None  # interspace, joint, nerve, foramen, vertebra
    joints: tuple[str, ...] = ()  # facet joints covered, from the joints or from the nerves named
    images_saved: bool | None = None
    contrast_reason: str | None = None
    status: str = "completed"  # completed, discontinued, reduced
    stopped_side: str | None = None  # the other side, begun with the needle and given up; ``laterality`` was finished
    unlevelled: tuple[str, ...] = ()  # level words that are no real level ("L6"), as written
    leads: int | None = None  # stimulator leads placed, vertebral bodies treated and the like
    methods: tuple[str, ...] = ()  # slugs of terms/methods.yaml: how it was done where no technique slug says it

    def of(self, field_name: str) -> tuple[Evidence, ...]:
        """The words that prove ``field_name``."""
        return tuple(e for e in self.evidence if e.field == field_name)

    def to_dict(self) -> dict[str, object]:
        known: dict[str, object] = {
            "family": self.family,
            "technique": self.technique,
            "region": self.region,
            "levels": list(self.levels),
            "laterality": self.laterality,
            "approach": self.approach,
            "guidance": list(self.guidance),
            "contrast": self.contrast,
            "site": self.site,
            "muscles": list(self.muscles),
            "muscle_count": self.muscle_count,
            "needle_gauge": [_number(g) for g in self.needle_gauge],
            "injectate": [i.to_dict() for i in self.injectate],
            "purpose": self.purpose,
            "sequence": self.sequence,
            "level_sides": [list(pair) for pair in self.level_sides],
            "level_kind": self.level_kind,
            "joints": list(self.joints),
            "images_saved": self.images_saved,
            "contrast_reason": self.contrast_reason,
            "status": self.status,
            "stopped_side": self.stopped_side,
            "leads": self.leads,
            "methods": list(self.methods),
            "evidence": [e.to_dict() for e in self.evidence],
        }
        return known | missing(self, known)


@dataclass(frozen=True, slots=True)
class Care:
    """A treatment tried before: modality slug, weeks or None, outcome slug."""

    modality: str
    weeks: float | None = None
    outcome: str = "not-stated"

    def to_dict(self) -> dict[str, object]:
        return {"modality": self.modality, "weeks": _number(self.weeks), "outcome": self.outcome}


@dataclass(frozen=True, slots=True)
class PainScore:
    """A numeric rating. ``max`` is 10 or 100; ``timing`` a slug of the fact format."""

    score: float
    max: int = 10
    timing: str = "unspecified"

    def to_dict(self) -> dict[str, object]:
        return {"score": _number(self.score), "max": self.max, "timing": self.timing}


@dataclass(frozen=True, slots=True)
class Relief:
    """Pain relief reported: percent and days, each or None; ``source`` a slug of the fact format."""

    percent: float | None
    days: float | None
    source: str

    def to_dict(self) -> dict[str, object]:
        return {"percent": _number(self.percent), "days": _number(self.days), "source": self.source}


@dataclass(frozen=True, slots=True)
class FunctionScale:
    """A scored questionnaire such as ODI; ``score`` None when only its use is stated."""

    scale: str
    score: float | None = None

    def to_dict(self) -> dict[str, object]:
        return {"scale": self.scale, "score": _number(self.score)}


@dataclass(frozen=True, slots=True)
class ImagingStudy:
    """A diagnostic study cited: modality, region (or joint) and short finding; levels and side where named."""

    modality: str
    region: str | None = None
    finding: str | None = None
    levels: tuple[str, ...] = ()
    laterality: str | None = None

    def to_dict(self) -> dict[str, object]:
        return {
            "modality": self.modality,
            "region": self.region,
            "finding": self.finding,
            "levels": list(self.levels),
            "laterality": self.laterality,
        }


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A diagnosis of this encounter as written, with the best ICD-10-CM code that the words support, or None.

    ``written_code`` is the code the note itself prints beside it.
    """

    text: str
    icd10: str | None = None
    written_code: str | None = None
    evidence: tuple[Evidence, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {
            "text": self.text,
            "icd10": self.icd10,
            "written_code": self.written_code,
            "evidence": [e.to_dict() for e in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class WrittenCode:
    """A CPT/HCPCS or ICD code printed in the note: ``system`` is ``cpt``, ``hcpcs``, ``icd10`` or ``icd9``.

    ``units`` is the number printed after it (``x 2``), or None; ``done`` is False where the words around it speak of a
    plan, of the past or of what was not done.
    """

    system: str
    code: str
    modifiers: tuple[str, ...]
    evidence: Evidence
    units: float | None = None
    done: bool = True


@dataclass(frozen=True, slots=True)
class Integrity:
    """Statements on the note itself: who signed, when, and what its template left open. Dates are ISO strings."""

    dates_of_service: tuple[str, ...] = ()
    signature_date: str | None = None
    signer: str | None = None
    late_entry_marked: bool = False
    dictated_not_read: bool = False
    placeholder_texts: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()  # fields dates_of_service, signature_date, integrity


@dataclass(frozen=True, slots=True)
class Service:
    """Work that is no procedure of the fact format: ``kind`` is ``sedation``, ``infusion``, ``push``, ``shot``,
    ``programming``, ``ultrasound-exam``, ``staff-visit`` and the like (facts/services.py lists them).

    ``minutes`` as stated or between the clock times, ``amount`` in mg of ``drug``, ``count`` of what the kind counts
    (parameters changed, square centimetres), ``marks`` what else the note states of it. None where it states nothing.
    """

    kind: str
    minutes: float | None = None
    drug: str | None = None
    amount: float | None = None
    count: float | None = None
    marks: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()  # field services, value the kind


@dataclass(frozen=True, slots=True)
class Visit:
    """What an evaluation part of the note states, for visit and monthly-care codes. Minutes, or None."""

    present: bool = False
    separate: bool = False  # a heading or sentence sets it apart from the procedure
    total_minutes: float | None = None
    physician_minutes: float | None = None
    staff_minutes: float | None = None
    new_patient: bool | None = None
    problems: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    risk: str | None = None  # minimal, low, moderate, high
    care_elements: tuple[str, ...] = ()  # monthly chronic pain care elements stated
    evidence: tuple[Evidence, ...] = ()  # fields visit, total_minutes, physician_minutes


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one note documents, with the words that prove it (``evidence``, one entry or more for each field)."""

    note_id: str
    procedures: tuple[Procedure, ...] = ()
    conservative_care: tuple[Care, ...] = ()
    pain_scores: tuple[PainScore, ...] = ()
    relief: tuple[Relief, ...] = ()
    symptom_weeks: float | None = None
    functional_limitation: bool = False
    function_scales: tuple[FunctionScale, ...] = ()
    exam: tuple[str, ...] = ()
    imaging_studies: tuple[ImagingStudy, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    consent: bool = False
    time_out: bool = False
    sterile_technique: bool = False
    complications_stated: bool = False
    response_stated: bool = False
    disposition_stated: bool = False
    signature: bool = False
    sedation: str | None = None
    placeholders: int = 0
    contradictions: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    # beyond the agreed minimum
    plan: tuple[str, ...] = ()  # families named as planned
    planned: tuple[Procedure, ...] = ()  # the same with levels and side, as far as the plan names them
    history: tuple[str, ...] = ()  # families named as done earlier
    symptoms: tuple[str, ...] = ()  # radicular, axial-only, claudication, no-radicular ...
    exam_negative: tuple[str, ...] = ()  # findings looked for and stated as absent
    vials: tuple[Vial, ...] = ()
    written_codes: tuple[WrittenCode, ...] = ()
    integrity: Integrity = field(default_factory=Integrity)
    visit: Visit = field(default_factory=Visit)
    statements: tuple[str, ...] = ()  # further slugs stated as present: psychological-evaluation, surgery-offered ...
    places: tuple[Evidence, ...] = ()  # where one can look: one for each section, field ``searched:<section kind>``
    services: tuple[Service, ...] = ()  # timed sedation, infusions, shots, programming and others beside procedures
    shingles: frozenset[int] = frozenset()  # checksums of five-word runs, to tell copied notes

    def of(self, field_name: str) -> tuple[Evidence, ...]:
        """The words that prove ``field_name`` (a top-level key of the fact format)."""
        return tuple(e for e in self.evidence if e.field == field_name)

    def to_dict(self) -> dict[str, object]:
        """The fact format as plain JSON types."""
        known: dict[str, object] = {
            "note_id": self.note_id,
            "procedures": [p.to_dict() for p in self.procedures],
            "conservative_care": [c.to_dict() for c in self.conservative_care],
            "pain_scores": [p.to_dict() for p in self.pain_scores],
            "relief": [r.to_dict() for r in self.relief],
            "symptom_weeks": _number(self.symptom_weeks),
            "functional_limitation": self.functional_limitation,
            "function_scales": [s.to_dict() for s in self.function_scales],
            "exam": list(self.exam),
            "imaging_studies": [i.to_dict() for i in self.imaging_studies],
            "diagnoses": [d.to_dict() for d in self.diagnoses],
            "consent": self.consent,
            "time_out": self.time_out,
            "sterile_technique": self.sterile_technique,
            "complications_stated": self.complications_stated,
            "response_stated": self.response_stated,
            "disposition_stated": self.disposition_stated,
            "signature": self.signature,
            "sedation": self.sedation,
            "placeholders": self.placeholders,
            "contradictions": list(self.contradictions),
            "plan": list(self.plan),
            "history": list(self.history),
            "symptoms": list(self.symptoms),
            "exam_negative": list(self.exam_negative),
            "statements": list(self.statements),
            "evidence": [e.to_dict() for e in self.evidence],
        }
        return known | missing(self, known)


def _number(value: float | None) -> float | int | None:
    """Whole numbers without a decimal point, as people write them."""
    if value is None:
        return None
    return int(value) if float(value).is_integer() else round(float(value), 3)


