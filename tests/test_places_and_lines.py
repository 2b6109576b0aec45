"""Readings that generated notes asked for, each with words of its own and with words that must not be read so."""

from __future__ import annotations

from typing import Any

import pytest

import notecheck
from notecheck.annotate.components import line_wraps

FRAME = "PROCEDURE: {title}\nDESCRIPTION: {told}\nCOMPLICATIONS: None.\n"


@pytest.fixture(scope="module")
def first(checker: notecheck.Checker) -> Any:
    """The first procedure of a text, or of a title with its telling."""

    def row(title: str, told: str) -> dict[str, Any]:
        return checker.extract(FRAME.format(title=title, told=told)).to_dict()["procedures"][0]  # type: ignore[no-any-return]

    return row


def _mg(row: dict[str, Any]) -> list[float | None]:
    return [drug["mg"] for drug in row["injectate"]]


OTHER = " The opposite side was then treated in the same way."


@pytest.mark.parametrize(
    ("title", "told", "mg"),
    [
        ("Bilateral hip bursa injections", "A 22 gauge needle was put into the left trochanteric bursa. In total 40 mg of triamcinolone was injected." + OTHER, [80]),
        ("Bilateral hip bursa injections", "22 gauge needles were put into both trochanteric bursae. In total 40 mg of triamcinolone was injected on both sides.", [40]),
        ("Bilateral L3-4 and L4-5 transforaminal epidural steroid injections",
         "A 25 gauge needle was put into the left L3-4 and L4-5 foramina with fluoroscopy. 8 mg of dexamethasone was split evenly between the levels." + OTHER, [16]),
        ("Bilateral L3-4 and L4-5 transforaminal epidural steroid injections",
         "A 25 gauge needle was put into the left L3-4 and L4-5 foramina with fluoroscopy. 4 mg of dexamethasone was injected at each level." + OTHER, [16]),
        ("Left L2, L3 and L4 medial branch blocks", "22 gauge needles were put at the left L2, L3 and L4 medial branches with fluoroscopy. 1 mL of 0.5% bupivacaine was injected at each site.", [15]),
        ("Right C3-4 and C4-5 transforaminal epidural steroid injections",
         "A 25 gauge needle was put into the right C3 - 4, C4 - 5 foramina with fluoroscopy. 4 mg of dexamethasone was injected per site.", [8]),
    ],
    ids=["a total, then the other side", "a total for both sides", "split, then the other side", "each level, then the other side",
         "a gauge is no number of places", "a level is no number of places"],
)  # fmt: skip
def test_doses_by_places_and_sides(first: Any, title: str, told: str, mg: list[float]) -> None:
    assert _mg(first(title, told)) == mg


def test_mixed_with_is_no_mixture_of_which_a_part_went_in(first: Any) -> None:
    row = first("Right L4 and L5 transforaminal epidural injections", "A 22 gauge needle was put at the right L4 and L5 roots with fluoroscopy. 4 mg of dexamethasone mixed with 1 mL of 1% lidocaine was injected at each site.")
    assert _mg(row) == [8, 20]


def test_upper_names_a_muscle_or_a_limb(first: Any) -> None:
    row = first("Trigger point injections", "Trigger points in the left upper trapezius were marked. 3 mL of 1% lidocaine was injected with a 27 gauge needle.")
    assert (row["laterality"], row["muscles"]) == ("left", ["trapezius"])
    row = first("Trigger point injections", "The blood pressure cuff lay on the left upper extremity. 3 mL of 1% lidocaine was injected into the right trapezius with a 27 gauge needle.")
    assert row["laterality"] == "right"


def test_one_numbing_serves_needles_on_two_sides(checker: notecheck.Checker) -> None:
    told = "The skin was numbed with 1% lidocaine through a 27 gauge needle. A 22 gauge needle was put into the left L3-4 foramen and a second 22 gauge needle into the right L5-S1 foramen with fluoroscopy. 4 mg of dexamethasone was injected at each foramen."
    rows = checker.extract(FRAME.format(title="Left L3-4 and right L5-S1 transforaminal epidural injections", told=told)).to_dict()["procedures"]
    assert [(r["levels"], r["laterality"], sorted(r["needle_gauge"])) for r in rows] == [(["L3-L4"], "left", [22, 27]), (["L5-S1"], "right", [22, 27])]


def test_levels_before_a_semicolon_belong_to_the_procedure_before_it(checker: notecheck.Checker) -> None:
    told = ("A 22 gauge needle was put to the left C5 and C6 medial branches with fluoroscopy and 0.5 mL of 1% lidocaine was injected at each nerve.\n"
            "Next, with ultrasound, a 25 gauge needle was put to the left suprascapular nerve. 5 mL of 0.25% bupivacaine was injected.")  # fmt: skip
    rows = checker.extract(FRAME.format(title="Left medial branch blocks, C5 and C6; left suprascapular nerve block", told=told)).to_dict()["procedures"]
    assert {r["family"]: r["levels"] for r in rows} == {"facet-injection": ["C5", "C6"], "peripheral-nerve-block": []}


def test_toxin_and_trigger_points_keep_their_drugs_and_muscles(checker: notecheck.Checker) -> None:
    told = ("Botox 40 units were injected into the left splenius capitis with a 30 gauge needle. The skin was then cleaned with alcohol. "
            "The left trapezius was treated: 2 mL of 1% lidocaine was injected with a 27 gauge needle.")  # fmt: skip
    rows = checker.extract(FRAME.format(title="Chemodenervation for cervical dystonia; trigger point injection", told=told)).to_dict()["procedures"]
    assert {r["family"]: (r["muscles"], [d["drug"] for d in r["injectate"]]) for r in rows} == {
        "chemodenervation": (["splenius capitis"], ["onabotulinumtoxina"]), "trigger-point": (["trapezius"], ["lidocaine"]),
    }  # fmt: skip


def test_thermal_ablation_of_the_basivertebral_nerve(first: Any) -> None:
    told = "Under fluoroscopy the left pedicles of L4 and L5 were crossed and the probe was brought to the nerve. {} was done for 15 minutes."
    assert first("Basivertebral nerve ablation, L4 and L5", told.format("Thermal ablation at 85 C"))["technique"] == "thermal-rf"
    assert first("Basivertebral nerve ablation, L4 and L5", told.format("The treatment"))["technique"] is None


def _contradictions(checker: notecheck.Checker, title: str, told: str) -> tuple[str, ...]:
    return checker.extract(FRAME.format(title=title, told=told)).contradictions


def test_levels_beside_a_landmark_still_contradict_the_title(checker: notecheck.Checker) -> None:
    told = "RF cannulas of 18 gauge were put at the transverse process of each of these levels for the left {} medial branches with fluoroscopy. Lesions were made at 80 C for 90 seconds."
    title = "Left L1 and L2 medial branch radiofrequency ablation"
    assert "level" in _contradictions(checker, title, told.format("L4 and L5"))
    assert "level" not in _contradictions(checker, title, told.format("L1 and L2"))


def test_the_side_of_marked_muscles_contradicts_the_title(checker: notecheck.Checker) -> None:
    told = "Trigger points in the {} rhomboid were located. 2 mL of 1% lidocaine was injected with a 27 gauge needle."
    assert "laterality" in _contradictions(checker, "Right rhomboid trigger point injection", told.format("left"))
    assert "laterality" not in _contradictions(checker, "Right rhomboid trigger point injection", told.format("right"))


NARROW = "The skin over the joint was prepared with chlorhexidine and\nthen with alcohol. Under sterile conditions 1 mL of\nKenalog and 3 mL of a local drug were slowly given with\nRopivacaine, and the needle was taken out of the joint."


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        (NARROW, [True, True, True]),
        ("Pain today is rated as 7 out of\n10. It was worse.", [True]),
        ("Inadequate relief from ibuprofen and also from\nHEP. Failed heat.", [True]),
        ("Pain went from 7/10 before the block\n-> 2/10 at discharge.", [True]),
        ("Left cooled radiofrequency ablation of the L4 medial branch as well as L5 ramus\nRight L4 medial branch block", [False]),
        ("Dx: right shoulder osteoarthritis\n(R) AC joint injection", [False]),
        ("Diagnosis: lumbar spondylosis without radiculopathy, lumbar region\nImogen Ashgrove, MD", [False]),
        ("pre-procedure diagnosis\ncervical facet arthropathy", [False]),
        ("PROCEDURE: L1-2 level interlaminar epidural steroid injection\nFollowing informed consent, the patient was brought in and sat down.", [False]),
    ],
    ids=["a narrow margin", "out of / 10", "an open end", "an arrow", "a second title", "a title below its diagnosis", "the signer",
         "a heading without capitals", "the telling below its title"],
)  # fmt: skip
def test_which_line_ends_were_made_by_the_margin(text: str, wrapped: list[bool]) -> None:
    places = [i for i, sign in enumerate(text) if sign == "\n"]
    assert [line_wraps(text, place) for place in places] == wrapped
