"""Documents inside messages and records: base64 or text with a media type, read as a file of that type would be."""

from __future__ import annotations

import base64
import binascii
import io
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import BinaryIO

from notecheck.errors import InputError
from notecheck.read.columns import About
from notecheck.read.spot import Spot, broken, too_large
from notecheck.records import Document, Refused

Opened = Callable[[BinaryIO, int | None, Spot], Iterator[Document | Refused]]
"""Reads one stream of a known size (None where it is not known) at a spot."""

_ENDINGS = {
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/rtf": ".rtf",
    "application/rtf": ".rtf",
    "application/xml": ".xml",
    "text/xml": ".xml",
    "application/hl7-v3+xml": ".xml",
    "application/hl7-sda+xml": ".xml",
    "application/json": ".json",
    "application/fhir+json": ".json",
    "application/zip": ".zip",
}
_DEEPEST = 4


def decoded(data: str, spot: Spot) -> bytes:
    """The bytes of base64 text. Raises InputError NC-I05 (too large) and NC-I11 (no base64)."""
    if len(data) > spot.limits.file_bytes * 4 // 3:
        raise too_large(spot.where, spot.limits.file_bytes)
    try:
        return base64.b64decode("".join(data.split()), validate=True)
    except (binascii.Error, ValueError):
        raise broken("base64 attachment", spot.where) from None


def documents(
    data: bytes, media_type: str, about: About, spot: Spot, opened: Opened, note_id: str | None = None
) -> Iterator[Document | Refused]:
    """What an attachment holds; what it does not say about itself is taken from the message around it."""
    if spot.depth >= _DEEPEST:
        raise InputError(
            "NC-I13", "attachments lie too deep in each other", where=spot.where, next_step="Export them one by one."
        )
    name = "attachment" + _ENDINGS.get(media_type.partition(";")[0].strip().lower(), "")
    for found in opened(io.BytesIO(data), len(data), spot.named(name).deeper()):
        yield completed(found, about, note_id) if isinstance(found, Document) else found


def completed(document: Document, about: About, note_id: str | None = None) -> Document:
    """The document with what is known from around it, where its own file says nothing."""
    gaps = {field.name: getattr(about, field.name) for field in fields(About) if getattr(document, field.name) is None}
    note = replace(document.note, note_id=note_id) if note_id else document.note
    return replace(document, note=note, **gaps)


def no_note(what: str, where: str) -> InputError:
    """The error for a message or record that holds no note."""
    return InputError("NC-I18", what, where=where, next_step="Export the notes: see README.md for what is read.")
