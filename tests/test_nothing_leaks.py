"""Words of a note leave the program through the report only: no log line, no error, no warning quotes them."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

import notecheck
import notecheck.engine

MARK = "Quetzalcoatl"
NOTE = f"""PROCEDURE NOTE
Patient: {MARK} Example
Date of service: 03/04/2026
PROCEDURE: Left L5-S1 transforaminal epidural steroid injection under fluoroscopy.
The {MARK} foramen on the left at L5-S1 was approached. Contrast confirmed {MARK} spread. Dexamethasone 10 mg was injected.
No complications. {MARK} was discharged home. [bold]{MARK}[/bold] \x1b[35m{MARK}\x1b[0m
Electronically signed by {MARK} Example, MD
"""


@pytest.fixture
def note(tmp_path: Path) -> Path:
    file = tmp_path / "visit.txt"
    file.write_text(NOTE, encoding="utf-8")
    return file


def test_nothing_reaches_the_error_stream_of_a_good_run(run_process, note: Path) -> None:
    done = run_process("check", note, "--cpt", "64483-RT", "--dos", "2026-03-04")
    assert done.returncode in (0, 1), done.stderr
    assert done.stderr == ""


BAD = {
    "binary": NOTE.encode() + b"\x00\x01\x02",
    "another format": b"%PDF-1.7 " + NOTE.encode(),
    "cut in the middle of a character": b"\xff\xfe" + NOTE.encode("utf-16-le") + b"\x00\xd8",
    "another language": (
        f"El paciente {MARK} fue colocado en la mesa y se preparó la piel con el jabón. " * 8
    ).encode(),
}


@pytest.mark.parametrize("raw", BAD.values(), ids=BAD)
def test_a_note_that_cannot_be_read_is_not_quoted(run_notecheck, tmp_path: Path, raw: bytes) -> None:
    file = tmp_path / "visit.txt"
    file.write_bytes(raw)
    done = run_notecheck("check", file)
    assert (done.returncode, done.stdout) == (2, "")
    assert MARK not in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.strip().splitlines()) == 1


def test_a_bad_claim_does_not_quote_the_note(run_notecheck, note: Path) -> None:
    done = run_notecheck("check", note, "--cpt", "64482")
    assert done.returncode == 2
    assert MARK not in done.stderr + done.stdout


def test_a_fault_inside_the_pipeline_is_one_sentence_without_the_note(
    run_notecheck, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault is planted where the note is in hand; its message quotes the note, the command must not."""

    def broken(annotated, book):
        raise ValueError(annotated.note.text)

    monkeypatch.setattr(notecheck.engine, "extract", broken)
    done = run_notecheck("check", note)
    assert (done.returncode, done.stdout) == (2, "")
    assert MARK not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "ValueError in engine.py" in done.stderr and "NOTECHECK_DEBUG=1" in done.stderr
    monkeypatch.setenv("NOTECHECK_DEBUG", "1")
    loud = run_notecheck("check", note)
    assert loud.returncode == 2
    assert "Traceback" in loud.stderr


def test_no_logger_receives_words_of_the_note(checker: notecheck.Checker, caplog, capfd) -> None:
    from loguru import logger

    heard: list[str] = []
    sink = logger.add(lambda message: heard.append(str(message)), level=0)
    try:
        with caplog.at_level(logging.NOTSET):
            checker.check(NOTE, {"lines": [{"code": "64483", "modifiers": ["RT"]}], "date_of_service": "2026-03-04"})
    finally:
        logger.remove(sink)
    printed = capfd.readouterr()
    assert MARK not in "".join(heard) + caplog.text + printed.out + printed.err


def test_a_terminal_obeys_nothing_that_stands_in_a_note(run_notecheck, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    file = tmp_path / "visit.txt"
    file.write_text(NOTE.replace("Left L5-S1 trans", "Left \x1b[2J[bold]L5-S1[/bold] trans"), encoding="utf-8")
    for command in (["extract", file], ["extract", file, "--format", "json"], ["check", file, "--cpt", "64483-RT"]):
        done = run_notecheck(*command)
        assert done.returncode in (0, 1)
        assert "\x1b[2J" not in done.stdout and "\x1b[35m" not in done.stdout
