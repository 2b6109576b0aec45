"""The store's tables as Spark and Arrow types: one wide row for each document, its other tables as lists inside."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from notecheck.scan.schema import NOTES, OF_NOTES, Table

if TYPE_CHECKING:
    import pyarrow

INSIDE = tuple(table for table in OF_NOTES if table is not NOTES)
"""The tables that travel as lists inside the row of their document."""

_SQL = {
    "VARCHAR": "string", "VARCHAR[]": "array<string>", "INTEGER": "int", "INTEGER[]": "array<int>",
    "DOUBLE": "double", "BOOLEAN": "boolean", "DATE": "date", "TIMESTAMP": "timestamp_ntz", "BLOB": "binary",
    "JSON": "string",
}  # fmt: skip

DOCUMENT = (
    "source string, member string, root string, note_id string, patient string, provider string, encounter string, "
    "day string, author string, payer string, text string, page_starts array<int>, line_starts array<int>, "
    "code string, reason string, next_step string"
)
"""A document on its way to be judged, or with the code, reason and next step of its refusal."""


FITS = "fits"
JOINED = "joined"
KEPT = "kept"
"""Columns of a wide row on its way: the claims that fit a document with their tier, the one it was judged with, and
as JSON what is needed to judge it with another one."""


def wide() -> str:
    """The schema of a wide row on its way, in the words of Spark SQL."""
    own = [f"`{column.name}` {_SQL[column.kind]}" for column in NOTES.columns]
    inside = [f"`{table.name}` array<struct<{fields_of(table)}>>" for table in INSIDE]
    on_the_way = [f"`{FITS}` array<struct<`claim`: string, `tier`: int>>", f"`{JOINED}` string", f"`{KEPT}` string"]
    return ", ".join([*own, *inside, *on_the_way])


def fields_of(table: Table, between: str = ": ") -> str:
    """The columns of a table in the words of Spark SQL."""
    return ", ".join(f"`{column.name}`{between}{_SQL[column.kind]}" for column in table.columns)


def arrow_wide() -> pyarrow.Schema:
    """The same as an Arrow schema."""
    import pyarrow

    own = [(column.name, _arrow(column.kind)) for column in NOTES.columns]
    lists = [
        (table.name, pyarrow.list_(pyarrow.struct([(column.name, _arrow(column.kind)) for column in table.columns])))
        for table in INSIDE
    ]
    fit = pyarrow.struct([("claim", pyarrow.string()), ("tier", pyarrow.int32())])
    on_the_way = [(FITS, pyarrow.list_(fit)), (JOINED, pyarrow.string()), (KEPT, pyarrow.string())]
    return pyarrow.schema([*own, *lists, *on_the_way])


def arrow_document() -> pyarrow.Schema:
    """The Arrow schema of DOCUMENT."""
    import pyarrow

    return pyarrow.schema(
        [
            (name, pyarrow.list_(pyarrow.int32()) if kind == "array<int>" else pyarrow.string())
            for name, kind in (part.split(" ") for part in DOCUMENT.split(", "))
        ]
    )


def batch(rows: Iterable[Mapping[str, Any]], schema: pyarrow.Schema) -> pyarrow.RecordBatch:
    """Rows as an Arrow batch. Half characters that a broken export left become question marks."""
    import pyarrow

    return pyarrow.RecordBatch.from_pylist([_sound(row) for row in rows], schema=schema)


def wide_row(rows: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """The rows of one document by table as one wide row."""
    note = _typed(rows["notes"][0], NOTES)
    for column in NOTES.columns:
        if column.kind == "JSON" and note.get(column.name) is not None:
            note[column.name] = json.dumps(note[column.name], ensure_ascii=False)
    return {**note, **{table.name: [_typed(row, table) for row in rows.get(table.name, [])] for table in INSIDE}}


def _typed(row: Mapping[str, Any], table: Table) -> dict[str, Any]:
    """A row of the store with its days and times, which are texts there, as such."""
    made = dict(row)
    for column in table.columns:
        value = made.get(column.name)
        if isinstance(value, str) and column.kind == "DATE":
            made[column.name] = date.fromisoformat(value)
        elif isinstance(value, str) and column.kind == "TIMESTAMP":
            made[column.name] = datetime.fromisoformat(value)
    return made


def _arrow(kind: str) -> pyarrow.DataType:
    import pyarrow

    if kind.endswith("[]"):
        return pyarrow.list_(_arrow(kind[:-2]))
    known: dict[str, pyarrow.DataType] = {
        "VARCHAR": pyarrow.string(),
        "JSON": pyarrow.string(),
        "INTEGER": pyarrow.int32(),
        "DOUBLE": pyarrow.float64(),
        "BOOLEAN": pyarrow.bool_(),
        "DATE": pyarrow.date32(),
        "TIMESTAMP": pyarrow.timestamp("us"),
        "BLOB": pyarrow.binary(),
    }
    return known[kind]


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {key: _sound(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_sound(item) for item in value]
    return value
