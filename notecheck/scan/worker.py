"""The worker process: one pipeline, tasks in by a pipe, answers out by the same."""

from __future__ import annotations

import contextlib
import os
import queue
import signal
import threading
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from notecheck.errors import NotecheckError
from notecheck.scan.work import Answer, Task

READY = "ready"
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")


def main(pipe: Connection, own: Sequence[Path], payers: Sequence[Path], *, models: bool = True) -> None:
    """What a worker process runs: a pipeline of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends the workers
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")  # the processes share the processors already
    serve(pipe, partial(_pipeline, own, payers, models))


def serve(pipe: Connection, prepared: Callable[[], Callable[[Task], Answer]]) -> None:
    """Prepare, say READY, then answer every task that comes, until the pipe ends.

    What keeps it from starting, as a NotecheckError, is sent in place of READY.
    """
    tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
    threading.Thread(target=_receive, args=(pipe, tasks), daemon=True).start()
    try:
        answer = prepared()
    except NotecheckError as error:
        _send(pipe, error)
        return
    _send(pipe, READY)
    while (task := tasks.get()) is not None:
        _send(pipe, answer(task))


def _pipeline(own: Sequence[Path], payers: Sequence[Path], models: bool) -> Callable[[Task], Answer]:
    from notecheck.engine import load
    from notecheck.scan.judging import done

    return partial(done, load(own, payers, models=models))


def _receive(pipe: Connection, tasks: queue.SimpleQueue[Task | None]) -> None:
    """Take every task off the pipe at once, so that the parent never waits to send one.

    The end of the pipe means that the parent is gone: the process ends then, in the middle of a note too.
    """
    try:
        while (task := pipe.recv()) is not None:
            tasks.put(task)
        tasks.put(None)
    except (EOFError, OSError):
        os._exit(0)


def _send(pipe: Connection, what: object) -> None:
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        pipe.send(what)
