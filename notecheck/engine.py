"""The corridor: one note through the five rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from notecheck.checks import ruling as rulings
from notecheck.checks import run
from notecheck.checks.base import Case
from notecheck.checks.coverage.aut import needs
from notecheck.checks.coverage.episodes import episodes
from notecheck.checks.coverage.planned import planned
from notecheck.checks.coverage.visit_support import support
from notecheck.checks.explain import explain, of_finding
from notecheck.coding.diff import diff
from notecheck.coding.ledger import ledger
from notecheck.coding.proposed import proposed_claim
from notecheck.coding.suggest import setting_of, suggest
from notecheck.errors import InputError
from notecheck.facts.extract import extract
from notecheck.policy import book as policy_book
from notecheck.policy.cms.loaded import for_day
from notecheck.read.claims import claim_from_dict
from notecheck.records import (
    Claim,
    Episode,
    Explanation,
    Facts,
    Mode,
    Note,
    Opinion,
    Report,
    Ruling,
    SecondReading,
    Suggested,
)

if TYPE_CHECKING:
    from notecheck.annotate.pipeline import Annotator
    from notecheck.annotate.second_look import SecondLook


class Checker:
    """Reads notes and judges claims. Building one is the expensive call; use it for many notes.

    ``policy`` are folders with a practice's own policies, laid over the shipped ones; ``payers`` files with payers of
    its own. Without ``models`` the learned models stay closed: no candidates, the same facts and verdicts.
    """

    def __init__(
        self, policy: Sequence[Path | str] = (), payers: Sequence[Path | str] = (), *, models: bool = True
    ) -> None:
        from notecheck.annotate.pipeline import Annotator
        from notecheck.annotate.second_look import SecondLook

        self._book = policy_book.load(tuple(map(Path, policy)), tuple(map(Path, payers)))
        self._book.crosswalk.ready()
        self._annotator: Annotator = Annotator()
        self._second: SecondLook | None = SecondLook(self._book) if models else None

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
        *,
        mode: Mode = "prebill",
        earlier: Sequence[str | Note] = (),
        ruling: Ruling | None = None,
    ) -> Report:
        """Compare one note (and the chart documents given) with the claim and the policy in force.

        ``claim`` is a Claim or a dict in the claim format. Without one, or where it has no lines, the codes that the
        note prints are judged as the proposed claim; a note that prints none is judged alone. ``mode`` ``preauth``
        judges a visit note before the procedure: what is planned is read from the claim lines, else from the plan.
        ``earlier`` are earlier procedure notes of the patient: they count as history, not as support.
        ``ruling`` is what the practice has decided: checks left out, severities, accepted findings.
        Raises InputError for a claim or a mode that cannot be understood.
        """
        note = text if isinstance(text, Note) else Note(text)
        facts, wanted, documents, before = self._read(note, claim, chart, mode, earlier)
        note_id = wanted.note_id if wanted and wanted.note_id else note.note_id
        return self.answer(
            facts, wanted, documents,
            notes=(note, *(one if isinstance(one, Note) else Note(one) for one in chart)),
            note_id=note_id, source=note.source, mode=mode, earlier=before, ruling=ruling,
            names=(note_id, note.note_id, note.source), opinions=self._opinions(note, facts, mode),
        )  # fmt: skip

    def answer(
        self,
        facts: Facts,
        claim: Claim | None = None,
        chart: tuple[Facts, ...] = (),
        *,
        notes: Sequence[Note] = (),
        readings: Sequence[SecondReading] = (),
        **known: Any,
    ) -> Report:
        """The answer from facts that were read before, as ``check`` gives it; ``known`` as for :func:`judge`.

        ``notes`` are the note and the chart documents that the facts are of, ``readings`` what :meth:`second_reading`
        saw in them. Without either no sentence is pointed at and the model of procedure families is not asked.
        """
        if readings and known.get("mode", "prebill") == "prebill":
            known.setdefault("opinions", readings[0].opinions)
        elif notes and "opinions" not in known:
            known["opinions"] = self._opinions(notes[0], facts, known.get("mode", "prebill"))
        report = judge(facts, claim, chart, self._book, **known)
        return self._second.over(report, notes, readings) if self._second else report

    def second_reading(self, note: Note, facts: Facts) -> SecondReading:
        """What the learned models see in a document: kept beside its facts, it stands for the text in ``answer``."""
        return self._second.reading(note, facts) if self._second else SecondReading()

    def episodes(
        self,
        claim: Claim | Mapping[str, Any],
        text: str | Note | None = None,
        earlier: Sequence[str | Note] = (),
    ) -> tuple[Episode, ...]:
        """The patient's sequences of procedures up to a claim, with counts and the next eligible day.

        Without ``text`` the claim's lines are taken as planned: nothing of that day counts yet. Raises InputError for
        a claim that cannot be understood.
        """
        return self.check(text or "", claim, earlier=earlier, mode="prebill" if text else "preauth").episodes

    def explain(
        self,
        what: str,
        text: str | Note,
        claim: Claim | Mapping[str, Any] | None = None,
        chart: Sequence[str | Note] = (),
        *,
        mode: Mode = "prebill",
        earlier: Sequence[str | Note] = (),
    ) -> tuple[Explanation, ...]:
        """Why a finding (code or name) or a checklist item came out as it did on this note.

        An empty ``what`` explains every finding above info. Raises InputError NC-I43 for a word that is neither.
        """
        facts, wanted, documents, before = self._read(text, claim, chart, mode, earlier)
        opinions = self._opinions(text if isinstance(text, Note) else Note(text), facts, mode)
        case = _case(facts, wanted, documents, self._book, _day(wanted, facts), mode, before, opinions)
        findings, _ = run.run(case)
        if what:
            return explain(what, case, findings)
        return tuple(of_finding(found, case) for found in findings if found.severity != "info")

    def _opinions(self, note: Note, facts: Facts, mode: Mode) -> tuple[Opinion, ...]:
        """Where the model of procedure families differs from the facts; nothing before the procedure."""
        return self._second.opinions(note, facts) if self._second and mode == "prebill" else ()

    def _read(
        self,
        text: str | Note,
        claim: Claim | Mapping[str, Any] | None,
        chart: Sequence[str | Note],
        mode: Mode,
        earlier: Sequence[str | Note],
    ) -> tuple[Facts, Claim | None, tuple[Facts, ...], tuple[Facts, ...]]:
        """Facts of the note, the claim to judge, facts of the chart and of the earlier notes."""
        if mode not in get_args(Mode):
            raise InputError("NC-I35", f"unknown mode '{mode}'", where="mode", next_step="Use prebill or preauth.")
        wanted = claim if claim is None or isinstance(claim, Claim) else claim_from_dict(claim, self._book)
        facts = self.extract(text)
        if mode == "prebill":
            wanted = proposed_claim(facts, wanted)
        documents = tuple(self.extract(document) for document in chart)
        return facts, wanted, documents, tuple(self.extract(document) for document in earlier)


def judge(
    facts: Facts,
    claim: Claim | None,
    chart: tuple[Facts, ...],
    book: policy_book.Book,
    *,
    day: date | None = None,
    note_id: str = "note",
    source: str = "-",
    mode: Mode = "prebill",
    earlier: tuple[Facts, ...] = (),
    ruling: Ruling | None = None,
    names: tuple[str, ...] = (),
    opinions: tuple[Opinion, ...] = (),
) -> Report:
    """The answer from facts alone, as :meth:`Checker.check` gives it from text; ``day`` where it is known already.

    ``names`` are those under which suppressions may know the note, beside ``note_id``.
    """
    day = day or _day(claim, facts)
    case = _case(facts, claim, chart, book, day, mode, earlier, opinions)
    editions, supported = case.book, case.supported
    found, checklist = run.run(case)
    ruled = rulings.Ruled(found)
    if ruling is not None:
        ruled = rulings.apply(found, ruling, (note_id, *names), rulings.ceiling(case))
    setting = setting_of(facts, claim, editions)
    return Report(
        note_id=note_id,
        readiness=run.readiness(ruled.findings),
        facts=facts,
        findings=ruled.findings,
        checklist=checklist,
        suggested=supported,
        claim=claim,
        editions=(*editions.codes.editions, editions.icd10.edition),
        source=source,
        edition_note=editions.codes.apart(day),
        ledger=ledger(facts, claim, setting),
        diff=diff(claim, supported, found, facts, setting),
        day=day.isoformat(),
        chart=chart,
        mode=mode,
        planned=case.note.procedures if mode == "preauth" else (),
        authorization=needs(case),
        episodes=episodes(case),
        visit=support(case),
        suppressed=ruled.suppressed,
        notices=ruled.notices,
    )


def _case(
    facts: Facts,
    claim: Claim | None,
    chart: tuple[Facts, ...],
    book: policy_book.Book,
    day: date,
    mode: Mode,
    earlier: tuple[Facts, ...],
    opinions: tuple[Opinion, ...] = (),
) -> Case:
    """What the checks look at; before the procedure the planned one stands in the place of the performed."""
    editions = for_day(book, day)
    if mode == "preauth":
        facts = replace(facts, procedures=planned(facts, claim, editions, day))
    return Case(
        note=facts,
        book=editions,
        day=day,
        supported=Suggested() if mode == "preauth" else suggest(facts, claim, editions),
        claim=claim,
        chart=chart,
        mode=mode,
        earlier=earlier,
        opinions=opinions,
    )


def load(policy: Sequence[Path | str] = (), payers: Sequence[Path | str] = (), *, models: bool = True) -> Checker:
    """A Checker, ready. Takes a few seconds: the language pipeline and every table are built here.

    ``policy`` are folders with a practice's own policies, ``payers`` files with payers of its own; ``models`` False
    leaves the learned models closed. Raises DataError or InputError for one that is broken.
    """
    return Checker(policy, payers, models=models)


def _day(claim: Claim | None, facts: Facts) -> date:
    """The day that picks every edition: the claim's date of service, else the note's, else today."""
    for written in (claim.date_of_service if claim else None, *facts.integrity.dates_of_service):
        if written:
            try:
                return date.fromisoformat(written)
            except ValueError:
                continue
    return date.today()
