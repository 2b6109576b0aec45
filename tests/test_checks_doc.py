"""Checks of the note itself over hand-made facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from golden_facts import facts

from notecheck.checks.base import Case
from notecheck.checks.hygiene.doc_template import shared
from notecheck.checks.registry import HYGIENE
from notecheck.policy.book import Book
from notecheck.records import Claim, Evidence, Facts, Integrity, Suggested, Visit, WrittenCode

DAY = "2026-05-12"
INJECTION = {
    "family": "joint-injection",
    "site": "knee",
    "laterality": "left",
    "needle_gauge": [22],
    "injectate": [{"drug": "triamcinolone", "mg": 40}],
}
WHOLE = {
    "procedures": [INJECTION],
    "diagnoses": [{"text": "osteoarthritis, left knee", "icd10": "M17.12"}],
    "consent": True,
    "time_out": True,
    "complications_stated": True,
    "response_stated": True,
    "signature": True,
}
SIGNED = Integrity(dates_of_service=(DAY,), signature_date=DAY)
PLACES = (Evidence(0, 4, "text", "searched:none"),)


def note(extra: dict[str, Any] | None = None, **more: Any) -> Facts:
    return facts({**WHOLE, **more}, **{"places": PLACES, "integrity": SIGNED, **(extra or {})})


def found(book: Book, written: Facts, *chart: Facts, billed: str | None = DAY) -> dict[str, str]:
    claim = Claim(date_of_service=billed) if billed else None
    given = Case(written, book, date.fromisoformat(billed or DAY), Suggested(), claim, chart)
    out = {}
    for check in HYGIENE:
        for finding in check().find(given):
            assert finding.evidence and finding.fix and finding.source
            out[finding.name] = finding.severity
    return out


def test_a_whole_note_is_met_with_silence(book: Book) -> None:
    assert found(book, note()) == {}


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"signature": False}, {"signature-missing": "error"}),
        ({"consent": False}, {"consent-missing": "warning"}),
        ({"time_out": False}, {"time-out-missing": "warning"}),
        ({"complications_stated": False}, {"complications-missing": "warning"}),
        ({"response_stated": False}, {"response-missing": "warning"}),
        ({"diagnoses": []}, {"diagnosis-missing": "error"}),
        ({"diagnoses": [], "symptom_weeks": 30}, {"diagnosis-missing": "info"}),
        ({"placeholders": 2}, {"placeholder-unfilled": "error"}),
        ({"contradictions": ["laterality"]}, {"contradiction-laterality": "error"}),
        ({"contradictions": ["level"]}, {"contradiction-level": "error"}),
        ({"contradictions": ["procedure"]}, {"contradiction-procedure": "error"}),
        ({"contradictions": ["region", "guidance"]}, {"contradiction-procedure": "error"}),
        ({"contradictions": ["sex-age"]}, {"contradiction-patient": "error"}),
    ],
)
def test_one_thing_missing_or_wrong(book: Book, more: dict[str, Any], expected: dict[str, str]) -> None:
    assert found(book, note(**more)) == expected


def test_visits_and_monthly_records_need_no_procedure_statements(book: Book) -> None:
    bare = {
        "procedures": [],
        "consent": False,
        "time_out": False,
        "complications_stated": False,
        "response_stated": False,
    }
    assert found(book, note(**bare)) == {}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"needle_gauge": []}, {"needle-missing": "info"}),
        ({"injectate": []}, {"medication-missing": "error"}),
        ({"injectate": [{"drug": "lidocaine"}]}, {"medication-missing": "error"}),
        ({"injectate": [{"drug": "lidocaine"}, {"drug": "saline"}]}, {"medication-missing": "error"}),
        ({"injectate": [{"drug": "lidocaine"}, {"drug": "triamcinolone", "mg": 40}]}, {}),
        ({"injectate": [{"drug": "hyaluronate"}]}, {}),
        ({"injectate": [], "status": "discontinued"}, {}),
        ({"family": "trigger-point", "technique": "dry-needling", "injectate": [], "needle_gauge": []}, {}),
        ({"family": "facet-rfa", "technique": "thermal-rf", "injectate": [], "needle_gauge": []}, {}),
        ({"family": "scs-trial", "injectate": []}, {}),
        ({"family": "epidural-blood-patch", "injectate": []}, {}),
    ],
)
def test_drug_and_needle(book: Book, change: dict[str, Any], expected: dict[str, str]) -> None:
    assert found(book, note(procedures=[{**INJECTION, **change}])) == expected


@pytest.mark.parametrize(
    ("written", "signed", "billed", "expected"),
    [
        ((DAY,), DAY, DAY, None),
        (("2026-05-11",), DAY, DAY, "error"),
        (("2026-05-11", DAY), DAY, DAY, None),
        ((), None, DAY, "error"),
        ((), DAY, DAY, "info"),
        ((), None, None, "error"),
        ((DAY,), DAY, "2062-05-12", "error"),
    ],
)
def test_date_of_service(
    book: Book, written: tuple[str, ...], signed: str | None, billed: str | None, expected: str | None
) -> None:
    given = note({"integrity": Integrity(dates_of_service=written, signature_date=signed)})
    assert found(book, given, billed=billed).get("date-of-service-mismatch") == expected


def test_a_monthly_record_is_compared_by_month(book: Book) -> None:
    monthly = {"visit": Visit(present=True, care_elements=("care-plan",)), "integrity": Integrity(("2026-05-02",))}
    assert found(book, note(monthly, procedures=[])) == {}
    other = {**monthly, "integrity": Integrity(("2026-04-30",))}
    assert found(book, note(other, procedures=[])) == {"date-of-service-mismatch": "error"}


@pytest.mark.parametrize(
    ("signed", "marked", "expected"),
    [
        ("2026-05-14", False, None),
        ("2026-06-11", False, None),
        ("2026-06-12", False, "warning"),
        ("2026-08-12", True, None),
        ("2026-05-01", False, None),
        (None, False, None),
    ],
)
def test_late_signature(book: Book, signed: str | None, marked: bool, expected: str | None) -> None:
    given = note({"integrity": replace(SIGNED, signature_date=signed, late_entry_marked=marked)})
    assert found(book, given).get("late-entry-unmarked") == expected


def test_a_printed_code_is_a_diagnosis(book: Book) -> None:
    code = WrittenCode("icd10", "M17.12", (), PLACES[0])
    assert found(book, note({"written_codes": (code,)}, diagnoses=[])) == {}


def test_copied_wording(book: Book) -> None:
    own = note({"shingles": frozenset(range(200))})
    copy = note({"shingles": frozenset(range(5, 200))})
    fresh = note({"shingles": frozenset(range(150, 400))})
    visit = replace(copy, procedures=())
    assert shared(own, copy) == 0.975 and shared(own, note()) == 0
    assert found(book, own, copy) == {"cloned-note": "warning"}
    assert found(book, own, fresh) == {} and found(book, own, visit) == {}


def test_which_findings_an_addendum_can_settle() -> None:
    completable = {check.code for check in HYGIENE if check.completable}
    missing = {"DOC001", "DOC003", "DOC004", "DOC005", "DOC010", "DOC011", "DOC012", "DOC013", "DOC014"}
    assert completable == missing
