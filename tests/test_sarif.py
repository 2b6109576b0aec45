"""SARIF: valid by the published schema, places that hold, prints that outlive moved lines, no word of a record unasked."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from notecheck.checks.cards import cards
from notecheck.checks.registry import CHECKS
from notecheck.read.notes import read_note
from notecheck.records import Note
from notecheck.report import sarif
from notecheck.report.form import Manner, written

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "sample_notes"
HOSTILE = (
    "PROCEDURE: Left L5-S1 transforaminal epidural [click](javascript:alert(1)) {0} {{ 7*7 }} \x1b[31mred\x1b[0m \\\n"
    "DIAGNOSIS: Left S1 radiculopathy <script>alert(1)</script>\r"
    "The needle was advanced to the left L5-S1 foramen under fluoroscopy. Dexamethasone 10 mg. \U0001f600 left side. ___\n"
)
CLAIM = {"lines": [{"code": "64483", "modifiers": ["RT"], "icd10": ["M54.16"]}], "date_of_service": "2026-03-04"}


@cache  # a pattern of the official schema is none for jsonschema_rs, which is faster and used elsewhere
def validator() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads((HERE / "sarif" / "sarif-schema-2.1.0.json").read_text("utf-8")))


def faults(log: dict) -> list[str]:
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message[:200]}" for e in validator().iter_errors(log)]


def sample(name: str):
    note = read_note(SAMPLES / f"{name}.txt")
    return note, json.loads((SAMPLES / f"{name}.claim.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def judged(checker):
    note, claim = sample("tfesi-left-billed-right")
    visit = Note("Visit of March\nPain for two years.", "visit.txt", "visit")
    return checker.check(note, claim, [visit]), [note, visit]


def test_a_log_of_several_notes_is_valid(checker, judged):
    items = [judged]
    for name in ("scs-trial-no-psych", "stellate-title-contradiction", "blood-patch-ready"):
        note, claim = sample(name)
        items.append((checker.check(note, claim), [note]))
    for mask in (None, sarif.left_out):
        log = json.loads(sarif.render(items, cards(), mask))
        assert not faults(log)
        run = log["runs"][0]
        assert len(run["results"]) == sum(len(report.findings) for report, _ in items) > 10
        assert len(run["artifacts"]) == sum(len(documents) for _, documents in items)
        for result in run["results"]:
            assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
            for place in result["locations"]:
                artifact = place["physicalLocation"]["artifactLocation"]
                assert run["artifacts"][artifact["index"]]["location"]["uri"] == artifact["uri"]


def test_the_schema_refuses_what_is_no_sarif(judged):
    log = json.loads(sarif.render([judged], cards()))
    log["runs"][0]["results"][0]["level"] = "loud"
    log["runs"][0]["results"][0]["colour"] = "red"
    assert len(faults(log)) == 2


def test_rules_are_those_of_the_registry(judged):
    rules = json.loads(written(*judged, "sarif", Manner(cards())))["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == [check.code for check in CHECKS]
    by_code = {rule["id"]: rule for rule in rules}
    assert by_code["LAT002"]["name"] == "laterality-modifier-mismatch"
    assert by_code["LAT002"]["shortDescription"]["text"] == "One side is billed and the other is documented."
    assert by_code["LAT002"]["fullDescription"]["text"].startswith("LT and RT on each line")
    assert "## Why it matters" in by_code["LAT002"]["help"]["markdown"]
    assert {code: by_code[code]["defaultConfiguration"]["level"] for code in ("LAT002", "DXC004", "DOC013")} == {
        "LAT002": "error", "DXC004": "warning", "DOC013": "note",
    }  # fmt: skip
    assert all(rule["properties"]["tags"] for rule in rules)


def test_every_region_is_where_its_words_are(checker):
    """Line and column, counted by hand over three kinds of line end, and the offset give the same words."""
    note = Note(HOSTILE, "visit.txt", "visit")
    log = json.loads(written(checker.check(note, CLAIM), [note], "sarif", Manner(cards(), None)))
    lines = HOSTILE.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    seen = 0
    for result in log["runs"][0]["results"]:
        for place in (*result["locations"], *result["relatedLocations"]):
            region = place["physicalLocation"].get("region", {})
            if "snippet" not in region or region["startLine"] != region["endLine"]:
                continue
            seen += 1
            by_offset = HOSTILE[region["charOffset"] : region["charOffset"] + region["charLength"]]
            by_column = lines[region["startLine"] - 1][region["startColumn"] - 1 : region["endColumn"] - 1]
            assert by_offset == by_column
    assert seen >= 3


def test_words_of_a_note_are_inert(checker):
    note = Note(HOSTILE, "<script>a</script> =cmd|x {{1}}\x1b[31m.txt", "{{1}}")
    text = written(checker.check(note, CLAIM), [note], "sarif", Manner(cards(), None))
    assert text.isascii() and "\x1b" not in text
    log = json.loads(text)
    assert not faults(log)
    uris = {artifact["location"]["uri"] for artifact in log["runs"][0]["artifacts"]}
    assert uris == {"%3Cscript%3Ea%3C/script%3E%20%3Dcmd%7Cx%20%7B%7B1%7D%7D%1B%5B31m.txt"}
    assert "\x1b" not in json.dumps(log, ensure_ascii=False)


def test_a_message_makes_no_link_and_no_placeholder():
    assert sarif.message("see [x](y) {0} \\ \x1b") == "see \\[x\\](y) {{0}} \\\\ \\\\x1b"


def test_no_quotation_leaves_unless_asked(judged):
    hidden, shown = written(*judged, "sarif"), written(*judged, "sarif", Manner((), None))
    quotes = {e.text for f in judged[0].findings for e in f.evidence if len(e.text) > 20 and not e.field.startswith("searched:")}
    assert quotes and all(json.dumps(q)[1:-1] in shown for q in quotes)
    assert not [q for q in quotes if json.dumps(q)[1:-1] in hidden]
    assert "snippet" not in hidden
    masked = written(*judged, "sarif", Manner((), str.upper))
    assert json.loads(masked)["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["snippet"]["text"].isupper()


def prints(log: str) -> list[str]:
    return [result["partialFingerprints"][sarif.FINGERPRINT] for result in json.loads(log)["runs"][0]["results"]]


def test_fingerprints_outlive_a_moved_line(checker):
    note, claim = sample("tfesi-left-billed-right")
    first = written(checker.check(note, claim), [note], "sarif")
    moved = Note("Clinic letterhead\n\nSuite 4\n\n" + note.text, note.source, note.note_id)
    second = written(checker.check(moved, claim), [moved], "sarif")
    assert first != second and prints(first) == prints(second)
    assert len(set(prints(first))) == len(prints(first)) > 2
    other = json.loads(json.dumps(claim).replace("64484", "64495"))
    assert set(prints(written(checker.check(note, other), [note], "sarif"))) != set(prints(first))


def test_the_command_writes_it(run_notecheck, tmp_path):
    note = SAMPLES / "tfesi-left-billed-right.txt"
    line = ("check", note, "--claim", note.with_suffix(".claim.json"), "--format", "sarif")
    done = run_notecheck(*line, "--output", tmp_path / "out.sarif")
    assert (done.returncode, done.stdout) == (1, "")
    log = json.loads((tmp_path / "out.sarif").read_text("utf-8"))
    assert not faults(log) and "LAT002" in {result["ruleId"] for result in log["runs"][0]["results"]}
    assert "snippet" in run_notecheck(*line, "--no-redact").stdout
