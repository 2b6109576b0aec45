"""Pain ratings of this encounter: what was rated, out of how much, and when. Relief is next door, in relief.py."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

from notecheck.facts import cues, quantities
from notecheck.facts.clauses import section_of
from notecheck.facts.relief import find as relief
from notecheck.records import Annotated, Evidence, Mention, PainScore, Span

__all__ = ["relief", "scores"]

FIELD = "pain_scores"
_ORDER = ("pre", "post", "worst", "best", "average", "baseline", "varying", "past", "current")
_OWN_WORD = ("average", "worst", "best", "baseline")
_SHARED = ("pre", "post")
_BEFORE_GROUPS = ("pre", "pre2", "pre3", "pre4", "pre5", "pre6", "pre7")
_AFTER_GROUPS = ("post", "post2", "post3", "post4", "post5", "post6", "post7")
_NEXT = 18
_LOW = ("low", *(f"low{n}" for n in range(2, 12)), "mm", "of100", "out100")
_HIGH = ("high", "high2", "high3", "high4")
_TABLE = 240  # characters back to the head of a small table
_LINES_UP = 3
_ASIDE = 60
_CUES = cues.load("pain")
_HEADLINE = _CUES["headline"]
_BREAK = re.compile(r",(?!\d)|;|\.\s|\s\|\s|\bthen\b|[ \t]{2,}|\n")
_OTHER_RATING = _CUES["other-rating"]
_DATE_LEAD = _CUES["date-lead"]
_PAIN_WORD = _CUES["pain-word"]
_EARLIER_PROCEDURE = _CUES["earlier-procedure"]
_DONE = _CUES["done"]
_PROVOKED_DISC = _CUES["provoked-disc"]
_UNDER = _CUES["under"]
_DURING = _CUES["during"]
_DONE_BESIDE = _CUES["done-beside"]
_COMPARED = _CUES["compared"]
_OTHER_PLACE = _CUES["other-place"]
_VISIT_SECTIONS = {"history", "assessment", "past-history", "social-history"}
_SILENT_SECTIONS = {"plan", "instructions", "consent", "codes", "family-history", "review-of-systems", "past-records"}


@dataclass(frozen=True, slots=True)
class _Rating:
    mention: Mention
    low: float
    high: float | None
    top: int

    @property
    def values(self) -> tuple[float, ...]:
        return (self.low,) if self.high is None or self.high == self.low else (self.low, self.high)


def scores(doc: Annotated) -> tuple[tuple[PainScore, ...], tuple[Evidence, ...]]:
    """Ratings of pain in text order, each with its timing; ratings around an earlier procedure are left to relief."""
    found: list[tuple[PainScore, Mention]] = []
    ratings = [r for m in doc.of("pain-score") if m.value != "change" and (r := _rating(doc, m))]
    for mention in doc.of("pain-score"):
        if mention.value == "change":
            found.extend((score, mention) for score in _change(doc, mention))
            continue
        rating = next((r for r in ratings if r.mention is mention), None)
        if rating is None:
            continue
        for timing in _timings(doc, rating, ratings):
            found.extend((PainScore(value, rating.top, timing), mention) for value in rating.values)
    before = {(score.score, score.max) for score, _ in found if score.timing == "pre"}
    kept = [(s, m) for s, m in found if s.timing != "current" or (s.score, s.max) not in before]
    unique = list({(s.score, s.max, s.timing, m.sentence, m.span.start): (s, m) for s, m in kept}.values())
    return (
        tuple(score for score, _ in unique),
        tuple(mention.evidence(FIELD, f"{score.score:g}/{score.max} {score.timing}") for score, mention in unique),
    )


def _rating(doc: Annotated, mention: Mention) -> _Rating | None:
    """The numbers of one rating, or None where it is a date, a strength, a goal or a rating of something else."""
    groups = mention.groups
    low = quantities.number(next((groups[k] for k in _LOW if groups.get(k)), ""))
    high = quantities.number(next((groups[k] for k in _HIGH if groups.get(k)), "")) if len(groups) > 1 else None
    if low is None or (section_of(doc, mention) in _SILENT_SECTIONS and not _told_after(doc, mention)):
        return None
    top = 100 if mention.value == "hundred" or groups.get("max") == "100" else 10
    if low > top or (high is not None and (high > top or high <= low)):
        return None
    phrase = _phrase(doc, mention)
    head = doc.text[phrase.start : mention.span.start]
    if _OTHER_RATING.search(doc.text[phrase.start : min(phrase.end, mention.span.end + 30)]):
        return None
    if mention.value == "rating" and "/" in mention.text and _DATE_LEAD.search(head) and not _PAIN_WORD.search(head):
        return None
    if mention.value == "labelled":
        line = doc.text[doc.text.rfind("\n", 0, mention.span.start) + 1 : mention.span.start]
        if "|" in mention.text:
            line = doc.text[max(0, mention.span.start - _TABLE) : mention.span.start]
        if not re.search(r"\b(?:pain|nrs|vas|score)", line, re.IGNORECASE):
            return None
    if mention.value == "bare":
        sentence = doc.sentence_of(mention)
        others = [m for m in doc.within(sentence, "pain-score") if m.value != "bare"]
        if not others and not re.search(r"NRS|VAS|NPRS|numeric|pain scale", doc.text[sentence.start : sentence.end]):
            return None
    sentence = doc.sentence_of(mention)
    lead = doc.text[sentence.start : mention.span.start]
    if re.search(r"(?:#1|\b(?:first|test) (?:\w+ ){0,2}(?:block|injection|mbb))\b[^.]{0,80}$", lead, re.IGNORECASE):
        return None
    return _Rating(mention, low, high, top)


def _told_after(doc: Annotated, mention: Mention) -> bool:
    """True for a rating after the procedure that stands under a plan heading because no other heading followed."""
    sentence = doc.sentence_of(mention)
    post = any(m.value == "post" for m in doc.within(sentence, "pain-timing"))
    return section_of(doc, mention) == "plan" and post and bool(_DONE.search(doc.text[sentence.start : sentence.end]))


def _change(doc: Annotated, mention: Mention) -> list[PainScore]:
    """ "6 -> 2" after this procedure gives a pre and a post rating; after an earlier one, or with therapy, none."""
    groups = mention.groups
    first = quantities.number(next((groups[k] for k in _BEFORE_GROUPS if k in groups), ""))
    last = quantities.number(next((groups[k] for k in _AFTER_GROUPS if k in groups), ""))
    if first is None or last is None or section_of(doc, mention) in _SILENT_SECTIONS:
        return []
    sentence = doc.sentence_of(mention)
    around = doc.text[sentence.start : sentence.end]
    top = 100 if "pre5" in groups else 10
    if "pre7" in groups:
        return [PainScore(first, top, "pre"), PainScore(last, top, "post")]
    if last > first and "pre4" in groups and not mention.text.lower().startswith("from"):
        # "seven to eight out of ten" is no change but a range
        whole = _Rating(mention, first, last, top)
        return [PainScore(value, top, timing) for timing in _timings(doc, whole, [whole]) for value in whole.values]
    if last > first:
        return [PainScore(first, top, "unspecified"), PainScore(last, top, "unspecified")]
    earlier = _EARLIER_PROCEDURE.search(doc.text[max(sentence.start, mention.span.start - 160) : mention.span.start])
    if earlier or doc.within(sentence, "care"):
        return []
    timed = any(m.value == "post" for m in doc.within(sentence, "pain-timing"))
    arrow = re.search(r"-+>|=+>|\u2192|>>", mention.text)
    told = _after_technique(doc, mention)
    if timed or told or _DONE.search(around) or (arrow and section_of(doc, mention) not in _VISIT_SECTIONS):
        return [PainScore(first, top, "pre"), PainScore(last, top, "post")]
    return []


def _phrase(doc: Annotated, mention: Mention) -> Span:
    """The words around a rating up to the next comma, semicolon or rating."""
    sentence = doc.sentence_of(mention)
    start, end = sentence.start, sentence.end
    for match in _BREAK.finditer(doc.text, sentence.start, sentence.end):
        if match.end() <= mention.span.start:
            start = match.end()
        elif match.start() >= mention.span.end:
            end = match.start()
            break
    for other in doc.within(sentence, "pain-score"):
        if start < other.span.end <= mention.span.start:
            start = _border(doc, other.span.end, mention.span.start)
        elif mention.span.end <= other.span.start < end:
            end = _border(doc, mention.span.end, other.span.start, other.span.start)
    return Span(start, max(end, mention.span.end))


def _border(doc: Annotated, start: int, end: int, otherwise: int | None = None) -> int:
    """Between two ratings: the last "and" right before the second, else the end of the first (or ``otherwise``)."""
    joints = [
        m.start() + start
        for m in re.finditer(r"\band\b|&", doc.text[start:end], re.IGNORECASE)
        if end - start - m.start() < _NEXT
    ]
    return joints[-1] if joints else start if otherwise is None else otherwise


def _timings(doc: Annotated, rating: _Rating, ratings: list[_Rating]) -> tuple[str, ...]:
    """When the rating was taken: by its own words, else by those it shares with its neighbours, else by its place."""
    mention = rating.mention
    sentence = doc.sentence_of(mention)
    if _PROVOKED_DISC.search(doc.text[sentence.start : sentence.end]):
        return ("unspecified",)
    own = _own(doc, mention)
    if _taken_before(doc, rating, ratings):
        return ("pre",)
    if any(_taken_before(doc, r, [rating]) for r in ratings):
        return ("post",)
    strong = tuple(t for t in own if t in _SHARED)
    if strong:
        return (strong[0],)
    word = next((w for w in _OWN_WORD if w in own), None)
    if word:
        return (
            tuple(t for t in own if t in (*_OWN_WORD, "current"))[:2]
            if len(own) > 1 and _joined(doc, mention)
            else (word,)
        )
    if "varying" in own or "past" in own:
        return ("unspecified",)
    if "current" in own and section_of(doc, mention) not in ("response", "disposition"):
        return ("post",) if _told_at_the_end(doc, mention) else ("current",)
    shared = _shared(doc, rating, ratings) or _of_both_places(doc, mention, ratings)
    if shared:
        return (shared,)
    if _ranging(doc, mention) or (not own and _provoked(doc, rating, ratings)):
        return ("unspecified",)
    return (_by_place(doc, mention),)


def _own(doc: Annotated, mention: Mention) -> tuple[str, ...]:
    """Timing words in the rating's own phrase, or inside the rating itself, strongest first."""
    phrase = _phrase(doc, mention)
    cues = [m.value for m in doc.of("pain-timing") if phrase.contains(m.span) or (mention.span.contains(m.span))]
    if not cues and (apart := _set_apart(doc, mention, phrase) or _added(doc, phrase)):
        cues = [apart]
    if mention.value == "bare":
        found = re.search(
            r"average|avg|usual|typical|most days|worst|highest|best|least|lowest|baseline", mention.text, re.IGNORECASE
        )
        names = {"wor": "worst", "hig": "worst", "bes": "best", "lea": "best", "low": "best", "bas": "baseline"}
        return (names.get(found.group()[:3].lower(), "average"),) if found else ("average",)
    after_colon = doc.text.rfind(":", phrase.start, mention.span.start)
    if after_colon > 0 and not cues:
        cues = [m.value for m in doc.within(Span(phrase.start, after_colon), "pain-timing")]
    return tuple(sorted(dict.fromkeys(cues), key=_ORDER.index))


def _set_apart(doc: Annotated, mention: Mention, phrase: Span) -> str | None:
    """The timing before an aside between commas: "at its worst, after a trip to the shops, 9 out of 10"."""
    text = doc.text
    aside = text.rfind(",", 0, max(phrase.start - 1, 0))
    sentence = doc.sentence_of(mention)
    before = text[max(sentence.start, phrase.start - 2) : phrase.start]
    if aside < sentence.start or "," not in before or phrase.start - aside > _ASIDE:
        return None
    earlier = [m.span.end for m in doc.within(Span(sentence.start, mention.span.start), "pain-score")]
    begin = max([sentence.start, *earlier])
    if begin > aside:
        return None
    named = [m for m in doc.within(Span(begin, aside), "pain-timing") if m.value in _OWN_WORD and m.span.end == aside]
    parted = not earlier or (bool(named) and re.search(r"[,;]|\band\b", text[begin : named[-1].span.start]))
    return named[-1].value if named and parted else None


def _added(doc: Annotated, phrase: Span) -> str | None:
    """The timing that stands alone behind the comma of a rating: "right 5/10, average."."""
    comma = _BREAK.match(doc.text, phrase.end)
    start = comma.end() if comma and comma.group() == "," else None
    if start is None:
        return None
    behind = next((m for m in doc.of("pain-timing") if start <= m.span.start <= start + 1), None)
    alone = behind is not None and re.match(r"\s*(?:[.;)|\n]|$)", doc.text[behind.span.end :])
    return behind.value if behind is not None and alone else None


def _of_both_places(doc: Annotated, mention: Mention, ratings: list[_Rating]) -> str | None:
    """The timing behind the last of ratings of two places: "left 8/10, right 5/10 at worst"."""
    later = [r for r in ratings if r.mention.sentence == mention.sentence and r.mention.span.start > mention.span.end]
    if not later or not _OTHER_PLACE.fullmatch(doc.text[mention.span.end : later[0].mention.span.start]):
        return None
    phrase = _phrase(doc, later[0].mention)
    after = [m.value for m in doc.within(Span(later[0].mention.span.end, phrase.end), "pain-timing")]
    return next((v for v in after if v in _OWN_WORD), None) or (_added(doc, phrase) if not after else None)


def _taken_before(doc: Annotated, rating: _Rating, ratings: list[_Rating]) -> bool:
    """True for what a rating after the procedure is compared with: "2/10, down from 7/10", "having been 7/10"."""
    mention = rating.mention
    sentence = doc.sentence_of(mention)
    if any(m.value == "current" for m in doc.within(Span(sentence.start, mention.span.start), "pain-timing")):
        return False
    same = [r for r in ratings if r.mention.sentence == mention.sentence and r.mention.span.end <= mention.span.start]
    return (
        bool(same)
        and same[-1].low < rating.low
        and bool(_COMPARED.search(doc.text, same[-1].mention.span.end, mention.span.start))
        and not _EARLIER_PROCEDURE.search(doc.text, sentence.start, mention.span.start)
        and _after_technique(doc, mention)
    )


def _joined(doc: Annotated, mention: Mention) -> bool:
    """True for "5/10 as usual and today": one rating, two timings."""
    phrase = _phrase(doc, mention)
    cues = [m for m in doc.within(phrase, "pain-timing") if m.value in (*_OWN_WORD, "current")]
    return any(
        re.fullmatch(r"\s*(?:and|/|&)\s*(?:her |his |the )?", doc.text[a.span.end : b.span.start], re.IGNORECASE)
        for a, b in itertools.pairwise(cues)
    )


def _shared(doc: Annotated, rating: _Rating, ratings: list[_Rating]) -> str | None:
    """A pre or post cue that stands before a list of ratings, or behind the last of it."""
    mention = rating.mention
    sentence = doc.sentence_of(mention)
    cues = [m for m in doc.within(sentence, "pain-timing") if m.value in (*_SHARED, "current", "past")]
    leading = [m for m in cues if m.span.end <= mention.span.start and m.value != "past"]
    if leading:
        last = leading[-1]
        between = doc.text[last.span.end : mention.span.start]
        if last.value in _SHARED and ";" not in between and not re.search(r"\.\s", between):
            return last.value
    following = [
        r for r in ratings if r.mention.sentence == mention.sentence and r.mention.span.start > mention.span.end
    ]
    if following:
        gap = doc.text[mention.span.end : following[0].mention.span.start]
        own = _own(doc, following[0].mention)
        if len(gap) < 30 and re.match(r"\s*(?:,|and|&|/)", gap) and own and own[0] in _SHARED:
            return own[0]
    return None


def _ranging(doc: Annotated, mention: Mention) -> bool:
    sentence = doc.sentence_of(mention)
    return any(
        m.value == "varying" and m.span.end <= mention.span.start and mention.span.start - m.span.end < 60
        for m in doc.within(sentence, "pain-timing")
    )


def _provoked(doc: Annotated, rating: _Rating, ratings: list[_Rating]) -> bool:
    """True for a rating under a condition ("8/10 on stairs", "9/10 at 30 psi") that stands beside another rating."""
    sentence = doc.sentence_of(rating.mention)
    place = rating.mention.span
    earlier = [
        r for r in ratings if r.mention.sentence == rating.mention.sentence and r.mention.span.end <= place.start
    ]
    behind = doc.text[place.end : sentence.end]
    if _DURING.match(behind):
        return True
    now = any(
        "current" in _own(doc, r.mention)
        for r in ratings
        if r.mention.sentence == rating.mention.sentence and r.mention.span.start > place.end
    )
    return (bool(earlier) or now) and bool(_UNDER.match(behind))


def _after_technique(doc: Annotated, mention: Mention) -> bool:
    """True in the last lines of a procedure note: the needle and the doses stand before, and none behind."""
    if section_of(doc, mention) in _VISIT_SECTIONS | {"exam", "pain", "indication", "diagnosis"}:
        return False
    steps = [m.span.start for m in doc.of("needle", "dose") if m.span.start < mention.span.start]
    later = [m for m in doc.of("needle") if m.span.start > mention.span.end]
    return bool(steps) and not later and mention.span.start > len(doc.text) * 0.5


def _told_at_the_end(doc: Annotated, mention: Mention) -> bool:
    """True for "her pain is now a 2/10" told with tolerance or leaving after the needle work."""
    sentence = doc.sentence_of(mention)
    return _after_technique(doc, mention) and bool(_DONE_BESIDE.search(doc.text[sentence.start : sentence.end]))


def _by_place(doc: Annotated, mention: Mention) -> str:
    section = next((s for s in doc.sections if s.body.contains(mention.span) or s.heading.contains(mention.span)), None)
    if section is not None and section.kind in ("pain", "response", "indication"):
        heading = doc.text[section.heading.start : section.heading.end].lower()
        if section.kind == "pain":
            if re.search(r"\bpre|before", heading):
                return "pre"
            if re.search(r"\bpost|after", heading):
                return "post"
        if section.kind == "response":
            return "post"
    sentence = doc.sentence_of(mention)
    around = doc.text[sentence.start : sentence.end]
    if sentence.start > 0 and doc.text[max(0, sentence.start - 3) : sentence.start].strip() == "|":
        row = doc.text[doc.text.rfind("\n", 0, sentence.start) + 1 : sentence.start]
        if re.search(r"\bpre\b|\bpre-|before", row, re.IGNORECASE):
            return "pre"
        if re.search(r"\bpost\b|\bpost-|after", row, re.IGNORECASE):
            return "post"
    if _DONE.search(around):
        return "post"
    lines = doc.text[: sentence.start].split("\n")[-_LINES_UP - 1 :]
    for line in reversed(lines):
        if _HEADLINE.match(line.strip()):
            return "pre" if re.match(r"pre|before", line.strip(), re.IGNORECASE) else "post"
    previous = doc.sentences[mention.sentence - 1] if mention.sentence > 0 else None
    if (
        previous
        and _DONE.search(doc.text[previous.start : previous.end])
        and section_of(doc, mention) in ("description", "response", "complications")
    ):
        return "post"
    following = doc.sentences[mention.sentence + 1 : mention.sentence + 2]
    beside = " ".join(doc.text[s.start : s.end] for s in (*((previous,) if previous else ()), *following))
    moving = _UNDER.match(doc.text[mention.span.end : sentence.end])
    if not moving and _after_technique(doc, mention) and _DONE_BESIDE.search(beside + " " + around):
        return "post"
    return "current"
