"""Compares extracted facts with annotated ones: the same marks as the published fact format, field by field."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

SINGLE = ("technique", "region", "laterality", "approach", "contrast", "site", "muscle_count")
MANY = ("levels", "guidance", "muscles", "needle_gauge")
FLAGS = (
    "functional_limitation", "consent", "time_out", "sterile_technique", "complications_stated", "response_stated",
    "disposition_stated", "signature",
)  # fmt: skip
Mark = tuple[str, Any]


def of_procedure(procedure: dict[str, Any]) -> set[Mark]:
    """Everything one entry says, its family included."""
    marks: set[Mark] = {("family", procedure["family"])}
    marks |= {(key, procedure[key]) for key in SINGLE if procedure.get(key) is not None}
    marks |= {(key, value) for key in MANY for value in procedure.get(key) or ()}
    for item in procedure.get("injectate") or ():
        marks.add(("injectate", item["drug"]))
        if item["mg"] is not None:
            marks.add(("injectate_mg", (item["drug"], round(item["mg"], 1))))
    return marks


def of_note(facts: dict[str, Any]) -> set[Mark]:
    """Everything said of the note as a whole."""
    marks: set[Mark] = {("flag:" + key, True) for key in FLAGS if facts.get(key)}
    for care in facts["conservative_care"]:
        marks.add(("conservative_care", care["modality"]))
        if care["weeks"] is not None:
            marks.add(("conservative_weeks", (care["modality"], round(care["weeks"]))))
        if care["outcome"] != "not-stated":
            marks.add(("conservative_outcome", (care["modality"], care["outcome"])))
    for score in facts["pain_scores"]:
        marks.add(("pain_score", (score["score"], score["max"])))
        if score["timing"] != "unspecified":
            marks.add(("pain_timing", (score["score"], score["timing"])))
    marks |= {("relief", (r["percent"], r["source"])) for r in facts["relief"]}
    marks |= {("exam", slug) for slug in facts["exam"]}
    marks |= {("imaging_study", (i["modality"], i["region"])) for i in facts["imaging_studies"]}
    marks |= {("function_scale", s["scale"]) for s in facts["function_scales"]}
    marks |= {("diagnosis_icd10", d["icd10"]) for d in facts["diagnoses"] if d["icd10"]}
    marks |= {("contradiction", slug) for slug in facts["contradictions"]}
    if facts["symptom_weeks"] is not None:
        marks.add(("symptom_weeks", round(facts["symptom_weeks"])))
    if facts["sedation"]:
        marks.add(("sedation", facts["sedation"]))
    if facts["placeholders"]:
        marks.add(("placeholders", True))
    return marks


def pairs(wanted: list[dict[str, Any]], got: list[dict[str, Any]]) -> Iterable[tuple[set[Mark], set[Mark]]]:
    """Entries of one family side by side, the most alike first; the others against nothing."""
    left, right = [of_procedure(p) for p in wanted], [of_procedure(p) for p in got]
    family = [p["family"] for p in wanted], [p["family"] for p in got]
    choices = sorted(
        ((len(a & b), -i, -j) for i, a in enumerate(left) for j, b in enumerate(right) if family[0][i] == family[1][j]),
        reverse=True,
    )
    done: tuple[set[int], set[int]] = (set(), set())
    for _, i, j in choices:
        if -i not in done[0] and -j not in done[1]:
            done[0].add(-i)
            done[1].add(-j)
            yield left[-i], right[-j]
    yield from ((a, set()) for i, a in enumerate(left) if i not in done[0])
    yield from ((set(), b) for j, b in enumerate(right) if j not in done[1])


class Tally:
    """Right, wrong and missed marks by field."""

    def __init__(self) -> None:
        self.right: Counter[str] = Counter()
        self.wrong: Counter[str] = Counter()
        self.missed: Counter[str] = Counter()

    def add(self, wanted: dict[str, Any], got: dict[str, Any]) -> None:
        """Counts one note."""
        self._count(of_note(wanted), of_note(got))
        for a, b in pairs(wanted["procedures"], got["procedures"]):
            self._count(a, b)

    def _count(self, wanted: set[Mark], got: set[Mark]) -> None:
        self.right.update(key for key, _ in wanted & got)
        self.wrong.update(key for key, _ in got - wanted)
        self.missed.update(key for key, _ in wanted - got)

    def f1(self, field: str | None = None) -> float:
        """F1 of one field, or of all marks together."""
        right, wrong, missed = (
            sum(c.values()) if field is None else c[field] for c in (self.right, self.wrong, self.missed)
        )
        return 2 * right / (2 * right + wrong + missed) if right else float(not wrong and not missed)

    def precision(self) -> float:
        """Share of what was said that is right."""
        right, wrong = sum(self.right.values()), sum(self.wrong.values())
        return right / (right + wrong) if right + wrong else 1.0
