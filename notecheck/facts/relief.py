"""Pain relief reported, in percent and days, and what brought it: this procedure, an earlier one, a block, a trial."""

from __future__ import annotations

import re

from notecheck.facts import care_used, care_verdict, cues, quantities, timespans
from notecheck.facts.clauses import clauses, section_of
from notecheck.facts.timespans import TimeSpan
from notecheck.records import Annotated, Evidence, Mention, Relief, Span

FIELD = "relief"
_SILENT_SECTIONS = {"plan", "instructions", "consent", "codes", "family-history", "review-of-systems", "past-records"}
_CUES = cues.load("relief")
_CONCENTRATION_AFTER = _CUES["concentration-after"]
_CONCENTRATION_BEFORE = _CUES["concentration-before"]
_NOT_PAIN = _CUES["not-pain"]
_BETTER_THAN = _CUES["better-than"]
_LASTS = _CUES["lasts"]
_EACH = _CUES["each"]
_HELP_AFTER = re.compile(r"^['\u2019]?\s*(?:of )?(?:good |fair )?(?:help|relief|benefit|control)\b", re.IGNORECASE)
_RELIEF_LASTED = _CUES["relief-lasted"]
_DENIED = re.compile(r"\b(?:no|without|never|not|nor|none)\b[^.;,]{0,25}$", re.IGNORECASE)
_FACET_BLOCK = _CUES["facet-block"]
_OTHER_BLOCK = _CUES["other-block"]
_TOLD_LENGTH = re.compile(
    r"\b(?:for|of|with|lasted|lasting|about|each|gave|given|bought (?:him|her)|x)\b[^.;,]{0,24}$|^[^.;]{0,3}$",
    re.IGNORECASE,
)
_CLOSE = 70
_TODAY = _CUES["today"]
_WITH_DRUG = re.compile(r"(?i)\b(?:with|using|of)\s+(?:[\d.]+\s?(?:%|percent|mg|ml|cc)?\s*(?:of\s+)?){0,2}$")
_AFTERWARDS = re.compile(
    r"\b(?P<soon>(?:\d+|\w+teen|ten|twenty|thirty|a few) ?(?:min(?:ute)?s?\b\.?|hours?) |immediately )?"
    r"(?:after|following|post)[- ]?(?:the |this |today's )?(?:procedure|injections?|blocks?)?\b"
    r"(?!\s+(?:last|prior|previous|first|second|\d))"
    r"|\b(?P<soon2>in (?:the )?recovery|at (?:the time of )?discharge|in (?:the )?pacu)\b",
    re.IGNORECASE,
)
_LONG_AFTER = re.compile(
    r"\b(?:last(?:ed|ing)?|previous|prior|earlier|first|second|weeks?|months?|days?|years?|ago|\d{1,2}/\d{1,2})\b",
    re.IGNORECASE,
)
_AT_THE_END = re.compile(
    r"\b(?:tolerated|complications?|discharged?|disposition|recovery|left the (?:clinic|office))\b", re.IGNORECASE
)
_NO_BLOCK = re.compile(r"\bpost[- ]$|\bwalk\w* (?:only |about |up to )*$", re.IGNORECASE)  # a time, city blocks


def find(doc: Annotated) -> tuple[tuple[Relief, ...], tuple[Evidence, ...]]:
    """Every relief stated with a percent or a length in days, in text order."""
    found: list[tuple[Relief, Span]] = []
    lengths = timespans.find(doc)
    percents = [m for m in doc.of("percent") if _is_relief(doc, m)]
    for index, mention in enumerate(percents):
        source = _source(doc, mention)
        if source is None:
            continue
        following = percents[index + 1] if index + 1 < len(percents) else None
        days = _days(doc, mention, following, lengths, source)
        if source == "diagnostic-block" and not _diagnostic(doc, mention, days):
            source = "prior-procedure"
        values = [quantities.number(mention.groups[g]) for g in ("also", "low") if g in mention.groups]
        if source == "diagnostic-block" and len(values) == 1 and _EACH.match(doc.text[mention.span.end :][:60]):
            values *= 2
        found.extend((Relief(value, days, source), mention.span) for value in values if value is not None)
    found.extend(_without_percent(doc, lengths, percents))
    found.sort(key=lambda pair: pair[1])
    return (
        tuple(relief for relief, _ in found),
        tuple(doc.quote(span, FIELD, f"{_shown(relief)} {relief.source}") for relief, span in found),
    )


def _shown(relief: Relief) -> str:
    return f"{relief.percent:g}%" if relief.percent is not None else f"{relief.days:g} days"


def _is_relief(doc: Annotated, mention: Mention) -> bool:
    """A percentage is relief when words of relief, a change of the rating or a block with its hours stand beside it."""
    value = quantities.number(mention.groups.get("low", ""))
    if value is None or value > 100 or section_of(doc, mention) in _SILENT_SECTIONS:
        return False
    sentence = doc.sentence_of(mention)
    clause = next((c for c in clauses(doc.text, sentence) if c.start <= mention.span.start < c.end), sentence)
    head, tail = doc.text[clause.start : mention.span.start], doc.text[mention.span.end : clause.end]
    strength = _CONCENTRATION_BEFORE.search(head) and not re.match(
        r"\s*(?:of )?(?:pain )?relief\b", tail, re.IGNORECASE
    )
    if _CONCENTRATION_AFTER.match(tail) or strength or _NOT_PAIN.search(head + tail):
        return False
    words = doc.within(clause, "relief")
    if any(w.value == "condition" and -40 < mention.span.start - w.span.end < 60 for w in words):
        return False
    if re.search(r"(?:>=|\u2265|=>)\s*$", head) and not any(w.value == "relief" for w in words):
        return False
    for word in words:
        if word.value == "relief":
            gap = (
                word.span.start - mention.span.end
                if word.span.start >= mention.span.end
                else mention.span.start - word.span.end
            )
            if gap <= (45 if word.span.start >= mention.span.end else 75):
                return True
    scored = list(doc.within(Span(clause.start, mention.span.start), "pain-score"))
    if scored and mention.span.start - scored[-1].span.end < 40:
        return True
    block = [
        w
        for w in doc.within(sentence, "relief")
        if w.value in ("block", "earlier", "trial") and w.span.end <= mention.span.start
    ]
    lasting = any(0 <= d.span.start - mention.span.end < 14 for d in doc.within(sentence, "duration"))
    listed = bool(block) and "%" in doc.text[block[-1].span.end : mention.span.start]
    return bool(block) and (lasting or mention.span.start - block[-1].span.end < (80 if listed else 45))


def _source(doc: Annotated, mention: Mention) -> str | None:
    """What brought the relief, or None where it was no procedure."""
    sentence = doc.sentence_of(mention)
    clause = next((c for c in clauses(doc.text, sentence) if c.start <= mention.span.start < c.end), sentence)
    named = _named(doc, clause, mention) or _named(doc, sentence, mention)
    if named == "other":
        return None
    if named in ("block", "earlier", "diagnostic-block", "prior-procedure", None) and _just_now(doc, mention, clause):
        return "this-procedure"
    if named in ("trial", "diagnostic-block"):
        return named
    post = [
        m
        for m in doc.within(sentence, "pain-timing")
        if m.value == "post" and abs(m.span.start - mention.span.start) < 140
    ]
    if named is None and (post or section_of(doc, mention) in ("response", "disposition")):
        return "this-procedure"
    if _TODAY.search(doc.text[sentence.start : sentence.end]) and post:
        return "this-procedure"
    if named == "prior-procedure":
        return named
    for back in range(mention.sentence - 1, max(-1, mention.sentence - 4), -1):
        earlier = _named(doc, doc.sentences[back], None)
        if earlier == "other":
            break
        if earlier:
            return earlier
    close = Span(max(0, sentence.start - _CLOSE), mention.span.start)
    if any(m.value == "post" for m in doc.within(close, "pain-timing")):
        return "this-procedure"
    heading = next((s for s in doc.sections if s.body.contains(mention.span)), None)
    if heading and re.search(r"\bblock", doc.text[heading.heading.start : heading.heading.end], re.IGNORECASE):
        return "diagnostic-block"
    if re.search(
        r"\btolerated|\bno complications?|\bneedles? (?:out|removed)|\bafterwards?",
        doc.text[sentence.start : sentence.end],
        re.IGNORECASE,
    ):
        return "this-procedure"
    return "prior-procedure" if section_of(doc, mention) in ("history", "none", "indication", "assessment") else None


def _just_now(doc: Annotated, mention: Mention, clause: Span) -> bool:
    """True for relief measured at the end of this encounter: minutes after the needle, or "after the injection" beside
    words on how it was tolerated or left."""
    tail = doc.text[mention.span.end : clause.end]
    told = _AFTERWARDS.search(tail)
    if not told or _LONG_AFTER.search(doc.text[clause.start : clause.end]):
        return False
    if told["soon"] or told["soon2"] or section_of(doc, mention) in ("response", "disposition", "complications"):
        return True
    first, last = max(0, mention.sentence - 2), mention.sentence + 3
    return any(_AT_THE_END.search(doc.text[s.start : s.end]) for s in doc.sentences[first:last])


def _named(doc: Annotated, within: Span, mention: Mention | None) -> str | None:
    """The procedure, block, trial or other treatment that ``within`` names, the nearest to ``mention`` first."""
    words = [
        w
        for w in doc.within(within, "relief")
        if w.value in ("block", "earlier", "trial", "other") and not _NO_BLOCK.search(doc.text[: w.span.start][-24:])
    ]
    words = [w for w in words if not (w.value == "other" and _of_the_block(doc, w, words))]
    if not words:
        return None
    if any(w.value == "trial" for w in words):
        return "trial"
    if mention is not None:
        before = [w for w in words if w.span.end <= mention.span.start]
        words = [before[-1]] if before else [words[0]]
        if (
            before
            and before[-1].value == "earlier"
            and any(w.value == "block" for w in before)
            and _generic(before[-1])
        ):
            words = [w for w in before if w.value == "block"][-1:]
    word = words[-1]
    if word.value == "block":
        return "diagnostic-block"
    return "prior-procedure" if word.value == "earlier" else "other"


def _of_the_block(doc: Annotated, word: Mention, words: list[Mention]) -> bool:
    """True for the drug of a block: "first block 01/29 with 0.5% bupivacaine"."""
    block = any(w.value == "block" and w.span.end <= word.span.start for w in words)
    return block and bool(_WITH_DRUG.search(doc.text[max(0, word.span.start - 24) : word.span.start]))


def _diagnostic(doc: Annotated, mention: Mention, days: float | None) -> bool:
    """A block counts as diagnostic unless its kind treats, or its relief outlived the anesthetic by days."""
    sentence = doc.sentence_of(mention)
    around = doc.text[max(0, sentence.start - 120) : sentence.end]
    if _FACET_BLOCK.search(around):
        return True
    if days is not None and days >= 1:
        return False
    return not _OTHER_BLOCK.search(doc.text) or bool(_FACET_BLOCK.search(doc.text))


def _generic(word: Mention) -> bool:
    return bool(
        re.fullmatch(r"procedures?|injections?|steroids?|radiofrequency|rfas?|ablations?", word.text, re.IGNORECASE)
    )


def _days(
    doc: Annotated,
    mention: Mention,
    following: Mention | None,
    lengths: tuple[TimeSpan, ...],
    source: str,
) -> float | None:
    """Days that this relief lasted, None where hours or nothing is stated."""
    sentence = doc.sentence_of(mention)
    end = min(
        sentence.end, following.span.start if following and following.span.start > mention.span.end else sentence.end
    )
    for length in lengths:
        place = length.mention.span
        if mention.span.end <= place.start < end and not length.ago and place.start - mention.span.end < 110:
            between = doc.text[mention.span.end : place.start]
            if _LASTS.search(between) or re.search(r"[,(]\s*$", between):
                return length.days
        if (
            sentence.start <= place.start
            and 0 <= mention.span.start - place.end < 30
            and _HELP_AFTER.match(doc.text[place.end :][:12])
        ):
            return length.days
    if source == "prior-procedure" and mention.sentence + 1 < len(doc.sentences):
        span = _measured(doc, mention)
        after = doc.sentences[mention.sentence + 1]
        later = [x for x in lengths if after.contains(x.mention.span)]
        for back in (after, *(doc.sentences[mention.sentence + 2 : mention.sentence + 3])):
            later = [x for x in lengths if back.contains(x.mention.span) and x.days is not None]
            if later and _BETTER_THAN.match(doc.text[back.start : later[0].mention.span.start] + " "):
                return later[0].days
        return span
    return None


def _measured(doc: Annotated, mention: Mention) -> float | None:
    """Days from a dated treatment to the last date on which the relief was still measured, all in one sentence."""
    sentence = doc.sentence_of(mention)
    text = doc.text[sentence.start : sentence.end]
    dated = quantities.dates(text)
    if (
        len(dated) < 2
        or sentence.start + dated[0][0] > mention.span.start
        or sentence.start + dated[-1][0] < mention.span.end
    ):
        return None
    days = (dated[-1][2] - dated[0][2]).days
    return float(days) if days > 0 else None


def _without_percent(
    doc: Annotated, lengths: tuple[TimeSpan, ...], percents: list[Mention]
) -> list[tuple[Relief, Span]]:
    """Relief of an earlier procedure stated by its length alone: "(3 weeks' help)", "lasted four to six months"."""
    found = []
    earlier = {u.mention.span for u in care_used.find(doc) if u.modality == "prior-injection"} if lengths else set()
    for length in lengths:
        place = length.mention.span
        sentence = doc.sentence_of(length.mention)
        if length.days is None or length.ago or length.mention.section in _SILENT_SECTIONS:
            continue
        clause = next((c for c in clauses(doc.text, sentence) if c.start <= place.start < c.end), sentence)
        if any(sentence.overlaps(p.span) or 0 < sentence.start - p.span.end < 130 for p in percents):
            continue
        head, tail = doc.text[clause.start : place.start], doc.text[place.end : clause.end]
        said = _HELP_AFTER.match(tail) or (
            _RELIEF_LASTED.search(head)
            and re.search(r"\b(?:for|lasted|lasting|anywhere|about|x|of|to)\b[^.;,]{0,24}$", head, re.IGNORECASE)
        )
        if not (said or _TOLD_LENGTH.search(head)) or _DENIED.search(head[-40:]):
            continue
        owned = _owner(doc, length.mention, clause, earlier) or _owner(doc, length.mention, sentence, earlier)
        if owned and (said or _worked(doc, place, clause, earlier)):
            found.append((Relief(None, length.days, "prior-procedure"), place))
    return found


def _worked(doc: Annotated, place: Span, clause: Span, earlier: set[Span]) -> bool:
    """True when the words from the injection to a little behind the length say that it did something."""
    start = max((span.end for span in earlier if clause.start <= span.start < place.start), default=clause.start)
    return care_verdict.read(doc.text[start : min(clause.end, place.end + 50)]) in ("helped", "partial")


def _owner(doc: Annotated, mention: Mention, within: Span, earlier: set[Span]) -> bool:
    """True when the nearest treatment named before the length is an earlier injection, ablation or the like."""
    words = [
        w
        for w in doc.within(within, "relief")
        if w.value in ("earlier", "block", "other") and w.span.end <= mention.span.start
    ]
    care = [w for w in doc.within(within, "care") if w.span.end <= mention.span.start]
    nearest = max([*words, *care], key=lambda w: (w.span.end, w.kind == "care"), default=None)
    if nearest is None:
        said = re.search(
            r"\b(?:that|it|this|which|the relief)\b", doc.text[within.start : mention.span.start], re.IGNORECASE
        )
        before = doc.sentences[mention.sentence - 1] if said and mention.sentence else None
        return before is not None and any(m.span in earlier for m in doc.within(before, "care"))
    if nearest.kind == "care":
        return nearest.span in earlier or nearest.value == "prior-injection"
    return nearest.value == "earlier"
