"""Counts right, wrong and missed facts by field, and keeps each error with the words behind it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from notecheck.evaluate.marks import Mark, Row, aligned, family_of, of_note, of_procedure
from notecheck.records import Evidence, Facts, Note
from notecheck.report.words import line_number, quoted

ALL = "ALL"
# the field of the evidence that proves a mark, where the two names differ
_PROOF = {
    "conservative_weeks": "conservative_care",
    "conservative_outcome": "conservative_care",
    "pain_score": "pain_scores",
    "pain_timing": "pain_scores",
    "imaging_study": "imaging_studies",
    "function_scale": "function_scales",
    "diagnosis_icd10": "diagnoses",
    "contradiction": "contradictions",
    "injectate_mg": "injectate",
}


@dataclass(frozen=True, slots=True)
class FieldScore:
    """Counts and measures of one field, or of ``ALL``. A field that nothing says scores 1."""

    field: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of what was said that is right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Share of what should be said that was said."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def to_dict(self) -> dict[str, object]:
        return {
            "field": self.field,
            "right": self.right,
            "wrong": self.wrong,
            "missed": self.missed,
            "precision": round(self.precision, 3),
            "recall": round(self.recall, 3),
            "f1": round(self.f1, 3),
        }


@dataclass(frozen=True, slots=True)
class Miss:
    """One error: what the annotation says, what was read, and the words. Either side may be None.

    ``words`` are those that led to the wrong reading, or, for something missed, the line where the value stands
    written; empty where neither is known. ``line`` counts from 1; 0 where there are no words.
    """

    note_id: str
    field: str
    expected: str | None
    got: str | None
    words: str = ""
    line: int = 0

    def to_dict(self) -> dict[str, object]:
        return {
            "note_id": self.note_id,
            "field": self.field,
            "expected": self.expected,
            "got": self.got,
            "words": self.words,
            "line": self.line,
        }


class Tally:
    """Right, wrong and missed marks by field, over any number of notes."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()

    def add(self, wanted: Row, got: Row) -> None:
        """Counts one note; both sides in the fact format."""
        for a, b, _ in _compared(wanted, got):
            self.right.update(key for key, _ in a & b)
            self.wrong.update(key for key, _ in b - a)
            self.missed.update(key for key, _ in a - b)

    def merge(self, other: Tally) -> None:
        """Adds the counts of another tally."""
        self.right.update(other.right)
        self.wrong.update(other.wrong)
        self.missed.update(other.missed)

    def score(self, field: str | None = None) -> FieldScore:
        """One field, or all marks together."""
        if field is None:
            return FieldScore(ALL, *(sum(c.values()) for c in (self.right, self.wrong, self.missed)))
        return FieldScore(field, self.right[field], self.wrong[field], self.missed[field])

    def scores(self) -> tuple[FieldScore, ...]:
        """Every field that either side names, by name; ``ALL`` last."""
        return (*(self.score(field) for field in sorted({*self.right, *self.wrong, *self.missed})), self.score())

    def f1(self, field: str | None = None) -> float:
        """F1 of one field, or of all marks together."""
        return self.score(field).f1

    def precision(self) -> float:
        """Share of what was said that is right, over all fields."""
        return self.score().precision


def misses(wanted: Row, got: Facts, note: Note) -> tuple[Miss, ...]:
    """Every error of one note. A wrong and a missed value of one field and one procedure stand together."""
    out: list[Miss] = []
    for a, b, place in _compared(wanted, got.to_dict()):
        proofs = got.evidence if place is None else got.procedures[place].evidence if place >= 0 else ()
        if place is None:
            proofs = (*proofs, *(e for d in got.diagnoses for e in d.evidence))
        for field in sorted({key for key, _ in a ^ b}):
            expected = sorted((v for k, v in a - b if k == field), key=str)
            read = sorted((v for k, v in b - a if k == field), key=str)
            for want, have in _coupled(expected, read):
                words, line = _words(field, want, have, proofs, note)
                out.append(Miss(note.note_id, field, _shown(want, field), _shown(have, field), words, line))
    return tuple(out)


def _compared(wanted: Row, got: Row) -> list[tuple[set[Mark], set[Mark], int | None]]:
    """Pairs of mark sets: the note's own (place None), then each procedure (its place in ``got``, -1 when missed)."""
    pairs: list[tuple[set[Mark], set[Mark], int | None]] = [(of_note(wanted), of_note(got), None)]
    left, right = wanted.get("procedures") or [], got.get("procedures") or []
    for i, j in aligned(left, right):
        a = None if i is None else left[i]
        b = None if j is None else right[j]
        pairs.append((of_procedure(a) | family_of(a), of_procedure(b) | family_of(b), -1 if j is None else j))
    return pairs


def _coupled(expected: list[Any], read: list[Any]) -> list[tuple[Any, Any]]:
    """A missed value with the wrong one of the same drug, modality or score, then the rest in order."""
    out: list[tuple[Any, Any]] = []
    rest = list(read)
    for want in list(expected):
        same = next((h for h in rest if isinstance(want, tuple) and isinstance(h, tuple) and h[0] == want[0]), None)
        if same is not None:
            out.append((want, same))
            expected.remove(want)
            rest.remove(same)
    for k in range(max(len(expected), len(rest))):
        out.append((expected[k] if k < len(expected) else None, rest[k] if k < len(rest) else None))
    return out


def _words(field: str, want: Any, have: Any, proofs: Sequence[Evidence], note: Note) -> tuple[str, int]:
    """What led to the wrong value, else where the missed value stands written."""
    name = _PROOF.get(field, field.removeprefix("flag:"))
    found = [e for e in proofs if e.field == name and not e.document]
    if have is not None and found:
        key = str(have[0] if isinstance(have, tuple) else have).lower()
        exact = [e for e in found if e.value.lower() == key]
        proof = (exact or found)[0]
        return quoted(proof, (note,)), line_number(note.text, proof.start)
    match = next((m for pattern in _spelt(want) if (m := re.search(pattern, note.text, re.IGNORECASE))), None)
    if match is None:
        return "", 0
    proof = Evidence(match.start(), match.end(), match.group())
    return quoted(proof, (note,)), line_number(note.text, match.start())


def _spelt(want: Any) -> list[str]:
    """How a value may stand in the text; good enough to point a reader at the line."""
    parts = want if isinstance(want, tuple) else (want,)
    out = []
    for part in parts:
        if isinstance(part, float | int) and not isinstance(part, bool):
            out.append(rf"(?<![\d.]){re.escape(f'{part:g}')}(?![\d.])")
        elif isinstance(part, str) and len(part) > 1 and part not in ("yes", "no", "none"):
            out.append(rf"\b{re.escape(part).replace('-', '[-–— /]?').replace(chr(92) + '[', '[')}")
    return out


def _shown(value: Any, field: str) -> str | None:
    if value is None:
        return None
    if isinstance(value, tuple):
        return ", ".join(_shown(part, field) or "not stated" for part in value)
    if field == "levels":
        return str(value).upper()
    if isinstance(value, bool):
        return "stated" if value else "not stated"
    return f"{value:g}" if isinstance(value, float) else str(value)
