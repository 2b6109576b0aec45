"""The page of each rule, the list of them, and the page of the API: plain HTML from the same data as the API."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from notecheck.checks import pages
from notecheck.checks.registry import CHECKS
from notecheck.web.answer import environment
from notecheck.web.api import named
from notecheck.web.desk import Server, server

router = APIRouter()
Here = Annotated[Server, Depends(server)]


def html(name: str, **context: object) -> Response:
    """A page from a template."""
    return Response(environment().get_template(name).render(**context), media_type="text/html")


@router.get("/rules/")
async def rules() -> Response:
    """Every rule."""
    return html("rules.html", rules=[pages.row(check) for check in CHECKS])


@router.get("/rules/{code}")
async def rule(code: str) -> Response:
    """One rule: what it checks, what fails, what passes, where it is written."""
    check = named(code)
    parts = [(heading, paragraphs(text)) for heading, text in pages.parts(check)]
    return html("rule.html", rule=pages.row(check), parts=parts)


@router.get("/api")
async def api(request: Request) -> Response:
    """What the API offers, from its OpenAPI document."""
    document = request.app.openapi()
    routes = [
        (method.upper(), path, says.get("description", ""), sorted(says["responses"]))
        for path, methods in document["paths"].items()
        for method, says in methods.items()
    ]
    return html("api.html", routes=routes, about=document["info"]["description"])


def paragraphs(text: str) -> list[list[str]]:
    """Markdown of a rule page as paragraphs; a list is one paragraph for each item."""
    found: list[list[str]] = []
    for block in re.split(r"\n\s*\n", text):
        if not block.strip():
            continue
        items = re.split(r"(?m)^\s*[-*] ", block)
        found += [[" ".join(item.split())] for item in items if item.strip()]
    return found
