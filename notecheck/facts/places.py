"""Where one can look in a note, for findings about something that is missing; and its fingerprint."""

from __future__ import annotations

import re
import zlib

from notecheck.records import Annotated, Evidence, Span

_SHOWN = 60
_SHINGLE = 5


def places(doc: Annotated) -> tuple[Evidence, ...]:
    """One piece of evidence for each section: its heading or first words, field ``searched:<kind>``."""
    found = []
    for section in doc.sections:
        words = section.heading if len(section.heading) else _first_words(doc.text, section.body)
        if len(words):
            found.append(doc.quote(words, f"searched:{section.kind}"))
    if found and not found[0].field.endswith(":none"):
        found.insert(0, doc.quote(_first_words(doc.text, Span(0, len(doc.text))), "searched:none"))
    return tuple(found)


def shingles(doc: Annotated) -> frozenset[int]:
    """Checksums of every run of five words: tells copied notes without keeping their text."""
    words = re.findall(r"[a-z]+", doc.text.lower())
    return frozenset(
        zlib.crc32(" ".join(words[i : i + _SHINGLE]).encode()) for i in range(len(words) - _SHINGLE + 1)
    )


def _first_words(text: str, body: Span) -> Span:
    piece = text[body.start : body.end]
    start = body.start + len(piece) - len(piece.lstrip())
    line_end = text.find("\n", start)
    end = min(body.end, start + _SHOWN, line_end if line_end > 0 else body.end)
    return Span(start, max(start, end))
