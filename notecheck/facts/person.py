"""Sex and age of the patient as the note gives them, and where two places disagree."""

from __future__ import annotations

import datetime
import re

from notecheck.facts import dates
from notecheck.records import Annotated, Evidence, Mention

_YEARS_APART = 2
_HEAD = 400
_THEN = re.compile(
    r"(?i)\b(?:at that time|at the time|was then|when (?:he|she) was|at (?:the )?age|years? ago"
    r"|since (?:he|she) was|born|onset"
    r"|diagnosed at|died|reviewed?|records?)\b"
)
_MAN = re.compile(r"(?i)^(?!his\b).*\b(?:husband|father|son|brother|uncle|nephew|grandfather|grandson|boyfriend)\b")
_WOMAN = re.compile(r"(?i)^(?!her\b).*\b(?:wife|mother|daughter|sister|aunt|niece|grandmother|girlfriend)\b")
_BYSTANDER = re.compile(
    r"(?i)\b(?:nurse|rn|assistant|technologist|tech|technician|therapist|surgeon|physician|doctor|dr|colleague|friend"
    r"|interpreter|caregiver|aide|driver|wife|daughter|mother|sister|girlfriend|son|father|brother|boyfriend)\b"
)
_ABOUT = re.compile(r"(?i)^(?:this|\d|mr|mrs|ms|miss|sex|gender|(?:a|the) (?:very |pleasant|elderly|delightful))")


def conflict(doc: Annotated) -> tuple[Evidence, ...]:
    """Two pieces of evidence that give the patient another sex or age; empty when the note agrees with itself.

    Pronouns alone never make a conflict, nor do ages told of earlier days or of other people.
    """
    return _ages(doc) or _sexes(doc) or _pronouns(doc)


def _stated(doc: Annotated, *values: str) -> list[Mention]:
    others = [m.span for m in doc.of("patient") if m.value == "other-person"]
    return [
        m
        for m in doc.of("patient")
        if m.value in values
        and m.section not in {"family-history", "social-history"}
        and not any(o.overlaps(m.span) for o in others)
    ]


def _ages(doc: Annotated) -> tuple[Evidence, ...]:
    told: list[tuple[int, Evidence]] = []
    for mention in _stated(doc, "female", "male", "age"):
        stated = next((mention.groups[k] for k in ("age", "age2", "age3", "age4") if k in mention.groups), None)
        if stated is None or not 1 <= int(stated) <= 110 or _of_earlier_days(doc, mention):
            continue
        told.append((int(stated), mention.evidence("contradictions", "sex-age")))
    reckoned = _reckoned(doc)
    for index, (years, proof) in enumerate(told):
        for other_years, other in (*told[index + 1 :], *reckoned):
            if abs(years - other_years) >= _YEARS_APART:
                return proof, other
    return ()


def _reckoned(doc: Annotated) -> list[tuple[int, Evidence]]:
    """The age on the day of service by the date of birth, where the note prints both."""
    day = next(iter(dates.of_service(doc)), None)
    born = dates.born(doc)
    if day is None or born is None:
        return []
    then, now = datetime.date.fromisoformat(born[0]), datetime.date.fromisoformat(day)
    years = now.year - then.year - ((now.month, now.day) < (then.month, then.day))
    return [(years, born[1].evidence("contradictions", "sex-age"))] if 0 < years < 110 else []


def _of_earlier_days(doc: Annotated, mention: Mention) -> bool:
    """True when the sentence, or the one before it, tells of a dated event or an earlier time."""
    if mention.section in {"past-history", "imaging", "allergies"}:
        return True
    sentence = doc.sentence_of(mention)
    if _THEN.search(doc.text[sentence.start : sentence.end]):
        return True
    before = doc.sentences[mention.sentence - 1] if mention.sentence else sentence
    near = [m for m in doc.of("date") if dates.iso(m) and (sentence.contains(m.span) or before.contains(m.span))]
    return bool(near) and mention.span.start > _HEAD and not mention.text.lower().startswith("this")


def _sexes(doc: Annotated) -> tuple[Evidence, ...]:
    strong: dict[str, Mention] = {}
    head = doc.text[:_HEAD].lower()
    for mention in _stated(doc, "female", "male"):
        if _of_earlier_days(doc, mention) or not _ABOUT.match(mention.text):
            continue
        title = re.match(r"(?:Mrs?|Ms|Miss)\.? ([A-Z][\w'-]*)", mention.text)
        if title and (title.group(1).lower() not in head or mention.span.start < 0):
            continue
        strong.setdefault(mention.value, mention)
    if len(strong) == 2:
        first, second = sorted(strong.values(), key=lambda m: m.span)
        return first.evidence("contradictions", "sex-age"), second.evidence("contradictions", "sex-age")
    return ()


def _near(doc: Annotated, mention: Mention) -> str:
    """The sentence of a mention and the one before it."""
    before = doc.sentences[mention.sentence - 1] if mention.sentence else doc.sentence_of(mention)
    return doc.text[before.start : doc.sentence_of(mention).end]


def _pronouns(doc: Annotated) -> tuple[Evidence, ...]:
    """A noun against every pronoun of the note, and nobody else whom the pronouns could mean."""
    nouns = [m for m in _stated(doc, "female", "male") if _ABOUT.match(m.text) and not m.text.lower().startswith("m")]
    if len({m.value for m in nouns}) != 1:
        return ()
    male = nouns[0].value == "male"
    same, other = (("he", "his"), ("she", "her")) if male else (("she", "her"), ("he", "his"))
    persons = [m.text for m in doc.of("patient") if m.value == "other-person"]
    if not all((_MAN if male else _WOMAN).search(words) for words in persons):
        return ()
    against = [m for m in doc.of("patient") if m.value in other]
    subjects = [m for m in against if m.value == other[0] and not _BYSTANDER.search(_near(doc, m))]
    if subjects and len(against) >= 2 and not any(m.value in same for m in doc.of("patient")):
        return nouns[0].evidence("contradictions", "sex-age"), subjects[0].evidence("contradictions", "sex-age")
    return ()
