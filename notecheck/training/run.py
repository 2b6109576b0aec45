"""Trains every model from the data of the project and stores it with its card."""

from __future__ import annotations

from pathlib import Path

from notecheck.annotate import artefacts
from notecheck.annotate.icd_search import NAME as ICD
from notecheck.annotate.icd_search import IcdSearch
from notecheck.policy import crosswalk, icd10
from notecheck.training import data, icd, store
from notecheck.training.measure_icd import measure_icd


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


def split(content: dict[str, object]) -> tuple[dict[str, str], dict[str, object]]:
    """Texts and numbers apart from arrays, as a stored model has them."""
    values = {key: value for key, value in content.items() if isinstance(value, str | int | float)}
    return values, {key: value for key, value in content.items() if key not in values}


def train(tests: Path, folder: Path) -> list[Path]:
    """Every model, one after the other."""
    return [train_icd(tests, folder)]
