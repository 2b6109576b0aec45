"""A minimal note for every code: the whole pipeline reads it and supports exactly the lines it stands for.

The notes are built from the parts in ``tests/coded/notes``. Every note is held to all of its lines, so a note of a neighbour
family that supported a code of this one would fail here too.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from notecheck.policy import claimrules, codes

FOLDER = Path(__file__).parent / "coded"
TABLES = codes.load()
# the number of codes of which every note is refused with a reason; it may only go down
MOST_ABSTAINED = 42

NOTE = """PROCEDURE NOTE
Date of service: {day}
Diagnosis: {dx}
Procedure: {title}
Description: {body}
No complications.
"""
KNEE = {
    "dx": "Osteoarthritis of the left knee",
    "title": "Left knee joint injection",
    "body": "By landmarks a 22 gauge needle entered the left knee joint and {drug} with 2 mL of 1% lidocaine was injected. "
    "It came from a single-dose vial, nothing discarded.",
}


def rows() -> Iterator[dict[str, Any]]:
    for path in sorted((FOLDER / "notes").glob("*.yaml")):
        for row in yaml.safe_load(path.read_text(encoding="utf-8")):
            yield row | {"file": path.stem}


ROWS = list(rows())
# notes that tell a service or supply of another bill: no line, and the reason in words
ABSTAINED = yaml.safe_load((FOLDER / "abstained.yaml").read_text(encoding="utf-8"))


def text_of(row: dict[str, Any]) -> str:
    if "whole" in row:
        return str(row["whole"])
    parts = {**KNEE, "body": KNEE["body"].format(drug=row["drug"])} if "drug" in row else row
    day = date.fromisoformat(str(row.get("day", "2026-03-03")))
    return NOTE.format(day=f"{day:%m/%d/%Y}", dx=parts["dx"], title=parts["title"], body=parts["body"].strip())


def wanted(row: dict[str, Any]) -> list[str]:
    return sorted(["20610-LT", row["line"]] if "drug" in row else row["lines"])


def suggested(checker, row: dict[str, Any]):
    claim = {
        "date_of_service": str(row.get("day", "2026-03-03")),
        "place_of_service": row.get("place", "11"),
        "payer": row.get("payer", "medicare"),
        "billed_by": row.get("billed_by", "professional"),
        "lines": [],
    }
    return checker.check(text_of(row), claim).suggested


@pytest.fixture(scope="module")
def supported(checker):
    """The supported lines of a row in short form, each note read once."""

    @functools.cache
    def read(number: int) -> tuple[str, ...]:
        lines = suggested(checker, ROWS[number]).lines
        return tuple(
            sorted("-".join((s.code, *sorted(s.modifiers))) + (f" x{s.units:g}" if s.units != 1 else "") for s in lines)
        )

    return read


def name(number: int) -> str:
    return f"{ROWS[number]['file']}-{'-'.join(ROWS[number]['codes'])}-{number}"


@pytest.mark.parametrize("number", range(len(ROWS)), ids=name)
def test_a_minimal_note_supports_its_lines_and_no_other(supported, number):
    assert list(supported(number)) == wanted(ROWS[number])


@pytest.mark.parametrize("code", sorted({code for row in ROWS for code in row["codes"]}))
def test_no_note_of_another_family_supports_the_code(supported, code):
    family = TABLES.any_row(code).family
    for number, row in enumerate(ROWS):
        if code in row["codes"] or any(line.startswith(code) for line in wanted(row)):
            continue
        found = {line.split("-")[0].split(" ")[0] for line in supported(number)}
        assert code not in found, f"{name(number)} ({family})"


@pytest.mark.parametrize("row", ABSTAINED, ids=lambda row: "-".join(row["codes"]))
def test_what_another_bill_holds_makes_no_line_and_is_said(checker, row):
    """Every code is named, with whose bill it is or with what would have to be settled, and stands on no line."""
    found = suggested(checker, row)
    assert not set(row["codes"]) & {line.code for line in found.lines}
    for code in row["codes"]:
        apart = [other for other in found.elsewhere if code in other.codes]
        asked = [question for question in found.open_questions if code in question]
        assert apart or asked, (code, found)
        assert all(other.billed_by and other.why and other.source and code in other.says for other in apart)
        assert all(other.evidence for other in apart), "no words of the note behind it"


@pytest.mark.parametrize("row", ABSTAINED, ids=lambda row: "-".join(row["codes"]))
def test_without_the_words_nothing_is_said_of_the_code(checker, row):
    """The same codes are not named for a plain note of another family."""
    other = next(r for r in ROWS if r["codes"] == ["64450"])
    plain = suggested(checker, other | {"body": "A 25 gauge needle was placed and 5 mL of saline was injected there."})
    assert not set(row["codes"]) & {code for apart in plain.elsewhere for code in apart.codes}


def test_every_code_has_a_note_or_a_stated_abstention():
    abstained = [code for row in ABSTAINED for code in row["codes"]]
    shown = {code for row in ROWS for code in row["codes"]}
    first = claimrules.claim_form().dates.earliest
    too_old = {c for c in TABLES.rows if (end := TABLES.any_row(c).valid_to) is not None and end < first}
    assert len(abstained) == len(set(abstained))
    assert not shown & set(abstained), "the note is there: take the code off the list"
    assert not set(abstained) & too_old, "left out by its last day, no entry needed"
    assert set(abstained) | shown | too_old == set(TABLES.rows)
    assert len(abstained) <= MOST_ABSTAINED


def test_each_row_names_codes_that_its_note_supports():
    for row in ROWS:
        found = {line.split("-")[0].split(" ")[0] for line in wanted(row)}
        assert set(row["codes"]) <= found, row["codes"]
