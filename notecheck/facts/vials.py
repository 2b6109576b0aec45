"""Vials: kind, whole or not, and what was discarded, bound to the drug named beside."""

from __future__ import annotations

import re
from collections.abc import Iterator

from notecheck.records import Annotated, Evidence, Mention, Span, Vial

_LOCAL = frozenset({"lidocaine", "bupivacaine", "ropivacaine", "mepivacaine", "chloroprocaine", "sodium bicarbonate"})
_NOT_A_VIAL = frozenset(
    {"saline", "midazolam", "fentanyl", "propofol", "ketamine", "cefazolin", "atropine", "ethyl chloride"}
)
_UNIT = {
    "mg": "mass",
    "mcg": "micro",
    "unit": "units",
    "units": "units",
    "u": "units",
    "iu": "units",
    "ml": "volume",
    "cc": "volume",
}
_DOSE = re.compile(
    r"(?P<n>\d+(?:\.\d+)?)\s?-?(?P<u>mg|units?|u)\b(?!\s?/|\s?per\s?m)(?!(?:[ -]\w+){0,2}[ -]vials?)"
    r"(?!\s?(?:=|in|per) (?:each )?0?\.\d)",
    re.IGNORECASE,
)
_STRENGTH = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s?(?P<u>mg|units?|mcg)\s?(?:/|per )\s?m[lL]", re.IGNORECASE)
_GONE = re.compile(r"(?i)[^.;,]{0,16}(?:discard|wast|thrown|left over)")


def find(doc: Annotated) -> tuple[Vial, ...]:
    """One entry for each drug of whose vial the note tells. Doses without a word on the vial make no entry."""
    facts: dict[str, dict[str, object]] = {}
    words: dict[str, list[Evidence]] = {}
    for mention in doc.of("vial"):
        drug = _drug_of(doc, mention)
        if drug is None:
            continue
        entry = facts.setdefault(drug.value, {"drug": drug})
        _note(doc, entry, mention, drug)
        words.setdefault(drug.value, []).append(mention.evidence("vials", drug.value))
    return tuple(_vial(doc, name, entry, words[name]) for name, entry in facts.items() if len(entry) > 1)


def _note(doc: Annotated, entry: dict[str, object], mention: Mention, drug: Mention) -> None:
    if mention.value in {"single-dose", "multi-dose"}:
        entry.setdefault("kind", mention.value)
    elif mention.value == "whole":
        entry["whole"] = True
        entry.setdefault("discarded", 0.0)
    elif mention.value == "none-discarded":
        entry["whole"] = True
        entry["discarded"] = 0.0
    elif mention.value == "discarded":
        amount = _amount(doc, mention, drug)
        if amount is not None:
            entry["discarded"] = amount
            if amount == 0:
                entry["whole"] = True
    elif mention.value == "vial-size":
        entry.setdefault("size", float(mention.groups["amount"]))


def _amount(doc: Annotated, mention: Mention, drug: Mention) -> float | None:
    """The discarded amount in mg or units; millilitres are turned into mg where the strength is beside."""
    number = mention.groups.get("amount") or mention.groups.get("amount2")
    unit = (mention.groups.get("unit") or mention.groups.get("unit2") or "").lower()
    if number is None:
        return None
    kind = _UNIT.get(unit)
    if kind in {"mass", "units"}:
        return float(number)
    if float(number) == 0:
        return 0.0
    if kind == "volume":
        strength = _strength(doc, drug)
        return round(float(number) * strength, 3) if strength is not None else None
    return float(number) / 1000


def _strength(doc: Annotated, drug: Mention) -> float | None:
    around = doc.text[drug.span.start : drug.span.end + 120]
    match = _STRENGTH.search(around)
    if match:
        return float(match["n"])
    brand = re.search(r"(?i)kenalog-(\d+)", drug.text)
    return float(brand.group(1)) if brand else None


def _drug_of(doc: Annotated, mention: Mention) -> Mention | None:
    """The drug whose vial it is: the nearest of the sentence, one before it first; else the last one told earlier."""
    sentence = doc.sentence_of(mention)
    here = list(_drugs(doc, sentence))
    best = _nearest(here, mention)
    if best is not None:
        return best
    for index in range(mention.sentence - 1, max(-1, mention.sentence - 4), -1):
        earlier = list(_drugs(doc, doc.sentences[index]))
        if earlier:
            return next((m for m in reversed(earlier) if m.value not in _LOCAL), earlier[-1])
    titled = [m for m in _drugs(doc, Span(0, mention.span.start)) if m.value not in _LOCAL]
    if titled:
        return titled[-1]
    following = doc.sentences[mention.sentence + 1 : mention.sentence + 2]
    return next((m for s in following for m in _drugs(doc, s) if m.value not in _LOCAL), None)


def _nearest(drugs: list[Mention], mention: Mention) -> Mention | None:
    named = [m for m in drugs if m.value not in _LOCAL] or drugs
    before = [m for m in named if m.span.end <= mention.span.start or m.span.overlaps(mention.span)]
    after = [m for m in named if m.span.start >= mention.span.end]
    if before:
        return before[-1]
    return after[0] if after else None


def _drugs(doc: Annotated, span: Span) -> Iterator[Mention]:
    pump = any(m.value == "intrathecal-pump" and m.status == "performed" for m in doc.of("procedure"))
    left_out = _NOT_A_VIAL - {"fentanyl"} if pump else _NOT_A_VIAL
    return (m for m in doc.within(span, "drug") if m.value not in left_out)


def _vial(doc: Annotated, name: str, entry: dict[str, object], words: list[Evidence]) -> Vial:
    drug = entry["drug"]
    assert isinstance(drug, Mention)
    size = entry.get("size")
    discarded = entry.get("discarded")
    kind = entry.get("kind")
    lost = discarded if isinstance(discarded, float) else None
    return Vial(
        drug=name,
        given=_given(doc, drug, size if isinstance(size, float) else None, bool(entry.get("whole")), lost),
        discarded=lost,
        kind=kind if isinstance(kind, str) else None,
        whole=bool(entry.get("whole")),
        evidence=(drug.evidence("vials", name), *words),
    )


def _given(doc: Annotated, drug: Mention, size: float | None, whole: bool, lost: float | None) -> float | None:
    """Total dose of the drug: a stated total, else what a vial of known ``size`` held less what was ``lost``, where the
    note writes that amount; else the first dose after its name, else the whole vial."""
    sentence = doc.sentence_of(drug)
    index = drug.sentence
    reach = Span(sentence.start, doc.sentences[min(index + 6, len(doc.sentences) - 1)].end)
    doses = [m for m in _DOSE.finditer(doc.text, sentence.start, reach.end) if not _GONE.match(doc.text, m.end())]
    own = [m for m in doses if m.start() >= drug.span.start and m.start() < sentence.end] or [
        m for m in doses if sentence.start <= m.start() < drug.span.end
    ]
    toxin = "toxin" in drug.value
    if toxin:
        totals = [m for m in doses if re.search(r"(?i)total", doc.text[max(0, m.start() - 30) : m.start()])]
        if totals:
            return float(totals[-1]["n"])
    if size is not None and lost:
        left = size - lost
        if any(abs(float(m["n"]) - left) < 0.01 for m in _DOSE.finditer(doc.text)):
            return left
    for match in own:
        return float(match["n"])
    return size if whole else None
