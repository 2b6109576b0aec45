"""Everything that others decided, loaded once: code tables, diagnosis codes, coverage policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from notecheck.policy import codes, coverage, coverage_load, crosswalk, icd10


@dataclass(frozen=True, slots=True)
class Book:
    """The tables under ``patterns/``, each answering for a day."""

    codes: codes.CodeTables
    icd10: icd10.Icd10Table
    crosswalk: crosswalk.Crosswalk
    coverage: coverage.Coverage


def load(own: Sequence[Path] = ()) -> Book:
    """Read every table; ``own`` are folders with a practice's own policies. Raises DataError when a file is broken."""
    return Book(codes.load(), icd10.load(), crosswalk.load(), coverage_load.load_with(tuple(own)))
