"""Procedures that a note never names, told by tools and answers alone; and the same words where nothing was done."""

from __future__ import annotations

from typing import Any

import pytest
from read_facts import procedures, tells

import notecheck


@pytest.mark.parametrize(
    ("text", "family", "key", "value"),
    [
        (
            "Prone, sterile prep, fluoroscopy. 22 g needles reached the center of L2-3, L3-4 and L4-5. Contrast with manometry: L2-3 "
            "60 psi, pressure only. L3-4 30 psi, concordant. L4-5 25 psi, concordant with a posterior tear.",
            "discography", "levels", ["L2-L3", "L3-L4", "L4-L5"],
        ),
        (
            "Two 14-gauge Tuohy needles, loss of resistance at T12-L1. Two 8-contact leads were driven to the top of T8. "
            "Paresthesia covered both feet. The leads were sutured to the skin and joined to an external generator.",
            "scs-trial", "region", "thoracic",
        ),
        (
            "Abdomen prepped. A 22 gauge Huber needle entered the center port on the first pass. 3.1 mL residual came out. "
            "Refilled with 20 mL of hydromorphone 5 mg/mL.",
            "intrathecal-pump", "needle_gauge", [22],
        ),
        (
            "Under C-arm a 16 gauge RK needle went through the sacral hiatus. The Racz catheter was threaded to the right S1 root. "
            "1500 units of hyaluronidase and 10 mL of saline were injected and the scar loosened.",
            "epidural-adhesiolysis", "laterality", "right",
        ),
        (
            "Left wrist under ultrasound: 25 g needle placed deep to the median nerve, 20 mg of triamcinolone injected.",
            "carpal-tunnel-injection", "laterality", "left",
        ),
        (
            "Prone, C-arm. A 20 gauge Tuohy was walked off the C7 lamina at C7-T1 until the saline in the syringe gave way. 10 mg of "
            "dexamethasone was injected. She felt pressure between the shoulders.",
            "epidural-interlaminar", "levels", ["C7-T1"],
        ),
        (
            "22 g needle under ultrasound to the bursa over the lateral troch facets, right hip. 40 mg of triamcinolone injected.",
            "bursa-injection", "laterality", "right",
        ),
        (
            "CT table, prone. Lumbar facet arthrosis. 22 g needles slid into the joint space, 0.2 mL Omnipaque each. L3-4 R: 0.5 mL, "
            "L4-5 R: 0.5 mL of triamcinolone 40 mg/mL with 1% lidocaine.",
            "facet-injection", "levels", ["L3-L4", "L4-L5"],
        ),
        (
            "Left thigh: the obturator nerve was found on ultrasound. 22 gauge insulated needle, twitch at 0.5 mA. 3 mL of 6% phenol "
            "was given slowly.",
            "neurolysis", "site", "obturator-nerve",
        ),
        (
            "Needle to the center port, negative-pressure check. Refilled with 20 mL of morphine 20 mg/mL + bupivacaine 10 mg/mL.",
            "intrathecal-pump", "injectate", [{"drug": "morphine", "mg": 400}, {"drug": "bupivacaine", "mg": 200}],
        ),
        (
            "Right knee: superolateral approach, live with the 12 MHz linear, 40 mg of triamcinolone injected.",
            "joint-injection", "guidance", ["ultrasound"],
        ),
    ],
)  # fmt: skip
def test_a_procedure_told_by_its_tools(without_models: notecheck.Checker, text: str, family: str, key: str, value: Any) -> None:
    tells(without_models, text, family, key, value)


@pytest.mark.parametrize(
    "text",
    [
        "Discogram of 2024 was concordant at L4-5 to 30 psi. We discussed fusion.",
        "Low reservoir alarm is set for 5/3; the pump will be refilled next visit.",
        "Leads in place on x-ray. The external generator was reprogrammed.",
        "Epidural fibrosis on MRI; adhesiolysis with a Racz catheter is an option.",
        "EMG: slowing of the median nerve at the wrist.",
    ],
)
def test_the_same_words_without_work(without_models: notecheck.Checker, text: str) -> None:
    assert procedures(without_models, text) == []
