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
# the number of codes that no note supports; it may only go down
MOST_WITHOUT_A_NOTE = 101

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


def text_of(row: dict[str, Any]) -> str:
    if "whole" in row:
        return str(row["whole"])
    parts = {**KNEE, "body": KNEE["body"].format(drug=row["drug"])} if "drug" in row else row
    day = date.fromisoformat(str(row.get("day", "2026-03-03")))
    return NOTE.format(day=f"{day:%m/%d/%Y}", dx=parts["dx"], title=parts["title"], body=parts["body"].strip())


def wanted(row: dict[str, Any]) -> list[str]:
    return sorted(["20610-LT", row["line"]] if "drug" in row else row["lines"])


@pytest.fixture(scope="module")
def supported(checker):
    """The supported lines of a row in short form, each note read once."""

    @functools.cache
    def read(number: int) -> tuple[str, ...]:
        row = ROWS[number]
        claim = {
            "date_of_service": str(row.get("day", "2026-03-03")),
            "place_of_service": row.get("place", "11"),
            "payer": row.get("payer", "medicare"),
            "billed_by": row.get("billed_by", "professional"),
            "lines": [],
        }
        lines = checker.check(text_of(row), claim).suggested.lines
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


def not_by_a_note() -> list[str]:
    groups = yaml.safe_load((FOLDER / "not-by-a-note.yaml").read_text(encoding="utf-8"))
    assert all(group["why"].strip() for group in groups)
    return [code for group in groups for code in group["codes"]]


def test_every_code_has_a_note_or_a_reason():
    listed = not_by_a_note()
    shown = {code for row in ROWS for code in row["codes"]}
    first = claimrules.claim_form().dates.earliest
    too_old = {c for c in TABLES.rows if (end := TABLES.any_row(c).valid_to) is not None and end < first}
    assert len(listed) == len(set(listed))
    assert not shown & set(listed), "the note is there: take the code off the list"
    assert not set(listed) & too_old, "left out by its last day, no entry needed"
    assert set(listed) | shown | too_old == set(TABLES.rows)


def test_the_list_without_notes_only_becomes_shorter():
    assert len(not_by_a_note()) <= MOST_WITHOUT_A_NOTE


def test_each_row_names_codes_that_its_note_supports():
    for row in ROWS:
        found = {line.split("-")[0].split(" ")[0] for line in wanted(row)}
        assert set(row["codes"]) <= found, row["codes"]
