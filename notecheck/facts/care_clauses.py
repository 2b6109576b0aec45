"""Results that no fixed phrase names: each clause is cut at its treatments; the words between say what came of them.

A list of treatments shares the words behind it ("A, B and C gave her nothing") or before it ("little from A or B");
side effects, "in use" and brackets speak of the nearest one only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from notecheck.facts import care_verdict, cues
from notecheck.facts.care_used import Used
from notecheck.facts.clauses import table_row
from notecheck.records import Annotated, Mention, Span

_NEAR_ONLY = {"ongoing", "not-tolerated", "contraindicated"}
_BREAKS = cues.load("care_verdict")["breaks"]
_PRONOUN = cues.load("care_outcomes")["pronoun"]
_THING = cues.load("care_outcomes")["thing"]
_SEGMENT = re.compile(r";|(?<=[a-z)\d])\.\s+(?=[A-Z])|\n")
_PAIR = re.compile(r"^[^,;.]{0,30}?(?:\band\b|\bor\b|&|\+|/)\s*(?:the |his |her |an? )?$", re.IGNORECASE)
_COMMA = re.compile(r"[,:(](?!\d)")
_LINK = cues.load("care_verdict")["link"]
_SHORT_LINK = 30
_GOES_ON = cues.load("care_verdict")["goes-on"]
_FAR = 150  # characters behind a treatment that can still speak of it
_SILENT = {"plan", "instructions", "disposition", "response", "complications", "consent"}


@dataclass(frozen=True, slots=True)
class Said:
    """An outcome slug, the words that say it, whether they stand at the treatment itself, not elsewhere in its list."""

    outcome: str
    words: Span
    near: bool


def complete(doc: Annotated, used: tuple[Used, ...]) -> dict[Span, Said]:
    """For each treatment (by its place) the outcome that its clause says, and the words that say it."""
    found: dict[Span, Said] = {}
    rows: dict[int, list[Mention]] = {}
    for item in used:
        rows.setdefault(item.mention.sentence, []).append(item.mention)
    for number, mentions in rows.items():
        if mentions[0].section in _SILENT - {"response"}:
            continue
        for segment, inside in _segments(doc, number, sorted(mentions, key=lambda m: m.span)):
            _read_segment(doc, segment, inside, found)
    for number, mentions in rows.items():
        _read_next(doc, number, [m for m in mentions if m.span not in found], rows, found)
    return found


def _segments(doc: Annotated, number: int, mentions: list[Mention]) -> Iterator[tuple[Span, list[Mention]]]:
    sentence = table_row(doc.text, mentions[0].span) or doc.sentences[number]
    cuts = [m.end() for m in _SEGMENT.finditer(doc.text, sentence.start, sentence.end)]
    cuts = [at for at in cuts if _stands_apart(doc, at, sentence.end, mentions)]
    for start, end in zip([sentence.start, *cuts], [*cuts, sentence.end], strict=True):
        inside = [m for m in mentions if start <= m.span.start < end]
        if inside:
            yield Span(start, end), inside


def _stands_apart(doc: Annotated, at: int, end: int, mentions: list[Mention]) -> bool:
    """False for a later part that begins with "she thought that ..." or "the first ..." and names no treatment."""
    following = _SEGMENT.search(doc.text, at, end)
    part = Span(at, following.start() if following else end)
    return any(part.contains(m.span) for m in mentions) or not _GOES_ON.match(doc.text[part.start : part.end])


def _read_segment(doc: Annotated, segment: Span, mentions: list[Mention], found: dict[Span, Said]) -> None:
    group: list[Mention] = []
    head = Span(segment.start, mentions[0].span.start)
    for index, mention in enumerate(mentions):
        group.append(mention)
        if index + 1 == len(mentions):
            _settle(doc, group, head, Span(mention.span.end, max(mention.span.end, segment.end)), found)
            return
        following = mentions[index + 1]
        gap = Span(mention.span.end, max(mention.span.end, following.span.start))
        cut = max((m.start() for m in _BREAKS.finditer(doc.text, gap.start, gap.end)), default=gap.end)
        tail, lead = Span(gap.start, cut), Span(cut, gap.end)
        if _verdict(doc, tail) or _verdict(doc, lead):
            _settle(doc, group, head, tail, found)
            group, head = [], lead


def _verdict(doc: Annotated, place: Span) -> str | None:
    return care_verdict.read(doc.text[place.start : min(place.end, place.start + _FAR)])


def _settle(
    doc: Annotated, group: list[Mention], head: Span, tail: Span, found: dict[Span, Said]
) -> None:
    """Gives the words behind a group of treatments to it, else those before it."""
    if (behind := _verdict(doc, tail)) is not None:
        bracket = doc.text.find("(", tail.start, tail.end)
        inside = bracket >= 0 and _verdict(doc, Span(tail.start, bracket)) is None
        alone = behind in _NEAR_ONLY or inside
        near = _nearest(doc, group)
        for target in near if alone else group:
            found[target.span] = Said(behind, tail, target in near)
    before, words = _before(doc, head)
    if before is not None:
        for target in group:
            known = found.get(target.span)
            if target.value.startswith("prior-surgery"):
                continue
            if known is None or (known.outcome == "ongoing" and before != "ongoing"):
                found[target.span] = Said(before, words, target is group[0])


def _before(doc: Annotated, head: Span) -> tuple[str | None, Span]:
    """What the words before a treatment say: those after the last comma first, then those before a short link."""
    cuts = [head.start, *(m.end() for m in _COMMA.finditer(doc.text, head.start, head.end))]
    for start in reversed(cuts):
        words = Span(max(start, head.end - _FAR), head.end)
        said = doc.text[words.start : words.end]
        if (outcome := care_verdict.read(said)) is not None:
            return (outcome, words) if outcome == "ongoing" or _LINK.search(said) else (None, words)
        if len(said.strip()) > _SHORT_LINK:
            break
    return None, head


def _nearest(doc: Annotated, group: list[Mention]) -> list[Mention]:
    chosen = [group[-1]]
    for first, second in zip(reversed(group[:-1]), reversed(group[1:]), strict=True):
        if not _PAIR.match(doc.text[first.span.end : second.span.start]):
            break
        chosen.append(first)
    return chosen


def _read_next(
    doc: Annotated,
    number: int,
    open_ones: list[Mention],
    rows: dict[int, list[Mention]],
    found: dict[Span, Said],
) -> None:
    """A following sentence that begins with "it", "none", "she" ... and names no treatment speaks of those before."""
    following = number + 1
    if not open_ones or following >= len(doc.sentences) or following in rows:
        return
    place = doc.sentences[following]
    said = doc.text[place.start : place.end]
    if open_ones[0].section in _SILENT or not _PRONOUN.match(said) or doc.within(place, "procedure", "needle", "drug"):
        return
    outcome = care_verdict.read(said[:_FAR])
    if outcome in ("failed", "not-tolerated") or (outcome in ("partial", "helped") and _THING.match(said)):
        targets = open_ones if outcome != "not-tolerated" else open_ones[-1:]
        for target in targets:
            found[target.span] = Said(outcome, place, near=False)
