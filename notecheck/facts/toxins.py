"""Units of toxin: by muscle, by side, against the total of the note."""

from __future__ import annotations

import re

from notecheck.facts.drafts import Draft
from notecheck.facts.scene import Scene
from notecheck.records import Span

_UNITS_IN = re.compile(
    r"(\d+(?:\.\d+)?)\s?(?:units?|u\b)[^.;\d]{0,12}?(?:was |were )?(?:injected )?(?:in|into|to)\s(?:the"
    r" )?([^.;\d]{3,60}?)(?=,? and \d|,? \d|[.;]|$|, )",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:total|\bsum\b)[^.\n]{0,50}?(?:injected|given)?[^.\n\d]{0,20}(?P<after>\d+(?:\.\d+)?)\s?(?:units?|u\b)"
    r"|(?P<before>\d+(?:\.\d+)?)\s?units? (?:were |was )?(?:given |injected |used )?"
    r"(?:in all|in total|altogether|all told)\b",
    re.IGNORECASE,
)


def total(scene: Scene, draft: Draft, given: list[float]) -> float | None:
    """Units of this entry's muscles, doubled for both sides where the note's total proves it; else the stated total.

    ``given``: the units written beside the toxin's name.
    """
    text = " ".join(scene.doc.text[s.start : s.end] for s in draft.sentences)
    in_words = _totals(text)
    elsewhere = set(_totals(scene.doc.text))
    whole = in_words[0] if in_words else (elsewhere.pop() if len(elsewhere) == 1 else None)
    parts = [] if _muscle_first(scene, draft) else [
        (float(m.group(1)), m.group(2).lower()) for m in _UNITS_IN.finditer(text)
    ]
    if not parts:
        parts = _units_after(scene, draft)
    if not parts:
        return whole if whole is not None else (given[0] if len(given) == 1 else None)
    full = sum(units * (2 if "bilateral" in where else 1) for units, where in parts)
    once = sum(units for units, _ in parts)
    factor = 2 if whole is None or abs(full - whole) < 0.5 else 1
    if whole is not None and abs(full - whole) >= 0.5 and abs(once - whole) >= 0.5:
        return whole
    names = [m.value for m in draft.muscles]
    if not names:
        return round(full if factor == 2 else once, 3)
    own = [
        units * (factor if "bilateral" in where else 1)
        for units, where in parts
        if any(name.split()[-1][:6] in where for name in names)
    ]
    return round(sum(own), 3) if own else whole


def _totals(text: str) -> list[float]:
    return [float(m["before"] or m["after"]) for m in _TOTAL.finditer(text)]


def _muscle_first(scene: Scene, draft: Draft) -> bool:
    """True when the note writes the muscle before its units."""
    for sentence in draft.sentences:
        muscles = scene.done(sentence, "muscle")
        units = [d for d in scene.doc.within(sentence, "dose") if d.value == "units"]
        if muscles and units:
            return muscles[0].span.start < units[0].span.start
    return False


def _units_after(scene: Scene, draft: Draft) -> list[tuple[float, str]]:
    """Units written behind their muscle ("right trapezius 40 units", "Frontalis 20 u")."""
    parts: list[tuple[float, str]] = []
    for sentence in draft.sentences:
        muscles = scene.done(sentence, "muscle")
        for index, muscle in enumerate(muscles):
            end = muscles[index + 1].span.start if index + 1 < len(muscles) else sentence.end
            start = muscles[index - 1].span.end if index else sentence.start
            units = [
                d
                for d in scene.doc.within(Span(muscle.span.end, min(end, sentence.end)), "dose")
                if d.value == "units" and d.span.start - muscle.span.end < 40
            ]
            if units:
                parts.append((float(units[-1].groups["units"]), scene.doc.text[start : muscle.span.end].lower()))
    return parts
