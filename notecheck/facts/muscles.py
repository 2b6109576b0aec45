"""The muscles of one entry: which were injected, and how many the note says there were."""

from __future__ import annotations

import re

from notecheck.facts import grids
from notecheck.facts.drafts import Draft
from notecheck.facts.families import MUSCLE
from notecheck.facts.scene import Scene
from notecheck.records import Evidence, Mention, Span

_LISTED = re.compile(
    r"^\W*(?:the )?(?:muscles?|sites?|locations?|areas?|points?|injected|treated|trigger points?)"
    r"(?: (?:injected|treated|targeted|involved|muscles?|sites?))?(?: today)?\s*(?:[:=-]|were\b|was\b|included?\b)",
    re.IGNORECASE,
)
_FELT = re.compile(r"\b(?:taut|tender\w*|palpa\w+|felt|band|bands|spasm|knots?|ropy|exam\w*|twitch)\b", re.IGNORECASE)


def _injected(scene: Scene, sentence: Span) -> bool:
    """True for a sentence in which a muscle is treated: an act or an amount beside its name."""
    acts = {m.value for m in scene.done(sentence, "action")} | {m.kind for m in scene.doc.within(sentence, "dose")}
    return bool(scene.done(sentence, "muscle")) and bool(acts & {"inject", "dose"})


def named(scene: Scene, draft: Draft) -> tuple[tuple[str, ...], int | None, list[Evidence]]:
    """Muscles injected, how many the note states (else how many it names), and the words."""
    if draft.family not in MUSCLE:
        return (), None, []
    found = {m.value: m for m in draft.muscles}
    rows = grids.lines(scene, "muscle") if not draft.muscles else ()
    grid = [g for g in rows if any(s.overlaps(g.mark.span) for s in draft.sentences)]
    found |= {g.mark.value: g.mark for g in grid if g.treated}
    empty = {g.mark.value for g in grid} - set(found)
    told = any(_injected(scene, sentence) for sentence in draft.sentences)
    for sentence in draft.sentences:
        if any(m.value == "not-treated" for m in scene.doc.within(sentence, "untreated")):
            continue
        for mention in (
            scene.done(sentence, "muscle") if draft.family != "chemodenervation" or not draft.muscles else ()
        ):
            listed = _LISTED.search(scene.doc.text[sentence.start : sentence.end])
            if told and not listed and not _injected(scene, sentence) and _FELT.search(
                scene.doc.text[sentence.start : sentence.end]
            ):
                continue
            acted = listed or scene.done(sentence, "action", "dose", "target")
            if acted or scene.doc.within(sentence, "side") or draft.family == "chemodenervation":
                found.setdefault(mention.value, mention)
    if not found:
        titled = [s.body for s in scene.doc.sections if s.kind == "title"]
        headed = [body for body in titled if any(body.overlaps(title) for title in draft.titles)]
        found = {m.value: m for body in headed for m in reversed(scene.done(body, "muscle"))}
    if not found:
        named = [
            m
            for s in scene.doc.sentences
            if scene.section_at(s.start) in ("exam", "diagnosis", "indication") or s in draft.sentences
            if scene.done(s, "target") and not any(u.value == "not-treated" for u in scene.doc.within(s, "untreated"))
            for m in scene.done(s, "muscle")
        ]
        found = {m.value: m for m in reversed(named)}
    found = {value: m for value, m in found.items() if value not in empty}
    if "paraspinal" in found and any(k.endswith(" paraspinal") for k in found):
        found.pop("paraspinal")
    counts = [m for s in (*draft.sentences, *draft.titles) for m in scene.doc.within(s, "muscle-count")]
    stated = _count(counts[-1]) if counts else None
    if stated and not found:
        examined = [
            m
            for s in scene.doc.sentences
            if scene.section_at(s.start) == "exam"
            for m in scene.doc.within(s, "muscle")
            if m.status in ("performed", "planned")
        ]
        named_there = {m.value: m for m in reversed(examined)}
        found = named_there if len(named_there) == stated else found
    evidence = [m.evidence("muscles") for m in found.values()]
    if stated and stated >= len(found):
        return tuple(found), stated, [*evidence, counts[-1].evidence("muscle_count", stated)]
    return tuple(found), len(found) or None, evidence


_SMALL = {
    w: n for n, w in enumerate(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], start=1)
}


def _count(mention: Mention) -> int | None:
    raw = (mention.groups.get("count") or mention.groups.get("count2") or "").lower()
    return _SMALL.get(raw) or (int(raw) if raw.isdigit() else None)
