"""Linear models over weighted words and letter runs, put together again from stored arrays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from notecheck.annotate.artefacts import Artefact
from notecheck.annotate.word_classes import WordClasses

if TYPE_CHECKING:
    import numpy as np

WORD = r"[a-z0-9%+#]+"
_DIGITS = re.compile(r"\d+(?:\.\d+)?")


def prepared(text: str) -> str:
    """Small letters, every number as one sign: which number it is belongs to the patterns."""
    return _DIGITS.sub("0", text.lower().replace("\u2019", "'"))


def vectorizers(
    words: Sequence[str] | None = None,
    runs: Sequence[str] | None = None,
    *,
    most_words: int | None = None,
    most_runs: int | None = None,
) -> tuple[Any, Any]:
    """The two vectorizers: with their stored vocabulary, or empty for training with at most so many entries."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    common: dict[str, Any] = {"preprocessor": prepared, "sublinear_tf": True, "lowercase": False}
    by_word = TfidfVectorizer(
        analyzer="word", token_pattern=WORD, ngram_range=(1, 2), min_df=1 if words else 2,
        max_features=most_words, vocabulary=words, **common,
    )  # fmt: skip
    by_run = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 4), min_df=1 if runs else 3,
        max_features=most_runs, vocabulary=runs, **common,
    )  # fmt: skip
    return by_word, by_run


@dataclass(frozen=True, slots=True)
class Marked:
    """The analyzer over groups of words."""

    classes: WordClasses

    def __call__(self, text: str) -> list[str]:
        return self.classes.marks(prepared(text))


def mark_vectorizer(classes: Sequence[str], marks: Sequence[str] | None = None) -> Any:
    """The vectorizer over groups of words; ``classes`` as for WordClasses."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    return TfidfVectorizer(
        analyzer=Marked(WordClasses(classes)), sublinear_tf=True, lowercase=False,
        min_df=1 if marks else 3, vocabulary=marks,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Weighed:
    """A word or run of a text and what it adds to the decision for one class."""

    word: str
    weight: float


class TextModel:
    """One linear decision for each class, with its calibration to a likelihood and its threshold."""

    def __init__(self, stored: Artefact) -> None:
        import numpy as np

        self.classes = tuple(stored.lines("classes"))
        self._words, self._runs = stored.lines("words"), stored.lines("runs")
        self._by_word, self._by_run = vectorizers(self._words, self._runs)
        self._by_word.idf_ = stored.arrays["word_idf"].astype(np.float64)
        self._by_run.idf_ = stored.arrays["run_idf"].astype(np.float64)
        self._by_mark = None
        if "marks" in stored.values:
            self._by_mark = mark_vectorizer(stored.lines("groups"), stored.lines("marks"))
            self._by_mark.idf_ = stored.arrays["mark_idf"].astype(np.float64)
        self._weights = stored.arrays["weights"].astype(np.float32)
        self._bias = stored.arrays["bias"].astype(np.float32)
        self._slope = stored.arrays["slope"].astype(np.float32)
        self._shift = stored.arrays["shift"].astype(np.float32)
        self.extra = {key: stored.arrays[key] for key in ("no_sign",) if key in stored.arrays}
        self.thresholds = dict(zip(self.classes, stored.arrays["thresholds"].tolist(), strict=True))

    def features(self, texts: Sequence[str]) -> Any:
        """Sparse rows: words first, then letter runs, then groups of words where the model has them."""
        from scipy.sparse import hstack

        used = [one for one in (self._by_word, self._by_run, self._by_mark) if one is not None]
        return hstack([one.transform(texts) for one in used], format="csr")

    def likelihoods(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        """A row for each text, a column for each class, from 0 to 1."""
        import numpy as np

        if not texts:
            return np.zeros((0, len(self.classes)), dtype=np.float32)
        return np.asarray(1.0 / (1.0 + np.exp(-(self._slope * self.decisions(texts) + self._shift))))

    def decisions(self, texts: Sequence[str]) -> np.ndarray[Any, Any]:
        """The linear decisions before calibration; above 0 speaks for the class."""
        import numpy as np

        return np.asarray(self.features(texts) @ self._weights.T + self._bias)

    def words_for(self, text: str, label: str, most: int = 5) -> tuple[Weighed, ...]:
        """The words of ``text`` that weigh most for a class, heaviest first."""
        import numpy as np

        row = self._by_word.transform([text])
        weights = self._weights[self.classes.index(label), : len(self._words)]
        gained = np.asarray(row.multiply(weights).todense()).ravel()
        best = np.argsort(-gained, kind="stable")[:most]
        return tuple(Weighed(self._words[i], float(gained[i])) for i in best if gained[i] > 0)
