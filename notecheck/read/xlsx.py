"""Excel tables (XLSX), sheet by sheet: the first row that is not empty names the columns."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

from notecheck.errors import InputError
from notecheck.read import rows
from notecheck.read.docx import refuse_bomb
from notecheck.read.spot import Spot, broken
from notecheck.records import Document, Refused


def documents(stream: BinaryIO, spot: Spot) -> Iterator[Document | Refused]:
    """One document for each row. Raises InputError NC-I11, NC-I12 (a bomb), NC-I16 (no sheet has a text column)."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    refuse_bomb(stream, spot)
    stream.seek(0)
    try:
        book = openpyxl.load_workbook(stream, read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError):
        raise broken("XLSX file", spot.where) from None
    missing: InputError | None = None
    found = False
    for sheet in book.worksheets:
        inner = spot.inside(sheet.title)
        table = enumerate(sheet.iter_rows(values_only=True), start=1)
        header = next((list(map(_name, cells)) for _, cells in table if any(cell is not None for cell in cells)), None)
        if header is None:
            continue
        try:
            for one in rows.documents(_rows(table, header), header, inner, "xlsx"):
                found = True
                yield one
        except InputError as error:
            missing = missing or error
    book.close()
    if not found:
        raise missing or broken("table (every sheet is empty)", spot.where)


def _rows(
    table: Iterator[tuple[int, tuple[Any, ...]]], header: list[str]
) -> Iterator[tuple[str, rows.Row | InputError]]:
    for number, cells in table:
        if any(cell is not None for cell in cells):
            yield f"row {number}", dict(zip(header, cells, strict=False))


def _name(value: Any) -> str:
    return str(value).strip() if value is not None else ""
