"""What the coverage policies say beyond single findings: authorization, episodes of care, the level of a visit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from notecheck.records.text import Evidence

Verdict = Literal["met", "not-met", "unclear", "not-applicable"]


@dataclass(frozen=True, slots=True)
class AuthorizationNeed:
    """A programme of prior authorization that a billed or planned code falls under.

    ``need`` is ``required``, ``voluntary`` (without it the claim goes to review) or ``usual`` (payer practice: ask).
    ``number`` is the approval on the claim, or None.
    """

    code: str
    programme: str
    need: str
    says: str
    source: str
    confidence: str
    number: str | None = None

    def to_dict(self) -> dict[str, object]:
        return {
            "code": self.code,
            "programme": self.programme,
            "need": self.need,
            "says": self.says,
            "source": self.source,
            "confidence": self.confidence,
            "number": self.number,
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One session of an episode. ``kind`` says what it was; ``number`` counts its kind from the first known.

    ``known_from`` is ``claim``, ``chart``, ``earlier note``, or ``this note`` for the session that is judged.
    """

    date: str
    kind: str
    number: int
    laterality: str | None = None
    levels: tuple[str, ...] = ()
    relief_percent: float | None = None
    relief_days: float | None = None
    known_from: str = "claim"

    def to_dict(self) -> dict[str, object]:
        return {
            "date": self.date,
            "kind": self.kind,
            "number": self.number,
            "laterality": self.laterality,
            "levels": list(self.levels),
            "relief_percent": self.relief_percent,
            "relief_days": self.relief_days,
            "known_from": self.known_from,
        }


@dataclass(frozen=True, slots=True)
class SessionCount:
    """Sessions that count against a limit of the policy, this one included; ``kind`` is empty where all count."""

    requirement: str
    kind: str
    sessions: int
    limit: float
    period: str
    source: str

    def to_dict(self) -> dict[str, object]:
        return {
            "requirement": self.requirement,
            "kind": self.kind,
            "sessions": self.sessions,
            "limit": self.limit,
            "period": self.period,
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class Waiting:
    """One rule on when the same procedure may follow: the first day it allows.

    ``binding`` is False where the rule bends to the record, as a relief rule does to a gain in function.
    """

    requirement: str
    date: str
    because: str
    source: str
    binding: bool = True

    def to_dict(self) -> dict[str, object]:
        return {
            "requirement": self.requirement,
            "date": self.date,
            "because": self.because,
            "source": self.source,
            "binding": self.binding,
        }


@dataclass(frozen=True, slots=True)
class Episode:
    """The sequence of procedures of one kind and region: what was done, what it gave, what counts, what may follow.

    ``next_eligible`` is the first day on which no binding rule on time speaks against the same procedure in the same
    place, None where no such rule is known; relief and the rest of the policy are judged apart from it.
    """

    topic: str
    region: str | None
    steps: tuple[Step, ...]
    counts: tuple[SessionCount, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    next_eligible: str | None = None

    def to_dict(self) -> dict[str, object]:
        return {
            "topic": self.topic,
            "region": self.region,
            "steps": [step.to_dict() for step in self.steps],
            "counts": [count.to_dict() for count in self.counts],
            "waiting": [rule.to_dict() for rule in self.waiting],
            "next_eligible": self.next_eligible,
        }


@dataclass(frozen=True, slots=True)
class Element:
    """One of the three elements of decision making: ``level`` None where the note does not say, and what it says."""

    level: str | None
    seen: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {"level": self.level, "seen": list(self.seen)}


@dataclass(frozen=True, slots=True)
class VisitSupport:
    """What the visit part of the record supports: three elements, minutes, codes, and the answer on the billed code.

    ``decision`` is the level that two of the three elements reach, None where fewer than two are stated.
    ``status`` is ``not-applicable`` where no visit is billed and ``unclear`` where the note does not say.
    """

    problems: Element
    data: Element
    risk: Element
    decision: str | None
    minutes: float | None
    code_by_decision: str | None
    code_by_time: str | None
    billed: str | None
    status: Verdict
    because: str
    source: str
    evidence: tuple[Evidence, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {
            "problems": self.problems.to_dict(),
            "data": self.data.to_dict(),
            "risk": self.risk.to_dict(),
            "decision": self.decision,
            "minutes": self.minutes,
            "code_by_decision": self.code_by_decision,
            "code_by_time": self.code_by_time,
            "billed": self.billed,
            "status": self.status,
            "because": self.because,
            "source": self.source,
            "evidence": [e.to_dict() for e in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class ReviewFigure:
    """A figure of a federal review, with its unit, source and confidence."""

    says: str
    figure: float
    unit: str
    source: str
    confidence: str

    def to_dict(self) -> dict[str, object]:
        return {
            "says": self.says,
            "figure": self.figure,
            "unit": self.unit,
            "source": self.source,
            "confidence": self.confidence,
        }


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one finding or checklist item came out as it did.

    ``asks`` is the requirement in plain words, ``source`` policy, revision and section, ``value`` the number or list
    in force. ``satisfies`` and ``fails`` are invented kinds of wording, never words about this patient.
    """

    name: str
    status: str
    asks: str
    because: str
    source: str
    confidence: str = ""
    last_checked: str = ""
    value: str = ""
    evidence: tuple[Evidence, ...] = ()
    satisfies: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    reviews: tuple[ReviewFigure, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {
            "name": self.name,
            "status": self.status,
            "asks": self.asks,
            "because": self.because,
            "source": self.source,
            "confidence": self.confidence,
            "last_checked": self.last_checked,
            "value": self.value,
            "evidence": [e.to_dict() for e in self.evidence],
            "satisfies": list(self.satisfies),
            "fails": list(self.fails),
            "reviews": [r.to_dict() for r in self.reviews],
        }
