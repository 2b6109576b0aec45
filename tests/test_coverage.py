"""Coverage data: values by date and contractor, and a loader that refuses what is broken."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from test_policy_broken import laid_out

from notecheck import Checker
from notecheck.checks.coverage.requirements import JUDGES
from notecheck.policy import coverage_load
from notecheck.policy.coverage import Coverage, Rule


@pytest.fixture(scope="module")
def policies() -> Coverage:
    return coverage_load.load()


def rule(policies: Coverage, payer: str, topic: str, slug: str, day: str, mac: str | None = None) -> Rule:
    found = policies.topic(payer, topic)
    assert found is not None
    answer = policies.rule(found, slug, date.fromisoformat(day), mac)
    assert answer is not None
    return answer


def test_contractors_by_name_second_name_and_state(policies: Coverage) -> None:
    assert policies.mac("palmetto") == "palmetto"
    assert policies.mac("wellpoint-federal") == "ngs" and "wellpoint-federal" in policies.macs
    assert policies.mac(None, "TX") == "novitas" and policies.mac("cgs", "TX") == "cgs"
    assert policies.mac(None) is None
    assert len(policies.states) >= 51


def test_every_payer_profile_is_known(policies: Coverage) -> None:
    assert {"medicare", "uhc", "aetna", "evicore", "commercial"} <= set(policies.payers)
    assert set(policies.topics) == set(policies.payers) | {"any"}, "a payer without a policy, or a policy without payer"


@pytest.mark.parametrize(
    ("payer", "topic", "slug", "day", "mac", "value"),
    [
        ("medicare", "epidural", "pain-duration", "2025-10-14", "ngs", 4),
        ("medicare", "epidural", "sessions-12mo", "2026-04-22", "wps", 4),
        ("medicare", "facet", "pain-duration", "2025-11-06", "noridian", 12),
        ("medicare", "sacroiliac", "provocative-tests", "2025-12-11", "ngs", 3),
        ("uhc", "facet", "pain-score", "2026-03-19", None, 3),
        ("aetna", "facet", "conservative-failure", "2026-06-09", None, 6),
        ("evicore", "facet", "conservative-failure", "2026-01-02", None, 4),
    ],
)
def test_numbers_in_force(
    policies: Coverage, payer: str, topic: str, slug: str, day: str, mac: str | None, value: float
) -> None:
    assert rule(policies, payer, topic, slug, day, mac).number() == value


def test_a_value_changes_on_its_day(policies: Coverage) -> None:
    before = rule(policies, "medicare", "trigger-point", "exam-findings", "2026-09-05", "novitas")
    after = rule(policies, "medicare", "trigger-point", "exam-findings", "2026-09-06", "novitas")
    assert before.words("of") != after.words("of") == ("taut-band",)
    assert before.source.startswith("L35010 v40") and after.source.startswith("L35010 v50")


def test_no_value_is_borrowed_from_another_day_or_contractor(policies: Coverage) -> None:
    assert rule(policies, "medicare", "sacroiliac", "pain-duration", "2022-05-01", "cgs").gap == "no-edition"
    assert rule(policies, "medicare", "sacroiliac", "pain-duration", "2025-05-01", "fcso").gap == "no-policy"
    assert rule(policies, "medicare", "basivertebral", "pain-duration", "2026-05-01", "palmetto").gap == "no-policy"


def test_contractors_that_differ(policies: Coverage) -> None:
    where = ("medicare", "facet", "ablation-repeat-relief", "2026-05-01")
    assert rule(policies, *where, "palmetto").text("function") == "or"
    assert rule(policies, *where, "novitas").text("function") == "and"
    assert rule(policies, *where, None).gap == "contractor-unknown"
    assert rule(policies, "medicare", "basivertebral", "pain-duration", "2026-05-01").gap == "contractor-unknown"
    same = rule(policies, "medicare", "epidural", "pain-duration", "2026-05-01")
    assert same.number() == 4 and "contractor not given" in same.source


def test_the_weakest_confidence_speaks_for_an_unknown_contractor(policies: Coverage) -> None:
    assert rule(policies, "medicare", "sacroiliac", "pain-duration", "2026-05-01", "cgs").confidence == "verified"
    assert rule(policies, "medicare", "sacroiliac", "pain-duration", "2026-05-01").confidence == "verified-2"


def test_editions_name_the_text_of_the_day(policies: Coverage) -> None:
    shown = policies.editions("medicare", "palmetto", ["epidural-caudal"], date(2026, 5, 1))
    assert "L38994 v20" in shown
    assert "L38994 v14" in policies.editions("medicare", "palmetto", ["epidural-caudal"], date(2025, 5, 1))


@pytest.mark.parametrize(
    ("payer", "code", "place", "day", "state", "slugs"),
    [
        ("medicare", "64493", "22", "2025-09-11", None, ["hopd-facet"]),
        ("medicare", "64493", "11", "2025-09-11", None, []),
        ("medicare", "64493", "24", "2025-09-11", None, []),
        ("medicare", "64493", "22", "2023-06-30", None, []),
        ("medicare", "64495", "22", "2024-08-04", None, ["hopd-facet-third-level"]),
        ("medicare", "64495", "22", "2024-08-05", None, []),
        ("medicare", "63650", "19", "2026-01-01", None, ["hopd-neurostimulator"]),
        ("medicare", "64483", "22", "2026-01-20", "FL", []),
        ("medicare", "64483", "11", "2026-02-01", "TX", ["wiser-epidural"]),
        ("medicare", "64483", "11", "2026-01-14", "TX", []),
    ],
)
def test_prior_authorization_by_payer_place_and_day(
    policies: Coverage, payer: str, code: str, place: str, day: str, state: str | None, slugs: list[str]
) -> None:
    found = policies.required(payer, state, code, place, date.fromisoformat(day))
    assert [p.slug for p in found] == slugs


def test_voluntary_programmes_of_states_begin_on_their_day(policies: Coverage) -> None:
    def of(code: str, state: str, place: str, day: str) -> list[str]:
        return [p.slug for p in policies.required("medicare", state, code, place, date.fromisoformat(day))]

    assert of("64615", "FL", "24", "2026-01-19") == ["asc-toxin-first-states"] and not of(
        "64615", "FL", "24", "2026-01-18"
    )
    assert of("64615", "TX", "24", "2026-02-16") == ["asc-toxin-later-states"] and not of(
        "64615", "TX", "24", "2026-02-15"
    )
    assert of("64561", "OH", "24", "2026-01-15") == ["wiser-sacral"] and not of("64561", "FL", "24", "2026-01-15")


def test_every_judge_named_in_the_data_exists_and_every_judge_is_used(policies: Coverage) -> None:
    named = {r.judge for topics in policies.topics.values() for t in topics for r in t.requirements}
    assert named == set(JUDGES)


def test_uncertain_values_never_claim_to_be_verified(policies: Coverage) -> None:
    faults = []
    for topics in policies.topics.values():
        for topic in topics:
            for requirement in topic.requirements:
                for value in requirement.values:
                    unread = any(w in value.says for w in ("not read", "from memory", "carried back"))
                    if unread and value.confidence == "verified":
                        faults.append(f"{topic.payer}/{topic.topic}/{requirement.slug}: {value.says}")
    assert not faults, "\n".join(faults)


def test_two_values_for_two_contractors_may_share_a_day(tmp_path: Path) -> None:
    place = laid_out(tmp_path)
    file = place / "medicare" / "sample" / "topic.yaml"
    text = file.read_text(encoding="utf-8")
    first, _, value = text.rpartition("      - from: 2024-01-01\n")
    both = "      - from: 2024-01-01\n        macs: [ngs]\n" + value
    both += "      - from: 2024-01-01\n        except_macs: [ngs]\n" + value.replace("value: 4", "value: 6")
    file.write_text(first + both, encoding="utf-8")
    read = coverage_load.load_from(place)
    topic = read.topic("medicare", "sample")
    assert topic is not None
    values = [read.in_force(topic, topic.requirements[0], date(2025, 1, 1), mac).number() for mac in ("ngs", "cgs")]
    assert values == [4, 6]


def test_words_of_a_chart_diagnosis_name_their_document(checker: Checker, top: Path) -> None:
    folder = top / "sample_notes"
    note, visit = ((folder / f"tfesi-bilateral-ready{end}.txt").read_text(encoding="utf-8") for end in ("", ".visit"))
    report = checker.check(note, {"date_of_service": "2026-03-04", "lines": []}, chart=[visit])
    items = [i for i in report.checklist if i.item == "epidural/covered-indication"]
    assert items and items[0].evidence
    for e in items[0].evidence:
        assert (note, visit)[e.document][e.start : e.end] == e.text
    assert {e.document for e in items[0].evidence} >= {1}
