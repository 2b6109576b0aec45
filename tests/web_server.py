"""A running ``notecheck serve`` for the tests of the page and the API, and raw requests to it."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import notecheck

_READY = re.compile(r"notecheck is ready: http://(\S+?):(\d+)/")


@dataclass
class Served:
    """A server: where it listens, what it logged so far."""

    host: str
    port: int
    process: subprocess.Popen[str]
    log: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://{self.host}:{self.port}"

    def raw(self, request: bytes, *, seconds: float = 30, pieces: int = 1) -> bytes:
        """The whole answer to raw bytes, as far as it came."""
        with socket.create_connection((self.host, self.port), timeout=seconds) as connection:
            try:
                for start in range(0, len(request), max(1, -(-len(request) // pieces))):
                    connection.sendall(request[start : start + max(1, -(-len(request) // pieces))])
            except OSError:
                pass  # the server may stop reading; its answer counts
            answer = b""
            try:
                while part := connection.recv(65536):
                    answer += part
            except OSError:
                pass
            return answer


@contextmanager
def serving(*arguments: str, folder: Path, **environment: str) -> Iterator[Served]:
    """Start ``notecheck serve`` on a free port and stop it again."""
    package = Path(notecheck.__file__).resolve().parent.parent
    process = subprocess.Popen(
        [sys.executable, "-m", "notecheck", "serve", "--port", "0", "--workers", "1", *arguments],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(package), **environment},
        text=True,
    )
    log: list[str] = []
    reader = threading.Thread(target=_read, args=(process, log), daemon=True)
    reader.start()
    try:
        until = time.monotonic() + 240
        while time.monotonic() < until and process.poll() is None:
            ready = _READY.search("".join(log))
            if ready:
                yield Served(ready[1], int(ready[2]), process, log)
                return
            time.sleep(0.05)
        raise AssertionError("the server did not start:\n" + "".join(log))
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
        reader.join(timeout=5)


def _read(process: subprocess.Popen[str], log: list[str]) -> None:
    assert process.stderr is not None
    for line in process.stderr:
        log.append(line)
