"""Coverage policies: which payer asks what, on which day, by which text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from notecheck.policy.coverage_files import (
    ANY_MAC,
    BY_MAC,
    Confidence,
    Edition,
    Programme,
    Requirement,
    Setting,
    Topic,
    Value,
)

ANY_PAYER = "any"
Gap = Literal["", "no-edition", "no-policy", "contractor-unknown"]
_WEAKNESS = ("verified", "verified-2", "recalled", "unsure")


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement as it stands on one day for one payer.

    ``value`` is the number, list or table in force, ``source`` policy, revision and section in words. ``gap`` says why
    there is no value: ``no-edition`` (none known for that day), ``no-policy`` (this contractor has none on the topic),
    ``contractor-unknown`` (contractors differ and the claim names none).
    """

    topic: Topic
    requirement: Requirement
    value: Setting = None
    source: str = ""
    says: str = ""
    confidence: Confidence = "unsure"
    gap: Gap = ""

    @property
    def slug(self) -> str:
        return self.requirement.slug

    def number(self, key: str = "") -> float | None:
        """The value, or its part ``key``, as a number; None when it is none."""
        found = self._part(key)
        return float(found) if isinstance(found, int | float) and not isinstance(found, bool) else None

    def words(self, key: str = "") -> tuple[str, ...]:
        """The value, or its part ``key``, as a list of words; empty when it is none."""
        found = self._part(key)
        if isinstance(found, tuple):
            return found
        return (found,) if isinstance(found, str) else ()

    def flag(self, key: str) -> bool:
        """True when the part ``key`` is switched on."""
        return self._part(key) is True

    def text(self, key: str) -> str:
        """The part ``key`` as a word, or an empty string."""
        found = self._part(key)
        return found if isinstance(found, str) else ""

    def table(self) -> Mapping[str, object]:
        """The value as a table; empty when it is none."""
        return self.value if isinstance(self.value, dict) else {}

    def _part(self, key: str) -> object:
        if not key:
            return self.value
        return self.value.get(key) if isinstance(self.value, dict) else None


@dataclass(frozen=True, slots=True)
class Coverage:
    """Payers, Medicare contractors, states and everything they ask, by date.

    ``payers`` and ``macs`` are slug to printed name (``macs`` holds second names too), ``states`` state to contractor,
    ``folders`` payer and topic to the folder that it was read from.
    """

    payers: Mapping[str, str]
    macs: Mapping[str, str]
    states: Mapping[str, str]
    topics: Mapping[str, tuple[Topic, ...]]
    programmes: tuple[Programme, ...]
    same_service: tuple[tuple[str, ...], ...]
    aliases: Mapping[str, str]
    with_contractors: frozenset[str]
    folders: Mapping[tuple[str, str], Path]

    def mac(self, slug: str | None, state: str | None = None) -> str | None:
        """The contractor of a claim: from its name (second names too), else from the state, else None."""
        if slug:
            return self.aliases.get(slug, slug)
        return self.states.get(state) if state else None

    def topics_of(self, payer: str, families: Iterable[str]) -> tuple[Topic, ...]:
        """Topics of a payer that name at least one of the families, in file order."""
        wanted = set(families)
        return tuple(topic for topic in self.topics.get(payer, ()) if wanted & set(topic.families))

    def topic(self, payer: str, name: str) -> Topic | None:
        """The topic of that name, the payer's own or the one that holds for all payers."""
        for owner in (payer, ANY_PAYER):
            for found in self.topics.get(owner, ()):
                if found.topic == name:
                    return found
        return None

    def rule(self, topic: Topic, slug: str, day: date, mac: str | None = None) -> Rule | None:
        """One requirement of a topic on a day; None when the topic has no such requirement."""
        for requirement in topic.requirements:
            if requirement.slug == slug:
                return self.in_force(topic, requirement, day, mac)
        return None

    def in_force(self, topic: Topic, requirement: Requirement, day: date, mac: str | None) -> Rule:
        """The requirement as it stands on a day. Never borrows the value of another day or contractor."""
        by_contractor = topic.payer in self.with_contractors
        contractor = mac if by_contractor else None
        meant = [v for v in requirement.values if v.holds_for(contractor)]
        if not meant or not self._routed(topic, meant, contractor):
            return Rule(topic, requirement, gap="no-policy")
        live = [v for v in meant if v.covers(day) and self._edition(topic, v, contractor, day) is not None]
        if not live:
            return Rule(topic, requirement, gap="no-edition")
        if by_contractor and contractor is None and not self._same_everywhere(topic, live):
            return Rule(topic, requirement, gap="contractor-unknown")
        chosen = max(live, key=lambda v: _WEAKNESS.index(v.confidence))
        return Rule(
            topic,
            requirement,
            value=chosen.value,
            source=self._source(topic, chosen, contractor, day),
            says=chosen.says,
            confidence=chosen.confidence,
        )

    def required(self, payer: str, state: str | None, code: str, place: str | None, day: date) -> Iterator[Programme]:
        """Prior authorization rules that name the code (codes of a family are matched by :meth:`covers_family`)."""
        for rule in self._programmes(payer, state, place, day):
            if code in rule.codes:
                yield rule

    def covers_family(
        self, payer: str, state: str | None, family: str, place: str | None, day: date
    ) -> Iterator[Programme]:
        """Prior authorization rules that name a whole procedure family."""
        for rule in self._programmes(payer, state, place, day):
            if family in rule.families:
                yield rule

    def same(self, code: str, other: str) -> bool:
        """True when two codes are one service in two settings (a physician's code and its facility twin)."""
        return code == other or any(code in group and other in group for group in self.same_service)

    def editions(self, payer: str, mac: str | None, families: Iterable[str], day: date) -> tuple[str, ...]:
        """The texts behind a judgement, as a report prints them."""
        found = [
            rule.source.partition(", ")[0]
            for topic in self.topics_of(payer, families)
            for requirement in topic.requirements
            if (rule := self.in_force(topic, requirement, day, mac)).source
        ]
        return tuple(dict.fromkeys(found))

    def _programmes(self, payer: str, state: str | None, place: str | None, day: date) -> Iterator[Programme]:
        for rule in self.programmes:
            if (
                rule.payer == payer
                and rule.covers(day)
                and (not rule.places or place in rule.places)
                and (not rule.states or state in rule.states)
            ):
                yield rule

    def _routed(self, topic: Topic, values: Iterable[Value], mac: str | None) -> bool:
        if mac is None:
            return True
        known = {route.mac for route in topic.policies}
        return any(v.policy != BY_MAC or mac in known or ANY_MAC in known for v in values)

    def _same_everywhere(self, topic: Topic, live: Sequence[Value]) -> bool:
        """True when a claim without contractor may be judged: most contractors have a text, all with one value."""
        contractors = set(self.aliases.values()) | (set(self.macs) - set(self.aliases))
        routed = {route.mac for route in topic.policies}
        if any(v.value != live[0].value for v in live):
            return False
        if ANY_MAC in routed or all(v.policy != BY_MAC for v in live):
            routed = contractors
        held = {mac for mac in routed for v in live if v.holds_for(mac)}
        return held == routed and len(routed) * 2 > len(contractors)

    def _edition(self, topic: Topic, value: Value, mac: str | None, day: date) -> Edition | str | None:
        """The revision behind a value: its own name, or the contractor's text of that day; None when there is none."""
        if value.policy != BY_MAC:
            return value.policy
        texts = [
            edition
            for route in topic.policies
            if mac is None or route.mac in (mac, ANY_MAC)
            for edition in reversed(route.editions)
            if edition.covers(day)
        ]
        return texts[0] if texts else None

    def _source(self, topic: Topic, value: Value, mac: str | None, day: date) -> str:
        if value.policy != BY_MAC:
            name = f"{value.policy} {value.revision}".strip()
        else:
            text = self._edition(topic, value, mac, day)
            shown = f"{text.id} {text.revision}" if isinstance(text, Edition) else str(text)
            national = isinstance(text, Edition) and text.id.startswith("NCD")
            if mac is None and not national and len(topic.policies) > 1:
                name = f"Medicare {topic.topic} LCDs (contractor not given; {shown})"
            else:
                name = shown
        return f"{name}, {value.section}" if value.section else name
