"""Groups of everyday words (chores, seasons, remedies, ...): what lets a model read a sentence in words new to it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations

_WORD = re.compile(r"[a-z0-9]+(?:[-'][a-z0-9]+)*")
_LEAST_STEM = 3
_ANY = "*"
_NUMBER = "number"


class WordClasses:
    """Names the groups of the words of a text. ``lines`` are ``group word word ...``; a star stands for any ending."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._whole: dict[str, list[str]] = {}
        self._stems: dict[str, list[str]] = {}
        for line in lines:
            group, *words = line.split()
            for word in words:
                table = self._stems if word.endswith(_ANY) else self._whole
                table.setdefault(word.removesuffix(_ANY), []).append(group)
        self._known: dict[str, tuple[str, ...]] = {}

    def marks(self, text: str) -> list[str]:
        """The groups in the prepared text, and every two of them that stand in it together."""
        groups = sorted({group for word in _WORD.findall(text) for group in self._of(word)})
        return [*groups, *(f"{one}&{other}" for one, other in combinations(groups, 2))]

    def _of(self, word: str) -> tuple[str, ...]:
        if word not in self._known:
            stems = (word[:length] for length in range(_LEAST_STEM, len(word) + 1))
            found = {*self._whole.get(word, ()), *(g for stem in stems for g in self._stems.get(stem, ()))}
            if word.isdigit():
                found.add(_NUMBER)
            self._known[word] = tuple(sorted(found))
        return self._known[word]
