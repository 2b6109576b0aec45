"""Pumps: what a reservoir was filled with, apart from what it held and how it ran before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from notecheck.facts.scene import Scene
from notecheck.records import Span

_FILLED = re.compile(
    r"\b(?:re-?fill\w*|instill\w*|filled|injected|introduced|placed|put in|added|given|exchanged)\b", re.IGNORECASE,
)
_RUNNING = re.compile(
    r"\b(?:rate|mg/day|mcg/day|per day|interrogat\w*|calc\w*|expected|residual|reservoir (?:volume|calc)"
    r"|current(?:ly)?|infusing|delivering"
    r"|withdrawn|aspirated|removed|old)\b", re.IGNORECASE,
)


def running(scene: Scene, sentences: Sequence[Span], sentence: Span) -> bool:
    """True for what the pump held or ran before, where another sentence tells what it was filled with."""
    text = scene.doc.text
    if _FILLED.search(text, sentence.start, sentence.end) or not _RUNNING.search(text, sentence.start, sentence.end):
        return False
    return any(
        scene.done(s, "drug") and scene.doc.within(s, "dose") and _FILLED.search(text, s.start, s.end)
        for s in sentences if s != sentence
    )
