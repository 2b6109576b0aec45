"""Earlier notes of a patient count as history of the later ones, read back from what the store holds."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import notecheck
from notecheck.annotate.second_look import CANDIDATE
from notecheck.engine import judge
from notecheck.policy.book import Book
from notecheck.records import Claim, Facts, Note
from notecheck.records.stored import unpack
from notecheck.scan.history import Seen, earlier_notes, episode_rows
from notecheck.scan.judging import done
from notecheck.scan.rows import Place
from notecheck.scan.second import Beside, Context, again, contexts
from notecheck.scan.work import Read

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


def _judged(checker: notecheck.Checker, text: str, place: Place, claim: Claim | None = None) -> dict[str, Any]:
    """The row of ``notes`` after the first pass, with the types that a store gives."""
    answer = done(checker, Read(place, text, claim=claim))
    assert answer.rows is not None, answer.trouble
    row = answer.rows["notes"][0]
    return row | {
        "day": date.fromisoformat(row["day"]) if row["day"] else None,
        "report": json.dumps(row["report"]),
        "second": json.dumps(row["second"]),
        "facts": json.dumps(row["report"]["facts"]),
        "performed": bool(row["families"]),
    }


def _with_context(checker: notecheck.Checker, rows: list[dict[str, Any]], key: str) -> dict[str, Any]:
    """The answer of the second pass to one of the rows of a person."""
    plain = [row | {"day": row["day"].isoformat() if row["day"] else None} for row in rows]
    context = contexts(plain)[key]
    row = next(row for row in rows if row["note_key"] == key)
    answer = done(checker, again(row, context, Beside(plain), None))
    assert answer.rows is not None, answer.trouble
    return answer.rows["notes"][0]


def test_a_note_judged_again_keeps_what_the_second_reader_saw(checker: notecheck.Checker) -> None:
    told = "What could go wrong was gone through line by line and she nodded to all of it."
    unsaid = NOTE.replace("Consent was signed. ", "")
    texts = [unsaid.format(day=day, told=told) for day in ("01/06/2025", "03/10/2025")]
    rows = [_judged(checker, text, Place(f"{n}.txt", patient="P1", note_id=str(n))) for n, text in enumerate(texts)]
    last = _with_context(checker, rows, rows[1]["note_key"])
    whole = checker.check(Note(texts[1], "1.txt", "1"), earlier=[texts[0]])
    assert last["report"] == whole.to_dict() and last["earlier"] == 1
    assert CANDIDATE in json.dumps(last["report"]), "without such a sentence this test would show nothing"
    bare = json.loads(rows[1]["second"])
    assert bare["sentences"] and last["second"] == bare


def test_a_visit_of_the_same_encounter_is_chart_of_the_procedure(checker: notecheck.Checker) -> None:
    visit = (
        "OFFICE VISIT\nDate of service: 03/10/2025\nLeft leg pain for five months. Physical therapy for 8 weeks did not help.\n"
        "He cannot stand longer than ten minutes. Straight leg raise positive on the left.\nA. Example, MD\n"
    )
    done_note = NOTE.format(day="03/10/2025", told="")
    places = [Place(name, patient="P1", encounter="E1", note_id=name[0]) for name in ("v.txt", "p.txt")]
    rows = [_judged(checker, text, place) for text, place in zip((visit, done_note), places, strict=True)]
    last = _with_context(checker, rows, rows[1]["note_key"])
    whole = checker.check(Note(done_note, "p.txt", "p"), chart=[Note(visit, "v.txt", "v")])
    assert last["report"] == whole.to_dict() and (last["earlier"], last["beside"]) == (0, 1)
    assert last["report"]["checklist"] != checker.check(Note(done_note, "p.txt", "p")).to_dict()["checklist"]
    found = contexts([row | {"day": "2025-03-10"} for row in rows])
    assert found[rows[0]["note_key"]] == Context(), "a visit has no chart of its own"
    for change in ({"encounter": "E2"}, {"patient": "P2"}, {"day": "2025-03-11"}, {"performed": True}):
        other = [rows[0] | {"day": "2025-03-10"} | change, rows[1] | {"day": "2025-03-10"}]
        assert contexts(other)[rows[1]["note_key"]].chart == (), change
