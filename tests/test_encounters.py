"""Documents of several encounters told apart by their dates of service: what belongs to the encounter of the note."""

from __future__ import annotations

from typing import Any

import pytest

import notecheck
from notecheck.annotate.encounters import others

KNEE = """Date of service: {day}
Knee injection, left
The skin over the left knee was cleaned with alcohol. With ultrasound a 21 gauge needle was put into the left knee
joint from above, and 60 mg of methylprednisolone with 3 mL of 1% lidocaine was injected. Tolerated well, went home.
"""
CAUDAL = """Date of service: {day}
Caudal epidural steroid injection
Prone. Sterile prep. Under fluoroscopy a 22 gauge spinal needle was brought through the sacral hiatus; contrast showed
epidural spread. 40 mg of triamcinolone with 5 mL of saline was injected. There were no complications.
"""
VISIT = """Date of service: {day}
Office visit. Low back and right leg pain for five months, now 6/10 at rest. Eight weeks of physical therapy gave no relief.
Positive straight leg raise on the right. Options were talked over at length with the patient and her daughter.
Plan: right L5-S1 transforaminal epidural steroid injection at the next visit.
"""


def _families(facts: dict[str, Any]) -> list[str]:
    return [row["family"] for row in facts["procedures"]]


@pytest.fixture(scope="module")
def read(checker: notecheck.Checker) -> Any:
    """The facts of a text."""

    def facts(text: str) -> dict[str, Any]:
        return checker.extract(text).to_dict()

    return facts


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["oldest first", "newest first"])
def test_the_latest_date_of_service_is_the_encounter_of_the_note(read: Any, order: tuple[int, int]) -> None:
    parts = (KNEE.format(day="01/12/2026"), CAUDAL.format(day="03/02/2026"))
    facts = read("\n\n".join(parts[i] for i in order))
    (row,) = facts["procedures"]
    assert row["family"] == "epidural-caudal" and row["guidance"] == ["fluoroscopy"] and row["contrast"] == "yes"
    assert row["needle_gauge"] == [22] and row["laterality"] is None
    assert [(d["drug"], d["mg"]) for d in row["injectate"]] == [("triamcinolone", 40.0), ("saline", None)]
    assert not facts["disposition_stated"], "only the earlier encounter tells where the patient went"
    assert facts["complications_stated"]


def test_with_the_dates_the_other_way_round_the_other_one_is_read(read: Any) -> None:
    facts = read(KNEE.format(day="03/02/2026") + "\n\n" + CAUDAL.format(day="01/12/2026"))
    (row,) = facts["procedures"]
    assert (row["family"], row["site"], row["laterality"]) == ("joint-injection", "knee", "left")
    assert facts["disposition_stated"] and not facts["complications_stated"]


def test_no_word_of_another_day_is_evidence_for_what_was_done(checker: notecheck.Checker) -> None:
    text = KNEE.format(day="01/12/2026") + "\n\n" + CAUDAL.format(day="03/02/2026")
    border = text.index("Date of service: 03/02/2026")
    facts = checker.extract(text)
    proofs = [e for row in facts.procedures for e in row.evidence if not e.document]
    assert proofs and all(e.start >= border for e in proofs)


def test_two_procedures_of_one_day_stay_one_encounter(read: Any) -> None:
    facts = read(KNEE.format(day="03/02/2026") + "\n\n" + CAUDAL.format(day="03/02/2026"))
    assert sorted(_families(facts)) == ["epidural-caudal", "joint-injection"]


def test_of_three_dates_the_last_counts(read: Any) -> None:
    parts = (VISIT.format(day="12/01/2025"), KNEE.format(day="01/12/2026"), CAUDAL.format(day="03/02/2026"))
    assert _families(read("\n\n".join(parts))) == ["epidural-caudal"]


def test_an_earlier_visit_gives_its_treatments_and_none_of_its_findings(read: Any) -> None:
    facts = read(VISIT.format(day="02/02/2026") + "\n\n" + CAUDAL.format(day="03/02/2026"))
    assert _families(facts) == ["epidural-caudal"]
    assert [(c["modality"], c["weeks"], c["outcome"]) for c in facts["conservative_care"]] == [("physical-therapy", 8, "failed")]
    assert not facts["pain_scores"] and not facts["exam"]
    alone = read(VISIT.format(day="02/02/2026"))
    assert alone["pain_scores"] and alone["exam"] == ["straight-leg-raise"], "the same words of the only encounter are facts"


def test_a_later_visit_is_the_note_and_the_earlier_procedure_is_not_of_it(read: Any) -> None:
    facts = read(CAUDAL.format(day="02/02/2026") + "\n\n" + VISIT.format(day="03/02/2026"))
    assert _families(facts) == [] and facts["pain_scores"] and facts["exam"] == ["straight-leg-raise"]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("DOS: 1/5/26", "DOS: 3/2/26"), ("Encounter date: 2026-01-05", "Encounter date: 2026-03-02"),
        ("Date of visit: January 5, 2026", "Date of service: March 2, 2026"), ("SERVICE DATE: 01-05-2026", "SERVICE DATE: 03-02-2026"),
        ("**Date of service:** Jan. 5, 2026", "**Date of service:** Mar. 2, 2026"), ("Visit date: 1.5.2026", "Visit date: 3.2.2026"),
    ],
)  # fmt: skip
def test_dates_of_every_writing_part_a_document(earlier: str, later: str) -> None:
    old, new = earlier + "\n" + "x " * 120 + "\n", later + "\n" + "y " * 120
    for text, place in ((old + new, (0, len(old))), (new + "\n" + old, (len(new) + 1, len(new) + 1 + len(old)))):
        assert [(span.start, span.end) for span in others(text)] == [place]


LONG = "The left hip was prepared and a 22 gauge needle was brought to it. " * 5


@pytest.mark.parametrize(
    "text",
    [
        f"Date of service: 03/02/2026\n{LONG}",
        f"Date of service: 03/02/2026\n{LONG}\nDate of service: 03/02/2026\n{LONG}",
        f"Date of service: 03/02/2026\n{LONG}\nDate of visit: 03/16/2026\nfollow-up with the nurse",
        f"Date of visit: 02/20/2026\nDate of service: 03/02/2026\n{LONG}",
        f"Date of service: 03/02/2026\nDate of visit: 02/20/2026\n{LONG}",
        f"Date of service: 03/02/2026\n{LONG}\nDate of service: 45/45/2026\n{LONG}",
        f"Date of service: 03/02/2026\n{LONG}\nThe last date of service: 01/05/2026 was for the knee. {LONG}",
        f"Date of birth: 03/02/1956\n{LONG}\nDate of service: 03/02/2026\n{LONG}",
    ],
    ids=["one date", "one day twice", "the next visit below", "two dates in the head", "the earlier date below in the head",
         "no such day", "a date in a sentence", "a birthday"],
)  # fmt: skip
def test_what_does_not_part_a_document(text: str) -> None:
    assert others(text) == ()


def test_a_few_words_with_a_needle_are_an_encounter_of_their_own(read: Any) -> None:
    short = "Date of service: 03/02/2026\nRight knee injection: 22 gauge needle, 40 mg of triamcinolone injected.\n"
    assert len(short) < 200
    (row,) = read(CAUDAL.format(day="01/12/2026") + "\n\n" + short)["procedures"]
    assert (row["family"], row["laterality"]) == ("joint-injection", "right")


def test_a_visit_in_two_sentences_is_an_encounter_of_its_own() -> None:
    visit = "DOS: 1/5/2026\nSeen for follow-up. Will schedule a left hip injection.\n\n"
    (span,) = others(f"{visit}DOS: 3/2/2026\n{LONG}")
    assert (span.start, span.end) == (0, len(visit))


def test_line_ends_of_windows_make_no_difference(read: Any) -> None:
    text = KNEE.format(day="01/12/2026") + "\n\n" + CAUDAL.format(day="03/02/2026")
    assert _families(read(text.replace("\n", "\r\n"))) == ["epidural-caudal"]


def test_an_earlier_date_above_and_a_call_below_are_both_left_out() -> None:
    above, below = f"DOS: 01/05/2026\n{LONG}\n", "TELEPHONE ENCOUNTER 03/10/2026\nCalled about the next visit.\n"
    text = f"{above}DOS: 03/02/2026\n{LONG}\n{below}"
    assert [text[span.start : span.end] for span in others(text)] == [above, below]


def test_headings_of_encounters_go_before_dates() -> None:
    text = f"PREVIOUS VISIT\nDate of service: 01/05/2026\n{LONG}\nCURRENT ENCOUNTER\nDate of service: 03/02/2026\n{LONG}"
    (span,) = others(text)
    assert text[span.start : span.end].startswith("PREVIOUS VISIT") and "CURRENT" not in text[span.start : span.end]
