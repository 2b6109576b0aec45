"""Word files (DOCX) to text: paragraphs and tables in their order, content controls and tracked changes as accepted.

python-docx opens the file. Its own ``paragraph.text`` leaves out content controls, inserted text and text boxes, which
note templates are full of, so the elements are walked here.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from notecheck.errors import InputError
from notecheck.read.spot import Spot, broken

if TYPE_CHECKING:
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEFT_OUT = frozenset((f"{_W}del", f"{_W}moveFrom", f"{_W}instrText", f"{_W}delText", f"{_W}pPr", f"{_W}rPr"))
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SYMBOLS = {"F0FE": "\u2612", "F0FD": "\u2612", "F0FC": "\u2713", "F0A8": "\u2610", "F06F": "\u2610", "F071": "\u2610"}
_ON = (None, "1", "true", "on")


def text(stream: BinaryIO, spot: Spot) -> str:
    """The text: page header, body, page footer, each once. Raises InputError NC-I11 (broken), NC-I12 (a bomb)."""
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    refuse_bomb(stream, spot)
    stream.seek(0)
    try:
        document = docx.Document(stream)
        heads, feet = [], []
        for section in document.sections:
            heads.append(_lines(section.header._element))
            feet.append(_lines(section.footer._element))
        body = _lines(document.element.body)
    except (OpcError, LxmlError, zipfile.BadZipFile, KeyError, ValueError, AttributeError):
        raise broken("DOCX file", spot.where) from None
    parts = [*dict.fromkeys(heads), body, *dict.fromkeys(feet)]
    return "\n".join(part for part in parts if part.strip())


def refuse_bomb(stream: BinaryIO, spot: Spot) -> None:
    """Raises InputError NC-I12 for an office file that would unpack to too much."""
    with zipfile.ZipFile(stream) as archive:
        entries = archive.infolist()
    size = sum(entry.file_size for entry in entries)
    limit = spot.limits
    for entry in entries:
        swollen = entry.file_size / max(entry.compress_size, 1) > limit.archive_ratio
        if size > limit.file_bytes or (swollen and entry.file_size > limit.archive_ratio_from):
            raise InputError(
                "NC-I12", "the file would unpack to too much", where=spot.where, next_step="Save it again in Word."
            )


def _lines(root: _Element) -> str:
    return "\n".join(_blocks(root)).strip("\n")


def _blocks(parent: _Element) -> Iterator[str]:
    """One line for each paragraph; one for each row of a table, its cells with tabs between."""
    for element in parent:
        if element.tag == f"{_W}p":
            yield _words(element)
        elif element.tag == f"{_W}tbl":
            for row in element.iter(f"{_W}tr"):
                cells = (" ".join(part for part in _blocks(cell) if part.strip()) for cell in row.iter(f"{_W}tc"))
                yield "\t".join(cells)
        elif element.tag not in _LEFT_OUT:
            yield from _blocks(element)


def _words(paragraph: _Element) -> str:
    """The words of a paragraph and of the text boxes anchored in it."""
    out: list[str] = []
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        tag = element.tag
        if tag in _LEFT_OUT or tag == _FALLBACK:
            continue
        if tag == f"{_W}t":
            out.append(element.text or "")
        elif tag in (f"{_W}tab", f"{_W}ptab"):
            out.append("\t")
        elif tag in (f"{_W}br", f"{_W}cr", f"{_W}p"):
            out.append("\n")
        elif tag == f"{_W}noBreakHyphen":
            out.append("-")
        elif tag == f"{_W}sym":
            out.append(_SYMBOLS.get((element.get(f"{_W}char") or "").upper(), ""))
        elif tag == f"{_W}checkBox":
            out.append("[x] " if _ticked(element) else "[ ] ")
        stack.extend(reversed(element))
    return "".join(out)


def _ticked(box: _Element) -> bool:
    """A ticked box of a form; one that was never touched has its default."""
    for name in ("checked", "default"):
        found = box.find(f"{_W}{name}")
        if found is not None:
            return found.get(f"{_W}val") in _ON
    return False
