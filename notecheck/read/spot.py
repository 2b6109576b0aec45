"""Where a document is being read from, and the two things a reader can make of it: a Document or a Refused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePath

from notecheck.errors import InputError, NotecheckError
from notecheck.read.columns import About, Columns
from notecheck.read.limits import Limits
from notecheck.read.notes import sound
from notecheck.records import Document, Note, Refused

NOTHING = About()


@dataclass(frozen=True, slots=True)
class Spot:
    """A file, or a place inside one, with the options of the run.

    ``name`` is the file name that tells the format; ``depth`` counts the archives around it; ``ocr`` allows
    recognition of page pictures.
    """

    source: str
    member: str | None
    name: str
    limits: Limits
    columns: Columns
    depth: int = 0
    ocr: bool = False

    @property
    def where(self) -> str:
        """Source and place inside it, for errors."""
        return f"{self.source}, {self.member}" if self.member else self.source

    def inside(self, member: str, name: str | None = None) -> Spot:
        """A place inside this one, as ``row 12`` or a member of an archive."""
        return replace(
            self, member=f"{self.member}, {member}" if self.member else member, name=self.name if name is None else name
        )

    def named(self, name: str) -> Spot:
        """The same place under another file name."""
        return replace(self, name=name)

    def deeper(self) -> Spot:
        """The same place, one archive further in."""
        return replace(self, depth=self.depth + 1)

    def document(
        self,
        text: str,
        form: str,
        about: About = NOTHING,
        *,
        note_id: str | None = None,
        page_starts: tuple[int, ...] = (),
        line_starts: tuple[int, ...] = (),
    ) -> Document | Refused:
        """The document, or its refusal when the text is empty, no text, or not English."""
        try:
            sound(text, self.where)
        except InputError as error:
            return self.refused(error)
        if len(text) > self.limits.text_bytes:
            return self.refused(too_large(self.where, self.limits.text_bytes))
        file = PurePath(self.source).name
        shown = f"{file}, {self.member}" if self.member else file
        note = Note(text, shown, note_id or self._note_id(), page_starts, line_starts)
        return Document(
            note,
            self.source,
            self.member,
            about.patient,
            about.provider,
            about.encounter,
            about.day,
            about.author,
            about.payer,
            form,
        )

    def refused(self, error: NotecheckError) -> Refused:
        """The refusal that says what ``error`` says, without its place."""
        return Refused(self.source, self.member, error.code, error.what, error.next_step)

    def _note_id(self) -> str:
        if self.source == "-" and self.member is None:
            return "note"
        stem = PurePath(self.name).stem or self.name
        last = (self.member or "").rpartition(", ")[2]
        kind, _, number = last.partition(" ")
        return f"{stem}-{number}" if number.isdigit() and kind.isalpha() else stem


def too_large(where: str, limit: int, size: int | None = None) -> InputError:
    """The error for a document above a limit in bytes; ``size`` where it is known."""
    have = f"{size / 1_000_000:.0f} MB; " if size else ""
    return InputError(
        "NC-I05",
        f"it is too large ({have}the limit is {limit / 1_000_000:g} MB)",
        where=where,
        next_step="Give one note for each file, or a table with one note for each row.",
    )


def broken(what: str, where: str) -> InputError:
    """The error for a file that is not what its format asks; ``what`` names the format, as in ``PDF file``."""
    return InputError(
        "NC-I11", f"this is no sound {what}", where=where, next_step="Export it again, or save the note as plain text."
    )
