"""The corridor: one note through the five rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from notecheck.checks import run
from notecheck.checks.base import Case
from notecheck.coding.diff import diff
from notecheck.coding.ledger import ledger
from notecheck.coding.proposed import proposed_claim
from notecheck.coding.suggest import setting_of, suggest
from notecheck.facts.extract import extract
from notecheck.policy import book as policy_book
from notecheck.policy.cms.loaded import for_day
from notecheck.read.claims import claim_from_dict
from notecheck.records import Claim, Facts, Note, Report

if TYPE_CHECKING:
    from notecheck.annotate.pipeline import Annotator


class Checker:
    """Reads notes and judges claims. Building one is the expensive call; use it for many notes.

    ``policy`` are folders with a practice's own policies, laid over the shipped ones.
    """

    def __init__(self, policy: Sequence[Path | str] = ()) -> None:
        from notecheck.annotate.pipeline import Annotator

        self._book = policy_book.load(tuple(Path(folder) for folder in policy))
        self._book.crosswalk.ready()
        self._annotator: Annotator = Annotator()

    @property
    def book(self) -> policy_book.Book:
        """The tables and policies in use."""
        return self._book

    def extract(self, text: str | Note) -> Facts:
        """What one note documents, with the words that prove it."""
        mended = self._annotator.mend(text if isinstance(text, Note) else Note(text))
        return mended.restored(extract(self._annotator.annotate(mended.note), self._book))

    def check(
        self,
        text: str | Note,
        claim: Claim | Mapping[str, Any] | None = None,
        chart: Sequence[str | Note] = (),
    ) -> Report:
        """Compare one note (and the chart documents given) with the claim and the policy in force.

        ``claim`` is a Claim or a dict in the claim format. Without one, or where it has no lines, the codes that the
        note prints are judged as the proposed claim; a note that prints none is judged alone.
        Raises InputError for a claim that cannot be understood.
        """
        note = text if isinstance(text, Note) else Note(text)
        wanted = claim if claim is None or isinstance(claim, Claim) else claim_from_dict(claim, self._book)
        facts = self.extract(note)
        wanted = proposed_claim(facts, wanted)
        documents = tuple(self.extract(document) for document in chart)
        note_id = wanted.note_id if wanted and wanted.note_id else note.note_id
        return judge(facts, wanted, documents, self._book, note_id=note_id, source=note.source)


def judge(
    facts: Facts,
    claim: Claim | None,
    chart: tuple[Facts, ...],
    book: policy_book.Book,
    *,
    day: date | None = None,
    note_id: str = "note",
    source: str = "-",
) -> Report:
    """The answer from facts alone, as :meth:`Checker.check` gives it from text; ``day`` where it is known already."""
    day = day or _day(claim, facts)
    editions = for_day(book, day)
    supported = suggest(facts, claim, editions)
    case = Case(note=facts, book=editions, day=day, supported=supported, claim=claim, chart=chart)
    findings, checklist = run.run(case)
    setting = setting_of(facts, claim, editions)
    return Report(
        note_id=note_id,
        readiness=run.readiness(findings),
        facts=facts,
        findings=findings,
        checklist=checklist,
        suggested=supported,
        claim=claim,
        editions=(*editions.codes.editions, editions.icd10.edition),
        source=source,
        ledger=ledger(facts, claim, setting),
        diff=diff(claim, supported, findings, facts, setting),
        day=day.isoformat(),
        chart=chart,
    )


def load(policy: Sequence[Path | str] = ()) -> Checker:
    """A Checker, ready. Takes a few seconds: the language pipeline and every table are built here.

    ``policy`` are folders with a practice's own policies. Raises DataError or InputError for a folder that is broken.
    """
    return Checker(policy)


def _day(claim: Claim | None, facts: Facts) -> date:
    """The day that picks every edition: the claim's date of service, else the note's, else today."""
    for written in (claim.date_of_service if claim else None, *facts.integrity.dates_of_service):
        if written:
            try:
                return date.fromisoformat(written)
            except ValueError:
                continue
    return date.today()
