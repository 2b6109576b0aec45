"""The known traps of pain coding, each as a note in its own hand, through the whole pipeline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from notecheck.checks.registry import CHECKS

FOLDER = Path(__file__).parent / "coded"
CASES: dict[str, dict[str, Any]] = {
    name: case
    for file in ("traps.yaml", "auditor.yaml")
    for name, case in yaml.safe_load((FOLDER / file).read_text(encoding="utf-8")).items()
}
HONEST: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "honest.yaml").read_text(encoding="utf-8"))
KNOWN = {check.code for check in CHECKS}


def claim_of(short: dict[str, Any] | None) -> dict[str, Any] | None:
    """The claim of a short form: ``64483-RT``, ``20553 x2``."""
    if short is None:
        return None
    lines = []
    for written in short["lines"]:
        code, _, units = str(written).partition(" x")
        name, *modifiers = code.split("-")
        lines.append(
            {"code": name, "modifiers": modifiers, "units": float(units) if units else 1, "icd10": short["icd"]}
        )
    return {
        "payer": short.get("payer", "medicare"),
        "date_of_service": short["dos"],
        "place_of_service": short.get("pos", "11"),
        "lines": lines,
        **{key: short[key] for key in ("mac", "provider", "history", "authorization") if key in short},
    }


@pytest.mark.parametrize("name", CASES)
def test_trap(checker, name):
    case = CASES[name]
    assert set(case) <= {"note", "chart", "claim", "fires", "quiet", "lines", "asks"}
    assert {*case.get("fires", ()), *case.get("quiet", ())} <= KNOWN
    report = checker.check(case["note"], claim_of(case.get("claim")), chart=case.get("chart", []))
    loud = {f.code: f.message for f in report.findings if f.severity != "info"}
    assert not set(case.get("fires", ())) - set(loud), sorted(loud)
    assert not {code: loud[code] for code in case.get("quiet", ()) if code in loud}
    if "lines" in case:
        drugs = any(line.startswith("J") for line in case["lines"])
        found = [
            "-".join((s.code, *sorted(s.modifiers))) + (f" x{s.units:g}" if s.units != 1 else "")
            for s in report.suggested.lines
            if drugs or not s.code.startswith("J")
        ]
        assert sorted(found) == sorted(case["lines"]), report.suggested.open_questions
    assert case.get("asks", "") in "\n".join(report.suggested.open_questions)


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_claim_is_let_through(checker, name):
    """Whole notes that bear out their claims: nothing above info, and the claim is what is suggested."""
    case = HONEST[name]
    report = checker.check(case["note"], case["claim"], chart=case.get("chart", []))
    assert not [(f.code, f.message) for f in report.findings if f.severity != "info"]
    assert report.readiness == "ready"
    found = sorted((s.code, sorted(s.modifiers), s.units) for s in report.suggested.lines)
    assert found == sorted((li["code"], sorted(li["modifiers"]), li["units"]) for li in case["claim"]["lines"])
