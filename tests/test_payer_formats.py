"""Both sides of one code in the form of each payer; a payer of one's own by a small file, strictly read."""

from __future__ import annotations

from pathlib import Path

import pytest

import notecheck
from notecheck.coding import rules
from notecheck.errors import DataError
from notecheck.policy import book as policy_book

NOTE = (
    "PROCEDURE: Bilateral L4-L5 transforaminal epidural steroid injection under fluoroscopic guidance with contrast.\n"
    "The needle was advanced to the left L4-L5 foramen and then to the right L4-L5 foramen.\n"
)
OWN = """
payer: blue-example
name: Blue Example
like: commercial
bilateral: two-lines
source: provider manual of the plan, 2026, page 12
confidence: verified
"""
FORMS = {
    "one-line-50": [{"code": "64483", "modifiers": ["50"]}],
    "two-lines": [{"code": "64483", "modifiers": ["LT"]}, {"code": "64483", "modifiers": ["RT"]}],
    "two-units": [{"code": "64483", "modifiers": ["50"], "units": 2}],
}


def supported(report: notecheck.Report) -> list[str]:
    return sorted(f"{'-'.join((s.code, *s.modifiers))} x{s.units:g}" for s in report.suggested.lines if s.code == "64483")


def claim(payer: str, form: str = "one-line-50", **more: object) -> dict[str, object]:
    return {"payer": payer, "date_of_service": "2026-03-04", "place_of_service": "11", "lines": FORMS[form], **more}


@pytest.mark.parametrize(
    ("payer", "more", "lines"),
    [
        ("medicare", {}, ["64483-50 x1"]),
        ("medicare", {"billed_by": "professional", "place_of_service": "24"}, ["64483-50 x1"]),
        ("medicare", {"billed_by": "asc", "place_of_service": "24"}, ["64483-LT x1", "64483-RT x1"]),
        ("uhc", {}, ["64483-50 x1"]),
        ("uhc", {"billed_by": "asc"}, ["64483-50 x1"]),
        ("aetna", {}, ["64483-50 x1"]),
        ("evicore", {}, ["64483-50 x1"]),
        ("commercial", {}, ["64483-50 x1"]),
        ("bcbs-nd", {}, ["64483-50 x2"]),
        ("ibx", {}, ["64483-50 x1"]),
    ],
)
def test_the_supported_lines_are_in_the_payers_form(
    checker: notecheck.Checker, payer: str, more: dict[str, object], lines: list[str]
) -> None:
    assert supported(checker.check(NOTE, claim(payer, **more))) == lines


@pytest.mark.parametrize(
    ("payer", "form", "more", "wrong"),
    [
        ("medicare", "one-line-50", {}, False),
        ("medicare", "two-lines", {}, True),
        ("medicare", "two-units", {}, True),
        ("medicare", "two-lines", {"place_of_service": "24"}, False),
        ("uhc", "two-lines", {}, True),
        ("bcbs-nd", "two-units", {}, False),
        ("bcbs-nd", "two-lines", {}, False),
        ("bcbs-nd", "one-line-50", {}, True),
        ("commercial", "two-lines", {}, False),  # no form known: nothing is said
    ],
)
def test_another_form_is_found(
    checker: notecheck.Checker, payer: str, form: str, more: dict[str, object], wrong: bool
) -> None:
    found = {f.code for f in checker.check(NOTE, claim(payer, form, **more)).findings}
    assert ("LAT005" in found) is wrong


def test_every_shipped_form_belongs_to_a_known_payer() -> None:
    known = policy_book.load().coverage.payers
    assert {payer for payer, _ in rules.load().payers} <= set(known)


def own_file(user_data: Path, text: str, name: str = "blue.yaml") -> None:
    folder = user_data / "payers"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_a_payer_of_ones_own(user_data: Path, checker: notecheck.Checker, monkeypatch: pytest.MonkeyPatch) -> None:
    own_file(user_data, OWN)
    book = policy_book.load()
    assert book.coverage.payers["blue-example"] == "Blue Example"
    assert book.coverage.topics["blue-example"] == book.coverage.topics.get("commercial", ())
    monkeypatch.setattr(checker, "_book", book)
    report = checker.check(NOTE, claim("blue-example"))
    assert supported(report) == ["64483-LT x1", "64483-RT x1"]
    finding = next(f for f in report.findings if f.code == "LAT005")
    assert finding.source == "provider manual of the plan, 2026, page 12"
    assert rules.load().payers.get(("blue-example", "professional")) is None, "the shipped rules stay as they are"


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (("bilateral: two-lines", "bilateral: both"), "NC-D04", "bilateral"),
        (("bilateral: two-lines", "bilateral: two-lines\nbilateral: two-units"), "NC-D03", "twice"),
        (("source", "sauce"), "NC-D04", "blue.yaml"),
        (("confidence: verified", "confidence: sure"), "NC-D04", "confidence"),
        (("payer: blue-example", "payer: uhc"), "NC-D06", "already"),
        (("payer: blue-example", "payer: Blue Example"), "NC-D04", "payer"),
        (("like: commercial", "like: medicair"), "NC-D06", "Did you mean 'medicare'?"),
        (("name: Blue Example", "name: ["), "NC-D02", "blue.yaml"),
    ],
)
def test_a_broken_file_is_named(user_data: Path, change: tuple[str, str], code: str, words: str) -> None:
    own_file(user_data, OWN.replace(*change))
    with pytest.raises(DataError) as caught:
        policy_book.load()
    assert caught.value.code == code, caught.value
    assert words in str(caught.value) and "blue.yaml" in str(caught.value)


def test_the_example_of_the_readme_is_read(user_data: Path, top: Path) -> None:
    readme = (top / "README.md").read_text(encoding="utf-8")
    example = readme.partition("<!-- own payer -->\n```yaml\n")[2].partition("```")[0]
    own_file(user_data, example)
    (payer,) = policy_book.load().own_payers
    assert payer.payer == "blue-example"
