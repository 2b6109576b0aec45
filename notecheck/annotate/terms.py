"""The term files under ``patterns/``: what they may hold, and how they become compiled rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from notecheck import locate
from notecheck.datafile import read_model
from notecheck.errors import DataError

HEADING_WORDS = (
    "PROCEDURE|INDICATION|DESCRIPTION|PRE-?OPERATIVE|POST-?OPERATIVE|PRE-?PROCEDURE|POST-?PROCEDURE|TECHNIQUE|DIAGNOS|"
    "AN(?:A)?ESTHESIA|HISTORY|OPERATION|DETAIL|INFORMED|CONSENT|CLINICAL|FINDINGS|MEDICATION|COMPLICATION"
)
"""Words that begin a heading stuck to the title before it ("NERVE BLOCKINDICATIONS:")."""

GLUED_TITLES = (
    r"(?:(?:Pre|Post)-? ?(?:[Pp]rocedure|[Oo]p(?:erative)?)|Procedures?|Operation|An(?:a)?esthesia"
    r"|Sedation|EBL|Estimated Blood"
    r"|Complications?|Indications?|Consent|Technique|Description|Diagnos[ie]s|Findings|Guidance|Contrast|Specimens?|Implants"
    r"|Disposition|Medications?|Allergies|Surgeon|Assistant|Proceduralist|Provider|Date of|History|Laterality|Side)"
    r"[A-Za-z /-]{0,24}:"
)
"""Headings in small letters that an export stuck to the field before them ("LocalEBL:", "NoneProcedure:")."""

GLUED = rf"(?-i:(?<=[A-Z])(?=[A-Z][a-z]|{HEADING_WORDS})|(?<=[a-z0-9L])(?={GLUED_TITLES}))"
"""A word in capitals ends where a capitalised word or a heading is stuck to it ("NERVE BLOCKThe patient")."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TermModel(_Strict):
    """One meaning and the expressions that say it. ``examples`` must match, ``never`` must not; both are tests."""

    value: str
    match: list[str] = Field(min_length=1)
    case: bool = False
    bounded: bool = True
    examples: list[str] = Field(min_length=1)
    never: list[str] = []
    note: str = ""


class TermFile(_Strict):
    """All terms of one kind. ``overlap``: keep the ``longest`` of overlapping matches, or ``all`` of them."""

    kind: str
    about: str
    overlap: Literal["longest", "all"] = "longest"
    macros: dict[str, str] = {}
    terms: list[TermModel]


class MacroFile(_Strict):
    """Named pieces of expressions, written ``%name%`` in the term files."""

    macros: dict[str, str]


@dataclass(frozen=True, slots=True)
class Term:
    """A compiled term. ``rule`` names file, value and number, and stands in every piece of evidence."""

    kind: str
    value: str
    rule: str
    pattern: re.Pattern[str]
    overlap: str
    examples: tuple[str, ...]
    never: tuple[str, ...]


def load_terms(folder: Path | None = None) -> tuple[Term, ...]:
    """Every term under ``patterns/terms``. Raises DataError NC-D05 for an expression that does not compile."""
    root = folder or locate.patterns() / "terms"
    shared = shared_macros()
    terms: list[Term] = []
    for path in sorted(root.rglob("*.yaml")):
        file = read_model(path, TermFile)
        macros = {**shared, **file.macros}
        for number, model in enumerate(file.terms):
            rule = f"{path.stem}:{model.value}:{number}"
            pattern = "|".join(f"(?:{expand(text, macros, path)})" for text in model.match)
            terms.append(
                Term(
                    kind=file.kind,
                    value=model.value,
                    rule=rule,
                    pattern=compile_pattern(pattern, path, rule, bounded=model.bounded, case=model.case),
                    overlap=file.overlap,
                    examples=tuple(model.examples),
                    never=tuple(model.never),
                )
            )
    return tuple(terms)


def shared_macros() -> dict[str, str]:
    """The pieces of ``patterns/macros.yaml``."""
    return read_model(locate.patterns() / "macros.yaml", MacroFile).macros


def expand(text: str, macros: dict[str, str], path: Path) -> str:
    """``text`` with every ``%name%`` replaced, nested ones too. Raises DataError NC-D06 for an unknown name."""
    for _ in range(6):
        names = re.findall(r"%([a-z_]+)%", text)
        if not names:
            return text
        for name in names:
            if name not in macros:
                raise DataError(
                    "NC-D06", f"unknown macro %{name}%", where=str(path), next_step="See patterns/macros.yaml."
                )
            text = text.replace(f"%{name}%", f"(?:{macros[name]})")
    return text


def compile_pattern(text: str, path: Path, rule: str, *, bounded: bool = True, case: bool = False) -> re.Pattern[str]:
    """The expression, word-bounded unless told otherwise. Raises DataError NC-D05."""
    body = rf"(?<![A-Za-z0-9])(?:{text})(?:(?![A-Za-z0-9])|{GLUED})" if bounded else f"(?:{text})"
    try:
        return re.compile(f"(?-i:{body})" if case else body, re.IGNORECASE)
    except re.error as error:
        raise DataError("NC-D05", f"{rule}: {error}", where=str(path), next_step="Mend the expression.") from None
