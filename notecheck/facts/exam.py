"""Findings of the examiner at this encounter: those stated as present, and those looked for and absent."""

from __future__ import annotations

import re

from notecheck.facts import cues
from notecheck.facts.clauses import clause_of, phrase_of, section_of
from notecheck.records import Annotated, Evidence, Mention

FIELD = "exam"
_SILENT_SECTIONS = {
    "consent", "instructions", "review-of-systems", "family-history", "codes", "plan", "past-history", "allergies",
    "medications", "title", "past-records", "complications", "time-out", "guidance", "contrast", "disposition",
    "social-history", "response", "anesthesia",
}  # fmt: skip
_EXAM_SECTIONS = {"exam", "findings"}
_GRADED = re.compile(r"\b(?:[1-4]\+|trace|small|moderate|large|ballott?able) (?:\w+ )?effusion", re.IGNORECASE)
_NOT_BESIDE_PICTURES = {"swelling", "range-of-motion-limited", "temperature-color-change", "tenderness"}
_TESTS = {"straight-leg-raise", "spurling", "facet-loading", "si-provocation", "tinel", "phalen"}

_CUES = cues.load("exam")
_MINUS = re.compile(
    r"\s*[-\u2013\u2212]\s*(?:(?:bilat\w*|b/l|left|right|both|[lr])\b\.?\s*)?(?=[,;.\n]|$)",
    re.IGNORECASE,
)
_POSITIVE = _CUES["positive"]
_NEGATIVE = _CUES["negative"]
_PAIN_ON = _CUES["pain-on"]
_DENIED = _CUES["denied"]
_DENIED_AFTER = _CUES["denied-after"]
_BREAKS_DENIAL = _CUES["breaks-denial"]
_REPORTED = _CUES["reported"]
_ELSEWHERE = _CUES["elsewhere"]
_MACHINE = _CUES["machine"]
_PRESSED = _CUES["pressed"]
_LIMB_SIGNS = _CUES["limb-signs"]
_STRENGTH = _CUES["strength"]
_NO_PAIN = re.compile(
    r"\b(?:no|without|denies)\s+(?:\w+\s+)?pain\w*\s+(?:with|on|upon|during|in|at)\b[^.;,]{0,25}$", re.IGNORECASE
)
_PRESSED_OUT = re.compile(
    r"(?:palpat|press|compress|squeez).*\b(?:pain|ache|aching|discomfort|headache)s? (?:that|which)\b",
    re.IGNORECASE | re.DOTALL,
)
_TENSE = 70  # degrees; pain beyond them is no root sign
_LIMITS = {
    "abduction": 150,
    "elevation": 150,
    "external": 60,
    "internal": 50,
    "rotation": 60,
    "flexion": 45,
    "motion": 120,
    "rom": 120,
    "er": 60,
    "ff": 150,
    "ir": 50,
    "abd": 150,
    "dorsiflexion": 10,
}


def find(doc: Annotated) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Evidence, ...]]:
    """Slugs of findings present, slugs of findings stated as absent, and the words for both (``exam_negative``)."""
    present: list[tuple[str, Mention]] = []
    absent: list[tuple[str, Mention]] = []
    for mention in doc.of("exam"):
        slug = mention.value.rstrip("+-")
        if slug == "crossed" or not _counts(doc, mention, slug):
            continue
        answer = _answer(doc, mention, slug)
        if answer is not None:
            (present if answer else absent).extend((name, mention) for name in _slugs(mention, slug))
    if any(s == "dermatomal-sensory-change" and "dermatom" in m.text.lower() for s, m in absent):
        present = [
            (s, m)
            for s, m in present
            if s != "dermatomal-sensory-change" or "patch" not in m.text.lower() + _around(doc, m)
        ]
    found = tuple(dict.fromkeys(slug for slug, _ in present))
    missing = tuple(dict.fromkeys(slug for slug, _ in absent if slug not in found))
    evidence = [m.evidence(FIELD, slug) for slug, m in present]
    evidence += [m.evidence("exam_negative", slug) for slug, m in absent if slug in missing]
    return found, missing, tuple(evidence)


def _slugs(mention: Mention, slug: str) -> list[str]:
    """One phrase may answer for several: "strength, sensation and reflexes normal"."""
    if mention.value == "referred-pain+" and _PRESSED_OUT.search(mention.text):
        return [slug, "tenderness"]
    if mention.value.endswith("+") and slug in ("taut-band", "referred-pain"):
        words = mention.text.lower()
        named = [("refer", "referred-pain"), ("twitch", "twitch-response"), ("band", "taut-band")]
        return list(dict.fromkeys([slug, *(value for word, value in named if word in words)]))
    referred = re.search(r"\breferr(?:ed|al) (?:pain|pattern|symptoms)", mention.text, re.IGNORECASE)
    if mention.value == "tenderness+" and referred:
        return ["referred-pain"]
    if not mention.value.endswith("-") or slug in ("tenderness", "gait", "range-of-motion-limited"):
        return [slug]
    words = mention.text.lower()
    if words.startswith("neuro"):
        return ["motor-weakness", "dermatomal-sensory-change", "reflex-change"]
    tested = {
        "strength": "motor-weakness",
        "motor": "motor-weakness",
        "power": "motor-weakness",
        "sens": "dermatomal-sensory-change",
        "reflex": "reflex-change",
    }
    own = "dermatomal-sensory-change" if slug == "sensation" else slug
    return list(dict.fromkeys([own, *(value for word, value in tested.items() if word in words)]))


def _around(doc: Annotated, mention: Mention) -> str:
    sentence = doc.sentence_of(mention)
    return doc.text[sentence.start : sentence.end].lower()


def _counts(doc: Annotated, mention: Mention, slug: str) -> bool:
    """True when the words can be a finding of the examiner: right place, not a complaint, not the machine's work."""
    if section_of(doc, mention) in _SILENT_SECTIONS:
        return False
    sentence = doc.sentence_of(mention)
    text = doc.text[sentence.start : sentence.end]
    head = doc.text[sentence.start : mention.span.start]
    if re.search(r"\?\s*$|\bplease provide\b|\bvalidity\b", text, re.IGNORECASE):
        return False
    examined = section_of(doc, mention) in _EXAM_SECTIONS or bool(
        re.search(r"\bexam(?:ination)?\b", text[:60], re.IGNORECASE)
    )
    if "HYPOTHETICAL" in mention.cues and not examined:
        return False
    pictured = section_of(doc, mention) == "imaging" or any(
        s.span.start < mention.span.start for s in doc.within(sentence, "imaging-study")
    )
    if pictured and slug in _NOT_BESIDE_PICTURES:
        return False
    if slug == "tenderness" and _ELSEWHERE.search(text):
        return False
    if slug == "twitch-response" and _MACHINE.search(text):
        return False
    if slug == "swelling":
        return (
            (examined or bool(_LIMB_SIGNS.search(text)) or _among_findings(doc, mention) or bool(_GRADED.search(text)))
            and not _ELSEWHERE.search(text)
            and not re.search(r"ultrasound|recess|probe", text, re.IGNORECASE)
        )
    if slug == "referred-pain" and not re.search(r"referr(?:ed|al) (?:pain|pattern|zone)", mention.text, re.IGNORECASE):
        return bool(_PRESSED.search(text))
    if slug == "motor-weakness":
        return _strength(doc, mention, text, examined)
    if slug in ("dermatomal-sensory-change", "temperature-color-change", "allodynia", "sensation") and not examined:
        numbness = mention.text.lower().startswith("numb")
        return not numbness and not _REPORTED.search(head)
    if slug == "gait" and re.search(r"cane|walker|crutch|stick", mention.text, re.IGNORECASE):
        return examined
    if slug == "range-of-motion-limited" and re.search(r"\d", mention.text):
        return _few_degrees(doc, mention)
    return (
        examined
        or section_of(doc, mention) in ("none", "other", "indication", "diagnosis", "description", "assessment")
        or not _REPORTED.search(head)
    )


def _among_findings(doc: Annotated, mention: Mention) -> bool:
    """True where the sentence right before or after tells another finding, and its own names no drug that caused it."""
    if doc.within(doc.sentence_of(mention), "care"):
        return False
    near = (*doc.sentences[max(0, mention.sentence - 1) : mention.sentence], *doc.sentences[mention.sentence + 1 :][:1])
    return any(m.value.rstrip("+-") not in ("swelling", "motor-weakness") for s in near for m in doc.within(s, "exam"))


def _strength(doc: Annotated, mention: Mention, text: str, examined: bool) -> bool:
    graded = re.search(r"\d|\bfive\b", mention.text)
    if graded:
        return examined or bool(_STRENGTH.search(text))
    if mention.value.endswith("-"):
        return True
    if section_of(doc, mention) in ("diagnosis", "assessment", "history") or _REPORTED.search(text):
        return examined
    if re.search(r"strength|power", mention.text, re.IGNORECASE):
        return True
    return examined or bool(re.search(r"\bexam|positive|\bslr\b|straight|reflex|sensation|touch", text, re.IGNORECASE))


def _few_degrees(doc: Annotated, mention: Mention) -> bool:
    tail = doc.text[mention.span.end : mention.span.end + 8]
    if (
        re.match(r"\s*(?:cm|mm|inch|/10|%|ml|mg|right|left oblique)", tail, re.IGNORECASE)
        or section_of(doc, mention) == "description"
    ):
        return False
    name = mention.text.split()[0].lower()
    if re.search(r"limited to|half|a third", mention.text, re.IGNORECASE):
        return True
    numbers = [int(n) for n in re.findall(r"\d{1,3}", mention.text)]
    if name.startswith(("can", "unable")):
        return True
    limit = _LIMITS.get(name)
    if limit is not None and name == "flexion" and re.search(r"knee|shoulder|hip", _around(doc, mention)):
        limit = 110
    return limit is not None and (numbers[-1] < limit)


def _answer(doc: Annotated, mention: Mention, slug: str) -> bool | None:
    """True for present, False for absent, None where the words leave it open."""
    denied = _denied(doc, mention)
    if mention.value.endswith("-"):
        return False
    if mention.value.endswith("+"):
        return not denied
    return _test(doc, mention, slug, denied)


_OTHER_SIDE = re.compile(
    r"\W*(?:but |and )?(?:positive|pos\b|\+) ?(?:on )?(?:the )?(?:left|right|lt|rt|[lr])\b", re.IGNORECASE
)
"""What follows "negative right" where the other side answers otherwise."""


def _test(doc: Annotated, mention: Mention, slug: str, denied: bool) -> bool | None:
    """The answer of a named test: in its own words, in its phrase, or at the end of the list it stands in."""
    own = mention.text.lower()
    if re.search(r"\bpositive|shoot|send|radiat|reproduc|tingl|electric|paresthe|zing", own):
        return not denied
    if "negative" in own or denied:
        return False
    phrase, clause = phrase_of(doc, mention), clause_of(doc, mention)
    behind = doc.text[mention.span.end : phrase.end]
    answer = _first(behind)
    if answer is False and _OTHER_SIDE.match(doc.text, phrase.end, clause.end):
        return True
    if answer is not None:
        return answer
    if _MINUS.match(doc.text, mention.span.end, clause.end) and re.search(r"(?<!\d)\+(?!\d)", _around(doc, mention)):
        return False
    head = doc.text[phrase.start : mention.span.start]
    answer = _last(head)
    if answer is not None:
        return answer
    if slug == "straight-leg-raise" and (raised := re.match(r"\s*(?:at |to |of |limited to )*(\d{2})\b(?!/)", behind)):
        return int(raised.group(1)) <= _TENSE
    if slug == "si-provocation" and re.search(
        r"\bpain\w* (?:with|on|during|upon)\b[^.;]*$", _before(doc, mention), re.I
    ):
        return True
    if slug == "tinel" and section_of(doc, mention) in _EXAM_SECTIONS and re.match(r"\s*(?:at|over|along)\b", behind):
        return True
    if slug == "facet-loading" and (
        _PAIN_ON.search(head) and section_of(doc, mention) in (*_EXAM_SECTIONS, "none", "other")
    ):
        return True
    following = [m for m in doc.of("exam") if m.span.start > mention.span.end and m.span.start < clause.end]
    rest = doc.text[mention.span.end : clause.end]
    if following and re.fullmatch(
        r"\s*(?:\([^)]*\)\s*)?(?:,|and|&|/|,? or)?\s*(?:and )?(?:left |right |bilateral )?",
        doc.text[mention.span.end : following[0].span.start],
        re.IGNORECASE,
    ):
        return _test(doc, following[0], slug, False) if following[0].value in _TESTS else _first(rest)
    answer = _first(rest[:60])
    if answer is not None:
        return answer
    if (
        slug == "facet-loading"
        and re.search(r"features|signs|pain", own)
        and section_of(doc, mention) in _EXAM_SECTIONS
    ):
        return True
    return None


def _before(doc: Annotated, mention: Mention) -> str:
    return doc.text[clause_of(doc, mention).start : mention.span.start]


def _first(text: str) -> bool | None:
    yes, no = _POSITIVE.search(text), _NEGATIVE.search(text)
    if yes and no:
        return yes.start() < no.start()
    return True if yes else False if no else None


def _last(text: str) -> bool | None:
    yes = list(_POSITIVE.finditer(text))
    no = list(_NEGATIVE.finditer(text))
    if yes and no:
        return yes[-1].start() > no[-1].start()
    return True if yes else False if no else None


def _denied(doc: Annotated, mention: Mention) -> bool:
    """True when a denial stands before the finding in its phrase, at the head of its "or" list, or right behind it."""
    clause, phrase = clause_of(doc, mention), phrase_of(doc, mention)
    if _NO_PAIN.search(doc.text[phrase.start : mention.span.start]):
        return True
    tail = doc.text[mention.span.end : clause.end]
    if mention.value.rstrip("+") not in _TESTS and _DENIED_AFTER.match(tail):
        return True
    head = doc.text[phrase.start : mention.span.start]
    cues = list(_DENIED.finditer(head))
    if cues and not _BREAKS_DENIAL.search(head[cues[-1].end() :]):
        return True
    head = doc.text[clause.start : mention.span.start]
    cues = list(_DENIED.finditer(head))
    if not cues:
        return False
    between = head[cues[-1].end() :]
    listed = re.search(r"\b(?:or|nor)\b", between) or re.match(r"[\w\s,/-]{0,40}\b(?:or|nor)\b", tail, re.IGNORECASE)
    return bool(listed) and len(between) < 90 and not _BREAKS_DENIAL.search(between)
