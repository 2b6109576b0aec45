"""One note under two contractors, two payers and two days: through the whole pipeline, each gets its own answer."""

from __future__ import annotations

from typing import Any

import pytest

import notecheck

ABLATION = """RADIOFREQUENCY ABLATION, RIGHT L3, L4, L5 - 05/12/2026
Axial low back pain for two years from lumbar spondylosis, 6/10, cannot stand to cook. Eight weeks of physical therapy failed.
The ablation in September 2025 gave 60% relief for seven months. Facet loading is positive on the right.
Consent signed. Time-out held. Fluoroscopy in two views, images saved. 20 gauge cannulas at the right L3, L4 medial branches and L5 dorsal ramus,
lidocaine 1% 1 mL each, thermal lesions of 90 seconds at 80 degrees Celsius. No complications. Tolerated well, discharged home.
Harlan Petrov, MD. Electronically signed 05/12/2026
"""
TRIGGER = """TRIGGER POINT INJECTIONS - {day}
Focal pain of the right trapezius for three months, 6/10. Home exercise goes on, six weeks of physical therapy failed.
Exam: taut band in the right trapezius with referred pain to the neck.
Consent signed. Time-out held. 25 gauge needle, right trapezius, triamcinolone 40 mg with 1 mL of 1% lidocaine. No complications.
Pain 2/10 after. Tolerated well, discharged home. Ilse Brandvold, MD. Electronically signed {day}
"""
EPIDURAL = """LEFT L5-S1 TRANSFORAMINAL EPIDURAL STEROID INJECTION - 05/12/2026
Left leg pain for ten weeks from an L5-S1 disc herniation with S1 radiculopathy, 7/10, he cannot sit through a shift. Straight leg raise positive.
MRI: left L5-S1 herniation. Physical therapy and naproxen for five weeks failed.
Consent signed. Time-out held. Fluoroscopy, contrast confirmed epidural spread, images saved. 22 gauge needle, dexamethasone 10 mg with 1 mL of 0.25%
bupivacaine. No complications. Tolerated well, discharged home. Oswin Maric, MD. Electronically signed 05/12/2026
"""
NECK = """LEFT C4, C5, C6 MEDIAL BRANCH BLOCK - 03/03/2026
Axial neck pain for six months from cervical spondylosis, average 2/10, turning the head while driving is limited. Eight weeks of PT failed.
Facet loading positive left. Consent obtained. Time out performed. Fluoroscopic lateral view, images saved. 25 gauge, 0.3 mL of 2% lidocaine at each
of the left C4, C5 and C6 medial branches. Pain 0/10 after. No complications. Tolerated well. L. Corvane, MD. Electronically signed 03/03/2026
"""


def item(report: notecheck.Report, name: str) -> Any:
    return next(c for c in report.checklist if c.item == name)


def names(report: notecheck.Report, *severities: str) -> set[str]:
    wanted = severities or ("error", "warning")
    return {f.name for f in report.findings if f.severity in wanted}


def line(code: str, *modifiers: str, icd: str, units: int = 1) -> dict[str, Any]:
    return {"code": code, "modifiers": list(modifiers), "units": units, "icd10": [icd]}


def test_two_contractors_on_a_repeat_ablation(checker: notecheck.Checker) -> None:
    """Seven months of relief are enough for Palmetto; Novitas and First Coast ask for better function besides."""

    def ask(**place: str) -> notecheck.Report:
        lines = [line("64635", "RT", icd="M47.816"), line("64636", "RT", icd="M47.816")]
        history = [{"date": "2025-09-10", "family": "facet-rfa", "region": "lumbar", "laterality": "right"}]
        claim = {"date_of_service": "2026-05-12", "place_of_service": "11", "lines": lines, "history": history}
        return checker.check(ABLATION, {**claim, **place})

    palmetto, novitas = ask(mac="palmetto"), ask(mac="novitas")
    assert item(palmetto, "facet/ablation-repeat-relief").status == "met"
    assert item(novitas, "facet/ablation-repeat-relief").status == "unclear"
    assert item(palmetto, "facet/ablation-repeat-relief").source.startswith("L38765 v27")
    assert item(novitas, "facet/ablation-repeat-relief").source.startswith("L34892 v123")
    assert "repeat-relief-missing" in names(novitas) - names(palmetto)
    by_state = {
        state: item(ask(state=state), "facet/ablation-repeat-relief").status for state in ("GA", "TX", "FL", "OH")
    }
    assert by_state == {"GA": "met", "TX": "unclear", "FL": "unclear", "OH": "met"}
    assert item(ask(), "facet/ablation-repeat-relief").status == "unclear"


def test_two_days_at_one_contractor(checker: notecheck.Checker) -> None:
    """Steroid in a trigger point is not covered at Novitas from 2026-09-06 on; the day before its older text says nothing of it."""

    def ask(day: str, mac: str) -> notecheck.Report:
        month, number = day[5:7], day[8:]
        lines = [line("20552", icd="M79.18"), line("J3301", icd="M79.18", units=4)]
        claim = {"mac": mac, "date_of_service": day, "place_of_service": "11", "lines": lines}
        return checker.check(TRIGGER.format(day=f"{month}/{number}/2026"), claim)

    before, after = ask("2026-09-05", "novitas"), ask("2026-09-06", "novitas")
    assert "drug-not-covered" in names(after, "error") and "drug-not-covered" not in names(before)
    assert item(after, "trigger-point/injectate").source.startswith("L35010 v50")
    assert item(before, "trigger-point/exam-findings").source.startswith("L35010 v40")
    same_day = ask("2026-09-06", "cgs")
    assert "drug-not-covered" not in names(same_day)
    assert item(same_day, "trigger-point/injectate").status == "unclear"


def test_two_payers_on_conservative_care(checker: notecheck.Checker) -> None:
    """Five weeks are enough for Medicare and United; eviCore asks for six in radiculopathy; the South Carolina plan for two."""

    def ask(payer: str, **more: str) -> notecheck.Report:
        lines = [line("64483", "LT", icd="M51.17"), line("J1100", icd="M51.17", units=10)]
        claim = {"payer": payer, "date_of_service": "2026-05-12", "place_of_service": "11", "lines": lines}
        return checker.check(EPIDURAL, {**claim, **more})

    answers = {
        payer: item(ask(payer), "epidural/conservative-failure").status for payer in ("uhc", "evicore", "bcbs-sc")
    }
    assert answers == {"uhc": "met", "evicore": "not-met", "bcbs-sc": "met"}
    assert item(ask("medicare", mac="wps"), "epidural/conservative-failure").status == "met"
    assert "conservative-care-too-short" in names(ask("evicore")) - names(ask("medicare", mac="wps"))


def test_two_payers_on_a_pain_score(checker: notecheck.Checker) -> None:
    """Two of ten is below United's number for facet blocks; Medicare prints none."""

    def ask(payer: str, **more: str) -> notecheck.Report:
        lines = [line("64490", "LT", "KX", icd="M47.812"), line("64491", "LT", "KX", icd="M47.812")]
        claim = {"payer": payer, "date_of_service": "2026-03-03", "place_of_service": "24", "lines": lines}
        return checker.check(NECK, {**claim, **more})

    assert "pain-score-below-threshold" in names(ask("uhc"))
    assert "pain-score-below-threshold" not in names(ask("medicare", mac="palmetto"))


@pytest.mark.parametrize(
    ("day", "state", "place", "asked"),
    [
        ("2026-01-14", "TX", "11", False),
        ("2026-01-15", "TX", "11", True),
        ("2026-01-15", "FL", "11", False),
        ("2026-01-15", "OH", "24", True),
    ],
)
def test_two_states_and_two_days_on_prior_authorization(
    checker: notecheck.Checker, day: str, state: str, place: str, asked: bool
) -> None:
    note = EPIDURAL.replace("05/12/2026", f"01/{day[8:]}/2026")
    claim = {
        "state": state, "date_of_service": day, "place_of_service": place,
        "lines": [line("64483", "LT", icd="M51.17")],
    }  # fmt: skip
    assert ("authorization-missing" in names(checker.check(note, claim), "error", "warning", "info")) is asked
