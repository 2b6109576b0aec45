"""Lines of a text report: wrapped, hanging, in columns, never wider than asked. Note words come out literally."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence

from rich.console import Group
from rich.text import Text

WIDEST = 100
_NARROWEST = 60
_LAYOUT = "\t\n\r\f\v"


class Page:
    """Collects lines of at most ``width`` columns. Every text passes ``plain`` first."""

    def __init__(self, width: int = WIDEST) -> None:
        self.width = max(_NARROWEST, min(width, WIDEST))
        self._lines: list[Text] = []

    def blank(self) -> None:
        """One empty line; two never follow each other."""
        if self._lines and self._lines[-1].plain:
            self._lines.append(Text(""))

    def line(self, text: str, style: str = "") -> None:
        """One paragraph at the left edge."""
        self.hang("", text, 1, style)

    def hang(self, label: str, text: str, indent: int, style: str = "", label_style: str = "") -> None:
        """``label``, then ``text`` wrapped so that its further lines stand ``indent`` columns in."""
        start = " " + plain(label) if label else ""
        start = start.ljust(indent) if len(start) < indent else start + " "
        for number, part in enumerate(_wrap(plain(text), self.width - indent, len(start) - indent)):
            line = Text()
            line.append(start if number == 0 else " " * indent, label_style)
            line.append(part, style)
            line.rstrip()
            self._lines.append(line)

    def columns(self, rows: Sequence[Sequence[str]], widths: Sequence[int], style: str = "") -> None:
        """Rows of cells; a long cell goes on below. ``widths`` are those of a full page; the last takes the rest."""
        narrowed = [max(8, width * self.width // WIDEST) for width in widths]
        all_widths = [*narrowed, max(12, self.width - 1 - sum(width + 2 for width in narrowed))]
        for row in rows:
            cells = [_wrap(plain(cell), width) for cell, width in zip(row, all_widths, strict=False)]
            for number in range(max(len(cell) for cell in cells)):
                parts = [
                    (cell[number] if number < len(cell) else "").ljust(width)
                    for cell, width in zip(cells, all_widths, strict=False)
                ]
                line = Text(" " + "  ".join(parts), style=style)
                line.rstrip()
                self._lines.append(line)

    def renderable(self) -> Group:
        """The page for a rich console."""
        lines = list(self._lines)
        while lines and not lines[-1].plain:
            lines.pop()
        return Group(*lines)


def plain(text: str) -> str:
    """``text`` on one line, with control and direction characters made visible instead of obeyed by a terminal."""
    return "".join(" " if c in _LAYOUT else c if _harmless(c) else _visible(c) for c in text)


def _harmless(c: str) -> bool:
    return unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")


def _visible(c: str) -> str:
    return f"\\x{ord(c):02x}" if ord(c) < 256 else f"\\u{ord(c):04x}"


def _wrap(text: str, width: int, taken: int = 0) -> list[str]:
    """Lines of at most ``width``; on the first, ``taken`` columns are already used."""
    lead = " " * max(0, taken)
    lines = textwrap.wrap(text, max(width, len(lead) + 1), initial_indent=lead, break_on_hyphens=False)
    return [lines[0][len(lead) :], *lines[1:]] if lines else [""]
