"""What a note alone supports: codes, sides, units, and what is asked where nothing can be settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from golden_facts import asked, billed, book, done, note, supported

from notecheck.coding import rules
from notecheck.coding.joints import facet_joints, foramina, sides_by_level
from notecheck.coding.lines import Setting, sided
from notecheck.coding.suggest import suggest
from notecheck.records import Claim, Diagnosis, PriorProcedure, Vial, Visit

RULES = rules.load()
FLUORO = ["fluoroscopy"]


def mbb(levels, side="right", region="lumbar", **more):
    fields = {"technique": "medial-branch-block", "purpose": "therapeutic", **more}
    return done("facet-injection", levels=levels, laterality=side, region=region, guidance=FLUORO, **fields)


def rfa(levels, side="right", region="lumbar", **more):
    fields = {"technique": "thermal-rf", **more}
    return done("facet-rfa", levels=levels, laterality=side, region=region, guidance=FLUORO, **fields)


def tfesi(levels, side="left", region="lumbar", **more):
    return done("epidural-transforaminal", levels=levels, laterality=side, region=region, guidance=FLUORO, **more)


@pytest.mark.parametrize(
    ("levels", "joints"),
    [
        (["L3", "L4", "L5"], ("L4-L5", "L5-S1")),
        (["L4", "L5"], ("L5-S1",)),
        (["C4", "C5", "C6"], ("C4-C5", "C5-C6")),
        (["TON"], ("C2-C3",)),
        (["TON", "C3"], ("C2-C3",)),
        (["TON", "C3", "C4"], ("C2-C3", "C3-C4")),
        (["T12", "L1"], ("L1-L2",)),
        (["T11", "T12", "L1"], ("T12-L1", "L1-L2")),
        (["L4-L5", "L5-S1"], ("L4-L5", "L5-S1")),
        (["L3", "L5"], ()),
        (["L4"], ()),
    ],
)
def test_nerves_make_joints(levels, joints):
    assert facet_joints(mbb(levels), RULES) == joints


def test_single_levels_of_a_joint_injection_settle_nothing():
    assert facet_joints(mbb(["L4", "L5"], technique="intra-articular"), RULES) == ()


@pytest.mark.parametrize(
    ("levels", "found"),
    [
        (["L5", "L5-S1"], ("L5-S1",)),
        (["L5", "S1"], ("L5-S1", "S1")),
        (["C6"], ("C5-C6",)),
        (["C8"], ("C7-T1",)),
    ],
)
def test_a_root_and_its_foramen_are_one(levels, found):
    assert foramina(tfesi(levels), RULES) == found


def test_sides_may_differ_by_level():
    procedure = tfesi(["L4-L5", "L5-S1"], side=None, level_sides=[["L4-L5", "left"], ["L5-S1", "bilateral"]])
    sides = sides_by_level([procedure], RULES, foramina)
    assert sides == {"L4-L5": {"left"}, "L5-S1": {"left", "right"}}
    assert supported(note(procedure)) == ["64483-50", "64484-LT"]


@pytest.mark.parametrize(
    ("procedure", "lines"),
    [
        (tfesi(["L4-L5", "L5-S1"]), ["64483-LT", "64484-LT"]),
        (tfesi(["L3-L4", "L4-L5", "L5-S1"]), ["64483-LT", "64484-LT x2"]),
        (tfesi(["S1"], side="right"), ["64483-RT"]),
        (tfesi(["C5-C6"], side="bilateral", region="cervical"), ["64479-50"]),
        (tfesi(["L4-L5"], purpose="diagnostic"), ["64483-KX-LT"]),
        (mbb(["L3", "L4", "L5"]), ["64493-RT", "64494-RT"]),
        (mbb(["L3", "L4", "L5"], purpose="diagnostic"), ["64493-KX-RT", "64494-KX-RT"]),
        (mbb(["L2", "L3", "L4", "L5"], side="bilateral"), ["64493-50", "64494-50", "64495-50"]),
        (mbb(["L1", "L2", "L3", "L4", "L5"]), ["64493-RT", "64494-RT", "64495-RT"]),
        (mbb(["C4", "C5", "C6"], side="bilateral", region="cervical"), ["64490-50", "64491-50"]),
        (mbb(["T11", "T12", "L1"], region="thoracic"), ["64490-RT", "64494-RT"]),
        (rfa(["L3", "L4", "L5"], side="bilateral"), ["64635-50", "64636-50"]),
        (rfa(["L2", "L3", "L4", "L5"]), ["64635-RT", "64636-RT x2"]),
        (rfa(["L3", "L4", "L5"], technique="pulsed-rf"), ["64999"]),
        (rfa(["L3", "L4", "L5"], technique="cooled-rf"), ["64635-RT", "64636-RT"]),
        (replace(mbb(["L4-L5"]), guidance=("ultrasound",)), ["0216T-RT"]),
        (replace(tfesi(["L4-L5"]), guidance=("ultrasound",)), ["64999"]),
    ],
)
def test_levels(procedure, lines):
    assert supported(note(procedure)) == lines


def test_both_sides_noted_apart_are_one_session():
    parts = [tfesi(["L4-L5"], side="left"), tfesi(["L4-L5", "L5-S1"], side="right")]
    assert supported(note(*parts)) == ["64483-50", "64484-RT"]


@pytest.mark.parametrize(
    ("family", "fields", "lines"),
    [
        ("epidural-interlaminar", {"region": "cervical", "levels": ["C7-T1"], "guidance": FLUORO}, ["62321"]),
        ("epidural-interlaminar", {"region": "lumbar", "laterality": "left", "guidance": FLUORO}, ["62323"]),
        ("epidural-interlaminar", {"region": "thoracic", "guidance": ["none"]}, ["62320"]),
        ("epidural-interlaminar", {"region": "lumbar", "guidance": ["ultrasound"]}, ["62322"]),
        ("epidural-caudal", {"region": "sacral", "guidance": ["landmark"]}, ["62322"]),
        ("epidural-caudal", {"guidance": ["ct"]}, ["62323"]),
        ("epidural-catheter", {"region": "lumbar", "guidance": FLUORO}, ["62327"]),
        ("epidural-blood-patch", {}, ["62273"]),
        ("epidural-blood-patch", {"guidance": FLUORO}, ["62273", "77003"]),
        ("epidural-adhesiolysis", {"approach": "caudal", "region": "lumbar"}, ["62264"]),
        ("si-joint-injection", {"laterality": "right", "guidance": FLUORO}, ["27096-RT"]),
        ("si-joint-injection", {"laterality": "bilateral", "guidance": FLUORO}, ["27096-50"]),
        ("si-joint-injection", {"laterality": "right", "guidance": ["ultrasound"]}, ["20552"]),
        ("si-joint-injection", {"laterality": "left", "guidance": FLUORO, "levels": ["L5", "S1", "S2"]}, ["64451-LT"]),
        ("si-rfa", {"laterality": "bilateral", "guidance": FLUORO, "technique": "thermal-rf"}, ["64625-50"]),
        ("genicular-block", {"laterality": "left", "guidance": FLUORO}, ["64454-LT"]),
        ("genicular-rfa", {"laterality": "right", "technique": "cooled-rf"}, ["64624-RT"]),
        ("genicular-rfa", {"laterality": "right", "technique": "pulsed-rf"}, ["64999"]),
        ("carpal-tunnel-injection", {"laterality": "bilateral"}, ["20526-50"]),
        ("peripheral-nerve-block", {"site": "greater-occipital-nerve", "laterality": "bilateral"}, ["64405-50"]),
        ("peripheral-nerve-block", {"site": "suprascapular-nerve", "laterality": "left"}, ["64418-LT"]),
        ("peripheral-nerve-block", {"site": "lateral-femoral-cutaneous-nerve", "laterality": "left"}, ["64450-LT"]),
        (
            "peripheral-nerve-block",
            {"site": "intercostal-nerve", "laterality": "left", "levels": ["T6", "T7", "T8"]},
            ["64420-LT", "64421-LT x2"],
        ),
        (
            "peripheral-nerve-block",
            {"site": "tap-plane", "laterality": "bilateral", "guidance": ["ultrasound"]},
            ["64488"],
        ),
        (
            "sympathetic-block",
            {"site": "stellate-ganglion", "laterality": "right", "guidance": FLUORO},
            ["64510-RT", "77003"],
        ),
        (
            "sympathetic-block",
            {"site": "lumbar-sympathetic-chain", "laterality": "bilateral", "levels": ["L2", "L3"], "guidance": FLUORO},
            ["64520-50", "77003"],
        ),
        ("sympathetic-block", {"site": "celiac-plexus", "laterality": "bilateral", "guidance": FLUORO}, ["64530"]),
        ("sympathetic-block", {"site": "ganglion-impar", "guidance": FLUORO}, ["64999"]),
        ("neurolysis", {"site": "obturator-nerve", "laterality": "bilateral", "technique": "chemical"}, ["64640-50"]),
        ("neurolysis", {"site": "celiac-plexus", "technique": "chemical"}, ["64680"]),
        ("neurolysis", {"site": "lumbar-sympathetic-chain", "technique": "thermal-rf"}, ["64999"]),
        ("neurolysis", {"site": "intercostal-nerve", "laterality": "left", "levels": ["T5", "T6"]}, ["64620 x2"]),
        ("joint-injection", {"site": "knee", "laterality": "right", "guidance": ["landmark"]}, ["20610-RT"]),
        ("joint-injection", {"site": "knee", "laterality": "bilateral"}, ["20610-50"]),
        (
            "joint-injection",
            {"site": "knee", "laterality": "right", "guidance": ["ultrasound"], "images_saved": True},
            ["20611-RT"],
        ),
        ("joint-injection", {"site": "knee", "laterality": "right", "guidance": ["ultrasound"]}, ["20610-RT"]),
        ("joint-injection", {"site": "hip", "laterality": "left", "guidance": FLUORO}, ["20610-LT", "77002"]),
        ("joint-injection", {"site": "elbow", "laterality": "left"}, ["20605-LT"]),
        ("joint-injection", {"site": "mcp", "laterality": "left"}, ["20600-LT"]),
        ("bursa-injection", {"site": "trochanteric-bursa", "laterality": "left"}, ["20610-LT"]),
        ("tendon-injection", {"site": "plantar-fascia", "laterality": "left"}, ["20550-LT"]),
        ("tendon-injection", {"site": "common-extensor-tendon", "laterality": "left"}, ["20551"]),
        ("trigger-point", {"technique": "injection", "muscles": ["trapezius", "rhomboid"]}, ["20552"]),
        ("trigger-point", {"technique": "injection", "muscles": ["a", "b", "c"], "laterality": "bilateral"}, ["20553"]),
        ("trigger-point", {"technique": "dry-needling", "muscle_count": 4}, ["20561"]),
        ("discography", {"region": "lumbar", "levels": ["L3-L4", "L4-L5", "L5-S1"]}, ["62290 x3", "72295 x3"]),
        ("vertebral-augmentation", {"levels": ["T12", "L1"], "technique": "kyphoplasty"}, ["22513", "22515"]),
        ("vertebral-augmentation", {"levels": ["L1"], "technique": "vertebroplasty"}, ["22511"]),
        ("basivertebral-ablation", {"levels": ["L4", "L5", "S1"]}, ["64628", "64629"]),
        ("scs-trial", {"leads": 2}, ["63650 x2"]),
        ("scs-implant", {"leads": 2}, ["63650 x2", "63685"]),
        ("scs-implant", {"technique": "paddle"}, ["63655", "63685"]),
    ],
)
def test_families(family, fields, lines):
    assert supported(note(done(family, **fields))) == lines


@pytest.mark.parametrize(
    ("procedure", "question"),
    [
        (tfesi([]), "level"),
        (tfesi(["L4-L5"], side=None), "side"),
        (replace(tfesi(["L4-L5"]), guidance=()), "fluoroscopy or CT"),
        (mbb(["L4"]), "joint"),
        (mbb(["L4", "L5"], technique="intra-articular"), "joint"),
        (done("si-joint-injection", guidance=FLUORO), "side"),
        (done("trigger-point", technique="injection", laterality="bilateral"), "muscles"),
        (done("joint-injection", site="knee"), "side"),
        (done("joint-injection", laterality="left"), "joint or bursa"),
        (done("tendon-injection", site="heel", laterality="left"), "sheath"),
        (done("peripheral-nerve-block", laterality="left"), "nerve"),
        (done("epidural-interlaminar", guidance=FLUORO), "region"),
        (done("epidural-unspecified", region="lumbar"), "route"),
        (done("epidural-adhesiolysis", approach="transforaminal"), "catheter"),
        (done("vertebral-augmentation", levels=["L1"]), "cavity"),
        (done("scs-trial"), "leads"),
        (done("scs-revision"), "revised"),
        (done("intrathecal-pump", injectate=[{"drug": "morphine"}]), "refilled"),
    ],
)
def test_what_the_note_leaves_open_is_asked_and_not_coded(procedure, question):
    assert supported(note(procedure)) == []
    assert question in asked(note(procedure))
    assert asked(note(procedure)).strip().endswith(("?", ".", "none."))


def test_pump_work_follows_what_is_stated():
    pump = done("intrathecal-pump", injectate=[{"drug": "morphine", "mg": 200}])
    assert supported(note(pump, statements=("pump-refill", "pump-refill-by-physician")), billed("62370")) == ["62370"]
    assert supported(note(done("intrathecal-pump"), statements=("pump-reprogramming",))) == ["62368"]


def test_two_knees_noted_apart_are_one_line_and_a_shoulder_another():
    knees = [done("joint-injection", site="knee", laterality=side) for side in ("left", "right")]
    assert supported(note(*knees)) == ["20610-50"]
    shoulder = done("joint-injection", site="glenohumeral", laterality="left")
    assert supported(note(knees[0], shoulder)) == ["20610-LT", "20610-59-LT"]


def test_a_joint_with_its_bursa_is_one_unit():
    parts = [
        done("joint-injection", site="glenohumeral", laterality="left"),
        done("bursa-injection", site="subacromial-bursa", laterality="left"),
    ]
    assert supported(note(*parts)) == ["20610-LT"]


def test_what_another_code_contains_is_left_out():
    parts = [done("epidural-blood-patch"), done("epidural-interlaminar", region="lumbar", guidance=["none"])]
    assert supported(note(*parts)) == ["62273"]
    assert "62322 is contained in 62273" in asked(note(*parts))


def test_two_regions_are_two_lines():
    neck = done("epidural-interlaminar", levels=["C7-T1"], region="cervical", guidance=FLUORO)
    back = done("epidural-interlaminar", levels=["L4-L5"], region="lumbar", guidance=FLUORO)
    assert supported(note(neck, back)) == ["62321", "62323"]


def test_an_edit_without_another_site_is_asked():
    joint = done("si-joint-injection", laterality="left", guidance=FLUORO, region="sacral")
    points = done("trigger-point", technique="injection", muscles=["gluteus medius"])
    assert supported(note(joint, points)) == ["27096-LT"]
    assert "20552 done apart from 27096" in asked(note(joint, points))


def test_toxin():
    head = ["corrugator", "procerus", "frontalis", "temporalis", "occipitalis", "cervical paraspinal", "trapezius"]
    migraine = done("chemodenervation", muscles=head, laterality="bilateral")
    assert supported(note(migraine)) == ["64615"]
    arm = done("chemodenervation", muscles=["biceps brachii", "wrist flexor"], laterality="left")
    legs = done("chemodenervation", muscles=["gastrocnemius"], laterality="bilateral")
    assert supported(note(arm, legs)) == ["64642", "64643 x2"]
    many = done(
        "chemodenervation",
        muscles=["biceps brachii", "brachialis", "wrist flexor", "finger flexor", "pronator teres"],
        laterality="left",
    )
    assert supported(note(many, legs)) == ["64644", "64643 x2"]
    neck = done("chemodenervation", muscles=["splenius capitis"], laterality="right")
    assert supported(note(neck)) == ["64616-RT"]


def test_a_second_nerve_destroyed_is_a_separate_line():
    both = done("neurolysis", site="obturator-nerve", laterality="bilateral", technique="chemical")
    one = done("neurolysis", site="musculocutaneous-nerve", laterality="left", technique="chemical")
    assert supported(note(one, both)) == ["64640-50", "64640-59-LT"]


def test_contradictions_give_no_line():
    assert supported(note(tfesi(["L4-L5"]), contradictions=("laterality",))) == []
    assert "disagree" in asked(note(tfesi(["L4-L5"]), contradictions=("level",)))
    caudal = done("epidural-caudal", guidance=FLUORO)
    assert supported(note(caudal, contradictions=("laterality",))) == ["62323"]


def test_a_stopped_procedure_carries_53():
    block = done("sympathetic-block", site="stellate-ganglion", laterality="right", status="discontinued")
    assert supported(note(block)) == ["64510-53-RT"]


def knee(**more):
    fields = {"injectate": [{"drug": "triamcinolone", "mg": 40}, {"drug": "lidocaine", "mg": 30}], **more}
    return done("joint-injection", site="knee", laterality="right", **fields)


@pytest.mark.parametrize(
    ("vials", "lines"),
    [
        ((Vial("triamcinolone", 40, 0, "single-dose", True),), ["20610-RT", "J3301-JZ x4"]),
        ((Vial("triamcinolone", None, None, "single-dose", True),), ["20610-RT", "J3301-JZ x4"]),
        ((Vial("triamcinolone", 40, None, "multi-dose"),), ["20610-RT", "J3301 x4"]),
        ((), ["20610-RT"]),
    ],
)
def test_office_drugs(vials, lines):
    assert supported(note(knee(), vials=vials), billed("20610")) == lines


def test_a_drug_line_whose_mark_is_open_is_asked_about():
    assert "J3301 x4 needs JZ or JW" in asked(note(knee()), billed("20610"))
    assert supported(note(knee()), billed("20610", day="2023-06-30")) == ["20610-RT", "J3301 x4"]
    vial = Vial("triamcinolone", 40, None, "single-dose")
    assert supported(note(knee(), vials=(vial,)), billed("20610")) == ["20610-RT"]
    assert "How much triamcinolone was discarded" in asked(note(knee(), vials=(vial,)), billed("20610"))


def test_one_full_vial_told_for_each_side_counts_twice():
    vial = Vial("methylprednisolone", 40, 0, "single-dose", True)
    drug = [{"drug": "methylprednisolone", "mg": 80}]
    both = done("joint-injection", site="knee", laterality="bilateral", injectate=drug)
    assert supported(note(both, vials=(vial,)), billed("20610", day="2026-03-03"))[-1] == "J1010-JZ x80"
    assert supported(note(both, vials=(vial,)), billed("20610", day="2024-03-14"))[-1] == "J1030-JZ x2"


def test_discarded_drug_has_its_own_line():
    toxin = done(
        "chemodenervation",
        muscles=["temporalis", "frontalis", "occipitalis"],
        injectate=[{"drug": "onabotulinumtoxina", "mg": 155}],
    )
    vial = Vial("onabotulinumtoxina", 155, 45, "single-dose")
    assert supported(note(toxin, vials=(vial,)), billed("64615")) == ["64615", "J0585 x155", "J0585-JW x45"]


def test_facilities_supply_the_drug():
    vial = Vial("triamcinolone", 40, 0, "single-dose", True)
    assert supported(note(knee(), vials=(vial,)), billed("20610", place="24")) == ["20610-RT"]


def test_no_local_anesthetic_and_no_unknown_dose_is_billed():
    assert supported(note(knee(injectate=[{"drug": "lidocaine", "mg": 30}])), billed("20610")) == ["20610-RT"]
    open_dose = note(knee(injectate=[{"drug": "triamcinolone"}]))
    assert supported(open_dose, billed("20610")) == ["20610-RT"]
    assert "How much triamcinolone" in asked(open_dose, billed("20610"))


def test_the_drug_code_is_that_of_the_day():
    vials = (Vial("methylprednisolone", 80, 0, "single-dose", True),)
    shot = note(knee(injectate=[{"drug": "methylprednisolone", "mg": 80}]), vials=vials)
    assert supported(shot, billed("20610", day="2024-04-01")) == ["20610-RT", "J1010-JZ x80"]
    assert supported(shot, billed("20610", day="2024-03-31")) == ["20610-RT", "J1040-JZ"]


def test_imaging_in_a_facility_carries_26():
    block = done("sympathetic-block", site="stellate-ganglion", laterality="left", guidance=FLUORO)
    assert supported(note(block), billed("64510", place="22")) == ["64510-LT", "77003-26"]


def test_ultrasound_beside_a_nerve_block_needs_a_picture():
    fields = {"site": "suprascapular-nerve", "laterality": "left", "guidance": ["ultrasound"]}
    assert supported(note(done("peripheral-nerve-block", **fields))) == ["64418-LT"]
    assert supported(note(done("peripheral-nerve-block", **fields, images_saved=True))) == ["64418-LT", "76942"]


@pytest.mark.parametrize(
    ("visit", "lines"),
    [
        (Visit(present=True, separate=True, total_minutes=34, new_patient=False), ["99214-25", "20610-RT"]),
        (Visit(present=True, separate=False, total_minutes=34, new_patient=False), ["20610-RT"]),
        (Visit(present=True, separate=True, total_minutes=9), ["20610-RT"]),
    ],
)
def test_a_visit_beside_a_procedure(visit, lines):
    assert supported(note(knee(injectate=[]), visit=visit), billed("20610")) == lines


def test_a_visit_alone():
    seen = Visit(present=True, total_minutes=45, new_patient=True)
    assert supported(note(visit=seen)) == ["99204"]
    decided = Visit(present=True, new_patient=False, problems=("back pain:moderate",), risk="moderate")
    assert supported(note(visit=decided)) == ["99214"]


def test_a_visit_in_a_global_period_is_unrelated_or_not_billed():
    prior = PriorProcedure("2026-03-01", code="64635", family="facet-rfa", region="lumbar")
    claim = Claim(date_of_service="2026-03-05", history=(prior,))
    seen = Visit(present=True, total_minutes=30, new_patient=False)
    hand = note(visit=seen, diagnoses=(Diagnosis("carpal tunnel syndrome, right", "G56.01"),))
    back = note(visit=seen, diagnoses=(Diagnosis("lumbar spondylosis", "M47.816"),))
    assert supported(hand, claim) == ["99214-24"]
    assert supported(back, claim) == []
    assert supported(back, replace(claim, date_of_service="2026-03-12")) == ["99214"]


@pytest.mark.parametrize(
    ("minutes", "lines"), [(29, []), (30, ["G3002"]), (44, ["G3002"]), (60, ["G3002", "G3003 x2"])]
)
def test_monthly_care_counts_full_steps(minutes, lines):
    visit = Visit(present=True, physician_minutes=minutes, staff_minutes=50, care_elements=("plan",))
    assert supported(note(visit=visit)) == lines


def test_payers_form_of_both_sides():
    key = ("uhc", "professional")
    form = RULES.payers[key].model_copy(update={"bilateral": "two-lines"})
    two = RULES.model_copy(update={"payers": {**RULES.payers, key: form}})
    setting = Setting(book().codes, two, day=date(2026, 3, 3), payer="uhc")
    made = sided("64493", frozenset({"left", "right"}), setting, why="", procedures=[])
    assert [d.modifiers for d in made] == [("LT",), ("RT",)]


def test_every_line_says_why_and_points_at_words_and_diagnoses():
    facts = note(
        mbb(["L3", "L4", "L5"]),
        diagnoses=(Diagnosis("lumbar spondylosis", "M47.816"), Diagnosis("neck pain", "M54.2")),
    )
    lines = suggest(facts, None, book()).lines
    assert [line.icd10 for line in lines] == [("M47.816",), ("M47.816",)]
    assert "two facet joints fed by three nerves" in lines[0].why
    assert all(line.evidence for line in lines)


def test_pointers_follow_target_and_side():
    facts = note(
        done("joint-injection", site="knee", laterality="left"),
        done("bursa-injection", site="trochanteric-bursa", laterality="right"),
        diagnoses=(Diagnosis("left knee osteoarthritis", "M17.12"), Diagnosis("right trochanteric bursitis", "M70.61")),
    )
    assert {line.icd10 for line in suggest(facts, None, book()).lines} == {("M17.12",), ("M70.61",)}


def test_nothing_done_supports_nothing():
    assert supported(note()) == []
    assert asked(note()) == ""


def test_the_claims_codes_do_not_matter():
    facts = note(tfesi(["L4-L5"]))
    assert supported(facts, billed("20610-RT", "99215")) == supported(facts, billed())
