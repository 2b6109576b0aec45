"""Findings that were accepted, and what is wrong with the suppressions: said in words, once for every form."""

from __future__ import annotations

from dataclasses import dataclass

from notecheck.records import Notice, Report, Suppressed
from notecheck.report.page import Page

HEADING = "Suppressed, not counted"
NOTICES = "On the suppressions"
_BODY = 9


@dataclass(frozen=True, slots=True)
class Accepted:
    """One suppressed finding in words."""

    code: str
    name: str
    line: str
    message: str
    reason: str


def accepted(report: Report) -> tuple[Accepted, ...]:
    """Every suppressed finding of a report."""
    return tuple(
        Accepted(s.finding.code, s.finding.name, s.finding.line or "", s.finding.message, reason(s))
        for s in report.suppressed
    )


def reason(one: Suppressed) -> str:
    """``Accepted until 2026-12-31: the reason (visit.txt.notecheck:3)``."""
    until = f" until {one.until}" if one.until else ""
    return f"Accepted{until}: {one.reason} ({one.where})" if one.where else f"Accepted{until}: {one.reason}"


def notice(one: Notice) -> str:
    """A notice in one sentence, with its place and the next step."""
    return f"{one.message} ({one.where}). {one.fix}" if one.where else f"{one.message}. {one.fix}"


def put(page: Page, report: Report) -> None:
    """Both lists, where there is anything in them."""
    if report.suppressed:
        page.blank()
        page.line(HEADING, "bold")
    for one in accepted(report):
        page.hang(one.code, f"{one.name}   {one.line}".rstrip(), _BODY, label_style="bold")
        page.hang("", one.message, _BODY)
        page.hang("", one.reason, _BODY)
    if report.notices:
        page.blank()
        page.line(NOTICES, "bold")
    for told in report.notices:
        page.hang(told.code, told.name, _BODY, label_style="bold")
        page.hang("", notice(told), _BODY)
