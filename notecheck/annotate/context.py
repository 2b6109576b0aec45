"""ConText rules of ``patterns/context.yaml``: cues, their reach, and the status they give."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from notecheck import locate
from notecheck.annotate.terms import compile_pattern, expand, shared_macros
from notecheck.datafile import read_model


class CueModel(BaseModel):
    """Cues of one category and direction. ``reach`` counts tokens; ``kinds`` limits what they may touch."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    category: str
    direction: Literal["FORWARD", "BACKWARD", "BIDIRECTIONAL", "TERMINATE", "PSEUDO"]
    match: list[str]
    reach: int | None = None
    kinds: list[str] | None = None
    not_kinds: list[str] | None = None
    targets: int | None = None
    examples: list[str] = []
    never: list[str] = []


class ContextFile(BaseModel):
    """All cues, and the status that each category gives, strongest first."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str
    status: dict[str, str]
    immune: list[str] = []
    macros: dict[str, str] = {}
    cues: list[CueModel]


def load_context() -> tuple[ContextFile, tuple[tuple[CueModel, str], ...]]:
    """The file and, for each cue group, its compiled-and-tested expression as text."""
    path = locate.patterns() / "context.yaml"
    file = read_model(path, ContextFile)
    macros = {**shared_macros(), **file.macros}
    out = []
    for number, cue in enumerate(file.cues):
        words = "|".join(f"(?:{expand(text, macros, path)})" for text in cue.match)
        pattern = rf"(?:(?<![A-Za-z0-9])|(?=;))(?:{words})(?![A-Za-z0-9])"
        compile_pattern(pattern, path, f"context:{cue.category}:{number}", bounded=False)
        out.append((cue, pattern))
    return file, tuple(out)
