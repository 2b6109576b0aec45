"""A document cut into pieces, so that every quoted word can be marked and linked with the finding that quotes it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from notecheck.records import Evidence, Facts, Finding, Note

SEARCHED = "searched:"
KINDS = {
    "procedure": "Procedure",
    "place": "Level, side, site",
    "technique": "Approach, guidance, contrast",
    "drug": "Drug and dose",
    "care": "Earlier care, pain, function",
    "findings": "Examination and studies",
    "diagnosis": "Diagnosis",
    "record": "Record: consent, dates, signature",
}
_KIND_OF = {
    "family": "procedure",
    "status": "procedure",
    "purpose": "procedure",
    "sequence": "procedure",
    "technique": "procedure",
    "levels": "place",
    "joints": "place",
    "laterality": "place",
    "site": "place",
    "region": "place",
    "muscles": "place",
    "muscle_count": "place",
    "approach": "technique",
    "guidance": "technique",
    "contrast": "technique",
    "contrast_reason": "technique",
    "images_saved": "technique",
    "needle_gauge": "technique",
    "injectate": "drug",
    "vials": "drug",
    "sedation": "drug",
    "conservative_care": "care",
    "pain_scores": "care",
    "relief": "care",
    "symptom_weeks": "care",
    "functional_limitation": "care",
    "function_scales": "care",
    "symptoms": "care",
    "exam": "findings",
    "exam_negative": "findings",
    "imaging_studies": "findings",
    "diagnoses": "diagnosis",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. ``kind`` is a slug of KINDS or empty; ``findings`` count the report's findings from 1.

    ``anchors`` are the findings whose first quoted words begin here.
    """

    text: str
    kind: str = ""
    findings: tuple[int, ...] = ()
    anchors: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """One document as pieces, in order; together they are its text, character for character."""

    name: str
    number: int
    pieces: tuple[Piece, ...]


def mark(document: Note, number: int, facts: Facts | None, findings: Sequence[Finding]) -> Marked:
    """Cut ``document`` (0 the note, 1.. the chart) where quoted words begin and end.

    ``facts`` colour the note; None leaves a chart document with the words of findings only.
    """
    spans: list[tuple[int, int, str, int]] = []
    if facts is not None:
        spans += [(e.start, e.end, kind_of(e), 0) for e in _proofs(facts) if e.end > e.start]
    for index, finding in enumerate(findings, start=1):
        spans += [
            (e.start, e.end, "", index)
            for e in finding.evidence
            if e.document == number and not e.field.startswith(SEARCHED) and e.end > e.start
        ]
    return Marked(document.source if document.source != "-" else document.note_id, number, _cut(document.text, spans))


def kind_of(evidence: Evidence) -> str:
    """The kind of fact that the words prove, as a slug of KINDS."""
    return _KIND_OF.get(evidence.field.partition(":")[0].partition(".")[0], "record")


def _proofs(facts: Facts) -> Iterable[Evidence]:
    for procedure in facts.procedures:
        yield from procedure.evidence
    for diagnosis in facts.diagnoses:
        yield from diagnosis.evidence
    yield from (e for e in facts.evidence if not e.document)


def _cut(text: str, spans: Sequence[tuple[int, int, str, int]]) -> tuple[Piece, ...]:
    inside = [(max(0, s), min(e, len(text)), kind, index) for s, e, kind, index in spans if s < len(text)]
    edges = sorted({0, len(text), *(s for s, *_ in inside), *(e for _, e, *_ in inside)})
    seen: set[int] = set()
    pieces = []
    for start, end in pairwise(edges):
        here = [span for span in inside if span[0] <= start and span[1] >= end]
        kinds = sorted((e - s, kind) for s, e, kind, _ in here if kind)
        found = tuple(dict.fromkeys(index for *_, index in here if index))
        new = tuple(index for index in found if index not in seen)
        seen.update(new)
        pieces.append(Piece(text[start:end], kinds[0][1] if kinds else "", found, new))
    return tuple(pieces)
