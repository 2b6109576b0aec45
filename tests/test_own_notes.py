"""Our own annotated notes: facts stay above a floor, and notes without a procedure stay without one.

The floors are a little under the figures measured when they were set (README, "How well it reads"): they catch a fall,
they do not prove that new wordings are read.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notecheck.evaluate.tally import Tally

OWN = Path(__file__).parent / "own"
FLOORS = {
    "dev": {"all": 0.90, "family": 0.97, "precision": 0.94},
    "held": {"all": 0.78, "family": 0.82, "precision": 0.90},
    "third-dev": {"all": 0.83, "family": 0.87, "precision": 0.88},
    "third-held": {"all": 0.79, "family": 0.80, "precision": 0.88},
}


@pytest.fixture(scope="module")
def tallies(checker):
    rows = [json.loads(line) for line in (OWN / "facts.jsonl").read_text(encoding="utf-8").splitlines() if line]
    split = json.loads((OWN / "split.json").read_text(encoding="utf-8"))
    out = {name: Tally() for name in split}
    for row in rows:
        text = (OWN / "notes" / f"{row['note_id']}.txt").read_text(encoding="utf-8")
        name = next(name for name, ids in split.items() if row["note_id"] in ids)
        out[name].add(row, checker.extract(text).to_dict())
    return out


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_facts_of_own_notes_stay_above_the_floor(tallies, name):
    tally, floor = tallies[name], FLOORS[name]
    assert tally.f1() >= floor["all"], f"all facts {tally.f1():.3f}"
    assert tally.f1("family") >= floor["family"], f"family {tally.f1('family'):.3f}"
    assert tally.precision() >= floor["precision"], f"precision {tally.precision():.3f}"


@pytest.mark.parametrize("path", sorted((OWN / "negatives").glob("*.txt")), ids=lambda path: path.stem)
def test_other_notes_have_no_procedure(checker, path):
    found = checker.extract(path.read_text(encoding="utf-8")).procedures
    assert not found, [p.family for p in found]
