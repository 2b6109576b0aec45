"""Four finished reports from the sample notes: what the golden files hold and what the browser opens."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import notecheck
from notecheck.read.notes import read_note
from notecheck.records import Note, Report, Ruling, Suppression

SAMPLES = Path(__file__).resolve().parents[1] / "sample_notes"
WRONG_SIDE, ABLATION, VISIT, PLANNED = "wrong-side", "ablation", "visit", "planned"
NAMES = (WRONG_SIDE, ABLATION, VISIT, PLANNED)


def finished(checker: notecheck.Checker) -> Iterator[tuple[str, Report, list[Note]]]:
    """Name, report and documents: a claim of the wrong side with an accepted finding; an ablation with its history; a
    visit beside an injection; the same ablation before it is done."""
    note, claim = _sample("tfesi-left-billed-right")
    accepted = Suppression("IMG004", "line taken off on 2026-03-06", None, "tfesi-left-billed-right.txt.notecheck:1")
    unused = Suppression("DOC001", "signed on paper", None, "tfesi-left-billed-right.txt.notecheck:2")
    yield WRONG_SIDE, checker.check(note, claim, ruling=Ruling(suppressions=(accepted, unused))), [note]
    note, claim = _sample("facet-rfa-ready")
    chart = read_note(SAMPLES / "facet-rfa-ready.visit.txt")
    yield ABLATION, checker.check(note, claim, [chart]), [note, chart]
    note, claim = _sample("carpal-tunnel-with-visit")
    yield VISIT, checker.check(note, claim), [note]
    visit = read_note(SAMPLES / "facet-rfa-ready.visit.txt")
    asked = {"mac": "palmetto", "state": "NC", "place_of_service": "22", "date_of_service": "2026-03-04"}
    asked |= {"lines": [{"code": "64635", "modifiers": ["LT"], "icd10": ["M47.816"]}]}
    yield PLANNED, checker.check(visit, asked, mode="preauth"), [visit]


def _sample(name: str) -> tuple[Note, dict[str, object]]:
    return read_note(SAMPLES / f"{name}.txt"), json.loads((SAMPLES / f"{name}.claim.json").read_text("utf-8"))
