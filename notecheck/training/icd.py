"""Builds the index of the ICD-10-CM search from the code set, the known phrases and the synonyms."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

from notecheck.annotate.icd_search import family_of, stemmed, words_of
from notecheck.policy.icd10 import Icd10Table, bare

_NOT_SEARCHED = "VWXY"
"""External causes: how an injury came about is no diagnosis."""
_LATER = re.compile(r"(?:subsequent encounter|sequela)")
_EXTRA = re.compile(r",? ?initial encounter(?: for (?:closed )?fracture)?")
_WEAK = frozenset({"unspecified", "other", "specified", "elsewhere", "classified", "not", "without", "site", "region"})
_LEAST = 1.0


def index(table: Icd10Table, phrases: Iterable[tuple[str, str]], synonyms: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The arrays of the index. ``phrases`` are spelled-out diagnosis phrases with their codes."""
    import numpy as np

    codes, titles = [], []
    for code, title in table.titles("".join(c for c in "ABCDEFGHIJKLMNOPQRSTUZ" if c not in _NOT_SEARCHED)):
        if code[0] in "ST" and _LATER.search(title):
            continue
        if code[0] in "ST" and len(bare(code)) == 7 and bare(code)[-1] not in "A":
            continue
        codes.append(bare(code))
        titles.append(_EXTRA.sub("", title))
    family_numbers: dict[str, int] = {}
    pairs = zip(codes, titles, strict=True)
    families = [family_numbers.setdefault(family_of(c, t), len(family_numbers)) for c, t in pairs]
    of_code = dict(zip(codes, families, strict=True))
    known = [(phrase, of_code[bare(code)]) for phrase, code in phrases if bare(code) in of_code]
    bags = [words_of(text) for text in (*titles, *(phrase for phrase, _ in known))]
    count = Counter(word for bag in bags[: len(titles)] for word in bag)
    for bag in bags[len(titles) :]:
        for word in bag:
            count.setdefault(word, 1)
    words = sorted(count)
    number = {word: place for place, word in enumerate(words)}
    idf = [_idf(word, count[word], len(titles)) for word in words]
    posts: list[list[int]] = [[] for _ in words]
    length = []
    for place, bag in enumerate(bags):
        length.append(math.sqrt(sum(_length_share(w) * idf[number[w]] ** 2 for w in bag)) or 1.0)
        for word in bag:
            posts[number[word]].append(place)
    return {
        "edition": table.edition,
        "words": "\n".join(words),
        "codes": "\n".join(codes),
        "phrases": "\n".join(phrase for phrase, _ in known),
        "synonyms": "\n".join(f"{_stems(lay)}\t{_stems(official)}" for lay, official in synonyms),
        "sizes": np.array([len(one) for one in posts], dtype=np.uint16),
        "posts": np.array([place for one in posts for place in one], dtype=np.uint16),
        "idf": np.array(idf, dtype=np.float16),
        "length": np.array(length, dtype=np.float16),
        "families": np.array(families, dtype=np.uint16),
        "phrase_family": np.array([family for _, family in known], dtype=np.int32),
    }


def _idf(word: str, count: int, total: int) -> float:
    if word in _WEAK:
        return 0.6
    if word.isdigit():
        return 2.0
    return max(_LEAST, math.log(total / (1 + count)))


def _length_share(word: str) -> float:
    return 0.5 if word in _WEAK else 1.0


def _stems(text: str) -> str:
    return " ".join(stemmed(word) for word in text.split())
