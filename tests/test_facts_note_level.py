"""Note-level facts from invented snippets: ``tests/facts/KIND.yaml``, one case for each way of saying (or not saying) it."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import pytest

from notecheck import locate
from notecheck.annotate.pipeline import Annotator
from notecheck.datafile import read_yaml
from notecheck.facts import care, cues, duration, exam, function, imaging, pain, symptoms
from notecheck.records import Annotated, Evidence, Note

FOLDER = Path(__file__).parent / "facts"


@functools.cache
def annotator() -> Annotator:
    """One pipeline for the session; loading it is slow."""
    return Annotator()


@functools.cache
def annotated(text: str) -> Annotated:
    return annotator().annotate(Note(text))


def cases(kind: str) -> list[Any]:
    return [pytest.param(case, id=f"{kind}: {case['name']}") for case in read_yaml(FOLDER / f"{kind}.yaml")]


def proved(evidence: tuple[Evidence, ...], text: str, field: str) -> None:
    """Every piece of evidence quotes the note word for word and names its field."""
    for piece in evidence:
        assert text[piece.start : piece.end] == piece.text
        assert piece.field.split("_negative")[0] == field
        assert piece.value


@pytest.mark.parametrize("case", cases("care"))
def test_care(case: dict[str, Any]) -> None:
    found, evidence = care.find(annotated(case["note"]))
    assert [[c.modality, c.weeks, c.outcome] for c in found] == case["expect"]
    proved(evidence, case["note"], "conservative_care")
    assert {e.value for e in evidence} == {c.modality for c in found}


@pytest.mark.parametrize("case", cases("pain"))
def test_pain_scores(case: dict[str, Any]) -> None:
    found, evidence = pain.scores(annotated(case["note"]))
    assert [[s.score, s.max, s.timing] for s in found] == case["expect"]
    proved(evidence, case["note"], "pain_scores")
    assert len(evidence) == len(found)


@pytest.mark.parametrize("case", cases("relief"))
def test_relief(case: dict[str, Any]) -> None:
    found, evidence = pain.relief(annotated(case["note"]))
    assert [[r.percent, r.days, r.source] for r in found] == case["expect"]
    proved(evidence, case["note"], "relief")


@pytest.mark.parametrize("case", cases("duration"))
def test_duration(case: dict[str, Any]) -> None:
    weeks, evidence = duration.find(annotated(case["note"]))
    assert weeks == case["expect"]
    proved(evidence, case["note"], "symptom_weeks")
    assert bool(evidence) == (weeks is not None)


@pytest.mark.parametrize("case", cases("function"))
def test_function(case: dict[str, Any]) -> None:
    limited, evidence = function.limitation(annotated(case["note"]))
    assert limited == case["limit"]
    proved(evidence, case["note"], "functional_limitation")
    scales, evidence = function.scales(annotated(case["note"]))
    assert [[s.scale, s.score] for s in scales] == case["scales"]
    proved(evidence, case["note"], "function_scales")


@pytest.mark.parametrize("case", cases("exam"))
def test_exam(case: dict[str, Any]) -> None:
    present, absent, evidence = exam.find(annotated(case["note"]))
    assert (sorted(present), sorted(absent)) == (sorted(case["expect"]), sorted(case["absent"]))
    proved(evidence, case["note"], "exam")


@pytest.mark.parametrize("case", cases("imaging"))
def test_imaging(case: dict[str, Any]) -> None:
    found, evidence = imaging.find(annotated(case["note"]))
    assert [[s.modality, s.region] for s in found] == case["expect"]
    proved(evidence, case["note"], "imaging_studies")
    if found:
        first = found[0]
        assert (case["finding"] is None) == (first.finding is None)
        assert case["finding"] is None or case["finding"].lower() in str(first.finding).lower()
        assert (list(first.levels), first.laterality) == (case["levels"], case["side"])


@pytest.mark.parametrize("case", cases("symptoms"))
def test_symptoms(case: dict[str, Any]) -> None:
    found, evidence = symptoms.find(annotated(case["note"]))
    assert sorted(found) == sorted(case["expect"])
    proved(evidence, case["note"], "symptoms")


@pytest.mark.parametrize("case", cases("notes"))
def test_whole_note(case: dict[str, Any]) -> None:
    doc = annotated(case["note"])
    found: dict[str, object] = {
        "care": [[c.modality, c.weeks, c.outcome] for c in care.find(doc)[0]],
        "pain": [[s.score, s.max, s.timing] for s in pain.scores(doc)[0]],
        "relief": [[r.percent, r.source] for r in pain.relief(doc)[0]],
        "weeks": duration.find(doc)[0],
        "scales": [s.scale for s in function.scales(doc)[0]],
        "exam": sorted(exam.find(doc)[0]),
        "imaging": [[s.modality, s.region] for s in imaging.find(doc)[0]],
    }
    found["function"] = function.limitation(doc)[0] or bool(found["scales"])
    asked = set(case) - {"name", "note"}
    assert {key: found[key] for key in asked} == {key: case[key] for key in asked}


@pytest.mark.parametrize("name", sorted(path.stem for path in (locate.patterns() / "cues").glob("*.yaml")))
def test_cues_match_their_examples(name: str) -> None:
    compiled = cues.load(name)
    wrong = []
    for cue, model in cues.read(name).cues.items():
        found = compiled[cue].match if model.at == "start" else compiled[cue].search
        wrong += [f"{cue} misses {text!r}" for text in model.examples if not found(text)]
        wrong += [f"{cue} takes {text!r}" for text in model.never if found(text)]
    assert not wrong
