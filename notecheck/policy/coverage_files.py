"""The shape of the files under ``patterns/policy``: payers, contractors, requirements with dated values, programmes."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from notecheck.datafile import broken_rule

Confidence = Literal["verified", "verified-2", "recalled", "unsure"]
Where = Literal["chart", "procedure-note", "claim"]
Need = Literal["required", "voluntary", "usual"]
Plain = bool | int | float | str
Setting = Plain | tuple[str, ...] | dict[str, Plain | tuple[str, ...]] | None

BY_MAC = "by-mac"
ANY_MAC = "any"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Period(Strict):
    """First and last day on which something holds, both inclusive; no last day means still in force."""

    starts: date = Field(alias="from")
    ends: date | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Period:
        if self.ends is not None and self.ends < self.starts:
            raise broken_rule("'to' lies before 'from'", "Mend one of the two days.")
        return self

    def covers(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or day <= self.ends)

    def meets(self, other: Period) -> bool:
        """True when the two periods share a day."""
        return self.starts <= (other.ends or date.max) and other.starts <= (self.ends or date.max)


class Edition(Period):
    """One revision of a policy text; without a last day it ends where the next one begins."""

    id: str = Field(min_length=1)
    revision: str = Field(min_length=1)


class Route(Strict):
    """The policy of one contractor on a topic, revision by revision; ``any`` is a national text."""

    mac: str
    editions: tuple[Edition, ...] = Field(min_length=1)


class Waiver(Strict):
    """When a requirement does not apply: a diagnosis (code or word) or a statement in the record."""

    slug: str
    icd10: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()


class Value(Period):
    """A value in force for a time, and who says so. ``says`` is our own short paraphrase, never the policy's words."""

    value: Setting
    policy: str = Field(min_length=1)
    revision: str = ""
    section: str = ""
    says: str = Field(min_length=1)
    last_checked: date
    confidence: Confidence
    macs: tuple[str, ...] = ()
    except_macs: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _sourced(self) -> Value:
        if self.policy != BY_MAC and not self.revision:
            raise broken_rule("the policy has no revision", "Add 'revision', or write 'policy: by-mac'.")
        if self.macs and self.except_macs:
            raise broken_rule("'macs' and 'except_macs' exclude each other", "Keep one of them.")
        return self

    def holds_for(self, mac: str | None) -> bool:
        """True where the contractor prints this value; without a contractor every value is meant."""
        if mac is None:
            return True
        return mac in self.macs if self.macs else mac not in self.except_macs

    def shares_mac(self, other: Value) -> bool:
        """True when at least one contractor could be meant by both values."""
        if self.macs and other.macs:
            return bool(set(self.macs) & set(other.macs))
        if self.macs:
            return bool(set(self.macs) - set(other.except_macs))
        if other.macs:
            return bool(set(other.macs) - set(self.except_macs))
        return True


class Requirement(Strict):
    """One thing that a policy asks of the record.

    ``judge`` names the way it is decided, ``facts`` the facts that answer it. Empty ``families``, ``techniques``,
    ``stages``, ``purposes`` and ``drugs`` mean any. ``finding`` names the check that reports it where the judge alone
    does not settle that.
    """

    slug: str
    question: str = Field(min_length=1)
    judge: str
    facts: tuple[str, ...]
    where: Where
    severity: Literal["error", "warning", "info"]
    values: tuple[Value, ...] = Field(min_length=1)
    families: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    except_techniques: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    exceptions: tuple[Waiver, ...] = ()
    unit: str = ""
    finding: str = ""

    @model_validator(mode="after")
    def _measured(self) -> Requirement:
        numbers = any(isinstance(v.value, int | float) and not isinstance(v.value, bool) for v in self.values)
        if numbers and not self.unit:
            raise broken_rule("a number needs a unit", "Add 'unit', as in 'unit: weeks'.")
        return self


class Topic(Strict):
    """All that one payer asks on one topic. ``families`` are those of the fact format.

    ``counting_months`` is the rolling period in which sessions count, by the calendar, where a value names none;
    ``lookback_days`` the time in which an earlier procedure makes this one a repeat; ``lookback_by_family`` widens it
    for families whose effect lasts longer.
    """

    payer: str
    topic: str
    about: str
    families: tuple[str, ...] = ()
    lookback_days: int = 365
    counting_months: int = Field(default=12, ge=1)
    lookback_by_family: dict[str, int] = Field(default_factory=dict)
    policies: tuple[Route, ...] = ()
    requirements: tuple[Requirement, ...] = ()


class MoreRequirements(Strict):
    """A further file of a topic's folder: nothing but requirements."""

    requirements: tuple[Requirement, ...] = Field(min_length=1)


class Shape(Strict):
    """How one judge decides: the facts it reads and the value it takes.

    ``plain`` are the kinds of a value that is no table, ``keys`` the kinds of a table's keys, ``needs`` the keys that
    must be there, ``units`` the thresholds with their unit: by key, ``""`` for a plain number, ``*`` for every key.
    """

    slug: str
    says: str
    facts: tuple[str, ...]
    plain: tuple[str, ...] = ()
    keys: dict[str, str] = Field(default_factory=dict)
    needs: tuple[str, ...] = ()
    units: dict[str, str] = Field(default_factory=dict)


class Judges(Strict):
    judges: tuple[Shape, ...]


class Words(Strict):
    words: dict[str, tuple[str, ...]]


class PayerRow(Strict):
    slug: str
    name: str
    contractors: bool = False


class MacRow(Strict):
    slug: str
    name: str
    aliases: tuple[str, ...] = ()
    states: tuple[str, ...]
    source: str
    confidence: Confidence


class Payers(Strict):
    payers: tuple[PayerRow, ...]
    macs: tuple[MacRow, ...] = ()


class Programme(Period):
    """A rule on prior authorization. Empty ``places`` and ``states`` mean any."""

    slug: str
    payer: str
    need: Need
    codes: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    only_with: tuple[str, ...] = ()
    policy: str = Field(min_length=1)
    section: str = ""
    says: str = Field(min_length=1)
    last_checked: date
    confidence: Confidence


class Programmes(Strict):
    programmes: tuple[Programme, ...]
    same_service: tuple[tuple[str, ...], ...] = ()
