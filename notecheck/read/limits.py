"""``patterns/documents.yaml``: how much the document readers accept, and the names of columns in exports."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from notecheck import locate
from notecheck.datafile import read_model


class Limits(BaseModel):
    """How much is read. Sizes in bytes; ``archive_ratio`` is unpacked over packed size."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text_bytes: int = Field(gt=0)
    file_bytes: int = Field(gt=0)
    table_bytes: int = Field(gt=0)
    rows: int = Field(gt=0)
    pages: int = Field(gt=0)
    archive_bytes: int = Field(gt=0)
    archive_members: int = Field(gt=0)
    archive_ratio: float = Field(gt=1)
    archive_ratio_from: int = Field(ge=0)
    archive_depth: int = Field(ge=1)
    broken_rows: int = Field(gt=0)


class _Documents(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    description: str
    source: str
    confidence: Literal["verified", "verified-2", "recalled", "unsure"]
    last_checked: date
    limits: Limits
    columns: dict[str, tuple[str, ...]]


@cache
def _documents() -> _Documents:
    return read_model(locate.patterns() / "documents.yaml", _Documents)


def usual_limits() -> Limits:
    """The limits of the data file. ``limits.model_copy(update={"pages": 20})`` gives others."""
    return _documents().limits


def column_names() -> dict[str, tuple[str, ...]]:
    """For each thing that a column can hold, the names under which it goes, best first."""
    return _documents().columns
