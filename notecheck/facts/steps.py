"""Steps: the parts of a telling that each tell one place, opened by a number, a side, a place or a turn.

A note without a title that tells several procedures tells them one after the other: "(a) R SIJ ... (b) ...", "LEFT HIP:
...", "Attention was then directed to the right side ...". Each step is read by itself, as if it were the whole telling,
and gives one entry; steps of one target at the same levels are one entry on both sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from notecheck.facts import attributes, binding, cues, grids, tellings
from notecheck.facts import levels as lv
from notecheck.facts.body_drafts import families_of, lesioned
from notecheck.facts.drafts import DRY, Draft
from notecheck.facts.drugs import HALVED
from notecheck.facts.families import EPIDURAL, FACET, MUSCLE, SPINAL, TOXINS
from notecheck.facts.scene import Scene
from notecheck.records import Mention, Span

_CUES = cues.load("steps")
_ABLATED = ("facet-rfa", "si-rfa", "genicular-rfa", "neurolysis")
_SIDES = {"l": "left", "r": "right"}
_HEAD_REACH = 70


@dataclass(frozen=True, slots=True)
class Step:
    """Body sentences of one step. ``side`` that its opening names ("left", "right" or None); ``opened``: by words of
    its own, not by being first."""

    sentences: tuple[Span, ...]
    side: str | None = None
    opened: bool = True


def cut(scene: Scene) -> tuple[Step, ...]:
    """The steps of the telling that work is told in, in the order of the note."""
    body = scene.body
    begin = binding.opening(scene, body) if body else 0
    rows_of = _with_headings(scene, body[begin:])
    found: list[Step] = []
    rows: list[Span] = []
    side: str | None = None
    opened, over = False, False
    for sentence in rows_of:
        opening = _opens(scene, sentence, rows)
        if opening is not None:
            found.append(Step(tuple(rows), side, opened))
            rows, side, opened, over = [], opening or None, True, False
        elif _CUES["ends"].match(scene.doc.text, sentence.start, sentence.end) and _worked(scene, rows):
            over = True
        if not over:
            rows.append(sentence)
    found.append(Step(tuple(rows), side, opened))
    return tuple(step for step in found if step.sentences and _worked(scene, step.sentences))


def _with_headings(scene: Scene, body: Sequence[Span]) -> list[Span]:
    """The telling with the lines inside it that name a procedure."""
    if not body:
        return []
    inside = [
        s for s in scene.doc.sentences
        if body[0].start < s.start < body[-1].end and s not in body
        and any(t.overlaps(s) for t in scene.titles) and scene.done(s, "procedure")
    ]  # fmt: skip
    return sorted([*body, *inside], key=_begin)


def _begin(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _opens(scene: Scene, sentence: Span, before: Sequence[Span]) -> str | None:
    """The side that a sentence opens a step for, "" for a step without one; None where it opens none."""
    text = scene.doc.text
    if any(m.value == "not-treated" for m in scene.doc.within(sentence, "untreated")):
        return None
    if _CUES["needling"].match(text, sentence.start, sentence.end) or sentence not in scene.body:
        return ""
    if _row_of_muscles(scene, sentence, before):
        return None
    head = _CUES["side-head"].match(text, sentence.start, sentence.end)
    if head:
        rest = text[head.end() : sentence.end]
        named = scene.doc.within(Span(head.end(), min(sentence.end, head.end() + _HEAD_REACH)), *_PLACES)
        alone = _CUES["side-alone"].match(rest)
        ended = named and _CUES["place-ends"].match(text, named[0].span.end, sentence.end)
        if alone or ended or head["turn"]:
            return _SIDES[head["side"][0].lower()]
    places = scene.done(sentence, *_PLACES)
    if places and _CUES["numbered"].match(text, sentence.start, sentence.end):
        return ""
    told = {m.value for s in before for m in scene.done(s, "site", "target", "muscle")}
    fresh = {m.value for m in scene.done(sentence, "site", "target", "muscle")} - told
    turned = _CUES["turn"].match(text, sentence.start, sentence.end)
    whole = scene.doc.within(sentence, "needle") and _given(scene, sentence) and places and not scene.runs(sentence)
    return "" if (turned or whole) and fresh and (not before or _worked(scene, before)) else None


def _row_of_muscles(scene: Scene, sentence: Span, before: Sequence[Span]) -> bool:
    """True for a line of muscles under the drug, or under the dry needles, that all of them got."""
    if not scene.done(sentence, "muscle") or scene.done(sentence, "drug", "site"):
        return False
    if scene.doc.within(sentence, "needle"):
        return False
    told = any(scene.done(s, "drug") or _needled_dry(scene, s) for s in before)
    return told and not any(m.value != "trigger-point" for s in before for m in scene.done(s, "site", "target"))


def _needled_dry(scene: Scene, sentence: Span) -> bool:
    return any(m.value == "dry-needling" for m in scene.done(sentence, "technique"))


_PLACES = ("site", "target", "muscle", "level")


def _worked(scene: Scene, sentences: Sequence[Span]) -> bool:
    """True where needle and medicine, or a lesion, are told in these sentences together."""
    if any(m.value == "lesion" for s in sentences for m in scene.done(s, "action")):
        return True
    if any(_needled_dry(scene, s) for s in sentences):
        return True
    given = any(_given(scene, s) for s in sentences)
    how = any(scene.doc.within(s, "needle") or scene.done(s, "action", "contrast") for s in sentences)
    return given and (how or any(scene.doc.within(s, "dose") for s in sentences))


def _given(scene: Scene, sentence: Span) -> bool:
    """True where something goes in: a drug, a share of a mixture, or half of what went in before."""
    if any(sentence.contains(u.place) for u in scene.shares):
        return True
    halved = HALVED.search(scene.doc.text, sentence.start, sentence.end)
    return bool(halved or (scene.done(sentence, "drug") and not _numbs(scene, sentence)))


def _numbs(scene: Scene, sentence: Span) -> bool:
    """True for a sentence that numbs the skin and gives nothing else."""
    drugs = {m.value for m in scene.done(sentence, "drug")}
    skin = any(m.value == "skin" for m in scene.doc.within(sentence, "dose"))
    prepared = binding.PREPARES.search(scene.doc.text, sentence.start, sentence.end)
    local = _CUES["local"].search(scene.doc.text, sentence.start, sentence.end)
    return len(drugs) == 1 and bool(skin or prepared or local)


def drafts(scene: Scene, whole: Sequence[Draft]) -> list[Draft]:
    """One draft for each place that the steps tell; none where the steps tell no more than ``whole``, what titles and
    body read in one piece gave."""
    told = cut(scene)
    if len(told) < 2 or not any(step.opened for step in told):
        return []
    made: list[Draft] = []
    for step in told:
        if draft := _draft(scene, step, [*whole, *made] if step.opened else []):
            made.append(draft)
    out = _merged(scene, made)
    found = [_answering(scene, draft, out) for draft in whole]
    one_by_side = len(out) == 1 == len(whole) and out[0].side == "bilateral" and len(made) > 1
    if None in found or (len(out) <= len(whole) and not one_by_side):
        return []
    for draft, twin in zip(whole, found, strict=True):
        if twin is not None and draft.names:
            twin.names, twin.titles = [*twin.names, *draft.names], [*twin.titles, *draft.titles]
    return out


def _answering(scene: Scene, draft: Draft, told: Sequence[Draft]) -> Draft | None:
    """The draft of the steps that tells what ``draft`` names."""
    alike = [d for d in told if d.family == draft.family and (not draft.sites or d.site in (draft.site, None))]
    if draft.side in ("left", "right"):
        alike = [d for d in alike if d.side in (draft.side, None)]
    if draft.family == "trigger-point" and draft.names:
        alike = [d for d in alike if _dry(scene, d) == draft.dry]
    if draft.levels:
        named = {v for v, _ in draft.levels}
        alike = [d for d in alike if {v for v, _ in d.levels} <= named]
    return alike[0] if alike else None


def split(scene: Scene, draft: Draft) -> list[Draft]:
    """A titled entry of the spine on both sides whose steps name other levels on each side, in one entry a side."""
    if parts := _by_grid(scene, draft):
        return parts
    sided = [s for s in cut(scene) if s.side]
    both = {s.side for s in sided} == {"left", "right"}
    if draft.family not in SPINAL or draft.side not in (None, "bilateral") or not both:
        return [draft]
    parts = []
    for step in sided:
        part = Draft(draft.family, draft.names, draft.titles, side=step.side, region=draft.region, steps=step.sentences)
        part.levels = _levels(scene, part)
        parts.append(part)
    named = [{v for v, _ in p.levels} for p in parts]
    apart = all(named) and set.intersection(*named) != set.union(*named)
    return _merged(scene, parts) if apart else [draft]


def _by_grid(scene: Scene, draft: Draft) -> list[Draft]:
    """An entry whose levels a table ticks by side, in one entry for each side set."""
    rows = grids.lines(scene, "level") if draft.family in SPINAL and not draft.levels else ()
    parts: dict[str, Draft] = {}
    for row in rows:
        if not row.sides:
            continue
        side = "bilateral" if len(row.sides) > 1 else next(iter(row.sides))
        part = parts.setdefault(
            side, Draft(draft.family, draft.names, draft.titles, side=side, region=draft.region, whole=True)
        )
        part.levels.extend((level.value, row.mark) for level in lv.parse(row.mark)[0])
    return list(parts.values())


def _draft(scene: Scene, step: Step, known: Sequence[Draft]) -> Draft | None:
    """What one step tells: by its own target, place or muscle, else as the step or the telling before it."""
    inner = scene.inside(step.sentences)
    found = _own(inner, step)
    if found is None:
        found = _as_before(inner, step, known)
    if found is None:
        return None
    family, proof = found
    sites = [proof] if proof.kind == "site" and family != "genicular-rfa" else []
    draft = Draft(family, proofs=[proof], sites=sites, steps=step.sentences)
    draft.side = _side(inner, step, proof)
    draft.sides = [m for s in step.sentences for m in inner.doc.within(s, "side") if m.value == draft.side][:1]
    draft.told_sides = int(any(inner.done(s, "drug") and not _numbs(inner, s) for s in step.sentences))
    if family in SPINAL:
        draft.levels = _levels(inner, draft)
    return draft


def _own(inner: Scene, step: Step) -> tuple[str, Mention] | None:
    burned = lesioned(inner)
    dry = [m for s in step.sentences for m in inner.done(s, "technique") if m.value == "dry-needling"]
    if dry and not any(inner.done(s, "drug") for s in step.sentences):
        return "trigger-point", dry[0]
    for sentence in step.sentences:
        if any(m.value == "not-treated" for m in inner.doc.within(sentence, "untreated")):
            continue
        if any(m.value in TOXINS for m in inner.done(sentence, "drug")):
            muscles = [m for s in step.sentences for m in inner.done(s, "muscle")]
            return ("chemodenervation", muscles[0]) if muscles else None
        found = families_of(inner, sentence, True, burned)
        sites = tellings.own_sites(inner, sentence)
        soft = [pair for pair in sites if pair[0] != "joint-injection"]
        points = [("trigger-point", m) for m in inner.done(sentence, "muscle")]
        ordered = [*found, *soft, *sites]
        if points and (not ordered or points[0][1].span.start < ordered[0][1].span.start):
            ordered = [*points, *ordered]
        if ordered and burned and ordered[0][1].value == "knee":
            return "genicular-rfa", ordered[0][1]
        if ordered:
            return ordered[0]
    return _joint_of_the_sacrum(inner, step)


def _joint_of_the_sacrum(inner: Scene, step: Step) -> tuple[str, Mention] | None:
    """The joint that a step enters without its name, where the note speaks of the sacroiliac joint and no other."""
    entered = next((m for s in step.sentences if (m := _CUES["joint"].search(inner.doc.text, s.start, s.end))), None)
    if entered is None or any(inner.runs(s) for s in step.sentences) or not _CUES["si-word"].search(inner.doc.text):
        return None
    if inner.doc.of("site") or _CUES["facet-word"].search(inner.doc.text):
        return None
    sentence = next(s for s in step.sentences if s.contains(Span(*entered.span())))
    return "si-joint-injection", Mention(
        "target", "si-joint", Span(*entered.span()), entered[0], section=inner.section_at(sentence.start),
        sentence=inner.doc.sentences.index(sentence), rule="steps:joint",
    )  # fmt: skip


def _as_before(inner: Scene, step: Step, known: Sequence[Draft]) -> tuple[str, Mention] | None:
    """The family of what was told before, where this step goes on with the same tool at other levels or the other
    side."""
    burned = any(m.value == "lesion" for s in step.sentences for m in inner.done(s, "action"))
    fitting = [d for d in known if (d.family in _ABLATED) == burned and d.proofs]
    if not fitting or not step.side:
        return None
    levelled = any(inner.runs(s) for s in step.sentences)
    last = fitting[-1]
    if last.family in (*EPIDURAL, *FACET, "si-rfa") and not levelled:
        return None
    return last.family, last.proofs[0]


def _side(inner: Scene, step: Step, proof: Mention) -> str | None:
    """The side beside the place itself, else that of the opening, else the one that the step names."""
    if proof.kind == "muscle":
        told = [s for s in step.sentences if inner.done(s, "muscle")]
        sides = _named_sides(inner, told)
        return "bilateral" if len(sides) > 1 else sides.pop() if sides else step.side
    beside = [
        m for m in inner.doc.within(inner.doc.sentence_of(proof), "side")
        if m.value in ("left", "right", "bilateral") and step.sentences[0].start <= m.span.start
        and 0 <= proof.span.start - m.span.end < 30 and not _CUES["numbered"].match(m.text)
    ]  # fmt: skip
    if beside and any(s.contains(proof.span) for s in step.sentences):
        return beside[-1].value
    if step.side:
        return step.side
    named = _named_sides(inner, step.sentences)
    return named.pop() if len(named) == 1 else "bilateral" if {"left", "right"} <= named else None


def _named_sides(inner: Scene, sentences: Sequence[Span]) -> set[str]:
    words = [m for s in sentences for m in inner.doc.within(s, "side")]
    return {m.value for m in words if m.value in ("left", "right", "bilateral")}


def _levels(scene: Scene, draft: Draft) -> list[tuple[str, Mention]]:
    return attributes.told_levels(scene, replace(draft, sentences=list(draft.steps), levels=[]))


def _merged(scene: Scene, made: Sequence[Draft]) -> list[Draft]:
    """Drafts of one target at the same levels together, with the steps of all."""
    out: list[Draft] = []
    for draft in made:
        twin = next((o for o in out if _same(scene, o, draft)), None)
        if twin is None:
            out.append(draft)
            continue
        twin.steps = (*twin.steps, *draft.steps)
        twin.told_sides += draft.told_sides if twin.side != draft.side else 0
        twin.proofs = [*twin.proofs, *draft.proofs]
        twin.sides = [*twin.sides, *draft.sides]
        sides = {twin.side, draft.side}
        twin.side = "bilateral" if {"left", "right"} <= sides or "bilateral" in sides else twin.side or draft.side
        if twin.side == draft.side and draft.family in SPINAL:
            twin.levels = [*twin.levels, *draft.levels]
    return out


def _same(scene: Scene, one: Draft, other: Draft) -> bool:
    if one.family != other.family or one.site != other.site:
        return False
    if one.family in MUSCLE:
        return one.family != "trigger-point" or _dry(scene, one) == _dry(scene, other)
    levels = {v for v, _ in one.levels}, {v for v, _ in other.levels}
    zones = {v[0] for v in levels[0]}, {v[0] for v in levels[1]}
    return levels[0] == levels[1] or (one.side == other.side and zones[0] == zones[1])


def _dry(scene: Scene, draft: Draft) -> bool:
    return any(DRY.search(scene.doc.text, s.start, s.end) for s in draft.steps)
