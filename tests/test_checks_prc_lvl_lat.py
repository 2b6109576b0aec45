"""The checks on procedure, levels and sides, on made-up facts: what each finds, and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from golden_facts import billed, book, case, done, note

from notecheck.checks.registry import CHECKS
from notecheck.coding import rules
from notecheck.coding.lines import Setting
from notecheck.coding.match import match_lines, unbilled
from notecheck.records import Evidence

MINE = {check.code: check for check in CHECKS if check.code[:3] in ("PRC", "LVL", "LAT")}
FLUORO = ["fluoroscopy"]


def found(facts, claim=None):
    """code -> findings of every check of the three families."""
    one = case(facts, claim)
    return {code: list(check().find(one)) for code, check in MINE.items() if list(check().find(one))}


def codes(facts, claim=None):
    return sorted(found(facts, claim))


def spine(family, levels, side="left", region="lumbar", **more):
    return done(family, levels=levels, laterality=side, region=region, guidance=FLUORO, **more)


def tfesi(*levels, side="left", **more):
    return spine("epidural-transforaminal", list(levels), side, **more)


def mbb(*levels, side="right", **more):
    return spine("facet-injection", list(levels), side, technique="medial-branch-block", **more)


def rfa(*levels, side="right", technique="thermal-rf", **more):
    return spine("facet-rfa", list(levels), side, technique=technique, **more)


def points(*muscles, **more):
    return done("trigger-point", muscles=list(muscles), **{"technique": "injection", **more})


INTERLAMINAR = done("epidural-interlaminar", levels=["L4-L5"], region="lumbar", laterality="left", guidance=FLUORO)
CAUDAL = done("epidural-caudal", region="sacral", guidance=FLUORO)
KNEE = done("joint-injection", site="knee", laterality="left", guidance=["landmark"])
SACROILIAC = done("si-joint-injection", laterality="left", region="sacral", guidance=FLUORO)
OCCIPITAL = done(
    "peripheral-nerve-block", site="greater-occipital-nerve", laterality="bilateral", guidance=["landmark"]
)


def test_all_27_are_registered():
    assert sorted(MINE) == [
        *(f"LAT00{n}" for n in range(1, 8)),
        *(f"LVL{n:03d}" for n in range(1, 11)),
        *(f"PRC{n:03d}" for n in range(1, 11)),
    ]


# a note and a claim that agree: no finding at all
AGREE = {
    "two foramina": (note(tfesi("L4-L5", "L5-S1")), billed("64483-LT", "64484-LT")),
    "both sides on one line": (note(mbb("L3", "L4", "L5", side="bilateral")), billed("64493-50", "64494-50")),
    "three nerves, two joints": (note(mbb("L3", "L4", "L5")), billed("64493-RT", "64494-RT")),
    "ablation": (note(rfa("L3", "L4", "L5", side="bilateral")), billed("64635-50", "64636-50")),
    "thoracolumbar junction": (note(mbb("T11", "T12", "L1")), billed("64490-RT", "64494-RT")),
    "sides that differ by level": (
        note(tfesi("L4-L5", "L5-S1", side=None, level_sides=[["L4-L5", "left"], ["L5-S1", "bilateral"]])),
        billed("64483-50", "64484-LT"),
    ),
    "interlaminar with a side word": (note(INTERLAMINAR), billed("62323")),
    "facility code of the sacroiliac joint": (note(SACROILIAC), billed("G0260-LT", place="24")),
    "caudal": (note(CAUDAL), billed("62323")),
    "two regions": (
        note(INTERLAMINAR, done("epidural-interlaminar", levels=["C7-T1"], region="cervical", guidance=FLUORO)),
        billed("62321", "62323-59"),
    ),
    "knee by feel": (note(KNEE), billed("20610-LT")),
    "knee and shoulder": (
        note(KNEE, done("joint-injection", site="glenohumeral", laterality="right")),
        billed("20610-LT", "20610-59-RT"),
    ),
    "two muscles": (note(points("trapezius", "rhomboid")), billed("20552")),
    "muscles on both sides leave the code open": (
        note(points("trapezius", "rhomboid", laterality="bilateral")),
        billed("20553"),
    ),
    "dry needling": (note(points(technique="dry-needling", muscle_count=4)), billed("20561")),
    "sacroiliac without imaging": (note(replace(SACROILIAC, guidance=("landmark",))), billed("20552")),
    "stimulator trial": (note(done("scs-trial", leads=2, region="thoracic", levels=["T8", "T9"])), billed("63650 x2")),
    "implant": (note(done("scs-implant", leads=2)), billed("63650 x2", "63685")),
    "unlisted": (note(rfa("L4", "L5", technique="pulsed-rf")), billed("64999")),
    "migraine toxin": (
        note(
            done(
                "chemodenervation",
                muscles=["temporalis", "frontalis", "occipitalis"],
                laterality="bilateral",
                guidance=["none"],
            )
        ),
        billed("64615", "J0585 x155"),
    ),
    "ribs": (
        note(
            done(
                "peripheral-nerve-block",
                site="intercostal-nerve",
                levels=["T6", "T7", "T8"],
                laterality="left",
                region="thoracic",
            )
        ),
        billed("64420-LT", "64421-LT x2"),
    ),
    "third level not billed because not covered": (note(mbb("L2", "L3", "L4", "L5")), billed("64493-RT", "64494-RT")),
    "visit and drug alone": (note(), billed("99213", "J3301 x4")),
    "pump": (note(done("intrathecal-pump")), billed("62370")),
    "blood patch holds the epidural": (
        note(done("epidural-blood-patch"), done("epidural-interlaminar", region="lumbar", guidance=["none"])),
        billed("62273"),
    ),
    "midline sympathetic": (note(done("sympathetic-block", site="celiac-plexus", guidance=FLUORO)), billed("64530")),
    "operation outside the families": (note(), billed("27279")),
    "surgery center may want two lines": (
        note(rfa("L4", "L5", side="bilateral")),
        billed("64635-RT", "64635-LT", place="24"),
    ),
}


@pytest.mark.parametrize("name", AGREE)
def test_agreement_is_silent(name):
    facts, claim = AGREE[name]
    loud = {code: [f.message for f in each] for code, each in found(facts, claim).items()}
    if name == "third level not billed because not covered":
        assert set(loud) == {"LVL004"}
    else:
        assert loud == {}


# a note and a claim that differ: exactly these codes
DIFFER = {
    "not done": (note(OCCIPITAL), billed("64405-50", "20553"), ["PRC001"]),
    "nothing done": (note(), billed("64483-LT"), ["PRC001"]),
    "another procedure than the one billed elsewhere": (note(mbb("L4", "L5")), billed("64493-RT", "62323"), ["PRC001"]),
    "one left off": (
        note(KNEE, done("tendon-injection", site="plantar-fascia", laterality="left")),
        billed("20610-LT"),
        ["PRC002"],
    ),
    "foraminal billed, interlaminar done": (note(INTERLAMINAR), billed("64483-LT", "64484-LT"), ["PRC003"]),
    "interlaminar billed, foraminal done": (note(tfesi("L4-L5")), billed("62323"), ["PRC003"]),
    "caudal billed as foraminal": (note(CAUDAL), billed("64483-LT"), ["PRC003"]),
    "epidural billed, facet done": (note(mbb("L4", "L5")), billed("62323"), ["PRC003"]),
    "lumbar code on the neck": (
        note(mbb("C4", "C5", "C6", region="cervical")),
        billed("64493-RT", "64494-RT"),
        ["PRC004"],
    ),
    "cervical code on the back": (note(INTERLAMINAR), billed("62321"), ["PRC004"]),
    "cervical code on a caudal": (note(CAUDAL), billed("62321"), ["PRC004"]),
    "imaged code, needle by feel": (note(replace(CAUDAL, guidance=("landmark",))), billed("62323"), ["PRC005"]),
    "blind code, fluoroscopy used": (note(CAUDAL), billed("62322"), ["PRC005"]),
    "ultrasound code without ultrasound": (note(KNEE), billed("20611-LT"), ["PRC005"]),
    "recorded ultrasound billed without": (
        note(replace(KNEE, guidance=("ultrasound",), images_saved=True)),
        billed("20610-LT"),
        ["PRC005"],
    ),
    "facet block under ultrasound": (
        note(replace(mbb("L4", "L5"), guidance=("ultrasound",))),
        billed("64493-RT"),
        ["PRC005"],
    ),
    "pulsed on destruction": (
        note(rfa("L3", "L4", "L5", technique="pulsed-rf")),
        billed("64635-RT", "64636-RT"),
        ["PRC006", "PRC008"],
    ),
    "needling billed as injection": (
        note(points(technique="dry-needling", muscle_count=4)),
        billed("20553"),
        ["PRC006"],
    ),
    "toxin billed as trigger point": (
        note(done("chemodenervation", muscles=["trapezius"], laterality="left")),
        billed("20552"),
        ["PRC006"],
    ),
    "sacral branches billed as facet": (
        note(done("si-rfa", laterality="right", technique="thermal-rf", guidance=FLUORO)),
        billed("64635-RT"),
        ["PRC006"],
    ),
    "block billed as ablation": (note(mbb("L4", "L5")), billed("64635-RT"), ["PRC006"]),
    "nerves of the joint billed as the joint": (
        note(replace(SACROILIAC, levels=("L5", "S1", "S2"))),
        billed("27096-LT"),
        ["PRC006"],
    ),
    "another nerve": (note(OCCIPITAL), billed("64450-50"), ["PRC007"]),
    "another size": (note(replace(KNEE, site="elbow")), billed("20610-LT"), ["PRC007"]),
    "joint code on the sacroiliac joint": (note(SACROILIAC), billed("20610-LT"), ["PRC007"]),
    "third occipital nerve on the greater": (note(mbb("TON", region="cervical")), billed("64405-RT"), ["PRC007"]),
    "ended code": (note(KNEE), billed("20610-LT", "J1040"), ["PRC009"]),
    "no level": (note(tfesi()), billed("64483-LT"), ["LVL001"]),
    "no level and no side": (note(tfesi(side=None)), billed("64483-LT", "64484-LT"), ["LAT001", "LVL001"]),
    "a level too many": (note(tfesi("L4-L5")), billed("64483-LT", "64484-LT"), ["LVL002"]),
    "a lead too many": (note(done("scs-trial", leads=1)), billed("63650 x2"), ["LVL002"]),
    "a level too few": (note(mbb("L3", "L4", "L5")), billed("64493-RT"), ["LVL003"]),
    "one level too few on one side": (
        note(mbb("L3", "L4", "L5", side="bilateral")),
        billed("64493-50", "64494-RT", payer="commercial"),
        ["LVL003"],
    ),
    "over the limit": (note(tfesi("L3-L4", "L4-L5", "L5-S1")), billed("64483-LT", "64484-LT x2"), ["LVL004"]),
    "an add-on alone": (note(rfa("L3", "L4", "L5")), billed("64636-RT"), ["LVL005"]),
    "an add-on of the other half": (note(tfesi("L4-L5", "L5-S1")), billed("64484-LT"), ["LVL005"]),
    "monthly care without its base": (note(), billed("G3003"), ["LVL005"]),
    "nerves for joints": (note(mbb("L3", "L4", "L5")), billed("64493-RT", "64494-RT", "64495-RT"), ["LVL006"]),
    "nerves for joints, ablation": (note(rfa("L4", "L5")), billed("64635-RT", "64636-RT"), ["LVL006"]),
    "units over the edit": (note(), billed("J3301 x40"), ["LVL007"]),
    "two epidurals of one region": (note(INTERLAMINAR), billed("62323 x2"), ["LVL007"]),
    "no muscles": (note(points()), billed("20553"), ["LVL008"]),
    "too few muscles": (note(points("trapezius")), billed("20553"), ["LVL009"]),
    "too many muscles": (note(points("a", "b", "c", "d")), billed("20552"), ["LVL009"]),
    "needle passes": (note(points("trapezius", "rhomboid")), billed("20552 x4"), ["LVL007", "LVL010"]),
    "the other side": (note(tfesi("L4-L5", side="right")), billed("64483-LT"), ["LAT002"]),
    "one side of two": (note(OCCIPITAL), billed("64405-LT"), ["LAT003"]),
    "two sides of one": (note(SACROILIAC), billed("27096-50"), ["LAT004"]),
    "two lines of one side": (note(SACROILIAC), billed("27096-LT", "27096-RT"), ["LAT004"]),
    "two lines where one is asked": (
        note(rfa("L4", "L5", side="bilateral")),
        billed("64635-RT", "64635-LT"),
        ["LAT005"],
    ),
    "50 with a side": (note(replace(SACROILIAC, laterality="bilateral")), billed("27096-50-LT"), ["LAT005"]),
    "50 with two units": (
        note(replace(SACROILIAC, laterality="bilateral")),
        billed("27096-50 x2"),
        ["LAT005", "LVL007"],
    ),
    "no side modifier": (note(KNEE), billed("20610"), ["LAT006"]),
    "a side where there is none": (note(INTERLAMINAR), billed("62323-LT"), ["LAT007"]),
    "50 on muscles": (note(points("trapezius", "rhomboid")), billed("20552-50"), ["LAT007"]),
    "50 on a code that has both": (
        note(done("chemodenervation", muscles=["temporalis", "frontalis", "occipitalis"], laterality="bilateral")),
        billed("64615-50"),
        ["LAT007"],
    ),
}


@pytest.mark.parametrize("name", DIFFER)
def test_difference_is_told_once_and_nothing_else_is(name):
    facts, claim, expected = DIFFER[name]
    assert codes(facts, claim) == expected
    for each in found(facts, claim).values():
        assert len(each) == 1


@pytest.mark.parametrize("name", DIFFER)
def test_every_finding_has_source_evidence_and_an_asking_fix(name):
    facts, claim, _ = DIFFER[name]
    for each in found(facts, claim).values():
        for finding in each:
            assert finding.source and finding.evidence and finding.fix
            assert finding.message.endswith(".")
            assert "!" not in finding.message + finding.fix


def test_the_line_is_named():
    (finding,) = found(*DIFFER["a level too many"][:2])["LVL002"]
    assert finding.line == "64484"
    assert finding.severity == "error"
    assert "counting rule foramen-levels" in finding.source


# without a claim only what the note itself lacks
def test_without_a_claim_only_the_note_is_judged():
    assert codes(note(tfesi(side=None))) == ["LAT001", "LVL001"]
    assert codes(note(points())) == ["LVL008"]
    assert codes(note(INTERLAMINAR, CAUDAL, points("trapezius"), done("sympathetic-block", site="celiac-plexus"))) == []
    assert codes(note(done("sympathetic-block", site="stellate-ganglion"))) == ["LAT001"]
    assert codes(note(KNEE)) == []


def test_an_empty_claim_is_no_claim():
    assert codes(note(points()), billed()) == ["LVL008"]


def test_missing_things_can_be_completed_and_wrong_ones_not():
    completable = {code for code, check in MINE.items() if check.completable}
    assert completable == {"LVL001", "LVL008", "LAT001"}


def test_silence_about_imaging_is_left_to_others():
    assert codes(note(replace(CAUDAL, guidance=())), billed("62323")) == []
    assert codes(note(replace(KNEE, guidance=())), billed("20611-LT")) == []


def test_a_note_that_contradicts_itself_is_not_blamed_on_the_modifier():
    facts = note(tfesi("L4-L5", side="right"), contradictions=("laterality",))
    assert codes(facts, billed("64483-LT")) == []


def test_doubled_lines_are_not_counted_as_levels():
    facts = note(rfa("L3", "L4", "L5", side="bilateral"))
    assert codes(facts, billed("64635-50", "64636-50", "64636-50")) == []


def test_a_plan_is_named_in_the_finding():
    facts = note(OCCIPITAL, plan=("trigger-point",))
    (finding,) = found(facts, billed("64405-50", "20553"))["PRC001"]
    assert "plan only" in finding.message


def test_severity_is_no_louder_than_what_is_known():
    thumb = note(done("joint-injection", site="cmc", laterality="left"))
    assert found(thumb, billed("20610-LT"))["PRC007"][0].severity == "info"
    epicondyle = note(done("tendon-injection", site="common-extensor-tendon", laterality="left"))
    assert found(epicondyle, billed("20550-LT"))["PRC007"][0].severity == "warning"
    three = note(rfa("L2", "L3", "L4", "L5"))
    over = billed("64635-RT", "64636-RT x2", payer="evicore")
    assert "LVL004" not in found(three, over)
    four = note(rfa("L1", "L2", "L3", "L4", "L5"))
    assert found(four, billed("64635-RT", "64636-RT x3", payer="evicore"))["LVL004"][0].severity == "warning"


def test_outdated_codes_by_how_well_the_date_is_known():
    old = note(done("chemodenervation", muscles=["biceps brachii"], laterality="left"))
    assert found(old, billed("64614", day="2026-08-01"))["PRC009"][0].severity == "error"
    assert found(old, billed("64614", day="2020-08-01"))["PRC009"][0].severity == "info"
    early = note(done("peripheral-nerve-block", site="erector-spinae-plane", laterality="left", region="thoracic"))
    (finding,) = found(early, billed("64466-LT", day="2024-06-01"))["PRC009"]
    assert "begins on 2025-01-01" in finding.message
    assert "PRC009" not in found(early, billed("64466-LT", day="2025-06-01"))


def test_limits_need_a_payer_and_a_day_that_have_one():
    three = note(tfesi("L3-L4", "L4-L5", "L5-S1"))
    lines = ("64483-LT", "64484-LT x2")
    assert "LVL004" in found(three, billed(*lines))
    assert "LVL004" not in found(three, billed(*lines, payer="commercial"))
    assert "LVL004" not in found(three, billed(*lines, day="2020-01-01"))


def test_both_sides_of_a_level_are_one_level():
    assert "LVL004" not in found(note(tfesi("L4-L5", "L5-S1", side="bilateral")), billed("64483-50", "64484-50"))


def test_units_edit_knows_lines_sides_and_payers():
    facts = note(tfesi("L4-L5", side="bilateral"))
    assert "LVL007" not in found(facts, billed("64483-RT", "64483-LT", place="24"))
    assert "LVL007" not in found(note(), billed("J0585 x165", "J0585-JW x35"))
    assert found(note(), billed("J3301 x40", payer="uhc"))["LVL007"][0].severity == "warning"


def test_a_payer_without_known_form_is_left_alone():
    facts = note(rfa("L4", "L5", side="bilateral"))
    assert codes(facts, billed("64635-RT", "64635-LT", payer="commercial")) == []
    assert found(facts, billed("64635-RT", "64635-LT", payer="uhc"))["LAT005"][0].severity == "warning"


def test_right_and_left_of_one_target_noted_apart():
    parts = [replace(OCCIPITAL, laterality=side) for side in ("left", "right")]
    assert codes(note(*parts), billed("64405-LT")) == ["LAT003"]
    assert codes(note(*parts), billed("64405-50")) == []


def test_evidence_is_that_of_the_field():
    words = Evidence(10, 15, "L4-L5", "levels", "L4-L5")
    procedure = replace(tfesi("L4-L5"), evidence=(words, Evidence(0, 4, "left", "laterality", "left")))
    (finding,) = found(note(procedure), billed("64483-LT", "64484-LT"))["LVL002"]
    assert finding.evidence == (words,)


def test_an_absence_points_at_the_place_searched():
    place = Evidence(100, 200, "PROCEDURE: ...", "searched:procedure")
    (finding,) = found(note(places=(place,)), billed("20553"))["PRC001"]
    assert finding.evidence == (place,)


def test_matching_prefers_the_side_and_the_target():
    shoulder = done("joint-injection", site="glenohumeral", laterality="right")
    setting = Setting(book().codes, rules.load(), case(note()).day)
    facts = note(KNEE, shoulder)
    left, right = match_lines(facts, billed("20610-LT", "20610-RT").lines, setting)
    assert left.procedures == (KNEE,)
    assert right.procedures == (shoulder,)
    assert unbilled(facts, [left], setting) == (shoulder,)
