"""ZIP archives and GZIP files: every member a source of its own, bombs and deep nesting refused."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO

from notecheck.errors import InputError
from notecheck.read.attached import Opened
from notecheck.read.passed_over import passed_over
from notecheck.read.spot import Spot, broken, too_large
from notecheck.records import Document, Refused

_WORD = "word/document.xml"
_EXCEL = "xl/workbook.xml"
_OFFICE = ("[Content_Types].xml", "mimetype")
_ENCRYPTED = 0x1


def kind_of(stream: BinaryIO) -> str:
    """``docx``, ``xlsx``, ``office`` (another office file) or ``zip``. Raises BadZipFile for what is no archive."""
    with zipfile.ZipFile(stream) as archive:
        names = set(archive.namelist())
    if _WORD in names:
        return "docx"
    if _EXCEL in names:
        return "xlsx"
    return "office" if names & set(_OFFICE) else "zip"


def members(stream: BinaryIO, spot: Spot, opened: Opened) -> Iterator[Document | Refused]:
    """Everything in a ZIP archive, in the order of the names. Raises InputError NC-I12 and NC-I13 for the whole."""
    _refuse_depth(spot)
    with zipfile.ZipFile(stream) as archive:
        entries = sorted((entry for entry in archive.infolist() if _wanted(entry)), key=_name)
        if len(entries) > spot.limits.archive_members:
            raise _bomb(f"the archive has {len(entries)} members", spot.where)
        if sum(entry.file_size for entry in entries) > spot.limits.archive_bytes:
            raise _bomb("the archive would unpack to too much", spot.where)
        for entry in entries:
            inner = spot.inside(entry.filename, PurePosixPath(entry.filename).name)
            inner = inner.deeper()
            try:
                _refuse_entry(entry, inner)
                with archive.open(entry) as member:
                    yield from opened(io.BufferedReader(member), entry.file_size, inner)  # type: ignore[type-var]
            except InputError as error:
                yield inner.refused(error)
            except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, NotImplementedError, ValueError):
                yield inner.refused(broken("member of a ZIP archive", inner.where))
            except Exception as error:
                if type(error).__module__ != "zlib":
                    raise
                yield inner.refused(broken("member of a ZIP archive", inner.where))


def unpacked(stream: BinaryIO, spot: Spot, opened: Opened) -> Iterator[Document | Refused]:
    """The one file in a GZIP file. Raises InputError NC-I12, NC-I13."""
    _refuse_depth(spot)
    name = spot.name[:-3] if spot.name.lower().endswith(".gz") else spot.name
    with gzip.GzipFile(fileobj=stream) as inside:
        yield from opened(inside, None, spot.named(name).deeper())  # type: ignore[arg-type]


def _wanted(entry: zipfile.ZipInfo) -> bool:
    parts = PurePosixPath(entry.filename).parts
    return not entry.is_dir() and not any(passed_over(part) or part == "__MACOSX" for part in parts)


def _name(entry: zipfile.ZipInfo) -> str:
    return entry.filename


def _refuse_entry(entry: zipfile.ZipInfo, spot: Spot) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise InputError(
            "NC-I14",
            "the member is encrypted",
            where=spot.where,
            next_step="Unpack the archive with its password first.",
        )
    packed = max(entry.compress_size, 1)
    if entry.file_size > spot.limits.archive_ratio_from and entry.file_size / packed > spot.limits.archive_ratio:
        raise _bomb(f"the member unpacks to {entry.file_size // packed} times its size", spot.where)
    if entry.file_size > spot.limits.table_bytes:
        raise too_large(spot.where, spot.limits.table_bytes)


def _refuse_depth(spot: Spot) -> None:
    if spot.depth >= spot.limits.archive_depth:
        raise InputError(
            "NC-I13",
            f"archives lie more than {spot.limits.archive_depth} deep in each other",
            where=spot.where,
            next_step="Unpack it first.",
        )


def _bomb(what: str, where: str) -> InputError:
    return InputError("NC-I12", what, where=where, next_step="Unpack it by hand if you trust it, and name the folder.")
