"""The documents that were scanned, opened again: only those that still hold the text that was judged."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from notecheck.read.columns import Columns
from notecheck.read.documents import documents
from notecheck.records import Document, Note
from notecheck.scan.placed import key_of
from notecheck.scan.rows import checksum
from notecheck.scan.store import Store


def originals(store: Store, keys: Iterable[str]) -> dict[str, Note]:
    """The notes of these keys by key, read with the options of the scan. A document that is gone, changed or cannot be
    read is left out."""
    wanted: dict[str, dict[str, str]] = defaultdict(dict)
    rows = store.query(
        "SELECT note_key, source, content_hash FROM notes WHERE note_key IN (SELECT unnest(?::VARCHAR[]))",
        [sorted(set(keys))],
    )
    for key, source, content in rows:
        wanted[source][key] = content
    found: dict[str, Note] = {}
    columns, ocr = Columns(**store.option("columns", {})), bool(store.option("ocr", False))
    for source, contents in sorted(wanted.items()):
        open_still = dict(contents)
        seen: set[str] = set()
        for document in documents([source], columns=columns, ocr=ocr):
            key = key_of(document.source, document.member, seen)
            if not isinstance(document, Document):
                continue
            if open_still.pop(key, None) == checksum(document.note.text):
                found[key] = document.note
            if not open_still:
                break
    return found
