"""Rows on their way into the store: written together, and one by one where the store does not take them so."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from notecheck.scan.rows import checksum
from notecheck.scan.store import NotTaken, Store
from notecheck.scan.work import Rows

_BATCH = 96
_SOON = 1.0
_LATEST = 6.0
"""Seconds between two writes: soon at first, then less often. A write costs as much for one note as for ten."""
_LATER = 0.5


@dataclass(slots=True)
class Batch:
    """Written when there are many rows, or when some seconds have gone by.

    A document whose rows the store does not take becomes one row with that reason; the others are written.
    """

    store: Store
    wait: float = _SOON
    rows: list[Rows] = field(default_factory=list)
    written: float = field(default_factory=time.monotonic)

    def add(self, rows: Rows) -> None:
        """Put in what became of one document."""
        self.rows.append(rows)
        if len(self.rows) >= _BATCH or time.monotonic() - self.written > self.wait:
            self.flush()
            self.wait = min(_LATEST, self.wait + _LATER)

    def flush(self) -> None:
        """Write what is there."""
        try:
            self.store.write(self.rows)
        except NotTaken:
            for rows in self.rows:
                try:
                    self.store.write([rows])
                except NotTaken as error:
                    self.store.write([_not_taken(rows, error)])
        self.rows.clear()
        self.written = time.monotonic()


def _not_taken(rows: Rows, error: NotTaken) -> Rows:
    """The row of a document whose answer cannot be stored, made of its plainest columns."""
    note = rows["notes"][0]
    kept: dict[str, Any] = {
        name: note.get(name)
        for name in ("note_key", "source", "member", "root", "edition", "note_id", "claim_hash", "judged_at")
    }
    reason = f"its answer cannot be stored ({error})"
    kept |= {"status": "refused", "reason_code": "NC-S16", "reason": reason, "content_hash": checksum("NC-S16", reason)}
    kept |= {"next_step": "Check this note alone, and report the kind of fault named here.", "history_hash": ""}
    kept |= {"editions": [], "families": [], "line_starts": [], "page_starts": [], "claimed": False, "gone": False}
    kept |= dict.fromkeys(("errors", "warnings", "infos", "earlier", "beside", "chars", "seconds"), 0)
    return {"notes": [kept]}
