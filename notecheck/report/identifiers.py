"""What identifies a person, a place or a device, found by the patterns of ``patterns/redaction``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict

from notecheck import datafile, locate
from notecheck.errors import DataError

Kind = Literal["name", "date", "id", "phone", "email", "url", "address", "age", "facility"]
_HEAD_LINES = 4
_PART = re.compile(r"%(\w+)%")
_WORDS = re.compile(r"(?<![^\W_])[a-zß-öø-ÿ]{3,}")
_CLINICAL = ("terms", "cues", "template")
_HOUSES = frozenset(
    [
        "hospital",
        "clinic",
        "center",
        "centre",
        "surgery",
        "medical",
        "group",
        "institute",
        "associate",
        "health",
        "healthcare",
        "imaging",
        "radiology",
        "rehab",
        "rehabilitation",
        "orthopedic",
        "orthopaedic",
        "partner",
        "system",
        "asc",
        "pllc",
        "llc",
        "infirmary",
        "pharmacy",
        "hospice",
        "physician",
        "specialist",
        "management",
        "laboratorie",
    ]
)
"""Kinds of places of care, without their plural: alone they name none."""
_HEADS = {"labelled-person", "name-at-line-start", "name-before-birth-or-number"}
"""A line with one of these is read like the head of a note."""
_EDGES = " \t\n,.;:'’-"
_JOINTS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SUFFIXES = {
    "jr",
    "sr",
    "ii",
    "iii",
    "iv",
    "de",
    "la",
    "da",
    "di",
    "del",
    "van",
    "von",
    "der",
    "al",
    "el",
    "bin",
    "st",
    "le",
}


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Recogniser(_Strict):
    """One form of an identifier; the keys are explained at the head of the file."""

    rule: str
    kind: Kind
    pattern: str
    examples: tuple[str, ...]
    never: tuple[str, ...]
    learn: bool = False
    weak: bool = False
    head: bool = False


class IdentifierFile(_Strict):
    """The file ``patterns/redaction/identifiers.yaml``."""

    source: str
    confidence: Literal["verified", "verified-2", "recalled", "unsure"]
    last_checked: object
    parts: dict[str, str]
    recognisers: tuple[Recogniser, ...]
    not_places: str
    not_names: str
    given: str


@dataclass(frozen=True, slots=True)
class Found:
    """Characters ``start`` to ``end`` that identify; ``learn`` where the same is to be looked for in the whole text."""

    start: int
    end: int
    kind: Kind
    rule: str
    learn: bool = False


@dataclass(frozen=True, slots=True)
class Identifiers:
    """The compiled patterns with the words that are no names and no places."""

    recognisers: tuple[tuple[Recogniser, re.Pattern[str]], ...]
    not_names: frozenset[str]
    not_places: frozenset[str]
    clinical: frozenset[str]
    given: frozenset[str]

    def find(self, text: str) -> Iterator[Found]:
        """Every identifier that the patterns see, overlapping ones included."""
        head, named = _end_of_head(text), []
        for recogniser, pattern in self.recognisers:
            if recogniser.head:
                continue
            for match in pattern.finditer(text):
                found = self.trimmed(recogniser, match)
                if found is not None:
                    yield found
                    if found.rule in _HEADS:
                        named.append(_line(text, found.start))
        for recogniser, pattern in self.recognisers:
            if recogniser.head:
                for start, end in {(0, head), *named}:
                    yield from filter(None, (self.trimmed(recogniser, m) for m in pattern.finditer(text, start, end)))

    def trimmed(self, recogniser: Recogniser, match: re.Match[str]) -> Found | None:
        """What of a match is masked: words that are no name end a name, a place needs a word of its own."""
        start, end = _masked(match)
        text = match.string
        if recogniser.kind == "name" and recogniser.rule != "typist":
            start, end = self._name(text, start, end, weak=recogniser.weak)
        elif recogniser.kind == "facility" or recogniser.rule == "home-town":
            start, end = self._place(text, start, end)
        if start >= end:
            return None
        return Found(start, end, recogniser.kind, recogniser.rule, recogniser.learn)

    def again(self, text: str, found: Iterable[Found], known: Iterable[str] = ()) -> Iterator[Found]:
        """The same names, numbers and places wherever they stand again; ``known`` are names given from elsewhere."""
        names, literals = set(_name_words(known)), {}
        for one in found:
            if not one.learn:
                continue
            words = text[one.start : one.end]
            if one.kind == "name":
                names |= set(_name_words([words]))
            elif len(words.strip()) >= 5:
                literals[words.strip()] = one.kind
        for name in sorted(names):
            if self._is_common(name) or re.search(rf"(?<![\w]){re.escape(name)}(?![\w])", text):
                continue
            forms = "|".join(
                re.escape(form) for form in (name.capitalize(), name.upper(), _inner_capitals(name, found, text))
            )
            for match in re.finditer(rf"(?<![^\W_])(?:{forms})(?![^\W_])", text):
                yield Found(match.start(), match.end(), "name", "again")
        for literal, kind in literals.items():
            for match in re.finditer(rf"(?<!\w){re.escape(literal)}(?!\w)", text):
                yield Found(match.start(), match.end(), kind, "again")

    def _is_common(self, word: str) -> bool:
        return word in self.not_names or word in self.clinical or len(word) < 3

    def _name(self, text: str, start: int, end: int, *, weak: bool) -> tuple[int, int]:
        """The longest run of words, from the first on, that can all be parts of a name."""
        last = start
        for word in _JOINTS.finditer(text, start, end):
            lowered = word.group().lower().replace("’", "'").removesuffix("'s")
            initial = len(lowered) == 1 and text[word.end() : word.end() + 1] in (".", " ") and last > start
            known = weak and lowered in self.clinical and text[start:last].split(" ")[0].lower() not in self.given
            if not initial and (lowered in self.not_names or known):
                break
            last = word.end()
        else:
            last = end
        while last > start and text[last - 1] in _EDGES.replace(".", ""):
            last -= 1
        return (
            (start, last)
            if last - start > 2 or (len(_JOINTS.findall(text[start:last])) == 1 and last - start == 2)
            else (start, start)
        )

    def _place(self, text: str, start: int, end: int) -> tuple[int, int]:
        """From the first word that names a place of its own; nothing where every word is general."""
        words = list(_JOINTS.finditer(text, start, end))
        own = [w for w in words if w.group().lower() not in self.not_places and w.group().lower() not in self.not_names]
        own = [w for w in own if w.group().lower() not in self.clinical or w.group().lower().endswith("s")]
        kept = [w for w in own if not _is_house(w.group())]
        return (kept[0].start(), end) if kept else (start, start)


@lru_cache(maxsize=1)
def load() -> Identifiers:
    """The patterns, compiled. Raises DataError NC-D02 to NC-D04 for a broken file."""
    path = locate.patterns() / "redaction" / "identifiers.yaml"
    file = datafile.read_model(path, IdentifierFile)
    given = [form for name in file.given.split() for form in (name, name.upper())]
    parts = {**file.parts, "given": f"(?:{'|'.join(given)})", "HOUSE": file.parts["house"].upper()}
    compiled = []
    for recogniser in file.recognisers:
        try:
            compiled.append((recogniser, re.compile(_filled(recogniser.pattern, parts), re.MULTILINE)))
        except (re.error, KeyError) as error:
            raise DataError(
                "NC-D04",
                f"the pattern of '{recogniser.rule}' cannot be read ({error})",
                where=str(path),
                next_step="Mend the pattern or the part that it names.",
            ) from None
    names = frozenset(file.not_names.lower().split())
    given_words = {name.lower() for name in file.given.split()}
    places = frozenset(file.not_places.lower().split())
    return Identifiers(tuple(compiled), names, places, _clinical() - given_words, frozenset(given_words))


def _filled(pattern: str, parts: Mapping[str, str]) -> str:
    while _PART.search(pattern):
        pattern = _PART.sub(lambda part: parts[part.group(1)], pattern)
    return pattern


def _clinical() -> frozenset[str]:
    """The words of this project's own patterns: anatomy, drugs, actions, findings, headings."""
    top = locate.patterns()
    files = [path for folder in _CLINICAL for path in sorted((top / folder).glob("*.yaml"))]
    texts = (path.read_text(encoding="utf-8") for path in (*files, top / "sections.yaml"))
    lines = (line for text in texts for line in text.splitlines() if not line.lstrip().startswith("#"))
    return frozenset(word for line in lines for word in _WORDS.findall(line)) - {"example"}


def _masked(match: re.Match[str]) -> tuple[int, int]:
    for name, words in match.groupdict().items():
        if name.startswith("mask") and words is not None:
            return match.span(name)
    return match.span()


def _end_of_head(text: str) -> int:
    """Where the first lines that hold something end."""
    end, lines = 0, 0
    for line in text.splitlines(keepends=True):
        end += len(line)
        lines += bool(line.strip())
        if lines == _HEAD_LINES:
            break
    return end


def _line(text: str, at: int) -> tuple[int, int]:
    """The line around a character."""
    end = text.find("\n", at)
    return text.rfind("\n", 0, at) + 1, len(text) if end < 0 else end


def _name_words(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for word in _JOINTS.findall(name):
            lowered = word.lower().replace("’", "'").removesuffix("'s")
            if len(lowered) >= 3 and lowered not in _SUFFIXES:
                yield lowered


def _inner_capitals(name: str, found: Iterable[Found], text: str) -> str:
    """A name as it was first written, for those with a capital inside (McAllen, O'Laity)."""
    for one in found:
        if one.kind == "name":
            at = text.lower().find(name, one.start, one.end)
            if at >= 0:
                return text[at : at + len(name)]
    return name.capitalize()


def _is_house(word: str) -> bool:
    return word.lower().rstrip("s") in _HOUSES
