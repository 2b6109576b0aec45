"""The published JSON Schema of the JSON answer, as shipped."""

from __future__ import annotations

from importlib import resources

FILE = "answer.schema.json"


def text() -> str:
    """The schema (draft 2020-12) of one answer or a batch of answers; its ``$id`` ends with the version."""
    return resources.files("notecheck.report").joinpath(FILE).read_text(encoding="utf-8")
