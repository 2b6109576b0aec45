"""Which body sentences belong to which entry of a note that tells several procedures."""

from __future__ import annotations

import re

from notecheck.facts.drafts import Draft
from notecheck.facts.families import EPIDURAL, MUSCLE, TARGETS
from notecheck.facts.scene import Scene
from notecheck.records import Span


def give_sentences(scene: Scene, drafts: list[Draft]) -> None:
    """Each entry gets the body sentences about it: all when alone, else from its first words to the next entry's."""
    body = list(scene.body)
    if len(drafts) == 1:
        drafts[0].sentences = body
        return
    anchors = {id(d): _anchor(scene, d, drafts, body) for d in drafts}
    for draft in drafts:
        draft.siblings = tuple(d.family for d in drafts if d is not draft)
    lysis = [d for d in drafts if d.family == "epidural-adhesiolysis" or d.family in EPIDURAL]
    if any(d.family == "epidural-adhesiolysis" for d in lysis) and len(lysis) > 1:
        shared = min((a for d in lysis if (a := anchors[id(d)]) is not None), default=None)
        anchors.update({id(d): shared for d in lysis})
    _fill_gaps(scene, drafts, anchors, body)
    opened = _with_preparation(scene, body, sorted({a for a in anchors.values() if a is not None}))
    cuts = sorted(opened.values())
    for draft in drafts:
        anchor = anchors[id(draft)]
        start = None if anchor is None else opened[anchor]
        if start is None:
            draft.sentences = body
            continue
        later = [c for c in cuts if c > start]
        draft.sentences = body[start : later[0] if later else len(body)]


_PREPARES = re.compile(
    r"\b(?:prone|supine|seated|decubitus|lateral position|positioned|prep(?:ped)?|drap(?:ed?|ing)"
    r"|aseptic|cleaned|cleansed|wiped"
    r"|chloraprep|chlorhexidine|betadine|wheals?"
    r"|(?:skin|local(?:ly)?|subcutaneous)\b[^.]{0,45}\b(?:an(?:a)?esth\w+|infiltrat\w+|numb\w*))"
    r"|\b(?:an(?:a)?esthetize|numb|infiltrate)\w* (?:the )?skin\b|\blocal an(?:a)?esthesia with\b",
    re.IGNORECASE,
)


def _with_preparation(scene: Scene, body: list[Span], cuts: list[int]) -> dict[int, int]:
    """Each cut moved back over the position, the washing and the numbing before it; a bare remark among them too."""
    opened: dict[int, int] = {}
    before = -1
    for cut in cuts:
        start = cut
        place = cut - 1
        while place > before:
            words = scene.doc.text[body[place].start : body[place].end]
            if _PREPARES.search(words):
                start = place
            elif scene.worked(body[place]) or scene.doc.within(body[place], "needle", "drug"):
                break
            place -= 1
        opened[cut] = start
        before = cut
    return opened


def _fill_gaps(scene: Scene, drafts: list[Draft], anchors: dict[int, int | None], body: list[Span]) -> None:
    """An entry whose own words the body never repeats begins at the next new needle after the entry before it."""
    before: int | None = None
    for draft in drafts:
        place = anchors[id(draft)]
        if place is None and before is not None:
            taken = {a for a in anchors.values() if a is not None}
            for index in range(before + 1, len(body)):
                if index in taken:
                    break
                named = {m.value for m in scene.done(body[index], "site")} & {d.site for d in drafts if d is not draft}
                if scene.doc.within(body[index], "needle") and not named:
                    anchors[id(draft)] = place = index
                    break
        before = place if place is not None else before


def _anchor(scene: Scene, draft: Draft, drafts: list[Draft], body: list[Span]) -> int | None:
    """Index of the first body sentence that can only be about this entry, the work told before it included."""
    rivals = [d for d in drafts if d is not draft]
    same = [d for d in rivals if d.family == draft.family]
    numbered = _numbered(scene, draft, body)
    if numbered is not None:
        return numbered
    if draft.proofs:
        return next((i for i, s in enumerate(body) if s.contains(draft.proofs[0].span)), None)
    for index, sentence in enumerate(body):
        if any(m.value == "not-treated" for m in scene.doc.within(sentence, "untreated")):
            continue
        if draft.sites and any(d.site != draft.site for d in rivals):
            if any(m.value == draft.site for m in scene.done(sentence, "site")) and _near_work(scene, body, index):
                return index
            continue
        if same and draft.levels:
            zone = draft.levels[0][0][0]
            zones = {m.text.strip()[:1].upper() for m in scene.doc.within(sentence, "level")}
            zones |= {m.value[0].upper() for m in scene.doc.within(sentence, "region")}
            if zone in zones and len(zones & set("CTL")) == 1:
                return index
            continue
        if same and draft.muscles:
            if any(m.value == draft.muscles[0].value for m in scene.done(sentence, "muscle")):
                return index
            continue
        wanted = TARGETS.get(draft.family, ())
        if any(m.value in wanted for m in scene.done(sentence, "target")):
            return index
        if any(m.value == draft.family for m in scene.done(sentence, "procedure")):
            return index
        if draft.family in MUSCLE and scene.done(sentence, "muscle") and scene.done(sentence, "action", "dose"):
            return index
    if draft.sites:
        for index, sentence in enumerate(body):
            if any(m.value == draft.site for m in scene.done(sentence, "site")):
                return index
    for draft_title in (t for t in draft.titles if body and t.start > body[0].start):
        after = [i for i, s in enumerate(body) if s.start > draft_title.end]
        others = [t.start for d in rivals for t in d.titles if t.start > draft_title.end]
        if after and (not others or body[after[0]].start < min(others)):
            return after[0]
    return None


def _near_work(scene: Scene, body: list[Span], index: int) -> bool:
    """True when this sentence or one of the next two tells of needle work or guidance."""
    return any(
        scene.worked(s) or scene.done(s, "guidance") or scene.doc.within(s, "needle") for s in body[index : index + 3]
    )


_NUMBER = re.compile(r"\s*(?:#\s?(\d)|P(\d)|(\d)[.):]|\(([a-d])\))")


def _numbered(scene: Scene, draft: Draft, body: list[Span]) -> int | None:
    """The body sentence that carries the same list number as the title item ("#2:", "2.")."""
    for title in draft.titles:
        match = _NUMBER.match(scene.doc.text[title.start : title.end])
        if not match:
            continue
        number = next(g for g in match.groups() if g)
        for index, sentence in enumerate(body):
            again = _NUMBER.match(scene.doc.text[sentence.start : sentence.start + 6])
            if again and number in again.groups() and sentence.start > title.end:
                return index
    return None
