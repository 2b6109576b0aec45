"""What a scan holds, as the audit reads it from the store: one light record for each note, and its billed lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from notecheck.audit.clones import Kept
from notecheck.errors import InputError
from notecheck.scan.store import Store

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
    """The notes of a scan. ``refused`` counts documents by the reason why they could not be read."""

    folder: str
    notes: tuple[Judged, ...]
    refused: Mapping[str, int]
    editions: tuple[str, ...]

    def by_key(self) -> dict[str, Judged]:
        """Every note by its key."""
        return {note.key: note for note in self.notes}


_NOTES = """
SELECT note_key, note_id, source, coalesce(member, ''), coalesce(patient, ''), coalesce(nullif(provider, ''), ?),
       coalesce(nullif(payer, ''), ?), coalesce(CAST(day AS VARCHAR), ''), families, readiness, errors, warnings
FROM notes WHERE status = 'judged' AND NOT gone ORDER BY note_key
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
        "SELECT coalesce(reason, ''), count(*) FROM notes WHERE status <> 'judged' AND NOT gone GROUP BY ALL "
        "ORDER BY count(*) DESC, 1"
    )
    meta = store.meta()
    notes = tuple(_judged(row) for row in rows)
    editions = tuple(line for line in meta.get("editions", "").split("\n") if line)
    return Batch(str(store.folder), notes, dict(refused), editions)


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
