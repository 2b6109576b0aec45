"""What stands before every request: who asks, from where, how much, how long. Pure ASGI, around the whole application.

Order: Host, token, origin, content type, size and time of the body. Every answer gets the headers that keep a note
out of caches, frames and other sites. The access log has method, route and status: no query, no body, no raw path.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import time
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from notecheck.web.problems import MEDIA_TYPE, Problem, fault, of_fault
from notecheck.web.settings import Settings

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

ACCESS = logging.getLogger("notecheck.web.access")
FAULTS = logging.getLogger("notecheck.web.faults")
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", POLICY.encode()),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
JSON, BYTES = "application/json", "application/octet-stream"
OPEN = ("/static/", "/rules/")
OPEN_PAGES = frozenset({"/", "/template", "/batch", "/api", "/healthz"})
_FILES = ("/page/document", "/batches/")
_MOST_DRAINED, _DRAIN_SECONDS, _PAUSE_SECONDS = 200_000_000, 10.0, 1.0


class Guard:
    """The application behind its checks."""

    def __init__(self, app: App, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            await send({"type": "websocket.close", "code": 1008})
            return
        began = time.perf_counter()
        status = 0
        started = whole = False

        async def answered(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                message = {**message, "headers": _with_headers(message.get("headers", ()))}
            await send(message)

        try:
            self._admit(scope)
            body = await self._body(scope, receive)
            whole = True
            await self.app(scope, _replayed(body, receive), answered)
        except Problem as problem:
            if not started:
                await _refuse(problem, None if whole or _waits(scope) else receive, answered)
        except _Gone:
            status = 499
        except Exception as error:
            FAULTS.error("%s", fault(error))
            if not started:
                await _refuse(of_fault(fault(error)), None, answered)
        finally:
            seconds = time.perf_counter() - began
            ACCESS.info("%s %s %s %.0f ms", scope["method"], _route(scope), status or 499, 1000 * seconds)

    def _admit(self, scope: Scope) -> None:
        headers = _read_headers(scope)
        host = headers.get("host", "")
        if _name(host) not in {name.lower() for name in self.settings.hosts}:
            raise Problem(
                421, "NC-W01", "The Host header names another server.", f"Open {self.settings.address} instead."
            )
        path, method = scope["path"], scope["method"]
        if self.settings.token and not (method in SAFE and (path in OPEN_PAGES or path.startswith(OPEN))):
            given = headers.get("authorization", "")
            if not hmac.compare_digest(given.encode(), f"Bearer {self.settings.token}".encode()):
                raise Problem(
                    401, "NC-W02", "This server asks for its token.", "Send it as 'Authorization: Bearer TOKEN'."
                ).with_header("WWW-Authenticate", "Bearer")
        if method in SAFE:
            elsewhere = headers.get("sec-fetch-site") in ("cross-site", "same-site")
            if elsewhere and headers.get("sec-fetch-mode") != "navigate":
                raise _foreign()
            return
        if "origin" in headers and not _same(headers["origin"], host):
            raise _foreign()
        if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            raise _foreign()
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        wanted = BYTES if _takes_files(path) else JSON
        if method == "POST" and kind != wanted and not (wanted == JSON and kind.endswith("+json")):
            raise Problem(415, "NC-W04", f"The content type must be {wanted}.", "A form is never read here.")

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        limits = self.settings.limits
        most = limits.file if _takes_files(scope["path"]) else limits.body
        said = _read_headers(scope).get("content-length", "0")
        if said.isdigit() and int(said) > most:
            raise _too_large(most)
        parts: list[bytes] = []
        size = 0
        try:
            async with asyncio.timeout(limits.body_seconds):
                while True:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _Gone
                    part = message.get("body", b"")
                    size += len(part)
                    if size > most:
                        raise _too_large(most)
                    parts.append(part)
                    if not message.get("more_body"):
                        return b"".join(parts)
        except TimeoutError:
            raise Problem(
                408,
                "NC-W06",
                f"The body did not arrive within {limits.body_seconds:g} seconds.",
                "Send it again without a pause.",
            ) from None


class _Gone(Exception):
    """The client left before its request was read."""


def _foreign() -> Problem:
    return Problem(403, "NC-W03", "The request comes from another site.", "Use the page of this server.")


def _too_large(most: int) -> Problem:
    return Problem(
        413, "NC-W05", f"The body is larger than {most / 1_000_000:g} MB.", "Send one note, or fewer files."
    )


def _takes_files(path: str) -> bool:
    return path == _FILES[0] or (path.startswith(_FILES[1]) and path.endswith(("/files", "/claims")))


def _read_headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _name(host: str) -> str:
    """The host name without its port and brackets, in small letters."""
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.rpartition(":")[0].lower() if ":" in host else host.lower()


def _same(origin: str, host: str) -> bool:
    scheme, _, rest = origin.partition("://")
    return scheme in ("http", "https") and rest.lower() == host.lower()


def _route(scope: Scope) -> str:
    """The route as declared, so that nothing a client puts into a path reaches the log."""
    route = scope.get("route")
    found = str(getattr(route, "path", ""))
    return found or ("/static" if scope.get("path", "").startswith("/static/") else "(no route)")


def _waits(scope: Scope) -> bool:
    """True for a client that sends its body only when it is asked to."""
    return "expect" in _read_headers(scope)


def _with_headers(given: Any) -> list[tuple[bytes, bytes]]:
    ours = {name for name, _ in HEADERS}
    return [*((n, v) for n, v in given if n.lower() not in ours and n.lower() != b"server"), *HEADERS]


def _replayed(body: bytes, receive: Receive) -> Receive:
    """What the application reads: the body that was read already, then what the client does next."""
    given = False

    async def read() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return read


async def _refuse(problem: Problem, receive: Receive | None, send: Send) -> None:
    """Answer, then read on for a while where a client is still sending, so that it gets to read the answer."""
    body = problem.body()
    headers = [
        (b"content-type", MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
        *((name.lower().encode(), value.encode()) for name, value in problem.headers.items()),
    ]
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": True})
    if receive is not None and problem.status != 408:
        await _drain(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _drain(receive: Receive) -> None:
    drained = 0
    try:
        async with asyncio.timeout(_DRAIN_SECONDS):
            while drained < _MOST_DRAINED:
                message = await asyncio.wait_for(receive(), _PAUSE_SECONDS)
                drained += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
    except TimeoutError:
        return
