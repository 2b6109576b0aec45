"""Slips and scanning faults: what is mended, what is left alone, and that every offset leads back to the note."""

from __future__ import annotations

import dataclasses

import pytest

import notecheck
from notecheck.annotate.spelling import Speller
from notecheck.records import Evidence, Note


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("The pateint tolerted the proceedure.", "The patient tolerated the procedure."),
        ("FLOUROSCOPIC GUIDENCE", "FLUOROSCOPIC GUIDANCE"),
        ("Infromed consent, steril prep, neddle advnaced", "Informed consent, sterile prep, needle advanced"),
        ("8O mg, lO mg, 1O mL, 0.25% and .5 mL", "80 mg, lO mg, 10 mL, 0.25% and .5 mL"),
        ("left L5-Sl and C7-Tl, Tl2-L1", "left L5-S1 and C7-T1, T12-L1"),
        ("bupivicaine and lidocane witout effect", "bupivacaine and lidocaine without effect"),
    ],
)
def test_what_is_mended(speller: Speller, written: str, read: str) -> None:
    assert speller.mend(Note(written)).note.text == read


@pytest.mark.parametrize(
    "text",
    [
        "The patent shows a contract, content of a message; patients and patience; infection, medical lumber.",
        "L5-S1, L4 SL, Sl gap, 10 l, O negative, O2 at 2 L, Il-6, lot 1O44, the Ol' man",
        "tolerate, advance, injects, needling, positions, anesthetic, Consenting, sterility, procedural, radicular",
        "prednisone and prednisolone, hydroxyzine and hydralazine",
    ],
)
def test_what_is_left_alone(speller: Speller, text: str) -> None:
    mended = speller.mend(Note(text))
    assert mended.note.text == text
    assert mended.note is mended.original


def test_every_place_leads_back(speller: Speller) -> None:
    text = "The pateint had a proceedure witout 1O mg of lidocane, fine."
    mended = speller.mend(Note(text))
    for word, as_written in (("patient", "pateint"), ("procedure", "proceedure"), ("10", "1O"), ("lidocaine", "lidocane"), ("fine", "fine"), ("The", "The"), ("had", "had")):
        start = mended.note.text.index(word)
        proof = Evidence(start, start + len(word), word, "x", word)
        back = mended.restored(proof)
        assert (back.text, text[back.start : back.end], back.field, back.value) == (as_written, as_written, "x", word)
    whole = Evidence(0, len(mended.note.text), mended.note.text)
    assert mended.restored((whole,))[0].text == text
    other = dataclasses.replace(whole, document=1)
    assert mended.restored(other) == other


def test_facts_of_a_misspelt_note_quote_it_as_written(checker: notecheck.Checker) -> None:
    text = "PROCEDURE: Left L5-Sl transforaminal epidual injection\nThe needel was advnaced under flouroscopy to the left L5-Sl foramen and 1O mg of dexamethasone was injeted."
    facts = checker.extract(text)
    assert [(p.family, p.levels, p.guidance) for p in facts.procedures] == [("epidural-transforaminal", ("L5-S1",), ("fluoroscopy",))]
    assert [(i.drug, i.mg) for i in facts.procedures[0].injectate] == [("dexamethasone", 10.0)]
    for piece in facts.procedures[0].evidence:
        assert text[piece.start : piece.end] == piece.text
    assert "flouroscopy" in " ".join(e.text for e in facts.procedures[0].of("guidance"))
