"""PRC010."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case, Check
from notecheck.records import Finding, Opinion

_SOURCE = "notecheck's model of procedure families of 2026-11-22 (models/families.card.json)"


class ProcedureSecondOpinion(Check):
    """A learned model sees another kind of procedure in the note than the patterns read.

    ## What it checks
    A model of words for each procedure family, trained on invented notes, reads the whole note. The finding says where
    it is sure of a family that the patterns name nowhere, or sees no sign of one that they read as done.

    ## Why it matters
    Patterns miss a procedure told in words that they do not know. A second reader that works otherwise shows where a
    person should look. It never changes a fact, a line or another finding.

    ## A note that fails
    "31 sites of forehead, temples, back of the head, neck and shoulders received 155 units of botulinum toxin." billed
    with 64615.

    ## A note that passes
    "Left L5-S1 transforaminal epidural steroid injection under fluoroscopy." billed with 64483-LT.

    ## What it does not check
    Levels, sides and numbers; families with few notes to learn from; notes with `--no-models`.

    ## Sources
    Own model of 2026-11-22; its data, scores and limits stand in `models/README.md`.
    """

    code = "PRC010"
    name = "procedure-second-opinion"
    severity = "info"

    def find(self, case: Case) -> Iterator[Finding]:
        for opinion in case.opinions:
            yield self.finding(
                _says(opinion),
                evidence=opinion.evidence or case.searched("procedure", "description"),
                fix="Read the note once more for what was done; where the reading is right, nothing is to be changed.",
                source=_SOURCE,
            )


def _says(opinion: Opinion) -> str:
    family = opinion.family.replace("-", " ")
    if opinion.doubted:
        return f"The patterns read {family} here; the second reader, a model of words, sees no sign of it."
    words = ", ".join(dict.fromkeys(f'"{e.text.lower()}"' for e in opinion.evidence))
    return f"A second reader, a model of words, sees {family} here; the patterns read none. What weighed most: {words}."
