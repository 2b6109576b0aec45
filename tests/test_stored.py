"""Facts, claims and answers as JSON and back: what was judged can be judged again without the note."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import notecheck
from notecheck.engine import judge
from notecheck.read.claim_files import read_claim
from notecheck.read.notes import read_note
from notecheck.records import Claim, Evidence, Facts, Procedure
from notecheck.records.stored import pack, unpack

SAMPLES = Path(__file__).resolve().parents[1] / "sample_notes"


def through_json(data: object) -> Any:
    return json.loads(json.dumps(data))


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda p: p.stem)
def test_a_stored_answer_is_judged_again_to_the_same_answer(without_models: notecheck.Checker, path: Path) -> None:
    """Without the learned models: they read the note itself, which is not stored."""
    checker, note = without_models, read_note(path)
    claim_file = path.with_suffix(".claim.json")
    claim = read_claim(claim_file, checker.book) if claim_file.exists() else None
    report = checker.check(note, claim, chart=["Pain for ten weeks. Physical therapy for six weeks failed."])
    stored = through_json(report.to_dict())
    facts = unpack(Facts, stored["facts"])
    assert facts == report.facts
    chart = tuple(unpack(Facts, document) for document in stored["chart"])
    assert chart == report.chart
    again = judge(facts, unpack(Claim, stored["claim"]) if stored["claim"] else None, chart, checker.book)
    assert replace(again, note_id=report.note_id, source=report.source) == report


def test_every_field_of_facts_and_procedures_is_stored() -> None:
    facts = Facts("n", procedures=(Procedure("facet-rfa", unlevelled=("L6",)),), shingles=frozenset({255, 3}))
    stored = through_json(facts.to_dict())
    assert stored["shingles"] == "3 ff" and stored["procedures"][0]["unlevelled"] == ["L6"]
    assert unpack(Facts, stored) == facts


def test_keys_of_another_version_are_left_out_and_wrong_kinds_refused() -> None:
    packed = pack(Evidence(0, 4, "text"))
    assert unpack(Evidence, {**packed, "later": 1}) == Evidence(0, 4, "text")
    with pytest.raises(TypeError):
        unpack(Evidence, {**packed, "text": 5})
    with pytest.raises(TypeError):
        unpack(Evidence, {"start": 0})
