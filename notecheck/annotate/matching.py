"""medspaCy's expression matcher with the text asked for once.

The original rebuilds the whole text of the Doc for every expression, which takes nine tenths of the time of a note.
"""

from __future__ import annotations

import bisect
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain, islice

from medspacy.common import medspacy_matcher
from medspacy.common.regex_matcher import RegexMatcher
from spacy.tokens import Doc

from notecheck.annotate.components import unwrapped
from notecheck.annotate.literals import ODD_CASES, Plan, plan

_BEYOND = ""
_UNPLANNED = Plan()


# planning takes longer than some notes do without: not worth it for a few, and never all at once
_PLANNED_FROM = 6
_PLANS_A_NOTE = 40


class OnceMatcher(RegexMatcher):
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
        self._asked = getattr(self, "_asked", 0) + 1
        if self._asked < _PLANNED_FROM or any(odd in text for odd in ODD_CASES):
            for match_id, pattern in self._each():
                yield from self._anywhere(match_id, pattern, text)
            return
        lowered = text.lower()
        places = _Places(text)
        plans = self._planned()
        for match_id, pattern in self._each():
            planned = plans.get(pattern, _UNPLANNED)
            if planned.needed and not _holds(lowered, planned.needed):
                continue
            if planned.first is None:
                yield from self._anywhere(match_id, pattern, text)
                continue
            done = 0
            for place in places.of(planned.first, planned.word):
                if place >= done and (found := pattern.match(text, place)):
                    done = found.end()
                    yield match_id, place, done

    def _planned(self) -> dict[re.Pattern[str], Plan]:
        """The plans there are, some more with each note."""
        plans: dict[re.Pattern[str], Plan] = self.__dict__.setdefault("_plans", {})
        if not self.__dict__.get("_all_planned"):
            fresh = list(islice((p for _, p in self._each() if p not in plans), _PLANS_A_NOTE))
            plans.update((pattern, plan(pattern)) for pattern in fresh)
            self._all_planned = not fresh
        return plans

    def _each(self) -> Iterator[tuple[int, re.Pattern[str]]]:
        for match_id, patterns in self._patterns.items():
            for pattern in patterns:
                yield match_id, pattern

    def _anywhere(self, match_id: int, pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int, int]]:
        for found in pattern.finditer(text):
            if found.end() != found.start():
                yield match_id, found.start(), found.end()


class _Places:
    """The characters of a text by letter: all of them, and those with no ASCII letter or digit before."""

    def __init__(self, text: str) -> None:
        self._all: dict[str, list[int]] = defaultdict(list)
        self._words: dict[str, list[int]] = defaultdict(list)
        self._asked: dict[tuple[frozenset[str], bool], list[int]] = {}
        inside = False
        for place, c in enumerate(text):
            letter = c.lower() if c < "\x80" else _BEYOND
            self._all[letter].append(place)
            if not inside:
                self._words[letter].append(place)
            inside = c < "\x80" and c.isalnum()

    def of(self, letters: frozenset[str], word: bool) -> list[int]:
        """Where one of the letters, or a character beyond ASCII, stands; in order."""
        found = self._asked.get((letters, word))
        if found is None:
            by_letter = self._words if word else self._all
            parts = [by_letter[letter] for letter in (*letters, _BEYOND) if letter in by_letter]
            found = self._asked[letters, word] = sorted(chain.from_iterable(parts))
        return found


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
