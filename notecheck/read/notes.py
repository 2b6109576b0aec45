"""Files and piped text to notes: encodings settled, every offset kept true."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import BinaryIO

from charset_normalizer import from_bytes

from notecheck.errors import InputError
from notecheck.read.language import other_language
from notecheck.records import Note

LIMIT_BYTES = 10_000_000
"""Largest document read. A procedure note has some thousand bytes; anything near this is another kind of file."""

_FORMATS = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a DOCX, ODT or other zipped file"),
    (b"{\\rtf", "an RTF file"),
    (b"\xd0\xcf\x11\xe0", "an old Word file (DOC)"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
)
# UTF-32 stands before UTF-16, whose mark is the beginning of the UTF-32 one
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# the one-byte encodings in which American systems export
_WESTERN = ["cp1252", "mac_roman"]
_LAYOUT = frozenset("\t\n\r\f\v")
_MOST_CONTROLS = 0.02


def read_note(path: Path | str, stdin: BinaryIO | None = None) -> Note:
    """One document. ``path`` is a file, or ``-`` for the bytes of ``stdin``.

    The text is decoded and otherwise left alone: line ends, blanks and odd characters stay, so that offsets count
    the characters a person sees. A byte-order mark is not part of the text.
    Raises InputError NC-I01 to NC-I09; its sentence never quotes the document.
    """
    if str(path) == "-":
        if stdin is None:
            raise InputError("NC-I03", "nothing was piped in", where="-", next_step="Name a file instead.")
        return Note(decode(_limited(stdin, "-"), "-"))
    file = Path(path)
    return Note(decode(read_bytes(file), file.name), source=file.name, note_id=file.stem)


def read_bytes(path: Path, limit: int = LIMIT_BYTES) -> bytes:
    """The content of a file of at most ``limit`` bytes. Raises InputError NC-I01 (no such file), NC-I02 (a folder),
    NC-I03, NC-I05."""
    where = str(path)
    try:
        if path.is_dir():
            raise InputError("NC-I02", "this is a folder", where=where, next_step="Name one file in it.")
        size = path.stat().st_size
        if size > limit:
            raise _too_large(where, size, limit)
        with path.open("rb") as stream:
            return _limited(stream, where, limit)
    except FileNotFoundError:
        raise InputError("NC-I01", "no such file", where=where, next_step="Check the name and the folder.") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise InputError(
            "NC-I03", f"cannot be opened ({reason})", where=where, next_step="Check the name and its permissions."
        ) from None


def decode(raw: bytes, where: str) -> str:
    """The text of ``raw``.

    Raises InputError NC-I04 (empty), NC-I06 (another format), NC-I07 (binary), NC-I08 (encoding), NC-I09 (language).
    """
    if not raw.strip():
        raise InputError("NC-I04", "the document is empty", where=where, next_step="Check that it was exported fully.")
    for magic, name in _FORMATS:
        if raw.startswith(magic):
            raise InputError(
                "NC-I06",
                f"this is {name} and no plain text",
                where=where,
                next_step="Save the note as plain text.",
            )
    return sound(_decoded(raw, where), where)


def sound(text: str, where: str) -> str:
    """``text`` as it stands, when it can be a note. Raises InputError NC-I04, NC-I07 or NC-I09, as :func:`decode`."""
    controls = sum(1 for c in text if (c < " " and c not in _LAYOUT) or "\x7f" <= c <= "\x9f")
    if "\x00" in text or controls > _MOST_CONTROLS * max(len(text), 1):
        raise InputError("NC-I07", "this is not text", where=where, next_step="Save the note as plain text.")
    if not text.strip():
        raise InputError("NC-I04", "the document is empty", where=where, next_step="Check that it was exported fully.")
    language = other_language(text)
    if language:
        raise InputError(
            "NC-I09",
            f"the document seems to be in {language}",
            where=where,
            next_step="notecheck reads English notes only.",
        )
    return text


def _decoded(raw: bytes, where: str) -> str:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _strictly(raw[len(mark) :], encoding, where)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    wide = _unmarked_utf16(raw)
    if wide:
        return _strictly(raw, wide, where)
    if b"\x00" in raw:
        raise InputError("NC-I07", "this is not text", where=where, next_step="Save the note as plain text.")
    best = from_bytes(raw, cp_isolation=_WESTERN).best()
    return _strictly(raw, best.encoding if best else "cp1252", where)


def _strictly(raw: bytes, encoding: str, where: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        raise InputError(
            "NC-I08", f"the text cannot be decoded (tried {encoding})", where=where, next_step="Save it as UTF-8 text."
        ) from None


def _unmarked_utf16(raw: bytes) -> str | None:
    """UTF-16 without its mark: English text then has a zero in nearly every second byte."""
    half = len(raw) // 2
    if raw[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    if raw[0::2].count(0) > 0.6 * half:
        return "utf-16-be"
    return None


def _limited(stream: BinaryIO, where: str, limit: int = LIMIT_BYTES) -> bytes:
    raw = stream.read(limit + 1)
    if len(raw) > limit:
        raise _too_large(where, None, limit)
    return raw


def _too_large(where: str, size: int | None, limit: int) -> InputError:
    have = f"{size / 1_000_000:.0f} MB" if size else "more"
    return InputError(
        "NC-I05",
        f"the file is too large ({have}; the limit is {limit // 1_000_000} MB)",
        where=where,
        next_step="Give one note for each file.",
    )
