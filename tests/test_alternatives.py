"""What the note leaves open: the lines of each reading, and what the provider would have to state; never in the lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import yaml
from golden_facts import billed, book, done, note

from notecheck import locate
from notecheck.coding import rules
from notecheck.coding.suggest import suggest
from notecheck.report.words import open_questions

CLAIM = billed()
STEROID = [{"drug": "triamcinolone", "volume_ml": 1, "mg": 40}]


def read(*procedures):
    return suggest(note(*procedures), CLAIM, book())


def readings(suggested, about):
    found = next(a for a in suggested.alternatives if about in a.asks)
    return {r.says: ["-".join((s.code, *s.modifiers)) for s in r.lines] for r in found.readings}


def test_a_missing_side_gives_the_line_of_each_side_and_none_in_the_lines():
    found = read(done("joint-injection", site="knee", guidance=["landmark"]))
    assert found.lines == ()
    assert readings(found, "side") == {"left": ["20610-LT"], "right": ["20610-RT"], "both sides": ["20610-50"]}


def test_a_picture_not_recorded_gives_the_joint_code_with_and_without():
    found = read(done("joint-injection", site="knee", laterality="left", guidance=["ultrasound"]))
    assert [s.code for s in found.lines] == ["20610"]
    assert readings(found, "image") == {"kept": ["20611-LT"], "not kept": ["20610-LT"]}


def test_guidance_not_stated_gives_the_epidural_code_with_and_without_imaging():
    found = read(done("epidural-interlaminar", region="lumbar", levels=["L4-L5"], guidance=[]))
    assert readings(found, "guidance") == {"fluoroscopy": ["62323"], "no imaging": ["62322"]}


def test_a_vertebral_body_without_the_way_gives_both_codes():
    found = read(done("vertebral-augmentation", region="lumbar", levels=["L1"], guidance=["fluoroscopy"]))
    assert found.lines == ()
    assert readings(found, "cavity") == {"kyphoplasty": ["22514"], "vertebroplasty": ["22511"]}


def test_muscles_not_named_give_the_code_of_each_number():
    found = read(done("trigger-point", guidance=[]))
    assert found.lines == ()
    assert readings(found, "muscles") == {"up to 2 muscles": ["20552"], "more than 2 muscles": ["20553"]}


def test_an_open_vial_gives_the_drug_line_with_and_without_its_mark():
    found = read(done("joint-injection", site="knee", laterality="left", guidance=["landmark"], injectate=STEROID))
    assert [s.code for s in found.lines] == ["20610"]
    assert readings(found, "vial") == {"single-dose, nothing discarded": ["J3301-JZ"], "multi-dose": ["J3301"]}


def test_a_settled_note_leaves_no_reading():
    assert read(done("joint-injection", site="knee", laterality="left", guidance=["landmark"])).alternatives == ()


@pytest.mark.parametrize("family", ["joint-injection", "carpal-tunnel-injection"])
def test_the_report_says_what_would_be_stated_in_the_place_of_the_question(family):
    found = read(done(family, site="knee", guidance=["landmark"]))
    told = open_questions(found)
    assert found.open_questions and not set(told) & set(found.open_questions)
    assert "left: " in told[0] and "both sides: " in told[0]
    assert open_questions(replace(found, alternatives=())) == found.open_questions


def test_the_answer_has_the_readings_under_a_key_of_their_own():
    answer = read(done("joint-injection", site="knee", guidance=["landmark"])).to_dict()
    assert answer["alternatives"][0]["readings"][0] == {
        "reading": "left",
        "lines": [{"code": "20610", "modifiers": ["LT"], "units": 1}],
    }


@pytest.mark.parametrize(
    ("day", "says"),
    [(date(2024, 2, 1), "later"), (date(2024, 7, 1), ""), (date(2024, 9, 30), ""), (date(2024, 10, 1), "earlier")],
)
def test_edits_of_another_quarter_are_told_from_those_of_the_day(day, says):
    told = book().codes.apart(day)
    assert f"are {says} than the date of service {day.isoformat()}" in told if says else told == ""


def test_prolonged_minutes_are_those_of_the_visit_policy():
    text = (locate.patterns() / "policy" / "any" / "visits" / "topic.yaml").read_text(encoding="utf-8")
    asked = next(r for r in yaml.safe_load(text)["requirements"] if r["slug"] == "prolonged")
    value = asked["values"][-1]["value"]
    own = {f"{p.code}-{c}": n for p in rules.load().visits.prolonged for c, n in p.first.items()}
    assert own == {key: number for key, number in value.items() if key in own} and len(own) == 4
