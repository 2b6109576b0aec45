"""How many documents some sources hold, as far as that can be told quickly: for the time left, not for the answer."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from notecheck.read.passed_over import passed_over

_LINES = (".jsonl", ".ndjson")
_TABLES = (".csv", ".tsv")
_LARGE = 200_000_000  # bytes of table rows that are counted; beyond, the number is not told


def expected(sources: Iterable[Path | str]) -> int | None:
    """The number of documents, or None where a file is too large to count in a moment."""
    total = 0
    for source in sources:
        for file in _files(Path(source)):
            count = _within(file)
            if count is None:
                return None
            total += count
    return total


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for folder, below, names in os.walk(path):
        below[:] = [name for name in below if not name.startswith((".", "__MACOSX"))]
        for name in names:
            if not passed_over(name):
                yield Path(folder) / name


def _within(file: Path) -> int | None:
    ending = file.suffix.lower()
    try:
        if ending in (*_LINES, *_TABLES):
            if file.stat().st_size > _LARGE:
                return None
            return max(1, _lines(file) if ending in _LINES else _rows(file))
        if ending == ".parquet":
            return _parquet(file)
        if ending == ".zip":
            with zipfile.ZipFile(file) as opened:
                return sum(1 for one in opened.infolist() if not one.is_dir())
    except (OSError, ValueError, zipfile.BadZipFile):
        pass
    return 1


def _lines(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(1 for line in stream if line.strip())


def _rows(file: Path) -> int:
    """Rows of a table below its header: line ends outside of quotation marks."""
    rows, quoted = 0, False
    with file.open("rb") as stream:
        for line in stream:
            quoted ^= line.count(b'"') % 2 == 1
            rows += not quoted and bool(line.strip())
    return rows - 1


def _parquet(file: Path) -> int | None:
    import duckdb

    try:
        found = duckdb.execute("SELECT sum(num_rows) FROM parquet_file_metadata(?)", [str(file)]).fetchone()
    except duckdb.Error:
        return 1
    return int(found[0]) if found and found[0] else 1
