"""Earlier notes of a patient count as history of the later ones, read back from what the store holds."""

from __future__ import annotations

import json
from datetime import date

import notecheck
from notecheck.engine import judge
from notecheck.policy.book import Book
from notecheck.records import Claim, Facts
from notecheck.records.stored import unpack
from notecheck.scan.history import Seen, earlier_notes, episode_rows

NOTE = """PROCEDURE NOTE
Date of service: {day}
DIAGNOSIS: Lumbar radiculopathy.
PROCEDURE: Left L4-L5 transforaminal epidural steroid injection under fluoroscopy.
{told}
Consent was signed. A time-out was held. With a 22 gauge needle the left L4-L5 foramen was entered, 1 mL of iohexol showed
the nerve root, and dexamethasone 10 mg was injected. No complications.
Electronically signed by A. Example, MD
"""
DAYS = ("2025-01-06", "2025-03-10", "2025-05-12", "2025-07-14", "2025-09-15")


def stored(checker: notecheck.Checker, day: str, told: str = "", key: str = "") -> Seen:
    shown = date.fromisoformat(day).strftime("%m/%d/%Y")
    report = checker.check(NOTE.format(day=shown, told=told), _claim(day))
    return Seen(key or day, day, key or day, json.dumps(report.to_dict()["facts"]))


def _claim(day: str) -> dict[str, object]:
    return {"payer": "medicare", "mac": "palmetto", "date_of_service": day, "lines": [{"code": "64483", "modifiers": ["LT"], "icd10": ["M54.16"]}]}


def test_the_fifth_injection_of_a_year_is_seen_only_with_the_batch(checker: notecheck.Checker, book: Book) -> None:
    notes = [stored(checker, day, "The last injection gave 70% relief for 3 months." if n else "") for n, day in enumerate(DAYS)]
    history = earlier_notes(notes)
    assert [len(history[day]) for day in DAYS] == [0, 1, 2, 3, 4]
    last = notes[-1]
    facts, billed = unpack(Facts, json.loads(last.facts)), checker.check("", _claim(DAYS[-1])).claim
    assert isinstance(billed, Claim)
    alone = judge(facts, billed, (), book, note_id="x")
    before = tuple(unpack(Facts, json.loads(seen.facts)) for seen in history[DAYS[-1]])
    seen = judge(facts, billed, (), book, note_id="x", earlier=before)
    codes = {finding.code for finding in seen.findings} - {finding.code for finding in alone.findings}
    assert "FRQ001" in codes, codes
    rows = episode_rows("k", "P1", json.loads(json.dumps(seen.to_dict())))
    assert [row["day"] for row in rows] == list(DAYS)
    assert [row["relief_percent"] for row in rows][:4] == [70, 70, 70, 70]
    assert {row["known_from"] for row in rows} == {"earlier note", "this note"}


def test_what_counts_as_an_earlier_note() -> None:
    done = json.dumps({"procedures": [{"family": "facet-rfa", "evidence": [1, 2]}], "evidence": ["long"], "shingles": "a b"})
    visit = json.dumps({"procedures": [], "relief": [{"percent": 80, "days": None, "source": "prior-procedure"}]})
    empty = json.dumps({"procedures": [], "relief": []})
    notes = [
        Seen("d", "2026-03-01", "4", done), Seen("a", "2026-01-05", "1", done), Seen("twice", "2026-01-05", "1", done),
        Seen("b", "2026-02-01", "2", visit), Seen("none", None, "5", done), Seen("empty", "2026-01-01", "6", empty), Seen("bad", "soon", "7", done),
    ]  # fmt: skip
    history = earlier_notes(notes)
    assert {key: [seen.note_key for seen in earlier] for key, earlier in history.items()} == {
        "empty": [], "a": [], "twice": [], "b": ["a"], "d": ["a", "b"],
    }  # fmt: skip
    facts = json.loads(history["d"][0].facts)
    assert facts["integrity"]["dates_of_service"] == ["2026-01-05"]
    assert "evidence" not in facts and "shingles" not in facts and facts["procedures"] == [{"family": "facet-rfa"}]
