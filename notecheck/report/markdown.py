"""The report of one note as Markdown: same order as the terminal, tables for claim, ledger and checklist."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from notecheck.records import Note, Report
from notecheck.report.accepted import HEADING, NOTICES, notice
from notecheck.report.context import FindingView, NotePage, note_page
from notecheck.report.page import plain
from notecheck.report.sequence import EpisodeView

_SPECIAL = re.compile(r"[\\`*_\[\]#|~$@]|^[-+=]|:(?=//)|(?<=^\d)[.)]")


def render(report: Report, documents: Sequence[Note]) -> str:
    """The page as CommonMark with tables. Words of the note come out literally, whatever they hold."""
    page = note_page(report, documents)
    parts = [
        f"# {report.readiness.upper()}: {literal(page.title)}",
        f"{page.verdict}. {literal(page.about)}; {page.counts}.",
        f"**{'Planned' if report.mode == 'preauth' else 'Documented'}:** {literal(page.documented)}",
    ]
    if page.asked_for:
        parts.append(f"**Asked for:** {literal(page.asked_for)}")
    if page.claim:
        parts += ["## Claim and what the note supports" if page.claimed else "## What the note supports", _claim(page)]
    parts += [f"**No code:** {literal(told)}" for told in page.no_code]
    parts += [f"**Open:** {literal(question)}" for question in page.open_questions]
    if page.not_billed:
        parts.append(f"**Apart:** {literal(page.not_billed)}")
    if page.requests:
        parts += ["## Prior authorization", "\n".join(f"- {literal(told)}" for told in page.requests)]
    if page.ledger:
        parts += ["## Needle ledger", _ledger(page)]
    for words, views in page.findings:
        parts += [f"## {words}", *(_finding(view) for view in views)]
    if page.visit:
        parts += [f"## Visit: {literal(page.visit.title)}", table(("Element", "Says"), page.visit.rows)]
    for episode in page.episodes:
        parts += [f"## Episode: {literal(episode.title)}", _episode(episode)]
    if page.accepted:
        parts += [f"## {HEADING}", table(("Finding", "Line", "Says", "Why"), _accepted(page))]
    if report.notices:
        rows = [(f"{told.code} {told.name}", notice(told)) for told in report.notices]
        parts += [f"## {NOTICES}", table(("Notice", "Says"), rows)]
    if page.checklist:
        parts += ["## Checklist", _checklist(page)]
    parts += ["## Codes and policies used", "\n".join(f"- {literal(edition)}" for edition in page.editions)]
    if report.edition_note:
        parts.append(literal(report.edition_note))
    return "\n\n".join(parts) + "\n"


def literal(text: str) -> str:
    """Text on one line in which no character means anything to Markdown or to HTML inside it."""
    return escape(_SPECIAL.sub(r"\\\g<0>", " ".join(plain(text).split())), quote=False)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A pipe table; cells are made literal here."""
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    return "\n".join([*lines, *("| " + " | ".join(literal(cell) or " " for cell in row) + " |" for row in rows)])


def _claim(page: NotePage) -> str:
    if not page.claimed:
        return table(("Supported", "Why"), [(row.supported, row.why) for row in page.claim])
    heads = ("Billed", "Judgement", "Supported", "Why")
    return table(heads, [(r.billed or "-", r.problem or "ok", r.supported or "-", r.why) for r in page.claim])


def _ledger(page: NotePage) -> str:
    heads = ("Target", "Side", "Approach", "Guidance", "Contrast", "Drug at target", "Billed")
    rows = [
        (
            row.needle.target,
            row.side,
            row.needle.approach or "-",
            row.guidance,
            row.contrast,
            row.drugs,
            row.billed if row.needle.documented else f"{row.billed} (not in the note)",
        )
        for row in page.ledger
    ]
    return table(heads, rows)


def _accepted(page: NotePage) -> list[tuple[str, str, str, str]]:
    return [(f"{one.code} {one.name}", one.line, one.message, one.reason) for one in page.accepted]


def _finding(view: FindingView) -> str:
    finding = view.finding
    lines = [f"### {finding.code} {literal(finding.name)} {literal(finding.line or '')}".rstrip()]
    lines += [f"> {literal(quote.where)}: {literal(quote.words)}" for quote in view.quotes]
    if view.searched and not view.quotes:
        lines.append(f"Not found ({literal(view.searched)})")
    lines.append(literal(finding.message))
    if finding.fix:
        lines.append(f"**Next:** {literal(finding.fix)}")
    if finding.source:
        lines.append(f"Asked by: {literal(finding.source)}")
    return "\n\n".join(lines)


def _episode(view: EpisodeView) -> str:
    said = [*view.counts, *([view.next_eligible] if view.next_eligible else [])]
    said += [f"{day}: {because}" for day, because in view.rules]
    lists = "\n".join(f"- {literal(line)}" for line in said)
    return "\n\n".join(part for part in (table(("Date", "Session"), view.steps), lists) if part)


def _checklist(page: NotePage) -> str:
    rows = [
        (view.question, words, view.item.because, view.item.source)
        for _, words, items in page.checklist
        for view in items
    ]
    return table(("Question", "Answer", "Because", "Source"), rows)
