"""CDS Hooks: an electronic record asks at order-sign and at encounter-discharge, and gets findings as cards."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from notecheck.web import cards, models
from notecheck.web.api import READS, WRITES, problems
from notecheck.web.desk import Server, json_bytes, server
from notecheck.web.problems import Problem

router = APIRouter(prefix="/cds-services", tags=["cds-hooks"])
Here = Annotated[Server, Depends(server)]


@router.get("", responses=problems(*READS))
async def discovery() -> models.Services:
    """The services of this server."""
    return models.Services.model_validate(cards.services())


@router.post("/{service}", response_model=models.Cards, responses=problems(*WRITES, 404, 412))
async def call(service: str, body: models.HookBody, request: Request, here: Here) -> Response:
    """Findings on the note in the context or the prefetch. Nothing is fetched from the FHIR server."""
    if service not in cards.HOOKS:
        raise Problem(404, "NC-W14", "There is no such service.", "GET /cds-services lists them.")
    hook, mode, _, _ = cards.HOOKS[service]
    if body.hook != hook:
        raise Problem(422, "NC-W15", f"This service answers the hook {hook}.", "Call the service of the other hook.")
    asked = body.model_dump()
    texts = [await _text(kind, data, request, here) for _, kind, data in cards.documents_of(asked)]
    here.total(*texts)
    claim = {**here.settings.usual, **cards.claim_of(asked)}
    data: dict[str, Any] = {"note": texts[0], "chart": texts[1:], "claim": claim, "mode": mode}
    return json_bytes(await here.ask(request, "cards", data | {"address": str(request.base_url)}))


async def _text(kind: str, data: bytes, request: Request, here: Server) -> str:
    name = f"attachment{_ENDINGS.get(kind.partition(';')[0], '')}"
    found = await here.ask(request, "read", {"name": name, "bytes": data})
    for part in found:
        if "text" in part:
            return str(part["text"])
    reason = found[0] if found else {"refused": "nothing in it", "next_step": "Send the note."}
    raise Problem(422, "NC-W16", f"The document cannot be read: {reason['refused']}.", reason["next_step"])


_ENDINGS = {
    "text/plain": ".txt",
    "application/pdf": ".pdf",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/html": ".html",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
