"""The second pass: notes whose patient has earlier procedures in the batch are judged again with them as history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from notecheck.records import Ruling
from notecheck.scan.history import Seen, earlier_notes
from notecheck.scan.rows import Place, checksum
from notecheck.scan.store import Store
from notecheck.scan.work import Again

_LIGHT = """
    SELECT patient, day, note_key, content_hash, claim_hash, edition, history_hash,
           CAST(json_object('procedures', report->'facts'->'procedures', 'relief', report->'facts'->'relief')
                AS VARCHAR) AS facts
    FROM notes
    WHERE status = 'judged' AND NOT gone AND (patient IS NOT NULL AND day IS NOT NULL OR history_hash <> '')
    ORDER BY patient NULLS LAST, day, note_key
"""
_OF_PATIENT = """
    SELECT note_key, day, content_hash, CAST(report->'facts' AS VARCHAR) AS facts
    FROM notes WHERE status = 'judged' AND NOT gone AND patient = ? AND day IS NOT NULL
"""


@dataclass(frozen=True, slots=True)
class Due:
    """A note whose stored answer counted another history than the store holds now.

    ``history_hash`` is the checksum of the earlier notes that count, empty for none.
    """

    patient: str | None
    note_key: str
    history_hash: str


def due(store: Store) -> list[Due]:
    """Every note that is to be judged again, in a fixed order."""
    found: list[Due] = []
    for patient, rows in groupby(store.stream(_LIGHT), key=itemgetter("patient")):
        visits = list(rows)
        known = {visit["note_key"]: _same(visit) for visit in visits}
        counting: dict[str, tuple[Seen, ...]] = {}
        if patient is not None and len(visits) > 1:
            counting = earlier_notes(_seen(visit) for visit in visits)
        for visit in visits:
            earlier = counting.get(visit["note_key"], ())
            wanted = checksum(*(known[one.note_key] for one in earlier)) if earlier else ""
            if wanted != visit["history_hash"]:
                found.append(Due(patient, visit["note_key"], wanted))
    return found


def tasks(store: Store, wanted: list[Due], ruling: Callable[[str, str | None], Ruling | None]) -> Iterator[Again]:
    """The work for the notes that are due, read from the store patient by patient as it is asked for.

    ``ruling`` tells what is in force for the document of a source and member.
    """
    for patient, notes in groupby(wanted, key=_patient):
        some = list(notes)
        counting: dict[str, tuple[Seen, ...]] = {}
        if patient is not None and any(one.history_hash for one in some):
            counting = earlier_notes(_seen(row) for row in store.stream(_OF_PATIENT, [patient]))
        for one in some:
            row = next(store.stream("SELECT * FROM notes WHERE note_key = ?", [one.note_key]))
            yield Again(
                place=_place(row),
                report=row["report"],
                earlier=tuple(seen.facts for seen in counting.get(one.note_key, ())),
                history_hash=one.history_hash,
                line_starts=tuple(row["line_starts"]),
                page_starts=tuple(row["page_starts"]),
                chars=row["chars"],
                seconds=row["seconds"],
                fingerprint=row["fingerprint"],
                ruling=ruling(row["source"], row["member"]),
            )


def _patient(one: Due) -> str | None:
    return one.patient


def _same(visit: dict[str, Any]) -> str:
    return checksum(*(visit[name] for name in ("note_key", "content_hash", "claim_hash", "edition")))


def _seen(row: dict[str, Any]) -> Seen:
    day = row["day"].isoformat() if row["day"] else None
    return Seen(row["note_key"], day, row["content_hash"], row["facts"])


def _place(row: dict[str, Any]) -> Place:
    return Place(
        source=row["source"],
        member=row["member"],
        root=row["root"],
        note_id=row["note_id"],
        patient=row["patient"],
        provider=row["provider"],
        encounter=row["encounter"],
        author=row["author"],
        day=row["day"].isoformat() if row["day"] else None,
        content_hash=row["content_hash"],
        edition=row["edition"],
        claim_hash=row["claim_hash"],
    )
