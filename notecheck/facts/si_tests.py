"""Which sacroiliac tests were positive by name, out of the findings of the examiner."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from notecheck.records import Annotated, Evidence

_FINDING = "si-provocation"


def find(doc: Annotated, exam: Iterable[Evidence]) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Slugs of the positive tests named, and the words for them.

    ``exam`` are the words for the findings present. A positive test with a name that no policy counts has the slug
    ``si-test-other``; positive tests without a name have none.
    """
    named = doc.of("si-test")
    proofs = [
        replace(found, field="statements", value=_slug(name.value))
        for found in exam
        if found.field == "exam" and found.value == _FINDING
        for name in named
        if name.span.start < found.end and found.start < name.span.end
    ]
    return tuple(dict.fromkeys(p.value for p in proofs)), tuple(proofs)


def _slug(value: str) -> str:
    return value if value.startswith("si-test-") else f"si-test-{value}"
