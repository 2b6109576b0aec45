"""Trains the second opinion on procedure families: whole notes, one decision for each family."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from notecheck.annotate.second_look import NOTHING
from notecheck.training.corpus import FILE, NOTES
from notecheck.training.linear import Fitted, Setting, fit

BANK = ("a", "b")
"""Banks of short procedure notes that are trained on; ``c`` is held."""

_FEWEST = 12
_SUREST = 0.95
_DONE = 0.1
"""Where the note seems more likely than this to tell of no procedure, no family is named."""

_NO_SIGN = 0.004


@dataclass(frozen=True, slots=True)
class Told:
    """One note: its families by annotation, and those that the patterns name; None where they were not run."""

    name: str
    text: str
    families: frozenset[str]
    read: frozenset[str] | None = None


def corpus(tests: Path) -> list[Told]:
    """The stored notes, put together from their sentences, and the training banks."""
    sentences: dict[str, list[str]] = {}
    for line in gzip.decompress((tests / "models" / FILE).read_bytes()).decode().splitlines():
        name, _, _, text = line.split("\t")
        sentences.setdefault(name, []).append(text)
    out = []
    for line in gzip.decompress((tests / "models" / NOTES).read_bytes()).decode().splitlines():
        name, gold, read = line.split("\t")
        text = "\n".join(sentences.get(name, []))
        out.append(Told(name, text, frozenset(gold.split()), frozenset(read.split())))
    return [*out, *(one for letter in BANK for one in bank(tests, letter))]


def bank(tests: Path, letter: str) -> list[Told]:
    """One bank of short notes, as ``tests/banked_procedures.py`` describes it."""
    out = []
    text = (tests / "procedure_bank" / f"{letter}.txt").read_text(encoding="utf-8")
    for block in ("\n" + text).split("\n### ")[1:]:
        head, *lines = block.splitlines()
        wanted = [line[2:].split()[0] for line in lines if line.startswith("= ") and line != "= none"]
        body = "\n".join(line for line in lines if not line.startswith("= "))
        out.append(Told(head.split()[0], body, frozenset(wanted)))
    return out


def train(notes: Sequence[Told], setting: Setting) -> tuple[Fitted, tuple[str, ...]]:
    """The fitted model with the likelihoods above and below which it speaks, and the families it knows."""
    count = Counter(family for one in notes for family in one.families)
    classes = tuple(sorted(family for family, told in count.items() if told >= _FEWEST and family != "other"))
    classes = (*classes, NOTHING)
    labels = told(notes, classes)
    known = np.ones_like(labels)
    fitted = fit([one.text for one in notes], labels, known, [one.name for one in notes], classes, setting)
    surest, least = _limits(notes, fitted.likelihoods, labels, classes)
    fitted.content["thresholds"] = surest
    fitted.content["no_sign"] = least
    return fitted, classes


def told(notes: Sequence[Told], classes: Sequence[str]) -> np.ndarray[Any, Any]:
    """A row for each note: which of the classes it has; NOTHING where it has no procedure."""
    return np.array([[name in (one.families or {NOTHING}) for name in classes] for one in notes])


def _limits(
    notes: Sequence[Told], likelihoods: np.ndarray[Any, Any], labels: np.ndarray[Any, Any], classes: Sequence[str]
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """For each family the likelihood above which no training note was wrong, and below which none had it.

    For NOTHING the likelihood above which no family is named at all.
    """
    surest, least = [], []
    done = likelihoods[:, list(classes).index(NOTHING)] < _DONE
    for column, family in enumerate(classes):
        if family == NOTHING:
            surest.append(_DONE)
            least.append(0.0)
            continue
        wanted = labels[:, column]
        unnamed = np.array([one.read is not None and family not in one.read for one in notes]) & ~wanted & done
        highest = float(likelihoods[unnamed, column].max()) if unnamed.any() else 0.0
        surest.append(max(_SUREST, min(0.999, highest + 0.05)))
        least.append(min(_NO_SIGN, float(likelihoods[wanted, column].min()) * 0.5))
    return np.array(surest, dtype=np.float32), np.array(least, dtype=np.float32)
