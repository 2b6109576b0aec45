"""Words on guidance that a note says once for several entries."""

from __future__ import annotations

import re

from notecheck.facts import attributes, binding
from notecheck.facts.drafts import Draft
from notecheck.facts.families import MUSCLE, SPINAL
from notecheck.facts.scene import Scene
from notecheck.records import Span

_VIEWS = re.compile(
    r"\b(?:AP|oblique|lateral|tunnel|end-?on|coaxial|scott(?:y|ie)) (?:and \w+ )?(?:views?|projections?"
    r"|images?|pictures?|dog)"
    r"|\bcontrast\b|\bdye\b|\bomnipaque\b|\bisovue\b|\biohexol\b|\biopamidol\b",
    re.IGNORECASE,
)


def said_of_all(scene: Scene, draft: Draft) -> list[Span]:
    """Words on guidance that name no one entry ("Fluoroscopy throughout."): those that say "both" first, then fields
    and sentences without a target; imaging is not taken over by muscles, nor by the needle that a palpated point led.
    """
    every = [s for s in scene.body if binding.TOGETHER.search(scene.doc.text, s.start, s.end)]
    if draft.family in MUSCLE and attributes.contrast(scene, draft.sentences)[0] == "yes":
        return list(scene.body)  # dye in a muscle was watched as it was in the joint beside it
    if draft.family in MUSCLE or attributes.guidance(scene, every)[0]:
        return every
    free = [
        s
        for s in scene.body
        if scene.doc.within(s, "guidance") and not scene.doc.within(s, "site", "muscle", "level", "target", "side")
    ]
    fields = [s.body for s in scene.doc.sections if s.kind == "guidance"]
    if among_same := attributes.guidance(scene, [*fields, *free])[0]:
        return [*fields, *free] if len(among_same) == 1 else []
    imaged = any(_VIEWS.search(scene.doc.text, s.start, s.end) for s in draft.sentences)
    return list(scene.body) if imaged and draft.family in (*SPINAL, "si-joint-injection") else []


def behind_names(scene: Scene, draft: Draft) -> list[Span]:
    """The sentences of this entry's names where guidance stands behind the last name ("A and B under CT")."""
    places = []
    for name in draft.names:
        sentence = scene.doc.sentence_of(name)
        last = max(m.span.end for m in scene.done(sentence, "procedure") or (name,))
        if not any(m.span.start < last for m in scene.done(sentence, "guidance")):
            places.append(sentence)
    return places
