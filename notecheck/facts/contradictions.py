"""Places of one note that disagree about the same thing. Silence is the default: each rule needs two clear places."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from notecheck.facts import levels as lv
from notecheck.facts import person
from notecheck.facts.families import DEVICE, EPIDURAL, FACET, SPINAL, TARGETS
from notecheck.facts.scene import Scene
from notecheck.records import Annotated, Evidence, Mention, Procedure, Span

Found = tuple[Evidence, ...]

_OPPOSITE = {"left": "right", "right": "left"}
_REGIONS = ("cervical", "thoracic", "lumbar", "sacral")
_SINGLE_OK = ("sympathetic-block", "epidural-transforaminal", "vertebral-augmentation", "neurolysis")
_ANCHOR = 45
_GROUPS = {
    **dict.fromkeys((*EPIDURAL, "epidural-adhesiolysis", "epidural-catheter", "epidural-blood-patch"), "epidural"),
    **dict.fromkeys(FACET, "facet"),
    **dict.fromkeys(("si-joint-injection", "si-rfa"), "si"),
    "sympathetic-block": "sympathetic",
    "discography": "disc",
    "trigger-point": "trigger",
}
_WORDS = {"epi": "epidural", "esi": "epidural", "tfe": "epidural", "fac": "facet", "med": "facet", "sac": "si",
          "si ": "si", "sym": "sympathetic", "ste": "sympathetic", "dis": "disc", "tri": "trigger"}  # fmt: skip
_NUMBERS = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_BEFORE_VIEW = 12
_BEHIND = 40
_AIMED = re.compile(
    r"(?i)\b(?:targeted|treated|located|identified|marked|visuali[sz]ed)\b"
    r"|\b(?:taut bands?|trigger points?) (?:in|of|within)\b[^.;]{0,90}\b(?:found|felt|palpated)\b"
)
_PARAMEDIAN = re.compile(r"(?i)[- ](?:sided )?para-?(?:median|sagittal)")
_ON_THE = re.compile(r"(?i)^[^.;,]{0,30}\bon the $")


class Treated(Protocol):
    """What facts/procedures.py found."""

    @property
    def performed(self) -> tuple[Procedure, ...]: ...

    @property
    def claims(self) -> tuple[Mention, ...]: ...


def find(doc: Annotated, treated: Treated) -> tuple[tuple[str, ...], Found]:
    """Slugs of what disagrees, with both places of each.

    The slugs: ``laterality``, ``level``, ``region``, ``procedure``, ``guidance``, ``sex-age``.
    """
    scene = Scene(doc)
    found: dict[str, Found] = {}
    if len(treated.performed) == 1:
        procedure = treated.performed[0]
        found["laterality"] = _sides(scene) or _diagnosis_side(scene, procedure)
        found["region"] = _regions(scene, procedure)
        found["level"] = _levels(scene, procedure)
        found["guidance"] = _guidance(scene)
    found["level"] = found.get("level") or _interspaces(scene, treated.performed) or _level_count(scene)
    found["procedure"] = _procedures(scene, treated.performed)
    found["sex-age"] = person.conflict(doc)
    slugs = tuple(
        slug for slug in ("laterality", "level", "region", "procedure", "guidance", "sex-age") if found.get(slug)
    )
    return slugs, tuple(proof for slug in slugs for proof in found[slug])


def _pair(slug: str, first: Mention, second: Mention) -> Found:
    return first.evidence("contradictions", slug), second.evidence("contradictions", slug)


def _sides(scene: Scene) -> Found:
    """Title, consent and time-out against one another and against the needle work."""
    doc = scene.doc
    title = _one_side(m for t in scene.titles for m in doc.within(t, "side"))
    checks = [_one_side(_sides_with(scene, kind)) for kind in ("time-out", "consent")]
    work = _one_side(_anchored_sides(scene))
    places = [m for m in (title, *checks, work) if m is not None]
    for index, first in enumerate(places):
        for second in places[index + 1 :]:
            if second.value == _OPPOSITE.get(first.value):
                return _pair("laterality", first, second)
    beside = _one_side(_beside_the_middle(doc, scene.titles))
    taken = _one_side(_beside_the_middle(doc, scene.work))
    opposed = beside is not None and taken is not None and taken.value == _OPPOSITE[beside.value]
    return _pair("laterality", beside, taken) if opposed and beside and taken else ()


def _beside_the_middle(doc: Annotated, spans: Iterable[Span]) -> list[Mention]:
    """Side words of a paramedian way."""
    return [m for s in spans for m in doc.within(s, "side") if _PARAMEDIAN.match(doc.text, m.span.end)]


def _diagnosis_side(scene: Scene, procedure: Procedure) -> Found:
    """The side of every diagnosis against the side treated, where no diagnosis or complaint is on the treated side."""
    doc = scene.doc
    told = [
        m
        for m in doc.of("side")
        if m.section in {"diagnosis", "indication", "history", "assessment", "exam", "imaging"} and not _view(doc, m)
    ]
    named = _one_side(m for m in told if m.section == "diagnosis")
    work = _one_side(_anchored_sides(scene))
    if named is None or work is None or any(m.value != named.value for m in told) or named.value == work.value:
        return ()
    sided = doc.within(Span(named.span.end, min(len(doc.text), named.span.end + _ANCHOR)), "diagnosis-phrase")
    return _pair("laterality", named, work) if sided and procedure.laterality == work.value else ()


def _one_side(mentions: Iterable[Mention]) -> Mention | None:
    """The first mention where all name the same single side, else None."""
    kept = list(mentions)
    values = {m.value for m in kept}
    return kept[0] if len(values) == 1 and kept[0].value in _OPPOSITE else None


def _sides_with(scene: Scene, kind: str) -> list[Mention]:
    doc = scene.doc
    out: list[Mention] = []
    for mention in doc.of(kind):
        if mention.value in {"done", "obtained"}:
            sentence = doc.sentence_of(mention)
            out += [m for m in doc.within(sentence, "side") if not _view(doc, m)]
    return out + [m for m in doc.of("side") if kind == "time-out" and _IN_ROW.search(doc.text[: m.span.start][-40:])]


_IN_ROW = re.compile(
    r"(?:^|\n)[ \t>*-]*(?:\[ ?[xX ]?\] ?)?(?:correct |right |verified |confirmed )*(?:side|laterality)(?:/site)?"
    r"(?: (?:verified|confirmed|checked|marked))?"
    r"[ \t]*(?:[:|=-][ \t]*|[ \t]{2,})(?:(?:y|yes|ok|\u2713|\[[xX]\])[ \t|:,-]+)?$",
    re.IGNORECASE,
)
"""The row of a time-out table that says the side: "Correct side    Y   RIGHT"."""


def _view(doc: Annotated, side: Mention) -> bool:
    """True when the side word turns the beam, the patient or a limb, and does not name the side treated."""
    reach = Span(side.span.end, min(len(doc.text), side.span.end + _BEFORE_VIEW + 20))
    return any(
        m.value == "view" and m.span.start - side.span.end <= _BEFORE_VIEW for m in doc.within(reach, "conflict-aid")
    )


def _aids(doc: Annotated, spans: Iterable[Span], value: str) -> list[Mention]:
    return [m for span in spans for m in doc.within(span, "conflict-aid") if m.value == value]


def _anchored_sides(scene: Scene) -> list[Mention]:
    """Side words of needle work that stand right before a level, a target or a site."""
    doc = scene.doc
    out: list[Mention] = []
    needled = (s for s in scene.body if doc.within(s, "needle") and doc.within(s, "target", "site"))
    marked = (s for s in scene.body if scene.done(s, "muscle") and _AIMED.search(doc.text, s.start, s.end))
    seen = {s for s in scene.body if doc.within(s, "level") and _AIMED.search(doc.text, s.start, s.end)}
    own = {*scene.work, *needled, *marked}
    out += [m for s in sorted(seen - own) for m in doc.within(s, "side") if _right_before_level(doc, m)]
    for sentence in sorted(own):
        if doc.within(sentence, "untreated") and any(
            m.value == "not-treated" for m in doc.within(sentence, "untreated")
        ):
            continue
        for side in doc.within(sentence, "side"):
            if side.value == "other-side" or side.value == "bilateral":
                out.append(side)
                continue
            if side.value not in _OPPOSITE or _view(doc, side):
                continue
            near = [
                m
                for m in doc.within(sentence, "level", "target", "site", "muscle")
                if -2 <= m.span.start - side.span.end <= _ANCHOR
            ]
            first_site = next((m.span for m in doc.within(sentence, "site")), Span(0, 0))
            if near or _behind(doc, sentence, side) or side.span.overlaps(first_site):
                out.append(side)
    return out


def _right_before_level(doc: Annotated, side: Mention) -> bool:
    """True for "the right C4, C5 and C6 pillars were identified", where no view or turn of the beam is meant."""
    reach = Span(side.span.end, side.span.end + _BEHIND)
    return side.value in _OPPOSITE and any(m.span.start - side.span.end <= 1 for m in doc.within(reach, "level"))


def _behind(doc: Annotated, sentence: Span, side: Mention) -> bool:
    """True for "the C4 and C5 pillars on the right": the side behind a level, with no other side in the sentence."""
    if len({m.value for m in doc.within(sentence, "side") if not _view(doc, m)}) > 1:
        return False
    return any(
        0 < side.span.start - m.span.end <= _BEHIND and _ON_THE.search(doc.text[m.span.end : side.span.start])
        for m in doc.within(sentence, "level", "target")
    )


def _title_levels(scene: Scene) -> list[tuple[lv.Level, Mention]]:
    return [(level, m) for t in scene.titles for m in scene.doc.within(t, "level") for level in lv.parse(m)[0]]


def _work_levels(scene: Scene) -> list[tuple[lv.Level, Mention]]:
    doc = scene.doc
    out: list[tuple[lv.Level, Mention]] = []
    for sentence in scene.work:
        outs = doc.within(sentence, "untreated")
        if any(m.value != "landmark-level" for m in outs):
            continue
        for run in doc.within(sentence, "level"):
            if not any(-3 <= run.span.start - m.span.end <= 12 or run.span.overlaps(m.span) for m in outs):
                out += [(level, run) for level in lv.parse(run)[0]]
    return out


def _levels(scene: Scene, procedure: Procedure) -> Found:
    """Levels of the title none of which the needle work names, in the same kind (interspaces or single vertebrae)."""
    family = procedure.family
    if family in DEVICE or family in {"epidural-caudal", "epidural-adhesiolysis", "epidural-catheter", "discography"}:
        return ()
    if family not in SPINAL and family not in _SINGLE_OK:
        return ()
    alone = _SINGLE_OK if family not in FACET else (*_SINGLE_OK, *FACET)
    title, work = _title_levels(scene), _work_levels(scene)
    if _aids(scene.doc, (s for s in scene.body if scene.doc.within(s, "level")), "moved"):
        return ()
    for pairs in (True, False):
        if not pairs and (family not in alone or any(level.pair for level, _ in (*title, *work))):
            continue
        named = {level.value: m for level, m in title if level.pair is pairs}
        told = {level.value: m for level, m in work if level.pair is pairs}
        if named and told and not set(named) & set(told):
            return _pair("level", next(iter(named.values())), next(iter(told.values())))
        spaces = pairs and named and not told and all("-" in level for level in procedure.levels)
        if spaces and work and procedure.levels and not set(named) & set(procedure.levels):
            return _pair("level", next(iter(named.values())), work[0][1])
    return ()


def _interspaces(scene: Scene, performed: tuple[Procedure, ...]) -> Found:
    """Of several procedures: the interspaces of one region that the title names and those where the needle went."""
    if len(performed) < 2 or _aids(scene.doc, (s for s in scene.body if scene.doc.within(s, "level")), "moved"):
        return ()
    title, work = _title_levels(scene), _work_levels(scene)
    for procedure in performed:
        if procedure.family not in {"epidural-interlaminar", "epidural-transforaminal"}:
            continue
        named = {v.value: m for v, m in title if v.pair and lv.region(v.value) == procedure.region}
        told = {v.value: m for v, m in work if v.pair and lv.region(v.value) == procedure.region}
        if named and told and not set(named) & set(told) and set(procedure.levels) & set(told):
            return _pair("level", next(iter(named.values())), next(iter(told.values())))
    return ()


def _level_count(scene: Scene) -> Found:
    """ "4-level" followed by a list of another number of interspaces."""
    doc = scene.doc
    for counted in doc.of("conflict-aid"):
        if counted.value != "level-count":
            continue
        words = counted.groups["count"].lower()
        number = _NUMBERS.get(words) or int(words)
        for sentence in doc.sentences[counted.sentence : counted.sentence + 2]:
            runs = [m for m in doc.within(sentence, "level") if m.span.start > counted.span.start]
            levels = [level for m in runs for level in lv.parse(m)[0]]
            if not any(level.pair for level in levels):
                continue
            listed = {level.value for level in levels}
            if len(runs) == 1 and all(level.pair for level in levels) and 1 < len(listed) != number:
                return _pair("level", counted, runs[0])
            break
    return ()


def _regions(scene: Scene, procedure: Procedure) -> Found:
    if procedure.family not in SPINAL or procedure.family in DEVICE:
        return ()
    named = [(m.value, m) for t in scene.titles for m in scene.doc.within(t, "region")]
    named += [(lv.region(level.value) or "", m) for level, m in _title_levels(scene)]
    told = [(lv.region(level.value) or "", level.value, m) for level, m in _work_levels(scene)]
    words = [m for s in scene.body for m in scene.done(s, "region")]
    titled = {value for value, _ in named}
    if not titled:
        return ()
    if told and all(_far(t, value, name) for value, name, _ in told for t in titled):
        return _pair("region", named[0][1], told[0][2])
    spoken = [m.value for m in words]
    if not told and len(spoken) >= 2 and len(set(spoken)) == 1 and all(_far(t, spoken[0], "") for t in titled):
        return _pair("region", named[0][1], words[0])
    return ()


def _far(titled: str, told: str, level: str) -> bool:
    """True for regions that no junction joins: C7-T1, T12-L1 and L5-S1 belong to both sides."""
    if titled not in _REGIONS or told not in _REGIONS or titled == told:
        return False
    pair = {titled, told}
    if pair == {"lumbar", "sacral"}:
        return False
    if pair == {"cervical", "thoracic"}:
        return bool(level) and not re.match(r"(?:C7|T1\b|T2|T1-)", level)
    if pair == {"thoracic", "lumbar"}:
        return bool(level) and not re.match(r"(?:T1[0-2]|L1|L2)", level)
    return True


def _guidance(scene: Scene) -> Found:
    """A modality that the title names against the only one that the account names, or against its denial."""
    doc = scene.doc
    modalities = {"fluoroscopy", "ultrasound", "ct"}
    title = [m for t in scene.titles for m in doc.within(t, "guidance") if m.value in modalities | {"none"}]
    places = [*scene.body, *(s.body for s in doc.sections if s.kind == "guidance")]
    told = [m for s in places for m in doc.within(s, "guidance") if not any(t.contains(m.span) for t in scene.titles)]
    body = [m for m in told if m.value in modalities | {"none"}]
    named = [m for m in title if m.status == "performed" and m.value in modalities]
    done = [m for m in body if m.status == "performed" and m.value in modalities]
    one_name = len({m.value for m in named}) == 1
    if one_name and len({m.value for m in done}) == 1 and not any(m.value == named[0].value for m in body):
        return _pair("guidance", named[0], done[0])
    denied = [m for m in title if m.value == "none" or (m.status == "negated" and m.value in modalities)]
    refused = [m for m in body if m.value == "none" or (m.status == "negated" and m.value in modalities)]
    if one_name and refused and not done and any(m.value in {"none", named[0].value} for m in refused):
        return _pair("guidance", named[0], refused[0])
    landmarks = [m for t in scene.titles for m in doc.within(t, "guidance") if m.value == "landmark"]
    if landmarks and done and not named and re.search(r"(?i)landmark|blind", landmarks[0].text):
        return _pair("guidance", landmarks[0], done[0])
    if denied and done and not named and (denied[0].value == "none" or denied[0].value == done[0].value):
        return _pair("guidance", denied[0], done[0])
    return ()


def _procedures(scene: Scene, performed: tuple[Procedure, ...]) -> Found:
    """The title's procedure against what needles, leads and drugs tell."""
    names = [item.name for item in scene.items]
    if not names:
        return ()
    families = {m.value for m in names}
    done = {p.family for p in performed}
    found = _stimulator(scene, names[0], families, done)
    if found or not performed:
        return found
    found = _other_kind(scene, names, performed) or _toxin(scene, names[0]) or _dry(scene, names[0], performed)
    if found or len(families) != 1 or len(done) != 1:
        return found
    family = names[0].value
    if family in EPIDURAL and not done & {"epidural-adhesiolysis", "epidural-catheter", "epidural-blood-patch"}:
        return _route(scene, names[0], family)
    if family in {"facet-rfa", "si-rfa", "genicular-rfa"}:
        drugs = [m for s in scene.work for m in scene.done(s, "drug")]
        chemical = any(m.value in {"phenol", "alcohol"} for m in drugs)
        if drugs and not chemical and not _aids(scene.doc, scene.body, "lesion-tool"):
            return _pair("procedure", names[0], drugs[-1])
    if family in {"facet-injection", "genicular-block", "si-joint-injection"}:
        for sentence in scene.work:
            lesions = [m for m in scene.done(sentence, "action") if m.value == "lesion"]
            if lesions and _aids(scene.doc, (sentence,), "heated"):
                return _pair("procedure", names[0], lesions[0])
    return ()


def _other_kind(scene: Scene, names: list[Mention], performed: tuple[Procedure, ...]) -> Found:
    """A kind of injection that the title names, where the account tells another or says that it was not done."""
    done = {_GROUPS.get(p.family, "") for p in performed}
    titled = {_GROUPS.get(m.value, "") for m in names}
    for name in names:
        kind = _GROUPS.get(name.value)
        if kind is None or kind in done:
            continue
        for denial in _aids(scene.doc, scene.body, "not-done"):
            word = denial.groups.get("what") or denial.groups.get("what2") or ""
            if _WORDS.get(word.lower()[:3]) == kind:
                return _pair("procedure", name, denial)
    if len(titled) != 1 or "" in titled | done or titled & done or "trigger" in titled | done or len(performed) != 1:
        return ()
    if performed[0].family.endswith("-rfa") and names[0].value.endswith("-rfa"):  # "ablation" alone names no joint
        return ()
    proving = TARGETS.get(performed[0].family, ())
    reached = [m for s in scene.body for m in scene.doc.within(s, "target") if m.value in proving]
    return _pair("procedure", names[0], reached[0]) if reached else ()


def _stimulator(scene: Scene, name: Mention, families: set[str], done: set[str]) -> Found:
    """A trial in the title and a generator in the account, or an implant and only trial leads."""
    generators = _aids(scene.doc, scene.body, "generator")
    external = _aids(scene.doc, scene.body, "external")
    if "scs-trial" in families and "scs-implant" in done and "scs-implant" not in families and generators:
        return _pair("procedure", name, generators[0])
    if "scs-implant" in families and "scs-trial" not in families and external and not generators:
        return _pair("procedure", name, external[0])
    return ()


def _route(scene: Scene, name: Mention, family: str) -> Found:
    """The way into the epidural space that the title names against the one that the needle took."""
    targets = [m for s in scene.body for m in scene.doc.within(s, "target")]
    values = {m.value for m in targets}
    through_lamina = {"epidural-interlaminar"} & values or ({"epidural-lor", "epidural-tuohy"} <= values)
    route = {
        "epidural-transforaminal": through_lamina and not values & {"epidural-transforaminal", "epidural-caudal"},
        "epidural-interlaminar": "epidural-transforaminal" in values
        and not values & {"epidural-interlaminar", "epidural-lor", "epidural-tuohy", "epidural-caudal"},
        "epidural-caudal": values & {"epidural-transforaminal", "epidural-interlaminar"}
        and "epidural-caudal" not in values,
    }.get(family)
    if not route:
        return ()
    worked = [
        m for m in targets if m.value in values and m.value.startswith("epidural-") and m.value != "epidural-space"
    ]
    return _pair("procedure", name, worked[0]) if worked else ()


def _toxin(scene: Scene, name: Mention) -> Found:
    """A toxin in the title and other drugs only in the account, or the reverse."""
    doc = scene.doc
    titled = [m for t in scene.titles for m in doc.within(t, "drug") if "toxin" in m.value]
    given = [m for s in scene.work for m in scene.done(s, "drug")]
    others = [m for m in given if m.value != "saline"]
    outside = any("toxin" in m.value and not any(t.contains(m.span) for t in scene.titles) for m in doc.of("drug"))
    in_units = any(m.value == "units" for s in scene.body for m in doc.within(s, "dose"))
    if titled and others and not outside and not in_units:
        return _pair("procedure", titled[0], others[0])
    if (
        name.value == "trigger-point"
        and not titled
        and given
        and all("toxin" in m.value or m.value == "saline" for m in given)
    ):
        return _pair("procedure", name, given[0])
    return ()


def _dry(scene: Scene, name: Mention, performed: tuple[Procedure, ...]) -> Found:
    """An injection in the title, needles alone in the account."""
    if name.value != "trigger-point" or not any(p.technique == "dry-needling" for p in performed):
        return ()
    if "inject" not in name.text.lower() or any(re.search(r"(?i)needling", i.name.text) for i in scene.items):
        return ()
    dry = _aids(scene.doc, scene.body, "dry")
    return _pair("procedure", name, dry[0]) if dry else ()
