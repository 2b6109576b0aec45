"""Tokens, sentences and sections of real-looking notes, with the text left as read."""

from __future__ import annotations

import itertools

import pytest

from notecheck.annotate.components import sentence_starts
from notecheck.records import Note

GLUED = (
    "PROCEDURE:  Left L5-S1 transforaminal injection.ANESTHESIA: Local.COMPLICATIONS: None."
    "DESCRIPTION OF PROCEDURE: The patient was placed prone. A 22-gauge needle was advanced under fluoroscopy to the left "
    "L5-S1 foramen and 1.5 mL of contrast was injected. Depo-Medrol 80 mg was then given. The needle was removed and a "
    "dressing applied. The patient did well and went home after half an hour of watching in the recovery area."
)


def sentences(text):
    starts = [*sentence_starts(text), len(text)]
    return [text[a:b].strip() for a, b in itertools.pairwise(starts) if text[a:b].strip()]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("One. Two.", 2),
        ("approach.ANESTHESIA: Local.", 2),  # glued heading
        ("sedationNAME OF OPERATION: Block.", 2),  # glued without a stop
        ("Given by Dr. Smith at 2 p.m. today.", 1),  # abbreviations
        ("0.5 mL of 0.25% bupivacaine.", 1),  # decimals
        ("1. Left block.2. Right block.", 2),  # list numbers
        ("The needle was advanced under fluoroscopic guidance to the left\nforamen at L4-5.", 1),  # wrapped line
        ("Consent: signed\nTime-out: done", 2),  # two fields
        ("[x] Left   [ ] Right", 2),  # boxes
        ("Pain 7/10. Better.", 2),
    ],
)
def test_sentences(text, count):
    assert len(sentences(text)) == count, sentences(text)


def test_text_is_kept_character_for_character(annotator):
    text = "A\tB\r\n  C\u2013D \u00b5g \U0001f600 L4-5\n\n\nend "
    assert annotator.nlp(text).text == text


def test_a_broken_character_does_not_stop_the_reading(annotator):
    text = "Left L4-5 \ud83d block"
    assert len(annotator.nlp(text).text) == len(text)


def test_glued_headings_make_sections(annotator):
    doc = annotator.annotate(Note(GLUED))
    kinds = [s.kind for s in doc.sections]
    assert kinds == ["title", "anesthesia", "complications", "description"]
    for section in doc.sections:
        assert doc.text[section.heading.start : section.heading.end].endswith(":")


def test_mentions_point_at_their_words(annotator):
    doc = annotator.annotate(Note(GLUED))
    assert doc.mentions
    for mention in doc.mentions:
        assert doc.text[mention.span.start : mention.span.end] == mention.text


def test_empty_and_blank_notes_have_no_mentions(annotator):
    assert annotator.annotate(Note("")).mentions == ()
    assert annotator.annotate(Note(" \n\t ")).mentions == ()


@pytest.mark.parametrize(
    ("text", "value", "status"),
    [
        ("Fluoroscopy was used.", "fluoroscopy", "performed"),
        ("The injection was done without fluoroscopy.", "none", "negated"),
        ("Fluoroscopy was not used.", "none", "performed"),
        ("[ ] Ultrasound", "ultrasound", "negated"),
        ("[x] Fluoroscopy", "fluoroscopy", "performed"),
        ("Not only fluoroscopy but also palpation was used.", "fluoroscopy", "performed"),
    ],
)
def test_guidance_in_context(annotator, text, value, status):
    found = [m for m in annotator.annotate(Note(text)).of("guidance") if m.value == value]
    assert [m.status for m in found] == [status]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("A prior L4-5 TFESI helped.", "historical"),
        ("If there is no improvement consider radiofrequency ablation.", "planned"),
        ("Plan for lumbar epidural steroid injection.", "planned"),
        ("She had an epidural steroid injection about a month ago.", "historical"),
        ("Risks of the epidural steroid injection were explained.", "hypothetical"),
        ("Her mother had an epidural steroid injection.", "other-person"),
        ("Epidural steroid injection was performed.", "performed"),
    ],
)
def test_procedure_in_context(annotator, text, status):
    found = annotator.annotate(Note(text)).of("procedure")
    assert found and found[0].status == status, [(m.text, m.status, m.cues) for m in found]
