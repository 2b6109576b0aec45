"""What the policy data hold, for people: the list, one topic on a day, what changed between two days, the myths."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from pydantic import Field

from notecheck import locate
from notecheck.datafile import read_model
from notecheck.errors import InputError, did_you_mean
from notecheck.policy.coverage import Coverage, Rule
from notecheck.policy.coverage_files import Confidence, Setting, Strict, Topic


@dataclass(frozen=True, slots=True)
class TopicRow:
    """One topic of one payer: how many requirements, since when, who prints them, from which folder."""

    payer: str
    topic: str
    about: str
    requirements: int
    since: date
    contractors: tuple[str, ...]
    folder: str
    own: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What one requirement asked of a contractor on two days; ``kind`` is new, ended, value or text."""

    payer: str
    topic: str
    slug: str
    question: str
    macs: tuple[str, ...]
    kind: str
    before: str
    after: str
    source_before: str
    source_after: str


class Myth(Strict):
    """What billing articles say, and what the policy says. ``policy`` names text and section, in our own words."""

    slug: str
    topic: str
    heard: str = Field(min_length=1)
    where: str = Field(min_length=1)
    says: str = Field(min_length=1)
    policy: str = Field(min_length=1)
    requirement: str = ""
    last_checked: date
    confidence: Confidence


class Myths(Strict):
    myths: tuple[Myth, ...]


def listed(coverage: Coverage, payer: str | None = None) -> tuple[TopicRow, ...]:
    """Every topic, by payer; of one payer where it is named. Raises InputError NC-I83 for an unknown payer."""
    if payer is not None and payer not in coverage.topics:
        near = did_you_mean(payer, coverage.topics)
        raise InputError(
            "NC-I83", f"no payer '{payer}'", where="policy", next_step=near + "`notecheck policy list` names them."
        )
    shipped = locate.patterns() / "policy"
    return tuple(
        TopicRow(
            name,
            topic.topic,
            topic.about,
            len(topic.requirements),
            min(v.starts for r in topic.requirements for v in r.values),
            tuple(route.mac for route in topic.policies),
            str(folder),
            shipped not in folder.parents,
        )
        for name, topics in coverage.topics.items()
        if payer in (None, name)
        for topic in topics
        for folder in (coverage.folders[topic.payer, topic.topic],)
    )


def topics_named(coverage: Coverage, name: str) -> tuple[Topic, ...]:
    """Topics by name: ``epidural`` of every payer, ``medicare/epidural`` of one. Raises InputError NC-I83."""
    payer, _, topic = name.strip().lower().rpartition("/")
    found = tuple(
        t for owner, topics in coverage.topics.items() if payer in ("", owner) for t in topics if t.topic == topic
    )
    if not found:
        known = {t.topic for topics in coverage.topics.values() for t in topics}
        known |= {f"{t.payer}/{t.topic}" for topics in coverage.topics.values() for t in topics}
        near = did_you_mean(name, known)
        raise InputError(
            "NC-I83", f"no policy '{name}'", where="policy", next_step=near + "`notecheck policy list` names them."
        )
    return found


def on_day(coverage: Coverage, topic: Topic, day: date, mac: str | None) -> tuple[Rule, ...]:
    """Every requirement of a topic as it stands on a day for a contractor."""
    return tuple(coverage.in_force(topic, requirement, day, mac) for requirement in topic.requirements)


def changes(coverage: Coverage, topic: Topic, first: date, last: date) -> tuple[Change, ...]:
    """What is asked on the second day and was not on the first, ended between them, or has another value or text."""
    if last < first:
        raise InputError("NC-I36", "--to lies before --from", where="policy diff", next_step="Swap the two days.")
    found: list[Change] = []
    for requirement in topic.requirements:
        pairs: dict[tuple[str, str, str], list[tuple[str, Rule, Rule]]] = {}
        for mac in _contractors(coverage, topic):
            before = coverage.in_force(topic, requirement, first, mac)
            after = coverage.in_force(topic, requirement, last, mac)
            if kind := _kind(before, after):
                key = (kind, shown(before.value, before.gap), shown(after.value, after.gap))
                pairs.setdefault(key, []).append((mac or "", before, after))
        for (kind, was, now), held in pairs.items():
            found.append(
                Change(
                    topic.payer,
                    topic.topic,
                    requirement.slug,
                    requirement.question,
                    tuple(mac for mac, _, _ in held if mac),
                    kind,
                    was,
                    now,
                    _sources([(mac, before.source) for mac, before, _ in held]),
                    _sources([(mac, after.source) for mac, _, after in held]),
                )
            )
    return tuple(found)


def _sources(held: Sequence[tuple[str, str]]) -> str:
    """Each text once, with the contractors that print it where there are several."""
    by_text: dict[str, list[str]] = {}
    for mac, source in held:
        if source:
            by_text.setdefault(source, []).append(mac)
    named = len(by_text) > 1
    return "; ".join(f"{text} ({', '.join(macs)})" if named and any(macs) else text for text, macs in by_text.items())


def _kind(before: Rule, after: Rule) -> str:
    if before.gap and after.gap:
        return ""
    if before.gap or after.gap:
        return "new" if before.gap else "ended"
    if before.value != after.value:
        return "value"
    return "text" if before.source != after.source else ""


def _contractors(coverage: Coverage, topic: Topic) -> tuple[str | None, ...]:
    if topic.payer not in coverage.with_contractors:
        return (None,)
    return tuple(sorted(set(coverage.macs) - set(coverage.aliases)))


def shown(value: Setting, gap: str = "") -> str:
    """A value as people read it: ``4``, ``fluoroscopy or ct``, ``percent 50, days 90``."""
    if gap or value is None:
        return "not asked"
    if value is True:
        return "asked"
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, dict):
        return "; ".join(
            f"{key.replace('_', ' ')} {', '.join(part) if isinstance(part, tuple) else 'yes' if part is True else part}"
            for key, part in value.items()
        )
    return f"{value:g}" if isinstance(value, float) else str(value)


@lru_cache(maxsize=1)
def myths() -> tuple[Myth, ...]:
    """``patterns/policy/myths.yaml``. Raises DataError when it is broken."""
    return read_model(locate.patterns() / "policy" / "myths.yaml", Myths).myths
