"""Judges of symptoms, exam, imaging and statements."""

from __future__ import annotations

from notecheck.checks.coverage.judging import (
    Answer,
    absent,
    coded,
    diagnoses,
    diagnosis_words,
    in_document,
    met,
    not_met,
    states,
    unclear,
)
from notecheck.checks.coverage.session import REGION_GROUP, Session, cite_record
from notecheck.policy.coverage import Rule
from notecheck.records import Diagnosis, Facts, ImagingStudy, Procedure

_SECTIONS = ("indication", "history", "assessment", "diagnosis")
_RADICULAR = frozenset({"radicular-pain", "claudication"})
_AXIAL = frozenset({"axial-only", "no-radicular-pain"})
_ROOT_SIGNS = frozenset({"straight-leg-raise", "spurling", "dermatomal-sensory-change"})
_RADICULAR_WORDS = ("radicul", "sciatica", "claudication", "radiat", "laminectomy", "zoster", "herpetic", "failed back")
_DENIED = ("without radicul", "no radicul", "without myelopathy or radicul", "not radicul")
SI_TESTS = (
    "si-test-faber",
    "si-test-gaenslen",
    "si-test-thigh-thrust",
    "si-test-compression",
    "si-test-distraction",
    "si-test-yeoman",
)
_LEVELS = (
    *(f"C{n}" for n in range(1, 8)), *(f"T{n}" for n in range(1, 13)), *(f"L{n}" for n in range(1, 6)), "S1", "S2",
)  # fmt: skip


def radicular_pain(session: Session, rule: Rule) -> Answer:
    """Radicular pain or claudication by symptom, diagnosis or sign; axial pain alone contradicts it."""
    record = tuple(session.case.record())
    found = diagnoses(session)
    axial_only = coded(found, rule.words("only_axial"))
    covering = coded(found, rule.words("covers")) or tuple(d for d in found if _names_radicular_pain(d))
    symptoms = {s for facts in record for s in facts.symptoms}
    if covering:
        return met("A radicular diagnosis is documented.", diagnosis_words(covering))
    if symptoms & _RADICULAR:
        return met("Radicular pain is documented.", cite_record(session.case, "symptoms", values=_RADICULAR))
    if symptoms & _AXIAL or axial_only:
        words = cite_record(session.case, "symptoms", values=_AXIAL) + diagnosis_words(axial_only)
        return not_met(
            "The record tells of axial pain only, without radicular pain or claudication.",
            "radicular-pain-missing",
            words or session.case.searched(*_SECTIONS),
        )
    if any(_ROOT_SIGNS & set(facts.exam) for facts in record):
        return met("A nerve root sign is documented.", cite_record(session.case, "exam", values=_ROOT_SIGNS))
    return absent(session, rule, "Radicular pain or claudication", "radicular-pain-missing", *_SECTIONS)


def _names_radicular_pain(diagnosis: Diagnosis) -> bool:
    text = diagnosis.text.lower()
    return any(word in text for word in _RADICULAR_WORDS) and not any(word in text for word in _DENIED)


def radiculopathy_absent(session: Session, rule: Rule) -> Answer:
    """No untreated radiculopathy beside a facet procedure: by statement, or by symptom or code with a root sign."""
    case = session.case
    if states(session, ("untreated-radiculopathy",)):
        return not_met(
            "The record tells of an untreated radiculopathy.",
            "facet-exclusion-documented",
            cite_record(case, "statements", values=("untreated-radiculopathy",)) or case.searched(*_SECTIONS),
        )
    signs = set(rule.words("signs"))
    for index, facts in enumerate(case.record()):
        root = coded(in_document(facts.diagnoses, index), rule.words("radicular"))
        shown = signs & set(facts.exam)
        if "no-untreated-radiculopathy" in facts.statements:
            continue
        if shown and (root or _RADICULAR & set(facts.symptoms)) and not _AXIAL & set(facts.symptoms):
            words = cite_record(case, "exam", values=shown) + diagnosis_words(root)
            return not_met(
                "The record tells of radicular pain with a nerve root sign.",
                "facet-exclusion-documented",
                words or case.searched(*_SECTIONS),
            )
    return met("Nothing in the record tells of an untreated radiculopathy.", case.searched(*_SECTIONS))


def exam(session: Session, rule: Rule) -> Answer:
    """At least one supporting finding, present on exam."""
    wanted = set(rule.words())
    if any(wanted & set(facts.exam) for facts in session.case.record()):
        return met("A supporting exam finding is documented.", cite_record(session.case, "exam", values=wanted))
    return absent(session, rule, "An exam finding that supports the procedure", "exam-missing", "exam", "history")


def findings(session: Session, rule: Rule) -> Answer:
    """A number of findings out of a list: the signs of a trigger point."""
    wanted, asked = set(rule.words("of")), rule.number("count") or 1
    shown = {e for facts in session.case.record() for e in facts.exam} & wanted
    words = cite_record(session.case, "exam", values=wanted)
    if len(shown) >= asked:
        return met(f"Documented: {', '.join(sorted(shown))}.", words)
    if shown:
        return unclear(
            f"Only {', '.join(sorted(shown))} is documented; the policy asks for {asked:g} findings.",
            words or session.case.searched("exam"),
            "trigger-point-exam-missing",
        )
    return absent(session, rule, "A trigger point found on exam", "trigger-point-exam-missing", "exam", "history")


def si_tests(session: Session, rule: Rule) -> Answer:
    """Positive sacroiliac tests by name; without names, that tests were positive."""
    case, asked = session.case, rule.number() or 0
    named = {s for facts in case.record() for s in facts.statements} & set(SI_TESTS)
    shown = cite_record(case, "exam", values=("si-provocation",))
    words = cite_record(case, "statements", values=named) + shown
    if len(named) >= asked:
        return met(f"{len(named)} positive tests are named.", words)
    with_name = {(e.document, e.start) for e in cite_record(case, "statements", values=(*SI_TESTS, "si-test-other"))}
    if named and all((e.document, e.start) in with_name for e in shown):
        return not_met(
            f"{len(named)} positive tests are named; the policy asks for {asked:g}.", "exam-missing",
            words or case.searched("exam"), "error" if case.chart else "warning",
        )  # fmt: skip
    if any("si-provocation" in facts.exam for facts in case.record()):
        return unclear("Positive tests are documented, their names and number are not.", words)
    if any("si-provocation" in facts.exam_negative for facts in case.record()):
        words = cite_record(case, "exam_negative", values=("si-provocation",))
        return not_met("The sacroiliac tests are negative.", "exam-missing", words or case.searched("exam"))
    return absent(session, rule, "Positive sacroiliac tests", "exam-missing", "exam", "history")


def imaging(session: Session, rule: Rule) -> Answer:
    """A study of the right kind and region; side and level must agree where the study names them."""
    studies = [s for facts in session.case.record() for s in facts.imaging_studies]
    fitting = [s for s in studies if s.modality in rule.words("modalities")]
    words = cite_record(session.case, "imaging_studies")
    name = "imaging-correlation-missing"
    if not fitting:
        return absent(session, rule, "An imaging study that agrees with symptoms and level", name, "imaging", "history")
    for procedure in session.procedures:
        near = [s for s in fitting if _same_region(s, procedure)]
        if not near:
            return absent(session, rule, f"An imaging study of the {procedure.region} region", name, "imaging")
        if rule.flag("level_must_agree") and not any(_agrees(s, procedure) for s in near):
            return unclear(
                "The imaging study names another side or level than the one treated.",
                words or session.case.searched("imaging"), name,
            )  # fmt: skip
    return met("An imaging study of the region is cited.", words)


def _same_region(study: ImagingStudy, procedure: Procedure) -> bool:
    if study.region is None or procedure.region is None:
        return True
    group = REGION_GROUP.get(study.region)
    return group == REGION_GROUP.get(procedure.region) if group else study.region in ("spine", procedure.site)


def _agrees(study: ImagingStudy, procedure: Procedure) -> bool:
    """Not plainly about another side or level. Only a foramen is held to its level, with one level's tolerance."""
    sides = {study.laterality, procedure.laterality}
    if sides == {"left", "right"}:
        return False
    if procedure.family != "epidural-transforaminal" or not study.levels or not procedure.levels:
        return True
    seen, treated = _positions(study.levels), _positions(procedure.levels)
    return not seen or not treated or min(abs(a - b) for a in seen for b in treated) <= 1


def _positions(levels: tuple[str, ...]) -> set[int]:
    return {_LEVELS.index(part) for level in levels for part in level.split("-") if part in _LEVELS}


def statement(session: Session, rule: Rule) -> Answer:
    """One of the statements named by the policy stands in the record."""
    wanted = rule.words()
    if states(session, wanted):
        return met("The record states it.", cite_record(session.case, "statements", values=wanted))
    return absent(
        session,
        rule,
        wanted[0].replace("-", " ").capitalize(),
        rule.requirement.finding,
        "history",
        "assessment",
        "plan",
    )


def statement_absent(session: Session, rule: Rule) -> Answer:
    """None of the statements that would speak against the procedure stands in the note."""
    unwanted = set(rule.words())
    if unwanted & set(session.case.note.statements):
        words = cite_record(session.case, "statements", values=unwanted)
        return not_met("The note states it.", rule.requirement.finding, words or session.case.searched("plan"))
    return met("The note does not state it.", session.case.searched("plan"))


def _told_beside_diagnosis(note: Facts) -> bool:
    """True for a symptom told in other words than those of a diagnosis: the diagnosis alone is no reason."""
    named = [e for d in note.diagnoses for e in d.evidence]
    told = note.of("symptoms")
    if not told:
        return bool(note.symptoms)
    return any(not any(e.start < d.end and d.start < e.end for d in named) for e in told)


def rationale(session: Session, rule: Rule) -> Answer:
    """Anything that says why now: a reason in words, failed care, a limit, a duration, a score, an earlier response."""
    case, note = session.case, session.case.note
    reasons = (
        "rationale" in note.statements,
        any(c.modality not in ("prior-injection", "prior-surgery") for c in note.conservative_care),
        note.functional_limitation,
        note.symptom_weeks is not None,
        _told_beside_diagnosis(note) and bool(note.diagnoses),
        any(s.timing != "post" for s in note.pain_scores),
        any(r.source != "this-procedure" for r in note.relief),
        bool(note.imaging_studies),
    )
    if any(reasons):
        return met("The note says why.", case.searched("indication", "history"))
    return not_met(
        "Nothing in the note says why this procedure was done now.",
        "rationale-missing",
        case.searched("indication", "history", "diagnosis"),
    )
