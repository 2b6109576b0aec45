"""The documents named on the command line."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from notecheck.cli import failure
from notecheck.errors import InputError
from notecheck.read.documents import documents, from_bytes
from notecheck.read.notes import LIMIT_BYTES, read_bytes
from notecheck.records import Note, Refused


def read_documents(names: Sequence[str], *, ocr: bool = False) -> list[Note]:
    """Every named document, ``-`` for piped text.

    Raises InputError NC-I41 (two times ``-``), NC-I18 (a file with several) or NC-I01 to NC-I17 (not to be read).
    """
    if list(names).count("-") > 1:
        raise failure.twice_from_stdin()
    return [_one(name, ocr) for name in names]


def _one(name: str, ocr: bool) -> Note:
    if name == "-":
        found = list(islice(from_bytes(name, sys.stdin.buffer.read(LIMIT_BYTES + 1), ocr=ocr), 2))
    else:
        if Path(name).is_dir():
            read_bytes(Path(name))
        found = list(islice(documents([name], ocr=ocr), 2))
    if len(found) != 1:
        raise InputError(
            "NC-I18",
            "the file holds several documents" if found else "the file holds no document",
            where=name,
            next_step="Give one note for each file; `notecheck scan` reads them all."
            if found
            else "Check that it was exported fully.",
        )
    if isinstance(found[0], Refused):
        refused = found[0]
        raise InputError(refused.code, refused.reason, where=refused.where, next_step=refused.next_step)
    return found[0].note
