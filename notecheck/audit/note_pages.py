"""The report page of single notes of a scan, judged again from their stored facts, with the words where they stand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from notecheck.audit.originals import originals
from notecheck.config.settings import Config
from notecheck.engine import judge
from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.records import Claim, Facts, Report, SecondReading
from notecheck.records.stored import unpack
from notecheck.report import html
from notecheck.scan.history import Seen, earlier_notes
from notecheck.scan.store import Store

FOLDER = "reports"


def write_pages(
    store: Store, keys: Sequence[str], folder: Path, book: Book, config: Config | None = None
) -> dict[str, str]:
    """A page in ``folder/reports`` for each key; the links by key, relative to ``folder``.

    A note whose document is gone or has changed gets a page without its text, from the stored answer. One that this
    version cannot judge again gets none. The choice of checks, severities and suppressions of ``config``, and of files
    beside a note, hold as in the scan. Raises InputError NC-A05 where the folder cannot be written.
    """
    texts = originals(store, keys)
    links: dict[str, str] = {}
    for key in keys:
        stored = store.report(key)
        report = stored and again(store, key, stored, book, config)
        if not report:
            continue
        target = folder / FOLDER / f"{key}.html"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.touch(mode=0o600)
            target.write_text(html.render(report, [texts[key]] if key in texts else []), encoding="utf-8", newline="")
        except OSError as error:
            raise InputError(
                "NC-A05",
                f"a report cannot be written ({error.strerror})",
                where=str(target),
                next_step="Name a folder that you may write to with --output.",
            ) from None
        links[key] = f"{FOLDER}/{key}.html"
    return links


def again(
    store: Store, key: str, stored: dict[str, Any], book: Book, config: Config | None = None
) -> Report | None:
    """The stored answer judged again, with the patient's earlier notes; None for one of another version."""
    try:
        facts = unpack(Facts, stored["facts"])
        claim = unpack(Claim, stored["claim"]) if stored["claim"] else None
        chart = tuple(unpack(Facts, document) for document in stored["chart"])
        day = date.fromisoformat(stored["day"])
        note_id = str(stored["note_id"])
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    row = next(store.stream("SELECT * FROM notes WHERE note_key = ?", [key]))
    patient, counted, source = row["patient"], row["earlier"], row["source"]
    seen = unpack(SecondReading, json.loads(row.get("second") or "{}"))
    ruling = config.ruling(Path(source) if row["member"] is None else None) if config else None
    earlier = _earlier(store, key, patient) if patient and counted else ()
    return judge(
        facts,
        claim,
        chart,
        book,
        day=day,
        note_id=note_id,
        source=source,
        earlier=earlier,
        ruling=ruling,
        names=(Path(source).name,),
        opinions=seen.opinions,
    )


def _earlier(store: Store, key: str, patient: str) -> tuple[Facts, ...]:
    rows = store.query(
        "SELECT note_key, CAST(day AS VARCHAR), content_hash, CAST(report->'facts' AS VARCHAR) FROM notes "
        "WHERE patient = ? AND status = 'judged' AND NOT gone",
        [patient],
    )
    history = earlier_notes(Seen(*row) for row in rows)
    return tuple(unpack(Facts, json.loads(seen.facts)) for seen in history.get(key, ()))
