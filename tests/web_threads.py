"""The application on a thread of the test process, without worker processes: for limits and refusals."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from notecheck.web.app import create_app
from notecheck.web.serve import bound, configuration
from notecheck.web.settings import Settings
from notecheck.web.workers import Pool


def silent(argument: Any) -> Any:
    """Builds nothing."""
    return repr


@contextmanager
def threaded(settings: Settings, pool: Pool | None = None) -> Iterator[tuple[str, int]]:
    """Address and port of the running application; ``pool`` is started by the caller."""
    listening = bound("127.0.0.1", 0)
    listening.listen()
    port = listening.getsockname()[1]
    idle = pool or Pool(silent, None, size=0, waiting=5, seconds=5)
    server = uvicorn.Server(configuration(create_app(settings, idle), settings))
    thread = threading.Thread(target=lambda: asyncio.run(server.serve(sockets=[listening])), daemon=True)
    thread.start()
    until = time.monotonic() + 30
    while not server.started and time.monotonic() < until:
        time.sleep(0.02)
    try:
        yield f"http://127.0.0.1:{port}", port
    finally:
        server.should_exit = True
        thread.join(timeout=15)
