"""What a drug stands beside: the steroid that it was given with, the side that its amount was told of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from notecheck.facts.families import STEROIDS
from notecheck.facts.scene import Scene
from notecheck.records import Mention, Span

_SIDE_BY_SIDE = re.compile(
    r"(?:[\s\d.,/%()+&-]|\b(?:and|with|plus|in|of|along|together|mixed|combined|preservative|free|without|epinephrine"
    r"|plain|m[lL]s?|cc'?s?|mgs?|milligrams?|milliliters?|percent|acetate|sodium|phosphate|acetonide|hydrochloride|hcl"
    r"|one|two|three|four|five|half|an?|per|total|kenalog|depo-?medrol)\b)*",
    re.IGNORECASE,
)
_FOR_SKIN = re.compile(r"[\s(,]*(?:for|to|in|into|at) (?:the )?(?:skin|numb|local|wheal|subcut)", re.IGNORECASE)
_SAME_SIDE = 3  # sentences through which a side stays spoken of


def with_steroid(scene: Scene, sentence: Span, mention: Mention) -> bool:
    """True for a local anaesthetic given with a steroid ("infiltrated with 40 mg of ... and 4 mL of 1% ...")."""
    text = scene.doc.text
    for other in scene.done(sentence, "drug"):
        first, last = sorted((mention, other), key=_place)
        gap = Span(first.span.end, max(first.span.end, last.span.start))
        if other.value in STEROIDS and _SIDE_BY_SIDE.fullmatch(text, gap.start, gap.end):
            return not _FOR_SKIN.match(text, mention.span.end, sentence.end)
    return False


def _place(mention: Mention) -> int:
    return mention.span.start


def of_each_side(scene: Scene, sentences: Sequence[Span], told: Sequence[Mention]) -> bool:
    """True when one amount is told of the left and another of the right ("Into the right knee went 40 mg ...").

    ``told``: the mentions of one drug, each with its amount, in ``sentences``.
    """
    spoken: list[str] = []
    for mention in told:
        own = scene.doc.sentence_of(mention)
        before = [s for s in sentences if s.start <= mention.span.start][-_SAME_SIDE:]
        named = [
            m.value for s in before for m in scene.doc.within(s, "side")
            if m.value in ("left", "right") and m.span.start < mention.span.start
        ]  # fmt: skip
        after = [m.value for m in scene.doc.within(own, "side") if m.value in ("left", "right")]
        spoken.append((named or after or ["none"])[-1])
    return sorted(spoken) == ["left", "right"]
