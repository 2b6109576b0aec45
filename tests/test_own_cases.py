"""Invented notes, charts and claims of our own: clean ones stay silent, each planted gap is found and nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import notecheck

FOLDER = Path(__file__).parent / "own_cases"
CASES = [json.loads(line) for line in (FOLDER / "cases.jsonl").read_text(encoding="utf-8").splitlines()]
CLEAN = [case for case in CASES if case["expect"]["must_not"] == ["*"]]
GAPS = [case for case in CASES if case["expect"]["must"]]
MOST_FALSE_ALARMS = 0.02


def judge(checker: notecheck.Checker, case: dict[str, Any]) -> notecheck.Report:
    chart = [(FOLDER / "notes" / name).read_text(encoding="utf-8") for name in case["chart"]]
    return checker.check((FOLDER / "notes" / case["note"]).read_text(encoding="utf-8"), case["claim"], chart=chart)


@pytest.fixture(scope="module")
def reports(checker: notecheck.Checker) -> dict[str, notecheck.Report]:
    """Every case, judged once."""
    return {case["case_id"]: judge(checker, case) for case in CASES}


def loud(report: notecheck.Report) -> set[str]:
    return {finding.name for finding in report.findings if finding.severity != "info"}


def test_there_are_enough_of_both() -> None:
    assert len(CLEAN) >= 40 and len(GAPS) >= 40
    assert len({case["case_id"] for case in CASES}) == len(CASES)


@pytest.mark.parametrize("case", GAPS, ids=[case["case_id"] for case in GAPS])
def test_a_planted_gap_is_found(reports: dict[str, notecheck.Report], case: dict[str, Any]) -> None:
    found = {finding.name for finding in reports[case["case_id"]].findings}
    assert set(case["expect"]["must"]) <= found


@pytest.mark.parametrize("case", CLEAN, ids=[case["case_id"] for case in CLEAN])
def test_a_clean_case_is_ready(reports: dict[str, notecheck.Report], case: dict[str, Any]) -> None:
    report = reports[case["case_id"]]
    assert not loud(report), [(f.name, f.message) for f in report.findings if f.severity != "info"]
    assert report.readiness == "ready"


def test_false_alarms_stay_under_the_floor(reports: dict[str, notecheck.Report]) -> None:
    """Findings above info that no case plants, over all findings above info and all clean cases."""
    wrong = [
        f"{case['case_id']}: {name}"
        for case in CASES
        for name in loud(reports[case["case_id"]]) - set(case["expect"]["must"])
    ]
    right = sum(len(loud(reports[case["case_id"]]) & set(case["expect"]["must"])) for case in GAPS)
    assert len(wrong) / (right + len(CLEAN)) <= MOST_FALSE_ALARMS, wrong
