"""The questions that may be put to a provider, and the words that such a question must not use."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from pydantic import BaseModel, ConfigDict, model_validator

from notecheck import datafile, locate

Confidence = Literal["verified", "verified-2", "recalled", "unsure"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Topic(_Strict):
    """One question: ``options`` are offered as boxes, ``asks`` as blanks, ``findings`` lead to it (names of checks)."""

    question: str
    options: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    findings: tuple[str, ...]

    @model_validator(mode="after")
    def _has_a_form(self) -> Topic:
        if not self.options and not self.asks:
            raise datafile.broken_rule("neither options nor asks", "Offer answers, or name the blanks to fill in.")
        return self


class Questions(_Strict):
    """Every topic, and the checks that need no question."""

    topics: dict[str, Topic]
    no_question: tuple[str, ...]

    def topic_of(self, finding: str) -> str | None:
        """The topic that a finding (by name) leads to, or None."""
        return next((name for name, topic in self.topics.items() if finding in topic.findings), None)


class Forbidden(_Strict):
    """Words and patterns that a query must not hold; ``never`` are texts that must not be taken for them."""

    rule: str
    says: str
    words: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


class Offer(_Strict):
    """An answer that every list must offer, in one of these words."""

    rule: str
    says: str
    words: tuple[str, ...]


class Wording(_Strict):
    """The rules of a compliant query, with their source."""

    source: str
    confidence: Confidence
    forbidden: tuple[Forbidden, ...]
    must_offer: tuple[Offer, ...]
    least_options: int


@lru_cache(maxsize=1)
def questions() -> Questions:
    """The questions of ``patterns/query``. Raises DataError NC-D02 to NC-D04 for a broken file."""
    return datafile.read_model(locate.patterns() / "query" / "questions.yaml", Questions)


@lru_cache(maxsize=1)
def wording() -> Wording:
    """The wording rules of ``patterns/query``. Raises DataError NC-D02 to NC-D04 for a broken file."""
    return datafile.read_model(locate.patterns() / "query" / "wording.yaml", Wording)
