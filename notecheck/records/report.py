"""The answer: findings, checklist, supported lines, and the report that holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from notecheck.records.claim import Claim
from notecheck.records.coverage import AuthorizationNeed, Episode, Verdict, VisitSupport
from notecheck.records.diff import MarkedLine
from notecheck.records.facts import Facts, Procedure
from notecheck.records.findings import Finding
from notecheck.records.ledger import Needle
from notecheck.records.ruling import Notice, Suppressed
from notecheck.records.stored import pack
from notecheck.records.text import Evidence

SCHEMA_VERSION = "1.1"
"""Of the published JSON answer: the second number grows with every new key, the first where one changes or goes."""

Readiness = Literal["ready", "addendum", "hold"]
Mode = Literal["prebill", "preauth"]


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One requirement of the policy in force and its answer. ``because`` gives the reason in one sentence.

    ``for_person`` marks a requirement that the facts of a note cannot decide: it is always unclear, and a person reads.
    ``judge`` names how it was decided; it is not part of the answer format.
    """

    item: str
    status: Verdict
    source: str
    evidence: tuple[Evidence, ...] = ()
    because: str = ""
    question: str = ""
    for_person: bool = False
    judge: str = ""

    def to_dict(self) -> dict[str, object]:
        return {
            "item": self.item,
            "status": self.status,
            "for_person": self.for_person,
            "question": self.question,
            "because": self.because,
            "evidence": [e.to_dict() for e in self.evidence],
            "source": self.source,
        }


@dataclass(frozen=True, slots=True)
class SupportedLine:
    """A claim line that the note alone supports, with the reason in words."""

    code: str
    modifiers: tuple[str, ...] = ()
    units: float = 1
    icd10: tuple[str, ...] = ()
    why: str = ""
    evidence: tuple[Evidence, ...] = ()

    def to_dict(self) -> dict[str, object]:
        units = int(self.units) if float(self.units).is_integer() else self.units
        return {
            "code": self.code,
            "modifiers": list(self.modifiers),
            "units": units,
            "icd10": list(self.icd10),
            "why": self.why,
            "evidence": [e.to_dict() for e in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class SupportedDiagnosis:
    """A diagnosis the note documents, with its code (or None) and the words.

    ``candidates`` are codes with their titles that come near a diagnosis without code, best first, for a person to
    choose from.
    """

    icd10: str | None
    text: str
    evidence: tuple[Evidence, ...] = ()
    candidates: tuple[tuple[str, str], ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {
            "icd10": self.icd10,
            "text": self.text,
            "evidence": [e.to_dict() for e in self.evidence],
            "candidates": [{"icd10": code, "title": title} for code, title in self.candidates],
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of an open fact, and the lines that it alone would give. No line of it is supported by the note."""

    says: str
    lines: tuple[SupportedLine, ...] = ()

    def to_dict(self) -> dict[str, object]:
        lines = [{"code": s.code, "modifiers": list(s.modifiers), "units": s.units} for s in self.lines]
        return {"reading": self.says, "lines": lines}


@dataclass(frozen=True, slots=True)
class Alternative:
    """What the provider would have to state, what would follow, and which open questions that settles."""

    asks: str
    readings: tuple[Reading, ...]
    settles: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        readings = [reading.to_dict() for reading in self.readings]
        return {"asks": self.asks, "readings": readings, "settles": list(self.settles)}


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A service or supply that the note tells and that makes no line of this claim: ``billed_by`` says whose it is.

    ``codes`` are the codes of its family in force on the day, ``why`` the rule in one sentence, ``source`` where it
    stands.
    """

    codes: tuple[str, ...]
    what: str
    billed_by: str
    why: str
    source: str
    evidence: tuple[Evidence, ...] = ()

    @property
    def says(self) -> str:
        """The abstention as one sentence."""
        return f"No line for {self.what} ({', '.join(self.codes)}): {self.why}. Billed by: {self.billed_by}."

    def to_dict(self) -> dict[str, object]:
        return {
            "codes": list(self.codes),
            "what": self.what,
            "billed_by": self.billed_by,
            "why": self.why,
            "source": self.source,
            "evidence": [e.to_dict() for e in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Suggested:
    """What the note alone supports. ``open_questions`` say what is missing where no code can be settled.

    ``alternatives`` are the readings that the note leaves, with the lines of each. ``elsewhere`` is what the note tells
    and this claim does not bill.
    """

    lines: tuple[SupportedLine, ...] = ()
    diagnoses: tuple[SupportedDiagnosis, ...] = ()
    open_questions: tuple[str, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    elsewhere: tuple[Elsewhere, ...] = ()

    def to_dict(self) -> dict[str, object]:
        return {
            "lines": [line.to_dict() for line in self.lines],
            "diagnoses": [d.to_dict() for d in self.diagnoses],
            "open_questions": list(self.open_questions),
            "alternatives": [a.to_dict() for a in self.alternatives],
            "elsewhere": [e.to_dict() for e in self.elsewhere],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer for one note. ``editions`` names every table and policy used, with its date.

    ``day`` is the ISO date that picked them, ``chart`` the facts of the chart documents: with ``facts`` and ``claim``
    they are all that is needed to judge again.
    ``planned`` are the procedures judged in ``preauth`` mode, ``authorization`` the programmes that the codes fall
    under, ``episodes`` the sequences with the patient's history, ``visit`` what the visit part supports.
    ``suppressed`` are findings that were accepted, ``notices`` what is wrong with the suppressions themselves: neither
    counts.
    """

    note_id: str
    readiness: Readiness
    facts: Facts
    findings: tuple[Finding, ...] = ()
    checklist: tuple[ChecklistItem, ...] = ()
    suggested: Suggested = Suggested()
    claim: Claim | None = None
    editions: tuple[str, ...] = ()
    source: str = "-"
    ledger: tuple[Needle, ...] = ()
    diff: tuple[MarkedLine, ...] = ()
    day: str = ""
    chart: tuple[Facts, ...] = ()
    mode: Mode = "prebill"
    planned: tuple[Procedure, ...] = ()
    authorization: tuple[AuthorizationNeed, ...] = ()
    episodes: tuple[Episode, ...] = ()
    visit: VisitSupport | None = None
    edition_note: str = ""
    """A sentence where the claim edits are of another quarter than the date of service; empty where they hold."""
    suppressed: tuple[Suppressed, ...] = ()
    notices: tuple[Notice, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The published answer format as plain JSON types."""
        return {
            "schema_version": SCHEMA_VERSION,
            "note_id": self.note_id,
            "readiness": self.readiness,
            "facts": self.facts.to_dict(),
            "findings": [f.to_dict() for f in self.findings],
            "suppressed": [s.to_dict() for s in self.suppressed],
            "notices": [n.to_dict() for n in self.notices],
            "checklist": [c.to_dict() for c in self.checklist],
            "suggested": self.suggested.to_dict(),
            "editions": list(self.editions),
            "edition_note": self.edition_note,
            "ledger": [needle.to_dict() for needle in self.ledger],
            "claim": self._claim(),
            "diff": [line.to_dict() for line in self.diff],
            "day": self.day,
            "chart": [facts.to_dict() for facts in self.chart],
            "mode": self.mode,
            "planned": [p.to_dict() for p in self.planned],
            "authorization": [need.to_dict() for need in self.authorization],
            "episodes": [episode.to_dict() for episode in self.episodes],
            "visit": self.visit.to_dict() if self.visit else None,
        }

    def _claim(self) -> dict[str, object] | None:
        """The claim that was judged, and whether its lines were given or stand in the note; None without any."""
        if self.claim is None:
            return None
        return {
            "origin": "printed in the note" if self.claim.proposed else "given",
            **pack(self.claim),
            "lines": [line.to_dict() for line in self.claim.lines],
        }
