"""A checker that remembers what the last few documents say, in memory only: while codes are typed the note stays."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from notecheck.engine import Checker
from notecheck.records import Facts, Note

MOST_DOCUMENTS = 24
MOST_CHARACTERS = 1_000_000


class Remembering(Checker):
    """A Checker whose ``extract`` answers at once for a document that it has just read."""

    def __init__(self, policy: Sequence[Path] = (), payers: Sequence[Path] = (), *, models: bool = True) -> None:
        super().__init__(policy, payers, models=models)
        self._known: OrderedDict[str, Facts] = OrderedDict()

    def extract(self, text: str | Note) -> Facts:
        """What one note documents; see :meth:`Checker.extract`. Nothing but the name depends on the note's name."""
        note = text if isinstance(text, Note) else Note(text)
        words = note.text
        found = self._known.pop(words, None)
        found = super().extract(note) if found is None else replace(found, note_id=note.note_id)
        self._known[words] = found
        while len(self._known) > MOST_DOCUMENTS or self._characters() > MOST_CHARACTERS:
            self._known.popitem(last=False)
        return found

    def _characters(self) -> int:
        return sum(map(len, self._known))
