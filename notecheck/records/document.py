"""A note with where it came from and what its file says about it, and a document that could not be read."""

from __future__ import annotations

import bisect
from dataclasses import dataclass

from notecheck.records.text import Note


@dataclass(frozen=True, slots=True)
class Document:
    """One note of a file, of an archive, or of a row or message in one.

    ``source`` is the file as named by the user, ``member`` the place inside it (``batch.zip`` holds ``may/a.pdf``; a
    table ``row 12``; a message file ``message 3``), None for a file that is one note. ``day`` is the ISO date of
    service. Patient, provider, encounter, day, author and payer are as the file gives them, None where it does not.
    ``form`` names the file format, as in ``pdf``.
    """

    note: Note
    source: str
    member: str | None = None
    patient: str | None = None
    provider: str | None = None
    encounter: str | None = None
    day: str | None = None
    author: str | None = None
    payer: str | None = None
    form: str = "text"

    @property
    def page_starts(self) -> tuple[int, ...]:
        """The character at which each page starts; empty for a document without pages."""
        return self.note.page_starts

    @property
    def where(self) -> str:
        """Source and place inside it, as people write it."""
        return f"{self.source}, {self.member}" if self.member else self.source


@dataclass(frozen=True, slots=True)
class Refused:
    """A document that could not be read: ``code`` of the error, ``reason`` and ``next_step`` without note text."""

    source: str
    member: str | None
    code: str
    reason: str
    next_step: str

    @property
    def where(self) -> str:
        """Source and place inside it, as people write it."""
        return f"{self.source}, {self.member}" if self.member else self.source


def page_of(page_starts: tuple[int, ...], offset: int) -> int | None:
    """The page, from 1, on which the character at ``offset`` stands; None for a document without pages."""
    if not page_starts:
        return None
    return max(1, bisect.bisect_right(page_starts, offset))
