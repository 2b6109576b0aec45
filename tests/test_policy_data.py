"""The policy data as a whole: its words are those that notes can give, every threshold is sourced, every state is served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import yaml

from notecheck import locate
from notecheck.checks.coverage.requirements import JUDGES
from notecheck.policy import coverage_load
from notecheck.policy.coverage import ANY_PAYER, Coverage
from notecheck.policy.coverage_files import BY_MAC, Requirement, Topic, Value
from notecheck.policy.coverage_words import known_facts, thresholds

STATES = {  # all states, the district and the territories that Medicare contractors serve
    "AL", "AK", "AZ", "AR", "CA", "CO", "CT", "DE", "DC", "FL", "GA", "HI", "ID", "IL",
    "IN", "IA", "KS", "KY", "LA", "ME", "MD", "MA", "MI", "MN", "MS", "MO", "MT", "NE",
    "NV", "NH", "NJ", "NM", "NY", "NC", "ND", "OH", "OK", "OR", "PA", "RI", "SC", "SD",
    "TN", "TX", "UT", "VT", "VA", "WA", "WV", "WI", "WY", "AS", "GU", "MP", "PR", "VI",
}  # fmt: skip


@pytest.fixture(scope="module")
def policies() -> Coverage:
    return coverage_load.load()


def values(policies: Coverage) -> Iterator[tuple[Topic, Requirement, Value]]:
    for topics in policies.topics.values():
        for topic in topics:
            for requirement in topic.requirements:
                for value in requirement.values:
                    yield topic, requirement, value


def term_values(name: str) -> set[str]:
    data = yaml.safe_load((locate.patterns() / "terms" / f"{name}.yaml").read_text(encoding="utf-8"))
    return {term["value"] for term in data["terms"]}


def test_judges_of_the_data_are_those_of_the_code() -> None:
    assert set(coverage_load.shapes()) == set(JUDGES)
    assert {fact for shape in coverage_load.shapes().values() for fact in shape.facts} <= known_facts()


def test_policy_words_are_those_that_the_patterns_can_give() -> None:
    words = coverage_load.vocabulary()
    statements = {value for value in term_values("statements") if not value.startswith("not-")}
    assert set(words["statements"]) == statements | {"not-rfa-candidate"}
    exam = {value.rstrip("+-") for value in term_values("exam")} - {"crossed", "sensation"}
    assert set(words["exam"]) == exam
    assert set(words["families"]) == term_values("procedures") - {"other"}
    assert set(words["techniques"]) - {"injection"} == term_values("technique")
    assert set(words["studies"]) == term_values("imaging")
    assert set(words["guidance"]) == term_values("guidance") - {"none"}
    assert set(words["sedation"]) <= term_values("sedation")


def test_every_state_has_one_contractor(policies: Coverage) -> None:
    assert set(policies.states) == STATES
    assert set(policies.states.values()) == set(policies.aliases.values()) | (
        set(policies.macs) - set(policies.aliases)
    )


def test_every_value_has_source_date_confidence_and_the_day_it_was_checked(policies: Coverage) -> None:
    bare = []
    for topic, requirement, value in values(policies):
        where = f"{topic.payer}/{topic.topic}/{requirement.slug} from {value.starts}"
        sourced = value.policy == BY_MAC or value.revision
        if not (sourced and value.says.strip() and value.confidence and value.last_checked >= value.starts):
            bare.append(where)
        if value.policy == BY_MAC and not value.section:
            bare.append(f"{where}: no section")
    assert not bare, "\n".join(bare)


def test_every_threshold_has_a_unit(policies: Coverage) -> None:
    found = 0
    for _, requirement, value in values(policies):
        for threshold in thresholds(coverage_load.shapes()[requirement.judge], value.value):
            assert threshold.unit
            found += 1
    assert found > 80


def test_nothing_unsure_is_louder_than_information(policies: Coverage) -> None:
    from notecheck.checks.coverage.judging import capped

    weak = [(r, v) for _, r, v in values(policies) if v.confidence in ("unsure", "recalled")]
    assert weak
    assert {capped(v.confidence, r.severity) for r, v in weak} == {"info"}


def test_findings_named_in_the_data_are_those_of_checks(policies: Coverage) -> None:
    from notecheck.checks.registry import CHECKS

    named = {r.finding for _, r, _ in values(policies)} - {""}
    assert named <= {check.name for check in CHECKS}


def test_a_contractor_without_a_text_of_its_own_is_no_silent_gap(policies: Coverage) -> None:
    """Every contractor of a topic's policies is known, and a topic that prints values by contractor names some."""
    for topics in policies.topics.values():
        for topic in topics:
            if any(v.policy == BY_MAC for r in topic.requirements for v in r.values):
                assert topic.policies, topic.topic
            if topic.payer != ANY_PAYER:
                assert topic.payer in policies.payers
