"""Procedures that neither a title nor needle sentences show: terse lines, letters, plain words, plans told in the past.

A name, or a target with an act, counts where the same sentence or the ones beside it tell that it was done: a drug
with its amount, a needle, contrast, guidance, a lesion, or a verb of doing. Orders, offers, lessons, memories do not.
"""

from __future__ import annotations

import re
from dataclasses import replace

from notecheck.facts.families import DEVICE, MUSCLE, TOXINS, family_of_site
from notecheck.facts.scene import Item, Scene
from notecheck.records import Mention, Span

_SHUT = {
    "past-history", "family-history", "social-history", "review-of-systems", "medications", "allergies", "exam",
    "imaging",
    "diagnosis", "instructions", "codes", "past-records", "function", "pain", "consent", "anesthesia",
}  # fmt: skip
_GUARDED = {"history", "plan", "assessment", "indication", "disposition", "response"}
_NOT_NOW = {"NEGATED", "PLANNED", "HISTORICAL", "HYPOTHETICAL", "OTHER", "UNTICKED", "ANESTHETIC"}
_DOING = re.compile(
    r"\b(?:performed|done|given|carried out|completed|placed|injected|injections? (?:was|were)|"
    r"blocked|burned|denervated|"
    r"implanted|accessed|refilled|filled|needled|treated|inj|tolerated|got|put|replaced|revised|"
    r"repositioned|entered|aspirated|passed|ablated|lesioned|deposited|instilled)\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:today|this (?:morning|afternoon|visit)|now|at this visit|in (?:the )?(?:office|clinic)|yesterday|just)\b",
    re.IGNORECASE,
)
_NOT_DOING = re.compile(
    r"\b(?:please|order(?:s|ed)?:?|referr(?:al|ed)|refer|authori[sz]\w+|approval|request(?:ed|s|ing)?|schedul\w+|candidate|discuss(?:ed|ion)?|offer(?:ed)?|"
    r"declin\w+|consider\w*|recommend\w*|suggest\w*|if|would|could|should|will|may|might|can be|"
    r"next (?:week|visit|month)|plan(?:s|ned)? (?:to|for|is)|"
    r"used to|is an? (?:injection|procedure|treatment|test)|are (?:injections|used)|last (?:week|"
    r"month|year|spring|summer|fall|winter)|ago|"
    r"in (?:19|20)\d\d|previous(?:ly)?|prior(?! to)|history of|had (?:an?|two|three|several|his|her)|"
    r"does not want|wants?|next (?!to\b)|not before|not (?:yet )?scheduled|s/p|status post|prefer\w*|"
    r"refus\w+|await\w*|pending|"
    r"instead of|rather than|versus|vs|vaccin\w+|immuni[sz]ation|influenza|(?:procedure|injection|"
    r"block|it) (?:was |is )?deferred|cancel\w+|postponed|reprogramm(?:ing|ed) (?:only|today))\b",
    re.IGNORECASE,
)
_CALLED_OFF = re.compile(
    r"\b(?:nothing|no (?:drug|medication|medicine|needle|injection|steroid|injectate|"
    r"local)\w*)\b[^.;]{0,20}\b(?:was|were)?\s?(?:done|injected|given|placed|delivered|made)|"
    r"\b(?:procedure|injection|block|case|it|attempt|session)\b[^.;]{0,12}\b(?:was|is|were|"
    r"had to be) (?:therefore |then )?(?:cancel\w+|postponed|abandoned|aborted|called off|put off|"
    r"not (?:done|performed|carried out|started))",
    re.IGNORECASE,
)
_INTENDED = re.compile(r"\W*(?:scheduled|planned|intended|booked)(?: procedure| for)?\s*[:|-]", re.IGNORECASE)
_HEAD = 160
_GAVE_UP = re.compile(
    r"\b(?:abandon\w*|abort\w*|cancel\w*|postpone\w*|re-?schedul\w*|called off|gave up|given up|"
    r"stopped|another day|not proceed)\b",
    re.IGNORECASE,
)


_OUTRIGHT = re.compile(
    r"[^.;\n]{0,110}?(?<!not )(?<!never )(?<!be )(?<!been )\b(?:performed|done|completed|carried out|administered)\b"
    r"(?!\s*(?:(?:on|in|by|at(?! (?:the )?(?:left |right |bilateral )?[CTLS]\d)|from|for"
    r"|last|previously|elsewhere|before|prior|again|to date|outside)\b|\d))"
    r"(?![^.;\n]*\b(?:relief|relieved|benefit|helped|improve\w*|ago|outside|elsewhere|years?|months?)\b)",
    re.IGNORECASE,
)
_AS_TOLD = re.compile(
    r"\W*(?:(?:the |this )?(?:above )?(?:procedure|injection|block) |it )?(?:(?:was|were) )?(?:performed|done"
    r"|carried out) (?:as (?:below|above|described|follows|listed|named|noted|stated)|today)\b",
    re.IGNORECASE,
)
_BECAUSE = re.compile(
    r"\s*(?:given|because of|in view of|due to|after|following|based on|with|in light of|as)\b[^,;.]{0,110},"
    r"(?= (?:an?|the|we|i)\b[^.;]*\b(?:today|this (?:morning|afternoon|visit))\b)"
    r"|[^;]{0,160};(?= (?:today|now|this time|this (?:morning|afternoon|visit)),? (?:we|i|the|an?)\b)",
    re.IGNORECASE,
)
_NOUN = re.compile(r"\b(?:injections?|inj|injxn|blocks?|neurolysis|infiltration|refill(?:ed)?)\b", re.IGNORECASE)
_INJECTED = re.compile(r"\b(?:inject\w*|inj|injxn|needled|infiltrated)\b", re.IGNORECASE)
_ANY_SITE = {"heel", "wrist", "hand", "elbow", "ankle", "foot", "shoulder", "hip", "knee", "glenohumeral"}
_SIDED_WORK = re.compile(
    r"\W*(?:\d[.)] ?)?(?:the )?(?:left|right|bilateral|lt\.?|rt\.?|[LR])\b[^.;:\n]{3,70}? (?:(?:was|were) )?(?:then )?"
    r"(?:injected|blocked|infiltrated)\b(?! (?:by|in|on|at (?:the )?(?:outside|other)"
    r"|with (?:partial|good|some|no|\d{1,3} ?%)|twice|before|last|previously|elsewhere|and (?:he|she|helped|gave))\b)"
    r"(?![^.]*\b(?:ago|last|relief|relieved|helped|20\d\d|19\d\d|weeks?|months?|years?)\b)",
    re.IGNORECASE,
)
_SIDED = re.compile(r"(?:\b(?:left|right|both|bilateral|lt\.?|rt\.?)|\b[LR])\W*(?:greater |the |and )?$", re.IGNORECASE)
_HEADS = {
    "si-joint": ("si-joint-injection", "si-rfa"),
    "lateral-branch": ("peripheral-nerve-block", "si-rfa"),
    "medial-branch": ("facet-injection", "facet-rfa"),
    "facet-joint": ("facet-injection", "facet-rfa"),
    "epidural-caudal": ("epidural-caudal", "epidural-caudal"),
    "epidural-transforaminal": ("epidural-transforaminal", "neurolysis"),
    "epidural-interlaminar": ("epidural-interlaminar", "epidural-interlaminar"),
    "pump": ("intrathecal-pump", "intrathecal-pump"),
}  # fmt: skip
"""Target -> the family of an injection and of a lesion there."""


def called_off(scene: Scene) -> bool:
    """True when the work was given up before a needle went in; begun work stays an entry, discontinued."""
    stop = next((i for i, s in enumerate(scene.doc.sentences) if _CALLED_OFF.search(_text(scene, s))), None)
    if stop is None:
        return False
    beside = scene.doc.sentences[max(0, stop - 1) : stop + 3]
    if not any(_GAVE_UP.search(_text(scene, s)) for s in (*beside, Span(0, min(_HEAD, len(scene.doc.text))))):
        return False
    return not any(
        scene.doc.within(s, "needle") or (scene.done(s, "action") and not _CALLED_OFF.search(_text(scene, s)))
        for s in scene.body
        if not _INTENDED.match(scene.doc.text, s.start, s.end)
    )


def reopened(scene: Scene) -> Scene:
    """The note read again with the plan and history sentences that tell of work done counted as body."""
    told = frozenset(
        s for s in scene.doc.sentences
        if scene.section_at(max(s.start, s.end - 1)) in _GUARDED and _open(scene, s)
    )  # fmt: skip
    inside = [
        replace(m, status="performed")
        if m.status != "performed" and not set(m.cues) & _NOT_NOW and scene.doc.sentence_of(m) in told else m
        for m in scene.doc.mentions
    ]  # fmt: skip
    return Scene(replace(scene.doc, mentions=tuple(inside)), told)


def items(scene: Scene) -> list[Item]:
    """Names told as done, each with the words that belong to it."""
    found: list[Item] = []
    sentences = scene.doc.sentences
    for index, whole in enumerate(sentences):
        if not _open(scene, whole):
            continue
        sentence = _without_reason(scene, whole)
        names = [m for m in scene.doc.within(sentence, "procedure") if not set(m.cues) & _NOT_NOW]
        if not names or not _shown(scene, sentences, index):
            continue
        found.extend(scene.cut_items(sentence, names))
    return found


def heads(scene: Scene) -> list[tuple[str, Mention, Span]]:
    """Sites, targets and muscles told as injected, with the sentence of each, where no name is told."""
    found: list[tuple[str, Mention, Span]] = []
    for sentence in scene.doc.sentences:
        if not _open(scene, sentence):
            continue
        named = scene.doc.within(sentence, "procedure")
        if named and all(set(m.cues) & _NOT_NOW for m in named):
            continue
        acts = {m.value for m in scene.doc.within(sentence, "action") if not set(m.cues) & _NOT_NOW}
        drugs = [m for m in scene.doc.within(sentence, "drug") if not set(m.cues) & _NOT_NOW]
        lesion = "lesion" in acts
        told = "inject" in acts or lesion or bool(_NOUN.search(_text(scene, sentence)))
        shown = bool(scene.done(sentence, "guidance", "approach", "dose") or scene.doc.within(sentence, "needle"))
        muscles = [m for m in scene.doc.within(sentence, "muscle") if not set(m.cues) & _NOT_NOW]
        toxin = any(m.value in TOXINS for m in drugs)
        shown = shown or _one_side_injected(scene, sentence) or _muscles_listed(scene, sentence, muscles, toxin)
        if not ((told and (drugs or shown or lesion)) or (drugs and shown)):
            continue
        if re.search(r"\b(?:im|intramuscular(?:ly)?|subcut\w*|sq|iv)\b", _text(scene, sentence), re.IGNORECASE):
            continue
        sites = [m for m in scene.doc.within(sentence, "site") if not set(m.cues) & _NOT_NOW]
        sided = [m for m in sites if _SIDED.search(scene.doc.text[max(0, m.span.start - 18) : m.span.start])]
        if len({m.value for m in sided}) > 1:
            found.extend((family_of_site(m.value), m, sentence) for m in sided)
            continue
        sites = [m for m in sites if family_of_site(m.value) != "joint-injection"] or sites
        sites = [m for m in sites if m.value != "heel"] or sites
        if sites:
            found.append((family_of_site(sites[0].value), sites[0], sentence))
            continue
        targets = [m for m in scene.doc.within(sentence, "target") if m.value in _HEADS and not set(m.cues) & _NOT_NOW]
        if targets:
            found.append((_HEADS[targets[0].value][lesion], targets[0], sentence))
            continue
        if muscles and toxin:
            found.append(("chemodenervation", muscles[0], sentence))
        elif muscles and muscles[0].value != "deltoid" and _INJECTED.search(_text(scene, sentence)):
            found.append(("trigger-point", muscles[0], sentence))
    return found


def _one_side_injected(scene: Scene, sentence: Span) -> bool:
    """True for a place with its side and a bare verb ("Right greater occipital nerve blocked at the nuchal line.")."""
    sites = [m for m in scene.done(sentence, "site") if m.value not in _ANY_SITE]
    return bool(sites) and bool(_SIDED_WORK.match(scene.doc.text, sentence.start, sentence.end))


def _muscles_listed(scene: Scene, sentence: Span, muscles: list[Mention], toxin: bool) -> bool:
    """True for a list of muscles behind "Two muscles injected:" or behind the name of a toxin."""
    several = len({m.value for m in muscles}) > 1
    return several and (toxin or bool(scene.done(sentence, "muscle-count") and scene.done(sentence, "action")))


def evidence_in(scene: Scene, place: Span) -> bool:
    """True when ``place`` holds what only work leaves behind: a drug, contrast, guidance, a lesion, a needle brought
    to its place, a loss of resistance."""
    if scene.done(place, "contrast", "guidance") or scene.doc.within(place, "needle"):
        return True
    if any(
        m.value in ("thermal-rf", "pulsed-rf", "cooled-rf") and re.search(r"\d", m.text)
        for m in scene.done(place, "technique")
    ):
        return True
    acts = {m.value for m in scene.done(place, "action")}
    if {"needle", "advance"} <= acts or any(m.value == "epidural-lor" for m in scene.done(place, "target")):
        return True
    return bool(scene.done(place, "drug")) or bool(acts & {"inject", "lesion"})


def orders(text: str) -> bool:
    """True for words that ask for, offer, remember or teach a procedure rather than tell it."""
    return bool(_NOT_DOING.search(text))


def _open(scene: Scene, sentence: Span) -> bool:
    kind = scene.section_at(max(sentence.start, sentence.end - 1))
    text = _text(scene, sentence)
    if kind in _SHUT or scene.is_lesson(sentence) or orders(_text(scene, _without_reason(scene, sentence))):
        return False
    if kind in _GUARDED:
        now = bool(_NOUN.search(text) and _NOW.search(text))
        return (now or bool(_DOING.search(text))) and bool(
            _NOW.search(text) or scene.done(sentence, "drug", "needle") or _planned_by_place(scene, sentence)
        )
    return True


def _planned_by_place(scene: Scene, sentence: Span) -> bool:
    """True when drugs or needles are "planned" only because they stand under a plan heading."""
    marks = [*scene.doc.within(sentence, "drug"), *scene.doc.within(sentence, "needle")]
    return any(not set(m.cues) & _NOT_NOW for m in marks)


def _shown(scene: Scene, sentences: tuple[Span, ...], index: int) -> bool:
    for place in sentences[index : index + 3]:
        if place.start > sentences[index].end + 2 and "\n\n" in scene.doc.text[sentences[index].end : place.start]:
            return False
        if place is not sentences[index] and not _open(scene, place):
            continue
        free = [
            m for m in scene.doc.within(place, "drug", "needle", "contrast", "guidance") if not set(m.cues) & _NOT_NOW
        ]
        if free or evidence_in(scene, place):
            return True
    if _needled_later(scene, sentences, index):
        return True
    names = scene.doc.within(sentences[index], "procedure")
    if _outright(scene, sentences[index]):
        return True
    device = any(m.value in DEVICE or m.value in MUSCLE for m in names)
    return bool(
        _DOING.search(_text(scene, sentences[index])) and (device or _NOW.search(_text(scene, sentences[index])))
    )


def _needled_later(scene: Scene, sentences: tuple[Span, ...], index: int) -> bool:
    """True when the same paragraph goes on, past consent and marking, to a needle that something was given with."""
    for place in sentences[index + 3 : index + 7]:
        if "\n\n" in scene.doc.text[sentences[index].end : place.start]:
            return False
        needles = [m for m in scene.doc.within(place, "needle") if not set(m.cues) & _NOT_NOW]
        if needles and _open(scene, place) and _DOING.search(_text(scene, place)):
            return True
    return False


def _outright(scene: Scene, sentence: Span) -> bool:
    """True for a name with a bare "was performed": no place, date, hand or result of an earlier visit behind it."""
    if scene.section_at(max(sentence.start, sentence.end - 1)) in _GUARDED:
        return False
    return any(
        _OUTRIGHT.match(scene.doc.text, m.span.end, sentence.end)
        for m in scene.done(_without_reason(scene, sentence), "procedure")
        if not set(m.cues) & _NOT_NOW
    )


def performed_as_named(scene: Scene) -> bool:
    """True when a sentence says that what the title names was performed ("Performed as below.")."""
    return any(
        _AS_TOLD.match(_text(scene, s))
        for s in scene.doc.sentences
        if scene.section_at(max(s.start, s.end - 1)) not in _SHUT | _GUARDED
    )


def nothing_but_a_title(scene: Scene) -> bool:
    """True for a note that is its title alone, at most with fields of the form ("Procedure: ... Side: [x] left"): there
    the heading "Procedure:" says what was done. Any other sentence would have to tell it."""
    doc = scene.doc
    titled = [s for s in doc.sections if s.kind == "title"]
    if len(doc.text) > _FORM_LENGTH or not titled or orders(doc.text):
        return False
    if not all(_DONE_HEADING.fullmatch(doc.text, s.heading.start, s.heading.end) for s in titled):
        return False
    return all(
        (any(t.body.overlaps(s) or t.heading.overlaps(s) for t in titled) and not _SENTENCE.search(_text(scene, s)))
        or _FORM_FIELD.match(doc.text, s.start, s.end)
        for s in doc.sentences if len(s)
    )


_FORM_LENGTH = 240
_DONE_HEADING = re.compile(r"\W*procedures?(?: (?:performed|done|today))?\s*:?\s*", re.IGNORECASE)
_FORM_FIELD = re.compile(
    r"\W*(?:side|laterality|sedation|an(?:a)?esthesia|guidance|imaging|contrast|level\(?s?\)?|approach)\s*[:|]"
    r"|\W*\[[ xX]?\]|\W*[\u2610-\u2612\u25a1\u25fb]", re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|has|had|not|no|for|by|at|on|with(?:out)? (?:pain|relief))\b", re.IGNORECASE,
)


def _without_reason(scene: Scene, sentence: Span) -> Span:
    """The sentence without the reason before its main clause ("Given the relief from her prior block, a ...")."""
    reason = _BECAUSE.match(scene.doc.text, sentence.start, sentence.end)
    return Span(reason.end(), sentence.end) if reason else sentence


def _text(scene: Scene, span: Span) -> str:
    return scene.doc.text[span.start : span.end]


def own_sites(scene: Scene, sentence: Span) -> list[tuple[str, Mention]]:
    """Sites of a sentence with their families; not the wrist alone, which is where a treated carpal tunnel lies."""
    named = scene.doc.of("procedure", "site")
    tunnel = any(m.value.startswith("carpal-tunnel") and m.status == "performed" for m in named)
    found = [m for m in scene.done(sentence, "site") if not (tunnel and m.text.lower() in ("wrist", "wrists"))]
    return [(family_of_site(m.value), m) for m in found]
