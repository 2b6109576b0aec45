"""Drugs injected at the target and their total doses, from volume, concentration and how often they were given."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from notecheck.facts import grids, syringes, toxins
from notecheck.facts.amounts import WORD_NUMBERS, Amount, bind, number_of, one_each, sum_up, take_label, take_same
from notecheck.facts.company import of_each_side, with_steroid
from notecheck.facts.drafts import Draft
from notecheck.facts.families import EPIDURAL, MUSCLE, NOT_INJECTATE, TOXINS
from notecheck.facts.mixtures import Mixture, read
from notecheck.facts.needles import gauge_of
from notecheck.facts.reservoirs import running
from notecheck.facts.scene import Scene
from notecheck.records import Evidence, Injectate, Mention, Span

_LOCAL = {"lidocaine", "procaine", "bupivacaine", "ropivacaine", "mepivacaine", "chloroprocaine"}
_SKIN = re.compile(
    r"skin|wheal|subcutaneous|overlying|numbed|an(?:a)?esthetiz|local an(?:a)?esthe|local infiltration|infiltrated|"
    r"insufflate|infiltration|\btrack\b|local 1%|interligamentous|needle (?:path|track|tract|entry)|per entry|each"
    r" place|entry site|\bblebs?\b|\bweals?\b|intradermal"
    r"|superficial(?! (?:surface|aspect|part|layer|margin|border|peroneal|fibular|radial|cervical|branch"
    r"|to the (?:fascia|tendon|nerve|ligament|capsule|bursa)))|\bbuffered\b|"
    r"\bto numb\b|\bnumbing\b|\blocal(?=[.,;]|$)",
    re.IGNORECASE,
)
_NUMBERS = r"(two|three|four|five|six|seven|eight|nine|ten|\d+)"
_COUNTED = re.compile(
    rf"(?:each|all|every one) of (?:the )?(?:[a-z]+ )?{_NUMBERS}(?![.\d]*\s?(?:%|percent|mg|ml|cc))\b"
    rf"|(?<![A-Za-z\d./,\u2010-\u2015-])(?<![-/\u2010-\u2015] ){_NUMBERS} (?:(?!gauge|ga?\b|inch|mm|cm)\w+ ){{0,2}}?"
    r"(?:injections|sites|sticks|levels|nerves|points|targets|places|areas|locations|ribs|spots|needles|cannulas?|cannulae|introducers|joints|foramina|branches)\b",
    re.IGNORECASE,
)
_PER_PLACE = re.compile(
    r"(?:per|each|every) (?:\w+ )?(?:injection|site|stick|point|place|area|location|spot)\b", re.IGNORECASE
)
_SYSTEMIC = re.compile(
    r"\W*(?:[\d.]+ ?m?c?g,? )?(?:given )?(?:i\.?v\.?\b|intravenous|by mouth|p\.?o\.?\b|i\.?m\.?\b|intramuscular"
    r"|sub-?q\b|orally|intranasal)",
    re.IGNORECASE,
)
_SURFACE = re.compile(r"skin|subcutaneous|wheal|overlying", re.IGNORECASE)
_THROUGH = re.compile(
    r"lateral branch|medial branch|through (?:each|the) (?:cannula|needle)|per nerve|each nerve|down (?:the|each)"
    r" (?:cannula|needle|introducer|probe)|test dose|"
    r"attached|contents of the syringe",
    re.IGNORECASE,
)
_AT_TARGET = re.compile(
    r"lateral branch|medial branch|at (?:this|the) (?:site|target|nerve|level)|through (?:each|the) (?:cannula|needle)|"
    r"per nerve|each nerve|down (?:the|each) (?:cannula|needle|introducer|probe)|test dose|attached|contents of the"
    r" syringe|trigger|sticks|muscle|nerve root|joint",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\biv\b|intravenous|by mouth|orally|\bpo\b|\bp\.o\b|resistance to|reconstituted|"
    r"loss of|drew up|drawn up from|flushed|irrigat|cleared with|saline[- ]filled|filled syringe|sterile saline wash",
    re.IGNORECASE,
)
_REPEAT = re.compile(
    r"(?:same|identical|equal|like)[^.;]{0,40}(?:mixture|solution|medications?|injectate|steroid|amounts?|doses?"
    r"|volumes?|drugs?)[^.;]{0,40}(?:injected|given|administered|placed|instilled|deposited|introduced|delivered|infused)",
    re.IGNORECASE,
)
_EQUAL = re.compile(
    r"\b(?:equal|identical|same) (?:volume|amount|dose|quantity)s? of (?:the )?(?:same|identical|this)\b", re.IGNORECASE
)
HALVED = re.compile(
    r"\bhalf (?:as much|(?:of )?(?:that|the|this)(?: same)? (?:dose|amount|volume|quantity|mixture)s?"
    r"|(?:of )?(?:each|that)\b|(?:the )?(?:dose|amount|volume)s?\b)",
    re.IGNORECASE,
)
_REPEATED_AT = re.compile(
    r"(?:same|identical|similar|this|procedure|technique)[^.;]{0,60}(?:repeated|done|performed|carried"
    r" out|used|followed)[^.;]{0,20}"
    r"(?:at|for) (?:the )?(?:[CTLS]\d|other|remaining|each|next|rest)"
    r"|(?:joints?|levels?|nerves?|sites?|ribs?|ninth|tenth|eighth|seventh|sixth|\d)[^.;]{0,30}(?:were|was) (?:then"
    r" )?(?:also )?"
    r"(?:injected|treated|done|blocked|lesioned)[^.;]{0,14}(?:identical|same|similar|like)"
    r"|each (?:of which )?received",
    re.IGNORECASE,
)
_OFTEN_ELSEWHERE = ("saline", "midazolam", "fentanyl", "morphine", "lidocaine")
_PART_OF = re.compile(
    r"\d\s?(?:cc|ml) of (?:a|the|this) \d+\s?(?:cc|ml) (?:solution|mixture)|\d/\d mixture", re.IGNORECASE
)
_MADE_UP = re.compile(r"(?:mixture|solution) of .{0,120}(?:made up|prepared|drawn up|was used)", re.IGNORECASE)
_EACH_MUSCLE = re.compile(r"\b(?:each|every|per) (?:of (?:the|these) )?(?:\w+ )?muscle", re.IGNORECASE)
_EACH_SIDE = re.compile(r"each side|per side|either side", re.IGNORECASE)
_ANESTHESIA_LINE = re.compile(r"\W*(?:an(?:a)?esthe(?:sia|tic)|sedation)\s*[:|]", re.IGNORECASE)
_STEROID_LINE = re.compile(r"^\W*(?:cortico)?steroids?\s*[:|]", re.IGNORECASE | re.MULTILINE)
_LOCAL_LINE = re.compile(r"\W*(?:local )?an(?:a)?esthetic\s*[:|]", re.IGNORECASE)
_DIVIDED = re.compile(
    r"\b(?:one|a) (?:third|half|quarter|fourth|fifth|sixth) (?:in|to|at|into|of it (?:in|to|at|into)) each\b"
    r"|\bhalf(?: of)?(?: it| this| that| the (?:\w+ )?(?:volume|mixture|solution|syringe|dose))?(?: was| being| is)?"
    r"(?: went| goes| given| placed| injected| used)?(?: slowly| then)? (?:on|to|into|in|at|for) (?:each|either)\b"
    r"|\b(?:divided|split|shared|distributed|apportioned)\b,?(?: (?:equally|evenly|up|out))* (?:between|among"
    r"|amongst|over|across|to|into)\b"
    r"|\bover (?:all|both|the (?:two|three|four|five|six)) (?:levels|sites|targets|sides|joints)\b|\b(?:levels"
    r"|sites|targets|places) together\b|\bin total\b|\baltogether\b",
    re.IGNORECASE,
)
_ALL_USED = re.compile(
    r"\b(?:so |in )?(?:all|the (?:whole|entire|full))(?: of)?(?: the)? ?\d*(?:\.\d+)? ?(?:m[lL]|cc|syringe|mixture"
    r"|volume)?s?"
    r" (?:was |were |being )?(?:used(?: up)?|given|injected)\b(?! (?:at|in|into|on|for) each)|\bused up\b",
    re.IGNORECASE,
)
_HELD = re.compile(
    r"syringe (?:held|contained|of|holding|containing)|medication consisted|solution (?:consist|contain)|mixture"
    r" (?:consist|contain)|made up of|containing|drawn from|consisting of",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Gift:
    """One drug given in one sentence."""

    drug: str
    mention: Mention
    sentence: Span
    amount: Amount
    told: bool  # the sentence says that it was injected
    mixture: Mixture | None = None
    parts: float | None = None  # mL of all drugs of the mixture together, where each is given


def injectate(
    scene: Scene, draft: Draft, levels: tuple[str, ...], side: str | None
) -> tuple[tuple[Injectate, ...], list[Evidence]]:
    """The drugs of one entry, in the order of the note, with total doses where they can be computed."""
    shared = syringes.dealt(
        scene, draft, lambda words: _targets(draft, levels, sides_of(side), words, False, scene)
    )
    gifts = [
        gift
        for sentence in _sentences(scene, draft)
        if draft.family != "intrathecal-pump" or not running(scene, draft.sentences, sentence)
        for gift in _gifts(scene, draft, sentence)
    ]
    made = [u.source.place for u in scene.shares if u.source.name or u.source.rows or draft.siblings]
    own = [g for g in gifts if not any(place.contains(g.mention.span) for place in made)]
    gifts = own if own or shared else gifts
    if not gifts and not shared:
        gifts = [gift for title in draft.titles for gift in _gifts(scene, draft, title, anywhere=True)]
    if any(g.drug in TOXINS - {"botulinum toxin"} for g in gifts):
        gifts = [g for g in gifts if g.drug != "botulinum toxin"]
    order = list(dict.fromkeys(g.drug for g in gifts if g.drug not in shared))
    repeated = bool(_mirrored(scene, draft))
    out: list[Injectate] = []
    proofs: list[Evidence] = []
    for drug, (mention, dose) in shared.items():
        out.append(Injectate(drug, dose if drug not in _UNDOSED else None))
        proofs.append(mention.evidence("injectate", drug if dose is None else f"{drug} {dose:g}"))
    for drug in order:
        own = [g for g in gifts if g.drug == drug]
        mg = _total(scene, draft, own, levels, side, repeated)
        out.append(Injectate(drug, mg if drug not in _UNDOSED else None))
        shown = drug if mg is None else f"{drug} {mg:g}"
        proofs.extend(g.mention.evidence("injectate", shown) for g in own[:2])
        proofs.extend(p.evidence("injectate", shown) for g in own[:1] for p in g.amount.proofs[:2])
    return tuple(out), proofs


_UNDOSED = ("saline", "autologous blood", "alcohol")


def _sentences(scene: Scene, draft: Draft) -> Iterable[Span]:
    extra = [s.body for s in scene.doc.sections if s.kind == "injectate"]
    text = scene.doc.text
    beside = bool(_STEROID_LINE.search(text))
    yield from (
        s
        for s in draft.sentences
        if not _ANESTHESIA_LINE.match(text, s.start) or (beside and _LOCAL_LINE.match(text, s.start))
    )
    yield from (e for e in extra if not any(e.overlaps(s) for s in (*draft.sentences, *draft.foreign)))


def _mirrored(scene: Scene, draft: Draft) -> list[Mention]:
    return [
        m
        for s in draft.sentences
        if not any(u.value == "not-treated" for u in scene.doc.within(s, "untreated"))
        for m in scene.doc.within(s, "side")
        if m.value == "other-side"
    ]


def _gifts(scene: Scene, draft: Draft, sentence: Span, anywhere: bool = False) -> list[_Gift]:
    text = scene.doc.text[sentence.start : sentence.end]
    mentions = [m for m in scene.done(sentence, "drug") if m.value not in NOT_INJECTATE]
    if not mentions:
        return []
    acts = {m.value for m in scene.done(sentence, "action")}
    injected = "inject" in acts or bool(_HELD.search(text)) or bool(re.search(r"\bmixture\b|\bsolution\b", text))
    merged = one_each(mentions)
    following = [s for s in draft.sentences if s.start >= sentence.end and not scene.done(s, "drug")][:3]
    mixture = read(scene.doc.text, sentence, following) if len({m.value for m in merged}) > 1 else None
    taken = mixture.taken if mixture else ()
    doses = [d for d in scene.doc.within(sentence, "dose") if not any(d.span.overlaps(place) for place in taken)]
    bound = bind(scene.doc.text, sentence, merged, doses)
    if draft.family == "intrathecal-pump":
        _fill(bound)
    if _DIVIDED.search(text) or (len(merged) > 1 and _ALL_USED.search(text)):
        for amount in bound:
            amount.each, amount.total = False, True
    sum_up(text, merged, bound)
    gifts: list[_Gift] = []
    parts = _mixed(mixture, bound) if mixture else None
    for mention, amount in zip(merged, bound, strict=True):
        take_label(scene.doc.text, mention, amount)
        take_same(scene.doc, mention, amount)
        if not anywhere and not _reaches_target(scene, draft, sentence, mention, amount, injected):
            continue
        gifts.append(_Gift(mention.value, mention, sentence, amount, injected, mixture, parts))
    return gifts


def _fill(amounts: list[Amount]) -> None:
    """One volume for every drug of a pump's solution: each is given by its strength in the whole."""
    volume = next((a.ml for a in amounts if a.ml is not None), None)
    for amount in amounts:
        if amount.ml is None and amount.conc is not None:
            amount.ml = volume


def _mixed(mixture: Mixture, amounts: list[Amount]) -> float | None:
    """Gives the drugs of a mixture their volumes by its ratio; the volume of all parts in mL where it is known."""
    pair = mixture.volumes(mixture.whole if mixture.whole is not None else mixture.portion)
    if pair and len(amounts) == 2:
        for amount, volume in zip(amounts, pair, strict=True):
            amount.ml = volume if amount.ml is None else amount.ml
    for amount in amounts:
        amount.each = amount.each and mixture.portion is None and mixture.whole is None
    volumes = [a.ml for a in amounts if a.ml is not None]
    return sum(volumes) if len(volumes) == len(amounts) else None


def _reaches_target(
    scene: Scene, draft: Draft, sentence: Span, mention: Mention, amount: Amount, injected: bool
) -> bool:
    text = scene.doc.text
    before = text[max(sentence.start, mention.span.start - 60) : mention.span.start]
    after = text[mention.span.end : min(sentence.end, mention.span.end + 70)]
    clause = _clause(text, sentence, mention)
    if _ELSEWHERE.search(before[-34:]) and mention.value in _OFTEN_ELSEWHERE:
        return False
    if mention.value == "fentanyl" and (
        draft.family != "intrathecal-pump"
        or re.search(r"sedat|versed|midazolam", text[sentence.start : sentence.end], re.IGNORECASE)
    ):
        return False
    if not injected and re.search(
        r"\b(?:discarded|wasted"
        r"|thrown away)\b", text[sentence.start : sentence.end], re.IGNORECASE,
    ) and not _GIVEN_TOO.search(text, sentence.start, sentence.end):
        return False
    if mention.value == "morphine" and draft.family not in ("intrathecal-pump", *EPIDURAL):
        return False
    if re.match(r"\W*all (?:of )?the\b", text[sentence.start : sentence.end], re.IGNORECASE) and "drawn" in after:
        return False
    if _SYSTEMIC.match(after) and mention.value not in TOXINS:
        return False
    if draft.family not in MUSCLE and re.match(
        r"\W*(?:[\d.]+ ?mg )?(?:im\b|intramuscular\w*|i\.m\.|sub-?q\b|sq\b|orally\b|p\.o\.)", after, re.IGNORECASE
    ):
        return False
    if mention.value in _LOCAL and (
        _numbs_the_way(scene, draft, sentence) or _numbs_before(scene, draft, sentence, mention)
    ):
        return False
    if mention.value in _LOCAL and _SKIN.search(clause) and not with_steroid(scene, sentence, mention):
        deep = _THROUGH if _SURFACE.search(clause) else _AT_TARGET
        if not deep.search(clause):
            return False
    if (mention.value in TOXINS) != (draft.family == "chemodenervation") and draft.family != "trigger-point":
        return False
    if "epidural-adhesiolysis" in draft.siblings and draft.family in EPIDURAL and mention.value == "hyaluronidase":
        return False
    beside = draft.family == "epidural-adhesiolysis" and any(s in EPIDURAL for s in draft.siblings)
    if beside and mention.value != "hyaluronidase":
        return False
    if mention.value == "autologous blood" and draft.family != "epidural-blood-patch":
        return bool(re.search(r"own|autologous", mention.text, re.IGNORECASE))
    if mention.value == "phenol" and draft.family != "neurolysis":
        return False
    if mention.value == "saline" and any(d.value in TOXINS for d in scene.done(sentence, "drug")):
        return False
    if mention.value == "saline" and draft.family in ("chemodenervation", "scs-trial", "scs-implant"):
        return False
    if draft.family in ("scs-trial", "scs-implant", "scs-revision"):
        return False
    measured = any(value is not None for value in (amount.dose(), amount.ml, amount.pct, amount.conc))
    return injected or mention.value in TOXINS or measured


_GIVEN_TOO = re.compile(r"\d[\d.]* ?(?:mg|ml|cc|units?)[^.;,\n]{0,16}? (?:given|used|injected)\b", re.IGNORECASE)
"""What went in, told beside what was thrown away ("10 mg given and 30 mg wasted")."""


def _numbs_the_way(scene: Scene, draft: Draft, sentence: Span) -> bool:
    """True for a local anaesthetic alone with a thin needle, before another needle goes to the target ("1% lidocaine
    2 mL, 25 ga. 20 ga Tuohy ...")."""
    fine = _gauges(scene, sentence)
    if not fine or min(fine) < _FINE or draft.family in MUSCLE:
        return False
    if {m.value for m in scene.done(sentence, "drug")} - _LOCAL or scene.done(sentence, "target", "site"):
        return False
    later = [s for s in draft.sentences if s.start > sentence.start]
    thicker = any(gauge < min(fine) for s in later for gauge in _gauges(scene, s))
    return thicker and any(scene.done(s, "drug") and scene.doc.within(s, "dose") for s in later)


def _numbs_before(scene: Scene, draft: Draft, sentence: Span, drug: Mention) -> bool:
    """True for a local anaesthetic with its own thin needle in a sentence that goes on to a thicker one ("lido 1% 3 mL
    25 g. 17 g Tuohy thru the ligament")."""
    needles = [m for m in scene.doc.within(sentence, "needle") if m.span.start >= drug.span.end]
    if draft.family in MUSCLE or len(needles) < 2 or {m.value for m in scene.done(sentence, "drug")} - _LOCAL:
        return False
    first = gauge_of(needles[0])
    if first < _FINE or scene.done(Span(drug.span.end, needles[0].span.start), "target", "site", "level"):
        return False
    later = [s for s in draft.sentences if s.start >= sentence.end]
    return gauge_of(needles[1]) < first and any(scene.done(s, "drug") and scene.doc.within(s, "dose") for s in later)


_FINE = 25  # gauge; thinner needles than this one numb the skin where a thicker one follows


def _gauges(scene: Scene, sentence: Span) -> list[float]:
    return [gauge for m in scene.doc.within(sentence, "needle") if (gauge := gauge_of(m))]


def _clause(text: str, sentence: Span, mention: Mention) -> str:
    """The part of the sentence around a drug, between semicolons and "then"/"and ... was" turns."""
    start, end = sentence.start, sentence.end
    for cut in re.finditer(
        r";|\bthen\b|\bsubsequently\b|, and (?=\w+ (?:was|were))|\bafter which\b", text[sentence.start : sentence.end]
    ):
        place = sentence.start + cut.start()
        if place <= mention.span.start:
            start = place
        elif place >= mention.span.end:
            end = min(end, place)
    return text[start:end]


def _total(
    scene: Scene, draft: Draft, gifts: list[_Gift], levels: tuple[str, ...], side: str | None, repeated: bool
) -> float | None:
    """Total dose of one drug over all levels and sides, or None where the note does not settle it."""
    if draft.family == "chemodenervation":
        return toxins.total(scene, draft, [g.amount.units for g in gifts if g.amount.units is not None])
    if draft.family == "trigger-point" and (by_muscle := _by_muscle(scene, draft, gifts)) is not None:
        return by_muscle
    for gift in gifts:
        if gift.amount.total and (whole := gift.amount.dose()) is not None and (
            gift.amount.mg is not None or gift.amount.units is not None or len(gifts) == 1
        ):
            later = [s for s in draft.sentences if s.start > gift.sentence.end]
            again = any(_EQUAL.search(scene.doc.text, s.start, s.end) for s in later)
            again = again or _mirrored_after(scene, draft, gift)
            return _round(whole * (2 if again and sides_of(side) == 2 else 1))
    told = [g for g in gifts if g.amount.dose() is not None]
    if len(told) == 1 and told[0].mixture and told[0].mixture.partial(told[0].parts):
        text = scene.doc.text[told[0].sentence.start : told[0].sentence.end]
        count = _targets(draft, levels, sides_of(side), text, repeated, scene)
        if told[0].mixture.each and count == 1 and not levels:
            return None  # into "each joint", but how many were there?
        return _round(told[0].mixture.share(told[0].amount.dose() or 0.0, told[0].parts, count))
    if any(_mixed_share(scene, g, gifts) for g in told):
        return None
    if not told or any(_PART_OF.search(scene.doc.text[g.sentence.start : g.sentence.end]) for g in told):
        return None
    halves = any(_EACH_SIDE.search(scene.doc.text[g.sentence.start : g.sentence.end]) for g in told)
    total, both_counted = 0.0, False
    sides = 1 if _told_by_side(draft, told) else sides_of(side)
    for gift in told:
        dose = gift.amount.dose() or 0.0
        text = scene.doc.text[gift.sentence.start : gift.sentence.end]
        if _MADE_UP.search(text):
            total += dose
        elif (gift.amount.each and not gift.amount.total and gift.amount.mg is None) or (
            gift.amount.each and not gift.amount.total and not re.search(r"\btotal\b", text)
        ):
            places = _targets(draft, levels, sides, text, repeated, scene)
            total += dose * places
            both_counted = both_counted or places == len(levels) * sides
        else:
            total += dose
    each = any(g.amount.each for g in told)
    held = any(_HELD.search(scene.doc.text[g.sentence.start : g.sentence.end]) or g.amount.total for g in told)
    if not each and not held and len(levels) > 1 and len({g.sentence for g in told}) == 1 and any(
        _REPEATED_AT.search(scene.doc.text[s.start : s.end]) for s in draft.sentences
    ):
        return _round(total * len(levels) * (sides if repeated else 1))
    if sides == 2 and len({g.sentence for g in told}) == 1 and any(
        HALVED.search(scene.doc.text, s.start, s.end) for s in draft.sentences if s.start >= told[0].sentence.start
    ):
        return _round(total * 1.5)
    same = [s for s in draft.sentences if _REPEAT.search(scene.doc.text[s.start : s.end])]
    named = any(g.amount.total or _HELD.search(scene.doc.text[g.sentence.start : g.sentence.end]) for g in told)
    if same and len(told) == 1:
        total *= 1 + len(same)
    elif sides == 2 and repeated and not (halves or named or both_counted):
        if len(told) == 1 or len({g.sentence for g in told}) == 1:
            total *= 2 if not (each and not levels) else 1
    elif sides == 2 and not each and not named and not repeated and draft.family not in (*EPIDURAL, *MUSCLE):
        apart = len(told) == len(gifts) and of_each_side(scene, draft.sentences, [g.mention for g in told])
        return _round(total) if apart else None
    return _round(total)


def _by_muscle(scene: Scene, draft: Draft, gifts: list[_Gift]) -> float | None:
    """The one drug whose strength is told once and whose volume stands behind each muscle."""
    strengths = [g.amount for g in gifts if g.amount.ml is None and g.amount.mg is None]
    if len(gifts) != 1 or len(strengths) != 1 or (strengths[0].pct is None and strengths[0].conc is None):
        return None
    one = len(draft.sentences) == 1
    parts = toxins.volumes(scene, [s for s in draft.sentences if one or not scene.done(s, "drug")])
    if len(parts) < 2:
        return None
    ml = sum(volume * (2 if _ON_BOTH.search(where) else 1) for volume, where in parts)
    return _round(replace(strengths[0], ml=ml).dose())


def _told_by_side(draft: Draft, told: list[_Gift]) -> bool:
    """True where each side's step tells its own drugs."""
    return draft.told_sides > 1 and all(any(s.contains(g.sentence) for s in draft.steps) for g in told)


_ON_BOTH = re.compile(r"\b(?:both|bilat\w*|each side|b/l|bil)\b", re.IGNORECASE)


def _mirrored_after(scene: Scene, draft: Draft, gift: _Gift) -> bool:
    """True when the same was done on the other side after a total that speaks of no second side."""
    if _OF_BOTH.search(scene.doc.text, gift.sentence.start, gift.sentence.end):
        return False
    return any(m.span.start >= gift.sentence.end for m in _mirrored(scene, draft))


_OF_BOTH = re.compile(r"\b(?:sides?|both|bilateral(?:ly)?|each (?:knee|hip|shoulder|joint))\b", re.IGNORECASE)


def sides_of(side: str | None) -> int:
    """How many sides an entry has."""
    return 2 if side == "bilateral" else 1


def _all_words(scene: Scene, draft: Draft) -> str:
    return " ".join(scene.doc.text[s.start : s.end].lower() for s in (*draft.titles, *draft.sentences))


def _mixed_share(scene: Scene, gift: _Gift, gifts: list[_Gift]) -> bool:
    """True when only a part of a mixture went in and the parts do not add up to it."""
    text = scene.doc.text[gift.sentence.start : gift.sentence.end]
    share = re.search(r"(\d+(?:\.\d+)?)\s?(?:cc|ml) of (?:a|the|this)[a-z ]{0,20} mixture", text, re.IGNORECASE)
    if not share:
        return False
    volumes = [float(v) for v in re.findall(r"(\d+(?:\.\d+)?)\s?(?:cc|ml)\b", text[share.end() :], re.IGNORECASE)]
    return abs(sum(volumes) - float(share.group(1))) > 0.01


def _targets(draft: Draft, levels: tuple[str, ...], sides: int, text: str, repeated: bool, scene: Scene) -> int:
    """How many targets an amount "each" went to."""
    if re.search(r"each side|per side|on each side|bilaterally", text, re.IGNORECASE):
        return 2
    counted = _COUNTED.search(text)
    if not counted and _PER_PLACE.search(text):
        counted = _COUNTED.search(_all_words(scene, draft))
    if counted:
        word = next(g for g in counted.groups() if g)
        return int(number_of(word)) if word.lower() in WORD_NUMBERS or word.isdigit() else 1
    if draft.family in ("genicular-block", "genicular-rfa"):
        corners = r"(?:supero|infero|superior |inferior )-?(?:lateral|medial)"
        named = set(re.findall(corners, _all_words(scene, draft), re.IGNORECASE))
        return max(len(named), 1) * sides if named else 3 * sides
    if levels:
        return len(levels) * sides
    several_needles = re.compile(r"\b(two|three|four|five|six) \d{2}[- ]?(?:gauge|g)\b")
    if not levels and (needles := several_needles.search(_all_words(scene, draft))):
        return int(number_of(needles.group(1)))
    if draft.muscles or draft.family in MUSCLE:
        if ticks := sum(len(line.sides) for line in grids.lines(scene, "muscle")):
            return ticks
        names = {m.value for s in draft.sentences for m in scene.done(s, "muscle")}
        if _EACH_MUSCLE.search(text):
            names |= {m.value for m in draft.muscles}
        return max(1, len(names))
    return sides


def _round(value: float | None) -> float | None:
    return None if value is None else round(value, 3)
