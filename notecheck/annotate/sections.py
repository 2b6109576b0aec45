"""Section rules of ``patterns/sections.yaml``: headings to kinds, and what each kind does to meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from notecheck import locate
from notecheck.annotate.terms import GLUED_TITLES, HEADING_WORDS, compile_pattern, expand, shared_macros
from notecheck.datafile import read_model

# A heading stands at the start of a line, or right after the end of a sentence, a list number, a bar or wide space.
_BEFORE = (
    r"(?:(?<=^)|(?<=[\n\r.;:!?)\]|*])|(?<=[\n\r.;:!?)\]|*]\s)|(?<=\s\s)|(?<=\d)|(?-i:(?<=[a-z])(?=[A-Z]{3})|(?<=[A-Z]{3})(?="
    + HEADING_WORDS
    + r")|(?<=[a-zL0-9\])%])(?="
    + GLUED_TITLES
    + r")))"
)
_LEAD = r"(?:\d{1,2}[.)][ \t]*|[-*=\u2022#]+[ \t]*)?"


class SectionModel(BaseModel):
    """One kind of section: its headings, and the status it gives to mentions of certain kinds.

    A ``field`` ends with its line (wrapped lines and list items count as one); other sections run to the next heading.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    headings: list[str]
    bare: list[str] = []
    field: bool = False
    effect: dict[str, list[str]] = {}
    examples: list[str] = []
    never: list[str] = []


class SectionFile(BaseModel):
    """All kinds of section."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    about: str
    macros: dict[str, str] = {}
    work_begins: list[str]
    work_rows: list[str]
    work_after_diagnosis: list[str]
    work_shown: list[str]
    never_work: list[str]
    sections: list[SectionModel]


@dataclass(frozen=True, slots=True)
class SectionRules:
    """Patterns by kind, and for each kind which mention kinds it turns into which status."""

    patterns: tuple[tuple[str, str], ...]
    effects: dict[str, dict[str, str]]
    fields: frozenset[str]
    work: WorkRules


@dataclass(frozen=True, slots=True)
class WorkRules:
    """Where the telling of a procedure begins without a heading: an opening sentence or the row of a form, with needle
    and amount after it."""

    begins: re.Pattern[str]
    rows: re.Pattern[str]
    after_diagnosis: re.Pattern[str]
    shown: tuple[re.Pattern[str], ...]
    never: frozenset[str]


def load_sections() -> SectionRules:
    """The section rules. Raises DataError when the file is broken."""
    path = locate.patterns() / "sections.yaml"
    file = read_model(path, SectionFile)
    macros = {**shared_macros(), **file.macros}
    patterns: list[tuple[str, str]] = []
    effects: dict[str, dict[str, str]] = {}
    for section in file.sections:
        if section.headings:
            words = "|".join(f"(?:{expand(h, macros, path)})" for h in section.headings)
            text = rf"{_BEFORE}{_LEAD}(?:{words})(?:\s?\([^)\n]{{1,40}}\))?[ \t]?:+"
            compile_pattern(text, path, section.kind, bounded=False)
            patterns.append((section.kind, text))
            marked = (
                rf"(?:^|(?<=\n))#{{1,4}}[ \t]+(?:{words})[ \t]*(?=\r?\n)"  # a Markdown heading
            )
            alone = (
                rf"(?:^|(?<=\n))(?=[ \t]*(?-i:[A-Z][A-Z0-9 /&().-]{{2,60}})[ \t]*(?:\r?\n|$))[ \t]*(?:{words})(?=["
                r" \t]*(?:\d[\d/.-]{4,9})?[ \t]*(?:\r?\n|$))"
            )
            # "Procedure details" on a line of its own below an empty line, in small letters too
            below = (
                rf"(?:^|(?<=\n\n)|(?<=\n\r\n))[ \t]*(?=[A-Za-z][A-Za-z0-9 /&()-]{{4,45}}[ \t]*\r?\n[ \t]*\S)(?:{words})"
                r"(?=[ \t]*\r?\n)"
            )
            form = (
                rf"(?:^|(?<=\n))(?=(?-i:[A-Z][A-Z /&()-]{{2,40}}?)(?:[ ]{{2,}}|\t|[ ]*\[))(?:{words})(?=[ ]{{2,}}|\t|["
                r" ]*\[)"
            )
            if section.kind not in ("header", "other"):
                patterns.append((section.kind, marked))
                patterns.append((section.kind, alone))
                patterns.append((section.kind, below))
            # "IMAGING  [x] Fluoroscopy" on a form is what guided the needle, not a study cited
            if section.kind not in ("header", "other", "imaging"):
                patterns.append((section.kind, form))
        if section.bare:
            words = "|".join(f"(?:{expand(h, macros, path)})" for h in section.bare)
            text = rf"(?:^|(?<=\n))[ \t]*(?-i:{words})[ \t]*(?=\n|\r|$|[ \t]{{2}})"
            compile_pattern(text, path, section.kind, bounded=False)
            patterns.append((section.kind, text))
        effects[section.kind] = {kind: status for status, kinds in section.effect.items() for kind in kinds}
    begins = "|".join(f"(?:{expand(text, macros, path)})" for text in file.work_begins)
    work = WorkRules(
        compile_pattern(rf"[\s\-*\u2022]*(?:\d{{1,2}}[.)]\s*)?(?:{begins})", path, "work_begins", bounded=False),
        compile_pattern("|".join(file.work_rows), path, "work_rows", bounded=False),
        compile_pattern("|".join(file.work_after_diagnosis), path, "work_after_diagnosis", bounded=False),
        tuple(compile_pattern(expand(text, macros, path), path, "work_shown") for text in file.work_shown),
        frozenset(file.never_work),
    )
    return SectionRules(tuple(patterns), effects, frozenset(s.kind for s in file.sections if s.field), work)
