"""The query to the provider: grounded in the record, open, without money, codes or a leading word."""

from __future__ import annotations

import json

import pytest

from notecheck.checks.registry import CHECKS
from notecheck.policy import queries as tables
from notecheck.read.notes import read_note
from notecheck.records import Note
from notecheck.report.query import ADDENDUM, OTHER, UNABLE, as_markdown, as_text, queries
from notecheck.report.querylint import lint


def rules_of(text: str) -> list[str]:
    return [fault.rule for fault in lint(text)]


def test_every_check_has_a_topic_or_needs_no_question():
    book = tables.questions()
    asked = [name for topic in book.topics.values() for name in topic.findings]
    named = [*asked, *book.no_question]
    assert sorted(named) == sorted(set(named))
    assert sorted(named) == sorted(check.name for check in CHECKS)


@pytest.mark.parametrize("topic", sorted(tables.questions().topics))
def test_every_template_passes_the_lint(topic):
    made = tables.questions().topics[topic]
    boxes = [*made.options, OTHER, UNABLE] if made.options else [UNABLE]
    text = "\n".join([made.question, *(f"[ ] {box}" for box in boxes), *(f"{ask}: ____" for ask in made.asks), *ADDENDUM])
    assert not lint(text)


def test_every_query_of_the_sample_notes_passes_the_lint(checker, top):
    made = 0
    for path in sorted((top / "sample_notes").glob("*.claim.json")):
        name = path.name.removesuffix(".claim.json")
        note = read_note(str(path.with_name(f"{name}.txt")))
        report = checker.check(note, json.loads(path.read_text("utf-8")))
        found = queries(report, [note])
        made += len(found)
        for text in (as_text(found, report), as_markdown(found, report)):
            assert not lint(text), name
        for query in found:
            for quote in query.indicators:
                words = quote.words.strip('"').strip(". ").split(" ... ")
                assert all(" ".join(part.split()) in " ".join(note.text.split()) for part in words if part), query
    assert made >= 20


def test_a_contradiction_of_side_quotes_both_places(checker, top):
    note = read_note(str(top / "sample_notes" / "stellate-title-contradiction.txt"))
    found = queries(checker.check(note), [note])
    side = next(query for query in found if query.topic == "side")
    words = " ".join(quote.words for quote in side.indicators)
    assert "RIGHT STELLATE" in words and "left C6" in words
    assert side.options[-2:] == (OTHER, UNABLE)


def test_a_clean_note_leads_to_no_question(checker, top):
    note = read_note(str(top / "sample_notes" / "blood-patch-ready.txt"))
    claim = json.loads((top / "sample_notes" / "blood-patch-ready.claim.json").read_text("utf-8"))
    report = checker.check(note, claim)
    assert queries(report, [note]) == ()
    assert as_text((), report).startswith("No question")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Please document that the left side was treated.", "leading"),
        ("Wasn't it the left side?", "leading"),
        ("Was contrast given? It is needed to support medical necessity.", "leading"),
        ("Please clarify the side, otherwise the claim is denied.", "money"),
        ("Reimbursement depends on the level.", "money"),
        ("Was this 64483 or 64484?", "code"),
        ("Does M54.16 or M51.17 apply?", "code"),
        ("Which modifier fits?", "code"),
        ("Side treated:\n[ ] left\n[ ] other: ____\n[ ] unable to determine", "single-choice"),
        ("Side treated:\n[ ] left\n[ ] right\n[ ] unable to determine", "other"),
        ("Side treated:\n[ ] left\n[ ] right\n[ ] other: ____", "unable"),
        ("Side treated:\n[x] left\n[ ] right\n[ ] other: ____\n[ ] unable to determine", "ticked"),
        ("Date of this entry: 03/04/2026", "filled"),
        ("Clarification: the left side was treated", "filled"),
    ],
)
def test_a_planted_fault_is_found(text, rule):
    assert rule in rules_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "Please clarify the side treated.\n[ ] left\n[ ] right\n[ ] other: ____\n[ ] unable to determine",
        'The record says "billed as 64483, payment denied". Please clarify the side treated.',
        "> line 4: patient paid the charge\nPlease clarify the level treated, T12-L1 or L4-L5.",
        "Date of this entry: ____\nAuthor (name, credentials): ........",
    ],
)
def test_sound_wording_is_left_alone(text):
    assert not lint(text)


def test_wording_rules_spare_their_counter_examples():
    for forbidden in tables.wording().forbidden:
        assert forbidden.never
        for text in forbidden.never:
            assert forbidden.rule not in rules_of(text), text


def test_command_writes_and_lints(run_notecheck, tmp_path):
    planted = tmp_path / "template.txt"
    planted.write_text("Please document that contrast was used so that the claim is paid.\n", encoding="utf-8")
    done = run_notecheck("query", "--lint", str(planted))
    assert done.returncode == 1 and "leading" in done.stdout and "money" in done.stdout
    done = run_notecheck("query", "--lint", str(tmp_path / "none.txt"))
    assert done.returncode == 2 and "NC-I01" in done.stderr
    done = run_notecheck("query")
    assert done.returncode == 2 and "NC-I45" in done.stderr


def test_hostile_words_stay_inert(checker):
    note = Note("STELLATE GANGLION BLOCK, RIGHT <script>x</script> \x1b[31m\nThe left C6 tubercle was met under fluoroscopy and 8 mL of 0.25% bupivacaine was injected.\n")
    report = checker.check(note)
    found = queries(report, [note])
    assert found
    assert "\x1b" not in as_text(found, report) and "<script>" not in as_markdown(found, report)
