"""Errors over HTTP as problem details (RFC 9457): what happened, where, what to do next; never words of a note."""

from __future__ import annotations

import json
import os
import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from notecheck.errors import NotecheckError

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that is refused. ``code`` is stable, ``status`` the HTTP status, ``extra`` further members."""

    def __init__(self, status: int, code: str, detail: str, next_step: str = "", **extra: Any) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.next_step = next_step
        self.extra = extra
        self.headers: dict[str, str] = {}

    def with_header(self, name: str, value: str) -> Problem:
        """The same problem with a header for its answer."""
        self.headers[name] = value
        return self

    def to_dict(self) -> dict[str, Any]:
        """The members of the answer."""
        made: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
        if self.next_step:
            made["next_step"] = self.next_step
        return made | self.extra

    def body(self) -> bytes:
        """The answer as bytes."""
        return json.dumps(self.to_dict()).encode()


def of_error(error: NotecheckError | Mapping[str, str]) -> Problem:
    """The problem for an error of the tool, or for the same as a dict from a worker: 422, for the request is at
    fault."""
    if isinstance(error, NotecheckError):
        error = described(error)
    sentence = error["what"].rstrip(".") + "."
    extra = {"where": error["where"]} if error["where"] else {}
    return Problem(422, error["code"], sentence, error["next_step"], **extra)


def described(error: NotecheckError) -> dict[str, str]:
    """An error as plain data, to cross a process border."""
    return {"code": error.code, "what": error.what, "where": error.where, "next_step": error.next_step}


def fault(error: BaseException) -> str:
    """A fault of notecheck itself as kind and place; the message of an exception may quote a note."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}notecheck{os.sep}" in f.filename]
    if not frames:
        return type(error).__name__
    module = frames[-1].filename.rpartition(f"{os.sep}notecheck{os.sep}")[2].replace(os.sep, "/")
    return f"{type(error).__name__} in {module}, line {frames[-1].lineno}"


def of_fault(where: str) -> Problem:
    """The problem for a fault of notecheck itself; ``where`` is kind and place."""
    return Problem(
        500,
        "NC-X01",
        f"The request stopped on a fault of notecheck itself ({where}). The server goes on.",
        "Report the kind and the place; they hold nothing of the note.",
    )
