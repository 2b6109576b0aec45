"""Downloaded files as tables of texts: TXT (tabs), CSV and XLSX, alone or inside ZIP files that may hold ZIP files.

Nothing is unpacked to disk but nested ZIP files, into temporary files. Rows come one at a time, so that a table of
millions of rows takes no more memory than a small one.
"""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO
from zlib import error as ZlibError

from notecheck.errors import InputError

Rows = Iterator[tuple[int, list[str]]]
"""Line number from 1 and cells, blanks around them cut."""

DEEPEST = 3
_MOST_BYTES = 12_000_000_000
_IN_MEMORY = 64_000_000
_LONGEST_CELL = 64_000_000
_PREFERRED = (".txt", ".csv", ".xlsx")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a download. ``name`` is its file name, ``where`` the way to it for messages, ``made`` its date."""

    name: str
    where: str
    made: tuple[int, int, int] | None
    rows: Callable[[], Rows]


def tables(path: Path, stack: ExitStack, wanted: Callable[[str], bool]) -> list[Table]:
    """The tables of a ZIP file whose names fit ``wanted`` (asked in lower case), or the one table that the file is.

    Of one table in several formats the first of TXT, CSV, XLSX is taken. ``stack`` keeps open what the rows need.
    Raises InputError NC-I01 to NC-I03 (no readable file) and NC-I50 (no such table, damaged, locked, too deep).
    """
    where = path.name
    if not path.exists():
        raise InputError("NC-I01", "no such file", where=where, next_step="Check the name and the folder.")
    if path.is_dir():
        raise InputError("NC-I02", "this is a folder", where=where, next_step="Name the downloaded ZIP file.")
    try:
        is_zip = zipfile.is_zipfile(path) and path.suffix.lower() != ".xlsx"
        found = list(_members(path, where, stack, wanted, 1)) if is_zip else list(_alone(path))
    except OSError as error:
        raise InputError(
            "NC-I03", f"cannot be opened ({error.strerror})", where=where, next_step="Check its permissions."
        ) from None
    best: dict[str, Table] = {}
    for table in sorted(found, key=lambda t: _PREFERRED.index(PurePosixPath(t.name.lower()).suffix)):
        best.setdefault(str(PurePosixPath(table.name.lower()).with_suffix("")), table)
    if not best:
        raise InputError(
            "NC-I50",
            "holds no table of the expected name (TXT, CSV or XLSX)",
            where=where,
            next_step="Give the ZIP file as downloaded from CMS.",
        )
    return list(best.values())


def _alone(path: Path) -> Iterator[Table]:
    suffix = path.suffix.lower()
    if suffix in _PREFERRED:

        def rows() -> Rows:
            with path.open("rb") as stream:
                yield from _rows(stream, suffix, path.name)

        yield Table(path.name, path.name, None, rows)


def _members(
    source: Path | IO[bytes], where: str, stack: ExitStack, wanted: Callable[[str], bool], depth: int
) -> Iterator[Table]:
    if depth > DEEPEST:
        raise _damaged(where, "ZIP files nested too deep")
    try:
        archive = stack.enter_context(zipfile.ZipFile(source))
        infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise _damaged(where, f"no sound ZIP file ({type(error).__name__})") from None
    if sum(info.file_size for info in infos) > _MOST_BYTES:
        raise _damaged(where, "it unpacks to more than 12 GB")
    for info in infos:
        name = PurePosixPath(info.filename).name
        suffix = PurePosixPath(name.lower()).suffix
        place = f"{where}/{name}"
        if info.is_dir() or name.startswith(("._", "~$")):
            continue
        if suffix == ".zip":
            spooled = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
            inner: IO[bytes] = stack.enter_context(spooled)
            for block in _blocks(archive, info, place):
                inner.write(block)
            inner.seek(0)
            yield from _members(inner, place, stack, wanted, depth + 1)
        elif suffix in _PREFERRED and wanted(name.lower()):
            yield Table(name, place, info.date_time[:3], _reader(archive, info, suffix, place))


def _reader(archive: zipfile.ZipFile, info: zipfile.ZipInfo, suffix: str, where: str) -> Callable[[], Rows]:
    def rows() -> Rows:
        try:
            with archive.open(info) as stream:
                yield from _rows(stream, suffix, where)
        except (zipfile.BadZipFile, EOFError, ZlibError, RuntimeError, NotImplementedError) as error:
            raise _damaged(where, f"damaged or locked with a password ({type(error).__name__})") from None

    return rows


def _blocks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> Iterator[bytes]:
    try:
        with archive.open(info) as stream:
            while block := stream.read(1 << 20):
                yield block
    except (zipfile.BadZipFile, EOFError, ZlibError, RuntimeError, NotImplementedError) as error:
        raise _damaged(where, f"damaged or locked with a password ({type(error).__name__})") from None


def _rows(stream: IO[bytes], suffix: str, where: str) -> Rows:
    if suffix == ".xlsx":
        yield from _sheet(stream, where)
        return
    # CMS writes these files in Windows-1252; plain ASCII but for the copyright line
    text = io.TextIOWrapper(stream, encoding="cp1252", errors="replace", newline="")
    if suffix == ".txt":
        for number, line in enumerate(text, start=1):
            yield number, [cell.strip() for cell in line.rstrip("\r\n").split("\t")]
        return
    csv.field_size_limit(_LONGEST_CELL)
    table = csv.reader(text)
    try:
        for cells in table:
            yield table.line_num, [cell.strip() for cell in cells]
    except csv.Error as error:
        raise _damaged(f"{where}, line {table.line_num}", f"no CSV ({error})") from None


def _sheet(stream: IO[bytes], where: str) -> Rows:
    from openpyxl import load_workbook

    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spooled:
        while block := stream.read(1 << 20):
            spooled.write(block)
        spooled.seek(0)
        try:
            book = load_workbook(spooled, read_only=True, data_only=True)
            sheet = book.worksheets[0]
            for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
                yield number, [_cell(value) for value in cells]
        except Exception as error:  # openpyxl raises whatever its XML and ZIP readers raise
            if isinstance(error, InputError):
                raise
            raise _damaged(where, f"no sound XLSX file ({type(error).__name__})") from None


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    isoformat = getattr(value, "strftime", None)
    return isoformat("%Y%m%d") if isoformat else str(value).strip()


def _damaged(where: str, what: str) -> InputError:
    return InputError("NC-I50", what, where=where, next_step="Download the file from CMS again.")


def columns(rows: Rows, names: Sequence[tuple[str, ...]], where: str, first_lines: int = 30) -> tuple[list[int], Rows]:
    """The place of each wanted column, and the rows below the header.

    ``names`` gives for each column the words that its header must hold. A header may go on over the following lines
    (their first two cells are then empty), and notices may stand above it.
    Raises InputError NC-I51 when no header holds all of them.
    """
    header: list[str] = []
    last: tuple[int, list[str]] | None = None
    for number, cells in rows:
        if number > first_lines and not header:
            break
        if not header:
            spelled = [_plain(cell) for cell in cells]
            if len(spelled) >= len(names) and all(_heads(spelled[i], names[i]) for i in (0, 1)):
                header = spelled
            continue
        if any(cells[:2]) or not any(cells):
            last = (number, cells)
            break
        header = [f"{old} {_plain(cell)}" for old, cell in zip(header, [*cells, *[""] * len(header)], strict=False)]
    places = [place for place in _places(header, names) if place is not None]
    if len(places) == len(names):
        return places, _again(last, rows)
    wanted = ", ".join(" ".join(words) for words in names)
    raise InputError(
        "NC-I51",
        f"no table with the columns {wanted}",
        where=where,
        next_step="Give the ZIP file as downloaded from CMS.",
    )


def _places(header: Sequence[str], names: Sequence[tuple[str, ...]]) -> list[int | None]:
    """A column by its very name, else the first whose header holds all the words."""
    found: list[int | None] = []
    for words in names:
        exact = next((i for i, head in enumerate(header) if (head,) == tuple(words)), None)
        near = next((i for i, head in enumerate(header) if _heads(head, words)), None)
        found.append(near if exact is None else exact)
    return found


def _heads(head: str, words: Sequence[str]) -> bool:
    return all(word in head for word in words)


def _again(last: tuple[int, list[str]] | None, rows: Rows) -> Rows:
    if last is not None:
        yield last
    yield from rows


def _plain(cell: str) -> str:
    return " ".join(cell.lower().split())
