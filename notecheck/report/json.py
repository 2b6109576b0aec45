"""The answer as JSON, in the published formats."""

from __future__ import annotations

import json
from collections.abc import Sequence

from notecheck.records import Facts, Note, Report, page_of
from notecheck.records.report import SCHEMA_VERSION


def as_json(answer: Report | Facts, documents: Sequence[Note] = ()) -> str:
    """One JSON object, in ASCII only: no terminal or pipe can then change or obey a character of the note.

    Evidence in a document with pages has the key ``page``; ``documents`` are the note and then the chart documents.
    """
    return json.dumps(_data(answer, documents), indent=1, ensure_ascii=True)


def batch(items: Sequence[tuple[Report, Sequence[Note]]]) -> str:
    """The answers for several notes as one JSON object."""
    answers = [_data(report, documents) for report, documents in items]
    return json.dumps({"schema_version": SCHEMA_VERSION, "reports": answers}, indent=1, ensure_ascii=True)


def _data(answer: Report | Facts, documents: Sequence[Note]) -> dict[str, object]:
    data = answer.to_dict()
    if any(document.page_starts for document in documents):
        for key, value in data.items():
            if key == "chart" and isinstance(value, list):
                # facts of a chart document number their own words as its own
                for facts, document in zip(value, documents[1:], strict=False):
                    _add_pages(facts, (document,))
            else:
                _add_pages(value, documents)
    return data


def _add_pages(value: object, documents: Sequence[Note]) -> None:
    if isinstance(value, list):
        for item in value:
            _add_pages(item, documents)
    elif isinstance(value, dict):
        start, number = value.get("start"), value.get("document", 0)
        if isinstance(start, int) and "text" in value and "end" in value and number < len(documents):
            page = page_of(documents[number].page_starts, start)
            if page:
                value["page"] = page
        for item in value.values():
            _add_pages(item, documents)
