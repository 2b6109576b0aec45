"""medspaCy's expression matcher with the text asked for once.

The original rebuilds the whole text of the Doc for every expression, which takes nine tenths of the time of a note.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache

from medspacy.common import medspacy_matcher
from medspacy.common.regex_matcher import RegexMatcher
from spacy.tokens import Doc

from notecheck.annotate.components import unwrapped
from notecheck.annotate.literals import ODD_CASES, OTHER, Plan, plan

# planning takes longer than some notes do without: not worth it for a few, and never all at once
_PLANNED_FROM = 6
_PLANS_A_NOTE = 40
_MANY = range(16)  # fewer tries than these cost less than a search for the strings that a match holds


class OnceMatcher(RegexMatcher):  # type: ignore[misc]
    """Same matches as RegexMatcher with ``resolve_start="left"`` and ``resolve_end="right"``."""

    def __call__(self, doc: Doc) -> list[tuple[int, int, int]]:
        text = unwrapped(doc.text)
        starts = [token.idx for token in doc]
        matches = []
        for match_id, begin, end in self._found(text):
            first = bisect.bisect_right(starts, begin) - 1
            last = bisect.bisect_left(starts, end)
            matches.append((match_id, max(first, 0), last))
        return matches

    def _found(self, text: str) -> Iterator[tuple[int, int, int]]:
        """Every match that is not empty, expression by expression, left to right."""
        asked = self.__dict__.setdefault("_asked", 0) + 1
        self._asked = asked
        if asked < _PLANNED_FROM or any(odd in text for odd in ODD_CASES):
            for match_id, pattern in self._each():
                yield from self._anywhere(match_id, pattern, text)
            return
        index = self._indexed()
        lowered = text.lower()
        places = index.places(_grams(text))
        for number, (match_id, pattern) in enumerate(index.expressions):
            if number < len(index.plans):
                planned = index.plans[number]
                if planned.starts is not None and number not in places:
                    continue
                if (
                    planned.needed
                    and len(places.get(number, _MANY)) >= len(_MANY)
                    and not _holds(lowered, planned.needed)
                ):
                    continue
                if planned.starts is not None:
                    done = 0
                    for place in sorted(places[number]):
                        if place >= done and (found := pattern.match(text, place)):
                            done = found.end()
                            yield match_id, place, done
                    continue
            yield from self._anywhere(match_id, pattern, text)

    def _indexed(self) -> _Index:
        """The expressions with the plans there are, some more with each note."""
        index: _Index | None = self.__dict__.get("_index")
        if index is None:
            index = self._index = _Index(list(self._each()))
        index.plan_more(_PLANS_A_NOTE)
        return index

    def _each(self) -> Iterator[tuple[int, re.Pattern[str]]]:
        for match_id, patterns in self._patterns.items():
            for pattern in patterns:
                yield match_id, pattern

    def _anywhere(self, match_id: int, pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, int]]:
        for found in pattern.finditer(text):
            if found.end() != found.start():
                yield match_id, found.start(), found.end()


class _Index:
    """Expressions in their order, the plans of the first of them, and which of these begin with what."""

    def __init__(self, expressions: list[tuple[int, re.Pattern[str]]]) -> None:
        self.expressions = expressions
        self.plans: list[Plan] = []
        self._anywhere: dict[str, list[int]] = defaultdict(list)
        self._word: dict[str, list[int]] = defaultdict(list)

    def plan_more(self, most: int) -> None:
        """Plan this many more expressions."""
        for _, pattern in self.expressions[len(self.plans) : len(self.plans) + most]:
            made = plan(pattern)
            by_start = self._word if made.word else self._anywhere
            for start in made.starts or ():
                by_start[start].append(len(self.plans))
            self.plans.append(made)

    def places(self, grams: _Grams) -> dict[int, list[int]]:
        """For each expression with a known start, the places of a text where one stands; in no order."""
        found: dict[int, list[int]] = defaultdict(list)
        for by_start, by_gram in ((self._word, grams.word), (self._anywhere, grams.anywhere)):
            for gram, places in by_gram.items():
                for start in {gram[:1], gram[:2], gram}:
                    for number in by_start.get(start, ()):
                        found[number] += places
        return found


@dataclass(frozen=True, slots=True)
class _Grams:
    """Where three letters stand in a text, in small, ``OTHER`` for those beyond ASCII; fewer at its end.

    ``word``: only those with no ASCII letter or digit before.
    """

    anywhere: dict[str, list[int]]
    word: dict[str, list[int]]


@lru_cache(maxsize=1)
def _grams(text: str) -> _Grams:
    plain = "".join(c.lower() if c < "\x80" else OTHER for c in text)
    anywhere: dict[str, list[int]] = defaultdict(list)
    word: dict[str, list[int]] = defaultdict(list)
    inside = False
    for place, c in enumerate(plain):
        gram = plain[place : place + 3]
        anywhere[gram].append(place)
        if not inside:
            word[gram].append(place)
        inside = c != OTHER and c.isalnum()
    return _Grams(dict(anywhere), dict(word))


def _holds(text: str, strings: tuple[str, ...]) -> bool:
    # a plain loop: an any() with its generator costs more than the search
    for one in strings:  # noqa: SIM110
        if one in text:
            return True
    return False


@contextmanager
def single_text() -> Iterator[None]:
    """While open, medspaCy components are built with OnceMatcher."""
    original = medspacy_matcher.RegexMatcher
    medspacy_matcher.RegexMatcher = OnceMatcher
    try:
        yield
    finally:
        medspacy_matcher.RegexMatcher = original
