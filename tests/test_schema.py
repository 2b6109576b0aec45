"""The published JSON Schema: fresh, closed, printed by the command. Every answer of the suite is held against it, too:
see ``Watched`` in conftest.py."""

from __future__ import annotations

import json
from typing import Any

import jsonschema_rs
import made_schema
import pytest
from conftest import answer_format

from notecheck.records.report import SCHEMA_VERSION
from notecheck.report import schema


@pytest.fixture(scope="module")
def answer(checker, top) -> dict[str, Any]:
    note = top / "sample_notes" / "tfesi-left-billed-right.txt"
    claim = json.loads(note.with_suffix(".claim.json").read_text("utf-8"))
    return json.loads(json.dumps(checker.check(note.read_text("utf-8"), claim).to_dict()))


def test_the_file_is_fresh():
    assert schema.text() == made_schema.text(), "run: PYTHONPATH=. python tests/made_schema.py (and mind SCHEMA_VERSION)"


def test_it_is_a_schema_and_names_its_version():
    loaded = json.loads(schema.text())
    jsonschema_rs.meta.validate(loaded)
    assert loaded["$id"].endswith(f":{SCHEMA_VERSION}")
    assert all(d.get("description") and d["additionalProperties"] is False for d in loaded["$defs"].values())


def test_the_command_prints_it(run_notecheck):
    done = run_notecheck("schema")
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == json.loads(schema.text())


def test_an_answer_and_a_batch_are_valid(answer):
    assert answer["schema_version"] == SCHEMA_VERSION
    assert answer_format().is_valid(answer)
    assert answer_format().is_valid({"schema_version": SCHEMA_VERSION, "reports": [answer, answer]})


def objects(value: Any, place: tuple[Any, ...] = ()):
    """Every object inside an answer, with its place."""
    if isinstance(value, dict):
        yield place, value
    for key, inside in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ():
        yield from objects(inside, (*place, key))


def test_no_object_takes_a_key_that_is_not_published(answer):
    """Another key, put into each object of a real answer in turn, is refused everywhere."""
    seen = {}
    for place, inside in objects(answer):
        seen.setdefault(tuple(part for part in place if isinstance(part, str)), inside)
    assert len(seen) > 15
    for place, inside in seen.items():
        inside["unheard_of"] = 1
        assert not answer_format().is_valid(answer), place
        del inside["unheard_of"]
    assert answer_format().is_valid(answer)


@pytest.mark.parametrize("broken", [
    {"readiness": "fine"}, {"schema_version": "0.9"}, {"findings": None}, {"day": "March"}, {"ledger": [{"family": "x"}]},
])  # fmt: skip
def test_a_broken_answer_is_refused(answer, broken):
    assert not answer_format().is_valid(answer | broken)
    for key in broken:
        assert not answer_format().is_valid({k: v for k, v in answer.items() if k != key})
