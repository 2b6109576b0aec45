"""Annotated notes in, an Evaluation out: reads the gold file and the notes, extracts, compares."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck.errors import InputError
from notecheck.evaluate.tally import FieldScore, Miss, Tally, misses
from notecheck.read.notes import read_bytes, read_note
from notecheck.records import Note

if TYPE_CHECKING:
    from notecheck.engine import Checker


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The measures of each field (``ALL`` last) and every error, in the order of the gold file."""

    notes: int
    scores: tuple[FieldScore, ...]
    misses: tuple[Miss, ...]

    def to_dict(self) -> dict[str, object]:
        """Plain JSON types: ``notes``, ``fields``, ``errors``."""
        return {
            "notes": self.notes,
            "fields": [score.to_dict() for score in self.scores],
            "errors": [miss.to_dict() for miss in self.misses],
        }


def evaluate(checker: Checker, gold: Path | str, folder: Path | str) -> Evaluation:
    """Score ``checker`` on the notes of ``folder`` that ``gold`` annotates.

    ``gold`` has one JSON object in the fact format on each line; ``note_id`` names the file ``note_id.txt``. A key
    that a row lacks counts as "says nothing". Raises InputError NC-I70 to NC-I73 for the gold file, and those of
    ``read_note`` for a note.
    """
    return compare(checker, ((row, _note(Path(folder), row)) for row in list(_rows(Path(gold)))))


def compare(checker: Checker, pairs: Iterable[tuple[Mapping[str, Any], Note]]) -> Evaluation:
    """The same for rows and notes already in memory."""
    tally, count = Tally(), 0
    found: list[Miss] = []
    for row, note in pairs:
        facts = checker.extract(note)
        tally.add(row, facts.to_dict())
        found.extend(misses(row, facts, note))
        count += 1
    return Evaluation(count, tally.scores(), tuple(found))


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    seen: dict[str, int] = {}
    for number, line in enumerate(_text(path).splitlines(), start=1):
        if not line.strip():
            continue
        where = f"{path.name}, line {number}"
        try:
            row = json.loads(line)
        except ValueError:
            raise InputError(
                "NC-I70", "this line is no JSON object", where=where, next_step="Put one object on each line."
            ) from None
        if not isinstance(row, dict) or not isinstance(row.get("note_id"), str) or not row["note_id"].strip():
            raise InputError("NC-I71", "no note_id", where=where, next_step="Give each row the name of its note file.")
        if row["note_id"] in seen:
            first = seen[row["note_id"]]
            raise InputError(
                "NC-I72", f"note_id stands twice, first on line {first}", where=where, next_step="Keep one of the rows."
            )
        fault = _fault(row)
        if fault:
            raise InputError("NC-I73", fault, where=where, next_step="Write the row in the fact format of `extract`.")
        seen[row["note_id"]] = number
        yield row
    if not seen:
        raise InputError("NC-I71", "no annotated note", where=path.name, next_step="Give each row a note_id.")


def _text(path: Path) -> str:
    try:
        return read_bytes(path).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("NC-I70", "not UTF-8 text", where=path.name, next_step="Save the file as UTF-8.") from None


def _fault(row: Mapping[str, Any]) -> str:
    """What keeps a row from being compared, or an empty string."""
    lists = {
        "procedures": ("family", str), "conservative_care": ("modality", str), "pain_scores": ("score", int | float),
        "relief": ("source", str), "function_scales": ("scale", str), "imaging_studies": ("modality", str),
        "diagnoses": ("text", str),
    }  # fmt: skip
    for key, (needed, kind) in lists.items():
        items = [] if row.get(key) is None else row[key]
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            return f"'{key}' is not a list of objects"
        if any(not isinstance(item.get(needed), kind) or isinstance(item.get(needed), bool) for item in items):
            return f"an entry of '{key}' has no proper '{needed}'"
    for key in ("exam", "contradictions"):
        if not isinstance(row.get(key, []), list):
            return f"'{key}' is not a list"
    weeks = row.get("symptom_weeks")
    if weeks is not None and not isinstance(weeks, int | float):
        return "'symptom_weeks' is not a number"
    return ""


def _note(folder: Path, row: Mapping[str, Any]) -> Note:
    return read_note(folder / f"{row['note_id']}.txt")
