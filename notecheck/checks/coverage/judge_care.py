"""Judges of what came before: conservative care, duration, scales, function."""

from __future__ import annotations

from notecheck.checks.coverage.judging import (
    Answer,
    absent,
    coded,
    diagnoses,
    met,
    not_applicable,
    not_met,
    unclear,
)
from notecheck.checks.coverage.session import Session, cite_record
from notecheck.policy.coverage import Rule
from notecheck.records import Care, Evidence, Facts, PainScore

_NOT_CARE = frozenset({"prior-injection", "prior-surgery"})
_WITHOUT_SUCCESS = frozenset({"failed", "partial", "not-tolerated", "contraindicated"})
_NOT_POSSIBLE = frozenset({"not-tolerated", "contraindicated"})
_DRUGS = frozenset(
    {"nsaid", "acetaminophen", "opioid", "muscle-relaxant", "neuropathic-agent", "oral-steroid", "topical"}
)
_PROGRAMS = frozenset(
    {"physical-therapy", "home-exercise", "cognitive-behavioral", "chiropractic", "activity-modification"}
)
_SECTIONS = ("indication", "history", "assessment")
_BEFORE = ("pre", "average", "current", "baseline", "unspecified")
"""Timings of a pain score that can stand for the pain before treatment, the most telling first."""


def conservative_care(session: Session, rule: Rule) -> Answer:
    """Long enough, and without success. The value is a number of weeks, or a table with what else will do."""
    exam, purpose = set(rule.words("or_exam")), rule.text("or_purpose")
    if any(exam & set(facts.exam) for facts in session.case.record()):
        return met("Movement is limited on exam.", cite_record(session.case, "exam", values=exam))
    if purpose in session.purposes:
        return met(f"The injection is {purpose}.")
    counts_any = rule.flag("any_modality")
    found = [
        c
        for facts in session.case.record()
        for c in facts.conservative_care
        if counts_any or c.modality not in _NOT_CARE
    ]
    words = cite_record(session.case, "conservative_care")
    if not found:
        return absent(session, rule, "Conservative care", "conservative-care-missing", *_SECTIONS)
    kinds = rule.number("kinds")
    if kinds is not None:
        tried = {c.modality for c in found}
        if len(tried) >= kinds:
            return met(f"{len(tried)} kinds of care are documented.", words)
        return absent(session, rule, f"A list of {kinds:g} kinds of care", "conservative-care-too-short", *_SECTIONS)
    weeks = _weeks_asked(session, rule)
    return _outcome(found, words, session) if weeks is None else _long_enough(found, weeks, words, session)


def _weeks_asked(session: Session, rule: Rule) -> float | None:
    group = rule.text("weeks_for")
    if group and coded(diagnoses(session), (group,)):
        return rule.number("weeks_then")
    return rule.number("weeks") if rule.number("weeks") is not None else rule.number()


def _outcome(found: list[Care], words: tuple[Evidence, ...], session: Session) -> Answer:
    if any(c.outcome in _WITHOUT_SUCCESS for c in found):
        return met("Conservative care without lasting success is documented.", words)
    return unclear(
        "Conservative care is documented, its result is not.",
        words or session.case.searched(*_SECTIONS),
        "conservative-care-too-short",
        "info",
    )


def _long_enough(found: list[Care], weeks: float, words: tuple[Evidence, ...], session: Session) -> Answer:
    without = [c for c in found if c.outcome in _WITHOUT_SUCCESS]
    timed = [c.weeks for c in found if c.weeks is not None]
    longest = max(timed, default=None)
    places = words or session.case.searched(*_SECTIONS)
    if any(c.outcome in _NOT_POSSIBLE for c in found):
        return met("Conservative care was not tolerated or not possible.", words)
    if longest is not None and longest >= weeks:
        if without:
            return met(f"{longest:g} weeks of conservative care without lasting success.", words)
        return unclear(
            f"{longest:g} weeks of conservative care are documented, the result is not.",
            places, "conservative-care-too-short", "info",
        )  # fmt: skip
    if longest is not None and not any(c.weeks is None for c in without):
        return not_met(
            f"The longest conservative care documented is {longest:g} weeks; the policy asks for {weeks:g}.",
            "conservative-care-too-short",
            places,
        )
    return unclear(
        f"Conservative care is documented without a length that reaches {weeks:g} weeks.",
        places,
        "conservative-care-too-short",
    )


def conservative_mix(session: Session, rule: Rule) -> Answer:
    """Medication together with an active or manual measure."""
    tried = {c.modality for facts in session.case.record() for c in facts.conservative_care} - _NOT_CARE
    words = cite_record(session.case, "conservative_care")
    if tried & _DRUGS and tried - _DRUGS - {"unspecified"}:
        return met("Medication and another measure are documented.", words)
    return unclear("Medication together with another measure is not documented.", words)


def ongoing_program(session: Session, rule: Rule) -> Answer:
    """An active program that goes on. Advisory in most texts: no finding."""
    going = [
        c
        for facts in session.case.record()
        for c in facts.conservative_care
        if c.modality in _PROGRAMS and c.outcome == "ongoing"
    ]
    if going or any("multimodal-program" in facts.statements for facts in session.case.record()):
        return met("A program is under way.", cite_record(session.case, "conservative_care", "statements"))
    return unclear("An ongoing program is not stated.", session.case.searched("plan", *_SECTIONS))


def symptom_duration(session: Session, rule: Rule) -> Answer:
    """The longest duration stated in the record against the policy's weeks."""
    stated = [facts.symptom_weeks for facts in session.case.record() if facts.symptom_weeks is not None]
    asked = rule.number() or 0
    if not stated:
        return absent(session, rule, "How long the pain has lasted", "symptom-duration-insufficient", *_SECTIONS)
    words = cite_record(session.case, "symptom_weeks") or session.case.searched(*_SECTIONS)
    if max(stated) >= asked:
        return met(f"Pain for {max(stated):g} weeks.", words)
    return not_met(
        f"Pain for {max(stated):g} weeks; the policy asks for {asked:g}.", "symptom-duration-insufficient", words
    )


def before(facts: Facts) -> tuple[PainScore, ...]:
    """Pain scores of one document that stand for the pain before treatment: those of the most telling timing."""
    for timing in _BEFORE:
        if found := tuple(s for s in facts.pain_scores if s.timing == timing):
            return found
    return ()


def scale(session: Session, rule: Rule) -> Answer:
    """A pain score before the procedure; ``either`` also takes a function scale, whose value must be stated."""
    record = tuple(session.case.record())
    if any(before(facts) or any(s.timing == "worst" for s in facts.pain_scores) for facts in record):
        return met("A pain score is recorded.", cite_record(session.case, "pain_scores"))
    scored = any(s.score is not None for facts in record for s in facts.function_scales)
    if rule.text("kind") == "either" and scored:
        return met("A function scale is recorded.", cite_record(session.case, "function_scales"))
    return absent(session, rule, "A pain score before the procedure", "pain-score-missing", "pain", *_SECTIONS)


def pain_threshold(session: Session, rule: Rule) -> Answer:
    """The pain before treatment against the payer's number, on a scale of ten."""
    asked = rule.number() or 0
    for facts in session.case.record():
        if scores := before(facts):
            highest = max(s.score * 10 / s.max for s in scores)
            words = cite_record(session.case, "pain_scores") or session.case.searched("pain", *_SECTIONS)
            if highest >= asked:
                return met(f"Pain {highest:g} of 10.", words)
            return not_met(
                f"Pain {highest:g} of 10; the payer asks for {asked:g} or more.", "pain-score-below-threshold", words
            )
    return unclear("No pain score to compare with the payer's number.", session.case.searched("pain", *_SECTIONS))


def function(session: Session, rule: Rule) -> Answer:
    """A limit in daily life, or a scored function scale."""
    record = tuple(session.case.record())
    if any(facts.functional_limitation or facts.function_scales for facts in record):
        return met(
            "A functional limit is documented.", cite_record(session.case, "functional_limitation", "function_scales")
        )
    return absent(
        session, rule, "What the pain keeps the patient from doing", "function-missing", "function", *_SECTIONS
    )


def post_score(session: Session, rule: Rule) -> Answer:
    """A pain score after the procedure; asked on the checklist only."""
    if any(s.timing == "post" for s in session.case.note.pain_scores):
        return met("A score after the procedure is recorded.", cite_record(session.case, "pain_scores"))
    if any(r.source == "this-procedure" for r in session.case.note.relief):
        return met("The relief after the procedure is recorded.", cite_record(session.case, "relief"))
    return unclear("No score after the procedure.", session.case.searched("response", "pain"))


def reader(session: Session, rule: Rule) -> Answer:
    """Left to a person, or decided by the check that the requirement names."""
    if rule.requirement.finding:
        return not_applicable(f"Decided by the check {rule.requirement.finding}.")
    return unclear("For a person to check: the facts of the note do not decide it.")
