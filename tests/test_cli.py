"""The command as people run it: exit codes, one sentence for every failure, both formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from notecheck.checks.registry import CHECKS
from notecheck.report.text import NO_PROCEDURE

SAMPLES = Path(__file__).resolve().parents[1] / "sample_notes"
NOTE = SAMPLES / "tfesi-left-billed-right.txt"
CLAIM = NOTE.with_suffix(".claim.json")
LETTER = (
    "Dear Dr. Sample,\n\nThank you for the referral. We discussed the options at length and the patient will think about an "
    "injection at a later date. A follow-up visit is planned for the spring.\n\nElectronically signed by Robin Example, MD\n"
)


def one_sentence(stderr: str) -> str:
    assert "Traceback" not in stderr
    lines = stderr.strip().splitlines()
    assert len(lines) == 1, stderr
    return lines[0]


def test_findings_give_exit_1_and_a_report(run_process) -> None:
    done = run_process("check", NOTE, "--claim", CLAIM)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith(" HOLD   tfesi-left-billed-right.txt   medicare, palmetto, 2026-03-04")
    assert "LAT002  laterality-modifier-mismatch" in done.stdout
    assert all(len(line) <= 100 for line in done.stdout.splitlines())


def test_exit_zero_changes_the_code_and_nothing_else(run_notecheck) -> None:
    done = run_notecheck("check", NOTE, "--claim", CLAIM, "--exit-zero")
    assert done.returncode == 0
    assert "LAT002" in done.stdout


def test_json_is_the_published_format(run_notecheck) -> None:
    done = run_notecheck("check", NOTE, "--claim", CLAIM, "--format", "json")
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert {"note_id", "readiness", "facts", "findings", "checklist", "suggested"} <= set(answer)
    text = NOTE.read_text(encoding="utf-8")
    for finding in answer["findings"]:
        assert set(finding) == {
            "code", "name", "severity", "message", "line", "requirement", "source", "evidence", "fix"
        }  # fmt: skip
        for evidence in finding["evidence"]:
            if not evidence.get("document"):
                assert text[evidence["start"] : evidence["end"]] == evidence["text"]


def test_the_short_form_says_the_same_as_the_file(run_notecheck) -> None:
    claim = json.loads(CLAIM.read_text(encoding="utf-8"))
    options = [word for line in claim["lines"] for word in ("--cpt", "-".join((line["code"], *line["modifiers"])))]
    short = run_notecheck(
        "check", NOTE, *options, "--icd", "M54.16", "--mac", "palmetto", "--dos", "2026-03-04", "--pos", "11",
        "--format", "json",
    )  # fmt: skip
    whole = run_notecheck("check", NOTE, "--claim", CLAIM, "--format", "json")
    assert json.loads(short.stdout)["findings"] == json.loads(whole.stdout)["findings"]


def test_extract_prints_the_facts(run_notecheck) -> None:
    done = run_notecheck("extract", "-", "--format", "json", stdin=NOTE.read_bytes())
    assert done.returncode == 0
    facts = json.loads(done.stdout)
    assert [p["family"] for p in facts["procedures"]] == ["epidural-transforaminal"]
    assert facts["procedures"][0]["laterality"] == "left"
    shown = run_notecheck("extract", NOTE)
    assert "left L5-S1 transforaminal epidural" in shown.stdout


def test_a_letter_without_a_procedure_is_no_error(run_notecheck) -> None:
    for command in ("check", "extract"):
        done = run_notecheck(command, "-", stdin=LETTER.encode())
        assert done.returncode in (0, 1)
        assert NO_PROCEDURE in done.stdout


def test_piped_text_and_exit_2_of_the_command_itself(run_process) -> None:
    done = run_process("check", "-", "--cpt", "6448", stdin=LETTER.encode())
    assert (done.returncode, done.stdout) == (2, "")
    assert one_sentence(done.stderr).startswith("NC-I28  command line, lines[0].code: ")


def test_a_chart_is_read_too(run_notecheck, tmp_path: Path) -> None:
    visit = tmp_path / "visit.txt"
    visit.write_text("Pain for two years. Physical therapy for eight weeks failed.\n")
    done = run_notecheck("check", NOTE, "--claim", CLAIM, "--chart", visit)
    assert (done.returncode, done.stderr) == (1, "")


FAILURES = [
    (["check", "none.txt"], "NC-I01", "no such file"),
    (["extract", "."], "NC-I02", "folder"),
    (["check", "empty.txt"], "NC-I04", "empty"),
    (["check", "huge.txt"], "NC-I05", "50 MB"),
    (["check", "scan.pdf"], "NC-I11", "this is no sound PDF file"),
    (["check", "blob.bin"], "NC-I07", "not text"),
    (["check", "spanish.txt"], "NC-I09", "Spanish"),
    (["check", "note.txt", "--chart", "spanish.txt"], "NC-I09", "spanish.txt"),
    (["check", "note.txt", "--claim", "none.json"], "NC-I01", "none.json"),
    (["check", "note.txt", "--claim", "note.txt"], "NC-I20", "line 1"),
    (["check", "note.txt", "--claim", "key.json"], "NC-I24", "lines[0].modifers: unknown key 'modifers'. Did you mean 'modifiers'?"),
    (["check", "note.txt", "--cpt", "64482"], "NC-I31", "Did you mean '64483'?"),
    (["check", "note.txt", "--cpt", "64483", "--payer", "medicre"], "NC-I26", "Did you mean 'medicare'?"),
    (["check", "note.txt", "--cpt", "64483", "--mac", "palmeto"], "NC-I26", "Did you mean 'palmetto'?"),
    (["check", "note.txt", "--cpt", "64483", "--dos", "3/4/26"], "NC-I27", "date"),
    (["check", "note.txt", "--claim", "key.json", "--cpt", "64483"], "NC-I40", "--cpt"),
    (["check", "note.txt", "--icd", "M54.16"], "NC-I40", "--cpt"),
    (["check", "-", "--chart", "-"], "NC-I41", "twice"),
    (["rule", "LAT02"], "NC-I42", "Did you mean 'LAT0"),
    (["rule", "laterality-modifer-mismatch"], "NC-I42", "Did you mean 'laterality-modifier-mismatch'?"),
]  # fmt: skip


@pytest.fixture
def materials(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text(LETTER)
    (tmp_path / "empty.txt").touch()
    (tmp_path / "scan.pdf").write_bytes(b"%PDF-1.4\n")
    (tmp_path / "blob.bin").write_bytes(bytes(range(256)))
    (tmp_path / "key.json").write_text('{"lines": [{"code": "64483", "modifers": ["RT"]}]}')
    spanish = "El paciente fue colocado en la mesa y se preparó la piel con clorhexidina bajo control. " * 5
    (tmp_path / "spanish.txt").write_text(spanish, encoding="utf-8")
    with (tmp_path / "huge.txt").open("wb") as stream:
        stream.truncate(50_000_000)


@pytest.mark.usefixtures("materials")
@pytest.mark.parametrize(("arguments", "code", "words"), FAILURES, ids=lambda value: str(value)[:40])
def test_every_failure_is_one_sentence_and_exit_2(run_notecheck, arguments: list[str], code: str, words: str) -> None:
    done = run_notecheck(*arguments, stdin=LETTER.encode())
    assert (done.returncode, done.stdout) == (2, "")
    sentence = one_sentence(done.stderr)
    assert sentence.startswith(f"{code}  ")
    assert words in sentence


@pytest.mark.parametrize(
    "arguments", [["chek"], ["check"], ["check", "a.txt", "--clam", "b"], ["check", "a", "--format", "xml"]]
)
def test_a_wrong_option_is_exit_2(run_notecheck, arguments: list[str]) -> None:
    done = run_notecheck(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_rules_lists_every_check(run_notecheck) -> None:
    done = run_notecheck("rules")
    assert done.returncode == 0
    assert all(check.code in done.stdout and check.name in done.stdout for check in CHECKS)
    rows = json.loads(run_notecheck("rules", "--format", "json").stdout)
    assert [row["code"] for row in rows] == [check.code for check in CHECKS]


def test_rule_prints_the_page_by_code_or_name(run_notecheck) -> None:
    by_code = run_notecheck("rule", "lat002")
    by_name = run_notecheck("rule", "laterality-modifier-mismatch")
    assert by_code.returncode == 0
    assert by_code.stdout == by_name.stdout
    assert by_code.stdout.startswith("LAT002  laterality-modifier-mismatch  error")
    assert "## What it does not check" in by_code.stdout


def test_version_and_help(run_notecheck) -> None:
    assert run_notecheck("--version").stdout.startswith("notecheck ")
    done = run_notecheck("--help")
    assert done.returncode == 0
    assert all(name in done.stdout for name in ("check", "extract", "rules", "rule"))


def test_a_terminal_with_few_characters_is_enough(run_process, tmp_path: Path) -> None:
    file = tmp_path / "visit.txt"
    file.write_text(NOTE.read_text(encoding="utf-8").replace("Sample, Alma", "Señor Ünlü — №7"), encoding="utf-8")
    done = run_process("check", file, "--claim", CLAIM, env={"PYTHONIOENCODING": "ascii", "TERM": "dumb"})
    assert (done.returncode, done.stderr) == (1, "")
