"""CSV, TSV and JSONL files of any size, read row by row."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator
from typing import BinaryIO

from notecheck.errors import InputError
from notecheck.read import rows
from notecheck.read.spot import Spot, broken
from notecheck.records import Document, Refused

_SEPARATORS = ",;\t|"
_SAMPLE = 65536
_WESTERN = "notecheck-western"


def delimited(stream: BinaryIO, spot: Spot) -> Iterator[Document | Refused]:
    """One document for each row of a CSV or TSV file; the first line names the columns.

    Raises InputError NC-I04 (empty) and NC-I16 (no column with the text).
    """
    text, sample = _text(stream)
    first = sample.lstrip("\r\n").partition("\n")[0]
    if not first.strip():
        raise _empty(spot)
    csv.field_size_limit(spot.limits.text_bytes)
    table = csv.reader(text, delimiter=max(_SEPARATORS, key=first.count))
    header: list[str] = []
    while not header:
        cells = next(table, None)
        if cells is None:
            raise _empty(spot)
        header = [name.strip().strip("\ufeff") for name in cells] if any(name.strip() for name in cells) else []
    yield from rows.documents(_cells(table, header, spot), header, spot, "csv")


def _cells(table: Iterator[list[str]], header: list[str], spot: Spot) -> Iterator[tuple[str, rows.Row | InputError]]:
    number = 0
    while True:
        try:
            cells = next(table)
        except StopIteration:
            return
        except csv.Error:
            number += 1
            yield f"row {number}", broken("CSV row", spot.where)
            continue
        if not any(cell.strip() for cell in cells):
            continue
        number += 1
        if len(cells) > len(header):
            yield (
                f"row {number}",
                InputError(
                    "NC-I62",
                    f"{len(cells)} cells under {len(header)} columns",
                    where=spot.where,
                    next_step="Put cells that hold the separator between quotation marks.",
                ),
            )
            continue
        yield f"row {number}", dict(zip(header, cells, strict=False))


def json_lines(stream: BinaryIO, spot: Spot) -> Iterator[tuple[str, object | InputError]]:
    """The value of each line of a JSONL file with its place, or what is wrong with the line."""
    text, _ = _text(stream)
    limit = spot.limits.file_bytes
    number = 0
    while line := text.readline(limit + 1):
        number += 1
        if not line.strip():
            continue
        if len(line) > limit:
            yield f"line {number}", broken("JSONL file (a line is too long)", spot.where)
            return
        try:
            yield f"line {number}", json.loads(line)
        except (ValueError, RecursionError):
            yield f"line {number}", broken("JSON", spot.where)


def objects(values: Iterator[tuple[str, object | InputError]], spot: Spot) -> Iterator[Document | Refused]:
    """One document for each JSON object; the keys of an object are its columns. What is no object is refused."""
    for place, value in values:
        if isinstance(value, InputError):
            yield spot.inside(place).refused(value)
        elif not isinstance(value, dict):
            yield spot.inside(place).refused(broken("row (a JSON object is expected)", spot.where))
        else:
            try:
                yield from rows.documents(iter([(place, value)]), list(value), spot, "jsonl")
            except InputError as error:
                yield spot.inside(place).refused(error)


def _text(stream: BinaryIO) -> tuple[io.TextIOWrapper, str]:
    """The stream as text, and its beginning. Bytes that are no UTF-8 are taken as Windows-1252, one by one."""
    head = stream.read(_SAMPLE)
    stream.seek(0)
    encoding = "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    elif head[1:200:2].count(0) > 60:
        encoding = "utf-16-le"
    codecs.register_error(_WESTERN, _as_western)
    errors = "replace" if encoding.startswith("utf-16") else _WESTERN
    sample = head.decode(encoding, errors=errors)
    return io.TextIOWrapper(stream, encoding=encoding, errors=errors, newline=""), sample


def _as_western(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return bad.decode("cp1252", errors="replace"), error.end


def _empty(spot: Spot) -> InputError:
    return InputError("NC-I04", "the file is empty", where=spot.where, next_step="Check that it was exported fully.")
