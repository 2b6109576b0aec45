"""Which of the treatments named in a note were used before: not plans, refusals, allergies or other problems' care."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notecheck.facts import cues
from notecheck.facts.clauses import clause_of, phrase_of, section_of, told_first
from notecheck.records import Annotated, Mention

_NEVER = {
    "allergies", "family-history", "consent", "review-of-systems", "codes", "time-out", "header", "title",
    "preparation", "guidance", "contrast", "anesthesia",
}  # fmt: skip
_ONLY_IF_KEPT_UP = {"plan", "instructions", "disposition", "assessment"}
_ONLY_WITH_PROOF = {
    "complications",
    "description",
    "injectate",
    "response",
    "findings",
    "exam",
    "imaging",
    "other",
    "social-history",
}
DRUGS = {
    "nsaid", "acetaminophen", "opioid", "muscle-relaxant", "neuropathic-agent", "oral-steroid", "topical",
}  # fmt: skip
_WEAK = {"rest", "heat-ice", "bracing", "activity-modification"}
_EARLIER = {"prior-injection", "prior-surgery"}
_RENAMED = {
    "home-exercise-weak": "home-exercise",
    "prior-block": "prior-injection",
    "listed-injection": "prior-injection",
    "physical-therapy-now": "physical-therapy",
    "prior-surgery-joint": "prior-surgery",
    "past-shot": "prior-injection",
    "physical-therapy-bare": "physical-therapy",
}
_RESULTS = ("failed", "partial", "helped", "not-tolerated", "contraindicated", "all")

_CUES = cues.load("care_used")
_BARRED = cues.load("care_verdict")["barred"]
_DENIED_BEFORE = _CUES["denied-before"]
_DENIED_AFTER = _CUES["denied-after"]
_AHEAD = _CUES["ahead"]
_NOT_CARE = _CUES["not-care"]
_ELSEWHERE = _CUES["elsewhere"]
_KEPT_BEFORE = _CUES["kept-before"]
_KEPT_AFTER = _CUES["kept-after"]
_DOSE_CHANGE = _CUES["dose-change"]
_PAST_OPERATION = _CUES["past-operation"]
_DATED = _CUES["dated"]
_PAST_INJECTION = _CUES["past-injection"]
_THIS_INJECTION = _CUES["this-injection"]
_ANESTHETIC = _CUES["anesthetic"]
_OWN_PAST = _CUES["own-past"]
_OTHER_BLOCKS = _CUES["other-blocks"]
_FACET_BLOCKS = _CUES["facet-blocks"]
_HAD = _CUES["had"]
_TRIED = _CUES["tried"]
_SPECIFICS = _CUES["specifics"]
_SHOT_BEFORE = _CUES["past-shot-before"]
_SHOT_AFTER = _CUES["past-shot-after"]
_SHOT_EFFECT = _CUES["past-shot-effect"]
_TEST_BLOCK = _CUES["test-block"]
_THERAPY_LEAD = _CUES["therapy-lead"]
_LOW = re.compile(
    r"lumb|\bback(?! (?:was|to|in|at)\b)|\blegs?\b|buttock|sciatic|\bL\d|sacr(?:o|al)|thigh|calf|post-?lamin|stimulat"
    r"|\bSCS\b|caudal",
    re.IGNORECASE,
)
_HIGH = re.compile(
    r"cervic(?!othor)|neck|\barms?\b(?! cuff)|\bC\d|occipit|\bhands?\b|headache"
    r"|(?<!under the left )(?<!under the right )shoulder",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\b(?:knee|hip|shoulder|elbow|ankle|wrist)\b", re.IGNORECASE)
_THROUGH = re.compile(r"\b(?:cannula[es]?|introducers?|lesion(?:ed|ing))\b", re.IGNORECASE)
_NAMED_BEFORE = 24  # characters before an injection that name where it went
_ANSWERED = re.compile(r"\s*:\s*(?:yes|y\b|\d|x\b|failed|tried|done|completed|\[x\])", re.IGNORECASE)
_TENTATIVE = {
    "rest", "heat-ice", "bracing", "activity-modification", "home-exercise-weak", "physical-therapy-bare",
    "unspecified",
}  # fmt: skip
_TOLD = {"none", "history", "indication", "pain", "other", "medications"}
_NOT_PAST = {
    "plan", "instructions", "title", "header", "injectate", "consent", "time-out", "codes", "diagnosis",
    "complications", "disposition", "response", "findings", "allergies", "guidance", "contrast", "anesthesia",
}  # fmt: skip


_EMPTY = frozenset({"UNTICKED", "TICKED_NO"})
"""What an empty box of a form, or one ticked "no", says of a treatment."""


@dataclass(frozen=True, slots=True)
class Used:
    """A treatment that was used: its mention, modality, and an outcome that its own wording gives, or None.

    ``tentative``: a word with other meanings too ("heat", "a sleeve"); a treatment only where a result is said of it.
    """

    mention: Mention
    modality: str
    given: str | None = None
    tentative: bool = False


def find(doc: Annotated) -> tuple[Used, ...]:
    """The treatments used before this encounter or in use now, in text order."""
    found: list[Used] = []
    refused: list[Mention] = []
    for mention in doc.of("care"):
        modality = _RENAMED.get(mention.value, mention.value)
        if _EMPTY & set(mention.cues):
            continue
        if _denied(doc, mention, refused):
            refused.append(mention)
        elif _after_joint_operation(doc, mention):
            continue
        elif _belongs(doc, mention, modality):
            found.append(Used(mention, modality, _given(doc, mention)))
        elif mention.value in _TENTATIVE and section_of(doc, mention) in _TOLD and not _set_aside(doc, mention):
            found.append(Used(mention, modality, tentative=True))
    return tuple(
        item
        for item in found
        if not any(
            other is not item and other.modality == item.modality and _within(item, other) for other in found
        )
    )


def _within(item: Used, other: Used) -> bool:
    """True when ``item`` is a part of the words of ``other``, or the same words and the weaker reading."""
    same = item.mention.span == other.mention.span
    return other.mention.span.contains(item.mention.span) and (
        not same or (item.tentative, item.mention.value) > (other.tentative, other.mention.value)
    )


def _set_aside(doc: Annotated, mention: Mention) -> bool:
    """True for a treatment that is planned, or named in words that tell of no treatment."""
    sentence = doc.sentence_of(mention)
    head = doc.text[clause_of(doc, mention).start : mention.span.start]
    return bool(_AHEAD.search(head) or _NOT_CARE.search(doc.text[sentence.start : sentence.end])) or (
        (mention.value == "physical-therapy-bare" and not _is_therapy(doc, mention))
        or (mention.value == "unspecified" and _introduces(doc, mention, doc.text[mention.span.end :][:40]))
        or _part_of_therapy(doc, mention)
    )


def _is_therapy(doc: Annotated, mention: Mention) -> bool:
    """True when the word before "therapy" leaves it physical therapy; a therapist or rehab always is."""
    head = doc.text[max(0, mention.span.start - 30) : mention.span.start]
    if not mention.text.lower().startswith("therapy"):
        return not re.search(r"\b(?:from|by|per|to) (?:the|a|her|his|my|our) $", head, re.IGNORECASE)
    return bool(_THERAPY_LEAD.search(head))


def _part_of_therapy(doc: Annotated, mention: Mention) -> bool:
    """True for "physical therapy with McKenzie exercises": the exercises are what was done in therapy."""
    head = doc.text[max(doc.sentence_of(mention).start, mention.span.start - 70) : mention.span.start]
    return bool(re.search(r"(?:therap(?:y|ist)|\bPT)\b(?:(?!\band\b)[^.;,])*\bwith\s+$", head, re.IGNORECASE))


def _given(doc: Annotated, mention: Mention) -> str | None:
    if section_of(doc, mention) == "medications" and mention.value in DRUGS:
        return "ongoing"
    if mention.value == "physical-therapy-now":
        return None if re.match(r"worked|saw", mention.text, re.IGNORECASE) else "ongoing"
    if mention.text.lower().startswith("intrathecal"):
        return "ongoing"
    if mention.value == "home-exercise" and re.match(r"keep|do(?:es|ing)", mention.text, re.IGNORECASE):
        return "ongoing"
    now = re.match(r"sees?\b|seeing|saw|seen by|works? with", mention.text, re.IGNORECASE)
    return "ongoing" if mention.value == "cognitive-behavioral" and now else None


def _denied(doc: Annotated, mention: Mention, refused: list[Mention]) -> bool:
    clause = clause_of(doc, mention)
    head, tail = doc.text[clause.start : mention.span.start], doc.text[mention.span.end : clause.end]
    if any(o.span.contains(mention.span) and o.value.startswith("failed") for o in doc.within(clause, "outcome")):
        return False
    if _BARRED.search(doc.text, clause.start, clause.end):
        return False
    if re.search(r"\bneither\b[^.;]{0,60}\bnor\s+$", head, re.IGNORECASE):
        return False
    if _DENIED_BEFORE.search(head) or _DENIED_AFTER.match(tail):
        return True
    if refused and clause.start <= refused[-1].span.start:
        between = doc.text[refused[-1].span.end : mention.span.start]
        if re.fullmatch(r"\s*,?\s*(?:or|nor)\s*(?:any )?", between, re.IGNORECASE):
            return True
        return bool(
            re.fullmatch(r"\s*,\s*", between) and re.match(r"[\w\s,-]{0,40}\b(?:or|nor)\b", tail, re.IGNORECASE)
        )
    return False


def _belongs(doc: Annotated, mention: Mention, modality: str) -> bool:
    section = section_of(doc, mention)
    if section == "description" and modality != "prior-surgery" and told_first(doc, mention):
        section = "none"
    sentence = doc.sentence_of(mention)
    sentence_text = doc.text[sentence.start : sentence.end]
    labelled = section == "header" and _ANSWERED.match(doc.text, mention.span.end)
    if section in _NEVER and not (section == "title" and modality == "prior-surgery") and not labelled:
        return False
    if _NOT_CARE.search(sentence_text):
        return False
    if modality == "home-exercise" and "home" not in mention.text.lower() and _part_of_therapy(doc, mention):
        return False
    if mention.value in ("home-exercise-weak", "physical-therapy-bare") and section in _ONLY_WITH_PROOF:
        return False
    clause = clause_of(doc, mention)
    head, tail = doc.text[clause.start : mention.span.start], doc.text[mention.span.end : clause.end]
    kept_up = bool(_KEPT_BEFORE.search(head[-60:]) or _KEPT_AFTER.match(tail))
    kept_up = (
        kept_up
        or _given(doc, mention) == "ongoing"
        or bool(re.match(r"^\s*\(?(?:was |were )?(?:stopped|discontinued)", tail))
    )
    if modality in _WEAK and section in (*_ONLY_IF_KEPT_UP, *_ONLY_WITH_PROOF):
        return _has_result(doc, mention)
    if modality in _EARLIER:
        return section not in {"plan", "instructions"} and _earlier(doc, mention, modality, head, tail)
    if modality in DRUGS and (_DOSE_CHANGE.search(head) or _KEPT_AFTER.match(tail)):
        kept_up = True
    if section in _ONLY_IF_KEPT_UP:
        return kept_up or (section == "assessment" and (_has_result(doc, mention) or bool(_HAD.search(head))))
    if section in _ONLY_WITH_PROOF and not kept_up and not _has_result(doc, mention):
        return section in {"other", "social-history", "exam"} and not _AHEAD.search(head)
    if _AHEAD.search(head) and not kept_up and not _has_result(doc, mention):
        return False
    if mention.value == "physical-therapy-bare":
        return _is_therapy(doc, mention) and not mention.text.lower().endswith(("therapist", "therapists"))
    if mention.value == "home-exercise-weak":
        return _has_result(doc, mention)
    if modality in _WEAK:
        return _weak_is_named(doc, mention)
    if modality == "unspecified":
        return not _introduces(doc, mention, tail) and _has_result(doc, mention)
    return True


def _has_result(doc: Annotated, mention: Mention) -> bool:
    """True when the clause says what came of a treatment."""
    clause = clause_of(doc, mention)
    for outcome in doc.within(clause, "outcome"):
        if outcome.value.startswith(_RESULTS) and not _conditional(doc, outcome):
            return True
    return False


def _conditional(doc: Annotated, outcome: Mention) -> bool:
    if outcome.section in _ONLY_IF_KEPT_UP - {"assessment"}:
        return True
    head = doc.text[max(0, outcome.span.start - 14) : outcome.span.start]
    return bool(re.search(r"\b(?:if|should|may|would|could|might|hope|unless)\b[^.]{0,10}$", head, re.IGNORECASE))


def _introduces(doc: Annotated, mention: Mention, tail: str) -> bool:
    """True for "conservative care including ...": the treatments themselves follow."""
    follows = [m for m in doc.of("care") if mention.span.end <= m.span.start < mention.span.end + 60]
    return bool(_SPECIFICS.match(tail) and follows)


def _weak_is_named(doc: Annotated, mention: Mention) -> bool:
    sentence = doc.sentence_of(mention)
    others = [m for m in doc.within(sentence, "care") if m is not mention and m.value not in _WEAK]
    phrase = phrase_of(doc, mention)
    head = doc.text[max(sentence.start, mention.span.start - 40) : mention.span.start]
    heading = section_of(doc, mention) in {"history"}
    return bool(others or heading or _has_result(doc, mention) or _TRIED.search(head)) and len(phrase) > 0


def _earlier(doc: Annotated, mention: Mention, modality: str, head: str, tail: str) -> bool:
    sentence = doc.sentence_of(mention)
    around = doc.text[sentence.start : sentence.end]
    following = doc.text[sentence.end : sentence.end + 90]
    if _ELSEWHERE.search(around) and not re.search(r"\bpain (?:persist|return|recur)", around, re.IGNORECASE):
        return False
    if re.search(r"nothing about (?:it|that) today", following, re.IGNORECASE) or (
        _AHEAD.search(head[-50:]) and not _OWN_PAST.match(mention.text)
    ):
        return False
    if modality == "prior-injection" and _part_of_therapy(doc, mention):
        return False
    if modality == "prior-injection":
        before_needle = not any(m.span.start < mention.span.start for m in doc.of("needle"))
        told_first = section_of(doc, mention) == "description" and before_needle
        silent = section_of(doc, mention) in {"title", "description", "injectate"} and not told_first
        if silent or _ANESTHETIC.search(around) or _elsewhere_injected(doc, mention):
            return False
        if mention.value == "listed-injection" and not _in_list(doc, mention, around):
            return False
        if mention.value == "past-shot":
            return _past_shot(doc, mention, around)
        if mention.value == "prior-block" and not (
            _OTHER_BLOCKS.search(doc.text) and not _FACET_BLOCKS.search(doc.text)
        ):
            return False
        clause = doc.text[clause_of(doc, mention).start : clause_of(doc, mention).end]
        past = mention.value == "listed-injection" or bool(_PAST_INJECTION.search(clause))
        past = past or _dated_inside(mention.text)
        return past and not _THIS_INJECTION.search(around)
    if section_of(doc, mention) in {"description", "exam", "imaging"} or _after_picture(doc, mention):
        return False
    if mention.value == "prior-surgery-joint" and not _painful_joint(doc, mention):
        return False
    if _other_region(mention.text, doc.text[: mention.span.start] + " " + doc.text[mention.span.end :]):
        return False
    named_past = re.search(r"\b(?:prior|previous|failed|two|three|operations|surgeries)\b", mention.text, re.IGNORECASE)
    return bool(named_past or _PAST_OPERATION.search(head) or _DATED.match(tail)) and not _wrong_side(doc, mention)


def _dated_inside(words: str) -> bool:
    """True for "trigger point shots in April": the date is part of the words."""
    return any(_SHOT_AFTER.match(words[at.start() :]) for at in re.finditer(r"\s", words))


_THE_FIRST = re.compile(
    r"\b(?:this|today) (?:is|was|will be) (?:the|her|his|their) (?:very )?(?:first|initial)\s*$", re.IGNORECASE,
)


def _past_shot(doc: Annotated, mention: Mention, around: str) -> bool:
    """True for any injection that its own words date to earlier days and that is no test block."""
    start, end = mention.span.start, mention.span.end
    head = doc.text[max(doc.sentence_of(mention).start, start - 60) : start]
    tail = doc.text[end : min(end + 70, max(end, doc.sentence_of(mention).end))]
    if _part_of_therapy(doc, mention) or _of_today(doc, mention):
        return False
    if section_of(doc, mention) in _NOT_PAST or _THIS_INJECTION.search(around):
        return False
    if _TEST_BLOCK.search(head + mention.text) or _THE_FIRST.search(head):
        return False
    if re.search(r"\btoday\b|\bnow\b", around, re.IGNORECASE) or not told_first(doc, mention):
        return False
    listed = _LIST_OF_TRIED.match(around)
    if section_of(doc, mention) == "description" and not _SHOT_AFTER.match(tail) and not listed:
        return False
    own_past = bool(_SHOT_BEFORE.search(head) or _OWN_PAST.match(mention.text) or listed)
    return bool(
        _SHOT_AFTER.match(tail)
        or (own_past and not re.match(r"\s*(?:today|as below|was performed)", tail))
        or (_SHOT_EFFECT.match(tail) and not re.search(r"\b(?:the|these)\s*$", head, re.IGNORECASE))
    )


_LIST_OF_TRIED = re.compile(
    r"\W*(?:\[[xX]\]\s*)?(?:(?:has |have |had )?(?:tried|failed)(?: and failed)?"
    r"|(?:prior|previous|past) (?:treatments?|tx|therap(?:y|ies)|care)"
    r"|treatments? (?:tried|to date|so far)|conservative (?:care|treatment|measures|therapy)(?: tried)?)\s*:",
    re.IGNORECASE,
)
""" "Failed: PT x 12 wks, NSAIDs, lumbar ESI x 3": the heading of a list of what was done before."""


def _of_today(doc: Annotated, mention: Mention) -> bool:
    """True for words told with contrast, or with a needle and a volume: the work of this encounter."""
    sentence = doc.sentence_of(mention)
    if any(m.value == "contrast" for m in doc.within(sentence, "contrast")):
        return True
    if any(m.groups.get("gauge") for m in doc.within(sentence, "needle")):
        return True
    tools = doc.within(sentence, "needle") or _THROUGH.search(doc.text, sentence.start, sentence.end)
    return bool(tools) and any(m.value == "volume" for m in doc.within(sentence, "dose"))


def _in_list(doc: Annotated, mention: Mention, around: str) -> bool:
    """True for injections named in one breath with other treatments that were used."""
    if not (
        _TRIED.search(around) or _HAD.search(around) or _has_result(doc, mention) or _PAST_INJECTION.search(around)
    ):
        return False
    for other in doc.within(doc.sentence_of(mention), "care"):
        if other.value in ("listed-injection", "prior-injection", "prior-surgery", "prior-block"):
            continue
        first, last = sorted((other.span, mention.span))
        if re.fullmatch(r"[^.;]{0,30}?(?:,|\band\b|&|\+|\bor\b|/)[^.;]{0,20}", doc.text[first.end : last.start]):
            return True
    return False


def _after_picture(doc: Annotated, mention: Mention) -> bool:
    """True when the operation is what a picture shows."""
    sentence = doc.sentence_of(mention)
    studies = [s for s in doc.within(sentence, "imaging-study") if s.span.end <= mention.span.start]
    between = doc.text[studies[-1].span.end : mention.span.start] if studies else ""
    return bool(studies) and not re.search(
        r"\b(?:underwent|undergone|had|status[- ]post|s/p|after)\b", between, re.IGNORECASE
    )


def _after_joint_operation(doc: Annotated, mention: Mention) -> bool:
    """True for treatment of a joint that was operated on and does not hurt now ("PT for rotator cuff repair")."""
    sentence = doc.sentence_of(mention)
    return any(
        re.fullmatch(
            r"\s*(?:sessions? |visits? )?(?:for|after|following|post) (?:an? |the |his |her |their )?(?:left |right )?",
            doc.text[mention.span.end : other.span.start], re.IGNORECASE,
        ) and not _painful_joint(doc, other)
        for other in doc.within(sentence, "care")
        if other.value == "prior-surgery-joint" and other.span.start >= mention.span.end
    )  # fmt: skip


def _painful_joint(doc: Annotated, mention: Mention) -> bool:
    """A joint operation is care only where the same joint, on the same side, still hurts."""
    words = mention.text.lower()
    joint = next((j for j in ("knee", "hip", "shoulder") if j in words), None)
    joint = joint or ("shoulder" if "rotator" in words else None)
    joint = joint or {"tk": "knee", "th": "hip"}.get(words.split()[-1][:2], "knee")
    side = next((s for s in ("left", "right") if re.search(rf"\b{s}\b|\b{s[0]}\b", words)), None)
    hurting = re.compile(
        rf"(?:(left|right) )?{joint}[^.;]{{0,30}}pain(?!less|[- ]free)"
        rf"|pain(?!less|[- ]free)[^.;]{{0,40}}?(?:(left|right) )?{joint}",
        re.IGNORECASE,
    )
    for match in hurting.finditer(doc.text):
        said = (match.group(1) or match.group(2) or "").lower()
        if not side or not said or said == side:
            return True
    return False


def _other_region(words: str, rest: str) -> bool:
    """True when ``words`` name a part of the spine of which the ``rest`` of the note does not speak."""
    low = re.search(r"lumbar|\bL\d|low(?:er)? back|PLIF|TLIF", words, re.IGNORECASE)
    high = re.search(r"cervical|\bC\d|neck|ACDF", words, re.IGNORECASE)
    if low and not high:
        return not _LOW.search(rest)
    if high and not low:
        return not _HIGH.search(rest)
    return False


def _elsewhere_injected(doc: Annotated, mention: Mention) -> bool:
    """True for an injection into a joint or a part of the spine of which the rest of the note does not speak."""
    sentence = doc.sentence_of(mention)
    words = doc.text[max(sentence.start, mention.span.start - _NAMED_BEFORE) : mention.span.end]
    rest = doc.text[: sentence.start] + " " + doc.text[sentence.end :]
    joint = _JOINT.search(words)
    named = _LOW.search(rest) or _HIGH.search(rest) or _JOINT.search(rest)
    if joint:
        return joint.group().lower() not in rest.lower() and bool(named)
    return bool(named) and _other_region(words, rest)


def _wrong_side(doc: Annotated, mention: Mention) -> bool:
    """True when the operation was on the side that the rest of the note does not speak of."""
    sides = [s.lower() for s in re.findall(r"\b(left|right)\b", doc.text[: mention.span.start][-20:], re.IGNORECASE)]
    own = sides[-1] if sides else None
    if own is None:
        return False
    counts = {s: len(re.findall(rf"\b{s}\b", doc.text, re.IGNORECASE)) for s in ("left", "right")}
    other = "right" if own == "left" else "left"
    return counts[other] >= 3 * counts[own]
