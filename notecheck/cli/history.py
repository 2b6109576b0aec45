"""The option ``--history``: earlier procedures go to the claim, earlier notes are read as notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from notecheck.policy import book as policy_book
from notecheck.read.history import read_history
from notecheck.records import Claim, Note, PriorProcedure


def with_history(claim: Claim | None, files: Sequence[Path]) -> tuple[Claim | None, list[Note]]:
    """The claim with the earlier procedures of all files that hold such, and the other files as earlier notes.

    Raises InputError for a file that cannot be read or understood.
    """
    found: list[PriorProcedure] = []
    notes: list[Note] = []
    for file in files:
        read = read_history(file, policy_book.load())
        if isinstance(read, Note):
            notes.append(read)
        else:
            found += read
    if found:
        claim = claim or Claim()
        claim = replace(claim, history=tuple(dict.fromkeys((*claim.history, *found))))
    return claim, notes
