"""Sentences that tell two procedures, each with its own place and amount, cut between them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from notecheck.facts import binding
from notecheck.facts.drafts import Draft
from notecheck.facts.families import SPINAL
from notecheck.facts.scene import Scene
from notecheck.records import Span

_SEAM = re.compile(
    r";\s*|, (?=(?:palpation|ultrasound|fluoro\w*|c-?arm|ct|us|by|none|nothing)\b)|,? (?:and|then|followed by"
    r"|while|whereas|plus)(?: then| also)? (?=(?:at|in|into|to|the|an?|on|by|under"
    r"|after|with|around|half|i|we|l|r|lt|rt"
    r"|left|right|\d)\b)|, (?=(?:left|right|lt|rt|then)\b)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween\b(?:(?!\band\b)[^,;.]){0,50}$", re.IGNORECASE)
"""The first half of "between the sacrum and the trochanter": one place, no seam."""
_OF_BOTH = ("guidance", "needle", "sterile")
_OF_ONE = ("site", "target", "muscle", "level", "side", "drug", "procedure")
_AMOUNTS = ("dose", "needle", "drug", "guidance", "contrast")


@dataclass(slots=True)
class Rows:
    """The rows of a telling; for a later part of a sentence its opening words that hold for all of it ("Under
    ultrasound with a 25 gauge needle ..."); and the entries that parts and numbers ("for #2") speak for."""

    rows: list[Span] = field(default_factory=list)
    openings: dict[Span, Span] = field(default_factory=dict)
    about: dict[Span, int] = field(default_factory=dict)


def cut(scene: Scene, drafts: Sequence[Draft], body: Sequence[Span]) -> Rows:
    """The rows of ``body``, those that tell of two entries in two rows."""
    done = Rows()
    rows, openings = done.rows, done.openings
    for sentence in body:
        start = sentence.start
        for seam in _SEAM.finditer(scene.doc.text, sentence.start, sentence.end):
            left, right = Span(start, seam.start()), Span(seam.end(), sentence.end)
            if _BETWEEN.search(scene.doc.text, left.start, left.end):
                continue
            if _apart(scene, drafts, left, right):
                rows.append(left)
                start = seam.end()
                for piece in (left, right):
                    if (column := binding.leaning(scene, drafts, piece)) is not None:
                        done.about[piece] = column
        last = Span(start, sentence.end)
        if start > sentence.start:
            pieces = [*[row for row in rows if sentence.contains(row)][1:], last]
            if opening := _opening(scene, sentence):
                openings.update(dict.fromkeys(pieces, opening))
        rows.append(last)
        if (column := _referred(scene, drafts, last)) is not None:
            done.about[last] = column
    return done


_REFERENCE = re.compile(
    r"\b(?:for|at|in|to|with) (?:procedures? |injections? |sites? |nos?\.? ?)?#\s?(\d)\b"
    r"|^\W*(?:for|with|at|regarding|as (?:for|to)) (?:the )?"
    r"(?:procedure|injection|part|site|block|target|item|number|no\.?)?"
    r" ?\(?(?-i:([A-H])|(I{1,3}|IV|VI?))\)?(?=[,:]| (?:he|she|the patient|we|i|the) )"
    r"|^\W*(?:for|with|at) (?:the )?(?:(?:procedure|injection|part|site|block|target|item|number)\s)"
    r"(\d|[a-h]|one|two|three|four|five)(?=[,:]| (?:he|she|the patient|we|i|the) )"
    r"|^\W*(?:(?:for|with|at|as for) )?the (first|second|third|fourth|fifth)"
    r"(?: (?:procedure|injection|block|one|part|item|site|target))?"
    r"(?=[,:]| (?:he|she|the patient|we|i) |,? (?:was|which was) (?:done|performed|carried out|given))",
    re.IGNORECASE,
)
"""Words that point to an entry of the list above: "for #2", "For A, he lay ...", "For the second procedure, ..."."""


def _referred(scene: Scene, drafts: Sequence[Draft], row: Span) -> int | None:
    """The entry of the number that a row names ("Palpation for #2")."""
    words = scene.doc.text[row.start : row.end]
    named = {next(g for g in match.groups() if g) for match in _REFERENCE.finditer(words)}
    places = {binding.place_of(label) for label in named} - {None}
    listed = [{binding.place_of(label) for label in binding.numbers(scene, draft)} for draft in drafts]
    if not any(listed) and all(draft.titles for draft in drafts):
        listed = [{place} for place in range(1, len(drafts) + 1)]  # a list without numbers is counted
    found = [c for c, own in enumerate(listed) if own & places]
    return found[0] if len(found) == 1 else None


def _apart(scene: Scene, drafts: Sequence[Draft], left: Span, right: Span) -> bool:
    if not all(
        scene.doc.within(part, *_AMOUNTS) or any(part.contains(u.place) for u in scene.shares) for part in (left, right)
    ):
        return False
    one, other = binding.strong(scene, drafts, left), binding.strong(scene, drafts, right)
    families = {drafts[place].family for place in one | other}
    given = scene.doc.within(left, "drug") and scene.doc.within(right, "drug")
    if len(families) == 1 and families <= set(SPINAL) and not given:
        return False  # two needles of one injection: what is told next holds for both places
    if len(one) == 1 and other and not one & other:
        return True
    if one and other:
        return False
    first, second = binding.leaning(scene, drafts, left), binding.leaning(scene, drafts, right)
    return first is not None and second is not None and first != second


def _opening(scene: Scene, sentence: Span) -> Span | None:
    own = scene.doc.within(sentence, *_OF_ONE)
    opening = Span(sentence.start, own[0].span.start) if own else None
    return opening if opening is not None and scene.doc.within(opening, *_OF_BOTH) else None
