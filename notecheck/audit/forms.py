"""The tables of an audit as Markdown, CSV files and a workbook. No cell can run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from rich.console import Group

from notecheck.audit.tables import Cell, Table
from notecheck.report.csv import safe
from notecheck.report.markdown import literal, table
from notecheck.report.page import WIDEST, Page, plain

_WIDEST = 60
_MOST_MARKDOWN = 50


def markdown(tables: Sequence[Table], title: str) -> str:
    """Every table as a pipe table; of long ones the first rows."""
    parts = [f"# {literal(title)}"]
    for one in tables:
        parts += [f"## {literal(one.title)}", literal(one.says)] if one.says else [f"## {literal(one.title)}"]
        rows = [[one.shown(n, cell) for n, cell in enumerate(row)] for row in one.rows[:_MOST_MARKDOWN]]
        parts.append(table(one.heads, rows) if rows else "None.")
        if len(one.rows) > _MOST_MARKDOWN:
            parts.append(f"{len(one.rows) - _MOST_MARKDOWN} further rows are in the workbook and the CSV files.")
    return "\n\n".join(parts) + "\n"


def as_lines(tables: Sequence[Table], width: int) -> Group:
    """Every table for a terminal of ``width`` columns: the first column wide, the others as narrow as they can be."""
    page = Page(width)
    for one in tables:
        page.line(one.title, "bold")
        if one.says:
            page.line(one.says)
        rest = [max(8, min(14, max(map(len, head.split())))) for head in one.heads[1:]]
        first = max(16, WIDEST - 2 - sum(size + 2 for size in rest))
        page.columns([one.heads], [first, *rest[:-1]], "dim")
        page.columns([[one.shown(n, cell) for n, cell in enumerate(row)] for row in one.rows], [first, *rest[:-1]])
        page.blank()
    return page.renderable()


def csv_files(tables: Sequence[Table]) -> dict[str, str]:
    """File name and content for each table: CRLF line ends, cells that would run as a formula begin with a quote."""
    return {f"{one.slug}.csv": _csv(one) for one in tables}


def write_workbook(tables: Sequence[Table], path: Path) -> None:
    """One sheet for each table, headings frozen and filtered, shares as percentages. OSError as of any file."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    for one in tables:
        sheet = book.create_sheet(one.slug[:31])
        sheet.append([])
        for column, head in enumerate(one.heads, start=1):
            put(sheet, 1, column, head).font = Font(bold=True)
        for number, row in enumerate(one.rows, start=2):
            for column, cell in enumerate(row, start=1):
                shown = put(sheet, number, column, cell)
                if column - 1 in one.shares:
                    shown.number_format = "0.0%"
        for column in range(1, len(one.heads) + 1):
            longest = max((len(str(row[column - 1])) for row in one.rows), default=0)
            sheet.column_dimensions[get_column_letter(column)].width = min(_WIDEST, max(10, longest + 2))
            sheet.cell(1, column).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "B2"
        if one.rows:
            sheet.auto_filter.ref = f"A1:{get_column_letter(len(one.heads))}{len(one.rows) + 1}"
        if one.says:
            put(sheet, len(one.rows) + 3, 1, one.says).font = Font(italic=True)
    path.touch(mode=0o600)
    book.save(path)


def put(sheet, row: int, column: int, value: Cell):  # type: ignore[no-untyped-def]
    """Set a cell and return it. Text stays text, whatever it begins with, and control characters become visible."""
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = plain(value)
        cell.data_type = "s"
        cell.quotePrefix = True
    else:
        cell.value = value
    return cell


def _csv(one: Table) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(one.heads)
    for row in one.rows:
        writer.writerow(["" if cell is None else safe(plain(cell)) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue()
