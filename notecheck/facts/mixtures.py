"""Mixtures: which part of what was drawn up went in, and how a ratio shares a volume between two drugs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notecheck.facts.amounts import number_of
from notecheck.records import Span

_N = (
    r"(\d+(?:\.\d+)?|\.\d+|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
    r"(?: and (?:a|one)[- ]half)?|one[- ]half|half an?)"
)
_VU = r"\s?-?(?:m[lL]'?s?|cc'?s?|millilit(?:er|re)s?)\b"
_MIX = r"(?:mixture|mix|solution|combination|cocktail|blend|injectate)"
_PART = re.compile(
    rf"{_N}{_VU} (?:of|from) (?:an?|the|this|that|our)\b"
    rf"(?: (?!\d|\S*(?:mg|%))[\w:/-]+| \d{{1,2}}:\d{{1,2}}| {_N}{_VU}){{0,4}}? {_MIX}\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    rf"(?:of|from) (?:an?|the|this|our) (?:total )?{_N}{_VU} (?:\w+ )?{_MIX}\b"
    rf"|{_MIX}[^.;]{{0,20}}\((?:total )?{_N}{_VU}"
    rf"|(?:total (?:volume )?(?:of |was |: ?)?|volume[: ]+){_N}{_VU}"
    rf"|{_N}{_VU} (?:in all|total|altogether)\b",
    re.IGNORECASE,
)
_DRAWN = re.compile(
    r"\b(?:drawn up|drawn into|drew up|prepared|made up|was made|were made|compounded"
    r"|mixed(?! (?:with|in|and|to)\b))\b|\b(?:mix(?:ture)?|injectate|solution|cocktail|syringe)(?: used)?\s?[:=]",
    re.IGNORECASE,
)
_OUT_OF = re.compile(
    rf"\b(?:from|out of|of) (?:an?|the|this|one|our) {_N}{_VU} (?:\w+ )?(?:syringe|volume|{_MIX})\b"
    rf".{{0,180}}?[,;:.\u2013-] ?{_N}{_VU} (?:of (?:it|this|that|which) )?(?:(?:was|were) )?(?:then |slowly )?"
    r"(?:given|injected|instilled|administered|delivered|placed|deposited|used|put|went)\b"
    rf"|(?<![\d.]){_N}(?:{_VU})? (?:out )?of (?:the |a |this |these )?{_N}{_VU}(?! of \d)(?! (?:\w+ )?{_MIX}\b)",
    re.IGNORECASE | re.DOTALL,
)
"""What went in of a whole: "from a 12 mL syringe of ..., 9 mL given", "9 of the 12 mL"."""
_SIDE = r"(?:left|right|lt|rt|(?-i:[LR]))"
_BOTH_SIDES = re.compile(
    rf"\b{_SIDE}\b(?: side)?[:,]? {_N}{_VU}(?:,| and|;)+ (?:the )?{_SIDE}\b(?: side)?[:,]? {_N}{_VU}"
    rf"|{_N}{_VU} (?:(?:in|into|on|to|at) )?(?:the )?{_SIDE}\b(?: side)?(?:,| and|;|,? then)+ {_N}{_VU}"
    rf" (?:(?:in|into|on|to|at) )?(?:the )?{_SIDE}\b",
    re.IGNORECASE,
)
"""A volume for each side: "left 2 mL, right 3 mL"."""
_GIVEN = re.compile(
    rf"{_N}{_VU}(?: (?:of|from) (?:this|it|that|which|the (?:same |resulting |above )?{_MIX}|(?:this|that) {_MIX}))?"
    r"(?! of (?!this|it|that|which|the )| \d| [a-z-]+(?:caine|lone|sone|line)\b)",
    re.IGNORECASE,
)
_WENT_IN = re.compile(
    r"\b(?:into|in each|at each|to each|per|inject|giv|plac|deposit|instill|administer|deliver|introduc|put)\w*",
    re.IGNORECASE,
)
_RATIO = re.compile(
    rf"\b(\d{{1,2}})\s?[:/]\s?(\d{{1,2}}) (?:\w+ )?{_MIX}\b"
    rf"|\b(one|two|three|four|five|nine)[ -]to[ -](one|two|three|four|five|nine) (?:\w+ )?{_MIX}\b"
    r"|\b(?:equal (?:parts|volumes|amounts)|half[- ](?:and[- ])?half)\b",
    re.IGNORECASE,
)
_SAME = 0.01
_EACH = re.compile(r"\b(?:each|every|per|apiece|bilaterally)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Mixture:
    """What one sentence says of a mixture: volumes in mL, ``taken`` the places of volumes that are no drug's own."""

    portion: float | None
    each: bool
    whole: float | None
    ratio: tuple[float, float] | None
    taken: tuple[Span, ...]
    used_up: bool = False  # drawn up for these places: without a volume of the whole, all of it went in

    def volumes(self, given: float | None) -> tuple[float, float] | None:
        """The volumes of two drugs mixed by a ratio, in mL, or None without ratio or volume."""
        if self.ratio is None or given is None:
            return None
        both = sum(self.ratio)
        return given * self.ratio[0] / both, given * self.ratio[1] / both

    def partial(self, parts: float | None) -> bool:
        """True when a portion is told that need not be all of the mixture; ``parts``: mL of its drugs together."""
        if self.portion is None:
            return False
        whole = self.whole if self.whole is not None else parts
        return self.each or (whole is not None and self.portion < whole - 0.01)

    def share(self, dose: float, parts: float | None, targets: int) -> float | None:
        """``dose`` of the whole mixture cut down to what went in; None where the volumes do not settle it."""
        whole = self.whole if self.whole is not None else parts
        if self.portion is None:
            return dose
        if self.each and self.whole is None and parts is not None and abs(self.portion - parts) <= _SAME:
            return dose * targets  # "at each level, 1.5 mL of a mixture of 1 mL of A and 0.5 mL of B"
        given = self.portion * (targets if self.each else 1)
        if whole is None:
            return None if self.each and not self.used_up else dose
        return dose * given / whole if given <= whole + 0.01 else None


def read(text: str, sentence: Span, later: Sequence[Span] = ()) -> Mixture | None:
    """The mixture that a sentence of ``text`` speaks of, or None; ``later``: sentences that may tell what of it went
    in."""
    words = text[sentence.start : sentence.end]
    part, ratio, whole = _PART.search(words), _RATIO.search(words), _WHOLE.search(words)
    used = _used(text, sentence, later)
    if (of := _parted(words, sentence.start)) is not None:
        return of
    if not part and not ratio and not used:
        return None
    taken = [Span(sentence.start + part.start(1), sentence.start + part.end(1))] if part else []
    total = None
    if whole:
        group = next(i for i in range(1, 5) if whole.group(i))
        total = number_of(whole.group(group))
        taken.append(Span(sentence.start + whole.start(group), sentence.start + whole.end(group)))
    parts = None
    if ratio:
        named = [number_of(g) for g in ratio.groups() if g]
        parts = (named[0], named[1]) if len(named) == 2 else (1.0, 1.0)
        taken.append(Span(sentence.start + ratio.start(), sentence.start + ratio.end()))
    portion, each = number_of(part.group(1)) if part else None, bool(_EACH.search(words))
    if used:
        total = total if total is not None else portion
        portion, each, place = used
        taken.append(place)
    return Mixture(portion, each, total, parts, tuple(taken), bool(used))


def _parted(words: str, start: int) -> Mixture | None:
    """The mixture of a sentence that says how much of the whole went in, or how much on each side."""
    if (out := _OUT_OF.search(words)) is not None:
        groups = [i for i in range(1, 5) if out.group(i)]
        first, second = groups[0], groups[-1]
        whole, portion = (first, second) if out.group(1) else (second, first)
        if number_of(out.group(portion)) > number_of(out.group(whole)):
            return None
        taken = tuple(Span(start + out.start(i), start + out.end(i)) for i in groups)
        each = bool(_EACH.search(words))
        return Mixture(number_of(out.group(portion)), each, number_of(out.group(whole)), None, taken)
    both, mixed = _BOTH_SIDES.search(words), re.search(rf"\b{_MIX}\b", words, re.IGNORECASE)
    whole_told = _WHOLE.search(words) or _MADE.search(words)
    if both is None or mixed is None or whole_told is None:
        return None
    groups = [i for i in range(1, 5) if both.group(i)]
    raw = next(g for g in whole_told.groups() if g)
    taken = (
        *(Span(start + both.start(i), start + both.end(i)) for i in groups),
        Span(start + whole_told.start(), start + whole_told.end()),
    )
    return Mixture(sum(number_of(both.group(i)) for i in groups), False, number_of(raw), None, taken)


_MADE = re.compile(
    rf"(?:\(|= ?|total )(?:of )?{_N}{_VU}(?: (?:made|in all|total|altogether|prepared))?\b", re.IGNORECASE,
)


def _used(text: str, sentence: Span, later: Sequence[Span]) -> tuple[float, bool, Span] | None:
    """What went in at each place of a mixture drawn up: mL, whether at each place, and where it is told."""
    drawn = _DRAWN.search(text, sentence.start, sentence.end)
    mixed = re.search(rf"\b{_MIX}\b", text[sentence.start : sentence.end], re.IGNORECASE)
    if not drawn or not mixed:
        return None
    for start, place in [(drawn.end(), sentence), *((s.start, s) for s in later)]:
        found = _GIVEN.search(text, start, place.end)
        rest = text[found.end() : place.end] if found else ""
        if found and _WENT_IN.search(text[start : place.end]) and _EACH.search(rest):
            return number_of(found.group(1)), True, Span(found.start(1), found.end(1))
    return None
