"""Every check explains itself under the same headings, and the catalogue is kept whole."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest

from notecheck.checks.base import Check
from notecheck.checks.registry import CHECKS

HEADINGS = [
    "What it checks",
    "Why it matters",
    "A note that fails",
    "A note that passes",
    "What it does not check",
    "Sources",
]
FIXED = re.compile(r"(?m)^## (.+)$")
# a batch of notes is needed to see a clone; one note cannot show it
ONLY_IN_BATCH = {"DOC009"}


@pytest.fixture(scope="module")
def catalogue() -> dict[str, dict[str, str]]:
    file = Path(__file__).parent / "expected" / "catalogue.json"
    return {row["code"]: row for row in json.loads(file.read_text(encoding="utf-8"))}


def test_every_check_of_the_catalogue_is_there(catalogue: dict[str, dict[str, str]]) -> None:
    missing = sorted(set(catalogue) - {check.code for check in CHECKS} - ONLY_IN_BATCH)
    assert not missing, f"registered nowhere: {missing}"


def test_codes_names_and_severities_are_those_of_the_catalogue(catalogue: dict[str, dict[str, str]]) -> None:
    wrong = [
        f"{check.code} {check.name} {check.severity}, agreed: {catalogue[check.code]}"
        for check in CHECKS
        if check.code in catalogue
        and (check.name, check.severity) != (catalogue[check.code]["name"], catalogue[check.code]["severity"])
    ]
    assert not wrong, "\n".join(wrong)


def test_codes_and_names_stand_once() -> None:
    for what in ("code", "name"):
        values = [getattr(check, what) for check in CHECKS]
        assert len(values) == len(set(values)), what


def test_codes_and_names_are_well_formed() -> None:
    for check in CHECKS:
        assert re.fullmatch(r"[A-Z]{3}\d{3}", check.code), check.code
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", check.name), check.name
        assert re.fullmatch(r"\d+\.\d+", check.since), check.code


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_the_page_has_its_headings_in_order_and_words_under_each(check: type[Check]) -> None:
    page = inspect.cleandoc(check.__doc__ or "")
    first, _, rest = page.partition("\n")
    assert first and first.endswith("."), "the first line is one sentence saying what is wrong"
    assert len(first) <= 110, "the first line also stands in the rule table"
    assert FIXED.findall(rest) == HEADINGS
    parts = FIXED.split(rest)
    assert all(words.strip() for words in parts[2::2]), "a heading without words"
    assert "!" not in page.replace("!=", "")


def test_one_class_for_one_check() -> None:
    assert len({check.__qualname__ for check in CHECKS}) == len(CHECKS)
    assert all(check.__doc__ is not Check.__doc__ for check in CHECKS)
