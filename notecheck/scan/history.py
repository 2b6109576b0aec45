"""The history of a patient from the batch itself: which earlier notes count for each note, and the episodes they make.

A second pass judges every note again with the facts of the patient's earlier notes, so that the rules on frequency
and on what came before (FRQ, MED011 to MED013) see what one note alone does not tell. No text is needed: facts are
read back from the store.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

_HEAVY = ("evidence", "places", "shingles")  # proof of words and copied text: history needs neither


@dataclass(frozen=True, slots=True)
class Seen:
    """One stored note of a patient: ``day`` is the ISO date of service or None, ``facts`` its facts as JSON text."""

    note_key: str
    day: str | None
    content_hash: str
    facts: str


def earlier_notes(notes: Iterable[Seen]) -> dict[str, tuple[Seen, ...]]:
    """For each note of ONE patient, by note_key, the notes of earlier days that count as its history, oldest first.

    A note counts when it has a day and tells of a procedure or of relief. Of two with the same text the first counts.
    A note without a day has no history and is none. The facts of what counts are lightened, and hold the day of the
    store as their only date of service; ``notecheck.records.stored.unpack`` reads them back. Raises ValueError where
    facts are no JSON object.
    """
    known = sorted((note for note in notes if _is_day(note.day)), key=_by_day)
    telling: list[Seen] = []
    texts: set[tuple[str | None, str]] = set()
    history: dict[str, tuple[Seen, ...]] = {}
    of_day: list[Seen] = []
    for at, note in enumerate(known):
        if at and note.day != known[at - 1].day:
            telling += of_day
            of_day = []
        history[note.note_key] = tuple(telling)
        facts = json.loads(note.facts)
        if not isinstance(facts, dict):
            raise ValueError("facts are no JSON object")
        if (note.day, note.content_hash) not in texts and (facts.get("procedures") or facts.get("relief")):
            texts.add((note.day, note.content_hash))
            of_day.append(Seen(note.note_key, note.day, note.content_hash, _lightened(facts, str(note.day))))
    return history


def lightened(facts: str, day: str) -> str:
    """Facts, as JSON text, as they count for later notes: without proof of words, with the day of the store alone."""
    return _lightened(json.loads(facts), day)


def episode_rows(note_key: str, patient: str | None, report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The episodes of a stored answer as rows of the table ``episodes``: one row for each session known.

    Columns: ``note_key``, ``number`` (of the episode), ``patient``, ``topic``, ``region``, ``step``, ``day``, ``kind``,
    ``kind_number``, ``laterality``, ``levels``, ``relief_percent``, ``relief_days``, ``known_from``, and the
    ``next_eligible`` day of the episode.
    """
    return [
        {
            "note_key": note_key,
            "number": number,
            "patient": patient,
            "topic": episode["topic"],
            "region": episode["region"],
            "step": at,
            "day": step["date"],
            "kind": step["kind"],
            "kind_number": step["number"],
            "laterality": step["laterality"],
            "levels": list(step["levels"]),
            "relief_percent": step["relief_percent"],
            "relief_days": step["relief_days"],
            "known_from": step["known_from"],
            "next_eligible": episode["next_eligible"],
        }
        for number, episode in enumerate(_listed(report, "episodes"))
        for at, step in enumerate(episode["steps"])
    ]


def _listed(report: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = report.get(name) or ()
    return tuple(found)


def _lightened(facts: dict[str, Any], day: str) -> str:
    kept = {name: value for name, value in facts.items() if name not in _HEAVY}
    for name in ("procedures", "planned"):
        kept[name] = [{k: v for k, v in done.items() if k != "evidence"} for done in facts.get(name) or ()]
    kept["integrity"] = {**(facts.get("integrity") or {}), "dates_of_service": [day], "evidence": []}
    return json.dumps(kept, ensure_ascii=True)


def _is_day(written: str | None) -> bool:
    try:
        return bool(written) and bool(date.fromisoformat(str(written)))
    except ValueError:
        return False


def _by_day(note: Seen) -> tuple[str, str]:
    return (str(note.day), note.note_key)
