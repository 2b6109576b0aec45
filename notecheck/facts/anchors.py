"""Which body sentences belong to which entry of a note that tells several procedures."""

from __future__ import annotations

from notecheck.facts import binding, cuts
from notecheck.facts.drafts import Draft
from notecheck.facts.families import EPIDURAL, MUSCLE, SPINAL
from notecheck.facts.scene import Scene
from notecheck.records import Span

_ABOUT = 4.0


def give_sentences(scene: Scene, drafts: list[Draft]) -> None:
    """Each entry gets the body sentences about it: all when alone, else those that it owns or shares."""
    body = list(scene.body)
    if len(drafts) < 2 or all(draft.whole for draft in drafts):
        for draft in drafts:
            draft.sentences = body
        return
    for draft in drafts:
        draft.siblings = tuple(d.family for d in drafts if d is not draft)
    cut = cuts.cut(scene, drafts, body)
    body, openings = cut.rows, cut.openings
    groups = _together(drafts)
    marks = binding.marks(scene, drafts, body)
    for row, sentence in enumerate(body):
        if sentence in cut.about:
            marks[row][cut.about[sentence]] += _ABOUT
        if (column := _of_step(drafts, sentence)) is not None:
            marks[row] = [_STEP if c == column else 0.0 for c in range(len(drafts))]
    table = _by_group(marks, drafts, groups)
    owner = binding.owners(scene, body, table)
    together = _shared(scene, body, table, groups)
    _settle_steps(drafts, body, groups, together)
    spoken = [
        any(row[c] > 0 for row in table) and (c in owner or any(c in row for row in together))
        for c in range(len(groups))
    ]
    _open_silent(scene, body, owner, spoken, groups)
    first = binding.opening(scene, body)
    for column, group in enumerate(groups):
        own = [
            s for row, s in enumerate(body) if (owner[row] == column and row >= first) or column in together[row]
        ]
        heads = [openings[s] for s in own if s in openings and not any(o.contains(openings[s]) for o in own)]
        own = sorted({*own, *heads}, key=_begins)
        for draft in group:
            draft.sentences = own if spoken[column] else body
    for draft in drafts:
        draft.foreign = tuple(s for d in drafts if d is not draft for s in d.sentences if s not in draft.sentences)


_STEP = 12.0
"""More than any change of owner costs."""


def _of_step(drafts: list[Draft], sentence: Span) -> int | None:
    """The entry whose step a sentence, or a part of one, stands in."""
    return next((c for c, d in enumerate(drafts) if any(s.contains(sentence) for s in d.steps)), None)


def _settle_steps(
    drafts: list[Draft], body: list[Span], groups: list[list[Draft]], together: list[list[int]]
) -> None:
    """What stands in a step is told of its entry alone; what stands before the first of them holds for all."""
    stepped = [c for c, group in enumerate(groups) if any(d.steps for d in group)]
    if not stepped:
        return
    begin = min(s.start for d in drafts for s in d.steps)
    for row, sentence in enumerate(body):
        if _of_step(drafts, sentence) is not None:
            together[row] = []
        elif sentence.end <= begin:
            together[row] = stepped


def _begins(span: Span) -> tuple[int, int]:
    return span.start, span.end


def _shared(
    scene: Scene, body: list[Span], table: list[list[float]], groups: list[list[Draft]]
) -> list[list[int]]:
    """The entries that each sentence tells of together.

    What follows a sentence that put needles at the levels of several entries of one family is about all of these,
    until a sentence speaks for one entry alone.
    """
    families = [group[0].family for group in groups]
    alike = frozenset(
        c for c, family in enumerate(families) if family in SPINAL and families.count(family) > 1
    )
    out: list[list[int]] = []
    open_for: list[int] = []
    for row in range(len(body)):
        here = binding.shared(scene, body, table, row, alike)
        if len(here) > 1 and all(families[c] in MUSCLE for c in here):
            here = []  # a list of muscles is that of the toxin or that of the trigger points
        strong = [c for c, value in enumerate(table[row]) if value >= binding.STRONG]
        if binding.APPLIES.search(scene.doc.text, body[row].start, body[row].end) and len(here) > 1:
            open_for = here  # a description of what holds for all, until one entry is spoken of
        elif alike and len(here) > 1 and set(here) <= alike:
            open_for = here
            for before in range(_with_preparation(scene, body, row, -1), row):
                out[before] = out[before] or here  # one numbing before needles on two sides
        elif strong:
            open_for = []
        out.append(here or open_for)
    return out


def _together(drafts: list[Draft]) -> list[list[Draft]]:
    """Entries that share one needle or one list stay together: lysis and the steroid after it, toxin on two sides."""
    lysis = any(d.family == "epidural-adhesiolysis" for d in drafts)
    groups: dict[str, list[Draft]] = {}
    for number, draft in enumerate(drafts):
        key = str(number)
        if lysis and (draft.family == "epidural-adhesiolysis" or draft.family in EPIDURAL):
            key = "lysis"
        elif draft.family in MUSCLE:
            key = f"{draft.family} {draft.dry}"
        groups.setdefault(key, []).append(draft)
    return list(groups.values())


def _by_group(table: list[list[float]], drafts: list[Draft], groups: list[list[Draft]]) -> list[list[float]]:
    places = [[next(i for i, d in enumerate(drafts) if d is member) for member in group] for group in groups]
    return [[max(row[i] for i in members) for members in places] for row in table]


def _open_silent(
    scene: Scene, body: list[Span], owner: list[int], spoken: list[bool], groups: list[list[Draft]]
) -> None:
    """An entry whose own words the body never repeats begins at the next new needle after the entry before it."""
    for column in range(1, len(groups)):
        if spoken[column] or not spoken[column - 1]:
            continue
        rows = [row for row, c in enumerate(owner) if c == column - 1]
        others = {d.site for c, group in enumerate(groups) if c != column for d in group}
        first = next((row for row in rows if scene.worked(body[row])), None)
        if first is None:
            continue
        for row in (r for r in rows if r > first):
            named = {m.value for m in scene.done(body[row], "site")} & others
            if scene.doc.within(body[row], "needle") and not named:
                start = _with_preparation(scene, body, row, first)
                for later in (r for r in rows if r >= start):
                    owner[later] = column
                spoken[column] = True
                break


def _with_preparation(scene: Scene, body: list[Span], row: int, before: int) -> int:
    """``row`` moved back over the position, the washing and the numbing before it; a bare remark among them too."""
    start = row
    place = row - 1
    while place > before:
        words = scene.doc.text[body[place].start : body[place].end]
        if binding.PREPARES.search(words):
            start = place
        elif scene.worked(body[place]) or scene.doc.within(body[place], "needle", "drug"):
            break
        place -= 1
    return start
