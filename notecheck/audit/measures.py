"""What is counted for each provider: data of ``patterns/audit/measures.yaml``."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from notecheck import locate
from notecheck.datafile import broken_rule, read_model

Kind = Literal["share", "extra-units", "extra-levels", "sessions", "hold"]


class Measure(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    slug: str
    kind: Kind
    says: str
    lines: bool = False
    count: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    modifiers: tuple[str, ...] = ()
    families: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_what_it_counts(self) -> Measure:
        needed = {"share": self.count or self.modifiers, "extra-units": self.of, "extra-levels": self.families}
        if not needed.get(self.kind, True):
            raise broken_rule(f"'{self.slug}' counts nothing", "Name codes, modifiers or families.")
        return self


class Measures(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    measures: tuple[Measure, ...]


@lru_cache(maxsize=1)
def measures() -> tuple[Measure, ...]:
    """Every measure. Raises DataError for a broken file."""
    return read_model(locate.patterns() / "audit" / "measures.yaml", Measures).measures
