"""A table of the audit: the one form from which the page, Markdown, CSV and the workbook are written."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | int | float | None


@dataclass(frozen=True, slots=True)
class Table:
    """``slug`` names its sheet and file, ``heads`` its columns. A column in ``shares`` holds shares, 0 to 1.

    ``says`` is what a reader must know before believing the numbers.
    """

    slug: str
    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    says: str = ""
    shares: frozenset[int] = frozenset()

    def shown(self, column: int, cell: Cell) -> str:
        """The cell in words: a share as a percentage, large numbers with separators, nothing as a dash."""
        if cell is None or cell == "":
            return "-"
        if isinstance(cell, str):
            return cell
        if column in self.shares:
            return f"{cell:.0%}" if cell in (0, 1) or 0.1 <= cell <= 0.9 else f"{cell:.1%}"
        return f"{cell:,}" if isinstance(cell, int) else f"{cell:,.2f}"
