"""Both sides of every threshold in the policy data, generated from the data itself and put through the real judging."""

from __future__ import annotations

from datetime import timedelta

import pytest
from policy_cases import (
    FAILS,
    Held,
    NoMeasure,
    both_sides,
    earlier,
    everything,
    in_force,
    measure_of,
    numbers,
    sound,
    verdict,
)
from policy_readers import READERS, both_answers

from notecheck.checks.coverage.judge_frequency import months_later
from notecheck.policy import book as policy_book
from notecheck.policy import coverage_load
from notecheck.policy.book import Book
from notecheck.policy.coverage_files import Value
from notecheck.policy.coverage_words import Threshold

POLICIES = coverage_load.load()


def every_threshold():
    for topic, requirement, value in everything(POLICIES):
        for threshold in numbers(requirement, value):
            name = f"{topic.payer}-{topic.topic}-{requirement.slug}-{threshold.key or 'value'}-{value.starts}"
            if value.macs:
                name += f"-{'-'.join(value.macs)}"
            yield pytest.param(topic, requirement, value, threshold, id=name)


@pytest.fixture(scope="module")
def tables() -> Book:
    return policy_book.load()


@pytest.mark.parametrize(("topic", "requirement", "value", "threshold"), list(every_threshold()))
def test_both_sides_of_a_threshold(tables: Book, topic, requirement, value, threshold: Threshold) -> None:
    held = in_force(POLICIES, topic, requirement, value)
    assert held is not None, "this value is never in force"
    if requirement.judge == "reader":
        fails, passes = both_answers(tables, held, threshold)
        assert fails and not passes
        return
    short, enough = both_sides(held, threshold)
    failing, passing = verdict(tables, held, short), verdict(tables, held, enough)
    assert failing.status in FAILS.get(requirement.judge, {"not-met"}), failing.answer.because
    assert passing.status == "met", passing.answer.because
    assert failing.answer.evidence


def test_thresholds_of_every_kind_were_found() -> None:
    kinds = {(r.judge, t.key) for _, r, v in everything(POLICIES) for t in numbers(r, v)}
    assert {("symptom-duration", ""), ("repeat-relief", "percent"), ("sessions", ""), ("interval", "")} <= kinds
    assert sum(len(numbers(r, v)) for _, r, v in everything(POLICIES)) > 100


def test_a_threshold_of_a_new_kind_fails_until_it_has_a_measure() -> None:
    topic = POLICIES.topic("medicare", "epidural")
    assert topic is not None
    requirement = next(r for r in topic.requirements if r.slug == "pain-duration")
    held = Held(
        topic,
        requirement.model_copy(update={"judge": "new-judge"}),
        requirement.values[0],
        "ngs",
        requirement.values[0].starts,
    )
    with pytest.raises(NoMeasure):
        measure_of(held, Threshold("months", 3, "months"))
    reader = next(r for r in topic.requirements if r.judge == "reader")
    with pytest.raises(NoMeasure):
        both_answers(
            policy_book.load(),
            Held(topic, reader, reader.values[0], "ngs", requirement.values[0].starts),
            Threshold("", 3, "months"),
        )


@pytest.mark.parametrize(
    "topic", [t for ts in POLICIES.topics.values() for t in ts], ids=lambda t: f"{t.payer}-{t.topic}"
)
def test_sessions_outside_the_rolling_window_do_not_count(tables: Book, topic) -> None:
    """The window of a topic is a threshold too: a session on its last day counts, one a day older does not."""
    limits = [r for r in topic.requirements if r.judge == "sessions" and not isinstance(r.values[-1].value, dict)]
    if not limits:
        assert not [r for r in topic.requirements if r.judge == "sessions" and not in_table(r.values[-1])]
        return
    requirement = limits[0]
    held = in_force(POLICIES, topic, requirement, requirement.values[-1])
    assert held is not None
    limit, window = int(requirement.values[-1].value), topic.lookback_days
    if requirement.values[-1].value == limit and topic.counting_months:  # counted by the calendar, leap days and all
        day = sound(held).day
        window = next(n for n in range(1, 4000) if months_later(day - timedelta(days=n), topic.counting_months) <= day)
    for oldest, expected in ((window - 1, "not-met"), (window, "met")):
        made = sound(held)
        made.history = [earlier(made, oldest), *(earlier(made, 10 * (n + 1)) for n in range(limit - 1))]
        assert verdict(tables, held, made).status == expected, oldest


def in_table(value: Value) -> bool:
    return isinstance(value.value, dict)


def test_every_reader_number_has_a_check_behind_it() -> None:
    asked = {(t.topic, r.slug) for t, r, v in everything(POLICIES) if r.judge == "reader" and numbers(r, v)}
    assert asked <= set(READERS)


def test_procedures_after_the_service_do_not_count(tables: Book) -> None:
    """Counting looks back from the service: a procedure dated after it is no earlier one."""
    topic = POLICIES.topic("medicare", "epidural")
    assert topic is not None
    requirement = next(r for r in topic.requirements if r.slug == "sessions-12mo")
    held = in_force(POLICIES, topic, requirement, requirement.values[0])
    assert held is not None
    made = sound(held)
    made.history = [earlier(made, -10 * (n + 1)) for n in range(9)]
    assert verdict(tables, held, made).status == "met"
