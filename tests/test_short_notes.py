"""Notes of one or two lines: a procedure told by its work, and words of another day that are none of it."""

from __future__ import annotations

from typing import Any

import pytest
from read_facts import procedures, tells

import notecheck


@pytest.mark.parametrize(
    ("text", "family", "key", "value"),
    [
        ("Left GON infiltrated 3 cm lateral to the occiput.", "peripheral-nerve-block", "laterality", "left"),
        ("Right de Quervain sheath injected for thumb pain.", "tendon-injection", "laterality", "right"),
        ("RFA was carried out at L3, L4 and L5. No dye at the targets.", "facet-rfa", "levels", ["L3", "L4", "L5"]),
        ("The left side was done already; today we completed the right L4, L5 RFA.", "facet-rfa", "laterality", "right"),
        ("CESI C6/7: hanging drop, paramedian entry.", "epidural-interlaminar", "levels", ["C6-C7"]),
        ("ILESI L3-4 without contrast b/c of a shellfish reaction; AP and lateral fluoro.", "epidural-interlaminar", "guidance", ["fluoroscopy"]),
        ("Three muscles injected: levator scapulae, rhomboid, infraspinatus.", "trigger-point", "muscle_count", 3),
        ("Dysport, left: splenius capitis, levator scapulae, scalenes.", "chemodenervation", "laterality", "left"),
        ("Left celiac plexus block; tips confirmed on axial CT, dilute contrast spread.", "sympathetic-block", "guidance", ["ct"]),
        ("Left L4-5 TFESI done in prone position with a 25 G needle. Last time a 22 G needle was too short.", "epidural-transforaminal", "needle_gauge", [25]),
        ("Hip bursa injection under ultrasound, patient lying on his left side, right trochanter up.", "bursa-injection", "laterality", "right"),
    ],
)  # fmt: skip
def test_a_line_that_tells_its_work(without_models: notecheck.Checker, text: str, family: str, key: str, value: Any) -> None:
    tells(without_models, text, family, key, value)


@pytest.mark.parametrize(
    "text",
    [
        "Right GON blocked in 2023 with six weeks of relief.",
        "The left trochanteric bursa was injected by his orthopedist.",
        "Left knee injected last week, doing better.",
        "RFA was carried out at an outside hospital.",
        "RFA was done at L4 and L5 two years ago.",
        "Two muscles were sore: trapezius, rhomboid.",
        "Botox has been discussed for her migraine.",
    ],
)
def test_a_line_of_another_day_is_none(without_models: notecheck.Checker, text: str) -> None:
    assert procedures(without_models, text) == []


@pytest.mark.parametrize(
    ("text", "drug", "mg"),
    [
        ("Left L5 TFESI: betamethasone 6 mg/1 mL and dexamethasone 5 mg/0.5 mL were injected.", "dexamethasone", 5),
        ("Right trochanteric bursa injected with 40mg triamcinolone/ 3ml bupivacaine .5%.", "bupivacaine", 15),
        ("Left knee injected: lidocaine 500 mg/50 mL vial, 4 mL of 1% lidocaine.", "lidocaine", 40),
    ],
)
def test_amounts_beside_a_slash(without_models: notecheck.Checker, text: str, drug: str, mg: float) -> None:
    given = [d for p in procedures(without_models, text) for d in p["injectate"]]
    assert [d["mg"] for d in given if d["drug"] == drug] == [mg]
