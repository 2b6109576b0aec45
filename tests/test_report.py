"""The report as lines: order, width, literal words, nothing obeyed. Made from records, without the pipeline."""

from __future__ import annotations

import io
import json
from dataclasses import replace

from rich.console import Console, Group

from notecheck.records import (
    ChecklistItem,
    Claim,
    ClaimLine,
    Evidence,
    Facts,
    Finding,
    Injectate,
    Note,
    PainScore,
    Procedure,
    Report,
    Suggested,
    SupportedLine,
)
from notecheck.report import facts as facts_page
from notecheck.report import text
from notecheck.report.json import as_json
from notecheck.report.page import Page, plain
from notecheck.report.words import line_number, quoted, slug_words

NOTE = Note("Title\r\nLeft L5-S1 epidural\rThe left foramen.\nPain 7/10.\n", "visit.txt", "visit")
CHART = Note("Visit\nTherapy for eight weeks.\n", "chart.txt", "chart")


def words(quote: str, field: str = "", document: int = 0) -> Evidence:
    start = (NOTE, CHART)[document].text.index(quote)
    return Evidence(start, start + len(quote), quote, field, document=document)


PROCEDURE = Procedure(
    "epidural-transforaminal",
    levels=("L5-S1",),
    laterality="left",
    guidance=("fluoroscopy",),
    contrast="yes",
    injectate=(Injectate("dexamethasone", 10),),
    evidence=(words("Left L5-S1"),),
)
FACTS = Facts("visit", (PROCEDURE,), pain_scores=(PainScore(7),), evidence=(words("7/10", "pain_scores"),))
FINDING = Finding(
    "LAT002", "laterality-modifier-mismatch", "error", "The claim says right, the note says left.", "NCCI manual",
    (words("left foramen"),), "Ask which side was treated.", "64483",
)  # fmt: skip
ABSENT = Finding(
    "MED001", "conservative-care-missing", "warning", "Not in this note.", "L38994 v14",
    (Evidence(0, 5, "Title", "searched:indications"),), "Add the visit note.",
)  # fmt: skip
SUPPORTED = Suggested((SupportedLine("64483", ("LT",), 1, ("M51.17",), "one foramen"),))
HOLD = Report(
    "visit", "hold", FACTS, (FINDING, ABSENT), (ChecklistItem("pain-score", "met", "L38994 v14", (words("7/10"),)),), SUPPORTED,
    Claim((ClaimLine("64483", ("RT",)), ClaimLine("77003")), mac="palmetto", date_of_service="2026-03-04"), ("CPT 2026",),
    "visit.txt",
)  # fmt: skip
CLEAN = replace(
    HOLD, readiness="ready", findings=(), claim=Claim((ClaimLine("64483", ("LT",)),), date_of_service="2026-03-04")
)


def printed(page: Group, width: int = 100) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=width, markup=False, highlight=False).print(page, soft_wrap=True)
    return stream.getvalue().splitlines()


def test_the_verdict_stands_first_and_the_editions_last() -> None:
    lines = printed(text.render(HOLD, (NOTE,)))
    assert lines[0] == " HOLD   visit.txt   medicare, palmetto, 2026-03-04   1 error  1 warning"
    assert lines[1] == " Documented: left L5-S1 transforaminal epidural, fluoroscopy, contrast, dexamethasone 10 mg"
    assert lines[-1].startswith(" Also used: CPT 2026.") and "`notecheck rule LAT002`" in lines[-1]
    assert lines.index(" Errors") < lines.index(" Warnings")


def test_a_finding_quotes_the_words_with_their_line() -> None:
    lines = printed(text.render(HOLD, (NOTE,)))
    start = lines.index(" LAT002  laterality-modifier-mismatch   64483")
    assert [line.strip() for line in lines[start + 1 : start + 5]] == [
        'line 3  "The left foramen."',
        "The claim says right, the note says left.",
        "Next: Ask which side was treated.",
        "Asked by: NCCI manual",
    ]
    assert "         Not found (searched: indications)" in lines


def test_the_claim_stands_beside_what_the_note_supports() -> None:
    lines = printed(text.render(HOLD, (NOTE,)))
    row = next(line for line in lines if line.startswith(" 64483-RT"))
    assert "laterality modifier mismatch" in row and "64483-LT x1" in row and "M51.17" in row
    assert next(line for line in lines if line.startswith(" 77003")).split()[-2:] == ["ok", "-"]


def test_a_clean_note_gets_five_lines() -> None:
    lines = printed(text.render(CLEAN, (NOTE,)))
    assert len(lines) == 5
    assert lines[0].startswith(" READY") and lines[2] == " Claim: 64483-LT x1: as the note supports"


def test_without_a_claim_the_supported_lines_are_listed() -> None:
    lines = printed(text.render(replace(HOLD, claim=None), (NOTE,)))
    assert " What the note supports" in lines
    assert any(line.split()[:2] == ["64483-LT", "x1"] for line in lines)


def test_a_note_without_a_procedure_says_so() -> None:
    empty = Report("letter", "ready", Facts("letter"))
    assert f" {text.NO_PROCEDURE}" in printed(text.render(empty, (NOTE,)))
    assert f" {text.NO_PROCEDURE}" in printed(facts_page.render(Facts("letter"), NOTE))


def test_words_of_a_chart_document_name_it() -> None:
    finding = replace(FINDING, evidence=(words("eight weeks", document=1),))
    lines = printed(text.render(replace(HOLD, findings=(finding,)), (NOTE, CHART)))
    assert '         chart.txt line 2  "Therapy for eight weeks."' in lines


def test_no_line_is_wider_than_asked() -> None:
    long = replace(FINDING, message="word " * 80, evidence=(Evidence(0, 5, "x" * 300),), fix="y" * 250)
    report = replace(HOLD, findings=(long, ABSENT))
    for width in (100, 80, 60):
        for page in (
            text.render(report, (NOTE,), checklist=True, width=width),
            facts_page.render(FACTS, NOTE, width=width),
        ):
            assert max(map(len, printed(page, 300))) <= width
    assert max(map(len, printed(text.render(report, (NOTE,), width=250), 300))) <= 100


def test_the_checklist_is_listed_on_request() -> None:
    assert any("Pain 7/10." in line for line in printed(text.render(HOLD, (NOTE,), checklist=True)))
    assert not any("Pain 7/10." in line for line in printed(text.render(HOLD, (NOTE,))))


def test_note_words_come_out_literally() -> None:
    words_with_markup = Evidence(0, 5, "[bold]left[/bold] :warning: \x1b[31mred\x1b[0m \u202eabc")
    lines = printed(text.render(replace(HOLD, findings=(replace(FINDING, evidence=(words_with_markup,)),)), (NOTE,)))
    quote = next(line for line in lines if "[bold]" in line)
    assert '"[bold]left[/bold] :warning: \\x1b[31mred\\x1b[0m \\u202eabc"' in quote


def test_plain_keeps_letters_and_shows_what_a_terminal_would_obey() -> None:
    assert plain("é µ ½ – 10\tmg\n") == "é µ ½ – 10 mg "
    assert plain("\x07\x9b") == "\\x07\\x9b"


def test_json_is_ascii_and_whole() -> None:
    note = as_json(replace(HOLD, findings=(replace(FINDING, evidence=(Evidence(0, 1, "µ\x9b\x1b"),)),)))
    assert note.isascii() and "\x1b" not in note
    answer = json.loads(note)
    assert answer["findings"][0]["evidence"][0]["text"] == "µ\x9b\x1b"
    assert {"note_id", "readiness", "facts", "findings", "checklist", "suggested"} <= set(answer)


def test_line_numbers_follow_every_line_end() -> None:
    assert [line_number(NOTE.text, NOTE.text.index(w)) for w in ("Title", "Left", "The left", "Pain")] == [1, 2, 3, 4]


def test_a_short_proof_is_shown_with_the_words_around_it() -> None:
    sentence = "First thing. " + "word " * 30 + "the LEFT foramen was seen " + "again " * 30 + "\nlast line"
    note = Note(sentence)
    start = sentence.index("LEFT")
    shown = quoted(Evidence(start, start + 4, "LEFT"), (note,))
    assert shown.startswith('"... word') and shown.endswith('again ..."') and "the LEFT foramen was seen" in shown
    assert len(shown) <= 84
    assert quoted(Evidence(start, start + 4, "RIGHT"), (note,)) == '"RIGHT"'


def test_long_quotes_are_shortened_in_the_middle() -> None:
    assert len(quoted(Evidence(0, 1, "a b " * 100))) <= 92
    assert " ... " in quoted(Evidence(0, 1, "a b " * 100))


def test_slugs_as_people_say_them() -> None:
    assert slug_words("epidural-transforaminal") == "transforaminal epidural"
    assert slug_words("si-joint-injection") == "SI joint injection"
    assert slug_words("facet-rfa") == "facet RFA"


def test_a_page_never_has_two_empty_lines_together() -> None:
    page = Page()
    page.blank()
    page.line("one")
    page.blank()
    page.blank()
    page.line("two")
    page.blank()
    assert printed(page.renderable()) == [" one", "", " two"]
