"""Markdown to text: marks of emphasis, headings and links off, every line where it stood."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markdown_it.token import Token

_LEAD = re.compile(r"\s*(?:(?:[-*+>]|\d+[.)])\s+)*")


def text(source: str) -> str:
    """The words of a Markdown text, line for line: list marks, rules, blanks and code stay as they are written.

    Only inline marks and the marks of headings go, so that the lines of the text are those of the file.
    """
    from markdown_it import MarkdownIt

    lines = source.splitlines()
    for token in MarkdownIt("commonmark").enable("table").parse(source):
        if token.type != "inline" or token.map is None or token.children is None:
            continue
        first, last = token.map
        inside = lines[first:last]
        plain = "".join(_word(child) for child in token.children).split("\n")
        if len(inside) == len(plain):
            lines[first:last] = [_changed(old, new) for old, new in zip(inside, plain, strict=True)]
    return "\n".join(lines) + ("\n" if source.endswith("\n") else "")


def _word(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.content if token.type in ("text", "code_inline", "html_inline", "text_special") else ""


def _changed(old: str, new: str) -> str:
    """The line with its inline marks off; blanks and a list or quotation mark before the words stay."""
    if old.lstrip().startswith("#"):
        return new
    lead = _LEAD.match(old)
    kept = lead.group() if lead else ""
    return kept + new if not old.lstrip().startswith("|") and _bare(old[len(kept) :]) == _bare(new) else old


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum())
