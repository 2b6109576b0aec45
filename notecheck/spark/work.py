"""What the Python processes of the executors do: files to documents, documents to rows, rows again with other notes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck.config.settings import Config
from notecheck.errors import InputError
from notecheck.policy import book
from notecheck.read.claim_csv import claims_of_rows
from notecheck.read.claim_parts import to_claim
from notecheck.read.columns import About, Columns, iso_day
from notecheck.read.documents import documents, from_bytes
from notecheck.read.limits import usual_limits
from notecheck.read.payer_names import Payers
from notecheck.read.spot import Spot
from notecheck.records import Claim, Document, Refused, Ruling
from notecheck.records.stored import unpack
from notecheck.scan import second, worker
from notecheck.scan.edition import edition
from notecheck.scan.joined import Setting, completed
from notecheck.scan.matching import WAYS
from notecheck.scan.payers import named
from notecheck.scan.placed import about, claim_hash, numbered, placed, refused_place, side_file_refused
from notecheck.scan.pool import Pool
from notecheck.scan.rows import Place, note_key, refused_rows
from notecheck.scan.work import Again, Answer, Read, Task
from notecheck.spark.shapes import FITS, JOINED, KEPT, arrow_document, arrow_wide, batch, wide_row

if TYPE_CHECKING:
    import pyarrow

_AT_ONCE = 16
"""Rows in one batch on the way back: a wide row holds a whole answer."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the driver tells the executors, as the embedded engine takes it.

    ``own`` are folders with own policies and ``payers`` files with own payers, to be found there too; ``config`` are
    the settings whose choice of checks, severities and suppressions holds; ``seconds`` the longest for one note.
    """

    setting: Setting = field(default_factory=Setting)
    own: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()
    columns: Columns = field(default_factory=Columns)
    config: Config | None = None
    seconds: float = 60.0
    ocr: bool = False

    @property
    def models(self) -> bool:
        """Whether the learned models are opened, as the settings say."""
        return self.config is None or bool(self.config.value("models"))

    def ruling(self, source: str, member: str | None) -> Ruling | None:
        """What the settings say for a document; suppressions beside a file hold where the file is the note."""
        if self.config is None:
            return None
        return self.config.ruling(Path(source) if member is None and "://" not in source else None)


@cache
def _pool(own: tuple[str, ...], payers: tuple[str, ...], models: bool, seconds: float) -> Pool:
    """The one worker of this process, with the pipeline: started once, used for every partition that comes.

    It is a process of its own, so that a note that ends it, or takes too long, is a row with the reason here too: the
    process that Spark started goes on.
    """
    files = tuple(Path(file) for file in payers)
    work = partial(worker.main, models=models)
    return Pool(1, own=tuple(Path(folder) for folder in own), payers=files, seconds=seconds, work=work)


@cache
def _book(own: tuple[str, ...], payers: tuple[str, ...]) -> book.Book:
    return book.load(tuple(Path(folder) for folder in own), tuple(Path(file) for file in payers))


@cache
def _payers(own: tuple[str, ...], payers: tuple[str, ...]) -> Payers:
    return Payers(_book(own, payers).coverage.payers)


@cache
def _edition(own: tuple[str, ...], payers: tuple[str, ...], models: bool) -> str:
    return edition([Path(folder) for folder in own], [Path(file) for file in payers], models=models)


def files(options: Options, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """Files to documents: columns ``path``, ``root`` and, for a file that Spark has read, ``content``."""
    for part in batches:
        for row in _rows(part):
            if row["content"] is None:
                found = documents([row["path"]], columns=options.columns, ocr=options.ocr)
            else:
                found = from_bytes(row["path"], row["content"], columns=options.columns, ocr=options.ocr)
            each = _numbered(found)
            while rows := [_document(one, row["root"]) for one in islice(each, _AT_ONCE)]:
                yield batch(rows, arrow_document())


def judged(options: Options, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """Documents, each with the claims that may be its own (``claims``, JSON texts), to wide rows."""
    for part in batches:
        rows = (_judged(row, options) for row in _rows(part))
        while some := list(islice(rows, _AT_ONCE)):
            yield batch(some, arrow_wide())


def rejoined(options: Options, batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    """Wide rows, each with the claim that turned out to be its own (``now``, ``way``), judged again with it."""
    for part in batches:
        rows = (_rejoined(row, options) for row in _rows(part))
        while some := list(islice(rows, _AT_ONCE)):
            yield batch(some, arrow_wide())


def with_others(options: Options, group: pyarrow.Table) -> pyarrow.Table:
    """The wide rows of one person, judged again where earlier notes or those of the encounter count for them."""
    import pyarrow

    rows = group.to_pylist()
    visits = [
        row
        | {
            "day": row["day"].isoformat() if row["day"] else None,
            "performed": bool(row["families"]),
            "facts": json.dumps(json.loads(row["report"])["facts"]),
        }
        for row in rows
    ]
    counting = second.contexts(visits)
    beside = second.Beside(visits)
    made = []
    for row in rows:
        context = counting[row["note_key"]]
        ruling = _ruling_still(row, options) if context.history_hash else None
        again = _again(second.again(row, context, beside, ruling[0]), row, options) if ruling is not None else None
        made.append(again or row)
    return pyarrow.Table.from_batches([batch(made, arrow_wide())])


def claim_of(text: str, options: Options) -> Claim:
    """A claim as the driver packed it: a whole one, or the rows of its lines. Raises InputError for a wrong one."""
    data = json.loads(text)
    if "packed" in data:
        return unpack(Claim, data["packed"])
    lines = data["lines"]
    header = list(dict.fromkeys(name for line in lines for name in line))
    found = claims_of_rows(header, [[line.get(name) for name in header] for line in lines], "claims")
    return to_claim(found[0], "claims", _book(options.own, options.payers), {"payer": ""})


def _judged(row: Mapping[str, Any], options: Options) -> dict[str, Any]:
    document = _read(row)
    if isinstance(document, Refused):
        return _refusal(row, document, options)
    try:
        ruling = options.ruling(document.source, document.member)
    except InputError as error:
        return _refusal(row, side_file_refused(document.source, document.member, error), options)
    claims = {one["id"]: one for one in map(json.loads, reversed(row["claims"] or ()))}  # the surest way last
    given = {key: claim for key, one in claims.items() if (claim := _readable(one["claim"], options)) is not None}
    claims = {key: claims[key] for key in given}
    surest = [key for key, one in claims.items() if one["tier"] == min(other["tier"] for other in claims.values())]
    number = surest[0] if len(surest) == 1 else None
    claim, by = _completed(given[number] if number is not None else None, named(document), options)
    way = WAYS[claims[number]["tier"]] if number is not None else None
    now = _edition(options.own, options.payers, options.models)
    place = placed(document, str(row["root"] or ""), now, claim, way, ruling, by)
    note = document.note
    answer = _done(Read(place, note.text, note.page_starts, note.line_starts, claim, ruling), options)
    if answer.rows is None:
        return _troubled(place, answer, len(note.text))
    made = wide_row(answer.rows)
    if claims:
        texts = {key: one["claim"] for key, one in claims.items()}
        kept = {"place": asdict(place), "about": about(document), "claims": texts}
        made[FITS] = [{"claim": key, "tier": one["tier"]} for key, one in claims.items()]
        made[JOINED], made[KEPT] = number, json.dumps(kept)
    return made


def _rejoined(row: Mapping[str, Any], options: Options) -> dict[str, Any]:
    kept = json.loads(row[KEPT])
    now, way = row["now"], row["way"]
    told = tuple(kept["about"])
    claim, by = _completed(claim_of(kept["claims"][now], options) if now is not None else None, told[-1], options)
    made = None
    if (ruling := _ruling_still(row, options)) is not None:
        wanted = claim_hash(claim, way, ruling[0], told)
        place = replace(Place(**kept["place"]), claim_hash=wanted, joined_by=way, payer_by=by)
        made = _again(second.rejoined(row, place, claim, ruling[0]), row, options)
    if made is None:
        return {name: value for name, value in row.items() if name not in ("now", "way")}
    return made | {JOINED: now}


def _ruling_still(row: Mapping[str, Any], options: Options) -> tuple[Ruling | None] | None:
    """The ruling of a row that was judged before; None where its file of suppressions has become unreadable."""
    try:
        return (options.ruling(row["source"], row["member"]),)
    except InputError:
        return None


def _completed(claim: Claim | None, name: str | None, options: Options) -> tuple[Claim | None, str]:
    return completed(claim, options.setting, name, _payers(options.own, options.payers))


def _readable(text: str, options: Options) -> Claim | None:
    """A claim; None for one that cannot be understood, which the table ``unmatched`` names."""
    try:
        return claim_of(text, options)
    except InputError:
        return None


def _again(task: Again, row: Mapping[str, Any], options: Options) -> dict[str, Any] | None:
    answer = _done(task, options)
    if answer.rows is None:
        return None
    return wide_row(answer.rows) | {name: row[name] for name in (FITS, JOINED, KEPT)}


def _done(task: Task, options: Options) -> Answer:
    pool = _pool(options.own, options.payers, options.models, options.seconds)
    return next(answer for _, answer in pool.run(iter((task,))))


def _troubled(place: Place, answer: Answer, chars: int) -> dict[str, Any]:
    trouble = answer.trouble
    assert trouble is not None
    spent = round(answer.spent, 4)
    return wide_row(
        refused_rows(place, trouble.code, trouble.reason, trouble.next_step, chars=chars, seconds=spent)
    )


def _read(row: Mapping[str, Any]) -> Document | Refused:
    if row["code"] is not None:
        return Refused(row["source"], row["member"], row["code"], row["reason"] or "", row["next_step"] or "")
    told = About(
        row["patient"], row["provider"], row["encounter"], iso_day(row["day"] or ""), row["author"], row["payer"]
    )
    source = str(row["source"] or "table")
    return Spot(source, row["member"], Path(source).name, usual_limits(), Columns()).document(
        row["text"] or "",
        "spark",
        told,
        note_id=row["note_id"],
        page_starts=tuple(row["page_starts"] or ()),
        line_starts=tuple(row["line_starts"] or ()),
    )


def _numbered(found: Iterator[Document | Refused]) -> Iterator[Document | Refused]:
    """The documents of one file, those under a name that came before told apart by a number."""
    seen: set[str] = set()
    for one in found:
        number, member = 1, one.member
        while note_key(one.source, member) in seen:
            number += 1
            member = numbered(one.member, number)
        seen.add(note_key(one.source, member))
        yield one if number == 1 else replace(one, member=member)


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
        "page_starts": list(found.note.page_starts),
        "line_starts": list(found.note.line_starts),
    }


def _refusal(row: Mapping[str, Any], refused: Refused, options: Options) -> dict[str, Any]:
    now = _edition(options.own, options.payers, options.models)
    found = replace(refused, source=refused.source or "table")
    place = refused_place(found, str(row["root"] or ""), now, row["note_id"])
    return wide_row(refused_rows(place, refused.code, refused.reason, refused.next_step))


def _rows(part: pyarrow.RecordBatch) -> Iterator[dict[str, Any]]:
    """Row by row, so that a batch of long notes is not held twice."""
    for at in range(part.num_rows):
        yield part.slice(at, 1).to_pylist()[0]
