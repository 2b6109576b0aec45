"""What the Python processes of the executors do: files to documents, documents to rows, rows again with history."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck.errors import InputError
from notecheck.read.claim_csv import claims_of_rows
from notecheck.read.claim_parts import to_claim
from notecheck.read.columns import About, Columns, iso_day
from notecheck.read.documents import from_bytes
from notecheck.read.limits import usual_limits
from notecheck.read.spot import Spot
from notecheck.records import Claim, Document, Refused
from notecheck.records.stored import pack, unpack
from notecheck.scan.edition import edition
from notecheck.scan.history import Seen, earlier_notes
from notecheck.scan.joined import Joined, Setting
from notecheck.scan.judging import done
from notecheck.scan.rows import Place, checksum, refused_rows
from notecheck.scan.work import Again, Read
from notecheck.spark.shapes import arrow_document, arrow_wide, batch, wide_row

if TYPE_CHECKING:
    import pyarrow

    from notecheck.engine import Checker

_AT_ONCE = 16
"""Rows in one batch on the way back: a wide row holds a whole answer."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the driver tells the executors. ``own`` are folders with own policies, to be found there too."""

    setting: Setting = field(default_factory=Setting)
    own: tuple[str, ...] = ()
    columns: Columns = field(default_factory=Columns)
    roots: tuple[str, ...] = ()
    ocr: bool = False


@cache
def checker(own: tuple[str, ...]) -> Checker:
    """The pipeline of this process: built once, used for every partition that comes."""
    from notecheck.engine import load

    return load(own)


@cache
def _edition(own: tuple[str, ...]) -> str:
    return edition([Path(folder) for folder in own])


def files(options: Options, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """Files as bytes (columns ``path`` and ``content``) to documents."""
    for part in batches:
        for path, content in zip(part.column("path"), part.column("content"), strict=True):
            name = path.as_py().removeprefix("file:")
            name = "/" + name.lstrip("/") if name.startswith("/") else name
            found = from_bytes(name, content.as_py(), columns=options.columns, ocr=options.ocr)
            root = next((one for one in options.roots if name == one or name.startswith(one.rstrip("/") + "/")), "")
            while rows := [_document(one, root) for one in islice(found, _AT_ONCE)]:
                yield batch(rows, arrow_document())


def judged(options: Options, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """Documents, each with the claims that may be its own (``claims``, JSON texts), to wide rows."""
    for part in batches:
        rows = (_judged(row, options) for row in _rows(part))
        while some := list(islice(rows, _AT_ONCE)):
            yield batch(some, arrow_wide())


def with_history(options: Options, group: pyarrow.Table) -> pyarrow.Table:
    """The wide rows of one patient, judged again where earlier notes count for them."""
    import pyarrow

    rows = {row["note_key"]: row for row in group.to_pylist()}
    seen = [
        Seen(key, row["day"].isoformat(), row["content_hash"], json.dumps(json.loads(row["report"])["facts"]))
        for key, row in sorted(rows.items())
    ]
    counting = earlier_notes(seen)
    known = {
        key: checksum(*(row[name] for name in ("note_key", "content_hash", "claim_hash", "edition")))
        for key, row in rows.items()
    }
    made = []
    for key, row in rows.items():
        earlier = counting.get(key, ())
        again = _again(row, earlier, checksum(*(known[one.note_key] for one in earlier)), options) if earlier else None
        made.append(again or row)
    return pyarrow.Table.from_batches([batch(made, arrow_wide())])


def _again(row: Mapping[str, Any], earlier: tuple[Seen, ...], history: str, options: Options) -> dict[str, Any] | None:
    task = Again(
        place=_place_of(row),
        report=row["report"],
        earlier=tuple(one.facts for one in earlier),
        history_hash=history,
        line_starts=tuple(row["line_starts"]),
        page_starts=tuple(row["page_starts"]),
        chars=row["chars"],
        seconds=row["seconds"],
        fingerprint=row["fingerprint"],
    )
    answer = done(checker(options.own), task)
    return wide_row(answer.rows) if answer.rows is not None else None


def _judged(row: Mapping[str, Any], options: Options) -> dict[str, Any]:
    document = _spot(row).document(
        row["text"] or "",
        "spark",
        About(
            row["patient"], row["provider"], row["encounter"], iso_day(row["day"] or ""), row["author"], row["payer"]
        ),
        note_id=row["note_id"],
        page_starts=tuple(row["page_starts"] or ()),
    )
    if row["code"] is not None:
        document = Refused(row["source"], row["member"], row["code"], row["reason"] or "", row["next_step"] or "")
    if isinstance(document, Refused):
        return _refusal(row, document, options)
    try:
        joined = Joined([_claim(text, options) for text in row["claims"] or ()], options.setting)
        claim = joined.of(document)
    except InputError as error:
        return _refusal(row, Refused(row["source"], row["member"], error.code, error.what, error.next_step), options)
    place = _place(document, str(row["root"] or ""), claim, options)
    answer = done(checker(options.own), Read(place, document.note.text, document.page_starts, claim))
    if answer.rows is not None:
        return wide_row(answer.rows)
    trouble = answer.trouble
    assert trouble is not None
    return wide_row(refused_rows(place, trouble.code, trouble.reason, trouble.next_step, chars=len(document.note.text)))


def _claim(text: str, options: Options) -> Claim:
    """A claim as the driver packed it: a whole one, or the rows of its lines. Raises InputError for a wrong one."""
    data = json.loads(text)
    if "packed" in data:
        return unpack(Claim, data["packed"])
    lines = data["lines"]
    header = list(dict.fromkeys(name for line in lines for name in line))
    found = claims_of_rows(header, [[line.get(name) for name in header] for line in lines], "claims")
    return to_claim(found[0], "claims", checker(options.own).book)


def _spot(row: Mapping[str, Any]) -> Spot:
    source = str(row["source"] or "table")
    return Spot(source, row["member"], Path(source).name, usual_limits(), Columns())


def _document(found: Document | Refused, root: str) -> dict[str, Any]:
    row: dict[str, Any] = {"source": found.source, "member": found.member, "root": root}
    if isinstance(found, Refused):
        return row | {"code": found.code, "reason": found.reason, "next_step": found.next_step}
    return row | {
        "note_id": found.note.note_id,
        "patient": found.patient,
        "provider": found.provider,
        "encounter": found.encounter,
        "day": found.day,
        "author": found.author,
        "payer": found.payer,
        "text": found.note.text,
        "page_starts": list(found.page_starts),
    }


def _place(document: Document, root: str, claim: Claim | None, options: Options) -> Place:
    note_id = document.note.note_id
    about = (document.patient, document.provider, document.encounter, document.author, document.day, note_id)
    return Place(
        source=document.source,
        member=document.member,
        root=root,
        note_id=note_id,
        patient=document.patient,
        provider=document.provider,
        encounter=document.encounter,
        author=document.author,
        day=document.day,
        content_hash=checksum(document.note.text),
        edition=_edition(options.own),
        claim_hash=checksum(json.dumps([pack(claim) if claim else None, about])),
    )


def _refusal(row: Mapping[str, Any], refused: Refused, options: Options) -> dict[str, Any]:
    place = Place(
        source=refused.source or "table",
        member=refused.member,
        root=str(row["root"] or ""),
        note_id=row["note_id"] or Path(refused.source or "table").stem,
        content_hash=checksum(refused.code, refused.reason),
        edition=_edition(options.own),
    )
    return wide_row(refused_rows(place, refused.code, refused.reason, refused.next_step))


def _place_of(row: Mapping[str, Any]) -> Place:
    names = ("source", "member", "root", "note_id", "patient", "provider", "encounter", "author")
    told = {name: row[name] for name in (*names, "content_hash", "edition", "claim_hash")}
    return Place(**told, day=row["day"].isoformat() if row["day"] else None)


def _rows(part: pyarrow.RecordBatch) -> Iterator[dict[str, Any]]:
    """Row by row, so that a batch of long notes is not held twice."""
    for at in range(part.num_rows):
        yield part.slice(at, 1).to_pylist()[0]
