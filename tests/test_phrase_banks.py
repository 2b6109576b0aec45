"""Banks of invented snippets, written before the patterns were read: ``tests/banks/KIND_N.yaml``.

``known.yaml`` lists the snippets that are still read wrong. The list only shrinks: a snippet that is not on it must be
right, and one that has become right must leave it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import pytest

import notecheck
from notecheck.annotate.pipeline import Annotator
from notecheck.datafile import read_yaml
from notecheck.facts import care, duration, exam, function, imaging, pain
from notecheck.records import Annotated, Note

BANKS = Path(__file__).parent / "banks"


@functools.cache
def annotator() -> Annotator:
    return Annotator()


@functools.cache
def checker() -> notecheck.Checker:
    return notecheck.load()


def in_care(doc: Annotated) -> set[str]:
    return {" ".join([c.modality, *([f"{c.weeks:g}"] if c.weeks else []), c.outcome]) for c in care.find(doc)[0]}


def in_exam(doc: Annotated) -> set[str]:
    return set(exam.find(doc)[0])


def in_imaging(doc: Annotated) -> set[str]:
    return {f"{s.modality} {s.region or '-'}" for s in imaging.find(doc)[0]}


def in_pain(doc: Annotated) -> set[str]:
    return {f"{s.score:g}/{s.max} {s.timing}" for s in pain.scores(doc)[0]}


def in_relief(doc: Annotated) -> set[str]:
    found = set()
    for item in pain.relief(doc)[0]:
        percent = "null" if item.percent is None else f"{item.percent:g}"
        found.add(f"{percent}{'' if item.days is None else f'/{item.days:g}'} {item.source}")
    return found


def in_duration(doc: Annotated) -> set[str]:
    weeks = duration.find(doc)[0]
    return set() if weeks is None else {f"{weeks:g}"}


def in_function(doc: Annotated) -> set[str]:
    scales = function.scales(doc)[0]
    limited = function.limitation(doc)[0] or bool(scales)
    return {"yes" if limited else "no"} | {s.scale if s.score is None else f"{s.scale} {s.score:g}" for s in scales}


def in_diagnoses(doc: Annotated) -> set[str]:
    return {d["icd10"] for d in checker().extract(doc.text).to_dict()["diagnoses"] if d["icd10"]}


READERS: dict[str, Callable[[Annotated], set[str]]] = {
    "care": in_care,
    "diagnoses": in_diagnoses,
    "duration": in_duration,
    "exam": in_exam,
    "function": in_function,
    "imaging": in_imaging,
    "pain": in_pain,
    "relief": in_relief,
}


def wrong(bank: str) -> set[str]:
    """The snippets of a bank whose facts are not exactly those expected."""
    read = READERS[bank.rpartition("_")[0]]
    found = set()
    for item in read_yaml(BANKS / f"{bank}.yaml"):
        for note, expected in item.items():
            want = {part.strip() for part in str(expected).replace(";", ",").split(",") if part.strip()}
            if read(annotator().annotate(Note(note))) != want:
                found.add(note)
    return found


@pytest.mark.parametrize("bank", sorted(p.stem for p in BANKS.glob("*_*.yaml")))
def test_bank(bank: str) -> None:
    known = set(read_yaml(BANKS / "known.yaml").get(bank) or ())
    missed = wrong(bank)
    assert not missed - known, "read wrong and not on the list of known misses"
    assert not known - missed, "read right: take it off the list of known misses"
