"""PDF to text by its text layer, page by page; pages that are pictures by Tesseract, where wanted and installed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from notecheck.errors import InputError
from notecheck.read.spot import Spot, broken

_FEWEST = 16
"""A page with a picture and fewer letters than this holds no text layer worth reading: a stamp or a page number."""
_IMAGE = 3  # FPDF_PAGEOBJ_IMAGE
WRAP = "\v"
"""Stands, while a page is put together, between two lines of one sentence that the page is too narrow for."""
_SOFT = re.compile(r"\ufffe(\S*)[ \n\v]?")
_SPLIT_LEVEL = re.compile(r"(?<=[A-Za-z]\d)-[\n\v](\S+)[ \n\v]?")
_DOTS = 200
_LINE_END = re.compile(r"[\n\v]")
_LINE = re.compile(r"[^\r\n]+")
_NEW_LINE = re.compile(r"\s*(?:[-*\u2022\u25aa\u2610-\u2612]|\[[ xX]?\]|\d{1,2}[.)]\s|[A-Z][\w/'&() -]{0,40}:)")
_CUT_LABEL = re.compile(r"[.;]\s*[A-Z][A-Z/&' -]*$")
"""A line of mixed writing that ends in capitals after a sentence: a label whose other words stand on the next line."""
_CAPITALS = re.compile(r"[A-Z][A-Z/&' -]*:")
_FLOW = 6
"""A page of so many lines or more, each but the last one full, is one flow: it never ends a line by choice."""
_WORD = re.compile(r"\S+")
_SPACE = 2.0
_WIDE = 1.8
"""A blank so many times the usual one stands between two fields of a form."""
_BLANK_LINE = 1.7
"""A step to the next line of so many usual steps holds a blank line."""
_FULL_WIDTH = 0.75
"""Share of the page that the longest line must reach before any line counts as wrapped: short lines end by choice."""


def text(raw: bytes, spot: Spot) -> tuple[str, tuple[int, ...], tuple[int, ...]]:
    """The text, and the characters at which each page and each printed line starts.

    Lines that the page was too narrow for are joined, words cut at their ends put together. Raises InputError NC-I10 (a
    page is a picture without text), NC-I11 (broken), NC-I14 (needs a password), NC-I17 (too many pages), NC-I19 (no
    Tesseract).
    """
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "assword" in str(error):
            raise InputError(
                "NC-I14", "the PDF file needs a password", where=spot.where, next_step="Save it without one."
            ) from None
        raise broken("PDF file", spot.where) from None
    try:
        if len(document) > spot.limits.pages:
            raise InputError(
                "NC-I17",
                f"the file has {len(document)} pages, more than {spot.limits.pages}",
                where=spot.where,
                next_step="Cut it into its notes.",
            )
        pages = [_page(document[number], number + 1, spot) for number in range(len(document))]
    except pypdfium2.PdfiumError:
        raise broken("PDF file", spot.where) from None
    finally:
        document.close()
    starts, line_starts, length = [], [], 0
    for page in pages:
        starts.append(length)
        line_starts += [length, *(length + match.end() for match in _LINE_END.finditer(page[:-1]))]
        length += len(page)
    return "".join(pages).replace(WRAP, " "), tuple(starts), tuple(line_starts)


def _page(page: Any, number: int, spot: Spot) -> str:
    layer = page.get_textpage()
    words = _flowing(layer, page.get_width()) if layer.count_chars() else ""
    layer.close()
    words = _SPLIT_LEVEL.sub(_whole, _SOFT.sub(_whole, words.replace("\x00", "")))
    if sum(1 for c in words if c.isalpha()) < _FEWEST and _has_picture(page):
        words = _recognised(page, number, spot)
    page.close()
    return words if words.endswith("\n") else words + "\n"


def _whole(match: re.Match[str]) -> str:
    return f"-{match[1]}{WRAP}"


def _flowing(layer: Any, width: float) -> str:
    """The text of a page with wrapped lines told from ended ones, and a blank line where the page leaves one."""
    text = layer.get_text_range()
    if len(text) != layer.count_chars():
        return str(text).replace("\r\n", "\n")  # characters outside the basic plane: places cannot be counted
    lines = [_Line.of(match.start(), match.group(), layer) for match in _LINE.finditer(text)]
    placed = [line for line in lines if line is not None]
    if not placed:
        return ""
    margin = max(line.right for line in placed)
    pitch = _middle([a.bottom - b.bottom for a, b in pairwise(placed) if a.bottom > b.bottom])
    blank = _middle([gap for line in placed for _, gap in line.gaps])
    flow = len(placed) >= _FLOW and all(line.is_full(after, margin) for line, after in pairwise(placed))
    out = [placed[0].spaced(blank)]
    for line, after in pairwise(placed):
        step = line.bottom - after.bottom
        if pitch and step > _BLANK_LINE * pitch:
            out.append("\n\n")
        elif margin > _FULL_WIDTH * width and step > 0 and line.is_wrapped(after, margin, flow):
            out.append(WRAP)
        else:
            out.append("\n")
        out.append(after.spaced(blank))
    return "".join(out)


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2] if values else 0.0


@dataclass(frozen=True, slots=True)
class _Line:
    """A printed line: its text, where it ends, its first word's width, and the width of each blank, in points."""

    text: str
    right: float
    bottom: float
    first_word: float
    gaps: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, start: int, text: str, layer: Any) -> _Line | None:
        """The line at a character of the layer; None for a line of blanks."""
        words = list(_WORD.finditer(text))
        if not words:
            return None
        edges = [
            (layer.get_charbox(start + word.start(), loose=True), layer.get_charbox(start + word.end() - 1, loose=True))
            for word in words
        ]
        (left, bottom, _, _), (_, _, first_end, _) = edges[0]
        gaps = tuple(
            (word.start(), here[0][0] - before[1][2])
            for word, before, here in zip(words[1:], edges, edges[1:], strict=False)
        )
        return cls(text.rstrip(), edges[-1][1][2], bottom, first_end - left, gaps)

    def is_full(self, after: _Line, margin: float) -> bool:
        """True where the first word of the next line would not have fitted."""
        return self.right + _SPACE + after.first_word > margin

    def is_wrapped(self, after: _Line, margin: float, flow: bool) -> bool:
        """True where the next line goes on with this one: its first word would not have fitted, and is no heading.

        In a ``flow`` every line goes on. A label in capitals that the line end cut in two is none either.
        """
        if not self.is_full(after, margin):
            return False
        return flow or not _NEW_LINE.match(after.text) or self._cuts_label(after)

    def _cuts_label(self, after: _Line) -> bool:
        cut = _CUT_LABEL.search(self.text)
        return bool(cut) and self.text != self.text.upper() and bool(_CAPITALS.match(after.text))

    def spaced(self, usual: float) -> str:
        """The text with two blanks where the line leaves more room than between words, as between fields."""
        out, last = [], 0
        for place, gap in self.gaps:
            if usual > 0 and gap > _WIDE * usual:
                out += [self.text[last:place], " "]
                last = place
        return "".join([*out, self.text[last:]])


def _has_picture(page: Any) -> bool:
    return next(page.get_objects(filter=[_IMAGE], max_depth=3), None) is not None


def _recognised(page: Any, number: int, spot: Spot) -> str:
    if not spot.ocr:
        raise InputError(
            "NC-I10",
            f"page {number} is a picture without a text layer",
            where=spot.where,
            next_step="Read it with --ocr, which uses Tesseract, and compare the text with the picture.",
        )
    try:
        import pytesseract

        return str(pytesseract.image_to_string(page.render(scale=_DOTS / 72).to_pil(), lang="eng"))
    except (ImportError, OSError, RuntimeError):
        # TesseractNotFoundError is an OSError, TesseractError a RuntimeError
        raise InputError(
            "NC-I19",
            "a picture of a page cannot be read: Tesseract is not installed, or failed",
            where=spot.where,
            next_step="Install the program tesseract with its English data, and pip install 'notecheck[ocr]'.",
        ) from None
