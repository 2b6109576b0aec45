"""Gauges of the needles of a procedure; a cannula in a vein is none of them."""

from __future__ import annotations

import re

from notecheck.facts.scene import Scene
from notecheck.records import Evidence, Mention, Span

_GAUGE_WORDS = {
    "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "nineteen": 19, "eighteen": 18, "twenty": 20,
    "twenty-one": 21, "twenty-two": 22, "twenty-three": 23,
    "twenty-four": 24, "twenty-five": 25, "twenty-six": 26, "twenty-seven": 27, "thirty": 30,
}  # fmt: skip
_WRITTEN = ("gauge", "gauge2", "gauge3", "gauge4")
_VEIN = re.compile(
    r"\b(?:iv|i\.v\.|intravenous)"
    r"(?: (?:access|line|catheter|cannula|started|placed|site|established|was|with|via|by|an?|using))*"
    r"[ :,(]*(?:an? )?$",
    re.IGNORECASE,
)
_LAST_TIME = re.compile(
    r"\b(?:last time|the (?:last|first|previous|prior|earlier) (?:time|attempt|session|injection|procedure|block)"
    r"|previously|on (?:a|the) (?:previous|prior|earlier) (?:occasion|visit))\b(?![^.;]*\b(?:today|now|this time)\b)",
    re.IGNORECASE,
)
_VEIN_AFTER = re.compile(
    r"\W*(?:soft |steerable |radiopaque |epidural |racz |wire-?reinforced )*catheters?\b|"
    r"\W*(?:[\d. -]*(?:inch|in|cm|mm)?\W*)?(?:(?:peripheral )?iv\b|i\.v\.|angio-?cath|intravenous"
    r"|hep-?lock|saline lock)",
    re.IGNORECASE,
)


def gauge_of(mention: Mention) -> float:
    """The gauge that a needle's words give in figures or letters; 0 where they give none."""
    raw = next((mention.groups[k] for k in _WRITTEN if mention.groups.get(k)), "")
    word = mention.groups.get("gaugeword", "").lower().replace(" ", "-")
    return float(raw) if raw else float(_GAUGE_WORDS.get(word, 0))


def gauges(scene: Scene, places: list[Span]) -> tuple[tuple[float, ...], list[Evidence]]:
    """Needle gauges in the order of the note, each once."""
    seen: dict[float, Mention] = {}
    for place in places:
        for mention in scene.doc.within(place, "needle"):
            if "UNTICKED" in mention.cues:
                continue
            before = scene.doc.text[max(0, mention.span.start - 40) : mention.span.start]
            opening = scene.doc.text[scene.doc.sentence_of(mention).start : mention.span.start]
            after = scene.doc.text[mention.span.end : mention.span.end + 40]
            if _LAST_TIME.search(opening) or _VEIN.search(before) or _VEIN_AFTER.match(after):
                continue
            value = gauge_of(mention)
            if 8 <= value <= 34:
                seen.setdefault(value, mention)
    return tuple(seen), [m.evidence("needle_gauge", f"{g:g}") for g, m in seen.items()]
