"""Worker processes without a pipeline, which do what the text of a note tells them: for tests of the pool alone."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from pathlib import Path

from notecheck.errors import DataError
from notecheck.scan import worker
from notecheck.scan.work import Answer, Read


def obedient(pipe: Connection, *tables: Sequence[Path]) -> None:
    """Answers every note, but ``die``, ``die once FILE`` and ``sleep`` are obeyed."""
    worker.serve(pipe, _ready)


def _ready() -> Callable[[Read], Answer]:
    return _obey


def _obey(task: Read) -> Answer:
    order, _, rest = task.text.partition(" ")
    if order == "die" and rest.startswith("once "):
        mark = Path(rest.removeprefix("once "))
        if not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
    elif order == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    elif order == "sleep":
        time.sleep(60)
    return Answer({"notes": [{"note_key": task.place.note_key, "pid": os.getpid(), "text": task.text}]})


def stillborn(pipe: Connection, *tables: Sequence[Path]) -> None:
    """Ends before it is ready."""


def refusing(pipe: Connection, *tables: Sequence[Path]) -> None:
    """Says why it cannot start."""
    worker.serve(pipe, _broken)


def _broken() -> Callable[[Read], Answer]:
    raise DataError("NC-D02", "not YAML", where="made up")
