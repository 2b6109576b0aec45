"""One answer as rows of the tables: the same for the embedded engine, the second pass and every other engine."""

from __future__ import annotations

import bisect
import hashlib
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from notecheck.records import Evidence, Report
from notecheck.scan.history import episode_rows

_WORST = {"error": 0, "warning": 1, "info": 2}


def note_key(source: str, member: str | None) -> str:
    """The key of a document: 16 hexadecimal digits made of its source and member."""
    return checksum(source, member or "")


def checksum(*parts: str) -> str:
    """16 hexadecimal digits made of some texts; which text ends where counts."""
    made = hashlib.blake2b(digest_size=8)
    for part in parts:
        raw = part.encode("utf-8", "replace")
        made.update(f"{len(raw)}:".encode())
        made.update(raw)
    return made.hexdigest()


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of a document before it is judged. The fields are the columns of ``notes`` of the same name.

    ``day`` is the ISO date that the file gives; the day in the store is that of the claim or of the note where they
    give one.
    """

    source: str
    member: str | None = None
    root: str = ""
    note_id: str = "note"
    patient: str | None = None
    provider: str | None = None
    encounter: str | None = None
    author: str | None = None
    day: str | None = None
    content_hash: str = ""
    edition: str = ""
    claim_hash: str = ""
    joined_by: str | None = None
    payer_named: str | None = None
    payer_by: str | None = None

    @property
    def note_key(self) -> str:
        """The key of the document."""
        return note_key(self.source, self.member)


@dataclass(frozen=True, slots=True)
class Layout:
    """Where lines and pages of a text begin, to tell the place of a quotation."""

    chars: int
    line_starts: tuple[int, ...]
    page_starts: tuple[int, ...] = ()

    @classmethod
    def of(cls, text: str, page_starts: tuple[int, ...] = (), line_starts: tuple[int, ...] = ()) -> Layout:
        """The layout of a text; pages, and lines where the reader joined printed ones, as it gives them."""
        if line_starts:
            return cls(len(text), tuple(line_starts), tuple(page_starts))
        starts = [0]
        at = text.find("\n")
        while at >= 0:
            starts.append(at + 1)
            at = text.find("\n", at + 1)
        return cls(len(text), tuple(starts), tuple(page_starts))

    def line(self, offset: int) -> int:
        """The line, from 1, of a character."""
        return bisect.bisect_right(self.line_starts, offset)

    def page(self, offset: int) -> int | None:
        """The page, from 1, of a character; None without pages."""
        return max(1, bisect.bisect_right(self.page_starts, offset)) if self.page_starts else None


def rows(
    report: Report,
    place: Place,
    layout: Layout,
    *,
    fingerprint: bytes | None = None,
    seconds: float = 0.0,
    earlier: int = 0,
    beside: int = 0,
    second: dict[str, Any] | None = None,
    history_hash: str = "",
) -> dict[str, list[dict[str, Any]]]:
    """The rows of one judged document by table name, of plain types only (bytes for the fingerprint)."""
    key = place.note_key
    note = _note(report, place)
    return {
        "notes": [
            {
                **asdict(place),
                **note,
                "note_key": key,
                "status": "judged",
                "chars": layout.chars,
                "line_starts": list(layout.line_starts),
                "page_starts": list(layout.page_starts),
                "fingerprint": fingerprint,
                "seconds": seconds,
                "earlier": earlier,
                "beside": beside,
                "second": second,
                "history_hash": history_hash,
                "judged_at": _now(),
                "gone": False,
            }
        ],
        "procedures": [_procedure(key, n, p) for n, p in enumerate(report.facts.procedures)],
        "findings": [_finding(key, n, f, layout) for n, f in enumerate(report.findings)],
        "checklist": _checklist(key, report),
        "claims": _claim_lines(key, report),
        "suggested": [
            {
                "note_key": key,
                "number": n,
                "code": line.code,
                "modifiers": list(line.modifiers),
                "units": float(line.units),
                "icd10": list(line.icd10),
                "why": line.why,
            }
            for n, line in enumerate(report.suggested.lines)
        ],
        "episodes": [{**row, "day": _day(row["day"])} for row in episode_rows(key, note["patient"], note["report"])],
    }


def refused_rows(
    place: Place, code: str, reason: str, next_step: str, *, chars: int = 0, seconds: float = 0.0
) -> dict[str, list[dict[str, Any]]]:
    """The row of a document that could not be read or judged, with the reason."""
    return {
        "notes": [
            {
                **asdict(place),
                "note_key": place.note_key,
                "status": "refused",
                "reason_code": code,
                "reason": reason,
                "next_step": next_step,
                "day": _day(place.day),
                "editions": [],
                "families": [],
                "line_starts": [],
                "page_starts": [],
                "history_hash": "",
                "errors": 0,
                "warnings": 0,
                "infos": 0,
                "earlier": 0,
                "beside": 0,
                "claimed": False,
                "gone": False,
                "seconds": seconds,
                "chars": chars,
                "judged_at": _now(),
            }
        ]
    }


def _note(report: Report, place: Place) -> dict[str, Any]:
    claim = report.claim
    severities = [finding.severity for finding in report.findings]
    stated = report.facts.integrity.dates_of_service
    return {
        "note_id": report.note_id,
        "patient": place.patient or (claim.patient_id if claim else None),
        "provider": place.provider or (claim.provider if claim else None),
        "payer": claim.payer if claim else "medicare",
        "mac": claim.mac if claim else None,
        "state": claim.state if claim else None,
        "day": _day(claim.date_of_service if claim else None, *stated, place.day),
        "editions": list(report.editions),
        "families": list(dict.fromkeys(p.family for p in report.facts.procedures)),
        "readiness": report.readiness,
        "errors": severities.count("error"),
        "warnings": severities.count("warning"),
        "infos": severities.count("info"),
        "claimed": bool(claim and claim.lines and not claim.proposed),
        "report": report.to_dict(),
    }


def _procedure(key: str, number: int, procedure: Any) -> dict[str, Any]:
    return {
        "note_key": key,
        "number": number,
        "family": procedure.family,
        "technique": procedure.technique,
        "region": procedure.region,
        "levels": list(procedure.levels),
        "laterality": procedure.laterality,
        "approach": procedure.approach,
        "guidance": list(procedure.guidance),
        "contrast": procedure.contrast,
        "site": procedure.site,
        "muscles": list(procedure.muscles),
        "muscle_count": procedure.muscle_count,
        "drugs": [given.drug for given in procedure.injectate],
        "purpose": procedure.purpose,
        "status": procedure.status,
    }


def _finding(key: str, number: int, finding: Any, layout: Layout) -> dict[str, Any]:
    shown = _first(finding.evidence)
    own = shown.document == 0 if shown else False
    return {
        "note_key": key,
        "number": number,
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "fix": finding.fix,
        "billed": finding.line,
        "requirement": finding.requirement,
        "quote": shown.text if shown else None,
        "start": shown.start if shown else None,
        "stop": shown.end if shown else None,
        "line": layout.line(shown.start) if shown and own else None,
        "page": layout.page(shown.start) if shown and own else None,
        "source": finding.source,
    }


def _checklist(key: str, report: Report) -> list[dict[str, Any]]:
    severity: dict[str, str] = {}
    for finding in report.findings:
        if finding.requirement:
            kept = severity.get(finding.requirement)
            if kept is None or _WORST[finding.severity] < _WORST[kept]:
                severity[finding.requirement] = finding.severity
    made = []
    for number, item in enumerate(report.checklist):
        shown = _first(item.evidence)
        made.append(
            {
                "note_key": key,
                "number": number,
                "requirement": item.item,
                "topic": item.item.partition("/")[0],
                "answer": item.status,
                "severity": severity.get(item.item),
                "for_person": item.for_person,
                "question": item.question,
                "because": item.because,
                "quote": shown.text if shown else None,
                "start": shown.start if shown else None,
                "stop": shown.end if shown else None,
                "source": item.source,
            }
        )
    return made


def _claim_lines(key: str, report: Report) -> list[dict[str, Any]]:
    claim = report.claim
    if claim is None:
        return []
    return [
        {
            "note_key": key,
            "number": number,
            "claim_id": claim.claim_id,
            "code": line.code,
            "modifiers": list(line.modifiers),
            "units": float(line.units),
            "icd10": list(line.icd10),
            "place_of_service": claim.place_of_service,
            "proposed": claim.proposed,
        }
        for number, line in enumerate(claim.lines)
    ]


def _first(evidence: tuple[Evidence, ...]) -> Evidence | None:
    """The evidence to show: words of the note before words of the chart, words before a place searched."""
    ranked = sorted(evidence, key=_rank)
    return ranked[0] if ranked else None


def _rank(shown: Evidence) -> tuple[bool, bool]:
    return (shown.document != 0, shown.field.startswith("searched:"))


def _day(*written: str | None) -> str | None:
    """The first that is a day, as ISO text."""
    for one in written:
        if one:
            try:
                return date.fromisoformat(one).isoformat()
            except ValueError:
                continue
    return None


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
