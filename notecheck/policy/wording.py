"""Kinds of wording that answer a requirement, and federal review figures: ``patterns/explain``."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from notecheck import datafile, locate
from notecheck.records import ReviewFigure


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Wording(_Strict):
    judge: str
    satisfies: tuple[str, ...] = Field(min_length=1)
    fails: tuple[str, ...] = Field(min_length=1)


class Wordings(_Strict):
    wording: tuple[Wording, ...]

    def of(self, judge: str) -> Wording | None:
        """The kinds of wording for one judge."""
        return next((row for row in self.wording if row.judge == judge), None)


class Review(_Strict):
    slug: str
    checks: tuple[str, ...]
    families: tuple[str, ...]
    says: str
    figure: float
    unit: str
    source: str
    last_checked: date
    confidence: Literal["verified", "verified-2", "recalled", "unsure"]


class Reviews(_Strict):
    reviews: tuple[Review, ...]

    def about(self, check: str, families: Iterable[str]) -> tuple[ReviewFigure, ...]:
        """Figures about a check (by its code); where the figure names families, only about one of those."""
        done = set(families)
        return tuple(
            ReviewFigure(row.says, row.figure, row.unit, row.source, row.confidence)
            for row in self.reviews
            if check in row.checks and (not row.families or done & set(row.families))
        )


@lru_cache(maxsize=1)
def wordings() -> Wordings:
    """``patterns/explain/wording.yaml``. Raises DataError NC-D02 to NC-D04."""
    return datafile.read_model(locate.patterns() / "explain" / "wording.yaml", Wordings)


@lru_cache(maxsize=1)
def reviews() -> Reviews:
    """``patterns/explain/reviews.yaml``. Raises DataError NC-D02 to NC-D04."""
    return datafile.read_model(locate.patterns() / "explain" / "reviews.yaml", Reviews)
