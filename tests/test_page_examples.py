"""The notes that a check's page prints as failing and passing do fail and pass.

Words and billed lines are taken from the page itself; ``tests/coded/pages.yaml`` gives only what surrounds them.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import yaml

from notecheck.checks.registry import CHECKS

FRAMES = yaml.safe_load((Path(__file__).parent / "coded" / "pages.yaml").read_text(encoding="utf-8"))
PAGES = {check.code: inspect.cleandoc(check.__doc__ or "") for check in CHECKS}
# checks whose page examples are not run yet; the number may only go down
MOST_NOT_RUN = 76

NOTE = """PROCEDURE NOTE
Date of service: {day:%m/%d/%Y}
Diagnosis: {dx}
Procedure: {title}
Description: {words} {more}
No complications.
"""
QUOTE = re.compile(r'"([^"]+)"')
LINE = re.compile(
    r"\b([0-9A-Z]\d{3}[0-9A-Z])((?:-[A-Z0-9]{2})*)(?: x(\d+))?(?:,? (one|two|three|four|\d+) units?)?(?![\w-])"
)
NUMBER = {"one": 1, "two": 2, "three": 3, "four": 4}


@dataclass(frozen=True)
class Example:
    words: str
    lines: tuple[tuple[str, tuple[str, ...], float], ...]


def part(code: str, heading: str) -> str:
    return " ".join(PAGES[code].partition(f"## {heading}")[2].partition("\n##")[0].split())


def example(code: str, passing: bool) -> Example:
    failing = part(code, "A note that fails")
    text = part(code, "A note that passes") if passing else failing
    quoted = QUOTE.findall(text) or QUOTE.findall(failing)
    billed = QUOTE.sub("", text).partition(";")[0]
    lines = tuple(
        (m[1], tuple(m[2].split("-")[1:]), float(m[3] or NUMBER.get(m[4] or "one", m[4] or 1)))
        for m in LINE.finditer(billed)
    )
    return Example(" ".join(words if words.endswith(".") else words + "." for words in quoted), lines)


def run(checker, code: str, passing: bool):
    frame = FRAMES[code]
    shown = example(code, passing)
    assert shown.words and shown.lines, "the page quotes no words or bills no line"
    day = frame.get("day", date(2026, 3, 4))
    title = frame.get("title_passing", frame["title"]) if passing else frame["title"]
    note = NOTE.format(day=day, dx=frame["dx"], title=title, words=shown.words, more=frame["more"])
    also = tuple((c.split("-")[0], tuple(c.split("-")[1:]), 1.0) for c in frame.get("also", ()))
    claim = {
        "payer": "medicare",
        "date_of_service": day.isoformat(),
        "place_of_service": frame.get("pos", "11"),
        "lines": [
            {"code": c, "modifiers": list(marks), "units": units, "icd10": [frame["icd"]]}
            for c, marks, units in (*also, *shown.lines)
        ],
    }
    return [f for f in checker.check(note, claim).findings if f.code == code]


@pytest.mark.parametrize("code", FRAMES)
def test_the_failing_note_of_the_page_fails(checker, code):
    assert run(checker, code, False), example(code, False)


@pytest.mark.parametrize("code", FRAMES)
def test_the_passing_note_of_the_page_passes(checker, code):
    loud = [f for f in run(checker, code, True) if f.severity != "info"]
    assert not loud, (example(code, True), [f.message for f in loud])


def test_the_pages_not_run_only_become_fewer():
    assert set(FRAMES) <= set(PAGES)
    assert len(set(PAGES) - set(FRAMES)) <= MOST_NOT_RUN
