"""What a source is to Spark: files to be opened on the executors, files that Spark reads, or a table."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck.errors import InputError
from notecheck.read.documents import files_below

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

FILE = "path string, root string, content binary"
"""A file: ``content`` is null where the executor opens the path itself."""


def is_table(session: SparkSession, source: str) -> bool:
    """True for what Spark reads as a table: a name in its catalog, or a folder ending ``.parquet`` or ``.delta``."""
    if source.rstrip("/").endswith((".parquet", ".delta")):
        return not Path(source).is_file()
    if is_url(source) or "/" in source or "\\" in source or Path(source).exists():
        return False
    return bool(session.catalog.tableExists(source))


def table(session: SparkSession, source: str) -> DataFrame:
    """The rows of a table."""
    if source.rstrip("/").endswith(".parquet"):
        return session.read.parquet(source)
    if source.rstrip("/").endswith(".delta"):
        return session.read.format("delta").load(source)
    return session.table(source)


def is_url(source: str) -> bool:
    """True for a place that only Spark reaches, as ``s3://bucket/notes``."""
    return "://" in source or source.startswith(("dbfs:", "file:"))


def files(session: SparkSession, sources: Sequence[str], skipped: Collection[Path], partitions: int) -> DataFrame:
    """Every file of the sources that are no tables, as FILE.

    Files of this machine are listed as the embedded engine lists them and opened on the executors, which must see
    them under the same path; other places are read by Spark. ``skipped`` are files and folders to leave out. Raises
    InputError NC-I01 for a path that is not there.
    """
    here = [str(Path(source).absolute()) for source in sources if not is_url(source)]
    for source in here:
        if not Path(source).exists():
            raise InputError(
                "NC-I01", "no such file or folder", where=source, next_step="Check the name and the folder."
            )
    listed = [(path, root, None) for path, root in _listed(here, skipped)]
    found = session.createDataFrame(listed, FILE).repartition(partitions) if listed else None
    for root in (source for source in sources if is_url(source)):
        part = _read(session, root, partitions)
        found = part if found is None else found.unionByName(part)
    return session.createDataFrame([], FILE) if found is None else found


def _listed(roots: Sequence[str], skipped: Collection[Path]) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for root in dict.fromkeys(roots):
        for file in files_below(Path(root)):
            if str(file) not in seen and not any(file.is_relative_to(path) for path in skipped):
                seen.add(str(file))
                yield str(file), root


def _read(session: SparkSession, root: str, partitions: int) -> DataFrame:
    from pyspark.sql import functions

    held = session.read.format("binaryFile").option("recursiveFileLookup", "true").load(root)
    read = held.select("path", functions.lit(root).alias("root"), "content").repartition(partitions)
    empty = [(path, root, bytearray()) for path in _empty(session, root)]
    return read.unionByName(session.createDataFrame(empty, FILE)) if empty else read


def _empty(session: SparkSession, root: str) -> Iterator[str]:
    """The files of no bytes: Spark leaves them out. Nothing where its file system cannot be asked (Spark Connect)."""
    files = _hadoop(session, root)
    if files is None:
        return
    system, path = files
    found = system.listFiles(path, True)
    while found.hasNext():
        one = found.next()
        name = str(one.getPath().getName())
        if one.getLen() == 0 and not name.startswith(("_", ".")):
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
