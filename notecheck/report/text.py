"""The report of one note for a terminal: verdict first, readable without colour, nothing repeated."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Group
from rich.text import Text

from notecheck.records import Claim, Evidence, Explanation, Finding, Note, Report
from notecheck.report import accepted, explain, sequence
from notecheck.report.claimlines import claim_rows
from notecheck.report.page import WIDEST, Page
from notecheck.report.words import (
    SEARCHED,
    documented,
    not_billed,
    open_questions,
    place,
    procedure_words,
    quoted,
    searched,
    shown,
    without_code,
)

_VERDICT = {"ready": "bold green", "addendum": "bold yellow", "hold": "bold red"}
_HEADINGS = (("error", "Errors"), ("warning", "Warnings"), ("info", "Worth knowing"))
_BODY = 9  # findings hang under their name, after a code such as LAT002
_ANSWER = 16  # checklist items hang under their question, after a status such as not-applicable
_MOST_QUOTES = 3
_BILLED, _WRONG, _SUPPORTED = 14, 28, 18  # columns of the claim against the note
NO_PROCEDURE = "No interventional procedure is documented as performed in this note."


def render(
    report: Report,
    documents: Sequence[Note],
    *,
    checklist: bool = False,
    explanations: Sequence[Explanation] = (),
    width: int = WIDEST,
) -> Group:
    """The report as lines of at most ``width`` columns (never more than 100).

    ``documents`` are the note and then the chart documents, in the order given to the check: line numbers are counted
    in them. ``checklist`` lists every item instead of the counts; ``explanations`` stand below it.
    """
    page = Page(width)
    _headline(page, report)
    _documented(page, report)
    _proposed(page, report, documents)
    _claim(page, report)
    sequence.authorization(page, report)
    for severity, heading in _HEADINGS:
        _findings(page, heading, [f for f in report.findings if f.severity == severity], documents)
    accepted.put(page, report)
    sequence.visit(page, report)
    sequence.episodes(page, report)
    _checklist(page, report, documents, full=checklist or report.mode == "preauth")
    for told in explanations:
        page.blank()
        explain.put(page, told, documents)
    _editions(page, report)
    return page.renderable()


def together(pages: Sequence[Group]) -> Group:
    """Several reports below one another, with an empty line between."""
    lines = [line for page in pages for line in (*page.renderables, Text(""))]
    return Group(*lines[:-1])


def _headline(page: Page, report: Report) -> None:
    claim = report.claim
    about = ", ".join(part for part in _about(claim) if part)
    counts = Counter(f.severity for f in report.findings)
    found = [
        f"{counts[severity]} {severity}{'s' if counts[severity] != 1 else ''}"
        for severity in ("error", "warning")
        if counts[severity]
    ]
    name = report.note_id if report.source == "-" else report.source
    text = "   ".join(part for part in (name, about, "  ".join(found) or "nothing to mend") if part)
    page.hang(report.readiness.upper(), "  " + text, 1, label_style=_VERDICT[report.readiness])


def _about(claim: Claim | None) -> tuple[str, ...]:
    if claim is None:
        return ()
    return (claim.payer, claim.mac or claim.state or "", claim.date_of_service or "no date of service")


def _documented(page: Page, report: Report) -> None:
    if report.mode == "preauth":
        planned = "; ".join(procedure_words(p) for p in report.planned)
        page.hang("Planned:", planned or "nothing that can be read", 3)
    elif report.facts.procedures:
        page.hang("Documented:", documented(report.facts), 3)
    else:
        page.line(NO_PROCEDURE)


def _proposed(page: Page, report: Report, documents: Sequence[Note]) -> None:
    """Say that no claim was given, and where the codes stand that are judged instead."""
    if report.claim is None or not report.claim.proposed:
        return
    codes = set(report.claim.codes)
    printed = [w.evidence for w in report.facts.written_codes if w.code in codes and w.done]
    lines = ", ".join(dict.fromkeys(place(e, documents) for e in printed))
    page.hang("Proposed:", f"no claim was given; judged are the codes that the note prints ({lines}).", 3)


def _claim(page: Page, report: Report) -> None:
    billed = report.claim.lines if report.claim else ()
    supported = report.suggested.lines
    if report.mode == "preauth":
        if billed:
            page.line("Asked for: " + ", ".join(shown(line) for line in billed))
    elif billed:
        rows = claim_rows(report)
        if all(row.agrees for row in rows):
            page.line("Claim: " + ", ".join(row.billed for row in rows) + ": as the note supports")
        else:
            page.blank()
            heading = "Codes in the note" if report.claim and report.claim.proposed else "Claim as billed"
            page.columns([(heading, "What the note supports")], (_BILLED + 2 + _WRONG,), style="bold")
            filled = [(row.billed, row.problem or "ok", row.supported or "-", row.why) for row in rows]
            page.columns(filled, (_BILLED, _WRONG, _SUPPORTED))
    elif supported:
        page.blank()
        page.line("What the note supports", "bold")
        page.columns([(shown(s), ", ".join(s.icd10), s.why) for s in supported], (18, 18))
    for told in without_code(report.suggested):
        page.hang("No code:", told, 7)
    for question in open_questions(report.suggested):
        page.hang("Open:", question, 7)
    if left := not_billed(report.suggested):
        page.hang("Apart:", left, 7)


def _findings(page: Page, heading: str, findings: Sequence[Finding], documents: Sequence[Note]) -> None:
    if not findings:
        return
    page.blank()
    page.line(heading, "bold")
    for finding in findings:
        page.hang(finding.code, f"{finding.name}   {finding.line or ''}".rstrip(), _BODY, label_style="bold")
        _evidence(page, finding.evidence, documents)
        page.hang("", finding.message, _BODY)
        if finding.fix:
            page.hang("", f"Next: {finding.fix}", _BODY)
        if finding.source:
            page.hang("", f"Asked by: {finding.source}", _BODY, style="dim")


def _evidence(page: Page, evidence: Sequence[Evidence], documents: Sequence[Note]) -> None:
    words = [e for e in evidence if e.text and not e.field.startswith(SEARCHED)]
    seen = dict.fromkeys((place(e, documents), quoted(e, documents)) for e in words)
    for where, words_shown in list(seen)[:_MOST_QUOTES]:
        page.hang("", f"{where}  {words_shown}", _BODY)
    if len(seen) > _MOST_QUOTES:
        page.hang("", f"and {len(seen) - _MOST_QUOTES} more places", _BODY)
    where_searched = searched(evidence)
    if where_searched and not seen:
        page.hang("", f"Not found ({where_searched})", _BODY)


def _checklist(page: Page, report: Report, documents: Sequence[Note], *, full: bool) -> None:
    if not report.checklist:
        return
    counts = Counter("for a person" if item.for_person else item.status for item in report.checklist)
    named = ("met", "not-met", "unclear", "not-applicable", *(["for a person"] if counts["for a person"] else []))
    shown_counts = "   ".join(f"{status.replace('-', ' ')} {counts[status]}" for status in named)
    if report.findings or full:
        page.blank()
    page.hang("Checklist", shown_counts + ("" if full else "      --checklist to see all"), 12)
    if not full:
        return
    for item in sorted(report.checklist, key=lambda item: item.for_person):
        words = [e for e in item.evidence if e.text and not e.field.startswith(SEARCHED)]
        page.hang(item.status, item.question or item.item, _ANSWER)
        page.hang("", f"{item.because} ({item.source})", _ANSWER)
        if words:
            page.hang("", f"{place(words[0], documents)}  {quoted(words[0], documents)}", _ANSWER)


def _editions(page: Page, report: Report) -> None:
    """The tables and policies in use that no finding has named yet."""
    cited = " ".join(finding.source for finding in report.findings)
    policies = (item.source.partition(",")[0] for item in report.checklist)
    names = [name for name in dict.fromkeys((*report.editions, *policies)) if name not in cited]
    explain = f"`notecheck rule {report.findings[0].code}` explains a finding." if report.findings else ""
    if report.findings:
        page.blank()
    used = f"{'Also used' if cited else 'Codes and policies'}: {'; '.join(names)}." if names else ""
    if used or explain or report.edition_note:
        page.line(" ".join(part for part in (used, report.edition_note, explain) if part), "dim")
