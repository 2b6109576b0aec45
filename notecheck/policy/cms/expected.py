"""What a sound CMS file looks like, as data: ``patterns/codes/cms-files.yaml``."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from notecheck import datafile, locate


class Expected(BaseModel):
    """Bounds on the rows of one kind of file.

    ``least_rows`` holds for any edition, ``shrink`` and ``grow`` are the bounds of rows divided by those of the edition
    before, ``known_share`` the part of what this tool already knows that must be in the file.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    least_rows: int = Field(gt=0)
    shrink: float = Field(gt=0, le=1)
    grow: float = Field(ge=1)
    known_share: float = Field(ge=0, le=1)
    months: int = Field(gt=0)
    """How long an edition stays fresh."""
    source: str
    confidence: Literal["verified", "verified-2", "recalled", "unsure"]


class ExpectedFiles(BaseModel):
    """The whole file: one entry for each kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    last_checked: date
    kinds: dict[str, Expected]


@lru_cache(maxsize=1)
def load() -> ExpectedFiles:
    """Read the bounds. Raises DataError NC-D02 to NC-D04 when the file is broken."""
    return datafile.read_model(locate.patterns() / "codes" / "cms-files.yaml", ExpectedFiles)
