"""What became of each treatment: which words of result speak of which treatments.

A phrase that stands before ("no relief from ...") speaks of the treatments that follow it, one that stands behind
("... without relief") of the whole list before it; "ongoing" and "stopped, nausea" speak of the nearest one only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from notecheck.facts import cues
from notecheck.facts.care_used import Used
from notecheck.facts.clauses import clauses
from notecheck.facts.quantities import in_weeks, number, unit_of
from notecheck.records import Annotated, Mention, Span

_NEAR_ONLY = {"ongoing", "not-tolerated", "contraindicated"}
_EITHER = {"failed", "ongoing"}
_INJECTIONS = {"prior-injection", "listed-injection", "prior-block", "past-shot"}
_REACH_BACK = 3
_HALF = 50
_LASTING = 8  # weeks of help that are called help without "only"
_CUES = cues.load("care_outcomes")
_PRONOUN = _CUES["pronoun"]
_THING = _CUES["thing"]
_CONDITION = _CUES["condition"]
_ANSWER = _CUES["answer"]
_DIRECT = _CUES["direct"]
_PAIR = re.compile(r"^\s*(?:and|&|\+)\s*$", re.IGNORECASE)
_CHAIN = re.compile(r"^[^,;.]{0,30}?(?:\band\b|&|\+|/)\s*(?:the |his |her |an? )?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Result:
    """An outcome slug and the words that say it; ``fixed`` when it cannot be overruled by a later list-wide phrase."""

    outcome: str
    words: Span
    fixed: bool = False


def assign(doc: Annotated, used: tuple[Used, ...]) -> dict[Span, Result]:
    """For each treatment with a stated result (by its place in the text), that result."""
    reader = _Reader(doc, used)
    for index in range(len(doc.sentences)):
        reader.sentence(index)
    return reader.results


def _split(value: str) -> tuple[str, str]:
    if value == "all-failed":
        return "failed", "all"
    for side in ("before", "after"):
        if value.endswith("-" + side):
            return value[: -len(side) - 1], side
    return value, ""


def _slug(event: Mention) -> str:
    """The outcome a phrase says; a percentage of relief helped when it is half or more."""
    outcome, _ = _split(event.value)
    if outcome == "lasted":
        count = number(event.groups.get("count") or event.groups.get("count2") or "") or 2.0
        weeks = in_weeks(count, unit_of(event.groups.get("span") or event.groups.get("span2") or "") or "") or 0.0
        return "helped" if weeks >= _LASTING else "partial"
    if outcome != "rated":
        return outcome
    rate = float(event.groups.get("rate") or event.groups.get("rate2") or 0)
    return "helped" if rate >= _HALF else "partial" if rate > 0 else "failed"


class _Reader:
    """Walks through the sentences and keeps what has been said of each treatment."""

    def __init__(self, doc: Annotated, used: tuple[Used, ...]) -> None:
        self.doc = doc
        self.results: dict[Span, Result] = {}
        self._by_sentence: dict[int, list[Mention]] = {}
        for item in used:
            self._by_sentence.setdefault(item.mention.sentence, []).append(item.mention)
        self._outcomes: dict[int, list[Mention]] = {}
        for outcome in doc.of("outcome"):
            head = doc.text[max(0, outcome.span.start - 24) : outcome.span.start]
            inside = any(m.span.contains(outcome.span) for m in self._by_sentence.get(outcome.sentence, ()))
            ahead = outcome.section in ("plan", "instructions") and outcome.value != "ongoing"
            if not (_CONDITION.search(head) or inside or ahead):
                self._outcomes.setdefault(outcome.sentence, []).append(outcome)
        self._header: Mention | None = None

    def sentence(self, number: int) -> None:
        """Reads one sentence."""
        treatments = self._by_sentence.get(number, [])
        outcomes = self._outcomes.get(number, [])
        span = self.doc.sentences[number]
        if not treatments:
            if outcomes and not (self._opens_list(outcomes, span) and self._keep_header(outcomes)):
                self._speak_of_earlier(number, outcomes)
            elif not outcomes and self.doc.text[span.start : span.end].strip():
                self._header = None
            return
        parts = clauses(self.doc.text, span)
        lasting = self._header
        seen: list[Mention] = []
        for part in parts:
            inner_t = [m for m in treatments if part.start <= m.span.start < part.end]
            inner_o = [m for m in outcomes if part.start <= m.span.start < part.end]
            lasting = self._clause(part, inner_t, inner_o, seen, lasting)
            seen.extend(inner_t)

    def _opens_list(self, outcomes: list[Mention], span: Span) -> bool:
        return self.doc.text[outcomes[-1].span.end : span.end].strip() in (":", "") and self.doc.text[
            span.start : span.end
        ].rstrip().endswith(":")

    def _keep_header(self, outcomes: list[Mention]) -> bool:
        self._header = outcomes[-1]
        return True

    def _clause(
        self,
        part: Span,
        treatments: list[Mention],
        outcomes: list[Mention],
        seen: list[Mention],
        lasting: Mention | None,
    ) -> Mention | None:
        text = self.doc.text
        pending: Mention | None = None
        behind: list[Mention] = []
        for event in sorted([*treatments, *outcomes], key=lambda m: m.span):
            if event.kind != "outcome":
                if pending is not None:
                    self._set(event, _slug(pending), pending, fixed=False)
                elif lasting is not None:
                    self._set(event, _slug(lasting), lasting, fixed=False)
                behind.append(event)
                continue
            outcome, side = _slug(event), _split(event.value)[1]
            if re.match(r"\s*:", text[event.span.end : part.end]) and not behind and not seen:
                lasting, pending = event, None
                continue
            if side == "all" or (side != "before" and _ANSWER.search(text[part.start : event.span.start])):
                self._all(event, [*seen, *behind], event.sentence, outcome)
                pending = None
                continue
            if not side:
                side = self._direction(event, treatments, behind, part)
            if side == "before":
                pending = event if outcome != "ongoing" or self._next_is_near(event, treatments, part) else None
                continue
            pending = None
            self._behind(event, outcome, behind or ([seen[-1]] if seen and self._leads(event, part) else []))
        return lasting

    def _leads(self, event: Mention, part: Span) -> bool:
        return len(self.doc.text[part.start : event.span.start].strip(" -,:(")) < 14

    def _next_is_near(self, event: Mention, treatments: list[Mention], part: Span) -> bool:
        following = [m for m in treatments if m.span.start >= event.span.end]
        return bool(following) and following[0].span.start - event.span.end < 60

    def _direction(self, event: Mention, treatments: list[Mention], behind: list[Mention], part: Span) -> str:
        following = [m for m in treatments if m.span.start >= event.span.end]
        open_behind = [m for m in behind if m.span not in self.results]
        if not following:
            return "after"
        if not behind:
            return "before"
        gap = self.doc.text[event.span.end : following[0].span.start]
        lead = self.doc.text[part.start : event.span.start].rstrip()
        introduced = re.search(
            r"(?:[,;(:]|\b(?:and|has|have|had|he|she|they|patient|but|then|who|also|lady|man|woman))$",
            lead,
            re.IGNORECASE,
        )
        if _DIRECT.match(gap) and (introduced or not open_behind):
            return "before"
        return "after"

    def _behind(self, event: Mention, outcome: str, behind: list[Mention]) -> None:
        if not behind:
            return
        nearest = behind[-1]
        text = self.doc.text
        in_brackets = text.rfind("(", nearest.span.end, event.span.start) > text.rfind(
            ")", nearest.span.end, event.span.start
        )
        own_rate = event.value.startswith("rated") and nearest.value in _INJECTIONS
        if outcome in _NEAR_ONLY or in_brackets or own_rate or event.value.startswith("lasted"):
            targets = [nearest]
            if not in_brackets:
                for first, second in zip(reversed(behind[:-1]), reversed(behind[1:]), strict=True):
                    if not (_CHAIN if outcome == "ongoing" else _PAIR).match(text[first.span.end : second.span.start]):
                        break
                    targets.append(first)
        else:
            targets = behind
        for target in targets:
            if in_brackets or outcome in _NEAR_ONLY or target is nearest or self._open(target):
                if self._goes_on(target, behind):
                    continue
                self._set(target, outcome, event, fixed=True)

    def _goes_on(self, target: Mention, behind: list[Mention]) -> bool:
        """ "In PT twice weekly, gabapentin not enough": the first is going on, and only the second is judged."""
        known = self.results.get(target.span)
        if known is None or known.outcome != "ongoing" or target is behind[-1]:
            return False
        gap = self.doc.text[target.span.end : behind[behind.index(target) + 1].span.start]
        return not re.search(r"\band\b|&|\+|\bor\b|\bwith\b", gap)

    def _open(self, target: Mention) -> bool:
        known = self.results.get(target.span)
        return known is None or (known.outcome == "ongoing" and not known.fixed)

    def _all(self, event: Mention, in_sentence: list[Mention], number: int, outcome: str = "failed") -> None:
        targets = [m for m in in_sentence if self._open(m)]
        if outcome != "failed" or _ANSWER.search(self.doc.text[max(0, event.span.start - 16) : event.span.start]):
            targets += [m for m in self._before(number) if self._open(m)]
        if not in_sentence:
            targets = [m for m in self._before(number) if m.span not in self.results]
        for target in targets:
            self._set(target, outcome, event, fixed=True)

    def _before(self, number: int) -> list[Mention]:
        """Treatments of the few sentences before, as long as they belong together."""
        found: list[Mention] = []
        for back in range(number - 1, max(-1, number - 1 - _REACH_BACK), -1):
            found.extend(self._by_sentence.get(back, ()))
        first = self.doc.sentences[max(0, number - _REACH_BACK)].start
        line = self.doc.text.rfind("\n", 0, self.doc.sentences[number].start) + 1
        found += [m for at, ms in self._by_sentence.items() if at < number for m in ms if line <= m.span.start < first]
        return sorted(found, key=lambda m: m.span)

    def _speak_of_earlier(self, number: int, outcomes: list[Mention]) -> None:
        span = self.doc.sentences[number]
        for event in outcomes:
            outcome, side = _slug(event), _split(event.value)[1]
            if side == "all":
                self._all(event, [], number)
            elif side != "before" and outcome in ("failed", "partial", "helped"):
                said = self.doc.text[span.start : span.end]
                if not _PRONOUN.match(said) or (outcome != "failed" and not _THING.match(said)):
                    continue
                reach = 1 if outcome != "failed" else _REACH_BACK
                ticked = "[x]" in self.doc.text[max(0, span.start - 200) : span.start].lower()
                earlier = [
                    m for m in self._before(number) if (number - m.sentence <= reach or ticked) and self._open(m)
                ]
                for target in earlier:
                    self._set(target, outcome, event, fixed=True)

    def _set(self, target: Mention, outcome: str, words: Mention, *, fixed: bool) -> None:
        known = self.results.get(target.span)
        if known is not None and known.fixed and not (known.outcome == "ongoing" and fixed and outcome != "ongoing"):
            return
        self.results[target.span] = Result(outcome, words.span, fixed)
