"""What a worker process does in the tests of the pool: light to import, for each worker imports it anew."""

from __future__ import annotations

import os
import time
from typing import Any

from notecheck.errors import InputError


def play(argument: Any) -> Any:
    """Builds a worker that does as it is told."""
    return act


def refuses(argument: Any) -> Any:
    """Does not get built."""
    raise RuntimeError("no")


def act(name: str, data: Any) -> Any:
    """``echo`` gives back, ``pid`` names the process, ``sleep`` waits, ``die`` ends, ``fault`` and ``refuse`` raise."""
    if name == "die":
        os._exit(3)
    if name == "sleep":
        time.sleep(data)
    if name == "fault":
        raise ValueError(data)
    if name == "refuse":
        raise InputError("NC-I31", "unknown code", where="claim", next_step="Mend it.")
    return os.getpid() if name == "pid" else data
