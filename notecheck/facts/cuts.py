"""Sentences that tell two procedures, each with its own place and amount, cut between them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from notecheck.facts import binding
from notecheck.facts.drafts import Draft
from notecheck.facts.scene import Scene
from notecheck.records import Span

_SEAM = re.compile(
    r";\s*|,? (?:and|then|followed by|while|whereas|plus)(?: then| also)? (?=(?:at|in|into|to|the|an?|on|by|under"
    r"|after|with|around|i|we|l|r|lt|rt"
    r"|left|right|\d)\b)|, (?=(?:left|right|lt|rt|then)\b)",
    re.IGNORECASE,
)
_OF_BOTH = ("guidance", "needle", "sterile")
_OF_ONE = ("site", "target", "muscle", "level", "side", "drug", "procedure")
_AMOUNTS = ("dose", "needle", "drug")


def cut(scene: Scene, drafts: Sequence[Draft], body: Sequence[Span]) -> tuple[list[Span], dict[Span, Span]]:
    """The rows of ``body``, those that tell of two entries in two rows; and for a later row the opening words of its
    sentence that hold for all of it ("Under ultrasound with a 25 gauge needle ...").
    """
    rows: list[Span] = []
    openings: dict[Span, Span] = {}
    for sentence in body:
        start = sentence.start
        for seam in _SEAM.finditer(scene.doc.text, sentence.start, sentence.end):
            left, right = Span(start, seam.start()), Span(seam.end(), sentence.end)
            if _apart(scene, drafts, left, right):
                rows.append(left)
                start = seam.end()
        last = Span(start, sentence.end)
        if start > sentence.start:
            pieces = [*[row for row in rows if sentence.contains(row)][1:], last]
            if opening := _opening(scene, sentence):
                openings.update(dict.fromkeys(pieces, opening))
        rows.append(last)
    return rows, openings


def _apart(scene: Scene, drafts: Sequence[Draft], left: Span, right: Span) -> bool:
    if not scene.doc.within(left, *_AMOUNTS) or not scene.doc.within(right, *_AMOUNTS):
        return False
    one, other = binding.strong(scene, drafts, left), binding.strong(scene, drafts, right)
    return len(one) == 1 and bool(other) and not one & other


def _opening(scene: Scene, sentence: Span) -> Span | None:
    own = scene.doc.within(sentence, *_OF_ONE)
    opening = Span(sentence.start, own[0].span.start) if own else None
    return opening if opening is not None and scene.doc.within(opening, *_OF_BOTH) else None
