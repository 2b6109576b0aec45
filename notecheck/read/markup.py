"""HTML and XML narrative to text: a line for each block, cells of a row side by side, hidden and struck parts out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from notecheck.errors import InputError
from notecheck.read.notes import decode
from notecheck.read.spot import Spot, broken

if TYPE_CHECKING:
    from lxml.etree import _Element

_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
     "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "item", "legend", "li", "list",
     "main", "nav", "ol", "option", "p", "paragraph", "pre", "section", "table", "tbody", "tfoot", "thead", "title",
     "tr", "ul")
)  # fmt: skip
_CELLS = frozenset(("td", "th"))
_SILENT = frozenset(("head", "script", "style", "noscript", "template", "object", "del", "strike", "s", "delete"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|line-through", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")
_SPACES = re.compile(r" {2,}")
_AROUND_TAB = re.compile(r" *\t *")
_AS_IS = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_ENTITY = re.compile(rb"<!\s*E\0?N\0?T\0?I\0?T\0?Y", re.IGNORECASE)
_MANY_LINES = re.compile(r"\n{3,}")


def html_text(raw: bytes | str, where: str) -> str:
    """The text of an HTML page. Raises InputError NC-I04 to NC-I11 for what is no text or no page."""
    from lxml import etree, html

    text = raw if isinstance(raw, str) else _decoded(raw, where)
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        raise broken("HTML file", where) from None
    if any("depth" in entry.message.lower() for entry in parser.error_log):
        raise broken("HTML file (its elements nest too deeply)", where)  # the parser drops what lies deeper
    return text_of(root)


def xml_root(raw: bytes, spot: Spot) -> _Element:
    """The root of an XML document. Raises InputError NC-I15 when it declares entities, NC-I11 when it is broken."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    if _ENTITY.search(raw.replace(b"\0", b"")):
        raise _entities(spot.where)
    try:
        root = etree.fromstring(raw.strip(), parser=parser)
    except (etree.LxmlError, ValueError):
        raise broken("XML file", spot.where) from None
    dtd = root.getroottree().docinfo.internalDTD
    if dtd is not None and next(dtd.iterentities(), None) is not None:
        raise _entities(spot.where)
    return root


def text_of(root: _Element) -> str:
    """The text below an element, its blocks as lines."""
    out = _Lines()
    for kind, name, words in _walk(root):
        out.take(kind, name, words)
    return out.done()


def local(element: _Element) -> str:
    """The name of an element without its namespace; empty for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


class _Lines:
    """Gathers words into lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._open: list[str] = []
        self._cells = 0
        self._begun = 0
        self._as_is = 0

    def take(self, kind: str, name: str, words: str) -> None:
        """One event of the walk: an element opens or closes, or words stand between."""
        if kind == "words":
            self._open.append(words if self._as_is else _BLANKS.sub(" ", words))
            return
        if name == "pre":
            self._close()
            self._as_is += 1 if kind == "open" else -1
        if name == "br" and kind == "open":
            if not self._close():
                self._lines.append("")
        elif name in _CELLS:
            if kind == "open":
                if self._cells:
                    self._open.append("\t")
                self._cells += 1
        elif name == "li" or name == "item":
            self._close()
            if kind == "open":
                self._open.append("- ")
        elif name in _BLOCKS:
            if self._cells and name != "tr":
                self._open.append(" ")  # blocks in a cell stay on the line of the row
                return
            wrote = self._close()
            self._cells = 0
            if name == "paragraph":  # of a C-CDA narrative: an empty one is a blank line
                if kind == "open":
                    self._begun = len(self._lines)
                elif not wrote and self._begun == len(self._lines):
                    self._lines.append("")

    def done(self) -> str:
        """The text."""
        self._close()
        return _MANY_LINES.sub("\n\n", "\n".join(self._lines)).strip("\n")

    def _close(self) -> bool:
        """End the line in the making; False where there was none."""
        line = "".join(self._open)
        self._open = []
        if not line.strip(" \t\r\n-"):
            return False
        self._lines += [part.rstrip() if self._as_is else _tidy(part) for part in line.splitlines()]
        return True


def _tidy(line: str) -> str:
    return _AROUND_TAB.sub("\t", _SPACES.sub(" ", line)).strip(" ")


def _walk(root: _Element) -> Iterator[tuple[str, str, str]]:
    """Elements and words in the order of the document, without recursion: a page may nest deeply."""
    stack: list[tuple[_Element, bool]] = [(root, False)]
    while stack:
        element, leaving = stack.pop()
        name = local(element)
        if leaving:
            yield "close", "pre" if _is_as_is(element) else name, ""
        elif not name or name in _SILENT or _is_hidden(element):
            pass
        else:
            yield "open", "pre" if _is_as_is(element) else name, ""
            if name == "input":
                yield "words", "", _field(element)
            if element.text:
                yield "words", "", element.text
            stack.append((element, True))
            stack.extend((child, False) for child in reversed(element))
            continue
        if element is not root and element.tail:
            yield "words", "", element.tail


def _is_as_is(element: _Element) -> bool:
    """True for an element whose blanks and line ends are shown as they stand."""
    return local(element) in _BLOCKS and bool(_AS_IS.search(element.get("style") or ""))


def _is_hidden(element: _Element) -> bool:
    if element.get("hidden") is not None:
        return True
    return bool(_HIDDEN.search(element.get("style") or "")) or (element.get("revised") or "") == "delete"


def _field(element: _Element) -> str:
    kind = (element.get("type") or "text").lower()
    if kind in ("checkbox", "radio"):
        return "[x] " if element.get("checked") is not None else "[ ] "
    return element.get("value") or "" if kind in ("text", "number", "date", "datetime-local", "time") else ""


def _decoded(raw: bytes, where: str) -> str:
    said = _CHARSET.search(raw[:2048])
    if said and not raw.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            return raw.decode(said[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(raw, where)


def _entities(where: str) -> InputError:
    return InputError(
        "NC-I15",
        "the XML file declares entities, which can blow up a reader",
        where=where,
        next_step="Export it without a document type declaration.",
    )
