"""The report page of single notes of a scan, judged again from their stored facts, with the words where they stand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from notecheck.annotate.second_look import SecondLook
from notecheck.audit.originals import originals
from notecheck.config.settings import Config
from notecheck.engine import judge
from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.records import Claim, Facts, Report, SecondReading
from notecheck.records.stored import unpack
from notecheck.report import html
from notecheck.scan import second
from notecheck.scan.store import Store

FOLDER = "reports"


@dataclass(frozen=True, slots=True)
class Stored:
    """What the store holds of a note: its row, its answer, and the other notes that counted for it."""

    row: Mapping[str, Any]
    answer: Mapping[str, Any]
    context: second.Context

    @property
    def keys(self) -> tuple[str, ...]:
        """The note and the notes of its chart, as the words of its report are numbered."""
        return (self.row["note_key"], *self.context.chart)


def write_pages(
    store: Store, keys: Sequence[str], folder: Path, book: Book, config: Config | None = None
) -> dict[str, str]:
    """A page in ``folder/reports`` for each key; the links by key, relative to ``folder``.

    A note whose document is gone or has changed gets a page without its text, from the stored answer. One that this
    version cannot judge again, or beside which lies a file of suppressions that cannot be read, gets none. The choice
    of checks, severities and suppressions of ``config``, and of files beside a note, hold as in the scan. Raises
    InputError NC-A05 where the folder cannot be written.
    """
    held = [found for key in keys if (found := of_key(store, key)) is not None]
    texts = originals(store, [key for one in held for key in one.keys])
    links: dict[str, str] = {}
    for one in held:
        key = one.row["note_key"]
        report = again(store, one, book, config)
        if report is None:
            continue
        shown = one.keys if all(beside in texts for beside in one.keys) else one.keys[:1]
        target = folder / FOLDER / f"{key}.html"
        page = html.render(report, [texts[beside] for beside in shown if beside in texts])
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch(mode=0o600)
            target.write_text(page, encoding="utf-8", newline="")
        except OSError as error:
            raise InputError(
                "NC-A05",
                f"a report cannot be written ({error.strerror})",
                where=str(target),
                next_step="Name a folder that you may write to with --output.",
            ) from None
        links[key] = f"{FOLDER}/{key}.html"
    return links


def of_key(store: Store, key: str) -> Stored | None:
    """What is held of a judged note; None for a refused or unknown one."""
    row = next(store.stream("SELECT * FROM notes WHERE note_key = ?", [key]), None)
    if row is None or row["report"] is None:
        return None
    return Stored(row, json.loads(row["report"]), second.context_of(store, key))


def again(store: Store, held: Stored, book: Book, config: Config | None = None) -> Report | None:
    """The stored answer judged again as the scan did: with the patient's earlier notes, the chart of the encounter and
    the sentences that the learned models saw.

    None for one of another version, or with suppressions that cannot be read.
    """
    stored, row, context = held.answer, held.row, held.context
    beside = second.beside(store, context)
    try:
        facts = unpack(Facts, stored["facts"])
        claim = unpack(Claim, stored["claim"]) if stored["claim"] else None
        chart = tuple(unpack(Facts, document) for document in stored["chart"])
        day = date.fromisoformat(stored["day"])
        note_id = str(stored["note_id"])
        earlier = tuple(unpack(Facts, json.loads(beside.earlier(key))) for key in context.earlier)
        readings = [unpack(SecondReading, json.loads(row.get("second") or "{}"))]
        readings += [unpack(SecondReading, json.loads(beside.reading(key))) for key in context.chart]
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    try:
        ruling = config.ruling(Path(row["source"]) if row["member"] is None else None) if config else None
    except InputError:
        return None
    report = judge(
        facts,
        claim,
        chart,
        book,
        day=day,
        note_id=note_id,
        source=row["source"],
        earlier=earlier,
        ruling=ruling,
        names=(row["note_id"], Path(row["source"]).name),
        opinions=readings[0].opinions,
    )
    if row.get("second") is None or not store.option("models", True):
        return report
    return SecondLook(book).over(report, (), readings)
