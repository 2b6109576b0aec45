"""Trains the evidence model and picks its thresholds on the notes of training."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from typing import Any

import numpy as np

from notecheck.annotate.topics import OF_PROCEDURE, TOPICS
from notecheck.training.corpus import Labelled
from notecheck.training.linear import Fitted, Numbers, Setting, final, fit

WRONG_A_NOTE = 0.3
"""Most candidates that may be shown wrongly, on average, for one note."""

GENERATED, WRITTEN = "g2026", "unusual-"
"""How the names of generated notes and of hand-written single statements begin."""

_SHARE_FOR_TRAINING = 0.8
_GRID = tuple(round(0.98 - 0.02 * step, 2) for step in range(40))
"""Likelihoods that a threshold may have: below one in five nothing is shown, however few notes lack the topic."""

_STRANGE = 0.25
"""What a hand-written sentence of another topic costs, against a whole note."""
_WEIGHT = 4.0
_REASONS = ("rationale", "care", "function", "duration", "imaging", "relief")


def arrays(corpus: Sequence[Labelled]) -> tuple[list[str], Numbers, Numbers, list[str]]:
    """Texts, labels, what is known, and the note of each. A sentence that stands in a note twice is taken once."""
    seen: set[tuple[str, str]] = set()
    kept = []
    for one in corpus:
        if (one.note, one.text) not in seen:
            seen.add((one.note, one.text))
            kept.append(one)
    labels = np.array([[topic in one.topics for topic in TOPICS] for one in kept])
    known = np.array([[topic not in one.open for topic in TOPICS] for one in kept])
    return [one.text for one in kept], labels, known, [one.note for one in kept]


def train(corpus: Sequence[Labelled], treated: Set[str], setting: Setting) -> tuple[Fitted, dict[str, float]]:
    """The fitted model, thresholds stored in it, and the thresholds by topic; ``treated`` as for ``thresholds``."""
    texts, labels, known, notes = arrays(corpus)
    fitted = fit(texts, labels, known, notes, TOPICS, setting, emphasis(notes))
    chosen = thresholds(fitted.likelihoods, labels, known, notes, treated)
    fitted.content["thresholds"] = np.array([chosen[topic] for topic in TOPICS], dtype=np.float32)
    return fitted, chosen


def fitted_once(corpus: Sequence[Labelled], setting: Setting) -> dict[str, Any]:
    """The weights alone, without folds and so without calibration; thresholds are those of an even chance."""
    texts, labels, known, notes = arrays(corpus)
    content = final(texts, labels, known, TOPICS, setting, emphasis(notes))
    even = {"slope": np.ones(len(TOPICS)), "shift": np.zeros(len(TOPICS)), "thresholds": np.full(len(TOPICS), 0.5)}
    return {**content, **{key: array.astype(np.float32) for key, array in even.items()}}


def emphasis(notes: Sequence[str]) -> Numbers:
    """How much each sentence weighs: hand-written ones and snippets more, since they are few."""
    return np.array([_WEIGHT if note.startswith((WRITTEN, "snippet-")) else 1.0 for note in notes])


def thresholds(
    likelihoods: Numbers, labels: Numbers, known: Numbers, notes: Sequence[str], treated: Set[str]
) -> dict[str, float]:
    """Likelihoods from which a candidate is shown: as many hand-written statements as the allowance of wrong ones pays.

    A wrong candidate is counted on the invented notes that lack a topic by their annotation; hits on the hand-written
    statements. Every likelihood is out of fold. Step by step the topic is opened that gains most for what it costs.
    ``treated`` names the notes with a procedure: consent and the like are asked of those only.
    """
    rows: dict[str, list[int]] = defaultdict(list)
    for place, note in enumerate(notes):
        rows[note].append(place)
    whole = {note: p for note, p in rows.items() if len(p) > 1 and not note.startswith(GENERATED)}
    single = np.array([note.startswith(WRITTEN) for note in notes])
    steps = {}
    for column, topic in enumerate(TOPICS):
        others = [TOPICS.index(t) for t in (_REASONS if topic == "rationale" else (topic,))]
        lacking = [
            p
            for note, p in whole.items()
            if not labels[np.ix_(p, others)].any()
            and known[p, column].all()
            and (note in treated or topic not in OF_PROCEDURE)
        ]
        wrong = np.array([likelihoods[p, column].max() for p in lacking])
        right = likelihoods[single & labels[:, column], column]
        strange = likelihoods[single & ~labels[:, column], column]
        steps[topic] = [
            (limit, int((right >= limit).sum()), float((wrong >= limit).sum() + _STRANGE * (strange >= limit).sum()))
            for limit in _GRID
        ]
    at = dict.fromkeys(TOPICS, 0)
    allowed, spent = WRONG_A_NOTE * _SHARE_FOR_TRAINING * len(whole), 0.0
    while best := max(_offers(steps, at, allowed - spent), default=None):
        spent += best[3]
        at[best[1]] = best[2]
    return {topic: steps[topic][place][0] for topic, place in at.items()}


def _offers(
    steps: dict[str, list[tuple[float, int, float]]], at: dict[str, int], left: float
) -> Iterator[tuple[float, str, int, float]]:
    """Every affordable lowering of one threshold: gain for its cost, topic, place on the grid, cost."""
    for topic, grid in steps.items():
        for place in range(at[topic] + 1, len(grid)):
            gain = grid[place][1] - grid[at[topic]][1]
            cost = grid[place][2] - grid[at[topic]][2]
            if gain > 0 and cost <= left:
                yield gain / (cost + 0.2), topic, place, cost


def shown(likelihoods: Numbers, chosen: dict[str, float]) -> list[set[str]]:
    """The topics for which each text would be shown as a candidate."""
    return [{t for c, t in enumerate(TOPICS) if row[c] >= chosen[t]} for row in likelihoods]


def by_topic(answers: Sequence[tuple[frozenset[str], set[str]]]) -> dict[str, Any]:
    """Hits and counts of each topic over pairs of what a sentence says and what was shown."""
    return {
        topic: (sum(topic in said and topic in got for said, got in answers), sum(topic in said for said, _ in answers))
        for topic in TOPICS
    }
