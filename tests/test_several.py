"""Several notes in one call: one document of each form, every note with its own claim and its own suppressions."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest
from conftest import answer_format
from test_report_forms import Tags
from test_sarif import faults

SAMPLES = Path(__file__).resolve().parents[1] / "sample_notes"
NAMES = ("tfesi-left-billed-right", "blood-patch-ready", "bursa-no-side")


@pytest.fixture
def three(tmp_path):
    claims = []
    for name in NAMES:
        shutil.copy(SAMPLES / f"{name}.txt", tmp_path)
        claims.append(json.loads((SAMPLES / f"{name}.claim.json").read_text("utf-8")) | {"note_id": name})
    (tmp_path / "claims.json").write_text(json.dumps(claims))
    return [f"{name}.txt" for name in NAMES]


def test_one_document_of_each_form(run_notecheck, three, tmp_path):
    (tmp_path / f"{NAMES[0]}.notecheck").write_text('notecheck:ignore LAT002 reason="asked"\n')
    line = ("check", *three, "--claim", "claims.json")
    text = run_notecheck(*line)
    assert text.returncode == 1 and text.stderr == ""
    assert [w in text.stdout for w in (" HOLD   tfesi", " READY   blood", "bursa-no-side.txt")] == [True] * 3
    answer = json.loads(run_notecheck(*line, "--format", "json").stdout)
    assert answer_format().is_valid(answer)
    assert [one["note_id"] for one in answer["reports"]] == list(NAMES)
    assert [len(one["suppressed"]) for one in answer["reports"]] == [1, 0, 0]
    rows = list(csv.DictReader(io.StringIO(run_notecheck(*line, "--format", "csv").stdout)))
    assert {row["note_id"] for row in rows} == set(NAMES)
    log = json.loads(run_notecheck(*line, "--format", "sarif").stdout)
    assert not faults(log) and len(log["runs"]) == 1 and len(log["runs"][0]["artifacts"]) == 3
    markdown = run_notecheck(*line, "--format", "md").stdout
    assert markdown.count("\n---\n") == 2 and markdown.count("# ") > 3
    page = Tags(run_notecheck(*line, "--format", "html").stdout)
    ids = [attrs["id"] for _, attrs in page.tags if attrs.get("id")]
    assert len(ids) == len(set(ids)) > 20
    assert {attrs["href"][1:] for _, attrs in page.tags if attrs.get("href")} <= set(ids)
    assert [tag for tag, _ in page.tags].count("main") == 1 and [tag for tag, _ in page.tags].count("article") > 3


def test_clean_notes_alone_give_exit_0(run_notecheck, three):
    assert run_notecheck("check", three[1], three[1], "--claim", "claims.json").returncode == 0


REFUSED = [
    (["--chart", "blood-patch-ready.txt"], "NC-I44", "--chart"),
    (["--cpt", "64483"], "NC-I44", "--cpt"),
    (["--explain"], "NC-I44", "--explain"),
    (["--claim", "one.json"], "NC-I61", "no claim with the note_id 'blood-patch-ready'"),
]


@pytest.mark.parametrize(("more", "code", "says"), REFUSED)
def test_what_is_about_one_note_is_refused(run_notecheck, three, tmp_path, more, code, says):
    (tmp_path / "one.json").write_text(json.dumps({"note_id": NAMES[0], "lines": [{"code": "64483"}]}))
    done = run_notecheck("check", *three, *more)
    assert (done.returncode, done.stdout) == (2, "") and done.stderr.startswith(code) and says in done.stderr
