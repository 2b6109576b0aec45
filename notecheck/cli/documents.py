"""The documents named on the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from notecheck.cli import failure
from notecheck.read.notes import read_note
from notecheck.records import Note


def read_documents(names: Sequence[str]) -> list[Note]:
    """Every named document, ``-`` for piped text. Raises InputError NC-I41 (two times ``-``) or NC-I01 to NC-I09."""
    if list(names).count("-") > 1:
        raise failure.twice_from_stdin()
    return [read_note(name, sys.stdin.buffer if name == "-" else None) for name in names]
