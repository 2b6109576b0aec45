"""Trains every model from the data of the project and stores it with its card."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from notecheck.annotate import artefacts
from notecheck.annotate.icd_search import NAME as ICD
from notecheck.annotate.icd_search import IcdSearch
from notecheck.annotate.second_look import EVIDENCE, FAMILIES
from notecheck.annotate.text_model import TextModel
from notecheck.annotate.topics import TOPICS
from notecheck.policy import crosswalk, icd10
from notecheck.training import corpus, data, evidence, families, icd, store
from notecheck.training.linear import Numbers, Setting
from notecheck.training.measure_icd import measure_icd
from notecheck.training.scores import Share

Say = Callable[[str], None]
"""Takes one line of progress."""


def evidence_setting(tests: Path) -> Setting:
    """Sizes of the evidence model, with the groups of words of the shipped data."""
    return Setting(words=9000, runs=14000, penalty=0.4, groups=corpus.groups(tests))


def families_setting(tests: Path) -> Setting:
    """Sizes of the families model, with the same groups."""
    return Setting(words=6000, runs=9000, penalty=0.4, groups=corpus.groups(tests))


def train_icd(tests: Path, folder: Path) -> Path:
    """The index of the ICD-10-CM search, measured on the held phrases."""
    table = icd10.load()
    walk = crosswalk.load(table)
    content = icd.index(table, data.known_phrases(tests), data.synonyms(tests))
    search = IcdSearch(table, walk, artefacts.Artefact(ICD, {}, *split(content)))
    scores = measure_icd(search, table, walk, data.held_diagnoses(tests))
    without = IcdSearch(table, walk, artefacts.Artefact(ICD, {}, *split({**content, "synonyms": ""})))
    bare = measure_icd(without, table, walk, data.held_diagnoses(tests))
    return store.write(
        ICD,
        content,
        {
            "purpose": "Ranked ICD-10-CM codes for a diagnosis in any words; a list to choose from, never a fact.",
            "data": {
                "code set": table.edition,
                "phrases": len(str(content["phrases"]).split("\n")),
                "synonyms": len(str(content["synonyms"]).split("\n")),
                "hash": data.hashed(data.icd_files(tests)),
            },
            "scores": {
                **{name: share.to_dict() for name, share in scores.items()},
                **{f"{name}, no synonyms": s.to_dict() for name, s in bare.items() if ", index," in name},
            },
            "limits": "English. Injuries by first encounter only, no external causes. The held phrases and the "
            "synonyms have one writer: the figures with synonyms are bright, those without stand beside them.",
        },
        folder,
    )


def split(content: Mapping[str, Any]) -> tuple[dict[str, str | int | float], dict[str, Any]]:
    """Texts and numbers apart from arrays, as a stored model has them."""
    values = {key: value for key, value in content.items() if isinstance(value, str | int | float)}
    return values, {key: value for key, value in content.items() if key not in values}


def train_evidence(tests: Path, folder: Path) -> Path:
    """The model of evidence sentences, with its cross-validation and its learning curve on the held statements."""
    rows = corpus.read(tests)
    treated = {one.name for one in families.corpus(tests) if one.families}
    setting = evidence_setting(tests)
    fitted, _ = evidence.train(rows, treated, setting)
    _, labels, known, _ = evidence.arrays(rows)
    return store.write(
        EVIDENCE,
        fitted.content,
        {
            "purpose": "Likely sentences for statements that no pattern found; shown to a person, never a fact.",
            "data": {
                "sentences": len(rows),
                "notes": len({one.note for one in rows}),
                "hash": data.hashed(_files(tests)),
            },
            "scores": {
                "cross-validation, by note": cross_validated(fitted.likelihoods, labels, known, TOPICS),
                "learning curve, held statements": learning_curve(tests, rows, setting),
            },
            "limits": "English, invented notes only. Thresholds are set on invented notes. See models/README.md.",
        },
        folder,
    )


def train_families(tests: Path, folder: Path) -> Path:
    """The second opinion on procedure families."""
    notes = families.corpus(tests)
    fitted, classes = families.train(notes, families_setting(tests))
    labels = families.told(notes, classes)
    return store.write(
        FAMILIES,
        fitted.content,
        {
            "purpose": "A second reader of procedure families; where it differs and is sure, an info (PRC010).",
            "data": {"notes": len(notes), "hash": data.hashed((tests / "models" / corpus.NOTES, *_files(tests)))},
            "scores": {
                "cross-validation, by note": cross_validated(
                    fitted.likelihoods, labels, np.ones_like(labels), classes, at=0.5
                )
            },
            "limits": "English, invented notes only; families with fewer than twelve notes have no opinion.",
        },
        folder,
    )


def cross_validated(
    likelihoods: Numbers, labels: Numbers, known: Numbers, classes: Sequence[str], at: float = 0.5
) -> dict[str, object]:
    """Precision and recall of out-of-fold answers at one likelihood, with intervals, by class and for all together."""
    out: dict[str, object] = {}
    said = (likelihoods >= at) & known
    for column, name in enumerate(classes):
        out[name] = _pair(said[:, column], labels[:, column] & known[:, column])
    out["all"] = _pair(said.ravel(), (labels & known).ravel())
    return out


def _pair(said: Numbers, true: Numbers) -> dict[str, object]:
    both = int((said & true).sum())
    return {"precision": Share(both, int(said.sum())).to_dict(), "recall": Share(both, int(true.sum())).to_dict()}


def learning_curve(tests: Path, rows: Sequence[corpus.Labelled], setting: Setting) -> dict[str, object]:
    """Share of the held statements found at one likelihood, by the share of the notes trained on."""
    held = corpus.written(tests, "unusual-held.txt")
    names = sorted({one.note for one in rows}, key=_mixed)
    out: dict[str, object] = {}
    for part in (0.25, 0.5):
        kept = set(names[: int(len(names) * part)])
        content = evidence.fitted_once([one for one in rows if one.note in kept], setting)
        out[f"{part:.0%} of notes"] = _found_at(content, held)
    out["100% of notes"] = _found_at(evidence.fitted_once(rows, setting), held)
    return out


def _found_at(content: dict[str, object], held: Sequence[corpus.Labelled]) -> dict[str, object]:
    model = TextModel(artefacts.Artefact(EVIDENCE, {}, *split(content)))
    decisions = model.decisions([one.text for one in held])
    pairs = [(row, column) for row, one in enumerate(held) for column, t in enumerate(TOPICS) if t in one.topics]
    return Share(sum(decisions[row, column] > 0 for row, column in pairs), len(pairs)).to_dict()


def _mixed(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


def _files(tests: Path) -> tuple[Path, ...]:
    names = (corpus.FILE, *corpus.WRITTEN, corpus.SNIPPETS, corpus.GROUPS)
    return tuple(tests / "models" / name for name in names)


def _silent(_: str) -> None:
    return None


def train(tests: Path, folder: Path, say: Say = _silent) -> list[Path]:
    """Every model, one after the other; ``say`` is told what is done and how long it took."""
    paths = []
    for name, make in ((ICD, train_icd), (EVIDENCE, train_evidence), (FAMILIES, train_families)):
        say(f"{name}: training and measuring ...")
        begin = time.monotonic()
        path = make(tests, folder)
        say(f"{name}: {path.stat().st_size / 1024:.0f} kB in {time.monotonic() - begin:.0f} s")
        paths.append(path)
    return paths
