"""Both sides of every level limit in the code data: so many levels pass, one more is reported."""

from __future__ import annotations

from datetime import timedelta

import pytest
from golden_facts import billed, case, done, note

from notecheck.checks.registry import CHECKS
from notecheck.coding import rules

LEVELS = ("L1-L2", "L2-L3", "L3-L4", "L4-L5", "L5-S1")
CODES = {
    "epidural-transforaminal": ("64483", "64484"),
    "epidural-interlaminar": ("62323",),
    "facet-injection": ("64493", "64494"),
    "facet-rfa": ("64635", "64636"),
}
CHECK = next(check for check in CHECKS if check.code == "LVL004")
LIMITS = [
    pytest.param(limit, family, id=f"{limit.payer}-{family}")
    for limit in rules.load().limits
    for family in limit.families
    if family != "epidural-caudal"  # the sacral hiatus is one place: there are no levels to count
]


def fires(limit, family: str, count: int, day: str) -> bool:
    levels = LEVELS[len(LEVELS) - count :]
    groups = [[level] for level in levels] if family == "epidural-interlaminar" else [levels]
    common = {"region": "lumbar", "laterality": "left", "guidance": ["fluoroscopy"], "contrast": "yes"}
    made = [
        done(family, **common, levels=group, **({"joints": group} if family.startswith("facet") else {}))
        for group in groups
    ]
    claim = billed(*CODES[family], payer=limit.payer, day=day)
    return bool(list(CHECK().find(case(note(*made), claim))))


@pytest.mark.parametrize(("limit", "family"), LIMITS)
def test_both_sides_of_a_level_limit(limit, family: str) -> None:
    day = (limit.start + timedelta(days=1)).isoformat()
    assert not fires(limit, family, limit.levels, day)
    assert fires(limit, family, limit.levels + 1, day)


@pytest.mark.parametrize(("limit", "family"), LIMITS)
def test_a_level_limit_begins_on_its_day(limit, family: str) -> None:
    before, on = (limit.start - timedelta(days=1)).isoformat(), limit.start.isoformat()
    assert not fires(limit, family, limit.levels + 1, before)
    assert fires(limit, family, limit.levels + 1, on)


def test_every_limit_has_a_source() -> None:
    assert LIMITS and all(limit.source and limit.confidence for limit in rules.load().limits)
