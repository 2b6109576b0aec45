"""What a scan holds, as the audit reads it from the store: one light record for each note, and its billed lines."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from notecheck.audit.clones import Kept
from notecheck.errors import InputError
from notecheck.read.claim_files import UNREADABLE
from notecheck.scan.store import Store
from notecheck.scan.summary import summary

UNKNOWN = "not known"
"""What stands for a provider, payer or day that nobody gave."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One judged note without its text. ``day`` is an ISO date or empty."""

    key: str
    note_id: str
    source: str
    member: str
    patient: str
    provider: str
    payer: str
    day: str
    families: tuple[str, ...]
    readiness: str
    errors: int
    warnings: int

    @property
    def month(self) -> str:
        """``2026-03``, or UNKNOWN."""
        return self.day[:7] or UNKNOWN

    @property
    def family(self) -> str:
        """The first family, or ``no procedure``."""
        return self.families[0] if self.families else "no procedure"


@dataclass(frozen=True, slots=True)
class Billed:
    """One billed line of a note."""

    key: str
    code: str
    modifiers: tuple[str, ...]
    units: float


@dataclass(frozen=True, slots=True)
class Batch:
    """The notes of a scan. ``editions`` are the tables and policies that judged; ``beside`` counts notes without a
    procedure and without a claim: visits, study reports and the like.

    ``refused`` are the documents that could not be read or judged (document, code, reason, what to do); ``unmatched``
    the claims without a note (claim, patient, day, codes, reason); ``strangers`` names of payers that nobody knows,
    with the payer judged by and the number of notes.
    """

    folder: str
    notes: tuple[Judged, ...]
    refused: tuple[tuple[str, str, str, str], ...]
    editions: tuple[str, ...]
    unmatched: tuple[tuple[str, str, str, str, str], ...] = ()
    strangers: tuple[tuple[str, str, int], ...] = ()
    beside: int = 0

    def by_key(self) -> dict[str, Judged]:
        """Every note by its key."""
        return {note.key: note for note in self.notes}


_NOTES = """
SELECT note_key, note_id, source, coalesce(member, ''), coalesce(patient, ''), coalesce(nullif(provider, ''), ?),
       coalesce(nullif(payer, ''), ?), coalesce(CAST(day AS VARCHAR), ''), families, readiness, errors, warnings
FROM notes WHERE status = 'judged' AND NOT gone ORDER BY note_key
"""

_EDITIONS = """
SELECT DISTINCT unnest(editions) AS name FROM notes WHERE status = 'judged' AND NOT gone
UNION SELECT DISTINCT split_part(c.source, ', ', 1) FROM checklist c JOIN notes n USING (note_key)
WHERE NOT n.gone AND c.source <> ''
ORDER BY name
"""
_BESIDE = """
SELECT count(*) FROM notes WHERE status = 'judged' AND NOT gone AND len(families) = 0 AND NOT coalesce(claimed, false)
"""
_UNMATCHED = """
SELECT coalesce(claim_id, '(no id)'), coalesce(patient, ''), coalesce(CAST(day AS VARCHAR), ''),
       array_to_string(codes, ' '), coalesce(reason, '')
FROM unmatched ORDER BY NOT starts_with(reason, ?), claim_id, reason
"""


def read_batch(store: Store) -> Batch:
    """Every judged note that the last scan still found. Raises InputError NC-A01 where there is none."""
    rows = store.query(_NOTES, [UNKNOWN, UNKNOWN])
    if not rows:
        raise InputError(
            "NC-A01",
            "the scan holds no judged note",
            where=str(store.folder),
            next_step="Scan some notes first: notecheck scan NOTES --out FOLDER.",
        )
    refused = store.query(
        "SELECT source, member, coalesce(reason_code, ''), coalesce(reason, ''), coalesce(next_step, '') FROM notes "
        "WHERE status <> 'judged' AND NOT gone ORDER BY 3, 4, source, member"
    )
    return Batch(
        str(store.folder),
        tuple(_judged(row) for row in rows),
        tuple((_document(source, member), *rest) for source, member, *rest in refused),
        tuple(name for (name,) in store.query(_EDITIONS)),
        tuple(tuple(row) for row in store.query(_UNMATCHED, [UNREADABLE])),
        summary(store).unknown_payers,
        store.query(_BESIDE)[0][0],
    )


def _document(source: str, member: str | None) -> str:
    name = Path(source).name
    return f"{name}, {member}" if member else name


def _judged(row: tuple[Any, ...]) -> Judged:
    key, note_id, source, member, patient, provider, payer, day, families, readiness, errors, warnings = row
    return Judged(
        key, note_id, source, member, patient, provider, payer, day, tuple(families or ()), readiness, errors, warnings
    )


def billed_lines(store: Store) -> tuple[Billed, ...]:
    """The lines that were billed; lines that a note itself prints do not count."""
    rows = store.query(
        "SELECT c.note_key, c.code, c.modifiers, c.units FROM claims c JOIN notes n USING (note_key) "
        "WHERE NOT coalesce(c.proposed, false) AND n.status = 'judged' AND NOT n.gone ORDER BY c.note_key, c.number"
    )
    return tuple(Billed(key, code, tuple(modifiers or ()), float(units or 1)) for key, code, modifiers, units in rows)


def levels_of(store: Store) -> dict[tuple[str, str], int]:
    """Documented levels by note and family; only procedures that name a level."""
    found: dict[tuple[str, str], int] = defaultdict(int)
    rows = store.query("SELECT note_key, family, len(levels) FROM procedures WHERE len(levels) > 0")
    for key, family, count in rows:
        found[key, family] += count
    return dict(found)


def fingerprints(store: Store) -> tuple[Kept, ...]:
    """What is kept of the wording of each note, for :mod:`notecheck.audit.clones`."""
    rows = store.query(
        "SELECT note_key, fingerprint, coalesce(patient, ''), coalesce(provider, ''), "
        "coalesce(CAST(day AS VARCHAR), '') FROM notes "
        "WHERE status = 'judged' AND NOT gone AND fingerprint IS NOT NULL ORDER BY note_key"
    )
    return tuple(Kept(*row) for row in rows)
