"""Ranked ICD-10-CM codes for a diagnosis phrase that the crosswalk leaves open: official titles that share its words.

A list for a person to choose from; the tool never bills from it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from notecheck.policy.crosswalk import Crosswalk, plain
from notecheck.policy.icd10 import Icd10Table, dotted

MOST = 3
_LEAST = 0.4
_MOST_LINES = 4000
_STEM, _ENDING, _SHORT = 7, 4, 4
_EMPTY = frozenset(
    {
        *("a", "an", "and", "at", "by", "due", "for", "from", "in", "into", "is", "not", "of", "on", "or", "the", "to"),
        *(
            "other",
            "otherwise",
            "elsewhere",
            "classified",
            "specified",
            "unspecified",
            "with",
            "without",
            "nos",
            "type",
        ),
        *("left", "right", "bilateral", "side", "region", "joint", "acute", "chronic", "history", "status", "post"),
        *("pain", "syndrome", "disease", "disorder", "disorders"),
    }
)
"""Words that tell no diagnosis from another."""

_SIDES = ("left", "right", "bilateral")


@dataclass(frozen=True, slots=True)
class Candidate:
    """One code whose title is near a phrase; ``score`` from 0 to 1."""

    icd10: str
    title: str
    score: float


def candidates(
    phrase: str, table: Icd10Table, walk: Crosswalk, *, region: str | None = None, side: str | None = None
) -> tuple[Candidate, ...]:
    """At most three codes, best first; empty where no title shares the phrase's rarer words.

    ``region`` and ``side`` are those of the procedure: a title of another region or of the other side is left out,
    unless the phrase itself names a side, which then counts. Injuries (S, T) are not searched.
    """
    spelled = plain(walk.spelled(phrase))
    words = [word for word in dict.fromkeys(spelled.split()) if len(word) > 2 and word not in _EMPTY]
    if not words:
        return ()
    weights = {word: math.log(1 + _ALL / (1 + table.plain.count(_stem(word).encode()))) for word in words}
    present = [word for word in words if _stem(word).encode() in table.plain]
    if not present:
        return ()
    rarest = max(present, key=weights.__getitem__)
    wanted = next((one for one in _SIDES if one in spelled.split()), None) or (side if side in _SIDES else None)
    found = []
    for code, title in _lines(table.plain, _stem(rarest)):
        if table.billable(code) and _fits(code, title, walk, region, wanted):
            found.append((_score(words, weights, spelled, title, wanted), code))
    found.sort(key=lambda one: (-one[0], len(one[1]), one[1]))
    best = [(score, code) for score, code in found[:MOST] if score >= _LEAST]
    return tuple(Candidate(dotted(code), table.title(code), round(score, 2)) for score, code in best)


_ALL = 40_000  # titles searched, for the weight of a word; the order of size is enough


def _lines(titles: bytes, stem: str) -> list[tuple[str, str]]:
    found = []
    for match in re.finditer(rb"\n([^\n\t]*\b" + re.escape(stem.encode()) + rb"[^\n\t]*)\t([^\n]+)", titles):
        found.append((match[2].decode(), match[1].decode()))
        if len(found) >= _MOST_LINES:
            break
    return found


def _fits(code: str, title: str, walk: Crosswalk, region: str | None, side: str | None) -> bool:
    told = set(title.split()) & set(_SIDES)
    if side and told and side not in told:
        return False
    regions = walk.regions_of(code)
    return not (region and regions and region not in regions)


def _score(words: list[str], weights: dict[str, float], phrase: str, title: str, side: str | None) -> float:
    """The weight of shared words against all words of the phrase and the further ones of the title."""
    parts = [part for part in title.split() if part not in _EMPTY]
    common = [word for word in words if any(part.startswith(_stem(word)) for part in parts)]
    if len(common) * 2 <= len(words):
        return 0.0
    shared = sum(weights[word] for word in common)
    further = sum(not any(part.startswith(_stem(word)) for word in words) for part in parts)
    score = shared / (sum(weights.values()) + further)
    told = set(title.split()) & set(_SIDES)
    if side and told:
        score += 0.05
    elif not side and told:
        score -= 0.05
    if "unspecified" in title and "unspecified" not in phrase:
        score -= 0.02
    return max(0.0, min(1.0, score))


def _stem(word: str) -> str:
    if len(word) > _STEM:
        return word[: max(_STEM, len(word) - _ENDING)]
    return word.removesuffix("s") if len(word) > _SHORT else word
