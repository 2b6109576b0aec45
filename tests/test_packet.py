"""The packet: every criterion once, missing ones first, places that hold, the clock, and inert pages."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import pytest

import notecheck
from notecheck.errors import InputError
from notecheck.packet import clock, html, index
from notecheck.records import Note

TODAY = date(2026, 11, 22)
HOSTILE = "<script>alert(1)</script> {{ 7*7 }} \x1b[31mred &lt;b&gt; <b>x</b> \u202e \u4e2d"


def _judged(checker: notecheck.Checker, top: Path, name: str, chart: str = "", note: str = "") -> tuple:
    folder = top / "sample_notes"
    claim = json.loads((folder / f"{name}.claim.json").read_text(encoding="utf-8"))
    documents = [Note((folder / f"{name}.txt").read_text(encoding="utf-8") + note, f"{name}.txt", name)]
    documents += [Note((folder / chart).read_text(encoding="utf-8"), chart, chart)] if chart else []
    return checker.check(documents[0], claim, documents[1:]), documents


@pytest.fixture(scope="module")
def trial(checker: notecheck.Checker, top: Path) -> tuple:
    return _judged(checker, top, "scs-trial-no-psych", "scs-trial-no-psych.visit.txt")


def test_every_criterion_once_and_missing_ones_first(trial: tuple) -> None:
    report, documents = trial
    made = index.packet(report, documents)
    rows = [row for _, _, _, rows in made.groups for row in rows]
    assert [row.number for row in rows] == list(range(1, len(report.checklist) + 1))
    assert next(slug for slug, *_ in made.groups) == "missing"
    assert "Is a psychological evaluation on file?" in {row.question for row in made.groups[0][3]}
    assert made.warnings and any("MED014" in line for line in made.warnings)


def test_places_name_the_line_on_which_the_words_stand(checker: notecheck.Checker, top: Path) -> None:
    report, documents = _judged(checker, top, "tfesi-bilateral-ready", "tfesi-bilateral-ready.visit.txt")
    made = index.packet(report, documents)
    papers = {paper.letter: documents[number] for number, paper in enumerate(made.papers)}
    seen = set()
    for row in next(rows for slug, _, _, rows in made.groups if slug == "met"):
        for spot in row.places:
            line = int(re.search(r"line (\d+)", spot.where).group(1))
            words = spot.words.strip('"').replace("... ", "").split(" ...")[0]
            text = " ".join(" ".join(papers[spot.document].text.splitlines()[line - 1 :]).split())
            assert words.split()[0].strip(".,;:") in text, (spot, text[:80])
            seen.add(spot.document)
    assert seen == {"A", "B"}
    program = next(r for _, _, _, rows in made.groups for r in rows if "exercise program" in r.question)
    assert "exercise program" in program.places[0].words.lower()


def test_pages_are_named_where_a_document_has_them(checker: notecheck.Checker) -> None:
    text = "PROCEDURE NOTE\nPatient seen.\n" + "\fRight L5-S1 transforaminal epidural steroid injection, fluoroscopy, contrast. Consent signed.\n"
    note = Note(text, "n.pdf", "n", page_starts=(0, text.index("\f") + 1))
    report = checker.check(note, {"date_of_service": "2026-03-04", "lines": [{"code": "64483", "modifiers": ["RT"]}]})
    made = index.packet(report, [note])
    assert made.papers[0].size.startswith("2 pages")
    assert {s.where for _, _, _, rows in made.groups for r in rows for s in r.places} & {"page 2 line 1"}


@pytest.mark.parametrize(
    ("given", "due", "left"),
    [({}, date(2026, 12, 16), 24), ({"asker": "upic"}, date(2026, 12, 1), 9), ({"days": 10}, date(2026, 11, 11), -11)],
)
def test_the_clock_counts_calendar_days(given: dict, due: date, left: int) -> None:
    made = clock.clock(date(2026, 11, 1), TODAY, **given)
    assert (made.due, made.left) == (due, left)
    assert str(due) in made.sentence


def test_the_clock_knows_what_it_does_not_know() -> None:
    assert clock.clock(date(2026, 11, 1), TODAY, payer="aetna").due is None
    with pytest.raises(InputError, match="NC-I99"):
        clock.clock(date(2026, 11, 1), TODAY, asker="nobody")
    with pytest.raises(InputError, match="NC-I99"):
        clock.clock(date(2026, 11, 1), TODAY, days=0)
    for rule in clock.rules():
        assert rule.source and (rule.confidence == "verified" or "letter itself wins" in html.render(_empty(rule)))


def _empty(rule: clock.ClockRule) -> index.Packet:
    timed = clock.clock(date(2026, 11, 1), TODAY, asker=rule.asker)
    return index.Packet("n", "", "", (), timed, (), (), (), ())


def test_the_page_is_inert_and_alone(checker: notecheck.Checker, top: Path) -> None:
    report, documents = _judged(checker, top, "tfesi-left-billed-right", note=f"\nHome exercise: {HOSTILE} every day.\n")
    named = [Note(documents[0].text, f"{HOSTILE}.txt", "n")]
    out = html.render(index.packet(report, named))
    assert "<script" not in out and "\x1b" not in out and "\u202e" not in out and "{{ 7*7 }}" in out
    assert not re.search(r"(?:src|href)=|url\(|@import", out)


def test_the_pdf_opens_and_says_the_same(trial: tuple) -> None:
    pytest.importorskip("reportlab")
    pdfium = pytest.importorskip("pypdfium2")
    from notecheck.packet import pdf

    report, documents = trial
    named = [Note(documents[0].text, f"{HOSTILE}.txt", "n"), documents[1]]
    made = index.packet(report, named, clock.clock(date(2026, 11, 1), TODAY))
    data = pdf.render(made)
    assert data == pdf.render(made)
    opened = pdfium.PdfDocument(io.BytesIO(data))
    text = " ".join(" ".join(page.get_textpage().get_text_range() for page in opened).split())
    assert "due 2026-12-16, 24 days from today" in text
    assert "<script>alert(1)</script>" in text and "\\x1b" in text and "\\u4e2d" in text
    first = [text.find(word) for word in ("Missing or unclear", "For a person to look up", "In the record")]
    assert -1 not in first and first == sorted(first)
    for _, _, _, rows in made.groups:
        for row in rows:
            assert row.question.split()[-1] in text


def test_the_command_writes_both(run_notecheck, top: Path, tmp_path: Path) -> None:
    folder = top / "sample_notes"
    line = ("packet", folder / "tfesi-left-billed-right.txt", "--claim", folder / "tfesi-left-billed-right.claim.json")
    done = run_notecheck(*line, "--received", "2026-11-01", "--output", tmp_path / "p.html", "--redact")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "due 2026-12-16" in page and "2026-03-04" not in page and "64483-RT" in page
    pytest.importorskip("reportlab")
    assert run_notecheck(*line, "--output", tmp_path / "p.pdf").returncode == 0
    assert (tmp_path / "p.pdf").read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "p.pdf").stat().st_mode & 0o077 == 0
    for wrong in (("--output", tmp_path / "p.doc"), ("--output", tmp_path / "p.pdf", "--received", "soon")):
        refused = run_notecheck(*line, *wrong)
        assert refused.returncode == 2 and "NC-I99" in refused.stderr
