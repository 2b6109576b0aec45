"""What each template may use: one typed context for each page, made from the Report alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from notecheck.records import ChecklistItem, Finding, Needle, Note, Report
from notecheck.report.accepted import Accepted, accepted, notice
from notecheck.report.claimlines import ClaimRow, claim_rows
from notecheck.report.marked import KINDS, SEARCHED, Marked, mark
from notecheck.report.sequence import NOTHING_PLANNED, EpisodeView, VisitView, episode_views, requests, visit_view
from notecheck.report.spine import Spine, draw
from notecheck.report.words import (
    documented,
    not_billed,
    number,
    open_questions,
    place,
    procedure_words,
    quoted,
    searched,
    slug_words,
    without_code,
)

VERDICT_WORDS = {
    "ready": "Ready to bill",
    "addendum": "Complete the record or correct the claim first",
    "hold": "Do not bill as it stands",
}
BEFORE_WORDS = {
    "ready": "Ready to request",
    "addendum": "Complete the record first",
    "hold": "Do not request it as it stands",
}
SEVERITY_WORDS = {"error": "Errors", "warning": "Warnings", "info": "Worth knowing"}
STATUS_WORDS = {
    "not-met": "Not met",
    "unclear": "Unclear",
    "met": "Met",
    "not-applicable": "Not applicable",
    "for-person": "For a person to check",
}
PROPOSED = "no claim given: the codes that the note prints are judged as the proposed claim"
NO_PROCEDURE = "No interventional procedure is documented as performed in this note."


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document and the place where they stand; ``document`` and ``start`` let a page link to them."""

    where: str
    words: str
    document: int
    start: int


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as a page shows it; ``index`` counts from 1 over all findings of the report."""

    index: int
    finding: Finding
    quotes: tuple[Quote, ...]
    searched: str

    @property
    def linked(self) -> bool:
        """True where its words are marked in a document shown beside it."""
        return bool(self.quotes)


@dataclass(frozen=True, slots=True)
class ItemView:
    """A checklist item as a page shows it."""

    item: ChecklistItem
    status: str
    question: str
    quote: Quote | None


@dataclass(frozen=True, slots=True)
class NeedleView:
    """One row of the needle ledger in words."""

    row: int
    needle: Needle
    side: str
    guidance: str
    contrast: str
    drugs: str
    billed: str
    agrees: bool


@dataclass(frozen=True, slots=True)
class NotePage:
    """Everything that the page, the Markdown and the printed report of one note may show."""

    report: Report = field(metadata={"help": "The report itself."})
    title: str = field(metadata={"help": "The note's file name, or its id for pasted text."})
    verdict: str = field(metadata={"help": "What the readiness means, in a sentence."})
    about: str = field(metadata={"help": "Payer, contractor or state, and date of service."})
    documented: str = field(metadata={"help": "What was done, in one sentence."})
    counts: str = field(metadata={"help": "How many errors and warnings."})
    findings: tuple[tuple[str, tuple[FindingView, ...]], ...] = field(metadata={"help": "Findings by severity."})
    accepted: tuple[Accepted, ...] = field(metadata={"help": "Findings that were suppressed, with the reason."})
    notices: tuple[tuple[str, str], ...] = field(metadata={"help": "What is wrong with suppressions: name, sentence."})
    checklist: tuple[tuple[str, str, tuple[ItemView, ...]], ...] = field(
        metadata={"help": "Checklist items by answer: slug, words, items."}
    )
    claim: tuple[ClaimRow, ...] = field(metadata={"help": "The claim as billed against what the note supports."})
    claimed: bool = field(metadata={"help": "Whether a claim was given."})
    asked_for: str = field(metadata={"help": "The lines to be approved, before the procedure."})
    ledger: tuple[NeedleView, ...] = field(metadata={"help": "One row for each needle target."})
    spine: Spine = field(metadata={"help": "The drawing of the ledger."})
    documents: tuple[Marked, ...] = field(metadata={"help": "The note and the chart documents, cut for marking."})
    kinds: dict[str, str] = field(metadata={"help": "Kinds of fact that occur in the note, slug to words."})
    editions: tuple[str, ...] = field(metadata={"help": "Every table and policy used, with its date."})
    requests: tuple[str, ...] = field(metadata={"help": "Prior authorization, before the procedure."})
    episodes: tuple[EpisodeView, ...] = field(metadata={"help": "The patient's sequences of procedures."})
    visit: VisitView | None = field(metadata={"help": "What the visit part supports."})
    no_code: tuple[str, ...] = field(metadata={"help": "Diagnoses without code, with codes near them."})
    open_questions: tuple[str, ...] = field(metadata={"help": "What the provider would have to state."})
    not_billed: str = field(metadata={"help": "What the note tells and this claim does not bill."})
    prefix: str = field(default="", metadata={"help": "Stands in every id, where a page shows several notes."})

    @property
    def of(self) -> str:
        """`, note 2` on a page of several notes, else nothing: sets names of its parts apart."""
        return f", note {self.prefix.strip('n-')}" if self.prefix else ""


@dataclass(frozen=True, slots=True)
class BatchPage:
    """A page of several notes."""

    pages: tuple[NotePage, ...] = field(metadata={"help": "The pages of the notes, in the order given."})
    said: str = field(metadata={"help": "How many notes have which verdict."})


def note_page(report: Report, documents: Sequence[Note], *, prefix: str = "") -> NotePage:
    """The context of one report. ``documents`` are the note and then the chart, as given to the check."""
    shown = tuple(
        mark(document, number_, report.facts if number_ == 0 else None, report.findings)
        for number_, document in enumerate(documents)
    )
    views = tuple(finding_view(n, f, documents) for n, f in enumerate(report.findings, start=1))
    used = {piece.kind for document in shown for piece in document.pieces if piece.kind}
    claimed = bool(report.claim and report.claim.lines)
    policies = (item.source.partition(",")[0] for item in report.checklist)
    needles = () if report.mode == "preauth" else report.ledger
    return NotePage(
        report=report,
        title=report.note_id if report.source == "-" else report.source,
        verdict=(BEFORE_WORDS if report.mode == "preauth" else VERDICT_WORDS)[report.readiness],
        about=about(report),
        documented=_done(report),
        counts=counts(report),
        findings=tuple(
            (words, of) for slug, words in SEVERITY_WORDS.items() if (of := _of_severity(views, slug))
        ),
        accepted=accepted(report),
        notices=tuple((f"{told.code} {told.name}", notice(told)) for told in report.notices),
        checklist=tuple(
            (slug, words, items)
            for slug, words in STATUS_WORDS.items()
            if (items := tuple(item_view(i, documents) for i in report.checklist if _answer(i) == slug))
        ),
        claim=() if report.mode == "preauth" else claim_rows(report),
        claimed=claimed,
        asked_for=_asked_for(report),
        ledger=tuple(needle_view(row, needle) for row, needle in enumerate(needles, start=1)),
        spine=draw(needles, claimed=claimed),
        documents=shown,
        kinds={slug: words for slug, words in KINDS.items() if slug in used},
        editions=tuple(dict.fromkeys((*report.editions, *policies))),
        requests=requests(report),
        episodes=episode_views(report),
        visit=visit_view(report),
        no_code=without_code(report.suggested),
        open_questions=open_questions(report.suggested),
        not_billed=not_billed(report.suggested),
        prefix=prefix,
    )


def _done(report: Report) -> str:
    """What was done, or in preauth mode what is planned."""
    if report.mode == "preauth":
        return "; ".join(procedure_words(p) for p in report.planned) or NOTHING_PLANNED
    return documented(report.facts) or NO_PROCEDURE


def _asked_for(report: Report) -> str:
    lines = report.claim.lines if report.claim and report.mode == "preauth" else ()
    return ", ".join(line.shown() for line in lines)


def batch_page(pages: Sequence[NotePage]) -> BatchPage:
    """The context of a page of several notes."""
    found = Counter[str](page.report.readiness for page in pages)
    return BatchPage(tuple(pages), ", ".join(f"{found[slug]} {slug}" for slug in VERDICT_WORDS if found[slug]))


def about(report: Report) -> str:
    """Payer, contractor or state, and day, as far as the claim says them."""
    claim = report.claim
    if claim is None:
        return "no claim given"
    parts = (claim.payer, claim.mac or claim.state or "", claim.date_of_service or "no date of service")
    return ", ".join(part for part in parts if part) + (f"; {PROPOSED}" if claim.proposed else "")


def counts(report: Report) -> str:
    """``2 errors, 1 warning``, or ``nothing to mend``."""
    found = Counter(finding.severity for finding in report.findings)
    said = [f"{found[s]} {s}{'s' if found[s] != 1 else ''}" for s in ("error", "warning") if found[s]]
    return ", ".join(said) or "nothing to mend"


def finding_view(index: int, finding: Finding, documents: Sequence[Note]) -> FindingView:
    """A finding with its quotations and places."""
    words = [e for e in finding.evidence if e.text and not e.field.startswith(SEARCHED)]
    quotes = {
        (place(e, documents), quoted(e, documents)): Quote(
            place(e, documents), quoted(e, documents), e.document, e.start
        )
        for e in words
    }
    return FindingView(index, finding, tuple(quotes.values()), searched(finding.evidence))


def item_view(item: ChecklistItem, documents: Sequence[Note]) -> ItemView:
    """A checklist item with its first quotation."""
    words = [e for e in item.evidence if e.text and not e.field.startswith(SEARCHED)]
    first = words[0] if words else None
    quote = Quote(place(first, documents), quoted(first, documents), first.document, first.start) if first else None
    return ItemView(item, STATUS_WORDS[_answer(item)], item.question or slug_words(item.item), quote)


def needle_view(row: int, needle: Needle) -> NeedleView:
    """A ledger row in words; a dash stands where the note says nothing."""
    doses = [f"{i.drug} {number(i.mg)} mg" if i.mg is not None else i.drug for i in needle.injectate]
    total = " (all targets together)" if needle.shared and any(i.mg is not None for i in needle.injectate) else ""
    return NeedleView(
        row=row,
        needle=needle,
        side=needle.side or "-",
        guidance=", ".join("no imaging" if g == "none" else g for g in needle.guidance) or "-",
        contrast=needle.contrast or "-",
        drugs=", ".join(doses) + total if doses else "-",
        billed=", ".join(needle.billed) or "-",
        agrees=needle.agrees,
    )


def _answer(item: ChecklistItem) -> str:
    return "for-person" if item.for_person else item.status


def _of_severity(views: Sequence[FindingView], slug: str) -> tuple[FindingView, ...]:
    return tuple(view for view in views if view.finding.severity == slug)
