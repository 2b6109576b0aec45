"""Every check has notes that fail it and notes that pass it, run through the whole pipeline as users do."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from notecheck.checks.registry import CHECKS

FOLDER = Path(__file__).parent / "rules"
BY_CODE = {check.code: check for check in CHECKS}


def cases():
    for path in sorted(FOLDER.glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for name, case in content.items():
            if name != "rule":
                yield pytest.param(content["rule"], case, name.startswith("fail_"), id=f"{content['rule']}-{name}")


@pytest.mark.parametrize(("code", "case", "fails"), list(cases()))
def test_case(checker, code, case, fails):
    report = checker.check(case["note"], case.get("claim"), chart=case.get("chart", []))
    found = [f for f in report.findings if f.code == code]
    if fails:
        assert found, f"{code} should fire; got {sorted({f.code for f in report.findings})}"
        quoted = " ".join(e.text for f in found for e in f.evidence)
        assert case.get("at", "") in quoted
    else:
        quiet = () if BY_CODE[code].severity == "info" else ("info",)
        assert not [f for f in found if f.severity not in quiet], [f.message for f in found]


@pytest.mark.parametrize("code", sorted(BY_CODE))
def test_every_check_has_a_failing_and_a_passing_note(code):
    path = FOLDER / f"{code}.yaml"
    assert path.exists(), f"write tests/rules/{code}.yaml"
    names = [n for n in yaml.safe_load(path.read_text(encoding="utf-8")) if n != "rule"]
    assert any(n.startswith("fail_") for n in names), f"{code}: no failing note"
    assert any(n.startswith("pass_") for n in names), f"{code}: no passing note"
