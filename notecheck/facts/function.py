"""Limits of function the patient has now, and questionnaires of disability with their scores."""

from __future__ import annotations

import re

from notecheck.facts import cues
from notecheck.facts.clauses import clause_of, phrase_of, section_of, told_first
from notecheck.records import Annotated, Evidence, FunctionScale, Mention, Span

_SILENT_SECTIONS = {
    "consent", "instructions", "plan", "disposition", "description", "title", "family-history", "response",
    "complications", "codes", "preparation", "past-records", "time-out", "anesthesia", "past-history",
}  # fmt: skip
_CUES = cues.load("function")
_DENIED = _CUES["denied"]
_STILL_A_LIMIT = _CUES["still-a-limit"]
_RESOLVED = _CUES["resolved"]
_NOT_FUNCTION = _CUES["not-function"]
_SCORE = re.compile(
    r"(?<![\d/.])(\d{1,3}(?:\.\d+)?)(?![\d/]*/\d{2,4}\b(?<!/24)(?<!/50)(?<!/80)(?<!/100))(\s?(?:%|percent|/\s?\d{2,3}))?"
)
_MONTH = re.compile(r"^\s?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE)
_NOW = re.compile(r"\b(?:now|today|currently|current|is)\b[\s:=(]*$", re.IGNORECASE)
_NOW_AFTER = re.compile(r"^[\s,)]*(?:now|today|currently)\b", re.IGNORECASE)
_THEN = re.compile(
    r"^\s*(?:then|before|in (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|at baseline|initially)", re.IGNORECASE
)
_REACH = 80


def limitation(doc: Annotated) -> tuple[bool, tuple[Evidence, ...]]:
    """True when a present limit in activity, work, sleep or walking is stated, with the words that state it."""
    found = tuple(m for m in doc.of("function-limit") if _present(doc, m))
    return bool(found), tuple(m.evidence("functional_limitation", m.value) for m in found)


def _present(doc: Annotated, mention: Mention) -> bool:
    section = section_of(doc, mention)
    if section in _SILENT_SECTIONS and not (section == "description" and told_first(doc, mention)):
        return False
    clause = clause_of(doc, mention)
    head = doc.text[clause.start : mention.span.start]
    around = doc.text[clause.start : clause.end]
    if (
        _RESOLVED.search(around)
        or _NOT_FUNCTION.search(head)
        or _NOT_FUNCTION.search(doc.text[mention.span.start : min(mention.span.end + 25, clause.end)])
    ):
        return False
    phrase = phrase_of(doc, mention)
    denied = _DENIED.search(doc.text[phrase.start : mention.span.start])
    return not denied or bool(_STILL_A_LIMIT.match(mention.text))


def scales(doc: Annotated) -> tuple[tuple[FunctionScale, ...], tuple[Evidence, ...]]:
    """Questionnaires named in the note, each once, with the score of this encounter where it is given."""
    scores: dict[str, tuple[float | None, bool]] = {}
    evidence = []
    mentions = [m for m in doc.of("function-scale") if m.section not in ("consent", "codes", "past-records")]
    for mention in mentions:
        score, now = _score(doc, mention, mentions)
        if score is None and (section_of(doc, mention) in ("plan", "instructions") or _asked_for(doc, mention)):
            continue
        known, known_now = scores.get(mention.value, (None, False))
        if known is None or (now and not known_now):
            scores[mention.value] = (score, now)
        evidence.append(
            mention.evidence("function_scales", f"{mention.value} {score:g}" if score is not None else mention.value)
        )
    return tuple(FunctionScale(scale, score) for scale, (score, _) in scores.items()), tuple(evidence)


def _asked_for(doc: Annotated, mention: Mention) -> bool:
    clause = clause_of(doc, mention)
    head = doc.text[clause.start : mention.span.start]
    return bool(re.search(r"\b(?:will|to be|next|repeat|no|not|bring|complete)\b[^.;]{0,25}$", head, re.IGNORECASE))


def _score(doc: Annotated, mention: Mention, mentions: list[Mention]) -> tuple[float | None, bool]:
    """The present score, and whether it is marked as such.

    The one marked now or today, else the last of "from 42 to 20", else the first number.
    """
    sentence = doc.sentence_of(mention)
    end = min(
        [sentence.end, mention.span.end + _REACH, *(m.span.start for m in mentions if m.span.start > mention.span.end)]
    )
    ratings = [m.span for m in doc.within(Span(mention.span.end, max(mention.span.end, end)), "pain-score")]
    end = min([end, *(r.start for r in ratings)])
    tail = doc.text[mention.span.end : end]
    numbers = [
        m
        for m in _SCORE.finditer(tail)
        if not _MONTH.match(tail[m.end(1) :]) and not re.match(r"\s?/\d{1,2}/", tail[m.end(1) :])
    ]
    numbers = [
        m for m in numbers if not re.match(r"\s?(?:weeks?|months?|days?|years?|minutes?|mg|blocks?)\b", tail[m.end() :])
    ]
    dated = re.compile(
        r"(?:jan\w*|feb\w*|mar\w*|apr\w*|may|june?|july?|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*)\.? $", re.IGNORECASE
    )
    numbers = [m for m in numbers if not dated.search(tail[: m.start()])] or [m for m in numbers if m.group(2)]
    best: float | None = None
    now = False
    if numbers:
        current = [m for m in numbers if _NOW.search(tail[: m.start()]) or _NOW_AFTER.match(tail[m.end() :])]
        moved = re.search(r"(\d+(?:\.\d+)?)\s?%?\s?(?:to|->|\u2192)\s?(\d+(?:\.\d+)?)", tail)
        if current:
            best, now = float(current[-1].group(1)), True
        elif moved and len(numbers) > 1:
            best = float(moved.group(2))
        else:
            best = float(next((m for m in numbers if not _THEN.match(tail[m.end() :])), numbers[0]).group(1))
    if mention.sentence + 1 < len(doc.sentences):
        after = doc.sentences[mention.sentence + 1]
        later = re.match(
            r"\s*(?:it|the score|that) is now (?:back (?:to|at) )?(\d+(?:\.\d+)?)",
            doc.text[after.start : after.end],
            re.IGNORECASE,
        )
        if later:
            best, now = float(later.group(1)), True
    return best, now
