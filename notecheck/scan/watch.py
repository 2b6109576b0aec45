"""A folder under watch: what is dropped in is judged into the same store as soon as it is complete."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from notecheck.config.suppressions import ENDING
from notecheck.errors import InputError, NotecheckError
from notecheck.read.documents import files_below
from notecheck.read.passed_over import told_by
from notecheck.scan.request import Progress, Request
from notecheck.scan.run import pool_for, scan
from notecheck.scan.store import Store

_UNFINISHED = (".part", ".partial", ".crdownload", ".tmp", ".temp", ".filepart", ".swp", "~")
_QUIET = 60.0  # seconds without a new answer after which the Parquet files are written anew
_REST = 5.0  # seconds until what could not be done is tried again
_EMPTY_FOR = 5  # an empty file is waited for this many times longer


@dataclass(frozen=True, slots=True)
class _Look:
    """A file as last seen, and since when it has been so."""

    size: int
    changed: int
    since: float


class Settling:
    """Files that came or changed, until each has stood still for ``settle`` seconds."""

    def __init__(self, settle: float) -> None:
        self._settle = settle
        self._looks: dict[Path, _Look | None] = {}

    def add(self, path: Path) -> None:
        """A file or folder that came, changed or went away. For a file of suppressions its notes are looked at."""
        for below in files_below(path):
            if to_read(below):
                for one in _meant(below):
                    self._looks.setdefault(one, None)

    def ready(self, now: float) -> tuple[Path, ...]:
        """The files that are complete, and those that went away; they are no longer waited for."""
        found = []
        for path, before in list(self._looks.items()):
            try:
                stat = path.stat()
            except OSError:
                found.append(path)
                continue
            if before is None or (stat.st_size, stat.st_mtime_ns) != (before.size, before.changed):
                self._looks[path] = _Look(stat.st_size, stat.st_mtime_ns, now)
            elif now - before.since >= self._settle * (1 if stat.st_size else _EMPTY_FOR):
                found.append(path)
        for path in found:
            del self._looks[path]
        return tuple(sorted(found))


def _meant(path: Path) -> tuple[Path, ...]:
    if not told_by(path.name):
        return (path,)
    if not path.name.endswith(ENDING):
        return ()
    name = path.name.removesuffix(ENDING)
    try:
        beside = sorted(path.parent.iterdir())
    except OSError:
        return ()
    return tuple(one for one in beside if name in (one.name, one.stem) and not told_by(one.name) and to_read(one))


def to_read(path: Path) -> bool:
    """False for hidden files and for names under which programs write what is not finished."""
    return not path.name.startswith((".", "~$")) and not path.name.lower().endswith(_UNFINISHED)


def watch(
    request: Request,
    *,
    settle: float = 2.0,
    poll: bool = False,
    told: Callable[[Progress], None] | None = None,
    stopped: Callable[[], bool],
) -> Iterator[Progress]:
    """Scan the one folder of the request, then every file that is dropped into it, until ``stopped``.

    Gives what was done by the first scan and then each time something was done. ``settle`` is how many seconds a file
    must stand still before it counts as complete; ``poll`` looks at the files instead of asking the system, for network
    drives. The store is closed in between, so that others can read it; the Parquet files follow it when nothing came
    for a minute, and at the end. What keeps a later scan from being made (another program has the results open, a
    claims file is being written) is told as ``trouble``, and the same files are tried again. Raises what :func:`scan`
    raises for the first scan, and InputError NC-S07 for a folder that is none.
    """
    folder = _folder(request)
    with pool_for(request, request.workers or 1) as pool:
        yield scan(request, told=told, stopped=stopped, pool=pool)
        settling = Settling(settle)
        written: float | None = None
        left: tuple[Path, ...] = ()
        rest = 0.0
        for changed in _changes(folder, request.out.absolute(), poll, stopped):
            for path in changed:
                settling.add(path)
            left = tuple(dict.fromkeys((*left, *settling.ready(time.monotonic()))))
            quiet = written is not None and time.monotonic() - written >= _QUIET
            if not (left or quiet) or time.monotonic() < rest:
                continue
            try:
                if left:
                    yield scan(replace(request, only=left), told=told, stopped=stopped, pool=pool)
                    left, written = (), time.monotonic()
                else:
                    _export(request.out)
                    written = None
            except NotecheckError as error:
                rest = time.monotonic() + _REST
                yield Progress(trouble=str(error))
        if written is not None:
            _export(request.out)


def _export(out: Path) -> None:
    with Store(out, create=True) as store:
        store.export()


def _folder(request: Request) -> Path:
    if len(request.sources) != 1 or not request.sources[0].is_dir():
        raise InputError(
            "NC-S07", "only a folder can be watched", where=str(request.sources[0]), next_step="Name one folder."
        )
    return request.sources[0].absolute()


def _changes(folder: Path, out: Path, poll: bool, stopped: Callable[[], bool]) -> Iterator[set[Path]]:
    """What came, changed or went, a few times a second; an empty set where nothing did."""
    try:
        from watchfiles import watch as changes
    except ImportError:
        raise InputError(
            "NC-S04", "watching needs watchfiles, which is not installed", where="watch",
            next_step="Run: pip install 'notecheck[scan]'.",
        ) from None  # fmt: skip

    for found in changes(
        folder,
        watch_filter=None,
        debounce=400,
        step=100,
        stop_event=_Event(stopped),
        rust_timeout=500,
        yield_on_timeout=True,
        raise_interrupt=False,
        force_polling=poll or None,
    ):
        named = (Path(name) for _, name in found)
        yield {path for path in named if _in_sight(path, folder) and not path.is_relative_to(out)}


def _in_sight(path: Path, folder: Path) -> bool:
    inside = path.relative_to(folder).parts if path.is_relative_to(folder) else ()
    return to_read(path) and not any(part.startswith((".", "__MACOSX")) for part in inside)


class _Event:
    """``stopped`` as the event that the watching library asks."""

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._stopped = stopped

    def is_set(self) -> bool:
        """True when watching is to end."""
        return self._stopped()
