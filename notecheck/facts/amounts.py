"""The amounts of one sentence shared out to its drugs: which volume, strength and mass belong to which."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field

from notecheck.facts.quantities import number
from notecheck.records import Annotated, Mention, Span

_STRONG = re.compile(
    r"^\s*/(?! ?m[lL]\b)"
    r"|\b(?:and|plus|with|w(?=/?\s\S)|along with|then|followed by|diluted (?:in|with)|mixed with|in|after"
    r"|before|preceded by)\b"
    r"|\+|;|&"
    r"|(?<!mg)(?<!mcg)(?<!mg )(?<!units)/(?!\s?(?:\d*\s?m[lL]|cc))",
    re.IGNORECASE,
)
_RIGHT_AND_LEFT = re.compile(
    r"\b(?:right|rt|left|lt)\b(?: side)?,? (?:and|plus|then) \d[\d.]* ?(?:ml|cc)s? (?:\w+ ){0,3}?"
    r"(?:right|rt|left|lt)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"(?:total(?: volume| dose| amount)?(?: of| was|:)?|=)\s*$", re.IGNORECASE)
_TOTAL = re.compile(
    r"\btotal|in all\b|all told\b|all together\b|altogether|\boverall\b|\bsum of\b|combined", re.IGNORECASE
)
_DRAWN_UP = 2.0  # mL: "20 mg/5 mL" is more often the label of a vial
WORD_NUMBERS = {
    "one": 1.0, "two": 2.0, "three": 3.0, "four": 4.0, "five": 5.0, "six": 6.0, "seven": 7.0, "eight": 8.0,
    "nine": 9.0, "ten": 10.0, "half": 0.5, "one-half": 0.5,
}  # fmt: skip


@dataclass(slots=True)
class Amount:
    """What stands beside one drug mention."""

    mg: float | None = None
    units: float | None = None
    ml: float | None = None
    pct: float | None = None
    conc: float | None = None
    each: bool = False
    total: bool = False
    proofs: list[Mention] = field(default_factory=list)

    def dose(self) -> float | None:
        """Mass in mg (or units); from volume and strength where the mass is not written."""
        if self.units is not None:
            return self.units
        if self.mg is not None:
            return self.mg
        if self.ml is not None and self.pct is not None:
            return self.ml * self.pct * 10
        if self.ml is not None and self.conc is not None:
            return self.ml * self.conc
        return None


def one_each(mentions: list[Mention]) -> list[Mention]:
    """Generic and brand side by side are one drug."""
    out: list[Mention] = []
    for mention in mentions:
        if out and out[-1].value == mention.value and mention.span.start - out[-1].span.end < 60:
            continue
        if out and {out[-1].value, mention.value} == {"botulinum toxin", "onabotulinumtoxina"}:
            out[-1] = mention if out[-1].value == "botulinum toxin" else out[-1]
            continue
        out.append(mention)
    return out


def bind(text: str, sentence: Span, drugs: list[Mention], doses: list[Mention]) -> list[Amount]:
    """Shares the amounts of a sentence among its drugs: a connector between two drugs is the border."""
    borders = [sentence.start]
    for first, second in itertools.pairwise(drugs):
        gap = text[first.span.end : second.span.start]
        cuts = list(_STRONG.finditer(gap)) or list(re.finditer(r",", gap))
        borders.append(first.span.end + (cuts[-1].start() if cuts else len(gap)))
    borders.append(sentence.end)
    amounts: list[Amount] = []
    for index, _ in enumerate(drugs):
        amount = Amount()
        own = [d for d in doses if borders[index] <= d.span.start < borders[index + 1]]
        volumes = sorted((d for d in own if d.value == "volume"), key=lambda d: _gap(d, drugs[index]))
        whole = [
            d
            for d in volumes
            if _WHOLE.search(text[max(sentence.start, d.span.start - 22) : d.span.start])
            or re.match(r"\s*(?:in all|total|altogether)\b", text[d.span.end : d.span.end + 14], re.IGNORECASE)
        ]
        if whole and len(volumes) > 1 and len(drugs) == 1:
            volumes = whole
            amount.total = True
        both = volumes if _RIGHT_AND_LEFT.search(text, sentence.start, sentence.end) and len(volumes) == 2 else []
        if both:
            amount.ml = sum(number_of(d.groups["ml"]) for d in both if "ml" in d.groups)
            amount.total = True
        if (shared := _by_place(text, sentence, volumes)) is not None and len(drugs) == 1:
            amount.ml, amount.total = shared, True
        for dose in [*volumes[:1], *(d for d in own if d.value != "volume")]:
            _take(amount, dose, text)
        amounts.append(amount)
    tail = amounts[-1] if amounts else None
    if tail and tail.each:
        for amount in amounts:
            amount.each = True
    if amounts and amounts[0].each:
        for amount in amounts[1:]:
            amount.each = True
    if any(d.value == "split" for d in doses):
        for amount in amounts:
            amount.each = True
    return amounts


_TO_ONE = re.compile(
    r"(?:[^.;,\d]|\d+(?:\.\d+)?\s?%){0,40}?\b(?:in|into|to|at|on|for) (?:the )?"
    r"(?P<side>each|both|bilateral|left|right)\b(?! (?:of|level|site|side"
    r"|point|place|location|injection|muscles?|nerves?|joints?)\b)",
    re.IGNORECASE,
)


def _by_place(text: str, sentence: Span, volumes: list[Mention]) -> float | None:
    """mL of one drug shared out in one sentence: "1 mL into each trapezius and 2 mL into the left splenius"."""
    if len(volumes) < 2:
        return None
    ordered = sorted(volumes, key=_begin)
    ends = [*(v.span.start for v in ordered[1:]), sentence.end]
    total = 0.0
    for volume, end in zip(ordered, ends, strict=True):
        place = _TO_ONE.match(text[:end], volume.span.end)
        if place is None or "ml" not in volume.groups:
            return None
        total += number_of(volume.groups["ml"]) * (2 if place["side"].lower() in ("each", "both", "bilateral") else 1)
    return total


def sum_up(words: str, drugs: list[Mention], amounts: list[Amount]) -> None:
    """Marks the later amount of a drug named twice as its total where the sentence sums up ("2 mL each of ...: 15 mg
    bupivacaine and 30 mg triamcinolone in all")."""
    if not _TOTAL.search(words):
        return
    for index, drug in enumerate(drugs):
        again = any(other.value == drug.value for other in drugs[:index])
        if again and amounts[index].dose() is not None and amounts[index].ml is None:
            amounts[index].each, amounts[index].total = False, True
            for before, other in enumerate(drugs[:index]):
                if other.value == drug.value:
                    amounts[before].total = False


def _begin(mention: Mention) -> int:
    return mention.span.start


def _gap(dose: Mention, drug: Mention) -> int:
    """Characters between an amount and the drug; one written before it counts as nearer."""
    if dose.span.end <= drug.span.start:
        return drug.span.start - dose.span.end
    return dose.span.start - drug.span.end + 12


def _take(amount: Amount, dose: Mention, text: str) -> None:
    groups = dose.groups
    around = text[max(0, dose.span.start - 14) : dose.span.end + 14]
    if dose.value == "mass" and (written := groups.get("mg") or groups.get("mgof") or groups.get("mgof2")):
        value = number_of(written)
        if amount.mg is None or _TOTAL.search(around):
            amount.mg = value
            amount.total = amount.total or bool(_TOTAL.search(around))
            amount.proofs.append(dose)
    elif dose.value == "micrograms" and "mcg" in groups:
        if amount.mg is None:
            amount.mg = number_of(groups["mcg"]) / 1000
            amount.proofs.append(dose)
    elif dose.value == "units" and "units" in groups:
        value = number_of(groups["units"])
        if amount.units is None or _TOTAL.search(around):
            amount.units = value
            amount.total = amount.total or bool(_TOTAL.search(around))
            amount.proofs.append(dose)
    elif dose.value == "volume":
        written = groups.get("ml") or groups.get("mlof")
        alone = (1.5 if "andhalf" in groups else 1.0) if "mla" in groups else 0.5
        value = number_of(written) if written else alone
        if amount.ml is None:
            amount.ml = value
            amount.proofs.append(dose)
    elif dose.value == "percent":
        quarter = "0.25" if "quarter" in groups else "0.5"
        raw = groups.get("pct") or groups.get("pctword") or groups.get("pctword2") or quarter
        amount.pct = amount.pct if amount.pct is not None else number_of(raw)
    elif dose.value == "concentration":
        per = number_of(groups["per"]) if groups.get("per") else 1.0
        amount.conc = number_of(groups.get("conc") or groups["conc2"]) / (per or 1.0)
        vial = "vial" in text[dose.span.end : dose.span.end + 24].lower()
        if per not in (0.0, 1.0) and per <= _DRAWN_UP and amount.ml is None and not vial:
            amount.ml = per  # "5 mg/0.5 mL" tells what was drawn up, not the strength on the label
            amount.proofs.append(dose)
    elif dose.value == "microconcentration":
        amount.conc = number_of(groups["mcgconc"]) / 1000
    elif dose.value == "split":
        amount.each = True
    elif dose.value == "total":
        amount.total = True


def number_of(raw: str) -> float:
    """A number as written in figures or in words ("0,5", "two", "point two five", "a quarter")."""
    lowered = raw.lower().replace(",", ".").removeprefix("zero ")
    words = ("point two", "point two five", "point five", "point seven five", "point one two five")
    spoken = dict(zip(words, (0.2, 0.25, 0.5, 0.75, 0.125), strict=True))
    if lowered in spoken or "quarter" in lowered:
        return spoken.get(lowered, 0.25)
    if lowered in WORD_NUMBERS:
        return WORD_NUMBERS[lowered]
    return float(lowered) if lowered.lstrip(".")[:1].isdigit() else _spoken(lowered)


def _spoken(words: str) -> float:
    """A number of several words: "forty", "twenty-two", "one hundred and fifty", "two and a half", "half a"."""
    if words.startswith("half"):
        return 0.5
    before, hundred, after = words.partition("hundred")
    count = 100.0 * (number(before) or 1.0) if hundred else 0.0
    return count + (number(after if hundred else words) or 0.0)


_STRENGTH = re.compile(r"([- ]?)\s?(10|40|80|ten|forty|eighty)$", re.IGNORECASE)
_BARE_MG = re.compile(r"\s?(\d{1,3})(?=\s*(?:$|[+,;&)./\n]|w/|with\b|and\b|in\b|plus\b))(?!\.\d)(?!/\d)", re.IGNORECASE)
_MG_BEFORE = re.compile(r"(?:^|[-,;:(+&]\s?|\bwith )(\d{1,3}) (?:of )?$", re.IGNORECASE)
_STEROID_MG = {
    "methylprednisolone": (20, 120), "triamcinolone": (5, 120), "dexamethasone": (2, 20), "betamethasone": (3, 18),
}  # fmt: skip
"""Bare numbers behind a steroid that are read as its mg ("Depo 80 + 4 cc lido"): the usual range."""


def take_label(text: str, mention: Mention, amount: Amount) -> None:
    """What the product's name or label says of its strength or its whole dose."""
    _take_strength(text, mention, amount)
    _one_syringe(text, mention, amount)


_THE_SAME = re.compile(r"\b(?:the |this )?same (?:strength |concentration )?(?:of )?(?:the )?$", re.IGNORECASE)


def take_same(doc: Annotated, mention: Mention, amount: Amount) -> None:
    """The strength of "the same" drug: the one told with it before."""
    if amount.ml is None or amount.pct is not None or amount.conc is not None or amount.mg is not None:
        return
    if not _THE_SAME.search(doc.text, max(0, mention.span.start - 30), mention.span.start):
        return
    earlier = [m for m in doc.of("drug") if m.value == mention.value and m.span.end <= mention.span.start]
    for before in reversed(earlier):
        sentence = doc.sentence_of(before)
        drugs = [m for m in doc.within(sentence, "drug") if m.span.end <= mention.span.start]
        amounts = bind(doc.text, sentence, drugs, list(doc.within(sentence, "dose")))
        told = next((a for d, a in zip(drugs, amounts, strict=True) if d.span == before.span), None)
        if told and (told.pct is not None or told.conc is not None):
            amount.pct, amount.conc = told.pct, told.conc
            return


def _one_syringe(text: str, mention: Mention, amount: Amount) -> None:
    """A gel is sold by the syringe: "60 mg / 3 mL" is what went in, where no volume says otherwise."""
    if mention.value == "hyaluronate" and amount.mg is None and amount.ml is None and amount.conc is not None:
        label = _GEL.search(text, mention.span.start, mention.span.end + 40)
        amount.mg = number_of(label.group(1)) if label else None


_GEL = re.compile(r"(\d+(?:\.\d+)?) ?mg ?(?:/|in|per) ?\d+(?:\.\d+)? ?m[lL]", re.IGNORECASE)


def _take_strength(text: str, mention: Mention, amount: Amount) -> None:
    """The number in a product's name: its strength beside a volume ("1 cc Kenalog 40"), else mg"
    " ("Kenalog 40 + lido")."""
    strength = _STRENGTH.search(mention.text)
    bare = None if strength else _BARE_MG.match(text, mention.span.end, mention.span.end + 12)
    bare = bare or (None if strength else _MG_BEFORE.search(text, max(0, mention.span.start - 12), mention.span.start))
    found = strength.group(2) if strength else bare.group(1) if bare else None
    least, most = _STEROID_MG.get(mention.value, (1, 0))
    if found is None or amount.mg is not None or amount.conc is not None:
        return
    if strength and (amount.ml is not None or strength.group(1) == "-"):
        amount.conc = number_of(found)
    elif amount.ml is None and least <= number_of(found) <= most:
        amount.mg = number_of(found)
