"""The application: routes, errors as problem details, and the guard around all of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio.to_thread
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.staticfiles import StaticFiles
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from notecheck.errors import NotecheckError
from notecheck.policy import book as policy_book
from notecheck.report import schema
from notecheck.web import api, batches, hooks, models, page, rulepages
from notecheck.web.desk import Server
from notecheck.web.guard import FAULTS, Guard
from notecheck.web.jobs import Practice, build
from notecheck.web.problems import MEDIA_TYPE, Problem, fault, of_error, of_fault
from notecheck.web.settings import Settings
from notecheck.web.workers import Pool

STATIC = Path(__file__).resolve().parent / "static"
ABOUT = (
    "Compares an interventional-pain procedure note with the billed codes and the coverage policy, on this machine. "
    "Every error is a problem detail (RFC 9457). Nothing that is sent is written to disk."
)


def pool_of(settings: Settings) -> Pool:
    """The workers for these settings, not yet started."""
    return Pool(
        build,
        Practice(settings.policy, settings.payers, settings.ruling, settings.models),
        size=settings.workers,
        waiting=settings.limits.waiting,
        seconds=settings.limits.job_seconds,
    )


def create_app(settings: Settings, pool: Pool | None = None) -> Guard:
    """The application behind its guard. ``pool`` where it runs already; else one is started and stopped with it.

    Raises DataError when a table is broken.
    """
    own = pool is None
    workers = pool or pool_of(settings)

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncIterator[None]:
        if own:
            workers.start()
        yield
        if own:
            await anyio.to_thread.run_sync(workers.close)

    app = FastAPI(
        title="notecheck",
        version="1",
        description=ABOUT,
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=life,
        separate_input_output_schemas=False,
    )
    book = policy_book.load(settings.policy, settings.payers)
    app.state.server = Server(settings, book, workers)
    app.state.batches = batches.Batches(settings.limits, book.codes)
    app.include_router(api.router)
    app.include_router(hooks.router)
    app.include_router(page.router, include_in_schema=False)
    app.include_router(batches.router, include_in_schema=False)
    app.include_router(rulepages.router, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(Problem, _problem)
    app.add_exception_handler(NotecheckError, _refused)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(Exception, _fault)
    _describe(app)
    return Guard(app, settings)


def _describe(app: FastAPI) -> None:
    """The problem body belongs into the OpenAPI document, and FastAPI's own error bodies out of it."""
    made = app.openapi

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = made()
            schemas = document.setdefault("components", {}).setdefault("schemas", {})
            schemas.pop("HTTPValidationError", None)
            schemas.pop("ValidationError", None)
            body = models.ProblemBody.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= body.pop("$defs", {})
            schemas["ProblemBody"] = body
            schemas |= _published()
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _published() -> dict[str, Any]:
    """The published schema of answers as components: its parts bear the name ``Answer`` and their own."""
    parts = json.loads(schema.text().replace("#/$defs/", "#/components/schemas/Answer"))["$defs"]
    named = {f"Answer{name}": part for name, part in parts.items()}
    return named | {"Answer": named["AnswerReport"], "FactsAnswer": named["AnswerFacts"]}


def _answer(problem: Problem) -> Response:
    return Response(problem.body(), problem.status, problem.headers, MEDIA_TYPE)


async def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return _answer(error)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, NotecheckError)
    return _answer(of_error(error))


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    found = {
        400: ("NC-W20", "The body is no JSON."),
        404: ("NC-W21", "There is nothing at this address."),
        405: ("NC-W22", "This address is asked with another method."),
    }
    code, says = found.get(error.status_code, ("NC-W29", "The request was refused."))
    made = Problem(error.status_code, code, says, "See /api for what there is.")
    made.headers = dict(error.headers or {})
    return _answer(made)


async def _invalid(request: Request, error: Exception) -> Response:
    """Where and what, never the value: it may be the note."""
    assert isinstance(error, RequestValidationError)
    faults = [{"pointer": _pointer(e["loc"]), "detail": str(e["type"]).replace("_", " ")} for e in error.errors()]
    if any(e["type"] == "json_invalid" for e in error.errors()):
        return _answer(Problem(400, "NC-W20", "The body is no JSON.", "Send one JSON object."))
    shape = "See /api for its shape."
    return _answer(Problem(422, "NC-W23", "The body is not as described.", shape, errors=faults[:20]))


async def _fault(request: Request, error: Exception) -> Response:
    FAULTS.error("%s", fault(error))
    return _answer(of_fault(fault(error)))


def _pointer(places: tuple[Any, ...]) -> str:
    """A JSON pointer from the places of the known keys and numbers; an unknown key is not repeated."""
    known = [str(p) if isinstance(p, int) or str(p) in _KEYS else "?" for p in places[1:]]
    return "/" + "/".join(known) if known else ""


_KEYS = {
    field.alias or name
    for model in vars(models).values()
    if isinstance(model, type) and issubclass(model, BaseModel)
    for name, field in model.model_fields.items()
} | {"code", "payer"}
