"""One-line probes of context in pain wording, through the real extraction. ``tests/facts/probes.yaml`` explains the keys."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import notecheck
from notecheck.datafile import read_yaml
from notecheck.records import Facts

PROBES: list[dict[str, Any]] = read_yaml(Path(__file__).parent / "facts" / "probes.yaml")
FLAGS = (
    "functional_limitation", "consent", "time_out", "sterile_technique", "complications_stated", "response_stated",
    "disposition_stated", "signature",
)  # fmt: skip
OF_PROCEDURE = ("levels", "side", "region", "approach", "guidance", "contrast", "technique", "muscles", "muscle_count", "gauge", "drugs")


def said(facts: Facts) -> dict[str, Any]:
    """The facts under the keys of a probe; lists sorted, since order is tested elsewhere."""
    answer = facts.to_dict()
    found: dict[str, Any] = {
        "families": sorted(p.family for p in facts.procedures),
        "plan": sorted(facts.plan),
        "history": sorted(facts.history),
        "care": sorted(map(str, ([c["modality"], c["weeks"], c["outcome"]] for c in answer["conservative_care"]))),
        "pain": sorted(map(str, ([p["score"], p["max"], p["timing"]] for p in answer["pain_scores"]))),
        "relief": sorted(map(str, ([r["percent"], r["source"]] for r in answer["relief"]))),
        "weeks": facts.symptom_weeks,
        "exam": sorted(facts.exam),
        "imaging": sorted(map(str, ([i.modality, i.region] for i in facts.imaging_studies))),
        "sedation": facts.sedation,
        "placeholders": facts.placeholders,
        "contradictions": sorted(facts.contradictions),
        **{flag: getattr(facts, flag) for flag in FLAGS},
    }
    if len(answer["procedures"]) == 1:
        done = answer["procedures"][0]
        found |= {key: done[key] for key in OF_PROCEDURE if key in done}
        found |= {"side": done["laterality"], "gauge": done["needle_gauge"]}
        found["drugs"] = sorted(str([i["drug"], i["mg"]]) for i in done["injectate"])
    return found


def _expected(key: str, value: Any) -> Any:
    if key in ("care", "pain", "relief", "imaging", "drugs"):
        return sorted(map(str, value))
    return sorted(value) if key in ("families", "plan", "history", "exam", "contradictions") else value


def test_there_are_enough_probes_and_none_stands_twice() -> None:
    assert len(PROBES) >= 60
    assert len({probe["name"] for probe in PROBES}) == len({probe["note"] for probe in PROBES}) == len(PROBES)


@pytest.mark.parametrize("probe", [pytest.param(p, id=p["name"]) for p in PROBES])
def test_probe(checker: notecheck.Checker, probe: dict[str, Any]) -> None:
    found = said(checker.extract(probe["note"]))
    asked = {key: _expected(key, value) for key, value in probe.items() if key not in ("name", "note")}
    assert asked, "a probe asks something"
    for key in ("plan", "history"):
        if key in asked:
            assert set(asked[key]) <= set(found[key])
            del asked[key]
    assert {key: found.get(key) for key in asked} == asked
