"""Is a document in English? Asked once, on reading, so that silence is never mistaken for a clean note."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache

from pydantic import BaseModel, ConfigDict

from notecheck import locate
from notecheck.datafile import read_model

_WORD = re.compile(r"[^\W\d_]+")


class _Languages(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str
    source: str
    last_checked: object
    minimum_words: int
    minimum_hits: int
    times_english: int
    english: tuple[str, ...]
    others: dict[str, tuple[str, ...]]


@cache
def _languages() -> _Languages:
    return read_model(locate.patterns() / "languages.yaml", _Languages)


def other_language(text: str) -> str | None:
    """The name of the language when it is plainly not English, else None. Short or mixed texts are not judged."""
    lists = _languages()
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < lists.minimum_words:
        return None
    letters = [c for c in text if c.isalpha()]
    if sum(1 for c in letters if not unicodedata.name(c, "").startswith("LATIN")) > len(letters) / 2:
        return "another script"
    seen = Counter(words)
    english = sum(seen[word] for word in lists.english)
    hits = {name: sum(seen[word] for word in small) for name, small in lists.others.items()}
    name = max(hits, key=lambda key: hits[key])
    if hits[name] >= lists.minimum_hits and hits[name] >= lists.times_english * max(english, 1):
        return name
    return None
