"""What a learned model makes of a note where it differs from what the patterns read."""

from __future__ import annotations

from dataclasses import dataclass

from notecheck.records.text import Evidence


@dataclass(frozen=True, slots=True)
class Opinion:
    """The model and the patterns differ on one procedure family.

    ``doubted`` True: the patterns read it and the model sees no sign of it; False: the model sees it and the patterns
    name it nowhere, neither as done nor as planned or earlier. ``likelihood`` from 0 to 1; ``evidence`` are the
    words of the note that weighed most, or, for a doubt, those that the patterns read.
    """

    family: str
    likelihood: float
    doubted: bool
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Likely:
    """The sentence of a document that is likeliest to be a statement on ``topic``; ``likelihood`` from 0 to 1."""

    topic: str
    likelihood: float
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class SecondReading:
    """All that the learned models see in one document: kept, it stands for the text when facts are judged again."""

    opinions: tuple[Opinion, ...] = ()
    sentences: tuple[Likely, ...] = ()
