"""What is weak in a blank template, for a terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group

from notecheck.report.page import WIDEST, Page

_HEADINGS = (
    ("never-asked", "Never asked for"),
    ("filled-in", "Filled in beforehand"),
    ("fixed-text", "Text that invites cloned notes"),
)
_INDENT = 4


def render(found: Mapping[str, Any], name: str, *, width: int = WIDEST) -> Group:
    """The answer of a template check (its ``to_dict``) as lines of at most ``width`` columns."""
    page = Page(width)
    gaps: Sequence[Mapping[str, Any]] = found["gaps"]
    page.line(f"{name}   {found['family']}, {found['payer']}", "bold")
    page.line(f"asks for {len(found['asked'])} elements; {len(gaps)} weaknesses" if gaps else "nothing to mend")
    for kind, heading in _HEADINGS:
        of_kind = [gap for gap in gaps if gap["kind"] == kind]
        if not of_kind:
            continue
        page.blank()
        page.line(heading, "bold")
        for gap in of_kind:
            place = f'line {gap["line"]}  "{gap["words"]}": ' if gap["line"] else ""
            page.hang("-", place + gap["says"], _INDENT)
            if gap["asked_by"]:
                page.hang("", "Asked by: " + "; ".join(gap["asked_by"]), _INDENT, style="dim")
    return page.renderable()
