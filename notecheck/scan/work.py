"""What goes to a worker process and what comes back: plain records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from notecheck.records import Claim, Ruling
from notecheck.scan.rows import Place

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Read:
    """A document to be read and judged. ``claim`` None where none was joined and no payer is given.

    ``ruling`` is what the practice has decided: checks left out, severities, accepted findings.
    """

    place: Place
    text: str
    page_starts: tuple[int, ...] = ()
    line_starts: tuple[int, ...] = ()
    claim: Claim | None = None
    ruling: Ruling | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """A stored answer to be judged again: with the patient's earlier notes and the encounter's others, or its claim.

    ``report``, ``earlier``, ``chart`` and ``readings`` are JSON texts: the whole answer, the facts of each earlier
    note, oldest first, the facts of each other note of the encounter, and what the learned models saw in the note and
    in those. ``rejoined`` says that ``claim`` stands in place of the one in the answer. The rest is what the store
    holds of the note and keeps.
    """

    place: Place
    report: str
    earlier: tuple[str, ...]
    history_hash: str
    line_starts: tuple[int, ...]
    page_starts: tuple[int, ...]
    chars: int
    seconds: float
    fingerprint: bytes | None
    chart: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    rejoined: bool = False
    claim: Claim | None = None
    ruling: Ruling | None = None


Task = Read | Again


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why a task gave no answer: an error code, a reason without words of the note, what to do next."""

    code: str
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a task: the rows to store, or the trouble. ``spent`` is its time in seconds."""

    rows: Rows | None = None
    trouble: Trouble | None = None
    spent: float = 0.0
