"""The HTTP API, version 1."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response

from notecheck.checks import pages
from notecheck.checks.registry import CHECKS
from notecheck.errors import InputError
from notecheck.policy.overview import listed
from notecheck.report import schema
from notecheck.web import models
from notecheck.web.desk import Server, json_bytes, server
from notecheck.web.problems import MEDIA_TYPE, Problem

Here = Annotated[Server, Depends(server)]
_WORDS = {
    400: "The body is no JSON.",
    401: "The server asks for its token.",
    403: "The request comes from another site.",
    404: "There is no such thing.",
    408: "The body came too slowly.",
    412: "The note is not in the request.",
    413: "The body is too large.",
    415: "The content type is another.",
    421: "The Host header names another server.",
    422: "The body cannot be understood.",
    500: "A fault of notecheck itself.",
    503: "Too many requests wait.",
    504: "The answer took too long.",
}
READS = (401, 403, 404, 421, 422, 500)
WRITES = (400, 401, 403, 408, 413, 415, 421, 422, 500, 503, 504)


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of a route, for its OpenAPI document."""
    schema = {"$ref": "#/components/schemas/ProblemBody"}
    return {s: {"description": _WORDS[s], "content": {MEDIA_TYPE: {"schema": schema}}} for s in statuses}


router = APIRouter(prefix="/v1", tags=["v1"])


@router.post("/check", response_model=models.Answer, responses=problems(*WRITES))
async def check(body: models.CheckBody, request: Request, here: Here) -> Response:
    """Judge one note, and the claim for it when one is given."""
    here.total(body.note, *body.chart, *body.earlier)
    return json_bytes(await here.ask(request, "check", plain(body, here.settings.usual)))


@router.post("/extract", response_model=models.FactsAnswer, responses=problems(*WRITES))
async def extract(body: models.ExtractBody, request: Request, here: Here) -> Response:
    """What one note documents, with the words that prove it."""
    here.total(body.note)
    return json_bytes(await here.ask(request, "extract", plain(body)))


@router.post("/query", response_model=models.QueryAnswer, responses=problems(*WRITES))
async def query(body: models.CheckBody, request: Request, here: Here) -> Response:
    """The questions that a note leaves to its author."""
    here.total(body.note, *body.chart, *body.earlier)
    return json_bytes(await here.ask(request, "query", plain(body, here.settings.usual)))


@router.get("/rules", responses=problems(*READS))
async def rules() -> models.Rules:
    """Every check: code, severity, name and what it says."""
    return models.Rules.model_validate({"rules": [pages.row(check) for check in CHECKS]})


@router.get("/rules/{code}", responses=problems(*READS))
async def rule(code: str) -> models.RulePage:
    """One check by code or name, with its page."""
    check = named(code)
    return models.RulePage.model_validate(pages.row(check) | {"page": pages.page(check)})


@router.get("/policies", responses=problems(*READS))
async def policies(
    here: Here,
    payer: Annotated[str | None, Query(max_length=100, description="Of one payer, as in medicare.")] = None,
) -> models.Policies:
    """Every coverage policy in the data."""
    found = [
        models.Policy(
            payer=row.payer,
            topic=row.topic,
            about=row.about,
            requirements=row.requirements,
            since=row.since.isoformat(),
            contractors=list(row.contractors),
            own=row.own,
        )
        for row in listed(here.book.coverage, payer)
    ]
    return models.Policies(policies=found, editions=[*here.book.codes.editions, here.book.icd10.edition])


@router.get("/schema", responses=problems(*READS))
async def published() -> dict[str, Any]:
    """The published JSON Schema of the answers, as ``notecheck schema`` prints it."""
    found: dict[str, Any] = json.loads(schema.text())
    return found


def plain(body: models.Strict, usual: Mapping[str, str] | None = None) -> dict[str, Any]:
    """A body as plain data, without what was left out, with the keys of the claim format.

    ``usual`` is what holds for a claim that does not say it.
    """
    made = body.model_dump(by_alias=True, exclude_unset=True)
    if usual:
        made["claim"] = {**usual, **(made.get("claim") or {})}
    return made


def named(code: str) -> Any:
    """The check of that code or name. Raises Problem 404."""
    try:
        return pages.named(code)
    except InputError as error:
        raise Problem(404, error.code, "There is no such rule.", "GET /v1/rules lists all of them.") from None
