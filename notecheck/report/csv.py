"""Findings as a table for a spreadsheet: one row for each finding, and one row for a note without any."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from notecheck.records import Note, Report
from notecheck.report.accepted import reason
from notecheck.report.context import finding_view
from notecheck.report.page import plain
from notecheck.report.sequence import requests, visit_view

COLUMNS = (
    "note_id",
    "source",
    "readiness",
    "payer",
    "date_of_service",
    "code",
    "name",
    "severity",
    "line",
    "place",
    "words",
    "message",
    "fix",
    "policy",
    "suppressed",
    "authorization",
    "visit",
    "next_eligible",
)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "|", "%")


def render(reports: Iterable[tuple[Report, Sequence[Note]]]) -> str:
    """CSV with CRLF line ends and a heading; a cell that would run as a formula begins with a quote mark."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for report, documents in reports:
        for row in rows(report, documents):
            writer.writerow([safe(cell) for cell in row])
    return out.getvalue()


def rows(report: Report, documents: Sequence[Note]) -> Iterable[tuple[str, ...]]:
    """The cells of one report, in the order of COLUMNS."""
    claim = report.claim
    lead = (
        report.note_id,
        report.source,
        report.readiness,
        claim.payer if claim else "",
        (claim.date_of_service or "") if claim else "",
    )
    visit = visit_view(report)
    tail = (
        "; ".join(requests(report)),
        visit.title if visit else "",
        "; ".join(f"{e.topic} {e.region or ''} {e.next_eligible}" for e in report.episodes if e.next_eligible),
    )
    told = [(finding, "") for finding in report.findings] + [(s.finding, reason(s)) for s in report.suppressed]
    if not told and not report.notices:
        yield (*lead, *[""] * (len(COLUMNS) - len(lead) - len(tail)), *tail)
    for index, (finding, suppressed) in enumerate(told, start=1):
        view = finding_view(index, finding, documents)
        first = view.quotes[0] if view.quotes else None
        yield (
            *lead,
            finding.code,
            finding.name,
            finding.severity,
            finding.line or "",
            first.where if first else view.searched,
            first.words if first else "",
            finding.message,
            finding.fix,
            finding.source,
            suppressed,
            *tail,
        )
    for one in report.notices:
        yield (*lead, one.code, one.name, one.severity, "", one.where, "", one.message, one.fix, "", "", *tail)


def safe(cell: str) -> str:
    """A cell on one line that no spreadsheet takes for a formula."""
    text = plain(cell)
    return f"'{text}" if text.lstrip().startswith(_FORMULA) else text
