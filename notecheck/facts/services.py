"""Work that is no procedure of the fact format: timed sedation, infusions, shots, programming, studies of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from notecheck.coding.service_rules import services
from notecheck.records import Annotated, Evidence, Mention, Service, Span

_ELSEWHERE = frozenset(
    {
        "history", "past-history", "family-history", "social-history", "review-of-systems", "medications", "allergies",
        "consent", "instructions", "indication", "codes",
    }
)  # fmt: skip
_DONE_TODAY = re.compile(r"(?i)\b(?:today|given|administered|received|was done|performed)\b")
_CLOCK = re.compile(r"(?i)(\d{1,2}):?(\d{2})\s?(?:([ap])\.?m)?")
_DAY = 24 * 60
_HALF_DAY = 12 * 60
_DOSE = re.compile(r"(?i)(\d+(?:\.\d+)?)\s?(mg|mcg)\b(?!\s?/)")
_DOSE_REACH = 40
_OF_THE_VISIT = frozenset({"counselling-over-half", "longitudinal-care"})
_DENIAL = re.compile(r"(?i)\b(?:no|not|never|without|nor)\b")
_DENIAL_REACH = 12
_PICTURES = ("fluoroscopy", "ct")
_WORDS = {
    word: number
    for number, word in enumerate(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"), 1)
}
# a kind that one word is enough for, with the marks that the same note may add to it
_PLAIN: dict[str, tuple[str, ...]] = {
    "stimulator-analysis": ("representative",),
    "ultrasound-complete": ("written-report",),
    "ultrasound-limited": ("written-report",),
    "fluoroscopy-alone": ("written-report",),
    "staff-visit": ("clinician-on-site",),
    "longitudinal-care": (),
    "counselling-over-half": (),
    "drug-screen": (),
    "drug-test-definitive": (),
    "epidural-rounds": (),
    "anesthesia-service": (),
    "kit": (),
    "lead-kit": (),
    "generator-rechargeable": (),
    "generator-primary-cell": (),
    "generator-high-frequency": (),
    "compounded": (),
}


def find(doc: Annotated) -> tuple[Service, ...]:
    """The services that the note tells of this encounter, in a fixed order of kinds, each with its words.

    ``sedation`` stands only where an observer or times are told; how deep it was is another fact.
    """
    told = [m for m in doc.of("service") if _counts(doc, m)]
    of: dict[str, list[Mention]] = {}
    for mention in told:
        of.setdefault(mention.value, []).append(mention)
    for kind in ("sedation-time", "infusion-time"):
        begun = {m.sentence for m in of.get(kind, ())}
        of.setdefault(kind, []).extend(m for m in of.get("ended", ()) if m.sentence in begun)
    return tuple(_services(doc, of))


def _services(doc: Annotated, of: dict[str, list[Mention]]) -> Iterator[Service]:
    record = [m for kind in ("sedation-observer", "sedation-by-other", "sedation-time", "sedation-minutes")
              for m in of.get(kind, ())]  # fmt: skip
    if record:
        marks: list[str] = [kind for kind in ("sedation-observer", "sedation-by-other") if kind in of]
        marks += ["child"] if _child(doc) else []
        minutes = _minutes([*of.get("sedation-minutes", ()), *of.get("sedation-time", ())])
        yield Service("sedation", minutes, marks=tuple(marks), evidence=_proof(record, "sedation"))
    yield from _given(doc, of)
    if "stimulator-programming" in of:
        told = [*of["stimulator-programming"], *of.get("parameters-changed", ()), *of.get("parameter", ())]
        marks = ["representative"] if "representative" in of else []
        yield Service("programming", count=_parameters(of), marks=tuple(marks), evidence=_proof(told, "programming"))
    if "lumbar-puncture" in of and "puncture-fluid" in of:
        kind = "csf-drainage" if "csf-drained" in of else "lumbar-puncture"
        pictured = any(m.status == "performed" and m.value in _PICTURES for m in doc.of("guidance"))
        proof = _proof([*of["lumbar-puncture"], *of["puncture-fluid"]], kind)
        yield Service(kind, marks=("imaging",) if pictured else (), evidence=proof)
    if "capsaicin-patch" in of:
        areas = [float(m.groups["area"]) for m in of.get("patch-area", ())]
        patches = [*of["capsaicin-patch"], *of.get("patch-area", ())]
        yield Service("capsaicin-patch", count=max(areas, default=None), evidence=_proof(patches, "capsaicin-patch"))
    for kind, marks_of in _PLAIN.items():
        if kind in of and not (kind == "stimulator-analysis" and "stimulator-programming" in of):
            marks = [mark for mark in marks_of if mark in of]
            yield Service(kind, marks=tuple(marks), evidence=_proof(of[kind], kind))


def _given(doc: Annotated, of: dict[str, list[Mention]]) -> Iterator[Service]:
    """Infusions, pushes and shots: one for each drug that stands with the word in its sentence."""
    given: dict[tuple[str, str], Service] = {}
    for kind in ("infusion", "push", "shot"):
        for mention in of.get(kind, ()):
            sentence = doc.sentence_of(mention)
            for drug in doc.within(sentence, "drug"):
                known = given.get((kind, drug.value))
                if drug.status != "performed" or drug.value == "saline" or (known and known.amount is not None):
                    continue
                times = of.get("infusion-time", ()) if kind == "infusion" else ()
                amount, proof = _amount(doc, sentence, drug), _proof([mention, drug, *times], kind)
                given[kind, drug.value] = Service(kind, _minutes(times), drug.value, amount, evidence=proof)
    yield from given.values()


def _child(doc: Annotated) -> bool:
    """True when the first age told of the patient is one for which sedation has a code of its own."""
    ages = [int(age) for m in doc.of("patient") for name, age in m.groups.items() if name.startswith("age")]
    return bool(ages) and ages[0] < services().sedation.child_below


def _counts(doc: Annotated, mention: Mention) -> bool:
    """Said of this encounter: not denied, planned or past, and outside the parts that tell of other times."""
    sentence = doc.sentence_of(mention)
    # "interrogated: impedances normal" is no denial of the interrogation
    denied = mention.status == "negated" and mention.value == "stimulator-analysis"
    if denied and not _DENIAL.search(doc.text, sentence.start, min(sentence.end, mention.span.end + _DENIAL_REACH)):
        return True
    if mention.status != "performed" or mention.section in _ELSEWHERE:
        return False
    if mention.value in _OF_THE_VISIT or mention.section != "plan":
        return True
    return bool(_DONE_TODAY.search(doc.text, sentence.start, sentence.end))


def _minutes(mentions: Iterable[Mention]) -> float | None:
    """Minutes as stated, else between the first start and the last stop told."""
    starts: list[int | None] = []
    stops: list[int | None] = []
    for mention in mentions:
        for name, said in mention.groups.items():
            if name.startswith("minutes"):
                return float(said)
            (starts if name.startswith("start") else stops).append(_clock(said))
    if not starts or not stops or starts[0] is None or stops[-1] is None:
        return None
    between = (stops[-1] - starts[0]) % _DAY
    return float(between) if between < _HALF_DAY else None


def _clock(text: str) -> int | None:
    found = _CLOCK.match(text)
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2])
    if found[3]:
        hour = hour % 12 + (12 if found[3].lower() == "p" else 0)
    return hour * 60 + minute


def _amount(doc: Annotated, sentence: Span, drug: Mention) -> float | None:
    """The dose of a drug in mg: the first behind its name, else the last before it."""
    after = _DOSE.search(doc.text, drug.span.end, min(sentence.end, drug.span.end + _DOSE_REACH))
    before = list(_DOSE.finditer(doc.text, max(sentence.start, drug.span.start - _DOSE_REACH), drug.span.start))
    found = after or (before[-1] if before else None)
    if found is None:
        return None
    return float(found[1]) / (1000 if found[2].lower() == "mcg" else 1)


def _parameters(of: dict[str, list[Mention]]) -> float | None:
    """How many parameters were changed: as stated, else the number of different ones named; None for neither."""
    for mention in of.get("parameters-changed", ()):
        said = (mention.groups.get("count") or mention.groups.get("count2") or "").lower()
        return float(said) if said.isdigit() else float(_WORDS[said])
    named = {m.text.lower().rstrip("s") for m in of.get("parameter", ())}
    return float(len(named)) if named else None


def _proof(mentions: Iterable[Mention], kind: str) -> tuple[Evidence, ...]:
    return tuple(m.evidence("services", kind) for m in list(mentions)[:4])
