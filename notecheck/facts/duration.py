"""How long the pain has lasted, in weeks: the longest length of time said of the pain itself."""

from __future__ import annotations

import re
from datetime import date

from notecheck.facts import cues, quantities, timespans
from notecheck.facts.clauses import clauses, section_of
from notecheck.facts.timespans import TimeSpan
from notecheck.records import Annotated, Evidence, Mention, Span

FIELD = "symptom_weeks"
_SILENT_SECTIONS = {
    "plan", "instructions", "consent", "codes", "family-history", "review-of-systems", "past-history", "social-history",
    "past-records", "description", "disposition", "response", "medications", "allergies", "time-out", "title", "header",
    "complications", "anesthesia", "injectate",
}  # fmt: skip
_CUES = cues.load("duration")
_OF_PAIN = _CUES["of-pain"]
_RECENT_CHANGE = _CUES["recent-change"]
_OVER_LAST = _CUES["over-last"]
_NOT_PAIN = _CUES["not-pain"]
_BEGAN = _CUES["began"]
_LABEL = _CUES["label"]
_BUILT_UP = _CUES["built-up"]
_WELL_UNTIL = _CUES["well-until"]
_SUBJECT = 25  # a treatment this near before "started" is what was started
_SHORT_LEAD = 24
_ALONE = 8  # characters beside the length in a sentence that says nothing else
_STILL_IT = re.compile(
    r"\W*(?:these|this|it|they|all (?:of )?this|that)(?: \w+)? (?:have|has|had) (?:now |all )?"
    r"(?:been (?:present|with (?:her|him|them|us)"
    r"|going on|there|a problem|bothering (?:her|him|them)|troubling (?:her|him|them))"
    r"|bothered|troubled|lasted|persisted|gone on"
    r"|dragged on|plagued)\b(?: (?:her|him|them|for|about|now|over|nearly|almost|roughly|some"
    r"|at least|more than|on|the last"
    r"|the past))*\s*$",
    re.IGNORECASE,
)
"""A pronoun for the pain of the sentence before: "These have been with her a year"."""
_SEASONS = {"sp": 4, "su": 7, "fa": 10, "au": 10, "wi": 1}
"""The middle month of a season of onset."""
_STANDS_ALONE = re.compile(r"^[\s\w:/-]{0,14}$")


def find(doc: Annotated) -> tuple[float | None, tuple[Evidence, ...]]:
    """Weeks and the words that say them; an onset date counts only where no length is stated."""
    stated = [
        (x.weeks, x.mention.span)
        for x in timespans.find(doc)
        if x.weeks is not None and x.weeks >= 0.5 and _of_pain(doc, x)
    ]
    best = max(stated, key=lambda pair: pair[0], default=None)
    if best is None:
        best = _from_onset(doc)
    if best is None:
        return None, ()
    return best[0], (doc.quote(best[1], FIELD, f"{best[0]:g}"),)


def _of_pain(doc: Annotated, length: TimeSpan) -> bool:
    """True when the nearest word before (or right behind) the length is a complaint and not a treatment or relief."""
    mention = length.mention
    labelled = _LABEL.search(doc.text[max(0, mention.span.start - 30) : mention.span.start])
    section = section_of(doc, mention)
    told_first = section == "description" and not any(m.span.start < mention.span.start for m in doc.of("needle"))
    if section in _SILENT_SECTIONS and not (labelled and section == "header") and not told_first:
        return False
    sentence = doc.sentence_of(mention)
    clause = next((c for c in clauses(doc.text, sentence) if c.start <= mention.span.start < c.end), sentence)
    place = mention.span
    head, tail = doc.text[clause.start : place.start], doc.text[place.end : clause.end]
    if length.ago and _WELL_UNTIL.search(head):
        return True
    if length.ago and not _BEGAN.search(doc.text[sentence.start : sentence.end]):
        return False
    if re.match(r"['\u2019]?\s*(?:of )?(?:help|relief|benefit)", tail, re.IGNORECASE) or _NOT_PAIN.search(head):
        return False
    built_up = _BUILT_UP.search(head) and not re.search(r"\b(?:wors|increas)", head, re.IGNORECASE)
    if not built_up and _OVER_LAST.search(head) and _RECENT_CHANGE.search(doc.text[sentence.start : sentence.end]):
        return False
    part = [m for m in doc.within(clause, "body-part") if 0 <= place.start - m.span.end <= 3]
    near = _anchors(doc, sentence)
    if (
        length.ago
        and not doc.within(clause, "care")
        and {a.value for a in near if a.kind == "complaint"} >= {"onset", "pain"}
    ):
        return True
    if part and not [a for a in near if clause.start <= a.span.start < place.start]:
        return True
    if len(doc.text[sentence.start : sentence.end].strip()) <= len(place) + _ALONE and mention.sentence:
        told = Span(doc.sentences[max(0, mention.sentence - 2)].start, sentence.start)
        return bool(doc.within(told, "complaint", "pain-score")) and not doc.within(told, "care")
    if _item(doc, length, near):
        return True
    if mention.sentence and _STILL_IT.match(doc.text, sentence.start, place.start) and not length.ago:
        told = doc.sentences[mention.sentence - 1]
        before = _anchors(doc, told)
        return bool(before) and before[-1].kind == "complaint"
    behind = [a for a in near if a.span.end <= place.start]
    ahead = [a for a in near if a.span.start >= place.end]
    if ahead and _OF_PAIN.match(doc.text[place.end : ahead[0].span.start]):
        introduces = re.match(r"[\s-]*(?:history |duration |course )?of\b|[\s-]*history\b", tail, re.IGNORECASE)
        if introduces:
            return ahead[0].kind == "complaint"
    if re.match(r"[\s-]*(?:of\b|course\b|(?:\w+ ){0,3}trial\b|supply\b|taper\b)", tail, re.IGNORECASE):
        return False
    if behind:
        last = behind[-1]
        if last.kind != "complaint":
            return False
        return not _rate(tail)
    if (
        ahead
        and ahead[0].kind == "complaint"
        and ahead[0].span.start - place.end < 60
        and len(head.strip()) < _SHORT_LEAD
    ):
        return True
    return bool(labelled) or (
        section_of(doc, mention) in ("indication", "history", "pain") and bool(_STANDS_ALONE.match(head)) and not ahead
    )


def _item(doc: Annotated, length: TimeSpan, near: list[Mention]) -> bool:
    """True for "Sacroiliitis, left, six months, hardly sits": a bare length between commas, with no treatment
    before."""
    mention = length.mention
    sentence = doc.sentence_of(mention)
    head = doc.text[max(0, mention.span.start - 3) : mention.span.start]
    tail = doc.text[mention.span.end : mention.span.end + 3]
    if length.ago or not re.search(r"(?:^|[,.;\n])\s*$", head) or not re.match(r"\s*(?:[,.;\n]|$)", tail):
        return False
    told = Span(doc.sentences[max(0, mention.sentence - 1)].start, sentence.end)
    if any(told.contains(a.span) and a.kind != "complaint" for a in near if a.span.end <= mention.span.start):
        return False
    if any(m.span.end <= mention.span.start for m in doc.within(told, "care")):
        return False
    return bool(doc.within(told, "complaint", "pain-score", "diagnosis"))


def _rate(tail: str) -> bool:
    return bool(re.match(r"\s*(?:a|per)\s+(?:week|month|day)", tail, re.IGNORECASE))


def _anchors(doc: Annotated, sentence: Span) -> list[Mention]:
    kinds = [
        m for m in doc.within(sentence, "complaint", "care") if m.value not in ("prior-surgery", "prior-surgery-joint")
    ]
    treatments = [m for m in kinds if m.kind == "care"]
    kinds = [
        m for m in kinds if m.value != "onset" or not any(0 <= m.span.start - t.span.end < _SUBJECT for t in treatments)
    ]
    reliefs = [
        m
        for m in doc.within(sentence, "relief")
        if m.value in ("relief", "block") and m.text.lower().startswith(("relie", "help", "benef", "block", "mbb"))
    ]
    changes = [
        *doc.within(sentence, "percent"),
        *(m for m in doc.within(sentence, "pain-score") if m.value == "change"),
    ]
    return sorted([*kinds, *reliefs, *changes], key=lambda m: m.span)


def _from_onset(doc: Annotated) -> tuple[float, Span] | None:
    """Weeks from an onset date to the date of the encounter, both in the note."""
    today = quantities.encounter_date(doc.text)
    if today is None:
        return None
    found = []
    for mention in doc.of("onset"):
        if section_of(doc, mention) in _SILENT_SECTIONS - {"header"}:
            continue
        sentence = doc.sentence_of(mention)
        if mention.value == "since" and not doc.within(sentence, "complaint"):
            continue
        lead = doc.text[max(sentence.start, mention.span.start - _SUBJECT) : mention.span.start]
        if mention.value == "since" and _RECENT_CHANGE.search(lead):
            continue
        if mention.value == "since" and (close := _anchors(doc, sentence)):
            before = [a for a in close if a.span.end <= mention.span.start]
            if before and before[-1].kind != "complaint":
                continue
        weeks = _weeks_since(mention, today)
        if weeks is not None and weeks > 0:
            found.append((weeks, mention.span))
    return max(found, key=lambda pair: pair[0], default=None)


def _weeks_since(mention: Mention, today: date) -> float | None:
    exact = quantities.dates(mention.text)
    if exact:
        return float(round((today - exact[0][2]).days / 7))
    year_text, month_text = mention.groups.get("year") or mention.groups.get("y1"), mention.groups.get("month")
    month = quantities.month_number(month_text) if month_text else None
    if season := mention.groups.get("season"):
        month = _SEASONS[season.lower()[:2]]
    if month is None and (digits := mention.groups.get("digits")):
        month = int(digits)
    if year_text is None:
        if month is None:
            return None
        year = today.year if month <= today.month else today.year - 1
    else:
        year = int(year_text) if len(year_text) == 4 else 2000 + int(year_text)
    if month is None:
        return 52.0 * (today.year - year)
    return 4.0 * ((today.year - year) * 12 + today.month - month)
