"""The attributes of one entry: level, side, region, guidance, contrast, needles, read from its title and its
sentences."""

from __future__ import annotations

import itertools
import re

from notecheck.facts import levels as lv
from notecheck.facts.drafts import Draft
from notecheck.facts.families import DEVICE, EPIDURAL, FACET, MUSCLE, PERIPHERAL, SITE_REGION, STIMULATOR
from notecheck.facts.scene import Scene
from notecheck.records import Evidence, Mention, Span

_NO_LEVELS = (
    *MUSCLE, "si-joint-injection", "bursa-injection", "tendon-injection", "carpal-tunnel-injection", "genicular-block",
    "genicular-rfa",
)  # fmt: skip
_TIPPED = (*STIMULATOR, "intrathecal-pump")
_PAIR_FAMILIES = (*EPIDURAL, "epidural-adhesiolysis", "discography", "epidural-blood-patch", "epidural-catheter")
_NERVE_WORDS = re.compile(r"medial branch|\bmbs?\b|mbbs?\b|dorsal ram|\bdr\b|nerves?\b|median branch", re.IGNORECASE)
_OF_THE_SPINE = (*EPIDURAL, *FACET, *STIMULATOR, "discography", "vertebral-augmentation", "epidural-adhesiolysis")
def levels(scene: Scene, draft: Draft) -> tuple[tuple[str, ...], str | None, list[Evidence]]:
    """Levels head to foot, what kind of target they name, and the words.

    The title is believed unless the needle sentences name other levels only; then the body is.
    """
    if draft.family in _NO_LEVELS or (draft.family == "intrathecal-pump" and not _catheter_placed(scene, draft)):
        return (), None, []
    nerve = names_nerves(scene, draft)
    if nerve and (branches := _branches(scene, draft)) and all("-" in v for v, _ in draft.levels):
        values = lv.in_order(value for value, _ in branches)
        return values, "nerve", [m.evidence("levels", v) for v, m in branches]
    title = _chosen(draft.family, draft.levels, nerve) + _own_foramen(draft)
    chain = draft.family in ("sympathetic-block", "neurolysis")
    raw = _any_levels(scene, draft) if chain else _body_levels(scene, draft)
    if draft.site in ("celiac-plexus", "splanchnic-nerve") and (needled := _body_levels(scene, draft)):
        raw = needled
    if draft.family == "si-rfa":
        raw = [*raw, *_any_levels(scene, draft)]
        raw = [(v, m) for v, m in raw if v in ("L5", "S1", "S2", "S3")]
    told = _chosen(draft.family, raw, nerve)
    if title and told and (_foramina_alone(scene, draft, told) or _more_exact(draft, title, told)):
        title = told
    other_space = (
        draft.family in ("epidural-interlaminar", "epidural-transforaminal", "facet-injection")
        and bool(told)
        and all("-" in v for v, _ in (*title, *told))
        and not ({v for v, _ in title} & {v for v, _ in told})
    )
    if draft.family == "si-rfa" and title and told:
        best = [*title, *told]
    elif title and told and (other_space or not _touch(title, told)):
        best = told
    else:
        best = title or told
    if draft.family == "epidural-transforaminal" and best:
        best = [*best, *_sacral_foramen(scene, draft, best)]
    if spared := _spared(scene, draft) - {v for v, _ in told}:
        best = [(v, m) for v, m in best if v not in spared] or best
    if not best and draft.family != "epidural-caudal":
        best = _chosen(draft.family, _any_levels(scene, draft), nerve)
    values = lv.in_order(value for value, _ in best)
    kind = None
    if values:
        of_spine = "interspace" if "-" in values[0] else "vertebra"
        kind = "nerve" if nerve and draft.family in (*FACET, "si-rfa") else of_spine
    return values, kind, [m.evidence("levels", v) for v, m in best]


def told_levels(scene: Scene, draft: Draft) -> list[tuple[str, Mention]]:
    """The levels that the sentences of an entry tell, with their words."""
    nerve = names_nerves(scene, draft)
    if nerve and (branches := _branches(scene, draft)):
        return branches
    found = _chosen(draft.family, _body_levels(scene, draft), nerve)
    return found or _chosen(draft.family, _any_levels(scene, draft), nerve)


def _catheter_placed(scene: Scene, draft: Draft) -> bool:
    """False for a refill, where the level of the catheter's tip is old news."""
    places = (*draft.titles, *draft.sentences)
    placed = ("pump-placed", "pump-catheter-placed", "pump-trial")
    return any(m.value in placed for place in places for m in scene.done(place, "method"))


_BRANCH_AFTER = re.compile(
    r"\W{0,3}(?:and )?(?:primary )?(?:medial branch|median branch|mbs?\b|dorsal ram|lateral branch|dr\b)", re.IGNORECASE
)


def _branches(scene: Scene, draft: Draft) -> list[tuple[str, Mention]]:
    """Vertebrae named as medial branches or dorsal rami ("the L3 and L4 medial branches"); two or more, or none."""
    found: list[tuple[str, Mention]] = []
    for place in (*draft.titles, *draft.sentences):
        if any(m.value == "not-treated" for m in scene.doc.within(place, "untreated")):
            continue
        for run in scene.runs(place):
            if run.value == "ton":
                found.append(("TON", run))
            elif _BRANCH_AFTER.match(scene.doc.text[run.span.end : run.span.end + 30]) or run.text.lower().endswith(
                ("medial", "dorsal")
            ):
                found.extend((level.value, run) for level in lv.parse(run)[0] if not level.pair)
    return found if len({v for v, _ in found}) >= 2 else []


def _foramina_alone(scene: Scene, draft: Draft, told: list[tuple[str, Mention]]) -> bool:
    """True when the needle sentences name two or more foramina by one vertebra each ("the left L4 neural foramen")."""
    if draft.family not in ("epidural-transforaminal", "epidural-adhesiolysis") or any("-" in v for v, _ in told):
        return False
    named = {v for v, m in told if re.match(r"\s(?:neural |neuro)?foram", scene.doc.text[m.span.end : m.span.end + 14])}
    return len(named) >= 2


def _more_exact(draft: Draft, title: list[tuple[str, Mention]], told: list[tuple[str, Mention]]) -> bool:
    """True when the title names roots and the needle sentences the foramina they leave by."""
    if draft.family != "epidural-transforaminal" or any("-" in v for v, _ in title):
        return False
    pairs = {v for v, _ in told if "-" in v}
    return (
        bool(pairs)
        and all(any(v in p.split("-") for p in pairs) for v, _ in title)
        and len(pairs) == len({v for v, _ in title})
    )


def _touch(title: list[tuple[str, Mention]], told: list[tuple[str, Mention]]) -> bool:
    """True when two lists of levels share a vertebra, so that one may only be worded otherwise."""
    a = {part for value, _ in title for part in value.split("-")}
    b = {part for value, _ in told for part in value.split("-")}
    return bool(a & b)


def names_nerves(scene: Scene, draft: Draft) -> bool:
    """True when a facet or SI entry names medial branches rather than joints."""
    if draft.family not in (*FACET, "si-rfa"):
        return False
    places = [*draft.titles, *(s for s in draft.sentences if scene.runs(s) or scene.worked(s))]
    return any(_NERVE_WORDS.search(scene.doc.text[s.start : s.end]) for s in places)


def _own_foramen(draft: Draft) -> list[tuple[str, Mention]]:
    """S1 that the title names apart from the interspaces: "left L5-S1 and left S1" are two foramina."""
    runs = {m.span for v, m in draft.levels if "-" in v}
    if draft.family != "epidural-transforaminal" or not runs:
        return []
    return [(v, m) for v, m in draft.levels if v == "S1" and m.span not in runs][:1]


def _chosen(family: str, found: list[tuple[str, Mention]], nerve: bool) -> list[tuple[str, Mention]]:
    singles = [(v, m) for v, m in found if "-" not in v]
    pairs = [(v, m) for v, m in found if "-" in v]
    if family in FACET or family == "si-rfa":
        named = [m for _, m in pairs if m.value == "ton"]
        if nerve and named and not singles and {v for v, _ in pairs} <= {"C2-C3", "TON"}:
            return [("TON", named[0])]
        if nerve and singles:
            return [("TON", m) for _, m in pairs if m.value == "ton"] + singles
        if nerve and any(m.value == "ton" for _, m in pairs) and all(m.value == "ton" for _, m in pairs):
            return [("TON", m) for _, m in pairs]
        if pairs:
            return pairs
        return singles if nerve else _between(singles)
    if family in _PAIR_FAMILIES:
        if not pairs:
            return _between(singles) if family != "epidural-transforaminal" else singles
        runs = {m.span for _, m in pairs}
        inside = {part for v, _ in pairs for part in v.split("-")}
        sacral = [(v, m) for v, m in singles if m.span in runs and v == "S1"]
        return pairs + sacral + [(v, m) for v, m in singles if m.span in runs and v not in inside and v != "S1"]
    if family in STIMULATOR:
        return singles or [(part, m) for v, m in pairs for part in v.split("-")]
    if family in ("sympathetic-block", "neurolysis", "vertebral-augmentation", "basivertebral-ablation"):
        return singles or pairs
    return singles + pairs


def _between(singles: list[tuple[str, Mention]]) -> list[tuple[str, Mention]]:
    """Single vertebrae of one written range as interspaces; others stay as written."""
    by_run: dict[Span, list[tuple[str, Mention]]] = {}
    for value, mention in singles:
        by_run.setdefault(mention.span, []).append((value, mention))
    out: list[tuple[str, Mention]] = []
    for group in by_run.values():
        text = group[0][1].text
        ranged = len(group) > 1 and (lv.chained(text) or re.search(r"through|thru|\bto\b|[-\u2010-\u2015]", text))
        if ranged:
            names = list(dict.fromkeys(v for v, _ in group))
            out.extend((f"{a}-{b}", group[0][1]) for a, b in itertools.pairwise(names))
        else:
            out.extend(group)
    return out


def _body_levels(scene: Scene, draft: Draft) -> list[tuple[str, Mention]]:
    """Levels in sentences with a needle, a target or an act, without spread and without what was left out."""
    found: list[tuple[str, Mention]] = []
    for sentence in draft.sentences:
        outs = scene.doc.within(sentence, "untreated")
        if any(m.value == "not-treated" for m in outs):
            continue
        acts = {m.value for m in scene.done(sentence, "action")}
        worked = acts & {"inject", "advance", "lesion"} or ({"needle"} <= acts and scene.done(sentence, "target"))
        led = draft.family in _TIPPED and _LEADS.search(scene.doc.text, sentence.start, sentence.end)
        text = scene.doc.text[sentence.start : sentence.end]
        tip = _PLACED_TIP if draft.family == "intrathecal-pump" else _TIP
        if not (worked or led) or (draft.family in _TIPPED and not tip.search(text)):
            continue
        if draft.family == "epidural-caudal" and "catheter" not in text.lower():
            continue
        blocked = [m.span.start for m in outs if m.value == "spread"]
        marks = [m.span for m in outs if m.value == "landmark-level" and draft.family not in PERIPHERAL]
        whole = [m for m in marks if any(m.contains(run.span) for run in scene.runs(sentence))]
        for run in scene.runs(sentence):
            if draft.family in _TIPPED and not _TIP.search(
                scene.doc.text[max(sentence.start, run.span.start - 90) : min(sentence.end, run.span.end + 25)]
            ):
                continue
            if draft.family in _TIPPED and _ENTRY.search(
                scene.doc.text[max(sentence.start, run.span.start - 45) : run.span.start]
            ):
                continue
            if any(b < run.span.start for b in blocked) or any(
                (m not in whole and 0 <= run.span.start - m.end <= 12)
                or 0 <= m.start - run.span.end <= 3 or m.overlaps(run.span)
                for m in marks
            ):
                continue
            parsed, refused = lv.parse(run)
            found.extend((level.value, run) for level in parsed)
            draft.refused.extend(refused)
    return found


_LEADS = re.compile(r"\b(?:leads?|electrodes?|octrodes?|octads?|contacts?|tips?)\b", re.IGNORECASE)
_PLACED_TIP = re.compile(r"\b(?:advanc|thread|pass|insert|plac|position|leav|left|lay)\w*\b.*\b[CTLS]\d", re.IGNORECASE)
_TIP = re.compile(
    r"\btips?\b|\b(?:top|bottom|middle|mid|level|border|upper|lower) |contacts?\b|thread"
    r"|advanced (?:(?:under|with|using) [\w-]+ )?to|"
    r"steered|marker|run up|pushed (?:back )?up|driven up|floated|lay (?:at|over)|"
    r"octads?|octrodes?|electrodes? (?:at|over)|leads?\b[^.]{0,30}\b(?:at|over|to)\b",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"(?:enter(?:ed|ing)?|entry|through|into|introduced|inserted|puncture\w*|access\w*|interspace|"
    r"needle|tuohy)\b[^.,;]{0,30}$|(?:slid|migrated|slipped|fallen|dropped)\b[^.,;]{0,30}$",
    re.IGNORECASE,
)


_FORAMEN = re.compile(r" (?:neural |sacral |posterior )*foram", re.IGNORECASE)


def _sacral_foramen(scene: Scene, draft: Draft, best: list[tuple[str, Mention]]) -> list[tuple[str, Mention]]:
    """The S1 foramen that the title names beside others ("left L5-S1 foramen and left S1 foramen")."""
    if any(v == "S1" for v, _ in best) or not any("-" in v for v, _ in best):
        return []
    runs = [run for title in draft.titles for run in scene.runs(title)]
    named = [run for run in runs if [level.value for level in lv.parse(run)[0]] == ["S1"]]
    return [("S1", run) for run in named if _FORAMEN.match(scene.doc.text, run.span.end)][:1]


def _spared(scene: Scene, draft: Draft) -> set[str]:
    """Levels of sentences that take them out of the work and tell of no injection ("L4-L5 was abandoned")."""
    return {
        level.value
        for sentence in draft.sentences
        if any(m.value == "not-treated" for m in scene.doc.within(sentence, "untreated"))
        and not {m.value for m in scene.done(sentence, "action")} & {"inject", "lesion"}
        for run in scene.runs(sentence)
        for level in lv.parse(run)[0]
    }


def _any_levels(scene: Scene, draft: Draft) -> list[tuple[str, Mention]]:
    found: list[tuple[str, Mention]] = []
    for sentence in draft.sentences:
        outs = scene.doc.within(sentence, "untreated")
        if any(m.value == "not-treated" for m in outs):
            continue
        if any(m.value == "landmark-level" for m in outs) and draft.family not in (*PERIPHERAL, "si-rfa"):
            continue
        if draft.family in _TIPPED or draft.family in MUSCLE:
            continue
        named = scene.doc.within(sentence, "procedure")
        if named and all(m.status in ("planned", "historical", "hypothetical") for m in named):
            continue
        if scene.doc.within(sentence, "imaging-study") and not scene.done(sentence, "action"):
            continue
        spread = min((m.span.start for m in outs if m.value == "spread"), default=sentence.end)
        for run in scene.runs(sentence):
            if run.span.start > spread:
                continue
            found.extend((level.value, run) for level in lv.parse(run)[0])
    return found


def _through_the_sacrum(scene: Scene, draft: Draft) -> bool:
    places = [*draft.titles, *draft.sentences]
    return any(m.value == "epidural-caudal" for p in places for m in scene.done(p, "target", "procedure"))


def region(scene: Scene, draft: Draft, values: tuple[str, ...]) -> str | None:
    """Region treated: from the levels, the site, the family, then the words of title and diagnosis."""
    if draft.family in ("si-joint-injection", "si-rfa"):
        return "sacral"
    if draft.family in MUSCLE:
        return None
    if draft.site in ("erector-spinae-plane", "paravertebral", "dorsal-root-ganglion") and values:
        return lv.region(values[0])
    if draft.site:
        return SITE_REGION.get(draft.site)
    if values:
        return lv.region(values[0])
    if draft.family == "epidural-caudal" or (
        draft.family == "epidural-adhesiolysis" and draft.region is None and _through_the_sacrum(scene, draft)
    ):
        return "sacral"
    if draft.region:
        return draft.region
    if draft.family not in _OF_THE_SPINE:
        return None
    diagnosis = [s.body for s in scene.doc.sections if s.kind in ("diagnosis", "indication")]
    named = re.compile(r"^\W*(?:dx|diagnos)|\bdx\b", re.IGNORECASE)
    spoken = [s for s in scene.doc.sentences if named.search(scene.doc.text[s.start : s.end])]
    for place in [*draft.titles, *draft.sentences, *diagnosis, *spoken]:
        for mention in scene.doc.within(place, "region"):
            if mention.value != "sacral":
                return mention.value
    return None


_MACHINES = {"fluoroscopy", "ultrasound", "ct"}


def guidance(scene: Scene, places: list[Span]) -> tuple[tuple[str, ...], list[Evidence]]:
    """Modalities used, ``landmark`` when palpation alone guided, ``none`` when imaging was denied."""
    found = [m for place in places for m in scene.doc.within(place, "guidance")]
    used = {
        m.value: m
        for m in reversed(found)
        if m.status == "performed" and m.value in ("fluoroscopy", "ultrasound", "ct", "mr")
    }
    if used:
        if "ct" in used and "fluoroscopy" in used:
            used.pop("fluoroscopy") if "ct-fluoro" in used["ct"].text.lower() else None
        order = [m for m in ("fluoroscopy", "ultrasound", "ct", "mr") if m in used]
        return tuple(order), [used[m].evidence("guidance") for m in order]
    touched = [m for m in found if m.value == "landmark" and m.status == "performed"]
    imaged = ("fluoroscopy", "ultrasound", "ct", "mr")
    refused = [m for m in found if m.value == "none" or (m.status == "negated" and m.value in imaged)]
    denied = [m for m in refused if "UNTICKED" not in m.cues]
    if touched and denied and all(m.text.lower().startswith("blind") for m in touched):
        return ("none",), [denied[0].evidence("guidance", "none")]
    if touched:
        return ("landmark",), [touched[0].evidence("guidance")]
    if denied:
        return ("none",), [denied[0].evidence("guidance", "none")]
    return (), []


def guidance_of(
    scene: Scene, titles: list[Span], sentences: list[Span]
) -> tuple[tuple[str, ...], list[Evidence]]:
    """Guidance of one entry; where the telling names another machine than the title, or none, the telling is right."""
    both = guidance(scene, [*titles, *sentences])
    told = guidance(scene, sentences)
    named = {m.value for t in titles for m in scene.done(t, "guidance")} & _MACHINES
    spoken = {m.value for s in sentences for m in scene.done(s, "guidance")} & _MACHINES
    against = len(named) == 1 and not named & spoken and (bool(spoken) or told[0] == ("none",))
    return told if against else both


def contrast(scene: Scene, places: list[Span]) -> tuple[str | None, str | None, list[Evidence]]:
    """``yes``, ``no`` or None, the reason against it, and the words."""
    reasons = [m for place in places for m in scene.doc.within(place, "contrast-reason")]
    reason = reasons[0].value if reasons else None
    denied = [
        m
        for m in scene.doc.of("contrast")
        if m.value == "denied" and "UNTICKED" not in m.cues and any(m.span.overlaps(p) for p in places)
    ]
    for place in places:
        for mention in scene.doc.within(place, "contrast"):
            if mention.value == "denied" or "UNTICKED" in mention.cues:
                continue
            if mention.status == "negated" and mention.value == "contrast":
                denied.append(mention)
            elif mention.status == "performed" and mention.value == "contrast" and _given(scene, mention):
                return "yes", None, [mention.evidence("contrast", "yes")]
    for place in places:
        shown = [
            m
            for m in scene.done(place, "contrast")
            if m.value == "spread" and re.search(r"epidurogram|arthrogram|contrast|dye", m.text, re.IGNORECASE)
        ]
        if shown and not denied:
            return "yes", None, [shown[0].evidence("contrast", "yes")]
    if denied:
        return (
            "no",
            reason,
            [denied[0].evidence("contrast", "no"), *(m.evidence("contrast", "no") for m in reasons[:1])],
        )
    return None, reason, []


def _given(scene: Scene, mention: Mention) -> bool:
    sentence = scene.doc.sentence_of(mention)
    text = scene.doc.text[sentence.start : sentence.end].lower()
    if re.match(
        r"gado|magnevist|omniscan"
        r"|multihance", mention.text, re.IGNORECASE) and scene.done(sentence, "action", "dose",
    ):
        return True  # the agent that stands in where iodine is not borne
    if re.search(r"allerg|anaphyl|sensitiv|hives|contraindicat|nonionic contrast agents,", text):
        return False
    if not re.match(r"(?:\w+[- ])*(?:contrast|dye)", mention.text, re.IGNORECASE):
        return True
    if mention.section == "contrast" or re.search(
        r"\[x\]\s*$", scene.doc.text[max(0, mention.span.start - 6) : mention.span.start], re.IGNORECASE
    ):
        return True
    return bool(
        scene.done(sentence, "action")
        or scene.doc.within(sentence, "dose")
        or re.search(
            r"spread|flow|outlin|pattern|reveal|confirm|with contrast|arthrogram|epidurogram|show|track|ran |"
            r"fill|seen|nucleogram|hug|climbed|rose|coated|stayed|"
            r"(?:with|w/|\+|&|plus|fluoro\w* and|c-?arm and) (?:contrast|dye)",
            text,
        )
    )


def approach(scene: Scene, draft: Draft, places: list[Span]) -> tuple[str | None, list[Evidence]]:
    """Route of the needle: by family for epidurals, else only where the words name it."""
    by_family = {
        "epidural-transforaminal": "transforaminal",
        "epidural-interlaminar": "interlaminar",
        "epidural-caudal": "caudal",
    }
    text = " ".join(scene.doc.text[p.start : p.end] for p in places)
    if draft.family in by_family:
        return by_family[draft.family], [
            m.evidence("approach", by_family[draft.family]) for m in (*draft.names, *draft.proofs)[:1]
        ]
    if draft.family == "epidural-adhesiolysis":
        if re.search(r"trans-?foraminal|foramen", text, re.IGNORECASE) and not re.search(
            r"sacral hiatus|caudal", text, re.IGNORECASE
        ):
            return "transforaminal", []
        sacral = re.search(r"sacral hiatus|caudal|\bhiatus\b|\bcornu", text, re.IGNORECASE)
        return ("caudal", []) if sacral else (None, [])
    if draft.family in ("epidural-blood-patch", "epidural-catheter"):
        told = [
            m
            for p in places
            for m in scene.done(p, "target")
            if m.value in ("epidural-lor", "epidural-tuohy", "epidural-interlaminar")
        ]
        return ("interlaminar", [told[0].evidence("approach", "interlaminar")]) if told else (None, [])
    for place in places:
        for mention in sorted(scene.done(place, "approach"), key=_by_word):
            if mention.value == "paramedian" and draft.family not in DEVICE:
                continue
            if any(set(m.cues) & {"PLANNED", "HISTORICAL", "HYPOTHETICAL"} for m in _over(scene, mention)):
                continue
            return mention.value, [mention.evidence("approach")]
    return None, []


def _by_word(mention: Mention) -> bool:
    """Words that say "approach" or "portal" go before a direction of the needle alone."""
    return re.search(r"approach|portal|route", mention.text, re.IGNORECASE) is None


def _over(scene: Scene, mention: Mention) -> list[Mention]:
    """Procedure names on the same words."""
    return [m for m in scene.doc.of("procedure") if m.span.overlaps(mention.span)]
