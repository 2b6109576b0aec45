"""PDF to text by its text layer, page by page; pages that are pictures by Tesseract, where wanted and installed."""

from __future__ import annotations

import re
from typing import Any

from notecheck.errors import InputError
from notecheck.read.spot import Spot, broken

_FEWEST = 16
"""A page with a picture and fewer letters than this holds no text layer worth reading: a stamp or a page number."""
_IMAGE = 3  # FPDF_PAGEOBJ_IMAGE
_SOFT = re.compile(r"\ufffe(\S*)[ \n]?")
_SPLIT_LEVEL = re.compile(r"(?<=[A-Za-z]\d)-\n(\S+)[ \n]?")
_DOTS = 200


def text(raw: bytes, spot: Spot) -> tuple[str, tuple[int, ...]]:
    """The text and the character at which each page starts.

    A word cut at the end of a line is put together again on its first line. Raises InputError NC-I10 (a page is a
    picture without text), NC-I11 (broken), NC-I14 (needs a password), NC-I17 (too many pages), NC-I19 (no Tesseract).
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
    starts, length = [], 0
    for page in pages:
        starts.append(length)
        length += len(page)
    return "".join(pages), tuple(starts)


def _page(page: Any, number: int, spot: Spot) -> str:
    layer = page.get_textpage()
    words = layer.get_text_range() if layer.count_chars() else ""
    layer.close()
    words = words.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    words = _SPLIT_LEVEL.sub(r"-\1\n", _SOFT.sub(r"-\1\n", words))
    if sum(1 for c in words if c.isalpha()) < _FEWEST and _has_picture(page):
        words = _recognised(page, number, spot)
    page.close()
    return words if words.endswith("\n") else words + "\n"


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
