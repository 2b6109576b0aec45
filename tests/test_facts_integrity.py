"""Consent, time-out, signature, dates, sedation, diagnoses, vials, codes, visits, statements and contradictions."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from notecheck.annotate.pipeline import Annotator
from notecheck.facts import (
    contradictions,
    diagnoses,
    integrity,
    procedures,
    sedation,
    statements,
    vials,
    visit,
    written_codes,
)
from notecheck.policy import crosswalk, icd10
from notecheck.records import Annotated, Note, Procedure

FOLDER = Path(__file__).parent / "facts"
ONE = (Procedure(family="joint-injection"),)


@lru_cache
def annotator() -> Annotator:
    return Annotator()


@lru_cache
def book() -> Any:
    return SimpleNamespace(icd10=icd10.load(), crosswalk=crosswalk.load())


def read(text: str) -> Annotated:
    return annotator().annotate(Note(text))


def cases(name: str) -> list[Any]:
    rows = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(row, id=f"{name}-{number}") for number, row in enumerate(rows, start=1)]


def treated(row: dict[str, Any], default: bool) -> tuple[Procedure, ...]:
    return ONE if row.get("procedure", default) else ()


@pytest.mark.parametrize("row", cases("integrity"))
def test_integrity(row: dict[str, Any]) -> None:
    doc = read(row["text"])
    flags = integrity.flags(doc, treated(row, True))
    for key in row.get("has", []):
        assert key in flags, f"{key} not seen"
        assert all(doc.text[e.start : e.end] == e.text for e in flags[key])
    for key in row.get("lacks", []):
        assert key not in flags, f"{key} seen in {[e.text for e in flags.get(key, ())]}"
    record = integrity.dates_and_signer(doc)
    if "count" in row:
        assert integrity.placeholders(doc)[0] == row["count"], record.placeholder_texts
    if "dates" in row:
        assert list(record.dates_of_service) == row["dates"]
    if "signer" in row:
        assert record.signer == row["signer"]
    if "signed" in row:
        assert record.signature_date == row["signed"]
    assert record.late_entry_marked == row.get("late", False)
    assert record.dictated_not_read == row.get("not_read", False)


@pytest.mark.parametrize("row", cases("sedation"))
def test_sedation(row: dict[str, Any]) -> None:
    depth, proof = sedation.find(read(row["text"]), treated(row, True))
    assert depth == row["want"], [e.text for e in proof]
    assert bool(proof) == (depth is not None)


@pytest.mark.parametrize("row", cases("diagnoses"))
def test_diagnoses(row: dict[str, Any]) -> None:
    found = diagnoses.find(read(row["text"]), book())
    assert sorted({d.icd10 for d in found if d.icd10}) == sorted(row["want"]), [(d.text, d.icd10) for d in found]
    if "texts" in row:
        assert [d.text for d in found] == row["texts"]


@pytest.mark.parametrize("row", cases("vials"))
def test_vials(row: dict[str, Any]) -> None:
    found = vials.find(read(row["text"]))
    assert len(found) == len(row["want"]), found
    for vial, want in zip(found, row["want"], strict=True):
        for key, value in want.items():
            assert getattr(vial, key) == value, (key, vial)


@pytest.mark.parametrize("row", cases("written_codes"))
def test_written_codes(row: dict[str, Any]) -> None:
    found = [[c.system, c.code, list(c.modifiers)] for c in written_codes.find(read(row["text"]))]
    assert found == row["want"]


@pytest.mark.parametrize("row", cases("statements"))
def test_statements(row: dict[str, Any]) -> None:
    slugs, proof = statements.find(read(row["text"]))
    for slug in row.get("has", []):
        assert slug in slugs, slugs
    for slug in row.get("lacks", []):
        assert slug not in slugs, [(e.value, e.text) for e in proof]


@pytest.mark.parametrize("row", cases("visit"))
def test_visit(row: dict[str, Any]) -> None:
    found = visit.find(read(row["text"]), treated(row, False))
    want = dict(row["want"])
    for slug in want.pop("care", []):
        assert slug in found.care_elements, found
    for slug in want.pop("care_lacks", []):
        assert slug not in found.care_elements, found
    for key, value in want.items():
        got = getattr(found, key)
        assert (list(got) if isinstance(value, list) else got) == value, (key, found)


@pytest.mark.parametrize("row", cases("contradictions"))
def test_contradictions(row: dict[str, Any]) -> None:
    doc = read(row["text"])
    slugs, proof = contradictions.find(doc, procedures.find(doc))
    assert list(slugs) == row["want"], [(e.value, e.text) for e in proof]
    assert all(doc.text[e.start : e.end] == e.text for e in proof)
