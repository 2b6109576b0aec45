"""Documents of every format from files, folders, archives and bytes, lazily and in a stable order.

What cannot be read comes as a Refused with its reason. Nothing here raises on what a file holds.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from notecheck.errors import InputError, NotecheckError
from notecheck.read import archive, formats
from notecheck.read.columns import Columns, claims_not_notes
from notecheck.read.limits import Limits, usual_limits
from notecheck.read.notes import decode
from notecheck.read.passed_over import passed_over
from notecheck.read.spot import Spot, broken, too_large
from notecheck.records import Document, Refused


def documents(
    sources: Iterable[Path | str],
    *,
    columns: Columns | None = None,
    limits: Limits | None = None,
    ocr: bool = False,
) -> Iterator[Document | Refused]:
    """Every document of the files and folders named, folders with all that is in them, in the order of the names.

    Hidden files, and sidecar and configuration files of notecheck, are passed over. A folder that cannot be listed
    comes as a Refused after the rest of its source.
    ``columns`` names columns of tables; ``ocr`` reads pictures of pages with Tesseract.
    """
    most, chosen = limits or usual_limits(), columns or Columns()
    for source in sources:
        shut: list[OSError] = []
        for file in files_below(Path(source), shut.append):
            yield from _file(file, Spot(str(file), None, file.name, most, chosen, ocr=ocr))
        for error in shut:
            yield shut_folder(error)


def from_bytes(
    name: str,
    data: bytes,
    limits: Limits | None = None,
    *,
    columns: Columns | None = None,
    ocr: bool = False,
) -> Iterator[Document | Refused]:
    """Every document of one file that is at hand as bytes; ``name`` is its name, ``-`` for piped text."""
    spot = Spot(name, None, Path(name).name or name, limits or usual_limits(), columns or Columns(), ocr=ocr)
    return _guarded(io.BytesIO(data), len(data), spot)


def shut_folder(error: OSError) -> Refused:
    """The refusal of a folder that cannot be listed."""
    reason = f"the folder cannot be opened ({error.strerror or type(error).__name__})"
    return Refused(str(error.filename), None, "NC-I03", reason, "Check its permissions, then scan again.")


def files_below(path: Path, shut: Callable[[OSError], object] | None = None) -> Iterator[Path]:
    """The file, or every file below the folder: names sorted, folders after the files beside them.

    ``shut`` hears of folders that cannot be listed.
    """
    try:
        is_folder = path.is_dir()
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        yield path
        return
    for folder, below, names in os.walk(path, onerror=shut):
        below[:] = sorted(name for name in below if not name.startswith((".", "__MACOSX")))
        for name in sorted(names):
            if not passed_over(name):
                yield Path(folder) / name


def _file(file: Path, spot: Spot) -> Iterator[Document | Refused]:
    try:
        if file.exists() and not file.is_file():
            raise InputError(
                "NC-I03", "this is no ordinary file", where=spot.where, next_step="Name a file or a folder."
            )
        with file.open("rb") as stream:
            yield from _guarded(stream, file.stat().st_size, spot)
    except FileNotFoundError:
        yield spot.refused(
            InputError("NC-I01", "no such file", where=spot.where, next_step="Check the name and the folder.")
        )
    except InputError as error:
        yield spot.refused(error)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        yield spot.refused(
            InputError(
                "NC-I03",
                f"cannot be opened ({reason})",
                where=spot.where,
                next_step="Check the name and its permissions.",
            )
        )


def _guarded(stream: BinaryIO, size: int | None, spot: Spot) -> Iterator[Document | Refused]:
    """What the reader of the format gives; its refusals and faults as Refused records."""
    form = "text"
    try:
        head = stream.read(formats.HEAD)
        stream.seek(0)
        form = formats.form_of(head, spot.name)
        limit = spot.limits
        most = limit.table_bytes if form in formats.ROWS else limit.text_bytes if form == "text" else limit.file_bytes
        if size is not None and size > most:
            raise too_large(spot.where, most, size)
        yield from _read(form, head, stream, spot)
    except NotecheckError as error:
        yield spot.refused(error)
    except Exception:
        # a library may raise anything on a broken file, and its message may quote the note
        yield spot.refused(broken(_CALLED.get(form, f"{form} file"), spot.where))


_X12 = re.compile(rb"\s*ISA[^\w\s]")
_CALLED = {
    "text": "text", "pdf": "PDF file", "zip": "ZIP archive", "rtf": "RTF file", "html": "HTML file", "json": "JSON",
    "jsonl": "JSONL file", "csv": "CSV file", "xml": "XML file", "hl7": "HL7 file", "parquet": "Parquet file",
    "gzip": "GZIP file", "docx": "DOCX file", "xlsx": "XLSX file", "markdown": "Markdown file",
}  # fmt: skip


def _read(form: str, head: bytes, stream: BinaryIO, spot: Spot) -> Iterator[Document | Refused]:
    if form == "zip":
        try:
            form = archive.kind_of(stream)
        except zipfile.BadZipFile:
            raise broken("ZIP archive, DOCX or XLSX file", spot.where) from None
        stream.seek(0)
    if form == "text" and _X12.match(head):
        raise claims_not_notes(spot.where)
    if form in ("text", "markdown"):
        yield _text(head, stream, spot, form)
    elif form == "zip":
        yield from archive.members(stream, spot, _guarded)
    elif form == "gzip":
        yield from archive.unpacked(stream, spot, _guarded)
    elif form == "csv":
        from notecheck.read.table import delimited

        yield from delimited(stream, spot)
    elif form == "jsonl":
        from notecheck.read import fhir
        from notecheck.read.table import json_lines

        yield from fhir.lines(json_lines(stream, spot), spot, _guarded)
    elif form == "json":
        from notecheck.read import fhir

        yield from fhir.one_json(stream, spot, _guarded)
    elif form == "hl7":
        from notecheck.read import hl7v2

        yield from hl7v2.documents(stream, spot, _guarded)
    elif form == "xml":
        from notecheck.read import ccda

        yield from ccda.documents(whole(stream, spot.limits.file_bytes, spot), spot, _guarded)
    elif form == "parquet":
        from notecheck.read import parquet

        yield from parquet.documents(stream, spot)
    elif form == "xlsx":
        from notecheck.read import xlsx

        yield from xlsx.documents(stream, spot)
    else:
        yield _single(form, stream, spot)


def _single(form: str, stream: BinaryIO, spot: Spot) -> Document | Refused:
    """The one note of a file in a format of pages or paragraphs."""
    if form == "docx":
        from notecheck.read import docx

        return spot.document(docx.text(stream, spot), form)
    raw = whole(stream, spot.limits.file_bytes, spot)
    if form == "pdf":
        from notecheck.read import pdf

        text, page_starts, line_starts = pdf.text(raw, spot)
        return spot.document(text, form, page_starts=page_starts, line_starts=line_starts)
    if form == "rtf":
        from notecheck.read import rtf

        return spot.document(rtf.text(raw, spot.where), form)
    if form == "html":
        from notecheck.read.markup import html_text

        return spot.document(html_text(raw, spot.where), form)
    raise InputError(
        "NC-I06",
        "this is an office file of another kind than DOCX and XLSX, which is not read",
        where=spot.where,
        next_step="Save it as DOCX or as plain text.",
    )


def _text(head: bytes, stream: BinaryIO, spot: Spot, form: str) -> Document | Refused:
    other = formats.other_format(head)
    if other:
        raise InputError(
            "NC-I06", f"this is {other}, which is not read", where=spot.where, next_step="Save the note as plain text."
        )
    text = decode(whole(stream, spot.limits.text_bytes, spot), spot.where)
    if form == "markdown":
        from notecheck.read import markdown

        text = markdown.text(text)
    return spot.document(text, form)


def whole(stream: BinaryIO, limit: int, spot: Spot) -> bytes:
    """The content of a stream. Raises InputError NC-I05 above the limit, however large the file said it was."""
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise too_large(spot.where, limit)
    return data
