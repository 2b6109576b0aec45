"""The second pass: notes are judged again with what only the whole batch tells.

Earlier procedures of the patient are history; the notes of the same encounter without a procedure (the visit, the
report on the images) are chart. Both engines use the same rules, one patient at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from notecheck.errors import InputError
from notecheck.records import Claim, Ruling
from notecheck.scan.history import Seen, earlier_notes, lightened
from notecheck.scan.rows import Place, checksum
from notecheck.scan.store import Store
from notecheck.scan.work import Again

PERSON = "coalesce('patient ' || patient, 'encounter ' || encounter)"
"""SQL for whom a note belongs with: only notes of one patient, or without one of one encounter, tell of each other."""

AT_ONCE = 1000
"""Notes that are fetched from the store together. Each fetch passes over the whole table, so few of them are better;
a thousand notes with their answers are about 40 MB."""

_MOST_CHART = 20
"""Notes of one encounter beyond this many, the earliest first, are not read as chart."""

_LIGHT = f"""
    SELECT {PERSON} AS person, patient, encounter, CAST(day AS VARCHAR) AS day, note_key, content_hash, claim_hash,
           edition, history_hash, len(families) > 0 AS performed,
           CAST(json_object('procedures', report->'facts'->'procedures', 'relief', report->'facts'->'relief')
                AS VARCHAR) AS facts
    FROM notes
    WHERE status = 'judged' AND NOT gone
          AND (day IS NOT NULL AND patient IS NOT NULL OR encounter IS NOT NULL OR history_hash <> '')
"""
_IN_ORDER = " ORDER BY person NULLS LAST, notes.day, note_key"
_OF_PERSON = f" AND {PERSON} = (SELECT {PERSON} FROM notes WHERE note_key = ?)"
_FACTS = """
    SELECT note_key, CAST(day AS VARCHAR) AS day, content_hash, CAST(report->'facts' AS VARCHAR) AS facts,
           CAST(second AS VARCHAR) AS second
    FROM notes WHERE note_key IN (SELECT unnest(?::VARCHAR[]))
"""


@dataclass(frozen=True, slots=True)
class Context:
    """The notes that count for a note, by note_key, and their checksum: empty where none counts."""

    earlier: tuple[str, ...] = ()
    chart: tuple[str, ...] = ()
    history_hash: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """A note whose stored answer counted other notes than the store holds now."""

    person: str | None
    note_key: str
    context: Context


def contexts(visits: Iterable[Mapping[str, Any]]) -> dict[str, Context]:
    """What counts for each note of ONE person.

    A visit has ``note_key``, ``patient``, ``encounter``, ``day`` (ISO text or None), ``content_hash``, ``claim_hash``,
    ``edition``, ``performed`` (it tells of a procedure) and ``facts`` (JSON, procedures and relief at least).
    """
    known = {str(visit["note_key"]): visit for visit in visits}
    if len(known) < 2:
        return dict.fromkeys(known, Context())
    history = earlier_notes(_seen(visit) for visit in known.values() if visit["patient"] is not None)
    found = {}
    for key, visit in known.items():
        chart = _chart(visit, known.values())
        earlier = tuple(seen.note_key for seen in history.get(key, ()) if seen.note_key not in chart)
        parts = [_same(known[one]) for one in earlier]
        if chart:
            parts += ["chart", *(_same(known[one]) for one in chart)]
        found[key] = Context(earlier, chart, checksum(*parts) if parts else "")
    return found


def due(store: Store) -> list[Due]:
    """Every note that is to be judged again, in a fixed order."""
    found: list[Due] = []
    for person, rows in groupby(store.stream(_LIGHT + _IN_ORDER), key=itemgetter("person")):
        visits = list(rows)
        counting = contexts(visits) if person is not None else {}
        for visit in visits:
            context = counting.get(visit["note_key"], Context())
            if context.history_hash != visit["history_hash"]:
                found.append(Due(person, visit["note_key"], context))
    return found


def context_of(store: Store, note_key: str) -> Context:
    """The notes that count for one note, as the store holds them now."""
    return contexts(store.stream(_LIGHT + _OF_PERSON, [note_key])).get(note_key, Context())


def beside(store: Store, context: Context) -> Beside:
    """What is kept of the notes of a context."""
    return Beside(store.stream(_FACTS, [sorted({*context.earlier, *context.chart})]))


def tasks(store: Store, wanted: list[Due], ruling: Callable[[str, str | None], Ruling | None]) -> Iterator[Again]:
    """The work for the notes that are due, read from the store person by person as it is asked for.

    ``ruling`` tells what is in force for the document of a source and member. A note whose file of suppressions can no
    longer be read keeps its answer: the next scan will refuse it.
    """
    for some in _persons(wanted):
        keys = {key for one in some for key in (*one.context.earlier, *one.context.chart)}
        held = Beside(store.stream(_FACTS, [sorted(keys)]))
        rows = {row["note_key"]: row for row in stored_rows(store, [one.note_key for one in some])}
        for one in some:
            row = rows[one.note_key]
            try:
                in_force = ruling(row["source"], row["member"])
            except InputError:
                continue
            yield again(row, one.context, held, in_force)


def _persons(wanted: Iterable[Due]) -> Iterator[list[Due]]:
    """The notes of some persons at a time, so that the store is not asked for each note alone."""
    some: list[Due] = []
    for _, notes in groupby(wanted, key=_person):
        some += notes
        if len(some) >= AT_ONCE:
            yield some
            some = []
    if some:
        yield some


class Beside:
    """What is kept of the notes that may count for others: rows with ``note_key``, ``day``, ``facts``, ``second``."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self._rows = {str(row["note_key"]): row for row in rows}
        self._light: dict[str, str] = {}

    def earlier(self, key: str) -> str:
        """The facts of a note as history, JSON text."""
        if key not in self._light:
            self._light[key] = lightened(self._rows[key]["facts"], self._rows[key]["day"])
        return self._light[key]

    def chart(self, key: str) -> str:
        """The facts of a note as chart, JSON text."""
        return str(self._rows[key]["facts"])

    def reading(self, key: str) -> str:
        """What the learned models saw in a note, JSON text."""
        return self._rows[key]["second"] or "{}"


def again(row: Mapping[str, Any], context: Context, beside: Beside, ruling: Ruling | None) -> Again:
    """The task for a row of ``notes`` with its context."""
    return Again(
        place=place_of(row),
        report=row["report"],
        earlier=tuple(beside.earlier(key) for key in context.earlier),
        history_hash=context.history_hash,
        line_starts=tuple(row["line_starts"]),
        page_starts=tuple(row["page_starts"]),
        chars=row["chars"],
        seconds=row["seconds"],
        fingerprint=row["fingerprint"],
        chart=tuple(beside.chart(key) for key in context.chart),
        readings=(row["second"] or "{}", *(beside.reading(key) for key in context.chart)),
        ruling=ruling,
    )


def rejoined(row: Mapping[str, Any], place: Place, claim: Claim | None, ruling: Ruling | None) -> Again:
    """The task for a row of ``notes`` whose claim turned out to be another one; other notes count again later."""
    return Again(
        place=place,
        report=row["report"],
        earlier=(),
        history_hash="",
        line_starts=tuple(row["line_starts"]),
        page_starts=tuple(row["page_starts"]),
        chars=row["chars"],
        seconds=row["seconds"],
        fingerprint=row["fingerprint"],
        readings=(row["second"] or "{}",),
        rejoined=True,
        claim=claim,
        ruling=ruling,
    )


def stored_rows(store: Store, note_keys: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The rows of ``notes`` of some documents, in any order."""
    return store.stream("SELECT * FROM notes WHERE note_key IN (SELECT unnest(?::VARCHAR[]))", [list(note_keys)])


def place_of(row: Mapping[str, Any]) -> Place:
    """The place of a document as its row holds it."""
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
        joined_by=row["joined_by"],
        payer_named=row["payer_named"],
        payer_by=row["payer_by"],
    )


def _chart(visit: Mapping[str, Any], others: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """The notes of the same encounter without a procedure, of the same day or earlier, for a note with one."""
    if not visit["performed"] or visit["encounter"] is None:
        return ()
    beside = [
        other
        for other in others
        if other["encounter"] == visit["encounter"]
        and not other["performed"]
        and other["patient"] == visit["patient"]
        and not (other["day"] and visit["day"] and other["day"] > visit["day"])
    ]
    texts: dict[str, str] = {}
    for other in sorted(beside, key=_by_day):
        texts.setdefault(other["content_hash"], other["note_key"])
    return tuple(texts.values())[-_MOST_CHART:]


def _person(one: Due) -> str | None:
    return one.person


def _by_day(visit: Mapping[str, Any]) -> tuple[str, str]:
    return (visit["day"] or "", visit["note_key"])


def _same(visit: Mapping[str, Any]) -> str:
    return checksum(*(visit[name] for name in ("note_key", "content_hash", "claim_hash", "edition")))


def _seen(row: Mapping[str, Any]) -> Seen:
    return Seen(row["note_key"], row["day"], row["content_hash"], row["facts"])
