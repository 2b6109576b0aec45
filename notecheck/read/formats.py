"""Which format a file is in: its content first, its name where the content leaves it open."""

from __future__ import annotations

from pathlib import PurePath

HEAD = 4096
"""Bytes of the beginning that tell the format."""

_MAGIC = (
    (b"%PDF", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"{\\rtf", "rtf"),
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", "gzip"),
)
_OTHER = (
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file, or an encrypted one"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"II*\x00", "a picture (TIFF)"),
    (b"MM\x00*", "a picture (TIFF)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"BZh", "a BZIP2 file"),
    (b"\xfd7zXZ", "an XZ file"),
    (b"ISA*", "a claim file (X12)"),
)
_ENDINGS = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".htm": "html",
    ".html": "html",
    ".xhtml": "html",
    ".xml": "xml",
    ".ccda": "xml",
    ".cda": "xml",
    ".hl7": "hl7",
    ".parquet": "parquet",
    ".pdf": "pdf",
    ".docx": "zip",
    ".xlsx": "zip",
    ".zip": "zip",
    ".rtf": "rtf",
    ".gz": "gzip",
}
_HL7 = (b"MSH|", b"FHS|", b"BHS|")
_BLANKS = b" \t\r\n\x0b\xef\xbb\xbf"
ROWS = frozenset({"csv", "jsonl", "parquet", "zip", "gzip", "hl7"})
"""Formats that are read piece by piece, so that the file may be large."""


def form_of(head: bytes, name: str) -> str:
    """The format of a file from its first bytes and its name: ``text`` where nothing else is known."""
    for magic, form in _MAGIC:
        if head.startswith(magic):
            return form
    start = head.lstrip(_BLANKS)
    if start.startswith(_HL7):
        return "hl7"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if start.startswith(b"<"):
        low = start[:HEAD].lower()
        if b"<html" in low or b"<!doctype html" in low:
            return "html"
        if b"clinicaldocument" in low or start.startswith(b"<?xml"):
            return "xml"
    if start.startswith(b"{") and b'"resourceType"' in head:
        return "jsonl" if _ending(name) in (".ndjson", ".jsonl") else "json"
    return _ENDINGS.get(_ending(name), "text")


def other_format(head: bytes) -> str | None:
    """The name of a known format that is not read, or None."""
    return next((name for magic, name in _OTHER if head.startswith(magic)), None)


def known_ending(name: str) -> bool:
    """True for a name whose ending tells the format."""
    return _ending(name) in _ENDINGS


def _ending(name: str) -> str:
    return PurePath(name.lower()).suffix
