"""The provider's page: counted by the formula, quoted masked, from JSON answers or a scan, inert whatever a note holds."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import notecheck
from notecheck.checks.registry import CHECKS
from notecheck.errors import InputError
from notecheck.feedback import gaps, page
from notecheck.feedback.results import Answer, answers
from notecheck.policy.queries import questions

HOSTILE = "<script>alert(1)</script> {{ 7*7 }} \x1b[31mred | `x`"


def finding(name: str, severity: str, text: str = "", place: str = "searched:procedure") -> dict[str, object]:
    code = next((check.code for check in CHECKS if check.name == name), "XXX000")
    evidence = {"start": 0, "end": len(text), "text": text, "field": "x" if text else place}
    return {"code": code, "name": name, "severity": severity, "message": "", "evidence": [evidence]}


def answer(day: str, *findings: dict[str, object], signer: str = "Tora Quistgate, MD", note_id: str = "n") -> Answer:
    report = {
        "note_id": note_id,
        "readiness": "hold",
        "findings": list(findings),
        "facts": {"integrity": {"signer": signer, "dates_of_service": [day]}, "evidence": []},
    }
    return Answer(note_id, day, report, (signer,), (signer,))


MADE = [
    answer("2026-01-05", finding("needle-missing", "warning"), finding("laterality-missing", "error", "Knee by Quistgate")),
    answer("2026-01-09", finding("laterality-missing", "error", "Hip injection"), finding("laterality-modifier-mismatch", "error", "left")),
    answer("2026-02-03", finding("laterality-missing", "warning", "Shoulder"), finding("contradiction-laterality", "error", "left")),
    answer("2026-02-04", finding("laterality-modifier-mismatch", "error", "left"), finding("needle-missing", "info")),
]


def test_gaps_are_counted_by_the_documented_formula() -> None:
    made = gaps.feedback(MADE)
    side, needle = made.gaps
    # an error weighs 3, a warning 1, once for each note by its worst; a coder's finding and an info are no gap
    assert (side.topic, side.notes, side.weight) == ("side", 3, 9)
    assert (needle.topic, needle.notes, needle.weight) == ("needle", 1, 1)
    assert (made.notes, made.complete) == (4, 1)
    assert [(m.month, m.notes, m.complete, m.gaps.get("side", 0)) for m in made.months] == [
        ("2026-01", 2, 0, 2),
        ("2026-02", 2, 1, 1),
    ]
    assert "4 notes were read, 2026-01 to 2026-02." in made.sentences
    assert made.sentences[2].startswith("To change first: the side is open in 3 of 4")


def test_every_question_to_a_provider_has_words_for_the_page() -> None:
    assert set(gaps.words().topics) == set(questions().topics)


def test_the_page_asks_and_never_dictates() -> None:
    from notecheck.report.querylint import lint

    for words in gaps.words().topics.values():
        for text in (words.gap, words.ask, words.covers):
            assert not [f for f in lint(text) if f.rule in ("money", "leading", "code")], text


def test_quotations_are_two_from_different_notes_and_masked() -> None:
    made = gaps.feedback(MADE)
    quotes = [quote.words for quote in made.gaps[0].quotes]
    assert len(quotes) == 2 and quotes[0] == '"Knee by [NAME]"'
    text = page.markdown(made)
    assert "Quistgate" not in text and "Looked for and not found in: procedure" in text
    assert "Quistgate" in page.markdown(gaps.feedback(MADE, redact=False))


@pytest.mark.parametrize("made", [page.markdown, page.html])
def test_words_of_notes_come_out_inert(made) -> None:
    hostile = gaps.feedback(
        [answer("2026-01-05", finding("laterality-missing", "error", HOSTILE), note_id=HOSTILE)], HOSTILE, redact=False
    )
    out = made(hostile)
    assert "<script>" not in out and "49" not in re.sub(r"#\w+", "", out).replace("\\", "") and "\x1b" not in out
    assert "alert" in out


def test_the_page_needs_nothing_else() -> None:
    out = page.html(gaps.feedback(MADE, "Tora Quistgate"))
    assert not re.search(r"(?:src|href)=|url\(|@import|<script", out)
    assert "Content-Security-Policy" in out


def test_providers_are_found_in_any_order_and_with_titles() -> None:
    one = answer("2026-01-05")
    assert one.is_by("quistgate") and one.is_by("Dr. Tora QUISTGATE") and one.is_by("Quistgate, Tora, MD")
    assert not one.is_by("Wexlow") and not one.is_by("MD")


def test_answers_of_files_and_of_batches_are_read(tmp_path: Path) -> None:
    reports = [dict(a.report) for a in MADE]
    (tmp_path / "b.json").write_text(json.dumps({"reports": reports[1:]}), encoding="utf-8")
    (tmp_path / "a.json").write_text(json.dumps(reports[0]), encoding="utf-8")
    (tmp_path / "claim.json").write_text('{"lines": []}', encoding="utf-8")
    found = list(answers(tmp_path))
    assert [a.day for a in found] == [a.day for a in MADE]
    assert gaps.feedback(found).gaps == gaps.feedback(MADE).gaps
    with pytest.raises(InputError, match="NC-I96"):
        list(answers(tmp_path / "none"))
    (tmp_path / "c.json").write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="NC-I97"):
        list(answers(tmp_path))


def test_a_scan_folder_is_read(checker: notecheck.Checker, tmp_path: Path, top: Path) -> None:
    pytest.importorskip("duckdb")
    from notecheck.scan.store import Store

    text = (top / "sample_notes/bursa-no-side.txt").read_text(encoding="utf-8")
    report = checker.check(text)
    row = {
        "note_key": "k", "source": "a.txt", "status": "judged", "patient": "Sample, Rosalba", "provider": "Imprint, Thorold",
        "day": report.day, "report": report.to_dict(), "gone": False,
    }  # fmt: skip
    with Store(tmp_path / "out", create=True) as store:
        store.write([{"notes": [row]}])
    found = list(answers(tmp_path / "out"))
    assert len(found) == 1 and found[0].is_by("Thorold Imprint") and "Sample, Rosalba" in found[0].names
    made = gaps.feedback(found)
    assert "side" in {gap.topic for gap in made.gaps}


def test_the_command(run_notecheck, tmp_path: Path) -> None:
    for number, one in enumerate(MADE):
        (tmp_path / f"{number}.json").write_text(json.dumps(one.report), encoding="utf-8")
    done = run_notecheck("feedback", tmp_path, "--provider", "Quistgate")
    assert done.returncode == 0 and "## 1. The side is open" in done.stdout
    html = run_notecheck("feedback", tmp_path, "--format", "html", "--no-redact")
    assert html.stdout.startswith("<!doctype html>") and "Knee by Quistgate" in html.stdout
    none = run_notecheck("feedback", tmp_path, "--provider", "Wexlow")
    assert none.returncode == 2 and "NC-I98" in none.stderr and "Quistgate" not in none.stderr
