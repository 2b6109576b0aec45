"""The cue files under ``patterns/cues``: expressions a fact module reads around its mentions, kept out of the code."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from notecheck import locate
from notecheck.datafile import read_model
from notecheck.errors import DataError


class CueModel(BaseModel):
    """One expression, in pieces joined without anything between. ``examples`` must match, ``never`` must not.

    ``at``: ``start`` for a cue that its module tries only where the words begin; its examples are tried there too.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str
    expression: list[str] = Field(min_length=1)
    examples: list[str] = Field(min_length=1)
    never: list[str] = []
    at: Literal["anywhere", "start"] = "anywhere"


class CueFile(BaseModel):
    """The cues of one module, by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str
    cues: dict[str, CueModel]


def read(name: str) -> CueFile:
    """The file ``patterns/cues/NAME.yaml``. Raises DataError when it is broken."""
    return read_model(locate.patterns() / "cues" / f"{name}.yaml", CueFile)


@functools.cache
def load(name: str) -> Mapping[str, re.Pattern[str]]:
    """The compiled cues of one file; upper and lower case count the same. Raises DataError NC-D05."""
    found: dict[str, re.Pattern[str]] = {}
    for cue, model in read(name).cues.items():
        try:
            found[cue] = re.compile("".join(model.expression), re.IGNORECASE)
        except re.error as error:
            raise DataError(
                "NC-D05",
                f"cue {cue}: {error}",
                where=str(locate.patterns() / "cues" / f"{name}.yaml"),
                next_step="Mend the expression.",
            ) from None
    return found
