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

from notecheck.report.csv import safe
from notecheck.web import models
from notecheck.web.answer import environment
from notecheck.web.desk import Server, json_bytes, server
from notecheck.web.page import file_name
from notecheck.web.problems import Problem
from notecheck.web.settings import Limits

router = APIRouter(prefix="/batches")
Here = Annotated[Server, Depends(server)]
COLUMNS = (
    "file", "verdict", "errors", "warnings", "documented", "supported", "code", "name", "severity", "message", "fix",
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """One note of a batch: ``state`` is waiting, judged or refused."""

    name: str
    state: str = "waiting"
    reason: str = ""
    result: dict[str, Any] = field(default_factory=dict)
    parts: bytes = b""

    def to_dict(self, number: int) -> dict[str, Any]:
        short = {key: value for key, value in self.result.items() if key != "findings"}
        return {"number": number, "name": self.name, "state": self.state, "reason": self.reason, **short}


@dataclass(slots=True)
class Batch:
    """The notes of one drop, with what was chosen for all of them."""

    name: str
    choices: dict[str, Any]
    rows: list[Row] = field(default_factory=list)
    touched: float = field(default_factory=time.monotonic)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)


class Batches:
    """The batches in memory: few, and none older than the limit."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._kept: OrderedDict[str, Batch] = OrderedDict()

    def add(self, choices: dict[str, Any]) -> Batch:
        """A new batch; the oldest makes room."""
        self._tidy()
        while len(self._kept) >= self._limits.batches:
            self.drop(next(iter(self._kept)))
        made = Batch(secrets.token_urlsafe(24), choices)
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
    """One file, or a ZIP with many: read at once, judged when workers are free."""
    batch = kept.named(name)
    room = here.settings.limits.batch_files - len(batch.rows)
    if room <= 0:
        most = here.settings.limits.batch_files
        raise Problem(413, "NC-W19", f"A batch holds at most {most} notes.", "Drop the rest as a second batch.")
    sent = {"name": file_name(request), "bytes": await request.body(), "most": room}
    found = await here.ask(request, "read", sent)
    first = len(batch.rows)
    for part in found:
        if "refused" in part:
            batch.rows.append(Row(part["name"], "refused", f"{part['refused']}. {part['next_step']}"))
            continue
        row = Row(part["name"])
        batch.rows.append(row)
        task = asyncio.get_running_loop().create_task(_judge(row, part, batch, here))
        batch.tasks.add(task)
        task.add_done_callback(batch.tasks.discard)
    return {"first": first, "added": len(batch.rows) - first}


@router.get("/{name}")
async def progress(name: str, kept: Kept, since: int = 0) -> dict[str, Any]:
    """How far a batch is, with its rows."""
    batch = kept.named(name)
    done = sum(row.state != "waiting" for row in batch.rows)
    rows = [row.to_dict(number) for number, row in enumerate(batch.rows)]
    return {"notes": len(batch.rows), "done": done, "rows": rows[max(0, since) :]}


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
    for row in kept.named(name).rows:
        for cells in _cells(row):
            writer.writerow([safe(cell) for cell in cells])
    return Response(out.getvalue(), media_type="text/csv", headers=_attached("notecheck-batch.csv"))


@router.get("/{name}/table.html")
async def as_html(name: str, kept: Kept) -> Response:
    """The whole batch as one HTML file that works offline."""
    rows = kept.named(name).rows
    made = environment().get_template("batch_report.html").render(rows=rows, counts=counts(rows))
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


async def _judge(row: Row, part: dict[str, Any], batch: Batch, here: Server) -> None:
    choices = dict(batch.choices)
    for key in ("payer", "date_of_service"):
        if part.get(key) and not choices.get(key):
            choices[key] = part[key]
    try:
        here.total(part["text"])
        data = {"note": part["text"], "name": row.name, "chart": [], "choices": choices}
        row.result, row.parts = await here.ask(None, "row", data)
        row.state = "judged"
    except Problem as problem:
        row.state, row.reason = "refused", f"{problem.detail} {problem.next_step}".strip()


def _cells(row: Row) -> list[tuple[str, ...]]:
    if row.state != "judged":
        return [(row.name, row.state, "", "", row.reason, *[""] * 6)]
    found = row.result
    lead = (
        row.name, found["readiness"], str(found["errors"]), str(found["warnings"]), found["documented"],
        found["supported"],
    )  # fmt: skip
    lines = [(f["code"], f["name"], f["severity"], f["message"], f["fix"]) for f in found["findings"]]
    return [(*lead, *line) for line in lines] or [(*lead, *[""] * 5)]


def _attached(name: str) -> dict[str, str]:
    return {"Content-Disposition": f"attachment; filename={name}"}
