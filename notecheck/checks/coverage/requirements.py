"""Judges every requirement of the policy in force that applies to what was done.

Four answers: met, not-met, not-applicable (with the reason), unclear. A matter of the chart that is nowhere in what was
given is unclear while only the note was given, and not-met once a chart was given and lacks it too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from notecheck.checks.base import Case
from notecheck.checks.coverage import (
    judge_care,
    judge_findings,
    judge_frequency,
    judge_procedure,
    judge_response,
)
from notecheck.checks.coverage.judging import Answer, capped, coded, diagnoses, not_applicable, states, unclear
from notecheck.checks.coverage.session import Session, mac_of, sessions
from notecheck.policy.coverage import Gap, Rule
from notecheck.policy.coverage_files import Requirement, Waiver
from notecheck.records import Evidence, Procedure, Severity, Verdict

Judge = Callable[[Session, Rule], Answer]

JUDGES: Mapping[str, Judge] = {
    "blocks": judge_response.blocks,
    "combined": judge_frequency.combined,
    "conservative-care": judge_care.conservative_care,
    "conservative-mix": judge_care.conservative_mix,
    "contrast": judge_procedure.contrast,
    "drugs": judge_procedure.drugs,
    "exam": judge_findings.exam,
    "findings": judge_findings.findings,
    "first-block": judge_response.first_block,
    "function": judge_care.function,
    "guidance": judge_procedure.guidance,
    "images": judge_procedure.images,
    "imaging": judge_findings.imaging,
    "interval": judge_frequency.interval,
    "muscle-regions": judge_frequency.muscle_regions,
    "no-imaging": judge_procedure.no_imaging,
    "not-covered": judge_procedure.not_covered,
    "ongoing-program": judge_care.ongoing_program,
    "pain-threshold": judge_care.pain_threshold,
    "post-score": judge_care.post_score,
    "purpose": judge_procedure.purpose,
    "radicular-pain": judge_findings.radicular_pain,
    "radiculopathy-absent": judge_findings.radiculopathy_absent,
    "rationale": judge_findings.rationale,
    "reader": judge_care.reader,
    "regions": judge_frequency.regions,
    "repeat-relief": judge_response.repeat_relief,
    "scale": judge_care.scale,
    "sedation": judge_procedure.sedation,
    "sessions": judge_frequency.sessions,
    "si-tests": judge_findings.si_tests,
    "sites": judge_frequency.sites,
    "statement": judge_findings.statement,
    "statement-absent": judge_findings.statement_absent,
    "steroid-dose": judge_procedure.steroid_dose,
    "symptom-duration": judge_care.symptom_duration,
    "technique": judge_procedure.technique,
    "trial-relief": judge_response.trial_relief,
}
"""The names that ``judge`` may have in a policy file."""

_GAPS: Mapping[Gap, str] = {
    "no-edition": "No edition of this policy is known for that day.",
    "no-policy": "This contractor has no known policy on the matter.",
    "contractor-unknown": "Contractors differ and the claim names none.",
}


REPORTED_BY: Mapping[str, str] = {
    "blocks": "diagnostic-blocks-missing",
    "combined": "combined-procedures-not-covered",
    "conservative-care": "conservative-care-missing",
    "drugs": "drug-not-covered",
    "exam": "exam-missing",
    "findings": "trigger-point-exam-missing",
    "first-block": "repeat-relief-missing",
    "function": "function-missing",
    "imaging": "imaging-correlation-missing",
    "interval": "interval-too-short",
    "muscle-regions": "multiple-regions-in-session",
    "pain-threshold": "pain-score-below-threshold",
    "radicular-pain": "radicular-pain-missing",
    "radiculopathy-absent": "facet-exclusion-documented",
    "rationale": "rationale-missing",
    "regions": "multiple-regions-in-session",
    "repeat-relief": "repeat-relief-missing",
    "scale": "pain-score-missing",
    "sedation": "sedation-not-supported",
    "sessions": "sessions-exceed-limit",
    "si-tests": "exam-missing",
    "sites": "multiple-regions-in-session",
    "symptom-duration": "symptom-duration-insufficient",
    "trial-relief": "trial-relief-missing",
}
"""The check that reports a judge's answer where it finds something amiss, for explaining one that found nothing."""

_OF_THE_PLAN = frozenset({"combined", "muscle-regions", "regions", "sites", "statement-absent"})
"""Judges of procedure-note requirements that a plan can already meet or break."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One requirement with its answer; ``finding`` and ``severity`` say which check reports it and how loudly."""

    rule: Rule
    answer: Answer
    line: str | None
    severity: Severity

    @property
    def status(self) -> Verdict:
        return self.answer.status

    @property
    def requirement(self) -> str:
        """Payer, topic and slug, as findings name it."""
        return f"{self.rule.topic.payer}/{self.rule.topic.topic}/{self.rule.slug}"

    @property
    def source(self) -> str:
        return self.rule.source or f"{self.rule.topic.payer} {self.rule.topic.topic}"

    def evidence(self, case: Case) -> tuple[Evidence, ...]:
        """The words of the answer, else the place that was searched."""
        return self.answer.evidence or case.searched("procedure")


class _Memory:
    """The last case and its verdicts: a score of checks asks for the same ones in a row."""

    last: tuple[Case, tuple[Judged, ...]] | None = None


def judged(case: Case) -> tuple[Judged, ...]:
    """Every requirement of every topic that the note's procedures touch, in file order."""
    if _Memory.last is None or _Memory.last[0] is not case:
        _Memory.last = (case, tuple(_judge_all(case)))
    return _Memory.last[1]


def concerned(whole: Session) -> Iterator[tuple[Rule, Session]]:
    """The rules of a session's topic, each with the session seen for the procedures that it concerns."""
    case, mac = whole.case, mac_of(whole.case)
    for requirement in whole.topic.requirements:
        rule = case.book.coverage.in_force(whole.topic, requirement, case.day, mac)
        asked = tuple(p for p in whole.procedures if _concerns(requirement, p))
        if asked:
            yield rule, whole if asked == whole.procedures else whole.narrowed(asked)


def _judge_all(case: Case) -> Iterator[Judged]:
    for whole in sessions(case):
        for rule, session in concerned(whole):
            requirement = rule.requirement
            answer = _answer(session, rule)
            loudness = capped(rule.confidence, requirement.severity, answer.at_most)
            yield Judged(rule, answer, session.line, loudness)


def _answer(session: Session, rule: Rule) -> Answer:
    requirement = rule.requirement
    if requirement.stages and not session.stages & set(requirement.stages):
        return not_applicable(f"Asked of {' or '.join(requirement.stages)} procedures only.")
    if requirement.purposes and not session.purposes & set(requirement.purposes):
        return not_applicable(f"Asked of {' or '.join(requirement.purposes)} procedures only.")
    if rule.gap == "no-policy":
        return not_applicable(_GAPS[rule.gap])
    if rule.gap:
        return unclear(_GAPS[rule.gap])
    to_come = session.case.mode == "preauth" and requirement.where == "procedure-note"
    if to_come and requirement.judge not in _OF_THE_PLAN:
        return not_applicable("Asked of the procedure note; the procedure is still to come.")
    for waiver in requirement.exceptions:
        if _waived(session, waiver):
            return not_applicable(f"Exception: {waiver.slug.replace('-', ' ')}.")
    return JUDGES[requirement.judge](session, rule)


def _concerns(requirement: Requirement, procedure: Procedure) -> bool:
    return (
        (not requirement.families or procedure.family in requirement.families)
        and (not requirement.techniques or procedure.technique in requirement.techniques)
        and procedure.technique not in requirement.except_techniques
        and (
            not requirement.drugs
            or any(word in i.drug.lower() for i in procedure.injectate for word in requirement.drugs)
        )
    )


def _waived(session: Session, waiver: Waiver) -> bool:
    found = diagnoses(session)
    return (
        states(session, waiver.statements)
        or bool(coded(found, waiver.icd10))
        or any(word in d.text.lower() for d in found for word in waiver.words)
    )
