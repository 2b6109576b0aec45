"""From a request to a worker and back: what every route shares."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import Request, Response

from notecheck.policy.book import Book
from notecheck.web.problems import Problem
from notecheck.web.settings import Settings
from notecheck.web.workers import LATER, NOW, Pool


class Server:
    """What the routes reach: settings, the tables, the workers."""

    def __init__(self, settings: Settings, book: Book, pool: Pool) -> None:
        self.settings = settings
        self.book = book
        self.pool = pool

    async def ask(self, request: Request | None, name: str, data: dict[str, Any]) -> Any:
        """The answer of a worker. A client that leaves takes a job that still waits with it."""
        future = self.pool.submit(name, data, NOW if request else LATER)
        wrapped = asyncio.wrap_future(future)
        if request is None:
            return await wrapped
        gone = asyncio.ensure_future(_left(request))
        try:
            await asyncio.wait({wrapped, gone}, return_when=asyncio.FIRST_COMPLETED)
            if not wrapped.done():
                future.cancel()
                raise Problem(503, "NC-W07", "The client left before its answer.", "Send the request again.")
            return wrapped.result()
        finally:
            gone.cancel()

    def total(self, *texts: str) -> None:
        """Raises Problem 413 when the documents are together longer than allowed, 422 for broken characters."""
        most = self.settings.limits.note
        if sum(map(len, texts)) > most:
            raise Problem(
                413, "NC-W12", f"The documents have more than {most} characters together.", "Send one note at a time."
            )
        for text in texts:
            if not text.isascii() and any("\ud800" <= c <= "\udfff" for c in text):
                raise Problem(
                    422, "NC-W13", "The text holds half of a character pair and is no Unicode.", "Save it as UTF-8."
                )


def server(request: Request) -> Server:
    """The server of a request, for FastAPI's Depends."""
    found: Server = request.app.state.server
    return found


def json_bytes(body: bytes) -> Response:
    """An answer that a worker has written already."""
    return Response(body, media_type="application/json")


async def _left(request: Request) -> None:
    while True:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            return
