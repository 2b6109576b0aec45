"""One document to rows: what a worker does, here and on every other engine."""

from __future__ import annotations

import json
import os
import time
import traceback
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from notecheck.coding.proposed import proposed_claim
from notecheck.errors import NotecheckError
from notecheck.records import Claim, Facts, Note, SecondReading
from notecheck.records.stored import pack, unpack
from notecheck.scan.fingerprint import fingerprint
from notecheck.scan.rows import Layout, rows
from notecheck.scan.work import Again, Answer, Read, Rows, Task, Trouble

if TYPE_CHECKING:
    from notecheck.engine import Checker

DIED = "NC-S10"
TOO_SLOW = "NC-S11"
FAULT = "NC-X01"


def done(checker: Checker, task: Task) -> Answer:
    """The answer to a task. Raises nothing on what a note holds: an error becomes the trouble of its document."""
    began = time.perf_counter()
    try:
        made = _read(checker, task, began) if isinstance(task, Read) else _again(checker, task)
    except NotecheckError as error:
        trouble = Trouble(error.code, error.what, error.next_step)
        return Answer(trouble=trouble, spent=time.perf_counter() - began)
    except Exception as error:
        return Answer(trouble=_fault(error), spent=time.perf_counter() - began)
    return Answer(made, spent=time.perf_counter() - began)


def _read(checker: Checker, task: Read, began: float) -> Rows:
    place = task.place
    note = Note(task.text, place.source, place.note_id, task.page_starts, task.line_starts)
    facts = checker.extract(note)
    reading = checker.second_reading(note, facts)
    claim = proposed_claim(facts, task.claim)
    note_id = claim.note_id if claim and claim.note_id else place.note_id
    names = (note_id, place.note_id, Path(place.source).name)
    report = checker.answer(
        facts, claim, readings=(reading,), note_id=note_id, source=place.source, ruling=task.ruling, names=names
    )
    return rows(
        report,
        place,
        Layout.of(task.text, task.page_starts, task.line_starts),
        second=pack(reading),
        fingerprint=fingerprint(task.text),
        seconds=round(time.perf_counter() - began, 4),
    )


def _again(checker: Checker, task: Again) -> Rows:
    stored = json.loads(task.report)
    facts = unpack(Facts, stored["facts"])
    if task.rejoined:
        claim = proposed_claim(facts, task.claim)
        note_id = claim.note_id if claim and claim.note_id else task.place.note_id
    else:
        claim = unpack(Claim, stored["claim"]) if stored["claim"] else None
        note_id = str(stored["note_id"])
    report = checker.answer(
        facts,
        claim,
        tuple(unpack(Facts, json.loads(beside)) for beside in task.chart),
        readings=tuple(unpack(SecondReading, json.loads(seen)) for seen in task.readings),
        day=None if task.rejoined else date.fromisoformat(stored["day"]),
        note_id=note_id,
        source=task.place.source,
        earlier=tuple(unpack(Facts, json.loads(facts)) for facts in task.earlier),
        ruling=task.ruling,
        names=(task.place.note_id, Path(task.place.source).name),
    )
    return rows(
        report,
        task.place,
        Layout(task.chars, task.line_starts, task.page_starts),
        fingerprint=task.fingerprint,
        seconds=task.seconds,
        earlier=len(task.earlier),
        beside=len(task.chart),
        second=json.loads(task.readings[0]) if task.readings else None,
        history_hash=task.history_hash,
    )


def too_slow(seconds: float) -> Trouble:
    """The trouble of a document that took longer than it may."""
    return Trouble(
        TOO_SLOW,
        f"it took longer than {seconds:g} seconds",
        "Check this note alone, or give more time: --seconds.",
    )


def _fault(error: BaseException) -> Trouble:
    """A fault of notecheck itself: kind and place only, since the message of an exception may quote the note."""
    frames = [f for f in traceback.extract_tb(error.__traceback__) if f"{os.sep}notecheck{os.sep}" in f.filename]
    place = ""
    if frames:
        module = frames[-1].filename.rpartition(f"{os.sep}notecheck{os.sep}")[2].replace(os.sep, "/")
        place = f" in {module}, line {frames[-1].lineno}"
    return Trouble(
        FAULT,
        f"the check stopped on a fault of notecheck itself ({type(error).__name__}{place})",
        "Check this note alone with NOTECHECK_DEBUG=1 for the traceback, which may quote the note.",
    )
