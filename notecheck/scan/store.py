"""The DuckDB file of a scan: one writer, batches that are written wholly or not at all, Parquet beside it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from notecheck.errors import InputError
from notecheck.scan.schema import AUDIT_FILE, META, NOTES, OF_NOTES, TABLES, UNMATCHED, VERSION, Kind, Table

if TYPE_CHECKING:
    import duckdb

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows of one document by table name: what :func:`notecheck.scan.rows.rows` makes."""


class NotTaken(Exception):
    """Rows hold a value that the database does not take. Its text is the kind of fault, without the value."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store holds of a document, to tell whether it must be judged again."""

    content_hash: str
    edition: str
    claim_hash: str
    history_hash: str
    status: str
    gone: bool


class Store:
    """The results of a scan in ``folder/audit.duckdb``. Only one process may write; readers wait until it is closed.

    Each call of ``write`` is one transaction: a kill between two calls or within one leaves every document whole.
    """

    def __init__(self, folder: Path | str, *, read_only: bool = False, create: bool = False) -> None:
        """Open the store of a folder; ``create`` makes folder and tables where there are none.

        Raises InputError NC-S01 (no store there), NC-S02 (used by another process), NC-S03 (no store of notecheck,
        or one of another version), NC-S04 (duckdb is not installed), NC-S05 (the folder cannot be made).
        """
        self.folder = Path(folder)
        self.path = self.folder / AUDIT_FILE
        if not self.path.exists() and not create:
            raise InputError(
                "NC-S01", f"no {AUDIT_FILE} in this folder", where=str(folder),
                next_step="Name the --out folder of a scan: notecheck scan NOTES --out FOLDER.",
            )  # fmt: skip
        if create:
            self._make_folder()
        self._db = _connect(self.path, read_only)
        try:
            self._prepare(create and not read_only)
        except BaseException:
            self._db.close()
            raise

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; what was written is on the disk."""
        self._db.close()

    def query(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Every row of a SQL query."""
        return list(self._db.execute(sql, list(parameters)).fetchall())

    def stream(self, sql: str, parameters: Sequence[object] = (), batch: int = 500) -> Iterator[dict[str, Any]]:
        """The rows of a SQL query one by one, as dicts, few of them in memory at a time."""
        cursor = self._db.cursor()
        try:
            cursor.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            while found := cursor.fetchmany(batch):
                for row in found:
                    yield dict(zip(names, row, strict=True))
        finally:
            cursor.close()

    def meta(self) -> dict[str, str]:
        """The key and value pairs of ``meta``."""
        return dict(self._db.execute("SELECT key, value FROM meta").fetchall())

    def option(self, name: str, usual: Any) -> Any:
        """An option of the last scan that its documents were read and judged with; ``usual`` where none is told."""
        return json.loads(self.meta().get("options", "{}")).get(name, usual)

    def known(self) -> dict[str, Known]:
        """What is held of every document, by note_key."""
        rows = self._db.execute(
            "SELECT note_key, content_hash, edition, claim_hash, history_hash, status, gone FROM notes"
        ).fetchall()
        return {row[0]: Known(*row[1:]) for row in rows}

    def report(self, note_key: str) -> dict[str, Any] | None:
        """The stored answer of one note as a dict; None for a refused or unknown one."""
        found = self._db.execute("SELECT report FROM notes WHERE note_key = ?", [note_key]).fetchone()
        return json.loads(found[0]) if found and found[0] else None

    def write(self, documents: Iterable[Rows]) -> None:
        """Put the rows of some documents in, in place of what was there of them, as one transaction.

        Raises NotTaken for values that a table cannot hold; nothing is written then.
        """
        batch = list(documents)
        if not batch:
            return
        keys = [str(rows[NOTES.name][0]["note_key"]) for rows in batch]
        held = [
            key
            for (key,) in self._db.execute(
                "SELECT note_key FROM notes WHERE note_key IN (SELECT unnest(?::VARCHAR[]))", [keys]
            ).fetchall()
        ]
        with _Transaction(self._db):
            for table in OF_NOTES:
                if held:
                    self._db.execute(f"DELETE FROM {table.name} WHERE note_key IN (SELECT unnest(?))", [held])
                self._insert(table, [row for rows in batch for row in rows.get(table.name, ())])

    def mark(self, *, gone: Iterable[str] = (), back: Iterable[str] = ()) -> None:
        """Mark documents as no longer found, or as found again."""
        changes = [(value, list(keys)) for value, keys in ((True, gone), (False, back))]
        with _Transaction(self._db):
            for value, keys in changes:
                if keys:
                    self._db.execute(
                        "UPDATE notes SET gone = ? WHERE note_key IN (SELECT unnest(?::VARCHAR[]))", [value, keys]
                    )

    def set_meta(self, values: Mapping[str, str]) -> None:
        """Set some key and value pairs of ``meta``."""
        with _Transaction(self._db):
            self._db.execute("DELETE FROM meta WHERE key IN (SELECT unnest(?))", [list(values)])
            self._insert(META, [{"key": key, "value": value} for key, value in values.items()])

    def set_unmatched(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Put the claims without a note in, in place of those of the scan before."""
        with _Transaction(self._db):
            self._db.execute("DELETE FROM unmatched")
            self._insert(UNMATCHED, rows)

    def export(self) -> list[Path]:
        """Write every table as ``TABLE.parquet`` into the folder, each file replaced in one step; the files."""
        made = []
        for table in TABLES:
            target = self.folder / f"{table.name}.parquet"
            beside = self.folder / f".{table.name}.parquet.{os.getpid()}"
            order = "note_key" if table is NOTES else "ALL"
            path = str(beside).replace("'", "''")
            self._db.execute(
                f"COPY (SELECT {', '.join(table.names)} FROM {table.name} ORDER BY {order}) "
                f"TO '{path}' (FORMAT parquet, COMPRESSION zstd)"
            )
            if target.is_dir():  # what another engine wrote
                shutil.rmtree(target)
            beside.replace(target)
            made.append(target)
        return made

    def gather(self) -> None:
        """Put in what another engine wrote as ``TABLE.parquet`` folders here, in place of all that the store held."""
        with _Transaction(self._db):
            for table in TABLES:
                names = ", ".join(table.names)
                path = str(self.folder / f"{table.name}.parquet" / "*.parquet").replace("'", "''")
                self._db.execute(f"DELETE FROM {table.name}")
                self._db.execute(f"INSERT INTO {table.name} ({names}) SELECT {names} FROM read_parquet('{path}')")

    def _insert(self, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows by way of one JSON text: the database reads it many times faster than rows one by one."""
        import duckdb

        if not rows:
            return
        wanted = [{name: row.get(name) for name in table.names} for row in rows]
        text = json.dumps(wanted, ensure_ascii=False, default=_plain)
        text = text.encode("utf-8", "replace").decode("utf-8")  # half characters that a broken export left
        shape = json.dumps([{column.name: _shape(column.kind) for column in table.columns}])
        columns = ", ".join(
            f"unhex(r.{column.name})" if column.kind == "BLOB" else f"r.{column.name}" for column in table.columns
        )
        try:
            self._db.execute(
                f"INSERT INTO {table.name} ({', '.join(table.names)}) "
                f"SELECT {columns} FROM (SELECT unnest(from_json_strict(CAST(? AS JSON), '{shape}')) AS r)",
                [text],
            )
        except (duckdb.DataError, duckdb.ProgrammingError) as error:
            raise NotTaken(f"{type(error).__name__}, table {table.name}") from None

    def _make_folder(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InputError(
                "NC-S01", f"the folder cannot be made ({error.strerror})", where=str(self.folder),
                next_step="Name a folder that you may write to.",
            ) from None  # fmt: skip

    def _prepare(self, create: bool) -> None:
        tables = {row[0] for row in self._db.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
        if create and not tables:
            with _Transaction(self._db):
                for table in TABLES:
                    columns = ", ".join(f"{column.name} {column.kind}" for column in table.columns)
                    self._db.execute(f"CREATE TABLE {table.name} ({columns})")
                self._insert(META, [{"key": "schema", "value": VERSION}])
            return
        if create and "meta" in tables:
            self._add_columns()
        elif "meta" in tables:
            self._show_columns()
        version = self.meta().get("schema") if "meta" in tables else None
        if version != VERSION:
            raise InputError(
                "NC-S03", "not a store of this version of notecheck", where=str(self.path),
                next_step="Scan into another folder.",
            )  # fmt: skip


    def _add_columns(self) -> None:
        """Columns that tables have gained since the store was made; empty until their documents are judged again."""
        held = self._db.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall()
        with _Transaction(self._db):
            for table in TABLES:
                for column in table.columns:
                    if (table.name, column.name) not in held:
                        self._db.execute(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {column.kind}")


    def _show_columns(self) -> None:
        """The same for a store that is only read: tables that lack columns are seen through views that have them."""
        held = set(self._db.execute("SELECT table_name, column_name FROM duckdb_columns()").fetchall())
        own = self.query("SELECT current_database()")[0][0]
        for table in TABLES:
            lacking = [column for column in table.columns if (table.name, column.name) not in held]
            if lacking and len(lacking) < len(table.columns):
                more = ", ".join(f"NULL::{column.kind} AS {column.name}" for column in lacking)
                self._db.execute(f'CREATE TEMP VIEW {table.name} AS SELECT *, {more} FROM "{own}".main.{table.name}')


class _Transaction:
    """All or nothing."""

    def __init__(self, db: duckdb.DuckDBPyConnection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN TRANSACTION")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.execute("COMMIT" if kind is None else "ROLLBACK")


def _connect(path: Path, read_only: bool) -> duckdb.DuckDBPyConnection:
    try:
        import duckdb
    except ImportError:
        raise InputError(
            "NC-S04", "the scan needs duckdb, which is not installed", where="scan",
            next_step="Run: pip install 'notecheck[scan]'.",
        ) from None  # fmt: skip
    # never fetch anything: what is needed is built in
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "threads": 1,
    }
    try:
        return duckdb.connect(str(path), read_only=read_only, config=config)
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise InputError(
                "NC-S02", "another process is using this store", where=str(path),
                next_step="Wait until the scan is done, or stop it.",
            ) from None  # fmt: skip
        raise _no_store(path) from None
    except duckdb.Error:
        raise _no_store(path) from None


def _no_store(path: Path) -> InputError:
    return InputError(
        "NC-S03", "this is no database that can be opened", where=str(path), next_step="Scan into another folder."
    )


def _shape(kind: Kind) -> str | list[str]:
    if kind in ("VARCHAR[]", "INTEGER[]"):
        return [kind.removesuffix("[]")]
    return "VARCHAR" if kind == "BLOB" else kind


def _plain(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    raise TypeError(f"{type(value).__name__} is no value of a row")
