"""Makes some columns of the shipped models anew and compares: are they what the shipped data give?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from notecheck.annotate import artefacts
from notecheck.annotate.icd_search import NAME as ICD
from notecheck.annotate.second_look import EVIDENCE, FAMILIES, NOTHING
from notecheck.annotate.topics import TOPICS
from notecheck.policy import icd10
from notecheck.training import corpus, data, evidence, families, icd
from notecheck.training.linear import Setting, final
from notecheck.training.run import evidence_setting, families_setting, split

TOPICS_AGAIN = ("consent", "images")
FAMILIES_AGAIN = ("chemodenervation", "scs-trial", NOTHING)
_VOCABULARY = ("words", "runs", "groups", "marks")
_NEAR = 0.02
"""Weights are stored in half precision; libraries of other builds may differ by the last digit of that."""


def differences(tests: Path, folder: Path | None = None) -> list[str]:
    """What differs between the stored models and a small training: empty where nothing does. Takes seconds."""
    return [*_icd(tests, folder), *_evidence(tests, folder), *_families(tests, folder)]


def _icd(tests: Path, folder: Path | None) -> list[str]:
    stored = artefacts.read(ICD, folder)
    values, arrays = split(icd.index(icd10.load(), data.known_phrases(tests), data.synonyms(tests)))
    wrong = [f"{ICD}: {key}" for key, value in values.items() if stored.values.get(key) != value]
    return wrong + [f"{ICD}: {key}" for key, array in arrays.items() if not np.array_equal(stored.arrays[key], array)]


def _evidence(tests: Path, folder: Path | None) -> list[str]:
    texts, labels, known, notes = evidence.arrays(corpus.read(tests))
    columns = [TOPICS.index(topic) for topic in TOPICS_AGAIN]
    return _compared(
        EVIDENCE, folder, texts, labels[:, columns], known[:, columns], TOPICS_AGAIN, evidence_setting(tests),
        evidence.emphasis(notes),
    )  # fmt: skip


def _families(tests: Path, folder: Path | None) -> list[str]:
    notes = families.corpus(tests)
    labels = families.told(notes, FAMILIES_AGAIN)
    texts = [one.text for one in notes]
    known, even = np.ones_like(labels), np.ones(len(notes))
    return _compared(FAMILIES, folder, texts, labels, known, FAMILIES_AGAIN, families_setting(tests), even)


def _compared(
    name: str,
    folder: Path | None,
    texts: Sequence[str],
    labels: np.ndarray[Any, Any],
    known: np.ndarray[Any, Any],
    classes: Sequence[str],
    setting: Setting,
    emphasis: np.ndarray[Any, Any],
) -> list[str]:
    stored = artefacts.read(name, folder)
    again = final(texts, labels, known, classes, setting, emphasis)
    wrong = [f"{name}: {key}" for key in _VOCABULARY if again.get(key) != stored.values.get(key)]
    if wrong:
        return wrong
    rows = [stored.lines("classes").index(one) for one in classes]
    kept = stored.arrays["weights"][rows].astype(np.float32)
    if not np.allclose(kept, again["weights"].astype(np.float32), atol=_NEAR):
        wrong.append(f"{name}: weights")
    if not np.allclose(stored.arrays["bias"][rows], again["bias"], atol=_NEAR):
        wrong.append(f"{name}: bias")
    return wrong
