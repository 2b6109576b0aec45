"""What a source is to Spark: files to be opened on the executors, files that Spark reads, or a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from notecheck.errors import InputError
from notecheck.read.documents import files_below
from notecheck.read.passed_over import passed_over
from notecheck.scan.request import roots_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FILE = "path string, root string, content binary"
"""A file: ``content`` is null where the executor opens the path itself."""


def local(source: str) -> str:
    """The path of a ``file:`` URL; any other source as it is. Raises InputError NC-S17 for one of another machine."""
    if not source.startswith("file:"):
        return source
    parts = urlsplit(source)
    if parts.netloc not in ("", "localhost"):
        raise InputError(
            "NC-S17", f"the URL names another machine ({parts.netloc})", where=source, next_step="Write file:///PATH."
        )
    return url2pathname(parts.path)


def is_table(session: SparkSession, source: str) -> bool:
    """True for what Spark reads as a table: a name in its catalog, or a folder ending ``.parquet`` or ``.delta``."""
    if source.rstrip("/").endswith((".parquet", ".delta")):
        return not Path(source).is_file()
    if is_url(source) or "/" in source or "\\" in source or Path(source).exists():
        return False
    try:
        return bool(session.catalog.tableExists(source))
    except Exception:
        return False  # no name that a table could have


def table(session: SparkSession, source: str) -> DataFrame:
    """The rows of a table. Raises InputError NC-I01, NC-S17 for one that Spark cannot read."""
    with _refused(source):
        if source.rstrip("/").endswith(".parquet"):
            return session.read.parquet(source)
        if source.rstrip("/").endswith(".delta"):
            return session.read.format("delta").load(source)
        return session.table(source)


def is_url(source: str) -> bool:
    """True for a place that only Spark reaches, as ``s3://bucket/notes``. Raises InputError NC-S17 for the web."""
    if source.startswith(("http://", "https://")):
        raise InputError(
            "NC-S17", "pages of the web are not read", where=source,
            next_step="Download the files, and name their folder or bucket.",
        )  # fmt: skip
    return "://" in source or source.startswith("dbfs:")


@contextmanager
def _refused(source: str) -> Iterator[None]:
    """What Spark says of a place that it cannot read, as an InputError with the kind of fault alone."""
    try:
        yield
    except InputError:
        raise
    except Exception as error:
        kind = _kind(error)
        if kind in ("PATH_NOT_FOUND", "TABLE_OR_VIEW_NOT_FOUND"):
            raise InputError(
                "NC-I01", "Spark finds nothing there", where=source, next_step="Check the name, bucket and folder."
            ) from None
        raise InputError(
            "NC-S17", f"Spark cannot read this place ({kind})", where=source,
            next_step="Give the cluster the connector of this kind of place, and the right to read it.",
        ) from None  # fmt: skip


def _kind(error: Exception) -> str:
    """The name of a fault: Spark's own, else that of the Java exception at its root, else that of the Python one."""
    condition = getattr(error, "getCondition", None) or getattr(error, "getErrorClass", None)
    if condition is not None and (told := condition()):
        return str(told)
    cause = getattr(error, "java_exception", None)
    while cause is not None and cause.getCause() is not None:
        cause = cause.getCause()
    return str(cause.getClass().getSimpleName()) if cause is not None else type(error).__name__


def files(session: SparkSession, sources: Sequence[str], skipped: Collection[Path], partitions: int) -> DataFrame:
    """Every file of the sources that are no tables, as FILE.

    Files of this machine are listed as the embedded engine lists them and opened on the executors, which must see
    them under the same path; other places are read by Spark. ``skipped`` are files and folders to leave out. Raises
    InputError NC-I01 for a path that is not there.
    """
    named = [source for source in sources if not is_url(source)]
    for source in named:
        if "/" not in source and not Path(source).exists():
            raise InputError(
                "NC-I01", "there is no such file or folder here, and no such table in Spark's catalog", where=source,
                next_step="Check the name; a table of another catalog is CATALOG.SCHEMA.TABLE.",
            )  # fmt: skip
    here = roots_of([Path(source) for source in named])
    listed = [(path, root, None) for path, root in _listed(here, skipped)]
    found = session.createDataFrame(listed, FILE).repartition(partitions) if listed else None
    for root in (source for source in sources if is_url(source)):
        part = _read(session, root, partitions)
        found = part if found is None else found.unionByName(part)
    return session.createDataFrame([], FILE) if found is None else found


def _listed(roots: Sequence[str], skipped: Collection[Path]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for root in dict.fromkeys(roots):
        shut: list[OSError] = []
        below = files_below(Path(root), shut.append)
        for file in (*below, *(Path(error.filename) for error in shut)):
            if str(file) not in seen and not any(file.is_relative_to(path) for path in skipped):
                seen.add(str(file))
                yield str(file), root


def _read(session: SparkSession, root: str, partitions: int) -> DataFrame:
    from pyspark.sql import functions

    with _refused(root):
        held = session.read.format("binaryFile").option("recursiveFileLookup", "true").load(root)
        held = held.where("NOT endswith(path, '.notecheck') AND NOT endswith(path, '/notecheck.toml')")
    read = held.select("path", functions.lit(root).alias("root"), "content").repartition(partitions)
    empty = [(path, root, bytearray()) for path in _empty(session, root)]
    return read.unionByName(session.createDataFrame(empty, FILE)) if empty else read


def _empty(session: SparkSession, root: str) -> Iterator[str]:
    """The files of no bytes: Spark leaves them out. Nothing where its file system cannot be asked (Spark Connect)."""
    with _refused(root):
        files = _hadoop(session, root)
        found = files[0].listFiles(files[1], True) if files is not None else None
    if found is None:
        return
    while found.hasNext():
        one = found.next()
        name = str(one.getPath().getName())
        if one.getLen() == 0 and not name.startswith("_") and not passed_over(name):
            yield str(one.getPath().toString())


def remove(session: SparkSession, place: str) -> None:
    """Take away a folder that was needed on the way; left there where the file system cannot be asked."""
    files = _hadoop(session, place)
    if files is not None:
        files[0].delete(files[1], True)


def _hadoop(session: SparkSession, place: str) -> tuple[Any, Any] | None:
    java, context = getattr(session, "_jvm", None), getattr(session, "_jsc", None)
    if java is None or context is None:
        return None
    path = java.org.apache.hadoop.fs.Path(place)
    return path.getFileSystem(context.hadoopConfiguration()), path
