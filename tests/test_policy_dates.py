"""The day before, the day of and the day after each dated change of the policy data, and the contractors that differ."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from policy_cases import Held, case, contractors, everything, in_force, is_value, sound, verdict

from notecheck.checks.base import Case
from notecheck.checks.coverage.requirements import judged
from notecheck.checks.registry import CHECKS
from notecheck.policy import book as policy_book
from notecheck.policy import coverage_load
from notecheck.policy.book import Book
from notecheck.policy.coverage_files import BY_MAC
from notecheck.records import Claim, ClaimLine, Facts, Suggested

POLICIES = coverage_load.load()
DAY = timedelta(days=1)
VALUES = [
    pytest.param(
        *row, id=f"{row[0].payer}-{row[0].topic}-{row[1].slug}-{row[2].starts}-{'-'.join(row[2].macs) or 'all'}"
    )
    for row in everything(POLICIES)
]


@pytest.fixture(scope="module")
def tables() -> Book:
    return policy_book.load()


@pytest.mark.parametrize(("topic", "requirement", "value"), VALUES)
def test_a_value_holds_on_its_days_and_on_no_other(topic, requirement, value) -> None:
    macs = contractors(POLICIES, topic, value)
    assert macs, "no contractor prints this value"
    held = [mac for mac in macs if in_force_of(topic, requirement, value, mac)]
    assert held == macs, f"never in force for {sorted(set(macs) - set(held), key=str)}"
    for mac in macs:
        first = in_force_of(topic, requirement, value, mac)
        assert first is not None
        assert not is_value(POLICIES.in_force(topic, requirement, first - DAY, mac), value)
        assert is_value(POLICIES.in_force(topic, requirement, first + DAY, mac), value) or value.ends == first
        if value.ends is not None:
            assert is_value(POLICIES.in_force(topic, requirement, value.ends, mac), value)
            assert not is_value(POLICIES.in_force(topic, requirement, value.ends + DAY, mac), value)


def in_force_of(topic, requirement, value, mac) -> date | None:
    """The first day on which the value holds for one contractor: its own, or that of the contractor's first text."""
    starts = [e.starts for r in topic.policies if r.mac in (mac, "any") for e in r.editions]
    candidates = sorted({value.starts, *(day for day in starts if value.covers(day))})
    return next((d for d in candidates if is_value(POLICIES.in_force(topic, requirement, d, mac), value)), None)


CHANGES = [
    pytest.param(topic, requirement, before, after, id=f"{topic.payer}-{topic.topic}-{requirement.slug}-{after.starts}")
    for topic, requirement, after in everything(POLICIES)
    for before in requirement.values
    if before.ends is not None and before.ends + DAY == after.starts and before.shares_mac(after)
]


@pytest.mark.parametrize(("topic", "requirement", "before", "after"), CHANGES)
def test_a_change_reaches_the_judging_on_its_day(tables: Book, topic, requirement, before, after) -> None:
    """The same session, judged the day before and the day of a change, is held against the one and the other value."""
    macs = [mac for mac in contractors(POLICIES, topic, after) if before.holds_for(mac)]
    held = next((Held(topic, requirement, after, mac, after.starts) for mac in macs), None)
    assert held is not None
    if not topic.families:
        return
    made = sound(held)
    for day, value in ((before.ends, before), (after.starts, after), (after.starts + DAY, after)):
        made.day = day
        made.history = [h for h in made.history if h.date < day.isoformat()]
        answer = verdict(tables, Held(topic, requirement, value, held.mac, day), made)
        assert is_value(answer.rule, value)


def test_changes_were_found() -> None:
    assert len(CHANGES) > 15


EDITIONS = [
    pytest.param(topic, route, edition, id=f"{topic.payer}-{topic.topic}-{route.mac}-{edition.starts}")
    for topics in POLICIES.topics.values()
    for topic in topics
    for route in topic.policies
    for edition in route.editions
]


@pytest.mark.parametrize(("topic", "route", "edition"), EDITIONS)
def test_a_revision_is_named_from_its_day_on(topic, route, edition) -> None:
    """Findings name the revision of the day; the day before names another one, or none."""
    mac = None if route.mac == "any" else route.mac
    own = [r for r in topic.requirements if any(v.policy == BY_MAC and v.holds_for(mac) for v in r.values)]
    assert own, "no requirement is printed by this text"
    name = f"{edition.id} {edition.revision}"
    on_day = {POLICIES.in_force(topic, r, edition.starts, mac).source.partition(",")[0] for r in own}
    day_before = {POLICIES.in_force(topic, r, edition.starts - DAY, mac).source.partition(",")[0] for r in own}
    assert any(source.endswith(name.partition(",")[0]) for source in on_day), on_day
    assert not any(source.endswith(name) for source in day_before), day_before


PROGRAMMES = [pytest.param(p, id=f"{p.slug}-{p.starts}") for p in POLICIES.programmes]


@pytest.mark.parametrize("programme", PROGRAMMES)
def test_prior_authorization_begins_and_ends_on_its_day(programme) -> None:
    state = programme.states[0] if programme.states else None
    place = programme.places[0] if programme.places else "11"

    def live(day: date) -> bool:
        if programme.codes:
            found = POLICIES.required(programme.payer, state, programme.codes[0], place, day)
        else:
            found = POLICIES.covers_family(programme.payer, state, programme.families[0], place, day)
        return programme in tuple(found)

    assert (live(programme.starts - DAY), live(programme.starts), live(programme.starts + DAY)) == (False, True, True)
    if programme.ends is not None:
        assert live(programme.ends) and not live(programme.ends + DAY)


@pytest.mark.parametrize("day", [date(2023, 6, 30), date(2023, 7, 1), date(2023, 7, 2)])
def test_the_authorization_check_follows_the_day(tables: Book, day: date) -> None:
    claim = Claim((ClaimLine("64493"),), mac="ngs", date_of_service=day.isoformat(), place_of_service="22")
    check = next(check for check in CHECKS if check.code == "AUT001")
    found = list(check().find(Case(Facts("made"), tables, day, Suggested(), claim)))
    assert bool(found) == (day >= date(2023, 7, 1))


def test_every_requirement_is_judged_with_one_of_four_answers(tables: Book) -> None:
    """Each requirement of a topic with families, on the first day of each value: the judge copes with a bare session."""
    seen = 0
    for topic, requirement, value in everything(POLICIES):
        held = in_force(POLICIES, topic, requirement, value)
        if held is None or not topic.families:
            continue
        answers = [j for j in judged(case(tables, held, sound(held))) if j.requirement == held.name]
        assert len(answers) == 1 and answers[0].answer.because, held.name
        assert answers[0].status in ("met", "not-met", "unclear", "not-applicable")
        seen += 1
    assert seen > 500
