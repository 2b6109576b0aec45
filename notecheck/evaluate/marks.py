"""What one note's facts say, as marks that can be compared: (field, value) pairs, for the note and for each
procedure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SINGLE = ("technique", "region", "laterality", "approach", "contrast", "site", "muscle_count")
MANY = ("levels", "guidance", "muscles", "needle_gauge")
FLAGS = (
    "functional_limitation",
    "consent",
    "time_out",
    "sterile_technique",
    "complications_stated",
    "response_stated",
    "disposition_stated",
    "signature",
)
Mark = tuple[str, Any]
Row = Mapping[str, Any]


def of_procedure(procedure: Row | None) -> set[Mark]:
    """The attributes of one entry; doses in mg to one decimal place. None is an entry that is not there."""
    if procedure is None:
        return set()
    marks: set[Mark] = {(key, _plain(procedure[key])) for key in SINGLE if procedure.get(key) is not None}
    marks |= {(key, _plain(value)) for key in MANY for value in procedure.get(key) or ()}
    for item in procedure.get("injectate") or ():
        marks.add(("injectate", _plain(item.get("drug"))))
        if item.get("mg") is not None:
            marks.add(("injectate_mg", (_plain(item.get("drug")), round(float(item["mg"]), 1))))
    return marks


def of_note(facts: Row) -> set[Mark]:
    """Everything said of the note as a whole. Weeks are rounded; "not stated" and "unspecified" say nothing."""
    marks: set[Mark] = {("flag:" + key, True) for key in FLAGS if facts.get(key)}
    for care in facts.get("conservative_care") or ():
        modality = _plain(care.get("modality"))
        marks.add(("conservative_care", modality))
        if care.get("weeks") is not None:
            marks.add(("conservative_weeks", (modality, round(float(care["weeks"])))))
        if care.get("outcome") not in (None, "not-stated"):
            marks.add(("conservative_outcome", (modality, _plain(care["outcome"]))))
    for pain in facts.get("pain_scores") or ():
        score = float(pain["score"])
        marks.add(("pain_score", (score, pain.get("max"))))
        if pain.get("timing") not in (None, "unspecified"):
            marks.add(("pain_timing", (score, _plain(pain["timing"]))))
    marks |= {("relief", (r.get("percent"), _plain(r.get("source")))) for r in facts.get("relief") or ()}
    marks |= {("exam", _plain(slug)) for slug in facts.get("exam") or ()}
    marks |= {
        ("imaging_study", (_plain(i.get("modality")), _plain(i.get("region"))))
        for i in facts.get("imaging_studies") or ()
    }
    marks |= {("function_scale", _plain(s.get("scale"))) for s in facts.get("function_scales") or ()}
    marks |= {("diagnosis_icd10", d["icd10"].upper()) for d in facts.get("diagnoses") or () if d.get("icd10")}
    marks |= {("contradiction", _plain(slug)) for slug in facts.get("contradictions") or ()}
    if facts.get("symptom_weeks") is not None:
        marks.add(("symptom_weeks", round(float(facts["symptom_weeks"]))))
    if facts.get("sedation"):
        marks.add(("sedation", _plain(facts["sedation"])))
    if facts.get("placeholders"):
        marks.add(("placeholders", True))
    return marks


def family_of(procedure: Row | None) -> set[Mark]:
    """The family of an entry, as a mark."""
    return {("family", _plain(procedure["family"]))} if procedure is not None else set()


def aligned(wanted: Sequence[Row], got: Sequence[Row]) -> Iterable[tuple[int | None, int | None]]:
    """Which entry belongs to which, by place: entries of one family, the most alike first; None where nothing does."""
    left, right = [of_procedure(p) for p in wanted], [of_procedure(p) for p in got]
    choices = sorted(
        (
            (len(a & b), -i, -j)
            for i, a in enumerate(left)
            for j, b in enumerate(right)
            if family_of(wanted[i]) == family_of(got[j])
        ),
        reverse=True,
    )
    taken: tuple[set[int], set[int]] = (set(), set())
    for _, i, j in choices:
        if -i not in taken[0] and -j not in taken[1]:
            taken[0].add(-i)
            taken[1].add(-j)
            yield -i, -j
    yield from ((i, None) for i in range(len(wanted)) if i not in taken[0])
    yield from ((None, j) for j in range(len(got)) if j not in taken[1])


def _plain(value: Any) -> Any:
    return value.strip().lower() if isinstance(value, str) else value
