"""What a procedure template may ask for, family by family."""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic import BaseModel, ConfigDict, field_validator

from notecheck import datafile, locate

ALL, SIDED, LEVELLED, CONTRAST = "all", "sided", "levelled", "contrast"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Element(_Strict):
    """One thing to ask for. ``cues`` are regular expressions; ``default`` says why a value filled in is risky."""

    slug: str
    label: str
    facts: tuple[str, ...]
    of: tuple[str, ...]
    section: str
    line: str
    cues: tuple[str, ...]
    default: str = ""

    @field_validator("cues")
    @classmethod
    def _compiles(cls, cues: tuple[str, ...]) -> tuple[str, ...]:
        for cue in cues:
            try:
                re.compile(cue)
            except re.error as error:
                raise datafile.broken_rule(f"'{cue}' is no pattern ({error})", "Mend the pattern.") from None
        return cues

    def asked_in(self, text: str) -> bool:
        """True when a template asks for this anywhere."""
        return any(re.search(cue, text, re.IGNORECASE) for cue in self.cues)


class Elements(_Strict):
    """Every element, in the order of a new template."""

    elements: tuple[Element, ...]
    contrast_families: tuple[str, ...]
    longest_fixed_run: int

    def of_family(self, family: str, *, sided: bool, levelled: bool) -> tuple[Element, ...]:
        """The elements that a template of the family needs by the nature of the procedure."""
        groups = {ALL, family} | ({SIDED} if sided else set()) | ({LEVELLED} if levelled else set())
        if family in self.contrast_families:
            groups.add(CONTRAST)
        return tuple(element for element in self.elements if groups & set(element.of))

    def answering(self, fact: str) -> tuple[Element, ...]:
        """The elements that answer a fact of the policy data."""
        return tuple(element for element in self.elements if fact in element.facts)


@lru_cache(maxsize=1)
def load() -> Elements:
    """``patterns/template/elements.yaml``. Raises DataError NC-D02 to NC-D04 for a broken file."""
    return datafile.read_model(locate.patterns() / "template" / "elements.yaml", Elements)
