"""A scan from end to end: documents in, claims joined, what is new judged by the workers, answers into the store."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from notecheck.errors import InputError
from notecheck.read.documents import documents
from notecheck.records import Claim, Refused, Ruling
from notecheck.scan import second, worker
from notecheck.scan.batch import Batch
from notecheck.scan.edition import edition, package_version
from notecheck.scan.joined import Joined
from notecheck.scan.matching import Fit, Settled, Told
from notecheck.scan.payers import named
from notecheck.scan.placed import (
    About,
    about,
    claim_hash,
    numbered,
    placed,
    possible_ways,
    refused_place,
    side_file_refused,
)
from notecheck.scan.pool import Pool
from notecheck.scan.request import Progress, Request, joined_for, roots_of
from notecheck.scan.rows import Place, note_key, refused_rows
from notecheck.scan.store import Known, Store
from notecheck.scan.work import Again, Answer, Read, Task

_SHUT = ("NC-I01", "NC-I03")
"""Codes of files and folders that were named or listed and could not be opened."""


def pool_for(request: Request, workers: int) -> Pool:
    """The workers that a scan or a watch needs, not yet started."""
    return Pool(
        workers,
        own=request.own,
        payers=request.payers,
        seconds=request.seconds,
        work=partial(worker.main, models=request.models),
    )


def scan(
    request: Request,
    *,
    told: Callable[[Progress], None] | None = None,
    stopped: Callable[[], bool] | None = None,
    pool: Pool | None = None,
) -> Progress:
    """Scan, or go on with a scan that was stopped. ``told`` hears of every document; ``stopped`` ends it early.

    Everything written stays whatever happens; the same call again goes on. ``pool`` are workers that are kept, else
    own ones are started and ended. Raises InputError for sources, claims or options that cannot be used.
    """
    began = time.monotonic()
    roots = roots_of(request.sources)
    joined = joined_for(request)
    now = edition(request.own, request.payers, models=request.models)
    progress = Progress()
    workers = pool or pool_for(request, request.workers)
    try:
        with Store(request.out, create=True) as store:
            if request.only is None:
                told_of = {"sources": json.dumps(roots), "options": request.options}
                store.set_meta({"edition": now, "package": package_version(), **told_of})
            run = _Run(request, store, joined, now, progress, told, stopped)
            run.first(workers, roots)
            if not progress.stopped:
                run.second(workers)
                run.end()
            progress.seconds = time.monotonic() - began
            return progress
    finally:
        if pool is None:
            workers.close()


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A document that claims fit: its place with the first of them, what its file says, the claims by tier."""

    place: Place
    about: About
    fits: tuple[tuple[str, int], ...]


class _Run:
    """One scan under way."""

    def __init__(
        self,
        request: Request,
        store: Store,
        joined: Joined,
        now: str,
        progress: Progress,
        told: Callable[[Progress], None] | None,
        stopped: Callable[[], bool] | None,
    ) -> None:
        self._request = request
        self._store = store
        self._joined = joined
        self._edition = now
        self._progress = progress
        self._told = told
        self._stopped = stopped
        self._known: dict[str, Known] = store.known()
        self._seen: dict[str, str] = {}
        self._back: list[str] = []
        self._shut: list[str] = []
        self._fitted: dict[str, _Fitted] = {}
        self._settled_claims = Settled()
        self._batch = Batch(store)
        if request.only is not None:
            joined.withhold(self._placed_elsewhere(request.only))

    def first(self, pool: Pool, roots: Sequence[str]) -> None:
        """Every document that is new or changed."""
        for task, answer in pool.run(self._tasks(roots), self._stopped):
            if self._keep(task, answer):
                self._progress.judged += 1
            else:
                self._progress.refused += 1
            self._tell()
        self._batch.flush()
        self._halt()

    def second(self, pool: Pool) -> None:
        """Every note that was judged with another claim or with other notes than the whole batch gives it."""
        self._mark_gone()
        rejoined = self._rejoined()
        self._progress.stage, self._progress.history_due = "history", len(rejoined)
        self._judge_again(pool, self._rejoining(rejoined))
        if self._progress.stopped:
            return
        wanted = second.due(self._store)
        self._progress.history_due += len(wanted)
        self._judge_again(pool, second.tasks(self._store, wanted, self._ruling))

    def _rejoining(self, wanted: list[tuple[Place, Claim | None, Ruling | None]]) -> Iterator[Again]:
        how = {one[0].note_key: one for one in wanted}
        keys = list(how)
        for at in range(0, len(keys), second.AT_ONCE):
            for row in second.stored_rows(self._store, keys[at : at + second.AT_ONCE]):
                yield second.rejoined(row, *how[row["note_key"]])

    def _judge_again(self, pool: Pool, tasks: Iterator[Again]) -> None:
        for task, answer in pool.run(tasks, self._stopped):
            if answer.rows is not None:  # else the first answer stays, and the next scan tries again
                self._keep(task, answer)
            self._progress.history += 1
            self._tell()
        self._batch.flush()
        self._halt()

    def end(self) -> None:
        """What is known only when all was seen: claims left over, what made the store, the Parquet files."""
        if self._progress.stopped or self._request.only is not None:
            return
        self._progress.stage = "end"
        self._store.set_unmatched(self._joined.unmatched(self._settled_claims))
        self._store.set_meta({"last_scan": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())})
        self._store.export()
        self._tell()

    def _tasks(self, roots: Sequence[str]) -> Iterator[Task]:
        for root in roots:
            for found in documents(self._files(root), columns=self._request.columns, ocr=self._request.ocr):
                if self._stopped is not None and self._stopped():
                    return
                if self._own(found.source):
                    continue
                if self._seen.get(note_key(found.source, found.member), root) != root:
                    continue  # a folder inside another one named too
                self._progress.documents += 1
                if isinstance(found, Refused):
                    self._refuse(found, root)
                    continue
                try:
                    ruling = self._ruling(found.source, found.member)
                except InputError as error:
                    self._refuse(side_file_refused(found.source, found.member, error), root, found.note.note_id)
                    continue
                fits = self._joined.fitting(found.note.note_id, found.encounter, found.patient, found.day)
                number, way = self._joined.first(fits) or (None, None)
                payer = named(found)
                claim, by = self._joined.claim(number, payer), self._joined.payer_by(number, payer)
                place = self._once(placed(found, root, self._edition, claim, way, ruling, by))
                if fits:
                    self._fitted[place.note_key] = _Fitted(place, about(found), fits)
                if self._settled(place, self._hashes(place, about(found), fits, ruling), "judged"):
                    self._progress.unchanged += 1
                    self._tell()
                    continue
                yield Read(place, found.note.text, found.page_starts, found.note.line_starts, claim, ruling)

    def _placed_elsewhere(self, only: tuple[Path, ...]) -> set[str]:
        """The claims, by claim_id, of documents that are not looked at this time."""
        rows = self._store.query(
            "SELECT DISTINCT c.claim_id, n.source FROM claims c JOIN notes n USING (note_key) "
            "WHERE NOT c.proposed AND NOT n.gone AND c.claim_id IS NOT NULL"
        )
        return {claim for claim, source in rows if not any(Path(source).is_relative_to(path) for path in only)}

    def _files(self, root: str) -> list[Path | str]:
        if self._request.only is None:
            return [root]
        return [path for path in self._request.only if path.exists()]

    def _own(self, source: str) -> bool:
        """True for the claims and the results themselves, where they lie among the notes."""
        claims, out = self._request.claims, self._request.out.absolute()
        return (claims is not None and Path(source) == claims.absolute()) or Path(source).is_relative_to(out)

    def _ruling(self, source: str, member: str | None) -> Ruling | None:
        """What the settings say for a document; suppressions beside a file hold where the file is the note.

        Raises InputError for suppressions that cannot be read.
        """
        config = self._request.config
        return None if config is None else config.ruling(None if member else Path(source))

    def _hashes(
        self, place: Place, told: About, fits: tuple[tuple[str, int], ...], ruling: Ruling | None
    ) -> frozenset[str]:
        """The checksums of every claim that the document may end with: its text need not be read again for those."""
        if not fits:
            return frozenset((place.claim_hash,))
        other = (
            claim_hash(self._joined.claim(number, told[-1]), way, ruling, told)
            for number, tier in fits
            for way in possible_ways(tier)
        )
        return frozenset((*other, claim_hash(self._joined.claim(None, told[-1]), None, ruling, told)))

    def _rejoined(self) -> list[tuple[Place, Claim | None, Ruling | None]]:
        """The notes that were judged with another claim than the one that is theirs, now that all are read: their
        place, that claim, and the ruling."""
        if not self._fitted:
            return []
        held = self._store.query(
            "SELECT note_key, source, coalesce(member, ''), families, content_hash, claim_hash FROM notes "
            "WHERE status = 'judged' AND note_key IN (SELECT unnest(?::VARCHAR[]))",
            [list(self._fitted)],
        )
        told = {key: Told((source, member), frozenset(kinds), text) for key, source, member, kinds, text, _ in held}
        fits = (Fit(key, claim, tier) for key, one in self._fitted.items() for claim, tier in one.fits)
        self._settled_claims = self._joined.settled(fits, told)
        found = []
        for key, _, _, _, _, judged_with in held:
            one = self._fitted[key]
            number, way = self._settled_claims.of.get(key, (None, None))
            try:
                ruling = self._ruling(one.place.source, one.place.member)
            except InputError:  # it broke after the note was read: the first answer stays, the next scan refuses it
                continue
            claim = self._joined.claim(number, one.about[-1])
            wanted = claim_hash(claim, way, ruling, one.about)
            if wanted != judged_with:
                by = self._joined.payer_by(number, one.about[-1])
                found.append((replace(one.place, claim_hash=wanted, joined_by=way, payer_by=by), claim, ruling))
        return found

    def _once(self, place: Place) -> Place:
        """A place under a name that came before (two members of one name) is told apart by a number."""
        number, member = 1, place.member
        while place.note_key in self._seen:
            number += 1
            place = replace(place, member=numbered(member, number))
        self._seen[place.note_key] = place.root
        return place

    def _settled(self, place: Place, hashes: frozenset[str], status: str) -> bool:
        """True when the store has the answer to this text by this edition, and to a claim that may be its own.

        A note that could be read and has no answer, since it took too long or ended its workers, is tried again.
        """
        known = self._known.get(place.note_key)
        if known and known.gone:
            self._back.append(place.note_key)
        if known is None or self._request.again:
            return False
        same = (known.content_hash, known.edition, known.status) == (place.content_hash, place.edition, status)
        return same and known.claim_hash in hashes

    def _refuse(self, found: Refused, root: str, note_id: str | None = None) -> None:
        place = self._once(refused_place(found, root, self._edition, note_id))
        if found.code in _SHUT and found.member is None:
            self._shut.append(found.source)
        self._progress.refused += 1
        if not self._settled(place, frozenset((place.claim_hash,)), "refused"):
            if self._request.only is not None:
                self._progress.keys.append(place.note_key)
            self._batch.add(refused_rows(place, found.code, found.reason, found.next_step))
        self._tell()

    def _keep(self, task: Task, answer: Answer) -> bool:
        """Store an answer; False for a trouble."""
        if self._request.only is not None:
            self._progress.keys.append(task.place.note_key)
        if answer.rows is not None:
            self._batch.add(answer.rows)
            return True
        trouble = answer.trouble
        assert trouble is not None
        chars = task.chars if not isinstance(task, Read) else len(task.text)
        made = refused_rows(
            task.place, trouble.code, trouble.reason, trouble.next_step, chars=chars, seconds=round(answer.spent, 4)
        )
        self._batch.add(made)
        return False

    def _mark_gone(self) -> None:
        """Documents of the roots scanned that were not found again; those that were gone and are back.

        What lies in a folder or file that could not be opened this time is not gone: nobody has looked.
        """
        held = self._store.query("SELECT note_key, root, source FROM notes WHERE NOT gone")
        roots = set(roots_of(self._request.sources))
        only = self._request.only
        gone = [
            key
            for key, root, source in held
            if root in roots
            and key not in self._seen
            and (only is None or any(Path(source).is_relative_to(path) for path in only))
            and not any(Path(source).is_relative_to(path) for path in self._shut)
        ]
        self._progress.gone = len(gone)
        self._store.mark(gone=gone, back=[key for key in self._back if key in self._seen])

    def _halt(self) -> None:
        if self._stopped is not None and self._stopped():
            self._progress.stopped = True

    def _tell(self) -> None:
        if self._told is not None:
            self._told(self._progress)
