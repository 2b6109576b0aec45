"""A folder under watch: what is dropped in is judged into the same store as soon as it is complete."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from notecheck.errors import InputError
from notecheck.scan.run import Progress, Request, pool_for, scan
from notecheck.scan.store import Store

_UNFINISHED = (".part", ".partial", ".crdownload", ".tmp", ".temp", ".filepart", ".swp", "~")
_QUIET = 60.0  # seconds without a new answer after which the Parquet files are written anew
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
        """A file or folder that came, changed or went away."""
        if path.is_dir():
            for below in path.rglob("*"):
                if below.is_file() and to_read(below):
                    self._looks.setdefault(below, None)
        else:
            self._looks.setdefault(path, None)

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
    for a minute, and at the end. Raises what :func:`scan` raises, and InputError
    NC-S07 for a folder that is none.
    """
    folder = _folder(request)
    with pool_for(request, request.workers or 1) as pool:
        yield scan(request, told=told, stopped=stopped, pool=pool)
        settling = Settling(settle)
        written: float | None = None
        for changed in _changes(folder, request.out.absolute(), poll, stopped):
            for path in changed:
                settling.add(path)
            ready = settling.ready(time.monotonic())
            if ready:
                yield scan(replace(request, only=ready), told=told, stopped=stopped, pool=pool)
                written = time.monotonic()
            elif written is not None and time.monotonic() - written >= _QUIET:
                _export(request.out)
                written = None
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
        yield {path for path in named if to_read(path) and not path.is_relative_to(out)}


class _Event:
    """``stopped`` as the event that the watching library asks."""

    def __init__(self, stopped: Callable[[], bool]) -> None:
        self._stopped = stopped

    def is_set(self) -> bool:
        """True when watching is to end."""
        return self._stopped()
