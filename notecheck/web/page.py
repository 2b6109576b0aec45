"""The pages, and what their scripts ask: the answer to a pasted note, codes as typed, documents, samples, templates."""

from __future__ import annotations

import json
from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import APIRouter, Depends, Request, Response

from notecheck import locate
from notecheck.blank import new_template
from notecheck.policy.book import Book
from notecheck.web import models
from notecheck.web.answer import environment
from notecheck.web.api import plain
from notecheck.web.desk import Server, json_bytes, server
from notecheck.web.jobs import day_of
from notecheck.web.problems import Problem
from notecheck.web.typed import completions, judged

router = APIRouter()
Here = Annotated[Server, Depends(server)]
SAMPLES = (
    ("tfesi-left-billed-right", "Epidural, wrong side billed"),
    ("tfesi-bilateral-ready", "Bilateral epidural with visit note"),
    ("facet-rfa-ready", "Facet ablation with history"),
    ("occipital-block-side-missing", "Occipital block without a side"),
    ("interlaminar-no-contrast", "Interlaminar epidural without contrast"),
)
_CHOICES = ("payer", "mac", "state", "date_of_service", "place_of_service", "history", "authorization")


@router.get("/")
async def paste(here: Here) -> Response:
    """The page for one note."""
    return _page("page.html", here, samples=SAMPLES)


@router.get("/template")
async def template(here: Here) -> Response:
    """The page for a provider's template."""
    return _page("template.html", here, families=families(here.book))


@router.get("/batch")
async def batch(here: Here) -> Response:
    """The page for many notes."""
    return _page("batch.html", here, most=here.settings.limits.batch_files)


@router.get("/healthz")
async def health(here: Here) -> dict[str, int]:
    """How many workers are ready, and how many jobs wait."""
    return {"workers": here.pool.size, "ready": here.pool.ready, "waiting": here.pool.busy}


@router.get("/static/report.css")
def report_style() -> Response:
    """The style of the written report, beneath that of the page."""
    return Response(environment().get_template("note.css").render(), media_type="text/css")


@router.post("/page/check")
async def check(body: models.PageBody, request: Request, here: Here) -> Response:
    """The answer to the note as it stands, as parts of the page."""
    return json_bytes(await here.ask(request, "page", _asked(body, here)))


@router.post("/page/report")
async def report(body: models.PageBody, request: Request, here: Here) -> Response:
    """The report of the note as one HTML file."""
    made = await here.ask(request, "report", _asked(body, here))
    return Response(made, media_type="text/html", headers={"Content-Disposition": "attachment; filename=report.html"})


@router.post("/page/codes")
def codes(body: models.TypedBody, here: Here) -> dict[str, Any]:
    """The typed codes judged one by one, and how the word at the cursor may go on."""
    on = day_of(body.date_of_service)
    return {
        "tokens": [token.to_dict() for token in judged(body.codes, here.book, on)],
        "completions": [made.to_dict() for made in completions(body.word, here.book, on)],
    }


@router.post("/page/document")
async def document(request: Request, here: Here) -> list[dict[str, Any]]:
    """The texts of a dropped file. Its name comes percent-encoded in the header X-File-Name.

    A file of which nothing can be read is refused; of an archive, each document tells of itself.
    """
    found = await here.ask(request, "read", {"name": file_name(request), "bytes": await request.body(), "most": 20})
    if len(found) == 1 and "refused" in found[0]:
        one = found[0]
        raise Problem(422, one["code"] or "NC-W16", f"{one['name']}: {one['refused']}.", one["next_step"])
    return list(found)


@router.get("/page/samples/{name}")
def sample(name: str) -> dict[str, Any]:
    """An invented note with its claim, as the page takes them."""
    if name not in dict(SAMPLES):
        raise Problem(404, "NC-W17", "There is no such sample.", "Open the page again.")
    folder = locate.samples()
    claim = json.loads((folder / f"{name}.claim.json").read_text(encoding="utf-8"))
    diagnoses = list(dict.fromkeys(code for line in claim["lines"] for code in line["icd10"]))
    lines = [_typed(line) + _pointer(line["icd10"], diagnoses) for line in claim["lines"]]
    visit = folder / f"{name}.visit.txt"
    chart = [{"name": visit.name, "text": visit.read_text(encoding="utf-8")}] if visit.is_file() else []
    return {
        "note": (folder / f"{name}.txt").read_text(encoding="utf-8"),
        "name": f"{name}.txt",
        "chart": chart,
        "choices": {"codes": " ".join((*lines, *diagnoses)), **{k: claim[k] for k in _CHOICES if claim.get(k)}},
    }


@router.post("/page/template")
async def judge_template(body: models.TemplateBody, request: Request, here: Here) -> Response:
    """What a template never asks for, and what it fills in beforehand."""
    here.total(body.template)
    return json_bytes(await here.ask(request, "template", plain(body)))


@router.post("/page/template/new")
def blank_template(body: models.NewTemplateBody, here: Here) -> dict[str, str]:
    """A blank template that asks for everything."""
    day = day_of(body.date_of_service)
    made = new_template(here.book, body.family, payer=body.payer or "medicare", mac=body.mac or None, day=day)
    return {"template": made}


def file_name(request: Request) -> str:
    """The name of an uploaded file: its last part, from the header X-File-Name."""
    name = unquote(request.headers.get("x-file-name", ""), errors="replace")
    shown = "".join(c for c in name.replace("\\", "/").rpartition("/")[2] if c.isprintable())
    return shown[:200] or "document"


def families(book: Book) -> tuple[str, ...]:
    """The procedure families that a template can be for."""
    return tuple(sorted({name for rows in book.codes.rows.values() for row in rows for name in row.fact_families}))


def _asked(body: models.PageBody, here: Server) -> dict[str, Any]:
    here.total(body.note, *(part.text for part in body.chart))
    return body.model_dump(by_alias=True, exclude_none=True)


def _page(name: str, here: Server, **context: Any) -> Response:
    coverage = here.book.coverage
    made = environment().get_template(name).render(
        payers=coverage.payers,
        macs={slug: words for slug, words in coverage.macs.items() if slug not in coverage.aliases},
        states=sorted(coverage.states),
        usual=here.settings.usual,
        **context,
    )
    return Response(made, media_type="text/html")


def _pointer(own: list[str], diagnoses: list[str]) -> str:
    """The letters of a line's diagnoses, nothing where it has all of them in their order."""
    return "" if own == diagnoses or not own else ":" + "".join("ABCDEFGHIJKL"[diagnoses.index(code)] for code in own)


def _typed(line: dict[str, Any]) -> str:
    units = line.get("units", 1)
    return "-".join((line["code"], *line["modifiers"])) + (f"x{units:g}" if units != 1 else "")
