"""The corridor: one note through the five rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
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
    """Reads notes and judges claims. Building one is the expensive call; use it for many notes."""

    def __init__(self) -> None:
        from notecheck.annotate.pipeline import Annotator

        self._book = policy_book.load()
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
        day = _day(wanted, facts)
        book = for_day(self._book, day)
        case = Case(
            note=facts,
            book=book,
            day=day,
            supported=suggest(facts, wanted, book),
            claim=wanted,
            chart=tuple(self.extract(document) for document in chart),
        )
        findings, checklist = run.run(case)
        setting = setting_of(facts, wanted, book)
        return Report(
            note_id=(wanted.note_id if wanted and wanted.note_id else note.note_id),
            readiness=run.readiness(findings),
            facts=facts,
            findings=findings,
            checklist=checklist,
            suggested=case.supported,
            claim=wanted,
            editions=(*book.codes.editions, book.icd10.edition),
            source=note.source,
            ledger=ledger(facts, wanted, setting),
            diff=diff(wanted, case.supported, findings, facts, setting),
        )


def load() -> Checker:
    """A Checker, ready. Takes a few seconds: the language pipeline and every table are built here."""
    return Checker()


def _day(claim: Claim | None, facts: Facts) -> date:
    """The day that picks every edition: the claim's date of service, else the note's, else today."""
    for written in (claim.date_of_service if claim else None, *facts.integrity.dates_of_service):
        if written:
            try:
                return date.fromisoformat(written)
            except ValueError:
                continue
    return date.today()
