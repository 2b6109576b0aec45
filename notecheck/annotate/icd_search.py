"""Ranked ICD-10-CM codes for a diagnosis in any words: shared words of titles and known phrases, weighted by rarity.

Codes whose titles differ in side and region only form one family; a phrase finds the family, then side and region pick
the code. A list for a person to choose from: nothing here becomes a fact.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from notecheck.annotate import artefacts
from notecheck.policy.crosswalk import Crosswalk, plain
from notecheck.policy.icd10 import Icd10Table, dotted

if TYPE_CHECKING:
    import numpy as np

NAME = "icd"
MOST = 5
SIDES = ("left", "right", "bilateral")
REGION_WORDS = {
    "1": ("occipito-atlanto-axial",), "2": ("cervical",), "3": ("cervicothoracic",), "4": ("thoracic",),
    "5": ("thoracolumbar",), "6": ("lumbar",), "7": ("lumbosacral",), "8": ("sacral", "sacrococcygeal"),
}  # fmt: skip
"""Region digits of the spine codes and the words of their titles."""
_DIGIT_OF = {"cervical": "2", "thoracic": "4", "lumbar": "6", "sacral": "8"}
_NOISE = frozenset(
    {"of", "the", "and", "in", "to", "a", "an", "on", "at", "by", "with", "from", "for", "or", "due", "as", "is"}
)
_VAGUE = frozenset(
    {
        *("unspecified", "other", "specified", "nos", "site", "initial", "encounter", "region", "elsewhere"),
        *("classified", "not"),
    }
)
_PLACES = frozenset(word for words in REGION_WORDS.values() for one in words for word in one.split("-"))
_NEAR, _FAR = 0.55, 0.35
_PHRASE = 0.9


@dataclass(frozen=True, slots=True)
class Hit:
    """One code: ``score`` from 0 to 1, ``why`` says which title or phrase came near (``rules`` for the crosswalk)."""

    icd10: str
    title: str
    score: float
    why: str

    def to_dict(self) -> dict[str, object]:
        return {"icd10": self.icd10, "title": self.title, "score": round(self.score, 3), "why": self.why}


def stemmed(word: str) -> str:
    """One form for singular and plural, American and British spelling."""
    word = word.replace("ae", "e").replace("oe", "e").replace("isation", "ization").replace("disk", "disc")
    if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "is", "us")):
        return word[:-1]
    return word


def words_of(text: str) -> list[str]:
    """The telling words of a title or phrase, in order, each once; side words left out."""
    found = (stemmed(word) for word in plain(text.lower().replace("-", " ").replace("'s", "")).split())
    return [w for w in dict.fromkeys(found) if w not in _NOISE and w not in SIDES and len(w) > 1]


def family_of(code: str, title: str) -> str:
    """Codes with the same answer differ in side and region only: category and title without those words."""
    bare = [w for w in words_of(title) if w not in _PLACES and w not in _VAGUE]
    return f"{code[:3]} {' '.join(bare)}"


class IcdSearch:
    """The index of one release of the code set. Reading it is the expensive call."""

    def __init__(self, table: Icd10Table, walk: Crosswalk, stored: artefacts.Artefact | None = None) -> None:
        import numpy as np

        stored = stored or artefacts.read(NAME)
        if stored.values["edition"] != table.edition:
            raise artefacts.other_version(NAME, f"the code set '{stored.values['edition']}'", f"'{table.edition}'")
        self._table, self._walk = table, walk
        self._words = stored.lines("words")
        self._number = {word: place for place, word in enumerate(self._words)}
        self._starts = np.concatenate(([0], np.cumsum(stored.arrays["sizes"].astype(np.int64))))
        self._posts = stored.arrays["posts"]
        self._idf = stored.arrays["idf"].astype(np.float32)
        self._length = stored.arrays["length"].astype(np.float32)
        self._codes = stored.lines("codes")
        self._families = stored.arrays["families"]
        self._titles = len(self._codes)
        self._phrases = stored.lines("phrases")
        self._phrase_family = stored.arrays["phrase_family"]
        self._synonyms = [(one.split("\t")[0].split(), one.split("\t")[1].split()) for one in stored.lines("synonyms")]

    def search(
        self, phrase: str, *, region: str | None = None, side: str | None = None, most: int = MOST, rules: bool = True
    ) -> tuple[Hit, ...]:
        """At most ``most`` codes, best first. ``region`` and ``side`` fill what the phrase does not say.

        With ``rules`` the answer of the crosswalk, where it has one, stands first.
        """
        first: list[Hit] = []
        if rules:
            for code in self._walk.codes_for(phrase, region=region, side=side):
                first.append(Hit(code, self._table.title(code), 1.0, "rules"))
        ranked = self._ranked(phrase, region, side, most + len(first))
        given = {hit.icd10 for hit in first}
        return (*first, *(hit for hit in ranked if hit.icd10 not in given))[:most]

    def _ranked(self, phrase: str, region: str | None, side: str | None, most: int) -> list[Hit]:
        import numpy as np

        spelled = self._walk.spelled(phrase)
        asked = self._asked(spelled)
        if not asked:
            return []
        digit = self._walk.digit_of(phrase) or _DIGIT_OF.get(region or "")
        wanted_side = self._side(spelled) or (side if side in SIDES else None)
        whole = math.sqrt(sum(weight * weight for _, weight in asked.values()))
        scores = np.zeros(self._titles + len(self._phrases), dtype=np.float32)
        for near, weight in asked.values():
            gained = np.zeros_like(scores)
            for word, share in near:
                posts = self._posts[self._starts[word] : self._starts[word + 1]]
                gained[posts] = np.maximum(gained[posts], share * weight * self._idf[word])
            scores += gained
        scores /= np.maximum(self._length, 1e-6) * max(whole, 1e-6)
        return self._picked(scores, digit, wanted_side, set(words_of(spelled)), most)

    def _picked(
        self, scores: np.ndarray[Any, Any], digit: str | None, side: str | None, said: set[str], most: int
    ) -> list[Hit]:
        import numpy as np

        titles = scores[: self._titles].copy()
        told: dict[int, tuple[float, int]] = {}
        near = scores[self._titles :]
        for place in np.argsort(-near, kind="stable")[:25]:
            if near[place] < _FAR:
                break
            family = int(self._phrase_family[place])
            if family not in told or told[family][0] < near[place]:
                told[family] = (float(near[place]), int(place))
        boost = np.zeros(self._titles, dtype=np.float32)
        for family, (score, _) in told.items():
            boost[self._families == family] = score * _PHRASE
        base = np.maximum(titles, boost + 0.1 * titles)
        found = []
        for place in np.argsort(-base, kind="stable")[: 60 + 40 * len(told)]:
            if base[place] <= 0:
                break
            code = dotted(self._codes[place])
            title = self._table.title(code)
            fit = self._fit(code, title.lower(), digit, side, said)
            if fit is None:
                continue
            family = int(self._families[place])
            by_phrase = boost[place] > titles[place]
            why = f"phrase: {self._phrases[told[family][1]]}" if by_phrase and family in told else "title"
            found.append((min(1.0, max(0.0, float(base[place]) + fit)), code, title, why))
        found.sort(key=_order)
        return [Hit(code, title, score, why) for score, code, title, why in found[:most]]

    def _fit(self, code: str, title: str, digit: str | None, side: str | None, said: set[str]) -> float | None:
        """What side, region and vagueness add to a score; None where they exclude the code."""
        plain_title = set(re.findall(r"[a-z]+", title))
        told = plain_title & set(SIDES)
        fit = 0.0
        if side and told:
            if side not in told:
                return None
            fit += 0.08
        elif told:
            fit -= 0.05
        elif side and "unspecified" in plain_title:
            fit -= 0.03
        fit += self._region_fit(code, title, digit)
        vague = plain_title & {"unspecified", "other"}
        if "other" in vague and "other" not in said:
            fit -= 0.02
        if "sequela" in plain_title or "subsequent" in plain_title:
            fit -= 0.1
        return fit

    def _region_fit(self, code: str, title: str, digit: str | None) -> float:
        regions = self._walk.regions_of(code)
        if not regions:
            return -0.15 if digit and "site unspecified" in title else 0.0
        if digit is None:
            return 0.02 if "unspecified" in title else 0.0
        if any(re.search(rf"\b{word}\b", title) for word in REGION_WORDS[digit]):
            return 0.1
        wide = {"1": "cervical", "2": "cervical", "3": "cervical", "4": "thoracic", "5": "thoracic"}
        wanted = wide.get(digit, "lumbar" if digit in "67" else "sacral")
        return 0.0 if wanted in regions else -0.3

    def _asked(self, spelled: str) -> dict[str, tuple[list[tuple[int, float]], float]]:
        """Each telling word of the query: the words of the index it stands for with their shares, and its weight."""
        words = words_of(spelled)
        wanted: dict[str, float] = {word: 1.0 for word in words if word not in _VAGUE}
        have = set(words)
        for lay, official in self._synonyms:
            if have.issuperset(lay):
                for word in lay:
                    wanted[word] = min(wanted.get(word, 1.0), 0.35)
                for word in official:
                    wanted[word] = 1.0
        out: dict[str, tuple[list[tuple[int, float]], float]] = {}
        for word, share in wanted.items():
            near = self._near(word)
            if near:
                out[word] = (near, share * max(float(self._idf[place]) * part for place, part in near))
            elif not word.isdigit() and len(word) > 3:
                out[word] = ([], share * 4.0)
        return out

    def _near(self, word: str) -> list[tuple[int, float]]:
        """The word itself, and words of the index built from the same root."""
        own = self._number.get(word)
        near = [] if own is None else [(own, 1.0)]
        if len(word) < 5 or word.isdigit():
            return near
        found = []
        for other, likeness in self._alike(word):
            if other != own and likeness >= _NEAR:
                found.append((other, likeness * (0.6 if own is not None else 0.9)))
        found.sort(key=_by_share)
        return near + found[:4]

    def _alike(self, word: str) -> list[tuple[int, float]]:
        grams = trigrams(word)
        common: dict[int, int] = {}
        for gram in grams:
            for place in self._grams.get(gram, ()):
                common[place] = common.get(place, 0) + 1
        least = len(grams) * 0.4
        return [
            (place, 2 * count / (len(grams) + len(trigrams(self._words[place]))))
            for place, count in common.items()
            if count >= least
        ]

    def _side(self, spelled: str) -> str | None:
        said = set(plain(spelled).split())
        if "bilateral" in said or "both" in said or {"left", "right"} <= said:
            return "bilateral"
        return next((one for one in ("left", "right") if one in said), None)

    @cached_property
    def _grams(self) -> Mapping[str, Sequence[int]]:
        out: dict[str, list[int]] = {}
        for place, word in enumerate(self._words):
            if len(word) > 4:
                for gram in trigrams(word):
                    out.setdefault(gram, []).append(place)
        return out


def trigrams(word: str) -> frozenset[str]:
    """Runs of three letters, the beginning of the word marked (endings differ, beginnings carry the meaning)."""
    marked = f"^{word}"
    return frozenset(marked[i : i + 3] for i in range(len(marked) - 2))


def _order(found: tuple[float, str, str, str]) -> tuple[float, int, str]:
    return (-round(found[0], 4), len(found[1]), found[1])


def _by_share(found: tuple[int, float]) -> tuple[float, int]:
    return (-found[1], found[0])


@lru_cache(maxsize=1)
def load() -> IcdSearch:
    """The shipped index over the shipped code set, read once. Raises DataError as ``artefacts.read``."""
    from notecheck.policy import crosswalk, icd10

    table = icd10.load()
    return IcdSearch(table, crosswalk.load(table))
