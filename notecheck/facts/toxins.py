"""Units of toxin: by muscle, by side, against the total of the note."""

from __future__ import annotations

import re
from collections.abc import Sequence

from notecheck.facts import tables
from notecheck.facts.drafts import Draft
from notecheck.facts.families import TOXINS
from notecheck.facts.scene import Scene
from notecheck.records import Span

_UNITS_IN = re.compile(
    r"(\d+(?:\.\d+)?)\s?(?:units?|u\b)[^.;\d]{0,12}?(?:was |were )?(?:injected )?(?:in|into|to)\s(?:the"
    r" )?([^.;\d]{3,60}?)(?=,? and \d|,? \d|[.;]|$|, )",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"(?:total|\bsum\b)[^.\n]{0,50}?(?:injected|given)?[^.\n\d]{0,20}(?P<after>\d+(?:\.\d+)?)\s?(?:units?|u\b)"
    r"|\b(?:total|sum)(?: of (?:the |all )?(?:table|rows?|columns?|list|above|sites|muscles))?\s*[:=]?\s*"
    r"(?P<bare>\d{2,4})(?=[,.;)\s]|$)(?![ \t|]*\d)(?! ?(?:m[lL]|cc|sites|muscles|points|injections|%|mg))"
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
    if not parts and not in_words:
        parts = _by_column(scene)
    if not parts and (by_volume := _by_volume(scene, draft)):
        parts = by_volume
    if not parts and draft.muscles and "chemodenervation" in draft.siblings:
        return None  # the total is that of both side sets
    if not parts:
        return whole if whole is not None else _less_waste(scene, given)
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
    return [float(m["before"] or m["after"] or m["bare"]) for m in _TOTAL.finditer(text)]


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


_SIDE_COLUMN = re.compile(
    r"\W*(?:left|right|mid(?:line)?|center|centre|bilat\w*|both|l|r|lt|rt|units?|u)\W*(?:\(?(?:units?|u)\)?)?\W*",
    re.IGNORECASE,
)


def _by_column(scene: Scene) -> list[tuple[float, str]]:
    """Units of a table with a column for each side."""
    text = scene.doc.text
    parts: list[tuple[float, str]] = []
    for row in tables.rows(text):
        named = scene.done(row.span, "muscle")
        for cell in row.cells if named else ():
            number = _NUMBER.fullmatch(text, cell.span.start, cell.span.end)
            if number and cell.heading and _SIDE_COLUMN.fullmatch(cell.heading):
                parts.append((float(number.group()), named[0].value))
    return parts


_STRENGTH = re.compile(
    r"(?P<each>\d+(?:\.\d+)?) ?(?:units?|u)\b ?(?:/|per) ?(?P<per>0?\.1 ?)?(?:m[lL]|cc)"
    r"|(?P<vial>\d{2,4})[ -]?(?:units?|u)\b(?![^.;\n]{0,30}\bdiscard)[^.;\n]{0,60}?\b(?:in|with|up with|up in|by"
    r"|to) (?P<ml>\d+(?:\.\d+)?)"
    r" ?(?:m[lL]|cc)\b",
    re.IGNORECASE,
)
_VOLUME = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?|\.\d+) ?(?:m[lL]|cc)\b", re.IGNORECASE)
_VOLUMES = re.compile(r"\b(?:m[lL]s?|ccs?|vol(?:ume)?)\b", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+")
_WASTE = re.compile(
    r"(?:discard\w*|wast\w+|thrown (?:away|out)|left over)[^.;\n\d]{0,30}?(\d+(?:\.\d+)?) ?(?:units?|u)\b"
    r"|(\d+(?:\.\d+)?) ?(?:units?|u)\b[^.;\n\d]{0,20}?(?:discard|wast|thrown|left over)",
    re.IGNORECASE,
)
_NEAR = 40


def _by_volume(scene: Scene, draft: Draft) -> list[tuple[float, str]]:
    """Units of each muscle from its volume and the strength made up ("R splenius 0.4 mL" at 50 units/mL)."""
    strengths = {s for s in map(_per_ml, _STRENGTH.finditer(scene.doc.text)) if s}
    if len(strengths) != 1:
        return []
    strength = strengths.pop()
    text = scene.doc.text
    parts: list[tuple[float, str]] = []
    for row in tables.rows(text):
        named = scene.done(row.span, "muscle")
        columns = [c.span for c in row.cells if _VOLUMES.search(c.heading)]
        if named and columns and (number := _NUMBER.match(text, columns[0].start, columns[0].end)):
            parts.append((strength * float(number.group()), text[row.span.start : row.span.end].lower()))
    return parts or [(strength * ml, where) for ml, where in volumes(scene, draft.sentences)]


def volumes(scene: Scene, sentences: Sequence[Span]) -> list[tuple[float, str]]:
    """mL behind each muscle of the sentences, with the words from the muscle before it."""
    text = scene.doc.text
    parts: list[tuple[float, str]] = []
    for sentence in sentences:
        named = scene.done(sentence, "muscle")
        if any(d.value in TOXINS for d in scene.doc.within(sentence, "drug")) and not named:
            continue
        for index, muscle in enumerate(named):
            end = named[index + 1].span.start if index + 1 < len(named) else sentence.end
            found = _VOLUME.search(text, muscle.span.end, min(end, muscle.span.end + _NEAR))
            start = named[index - 1].span.end if index else sentence.start
            if found:
                parts.append((float(found.group(1)), text[start : muscle.span.end].lower()))
    return parts


def _per_ml(match: re.Match[str]) -> float | None:
    """Units in one mL, as stated or by what a vial was made up with."""
    if match["each"]:
        return float(match["each"]) * (10.0 if match["per"] else 1.0)
    return float(match["vial"]) / float(match["ml"]) if float(match["ml"]) else None


def _less_waste(scene: Scene, given: list[float]) -> float | None:
    """The units of the vial without those thrown away, where no muscle has its own."""
    lost = {float(m.group(1) or m.group(2)) for m in _WASTE.finditer(scene.doc.text)}
    vials = {float(m["vial"]) for m in _STRENGTH.finditer(scene.doc.text) if m["vial"]}
    if len(given) != 1:
        return None
    return given[0] - (lost.pop() if len(lost) == 1 and vials == set(given) and max(lost) < given[0] else 0.0)
