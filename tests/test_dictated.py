"""Dictated notes: stops spoken as words, words taken back, amounts and ratings in words."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import test_probes

import notecheck
from notecheck.annotate.spelling import Speller
from notecheck.datafile import read_yaml
from notecheck.records import Note

LINES: list[dict[str, Any]] = read_yaml(Path(__file__).parent / "facts" / "dictated.yaml")


@pytest.mark.parametrize("line", [pytest.param(line, id=line["name"]) for line in LINES])
def test_line(checker: notecheck.Checker, line: dict[str, Any]) -> None:
    test_probes.test_probe(checker, line)


def test_no_line_stands_twice() -> None:
    assert len({line["name"] for line in LINES}) == len({line["note"] for line in LINES}) == len(LINES)


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller()


@pytest.mark.parametrize(
    ("spoken", "read"),
    [
        ("placed on the left, correction, the right side", "placed on the right side"),
        ("at L4-5, strike that, L5-S1.", "at L5-S1."),
        ("40 mg, I'm sorry, 80 mg of Depo-Medrol", "80 mg of Depo-Medrol"),
        ("The L3-4 level. Correction, that should be the L4-5 level.", "The L4-5 level."),
        ("a 25 gauge, excuse me, a 22 gauge needle", "a 22 gauge needle"),
        ("6/10, make that 7/10", "7/10"),
        ("2 cc, or rather 3 cc", "3 cc"),
        ("bupivacaine 0.5 percent, scratch that, 0.25 percent", "bupivacaine 0.25 percent"),
        ("L4 dash 5 and L5 slash S1, T12 dash L1", "L4-5 and L5-S1, T12-L1"),
        ("prone comma prepped comma and draped period new paragraph indication colon low back pain period", "prone, prepped, and draped.\n\nindication: low back pain."),
    ],
)  # fmt: skip
def test_what_is_put_right(speller: Speller, spoken: str, read: str) -> None:
    mended = speller.mend(Note(spoken))
    assert mended.note.text == read
    assert mended.original.text == spoken


@pytest.mark.parametrize(
    "text",
    [
        "correction of the left hallux on the right foot",
        "the right knee rather than the left knee",
        "Left hip. She was sorry. Right hip hurts too.",
        "He is in a coma; a period of observation; period pain; the sigmoid colon",
        "40 mg Kenalog, correction of anemia with 80 mg of iron",
        "a comma shaped scar, the recovery period was short",
        "Right side prepped, sorry for the delay.",
    ],
)
def test_what_stays(speller: Speller, text: str) -> None:
    assert speller.mend(Note(text)).note.text == text


def test_long_rules_of_dashes_take_no_time(speller: Speller) -> None:
    text = "PROCEDURE NOTE\n" + "-" * 20_000 + "\n" + ". " * 5_000 + "\n" + " - " * 5_000
    started = time.process_time()
    speller.mend(Note(text))
    assert time.process_time() - started < 5
