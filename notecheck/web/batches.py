"""Batches of notes: read, judged one after the other, kept in memory for an hour and nowhere else."""

from __future__ import annotations

import asyncio
import csv
import io
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from notecheck.policy.codes import CodeTables
from notecheck.records.stored import pack
from notecheck.report.csv import safe
from notecheck.web import models
from notecheck.web.answer import environment
from notecheck.web.claimed import Claims, Row, label
from notecheck.web.desk import Server, json_bytes, server
from notecheck.web.page import file_name
from notecheck.web.problems import Problem
from notecheck.web.settings import Limits

router = APIRouter(prefix="/batches")
Here = Annotated[Server, Depends(server)]
COLUMNS = (
    "file", "verdict", "errors", "warnings", "documented", "supported", "code", "name", "severity", "message", "fix",
    "claim", "joined_by", "billed",
)  # fmt: skip


@dataclass(slots=True)
class Batch:
    """The notes of one drop, with what was chosen for all of them."""

    name: str
    choices: dict[str, Any]
    claims: Claims
    rows: list[Row] = field(default_factory=list)
    touched: float = field(default_factory=time.monotonic)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Batches:
    """The batches in memory: few, and none older than the limit."""

    def __init__(self, limits: Limits, codes: CodeTables) -> None:
        self._limits = limits
        self._codes = codes
        self._kept: OrderedDict[str, Batch] = OrderedDict()

    def add(self, choices: dict[str, Any]) -> Batch:
        """A new batch; the oldest makes room."""
        self._tidy()
        while len(self._kept) >= self._limits.batches:
            self.drop(next(iter(self._kept)))
        made = Batch(secrets.token_urlsafe(24), choices, Claims(self._codes))
        self._kept[made.name] = made
        return made

    def named(self, name: str) -> Batch:
        """A batch by its unguessable name. Raises Problem 404."""
        self._tidy()
        found = self._kept.get(name)
        if found is None:
            raise Problem(404, "NC-W18", "There is no such batch any more.", "Drop the files again.")
        found.touched = time.monotonic()
        return found

    def drop(self, name: str) -> None:
        """Forget a batch and stop its work."""
        found = self._kept.pop(name, None)
        for task in found.tasks if found else ():
            task.cancel()

    def _tidy(self) -> None:
        old = time.monotonic() - self._limits.batch_seconds
        for name in [name for name, batch in self._kept.items() if batch.touched < old]:
            self.drop(name)


def batches(request: Request) -> Batches:
    """The batches of a request, for FastAPI's Depends."""
    found: Batches = request.app.state.batches
    return found


Kept = Annotated[Batches, Depends(batches)]


@router.post("", status_code=201)
async def begin(body: models.BatchBody, kept: Kept) -> dict[str, str]:
    """A new batch; its files follow one by one."""
    return {"batch": kept.add(body.choices.model_dump(by_alias=True, exclude_none=True)).name}


@router.post("/{name}/files", status_code=202)
async def add_file(name: str, request: Request, here: Here, kept: Kept) -> dict[str, int]:
    """One file, or a ZIP with many: read at once, judged when workers are free. A file of claims is taken as such."""
    batch = kept.named(name)
    room = here.settings.limits.batch_files - len(batch.rows)
    if room <= 0:
        most = here.settings.limits.batch_files
        raise Problem(413, "NC-W19", f"A batch holds at most {most} notes.", "Drop the rest as a second batch.")
    file = file_name(request)
    sent = {"name": file, "bytes": await request.body(), "most": room, "usual": _usual(batch, here)}
    found = await here.ask(request, "file", sent)
    first = len(batch.rows)
    if "claims" in found:
        _take(batch, here, file, found["claims"])
        return {"first": first, "added": 0, "claims": len(found["claims"])}
    for part in found["notes"]:
        if "refused" in part:
            batch.rows.append(Row(part["name"], "refused", f"{part['refused']}. {part['next_step']}"))
            continue
        about = {key: value for key, value in part.items() if key not in ("name", "text")}
        row = Row(part["name"], text=part["text"], about=about)
        row.claim, row.joined_by = batch.claims.first(row)
        batch.rows.append(row)
        _begin(row, batch, here)
    return {"first": first, "added": len(batch.rows) - first}


@router.post("/{name}/claims", status_code=202)
async def add_claims(name: str, request: Request, here: Here, kept: Kept) -> dict[str, int]:
    """One file of claims, in any format of ``check --claim``; notes judged before are judged with their claim."""
    batch = kept.named(name)
    file = file_name(request)
    found = await here.ask(
        request, "claims", {"name": file, "bytes": await request.body(), "usual": _usual(batch, here)}
    )
    _take(batch, here, file, found)
    return {"claims": len(found)}


@router.get("/{name}")
async def progress(name: str, kept: Kept, since: int = 0) -> dict[str, Any]:
    """How far a batch is, with its rows."""
    batch = kept.named(name)
    done = sum(row.state != "waiting" for row in batch.rows)
    rows = [row.to_dict(number) for number, row in enumerate(batch.rows)]
    made = {"notes": len(batch.rows), "done": done, "rows": rows[max(0, since) :]}
    return made | ({"claims": batch.claims.to_dict()} if batch.claims.given else {})


@router.get("/{name}/rows/{number}")
async def one_row(name: str, number: int, kept: Kept) -> Response:
    """The answer to one note of a batch, as parts of the page."""
    rows = kept.named(name).rows
    if not 0 <= number < len(rows) or not rows[number].parts:
        raise Problem(404, "NC-W18", "There is no such answer.", "Wait until the note is judged.")
    return json_bytes(rows[number].parts)


@router.get("/{name}/table.csv")
async def as_csv(name: str, kept: Kept) -> Response:
    """The whole batch for a spreadsheet: one row for each finding, one for a note without any."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    batch = kept.named(name)
    for row in batch.rows:
        for cells in _cells(row):
            writer.writerow([safe(cell) for cell in cells])
    for left in batch.claims.left:
        cells = ("", "no note", "", "", left["reason"], *[""] * 6, left["claim"], "", left["codes"])
        writer.writerow([safe(cell) for cell in cells])
    return Response(out.getvalue(), media_type="text/csv", headers=_attached("notecheck-batch.csv"))


@router.get("/{name}/table.html")
async def as_html(name: str, kept: Kept) -> Response:
    """The whole batch as one HTML file that works offline."""
    batch = kept.named(name)
    made = environment().get_template("batch_report.html").render(
        rows=batch.rows, counts=counts(batch.rows), claims=batch.claims.given, left=batch.claims.left
    )
    return Response(made, media_type="text/html", headers=_attached("notecheck-batch.html"))


@router.delete("/{name}", status_code=204)
async def forget(name: str, kept: Kept) -> Response:
    """Forget a batch."""
    kept.drop(name)
    return Response(status_code=204)


def counts(rows: list[Row]) -> dict[str, int]:
    """How many notes have each verdict."""
    made: dict[str, int] = {}
    for row in rows:
        verdict = row.result.get("readiness", row.state)
        made[verdict] = made.get(verdict, 0) + 1
    return made


def _usual(batch: Batch, here: Server) -> dict[str, str]:
    """Payer and place for claims that do not say them: as chosen on the page, else as the practice has set."""
    chosen = {key: batch.choices.get(key) for key in ("payer", "mac", "state", "place_of_service")}
    return {**here.settings.usual, **{key: value for key, value in chosen.items() if value}}


def _take(batch: Batch, here: Server, name: str, given: list[dict[str, Any]]) -> None:
    batch.claims.take(name, given)
    _settle(batch, here)


def _settle(batch: Batch, here: Server) -> None:
    """Once no note waits: each note gets the claim that belongs to it, and is judged again where that is another."""
    if not batch.claims.given or any(row.state == "waiting" for row in batch.rows):
        return
    for row, claim, way in batch.claims.settle(batch.rows):
        row.joined_by = way
        if claim != row.claim:
            row.claim, row.state, row.result, row.parts = claim, "waiting", {}, b""
            _begin(row, batch, here)


def _begin(row: Row, batch: Batch, here: Server) -> None:
    task = asyncio.get_running_loop().create_task(_judge(row, batch, here))
    batch.tasks.add(task)
    task.add_done_callback(batch.tasks.discard)


async def _judge(row: Row, batch: Batch, here: Server) -> None:
    choices = dict(batch.choices)
    for key in ("payer", "date_of_service"):
        if row.about.get(key) and not choices.get(key):
            choices[key] = row.about[key]
    note_id = row.about.get("note_id")
    data: dict[str, Any] = {"note": row.text, "name": row.name, "note_id": note_id, "chart": [], "choices": choices}
    if row.claim is not None:
        data["claim"] = pack(row.claim)
    try:
        here.total(row.text)
        row.result, row.parts = await here.ask(None, "row", data)
        row.state = "judged"
    except Problem as problem:
        row.state, row.reason = "refused", f"{problem.detail} {problem.next_step}".strip()
    _settle(batch, here)


def _cells(row: Row) -> list[tuple[str, ...]]:
    if row.state != "judged":
        return [(row.name, row.state, "", "", row.reason, *[""] * 9)]
    found = row.result
    lead = (
        row.name, found["readiness"], str(found["errors"]), str(found["warnings"]), found["documented"],
        found["supported"],
    )  # fmt: skip
    last = (label(row.claim) if row.claim else "", row.joined_by, row.billed)
    lines = [(f["code"], f["name"], f["severity"], f["message"], f["fix"]) for f in found["findings"]]
    return [(*lead, *line, *last) for line in lines or [("",) * 5]]


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename={name}"}
