"""The pages of ``notecheck policy``, as text and as JSON types."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING

from rich.console import Group

from notecheck.policy.coverage import Rule
from notecheck.policy.coverage_files import Topic
from notecheck.policy.overview import Change, Myth, TopicRow, shown
from notecheck.report.page import Page

if TYPE_CHECKING:
    from notecheck.impact import Impact

_KINDS = {"new": "new", "ended": "ended", "value": "value", "text": "newer text"}


def topics(rows: Sequence[TopicRow], width: int) -> Group:
    """One line for each topic."""
    page = Page(width)
    for payer in dict.fromkeys(row.payer for row in rows):
        page.blank()
        page.line(payer)
        page.columns(
            [
                (row.topic, f"{row.requirements} requirements", f"from {row.since}", _where(row))
                for row in rows
                if row.payer == payer
            ],
            (25, 16, 15),
        )
    return page.renderable()


def _where(row: TopicRow) -> str:
    printed = ", ".join(row.contractors) if row.contractors else row.about
    return f"{printed} (your own: {row.folder})" if row.own else printed


def topic_json(row: TopicRow) -> dict[str, object]:
    """One topic for programs."""
    return {**asdict(row), "since": row.since.isoformat(), "contractors": list(row.contractors)}


def rules(found: Sequence[tuple[Topic, Sequence[Rule]]], day: date, mac: str | None, width: int) -> Group:
    """Every requirement with its value and source."""
    page = Page(width)
    for topic, listed in found:
        page.blank()
        place = f", {mac}" if mac and topic.policies else ""
        page.line(f"{topic.payer}/{topic.topic} on {day}{place}: {topic.about}")
        for rule in listed:
            needed = rule.requirement
            page.blank()
            page.hang(needed.slug, needed.question, 4)
            page.hang("", f"{_value(rule)}; {needed.where}, {_loudest(rule)} at most{_when(rule)}", 4)
            if rule.gap:
                page.hang("", f"No value: {rule.gap.replace('-', ' ')}.", 4)
            else:
                page.hang("", rule.says + ".", 4)
                page.hang(
                    "", f"{rule.source} ({rule.confidence}). Answered by: {', '.join(needed.facts) or 'a person'}.", 4
                )
    return page.renderable()


def _loudest(rule: Rule) -> str:
    """What a finding on it can be at most: the severity, lowered by the confidence of the source."""
    from notecheck.checks.coverage.judging import capped

    return rule.requirement.severity if rule.gap else capped(rule.confidence, rule.requirement.severity)


def _value(rule: Rule) -> str:
    unit = f" {rule.requirement.unit}" if rule.requirement.unit and rule.number() is not None else ""
    return shown(rule.value, rule.gap) + unit


def _when(rule: Rule) -> str:
    needed = rule.requirement
    parts = [*needed.stages, *needed.purposes, *needed.families, *needed.techniques, *needed.drugs]
    return f"; for {', '.join(parts)}" if parts else ""


def rules_json(topic: Topic, listed: Sequence[Rule], day: date, mac: str | None) -> dict[str, object]:
    """The same for programs."""
    return {
        "payer": topic.payer,
        "topic": topic.topic,
        "day": day.isoformat(),
        "mac": mac,
        "requirements": [
            {
                "slug": rule.slug,
                "question": rule.requirement.question,
                "value": list(rule.value) if isinstance(rule.value, tuple) else rule.value,
                "unit": rule.requirement.unit,
                "where": rule.requirement.where,
                "severity": _loudest(rule),
                "facts": list(rule.requirement.facts),
                "says": rule.says,
                "source": rule.source,
                "confidence": rule.confidence if not rule.gap else None,
                "gap": rule.gap,
            }
            for rule in listed
        ],
    }


def changes(found: Sequence[Change], first: date, last: date, width: int) -> Group:
    """Changes of substance first, newer texts with the same demand last."""
    page = Page(width)
    if not found:
        page.line(f"Nothing changed between {first} and {last}.")
        return page.renderable()
    for topic in dict.fromkeys((c.payer, c.topic) for c in found):
        page.blank()
        own = [c for c in found if (c.payer, c.topic) == topic]
        page.line(f"{topic[0]}/{topic[1]}, {first} to {last}")
        for change in (c for c in own if c.kind != "text"):
            page.blank()
            page.hang(_KINDS[change.kind], f"{change.slug}: {change.question}", 12)
            page.hang("", f"{change.before} -> {change.after}", 12)
            page.hang("", f"{_macs(change)}{_sources(change)}", 12)
        texts = [c for c in own if c.kind == "text"]
        if texts:
            page.blank()
            page.line("Newer text, same demand:")
            for name in dict.fromkeys(name for c in texts for name in _texts(c)):
                count = len({c.slug for c in texts if name in _texts(c)})
                page.hang("", f"{name}: {count} requirement{'s' if count > 1 else ''}", 4)
    return page.renderable()


def _texts(change: Change) -> list[str]:
    """Old and new text of each contractor, without the section."""
    sides = (change.source_before, change.source_after)
    pairs = zip(*([part.partition(",")[0] for part in side.split("; ")] for side in sides), strict=False)
    return [f"{before} -> {after}" for before, after in pairs]


def _macs(change: Change) -> str:
    return f"{', '.join(change.macs)}: " if change.macs else ""


def _sources(change: Change) -> str:
    parts = [s for s in (change.source_before, change.source_after) if s]
    return " -> ".join(dict.fromkeys(parts))


def change_json(change: Change) -> dict[str, object]:
    """One change for programs."""
    return {**asdict(change), "macs": list(change.macs)}


def impact(found: Impact, width: int) -> Group:
    """The answers that would change, each with what turned."""
    page = Page(width)
    page.line(f"{found.judged} answers judged again, {len(found.changed)} would change.")
    for one in found.changed:
        page.blank()
        turned = f"{one.before} -> {one.after}" if one.before != one.after else one.after
        page.line(f"{one.note_id}  {one.day}  {turned}  ({one.file})")
        for item in one.items:
            page.hang(
                "", f"{item.item}: {item.before or 'not asked'} -> {item.after or 'not asked'}. {item.because}", 4
            )
            page.hang("", item.source, 8)
        for label, listed in (("gained", one.gained), ("lost", one.lost)):
            if listed:
                page.hang("", f"{label}: {', '.join(_finding(*key) for key in listed)}", 4)
    return page.renderable()


def _finding(code: str, severity: str, line: str) -> str:
    return f"{code} {severity}" + (f" on {line}" if line else "")


def myths(found: Sequence[Myth], width: int) -> Group:
    """What is heard, what the policy says, where that stands."""
    page = Page(width)
    for topic in dict.fromkeys(m.topic for m in found):
        page.blank()
        page.line(topic)
        for myth in (m for m in found if m.topic == topic):
            page.blank()
            page.hang("heard", f"{myth.heard} ({myth.where}).", 9)
            page.hang("policy", f"{myth.says}.", 9)
            page.hang("", f"{myth.policy} ({myth.confidence}, checked {myth.last_checked}).", 9)
    return page.renderable()
