"""The experiment with section labels: headings are taken out whole, and put back only where the model is sure."""

from __future__ import annotations

from notecheck.records import Note
from notecheck.training.section_labels import Bare, labelled, usual, without_headings

TEXT = """HISTORY: Back pain for two years. Therapy did not help.
MEDICATIONS: Naproxen twice a day.
PHYSICAL EXAMINATION: Tender over the left facet joints.
PLAN: An injection next week.
"""


def test_headings_are_taken_out_and_their_kinds_kept(annotator) -> None:
    bare = without_headings(annotator, Note(TEXT))
    assert bare is not None
    assert "HISTORY" not in bare.text
    assert "PLAN" not in bare.text
    told = {bare.text[start:end].strip(): kind for (start, end), kind in zip(bare.places, bare.kinds, strict=True)}
    assert told["Tender over the left facet joints."] == "exam"
    assert told["Therapy did not help."] == told["Back pain for two years."]
    assert told["An injection next week."] == "plan"
    assert without_headings(annotator, Note("PLAN: An injection next week.")) is None


def test_predicted_headings_stand_where_a_sure_kind_begins() -> None:
    text = "Back pain. It is old. Tender joint."
    bare = Bare(text, ((0, 10), (11, 21), (22, 35)), ("history", "history", "exam"), (("exam", "EXAM"), ("other", "X")))
    words = usual([bare])
    assert words == {"exam": "EXAM"}
    assert labelled(bare, ["", "", "exam"], words) == "Back pain. It is old.\nEXAM: Tender joint."
    assert labelled(bare, ["", "", ""], words) == text
