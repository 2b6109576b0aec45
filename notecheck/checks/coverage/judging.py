"""The answer of one judge, and the rule for what is nowhere in the record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from notecheck.checks.coverage.session import Session
from notecheck.policy.coverage import Rule
from notecheck.policy.coverage_files import Confidence
from notecheck.records import Diagnosis, Evidence, Severity, Verdict

_CAP: Mapping[Confidence, Severity] = {
    "verified": "error",
    "verified-2": "warning",
    "recalled": "info",
    "unsure": "info",
}
LOUDNESS: Mapping[Severity, int] = {"info": 0, "warning": 1, "error": 2}


def capped(confidence: Confidence, *severities: Severity) -> Severity:
    """The lowest of the severities and of what the source's confidence allows."""
    return min((*severities, _CAP[confidence]), key=LOUDNESS.__getitem__)


@dataclass(frozen=True, slots=True)
class Answer:
    """Verdict on one requirement: why, by which words; ``finding`` names the check that reports it, if any.

    ``at_most`` lowers the severity where the answer is less sure than the rule.
    """

    status: Verdict
    because: str
    evidence: tuple[Evidence, ...] = ()
    finding: str = ""
    at_most: Severity = "error"


def met(because: str, evidence: Iterable[Evidence] = ()) -> Answer:
    """The record shows it."""
    return Answer("met", because, tuple(evidence))


def not_met(because: str, finding: str, evidence: Iterable[Evidence], at_most: Severity = "error") -> Answer:
    """The record contradicts it, or lacks it where it had to be."""
    return Answer("not-met", because, tuple(evidence), finding, at_most)


def unclear(
    because: str, evidence: Iterable[Evidence] = (), finding: str = "", at_most: Severity = "warning"
) -> Answer:
    """The record neither shows nor excludes it."""
    return Answer("unclear", because, tuple(evidence), finding, at_most)


def not_applicable(because: str) -> Answer:
    """The requirement does not concern this case."""
    return Answer("not-applicable", because)


def absent(session: Session, rule: Rule, what: str, finding: str, *sections: str) -> Answer:
    """Nowhere in what was given: a chart-side matter is open while only the note was given, else missing.

    Before the procedure the visit note is all there is: what it lacks is missing.
    """
    places = session.case.searched(*sections)
    if session.case.mode == "preauth":
        return not_met(f"{what} is not in what the request would hold.", finding, places)
    if rule.requirement.where == "chart" and not session.case.chart:
        return unclear(f"{what} is not in this note: check the visit note.", places, finding)
    if session.case.chart:
        return not_met(f"{what} is neither in the note nor in the chart documents given.", finding, places)
    return not_met(f"{what} is not in the note.", finding, places)


def diagnoses(session: Session) -> tuple[Diagnosis, ...]:
    """Diagnoses of note and chart, their words marked with the document."""
    return tuple(d for index, facts in enumerate(session.case.record()) for d in in_document(facts.diagnoses, index))


def in_document(found: Iterable[Diagnosis], index: int) -> tuple[Diagnosis, ...]:
    """Diagnoses of one document, their words marked with its number in the record (0: the note)."""
    return tuple(replace(d, evidence=tuple(replace(e, document=index) for e in d.evidence)) for d in found)


def coded(found: Iterable[Diagnosis], prefixes: Iterable[str]) -> tuple[Diagnosis, ...]:
    """Diagnoses whose code (the note's own or the supported one) begins with one of the prefixes."""
    starts = tuple(p.replace(".", "") for p in prefixes)
    return tuple(
        d
        for d in found
        if starts and any((c or "").replace(".", "").startswith(starts) for c in (d.icd10, d.written_code))
    )


def diagnosis_words(found: Iterable[Diagnosis]) -> tuple[Evidence, ...]:
    """The words that prove diagnoses."""
    return tuple(e for d in found for e in d.evidence)


def states(session: Session, slugs: Iterable[str]) -> bool:
    """True when note or chart holds one of the statements."""
    wanted = set(slugs)
    return any(wanted & set(facts.statements) for facts in session.case.record())
