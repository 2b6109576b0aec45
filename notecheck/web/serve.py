"""Runs the application: a socket that is bound first, workers, uvicorn without its own access log."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from notecheck.errors import InputError
from notecheck.web.app import create_app, pool_of
from notecheck.web.settings import Settings


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises InputError NC-I89 when the port is taken or the address is not of this machine."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        family, kind, protocol, _, address = found[0]
        made = socket.socket(family, kind, protocol)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError as error:
        reason = error.strerror or "no such address"
        raise InputError(
            "NC-I89",
            f"cannot listen on port {port} ({reason})",
            where=host,
            next_step="Name another with --port, or stop what listens there.",
        ) from None
    return made


def run(settings: Settings, ready: Callable[[Settings], None]) -> None:
    """Serve until the process is stopped. ``ready`` is called once the first worker can answer.

    Raises InputError NC-I89 when the port is taken, DataError when a table is broken.
    """
    listening = bound(settings.host, settings.port)
    port = listening.getsockname()[1]
    settings = replace(settings, port=port)
    pool = pool_of(settings)
    pool.start()
    try:
        server = uvicorn.Server(configuration(create_app(settings, pool), settings))
        asyncio.run(_serve(server, listening, settings, pool, ready))
    except KeyboardInterrupt:
        pass
    finally:
        pool.close()
        listening.close()


def configuration(app: Any, settings: Settings) -> uvicorn.Config:
    """How uvicorn runs: one process, no access log of its own, no banner, limits on connections and on headers."""
    _quiet()
    return uvicorn.Config(
        app,
        http=protocol(settings.limits.head_seconds),
        ws="none",
        loop="asyncio",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=settings.limits.connections,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
    )


def protocol(seconds: float) -> type[H11Protocol]:
    """uvicorn's protocol, with a connection closed that has not sent its headers within ``seconds``."""

    class Timed(H11Protocol):
        """A connection with a clock on its first request; between requests uvicorn's own clock runs."""

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self._clock = self.loop.call_later(seconds, self._late)

        def _late(self) -> None:
            if self.cycle is None and not self.transport.is_closing():
                self.transport.close()

        def connection_lost(self, exc: Exception | None) -> None:
            self._clock.cancel()
            super().connection_lost(exc)

    return Timed


def _quiet() -> None:
    """uvicorn's log keeps what it says about itself, and none of the tracebacks that may quote a note."""
    log = logging.getLogger("uvicorn.error")
    log.setLevel(logging.CRITICAL)


async def _serve(
    server: uvicorn.Server,
    listening: socket.socket,
    settings: Settings,
    pool: Any,
    ready: Callable[[Settings], None],
) -> None:
    async def tell() -> None:
        while not pool.ready:
            await asyncio.sleep(0.1)
        ready(settings)

    telling = asyncio.ensure_future(tell())
    try:
        await server.serve(sockets=[listening])
    finally:
        telling.cancel()
