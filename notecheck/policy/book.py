"""Everything that others decided, loaded once: code tables, diagnosis codes, coverage policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from notecheck.policy import codes, coverage, coverage_load, crosswalk, icd10, payers


@dataclass(frozen=True, slots=True)
class Book:
    """The tables under ``patterns/``, each answering for a day, and the payers that the user added."""

    codes: codes.CodeTables
    icd10: icd10.Icd10Table
    crosswalk: crosswalk.Crosswalk
    coverage: coverage.Coverage
    own_payers: tuple[payers.OwnPayer, ...] = ()


def load(own: Sequence[Path] = (), own_payers: Sequence[Path] = ()) -> Book:
    """Read every table. Raises DataError when a file is broken.

    ``own`` are folders with a practice's own policies, ``own_payers`` files with payers of its own.
    """
    policies = coverage_load.load_with(tuple(own))
    added = payers.own_payers(policies, own_payers)
    return Book(codes.load(), icd10.load(), crosswalk.load(), payers.with_payers(policies, added), added)
