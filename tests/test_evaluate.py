"""``notecheck evaluate``: counting, alignment, the words of an error, the three formats, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import notecheck
from notecheck.evaluate import page
from notecheck.evaluate.marks import aligned, of_note, of_procedure
from notecheck.evaluate.run import Evaluation, compare
from notecheck.evaluate.tally import FieldScore, Miss, Tally, misses
from notecheck.records import Care, Evidence, Facts, Injectate, Note, Procedure

TEXT = "Left L4-5 facet joint injection, 40 mg of triamcinolone.\nTherapy failed. <b>Pain</b> 7/10."
DONE = "The left L4-5 facet joint was injected under fluoroscopy with 40 mg of triamcinolone."


def block(**fields: Any) -> dict[str, Any]:
    return {"family": "facet-injection", "levels": [], "guidance": [], "injectate": [], **fields}


def row(*procedures: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"note_id": "one", "procedures": list(procedures), **fields}


def test_right_wrong_and_missed_are_counted_by_field() -> None:
    tally = Tally()
    wanted = row(block(levels=["L3", "L4", "L5"], laterality="left"), consent=True)
    tally.add(wanted, row(block(levels=["L4", "L5", "S1"], laterality="left"), time_out=True))
    scores = {s.field: (s.right, s.wrong, s.missed) for s in tally.scores()}
    assert scores == {
        "family": (1, 0, 0), "levels": (2, 1, 1), "laterality": (1, 0, 0), "flag:consent": (0, 0, 1),
        "flag:time_out": (0, 1, 0), "ALL": (4, 2, 2),
    }  # fmt: skip
    assert tally.scores()[-1].field == "ALL"
    assert (tally.f1("levels"), tally.f1("flag:consent"), tally.f1("nothing")) == (pytest.approx(2 / 3), 0.0, 1.0)
    assert tally.precision() == pytest.approx(4 / 6)


def test_measures_of_one_field() -> None:
    score = FieldScore("x", right=6, wrong=2, missed=4)
    assert (score.precision, score.recall) == (0.75, 0.6)
    assert score.f1 == pytest.approx(2 * 6 / (2 * 6 + 2 + 4))
    assert FieldScore("x", 0, 0, 3).precision == 1.0 and FieldScore("x", 0, 0, 3).f1 == 0.0


def test_entries_of_one_family_are_paired_by_likeness_not_by_order() -> None:
    left = [block(levels=["L4-L5"], laterality="left"), block(levels=["C5-C6"], laterality="right")]
    right = [block(levels=["C5-C6"]), block(levels=["L4-L5"], laterality="right")]
    assert sorted(aligned(left, right)) == [(0, 1), (1, 0)]
    assert list(aligned(left, [{"family": "other"}])) == [(0, None), (1, None), (None, 0)]


def test_a_wrong_family_costs_on_both_sides() -> None:
    tally = Tally()
    tally.add(row(block(laterality="left")), row({**block(laterality="left"), "family": "facet-rfa"}))
    assert (tally.score("family").wrong, tally.score("family").missed) == (1, 1)
    assert (tally.score("laterality").wrong, tally.score("laterality").missed) == (1, 1)


def test_what_counts_as_saying_nothing() -> None:
    quiet = {"conservative_care": [{"modality": "nsaid", "weeks": None, "outcome": "not-stated"}], "consent": False,
             "pain_scores": [{"score": 7, "max": 10, "timing": "unspecified"}], "diagnoses": [{"text": "x", "icd10": None}]}  # fmt: skip
    assert of_note(quiet) == {("conservative_care", "nsaid"), ("pain_score", (7.0, 10))}
    assert of_procedure(block(injectate=[{"drug": "Bupivacaine ", "mg": 2.54}, {"drug": "saline", "mg": None}])) == {
        ("injectate", "bupivacaine"), ("injectate_mg", ("bupivacaine", 2.5)), ("injectate", "saline"),
    }  # fmt: skip
    assert of_note({}) == set()


def test_an_error_shows_expected_got_and_the_words() -> None:
    at = TEXT.index("L4-5")
    proof = Evidence(at, at + 4, "L4-5", "levels", "L4-L5")
    facts = Facts(
        "one",
        procedures=(Procedure("facet-injection", levels=("L4-L5",), injectate=(Injectate("triamcinolone", 20),), evidence=(proof,)),),
        conservative_care=(Care("physical-therapy", None, "helped"),),
    )  # fmt: skip
    wanted = row(
        block(levels=["L5-S1"], injectate=[{"drug": "triamcinolone", "mg": 40}]),
        conservative_care=[{"modality": "physical-therapy", "outcome": "failed"}],
    )
    found = {miss.field: miss for miss in misses(wanted, facts, Note(TEXT, note_id="one"))}
    assert set(found) == {"levels", "injectate_mg", "conservative_outcome"}
    assert (found["levels"].expected, found["levels"].got, found["levels"].line) == ("L5-S1", "L4-L5", 1)
    assert "L4-5" in found["levels"].words
    assert (found["injectate_mg"].expected, found["injectate_mg"].got) == ("triamcinolone, 40", "triamcinolone, 20")
    assert "triamcinolone" in found["injectate_mg"].words
    assert (found["conservative_outcome"].expected, found["conservative_outcome"].got) == (
        "physical-therapy, failed", "physical-therapy, helped",
    )  # fmt: skip


def test_something_missed_points_at_the_line_where_it_stands() -> None:
    wanted = row(pain_scores=[{"score": 7, "max": 10, "timing": "current"}])
    found = misses(wanted, Facts("one"), Note(TEXT, note_id="one"))
    assert [(m.field, m.got, m.line) for m in found] == [("pain_score", None, 2), ("pain_timing", None, 2)]
    assert misses(row(), Facts("one"), Note(TEXT)) == ()


def test_the_real_extraction_is_what_is_compared(checker: notecheck.Checker) -> None:
    note = Note(DONE, note_id="one")
    wanted = row(block(technique="intra-articular", region="lumbar", levels=["L4-L5"], laterality="right", guidance=["fluoroscopy"]))
    result = compare(checker, [(wanted, note)])
    assert [(m.field, m.expected, m.got) for m in result.misses if m.field == "laterality"] == [("laterality", "right", "left")]
    scores = {s.field: s for s in result.scores}
    assert (scores["levels"].f1, scores["laterality"].f1, scores["guidance"].f1) == (1.0, 0.0, 1.0)


def result() -> Evaluation:
    scores = (FieldScore("levels", 9, 1, 0), FieldScore("ALL", 9, 1, 0))
    return Evaluation(3, scores, (Miss("n1", "levels", None, "L6", 'cut at "<script>alert(1)</script>"', 4),))


def test_html_escapes_the_note_and_needs_no_other_file() -> None:
    made = page.html(result())
    assert "<script" not in made and "&lt;script&gt;" in made
    assert not re.findall(r"(?:src|href)=|https?:|@import|url\(", made)
    assert "prefers-color-scheme: dark" in made
    assert made.count("<tr") == made.count("</tr>") and made.count("<table>") == made.count("</table>") == 2
    empty = page.html(Evaluation(1, (FieldScore("ALL", 1, 0, 0),), ()))
    assert "None." in empty


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text(DONE)
    (tmp_path / "notes" / "b.txt").write_text("The patient was seen. No procedure was done today.")
    rows = [row(block(levels=["L4-L5"], laterality="left")) | {"note_id": "a"}, row() | {"note_id": "b"}]
    path = tmp_path / "gold.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\n\n")
    return path


def test_the_command_in_three_formats(run_notecheck, gold: Path) -> None:
    text = run_notecheck("evaluate", gold, gold.parent / "notes")
    assert (text.returncode, text.stderr) == (0, "")
    assert text.stdout.startswith(" 2 notes ") and "precision" in text.stdout
    assert all(len(line) <= 100 for line in text.stdout.splitlines())
    answer = json.loads(run_notecheck("evaluate", gold, gold.parent / "notes", "--format", "json").stdout)
    assert set(answer) == {"notes", "fields", "errors"}
    assert {"field": "laterality", "right": 1, "wrong": 0, "missed": 0, "precision": 1.0, "recall": 1.0, "f1": 1.0} in answer["fields"]
    assert all(error["note_id"] == "a" for error in answer["errors"])
    for name, start in (("html", "<!doctype html>"), ("json", "{"), ("text", " 2 notes")):
        file = gold.parent / f"out.{name}"
        done = run_notecheck("evaluate", gold, gold.parent / "notes", "--format", name, "--output", file)
        assert (done.returncode, done.stdout) == (0, "")
        assert file.read_text(encoding="utf-8").startswith(start)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("{not json}", "NC-I70"),
        ("[1]", "NC-I71"),
        ("", "NC-I71"),
        ('{"procedures": []}', "NC-I71"),
        ('{"note_id": "a"}\n{"note_id": "a"}', "NC-I72"),
        ('{"note_id": "a", "procedures": {}}', "NC-I73"),
        ('{"note_id": "a", "procedures": [{"levels": []}]}', "NC-I73"),
        ('{"note_id": "a", "pain_scores": [{"score": "7"}]}', "NC-I73"),
        ('{"note_id": "a", "exam": "gait"}', "NC-I73"),
        ('{"note_id": "missing"}', "NC-I01"),
        (b"\xff\xfe\x00", "NC-I70"),
    ],
)
def test_a_broken_gold_file_is_one_sentence(run_notecheck, gold: Path, content: str | bytes, code: str) -> None:
    gold.write_bytes(content if isinstance(content, bytes) else content.encode())
    done = run_notecheck("evaluate", gold, gold.parent / "notes")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(code) and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_an_output_that_cannot_be_written_is_one_sentence(run_notecheck, gold: Path) -> None:
    done = run_notecheck("evaluate", gold, gold.parent / "notes", "--output", gold.parent / "none" / "a.txt")
    assert (done.returncode, done.stderr[:6]) == (2, "NC-I74")
