"""The shelf of loaded editions: one SQLite file for each kind and date, never changed once it stands there.

``<user data>/editions/<kind>/<date>.sqlite``; what an update replaced or a restore took away lies under ``old/`` beside
it. A new file is written aside and moved into place only when it is whole, so that a stopped update leaves nothing.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, get_args

from notecheck import locate
from notecheck.errors import InputError

Kind = Literal["ncci", "ncci-hospital", "mue", "icd10", "lcd"]
KINDS: tuple[Kind, ...] = get_args(Kind)
LAYOUT = 1
"""Raised when the tables inside the files change; a file of another layout is loaded again by the user."""

_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.sqlite")


@dataclass(frozen=True, slots=True)
class Edition:
    """One loaded edition: what it is, the day from which it holds, its file, and what it was loaded from."""

    kind: Kind
    day: date
    path: Path
    rows: int = 0
    loaded: str = ""
    sources: str = ""

    def open(self) -> sqlite3.Connection:
        """The file, for reading only."""
        return sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)


def folder(kind: Kind) -> Path:
    """Where the editions of a kind stand; the folder need not exist."""
    return locate.user_data() / "editions" / kind


def editions(kind: Kind) -> tuple[Edition, ...]:
    """Every edition of a kind, oldest first. Raises InputError NC-I57 for a file that is none."""
    place = folder(kind)
    if not place.is_dir():
        return ()
    named = ((path, _NAME.fullmatch(path.name)) for path in sorted(place.iterdir()))
    return tuple(_read(kind, date.fromisoformat(match[1]), path) for path, match in named if match)


def begin(kind: Kind) -> Path:
    """The path of a new file in the making, beside the editions of its kind."""
    place = folder(kind)
    try:
        place.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(place, error) from None
    path = place / f"making-{os.getpid()}.sqlite"
    path.unlink(missing_ok=True)
    return path


@contextlib.contextmanager
def making(kind: Kind) -> Iterator[sqlite3.Connection]:
    """A new file to fill. It disappears again unless :func:`put` moved it into place. Raises InputError NC-I57."""
    path = begin(kind)
    try:
        with contextlib.closing(sqlite3.connect(path)) as base:
            base.execute("PRAGMA journal_mode = OFF")
            base.execute("PRAGMA synchronous = OFF")
            base.execute("CREATE TABLE meta (layout INTEGER, rows INTEGER, loaded TEXT, sources TEXT)")
            yield base
    except sqlite3.OperationalError as error:
        raise InputError(
            "NC-I57",
            f"the table cannot be written ({error})",
            where=str(path.parent),
            next_step="Check the free space.",
        ) from None
    finally:
        path.unlink(missing_ok=True)


def put(kind: Kind, day: date, base: sqlite3.Connection, rows: int, sources: str) -> Edition:
    """Move the finished file into place; an edition of the same day is kept under ``old/``."""
    loaded = datetime.now().isoformat(timespec="microseconds")
    base.execute("INSERT INTO meta VALUES (?, ?, ?, ?)", (LAYOUT, rows, loaded, sources))
    base.commit()
    made = Path(base.execute("PRAGMA database_list").fetchone()[2])
    base.close()
    target = folder(kind) / f"{day.isoformat()}.sqlite"
    try:
        if target.exists():
            target.replace(_aside(kind, day, "replaced"))
        made.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from None
    return Edition(kind, day, target, rows, loaded, sources)


def restore(kind: Kind) -> tuple[Edition, Edition | None]:
    """Take the edition that was loaded last off the shelf, and put back the one that it replaced, if it replaced one.

    Returns what was taken off, and what was put back. Raises InputError NC-I56 when nothing was loaded.
    """
    loaded = editions(kind)
    if not loaded:
        raise InputError(
            "NC-I56",
            f"no edition of {kind} was loaded",
            where="codes restore",
            next_step="`notecheck codes status` lists what is there.",
        )
    last = max(loaded, key=lambda edition: edition.loaded)
    replaced = sorted((folder(kind) / "old").glob(f"{last.day.isoformat()}.replaced-*.sqlite"))
    try:
        last.path.replace(_aside(kind, last.day, "taken"))
        if not replaced:
            return last, None
        replaced[-1].replace(last.path)
    except OSError as error:
        raise _unwritable(last.path, error) from None
    return last, _read(kind, last.day, last.path)


def in_force(kind: Kind, on: date) -> Edition | None:
    """The latest edition that has begun on the day; None when all begin later or none is loaded."""
    begun = [edition for edition in editions(kind) if edition.day <= on]
    return begun[-1] if begun else None


def _read(kind: Kind, day: date, path: Path) -> Edition:
    plain = Edition(kind, day, path)
    try:
        with contextlib.closing(plain.open()) as base:
            layout, rows, loaded, sources = base.execute("SELECT layout, rows, loaded, sources FROM meta").fetchone()
    except (sqlite3.Error, TypeError, ValueError):
        layout, rows, loaded, sources = 0, 0, "", ""
    if layout != LAYOUT:
        raise InputError(
            "NC-I57",
            "this is no edition of this version of notecheck",
            where=str(path),
            next_step="Take the file away and load the edition again with `notecheck codes update`.",
        )
    return Edition(kind, day, path, rows, loaded, sources)


def _aside(kind: Kind, day: date, why: str) -> Path:
    old = folder(kind) / "old"
    old.mkdir(exist_ok=True)
    return old / f"{day.isoformat()}.{why}-{datetime.now():%Y%m%dT%H%M%S%f}.sqlite"


def _unwritable(path: Path, error: OSError) -> InputError:
    return InputError(
        "NC-I57",
        f"cannot be written ({error.strerror})",
        where=str(path),
        next_step=f"Check its permissions, or name another folder in {locate.USER_DATA}.",
    )
