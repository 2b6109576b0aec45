"""Everything that others decided, loaded once: code tables, diagnosis codes, coverage policies."""

from __future__ import annotations

from dataclasses import dataclass

from notecheck.policy import codes, coverage, crosswalk, icd10


@dataclass(frozen=True, slots=True)
class Book:
    """The tables under ``patterns/``, each answering for a day."""

    codes: codes.CodeTables
    icd10: icd10.Icd10Table
    crosswalk: crosswalk.Crosswalk
    coverage: coverage.Coverage


def load() -> Book:
    """Read every table. Raises DataError when a file under ``patterns/`` is broken."""
    return Book(codes.load(), icd10.load(), crosswalk.load(), coverage.load())
