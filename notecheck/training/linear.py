"""Fits one-vs-rest linear models with calibration; every score comes from notes that the model has not seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from notecheck.annotate.text_model import mark_vectorizer, vectorizers

Numbers = np.ndarray[Any, Any]
FOLDS = 4
_SEED = 20261122


@dataclass(frozen=True)
class Setting:
    """Sizes of the vocabulary, the C of the linear model (smaller keeps weights smaller), groups of words or none."""

    words: int = 9000
    runs: int = 14000
    penalty: float = 0.4
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """What a fit gives: the arrays to store, and the out-of-fold likelihoods, a column for each class."""

    content: dict[str, Any]
    likelihoods: Numbers


def fit(
    texts: Sequence[str],
    labels: Numbers,
    known: Numbers,
    groups: Sequence[str],
    classes: Sequence[str],
    setting: Setting,
    emphasis: Numbers | None = None,
) -> Fitted:
    """``labels`` and ``known`` have a row for each text and a column for each class; ``emphasis`` weighs the texts.

    A text teaches a class only where it is known. Folds keep all texts of one group on one side. Sigmoid calibration
    is fitted on the out-of-fold decisions, the weights on everything.
    """
    emphasis = np.ones(len(texts)) if emphasis is None else emphasis
    decisions = out_of_fold(texts, labels, known, groups, setting, emphasis)
    slope, shift = _calibrated(decisions, labels, known)
    content = final(texts, labels, known, classes, setting, emphasis)
    content |= {"slope": slope.astype(np.float32), "shift": shift.astype(np.float32)}
    return Fitted(content, _likely(decisions, slope, shift))


def final(
    texts: Sequence[str],
    labels: Numbers,
    known: Numbers,
    classes: Sequence[str],
    setting: Setting,
    emphasis: Numbers,
) -> dict[str, Any]:
    """Vocabulary and weights from all texts."""
    by_word, by_run, *by_mark = used = _vectorizers(setting)
    rows = _rows(used, texts, fit_too=True)
    weights, bias = _weights(rows, labels, known, setting, emphasis)
    content = {
        "classes": "\n".join(classes),
        "words": "\n".join(by_word.get_feature_names_out()),
        "runs": "\n".join(by_run.get_feature_names_out()),
        "word_idf": by_word.idf_.astype(np.float16),
        "run_idf": by_run.idf_.astype(np.float16),
        "weights": weights.astype(np.float16),
        "bias": bias.astype(np.float32),
    }
    for one in by_mark:
        content["groups"] = "\n".join(setting.groups)
        content["marks"] = "\n".join(one.get_feature_names_out())
        content["mark_idf"] = one.idf_.astype(np.float16)
    return content


def out_of_fold(
    texts: Sequence[str],
    labels: Numbers,
    known: Numbers,
    groups: Sequence[str],
    setting: Setting,
    emphasis: Numbers,
) -> Numbers:
    """Decisions for each text by a model that saw no text of its group."""
    from sklearn.model_selection import GroupKFold

    decisions = np.zeros(labels.shape, dtype=np.float64)
    for train, test in GroupKFold(n_splits=FOLDS).split(list(texts), groups=list(groups)):
        used = _vectorizers(setting)
        rows = _rows(used, [texts[i] for i in train], fit_too=True)
        weights, bias = _weights(rows, labels[train], known[train], setting, emphasis[train])
        decisions[test] = _rows(used, [texts[i] for i in test]) @ weights.T + bias
    return decisions


def _vectorizers(setting: Setting) -> tuple[Any, ...]:
    pair = vectorizers(most_words=setting.words, most_runs=setting.runs)
    return (*pair, mark_vectorizer(setting.groups)) if setting.groups else pair


def _rows(used: Sequence[Any], texts: Sequence[str], *, fit_too: bool = False) -> Any:
    from scipy.sparse import hstack

    parts = [one.fit_transform(texts) if fit_too else one.transform(texts) for one in used]
    return hstack(parts, format="csr")


def _weights(
    rows: Any, labels: Numbers, known: Numbers, setting: Setting, emphasis: Numbers
) -> tuple[Numbers, Numbers]:
    from sklearn.svm import LinearSVC

    weights = np.zeros((labels.shape[1], rows.shape[1]))
    bias = np.zeros(labels.shape[1])
    for column in range(labels.shape[1]):
        use = known[:, column]
        wanted = labels[use, column]
        if wanted.all() or not wanted.any():
            bias[column] = -10.0
            continue
        model = LinearSVC(C=setting.penalty, class_weight="balanced", random_state=_SEED, dual=True, tol=1e-3)
        model.fit(rows[use], wanted, sample_weight=emphasis[use])
        weights[column], bias[column] = model.coef_[0], model.intercept_[0]
    return weights, bias


def _calibrated(decisions: Numbers, labels: Numbers, known: Numbers) -> tuple[Numbers, Numbers]:
    from sklearn.linear_model import LogisticRegression

    slope, shift = np.ones(labels.shape[1]), np.zeros(labels.shape[1])
    for column in range(labels.shape[1]):
        use = known[:, column]
        wanted = labels[use, column]
        if wanted.all() or not wanted.any():
            continue
        sigmoid = LogisticRegression(C=1e6, max_iter=1000).fit(decisions[use, column].reshape(-1, 1), wanted)
        slope[column], shift[column] = sigmoid.coef_[0, 0], sigmoid.intercept_[0]
    return slope, shift


def _likely(decisions: Numbers, slope: Numbers, shift: Numbers) -> Numbers:
    return np.asarray(1.0 / (1.0 + np.exp(-(slope * decisions + shift))))
