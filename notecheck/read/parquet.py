"""Parquet tables, batch by batch: OMOP NOTE or any table with a column that holds the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from notecheck.errors import InputError
from notecheck.read import rows
from notecheck.read.columns import Columns, chosen
from notecheck.read.spot import Spot, broken
from notecheck.records import Document, Refused

_BATCH = 256


def documents(stream: BinaryIO, spot: Spot) -> Iterator[Document | Refused]:
    """One document for each row. Raises InputError NC-I11, NC-I16 (no text column), NC-I19 (pyarrow is missing)."""
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        raise InputError(
            "NC-I19",
            "Parquet files need pyarrow, which is not installed",
            where=spot.where,
            next_step="pip install 'notecheck[parquet]'",
        ) from None
    try:
        table = parquet.ParquetFile(stream)
        header = [str(name) for name in table.schema_arrow.names]
        # the other columns stay on the disk
        needed = list(dict.fromkeys(chosen(spot.columns, header, spot.where).values()))
        yield from rows.documents(_rows(table, needed), needed, _with(spot, header), "parquet")
    except (ArrowException, OSError):
        raise broken("Parquet file", spot.where) from None


def _with(spot: Spot, header: list[str]) -> Spot:
    """The spot with its columns named, so that a narrower table is not judged by its usual names again."""
    return replace(spot, columns=Columns(**chosen(spot.columns, header, spot.where)))


def _rows(table: Any, needed: list[str]) -> Iterator[tuple[str, rows.Row | InputError]]:
    number = 0
    for batch in table.iter_batches(batch_size=_BATCH, columns=needed):
        for row in batch.to_pylist():
            number += 1
            yield f"row {number}", row
