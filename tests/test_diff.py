"""The claim marked up line by line, and the claim that a note itself proposes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import notecheck
from notecheck.records import MarkedLine

SAMPLES = Path(__file__).resolve().parents[1] / "sample_notes"
SAMPLE = SAMPLES / "tfesi-left-billed-right.txt"
TFESI = (
    "DIAGNOSIS: Left L5 radiculopathy.\n"
    "PROCEDURE: Left L4-L5 transforaminal epidural steroid injection under fluoroscopic guidance.\n"
    "DESCRIPTION: Under fluoroscopy a needle was advanced to the left L4-L5 foramen. Contrast showed epidural spread. "
    "Images were saved. Dexamethasone 10 mg was injected, from a single-dose vial, nothing discarded.\n"
)
SIDELESS = TFESI.replace("Left ", "").replace("left ", "")


def marks(report: notecheck.Report) -> dict[str, str]:
    return {(line.billed or line.supported).code: line.mark for line in report.diff}  # type: ignore[union-attr]


def of(report: notecheck.Report, code: str) -> MarkedLine:
    return next(line for line in report.diff if code in {one.code for one in (line.billed, line.supported) if one})


def claim(*lines: dict[str, object], **more: object) -> dict[str, object]:
    return {"date_of_service": "2026-03-04", "place_of_service": "11", "lines": list(lines), **more}


def test_kept_changed_removed_added_each_with_its_reason(checker: notecheck.Checker) -> None:
    right = {"code": "64483", "modifiers": ["RT"], "units": 2, "icd10": ["M54.12"]}
    report = checker.check(TFESI, claim(right, {"code": "64484", "modifiers": ["RT"]}, {"code": "20999"}))
    assert marks(report) == {"64483": "changed", "64484": "removed", "20999": of(report, "20999").mark, "J1100": "added"}
    changed = of(report, "64483")
    assert changed.changes[:2] == ("modifier RT to LT", "units 2 to 1")
    assert changed.changes[2].startswith("diagnosis M54.12 to M54.16")
    assert "LAT002" in changed.checks and changed.why and changed.evidence
    assert "LVL002" in of(report, "64484").checks
    assert of(report, "J1100").why and of(report, "J1100").evidence


def test_a_line_that_agrees_is_kept_whatever_the_order_of_modifiers(checker: notecheck.Checker) -> None:
    supported = checker.check(TFESI, claim()).suggested.lines[0]
    line = {"code": "64483", "modifiers": ["LT"], "icd10": list(supported.icd10)}
    kept = of(checker.check(TFESI, claim(line)), "64483")
    assert (kept.mark, kept.changes) == ("kept", ())


def test_another_code_for_the_same_procedure_takes_its_place(checker: notecheck.Checker) -> None:
    note = TFESI.replace("L4-L5", "C5-C6").replace("lumbar", "cervical").replace("L5 rad", "C6 rad")
    changed = of(checker.check(note, claim({"code": "64483", "modifiers": ["LT"]})), "64479")
    assert changed.mark == "changed" and changed.changes[0] == "code 64483 to 64479"
    assert "PRC004" in changed.checks


def test_what_the_note_leaves_open_is_not_removed(checker: notecheck.Checker) -> None:
    report = checker.check(SIDELESS, claim({"code": "64483", "modifiers": ["LT"]}))
    line = of(report, "64483")
    assert report.suggested.open_questions and "64483" not in {s.code for s in report.suggested.lines}
    assert line.mark == "open" and line.why


def test_codes_of_other_fields_are_left_open(checker: notecheck.Checker) -> None:
    assert of(checker.check(TFESI, claim({"code": "99024"})), "99024").mark in ("open", "kept")
    assert of(checker.check(TFESI, claim({"code": "88305"})), "88305").mark == "open"


def test_every_billed_and_supported_line_stands_in_it_once(checker: notecheck.Checker) -> None:
    for note in sorted(SAMPLES.glob("*.txt"))[:8]:
        file = note.with_suffix(".claim.json")
        if not file.exists():
            continue
        report = checker.check(note.read_text(encoding="utf-8"), json.loads(file.read_text(encoding="utf-8")))
        assert report.claim is not None
        assert [line.billed for line in report.diff if line.billed] == list(report.claim.lines)
        shown = sorted(line.supported.shown() for line in report.diff if line.supported)
        assert shown == sorted(f"{'-'.join((s.code, *s.modifiers))} x{s.units:g}" for s in report.suggested.lines)
        for line in report.diff:
            assert (line.mark == "added") == (line.billed is None)
            assert line.mark == "kept" or line.why or line.changes


def test_text_and_json(run_notecheck) -> None:
    done = run_notecheck("check", SAMPLE, "--claim", SAMPLE.with_suffix(".claim.json"), "--diff")
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert all(len(line) <= 100 for line in lines)
    assert any(line.startswith(" ~  64483-RT x1  ->  64483-LT x1   modifier RT to LT") for line in lines)
    assert any(line.startswith(" -  77003 x1   removed") for line in lines)
    assert not any(line.startswith(" +  J1100") for line in lines)
    assert "Claim: 1 changed, 2 removed" in done.stdout
    whole = run_notecheck("check", SAMPLE, "--claim", SAMPLE.with_suffix(".claim.json"), "--format", "json")
    answer = json.loads(whole.stdout)
    assert [line["mark"] for line in answer["diff"]] == ["changed", "removed", "removed"]
    assert answer["claim"]["origin"] == "given"
    refused = run_notecheck("check", SAMPLE, "--diff", "--format", "csv")
    assert refused.returncode == 2 and refused.stderr.startswith("NC-I43  ")


# the claim that the note proposes

PRINTED = TFESI + "CPT: 64483-LT, 64484-LT x 2, 62311\nICD-10: M54.16\nPLAN: Consider medial branch blocks, CPT 64493.\n"


def test_printed_codes_are_the_proposed_claim(checker: notecheck.Checker) -> None:
    report = checker.check(PRINTED)
    assert report.claim and report.claim.proposed
    assert [line.shown() for line in report.claim.lines] == ["64483-LT x1", "64484-LT x2", "62311 x1"]
    assert report.claim.icd10 == ("M54.16",)
    found = {(f.code, f.line) for f in report.findings}
    assert ("LVL002", "64484") in found
    assert ("PRC001", "62311") in found or ("PRC009", "62311") in found
    assert not any(f.code.startswith(("CLM", "AUT")) for f in report.findings)
    assert of(report, "64484").mark == "removed"


def test_a_claim_with_lines_stands_before_printed_codes(checker: notecheck.Checker) -> None:
    report = checker.check(PRINTED, claim({"code": "64483", "modifiers": ["LT"]}))
    assert report.claim and not report.claim.proposed and len(report.claim.lines) == 1


def test_a_claim_without_lines_lends_payer_and_day(checker: notecheck.Checker) -> None:
    report = checker.check(PRINTED, {"payer": "uhc", "date_of_service": "2026-03-05"})
    assert report.claim and report.claim.proposed
    assert (report.claim.payer, report.claim.date_of_service) == ("uhc", "2026-03-05")


@pytest.mark.parametrize(
    "words",
    [
        "PLAN: Consider medial branch blocks, CPT 64493.",
        "MRN 64483. Lot 64484.",
        "Medications: gabapentin.",
        "ICD-10: M54.16",
    ],
)
def test_no_procedure_code_printed_means_no_proposed_claim(checker: notecheck.Checker, words: str) -> None:
    report = checker.check(TFESI + words + "\n")
    assert report.claim is None
    assert not any(f.code == "PRC001" for f in report.findings)


def test_the_report_says_so_in_every_format(run_notecheck, tmp_path: Path) -> None:
    note = tmp_path / "printed.txt"
    note.write_text(PRINTED, encoding="utf-8")
    shown = run_notecheck("check", note)
    assert "Proposed: no claim was given; judged are the codes that the note prints (line 4)." in shown.stdout
    assert "Codes in the note" in shown.stdout
    assert json.loads(run_notecheck("check", note, "--format", "json").stdout)["claim"]["origin"] == "printed in the note"
    for form in ("html", "md"):
        assert "judged as the proposed claim" in run_notecheck("check", note, "--format", form).stdout
    assert "judged as the proposed" in run_notecheck("check", note, "--diff").stdout


# a diagnosis without code


def test_a_diagnosis_without_code_gets_ranked_candidates_and_no_code(run_notecheck, tmp_path: Path) -> None:
    note = tmp_path / "lordosis.txt"
    note.write_text(TFESI.replace("Left L5 radiculopathy.", "Lumbar lordosis."), encoding="utf-8")
    answer = json.loads(run_notecheck("check", note, "--format", "json").stdout)
    (diagnosis,) = (d for d in answer["suggested"]["diagnoses"] if "lordosis" in d["text"])
    assert diagnosis["icd10"] is None
    assert any("lordosis" in c["title"].lower() and "lumbar" in c["title"] for c in diagnosis["candidates"])
    assert not any("M40" in code for line in answer["suggested"]["lines"] for code in line["icd10"])
    assert 'No code: "Lumbar lordosis". Near it: M40' in " ".join(run_notecheck("check", note).stdout.split())
