"""Which interventional procedures were performed at this encounter, each with its own attributes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notecheck.facts import (
    anchors,
    attributes,
    carry,
    drugs,
    guidance_of_all,
    muscles,
    sides,
    steps,
    techniques,
    tellings,
    unnamed,
)
from notecheck.facts import levels as lv
from notecheck.facts.body_drafts import drugged, from_body, tells_whole
from notecheck.facts.drafts import Draft, by_side, from_tellings, from_titles
from notecheck.facts.families import (
    DEVICE,
    EPIDURAL,
    LIES_IN,
    MUSCLE,
    OPEN,
    PERIPHERAL,
    SPINAL,
    TARGETS,
    family_of_site,
    sites_of,
)
from notecheck.facts.needles import gauges
from notecheck.facts.scene import Scene
from notecheck.records import Annotated, Evidence, Mention, Procedure, Span


@dataclass(frozen=True, slots=True)
class Treated:
    """``performed`` entries in the order of the note; families ``planned`` and done ``earlier``; the names seen."""

    performed: tuple[Procedure, ...]
    planned: tuple[str, ...]
    earlier: tuple[str, ...]
    claims: tuple[Mention, ...]


def find(doc: Annotated) -> Treated:
    """The procedures of one note. A name alone is never enough: needle work must be told."""
    scene = Scene(doc)
    names = doc.of("procedure")
    drafts = _drafts(scene)
    if not drafts and not scene.operation:
        scene = tellings.reopened(scene)
        drafts = _settled(scene, [d for d in from_tellings(scene) if not _left_out(scene, d)])
    if drafts and tellings.called_off(scene):
        drafts = []
    anchors.give_sentences(scene, drafts)
    performed = carry.carried(scene, drafts, [_finished(scene, draft, len(drafts)) for draft in drafts])
    done = {p.family for p in performed}
    return Treated(
        performed=performed,
        planned=tuple(dict.fromkeys(m.value for m in names if m.status == "planned" and m.value not in done)),
        earlier=tuple(dict.fromkeys(m.value for m in names if m.status == "historical")),
        claims=tuple(m for m in names if m.status == "performed"),
    )


def _drafts(scene: Scene) -> list[Draft]:
    titled = [d for d in from_titles(scene) if _told(scene, d)]
    if scene.operation:
        titled = [d for d in titled if d.family in OPEN or _own_heading(scene, d)]
        drafts = titled or unnamed.stimulator(scene)
    else:
        titled = [part for draft in titled for part in (steps.split(scene, draft) if len(titled) == 1 else [draft])]
        told = from_body(scene, titled)
        if stepped := steps.drafts(scene, [*titled, *(d for d in told if not titled or _headed(scene, d))]):
            titled, told = [], stepped
        if titled:
            told = [d for d in told if _headed(scene, d)]
            told += _in_one_line(scene, [*titled, *told])
        elif told and not stepped:
            told = [*_in_one_line(scene, told), *told]
        drafts = [d for d in (*titled, *told) if not _left_out(scene, d)]
    return _settled(scene, drafts)


def _settled(scene: Scene, drafts: list[Draft]) -> list[Draft]:
    """Drafts with family, site and side set settled, each once."""
    for draft in drafts:
        if draft.family == "joint-injection" and not draft.sites:
            _name_site(scene, draft)
    for draft in drafts:
        _specify(scene, draft, len(drafts))
    split = [part for draft in drafts for part in by_side(scene, draft)]
    return _without_doubles(split)


def _in_one_line(scene: Scene, known: list[Draft]) -> list[Draft]:
    """Other procedures, each told with its needle and its drug in the sentence of its name."""
    taken = {(d.family, d.site) for d in known} | {(d.family, None) for d in known if not d.site}
    return [
        draft
        for draft in from_tellings(scene)
        if draft.names
        and draft.family not in SPINAL
        and not {(draft.family, draft.site), (draft.family, None)} & taken
        and all(
            scene.doc.within(sentence, "needle") and scene.done(sentence, "drug")
            for sentence in (scene.doc.sentence_of(name) for name in draft.names)
        )
    ]


def _told(scene: Scene, draft: Draft) -> bool:
    """True when the body tells of work that fits the family."""
    if draft.names and all(scene.is_lesson(scene.doc.sentence_of(name)) for name in draft.names):
        return False
    if draft.family in DEVICE or draft.family in OPEN:
        return any(scene.done(s, "action", "method") for s in scene.body)
    if draft.family == "epidural-catheter":
        return any(
            re.search(r"secured|tunnel|infusion|left in place|threaded", scene.doc.text[s.start : s.end], re.IGNORECASE)
            for s in scene.body
        )
    return (
        bool(scene.work)
        or tellings.performed_as_named(scene)
        or tellings.nothing_but_a_title(scene)
        or any(scene.done(s, "action") and scene.done(s, "target", "site", "muscle", "drug") for s in scene.body)
        or (not any(tellings.orders(scene.doc.text[t.start : t.end]) for t in draft.titles)
        and any(tellings.evidence_in(scene, place) and not tellings.orders(scene.doc.text[place.start : place.end])
               for place in (*draft.titles, *scene.body, *_fields(scene))))
    )  # fmt: skip


def _fields(scene: Scene) -> list[Span]:
    """Short fields of a form that say what was used: guidance, contrast, drugs, and "Imaging: Fluoroscopy"."""
    out = [s.body for s in scene.doc.sections if s.kind in ("guidance", "contrast", "injectate")]
    for section in scene.doc.sections:
        first = Span(section.body.start, min(section.body.end, section.body.start + 24))
        if section.kind == "imaging" and len(section.body) < 90 and scene.done(first, "guidance"):
            out.append(section.body)
    return out


def _own_heading(scene: Scene, draft: Draft) -> bool:
    """In a note of an operation only a procedure that the title lists as its own item counts."""
    text = " ".join(scene.doc.text[t.start : t.end] for t in draft.titles).lower()
    if re.search(r"an(?:a)?esth|regional|post-?op|for (?:pain|analgesia)|local|labor", text):
        return False
    own = scene.doc.text[draft.names[0].span.start : draft.names[0].span.end].lower()
    return (
        draft.family not in ("peripheral-nerve-block", "epidural-unspecified", "epidural-catheter")
        and "block" not in own
    )


def _left_out(scene: Scene, draft: Draft) -> bool:
    """A named site that the body only mentions to say that it was not treated; an epidural that was not done."""
    if (
        draft.family in EPIDURAL
        and draft.names
        and re.search(
            r"\b(?:epidural|injection)[^.]{0,25}\b(?:was|were) not (?:done|performed|given)", _words(scene, scene.body)
        )
    ):
        return True
    if not draft.site or not draft.names:
        return False
    told = [s for s in scene.body for m in scene.doc.within(s, "site") if m.value == draft.site]
    return bool(told) and all(any(u.value == "not-treated" for u in scene.doc.within(s, "untreated")) for s in told)


def _headed(scene: Scene, draft: Draft) -> bool:
    """A second procedure that only the body tells needs a sentence of its own with target and injection."""
    proof = draft.proofs[0]
    if draft.titles or tells_whole(scene, scene.doc.sentence_of(proof)):
        return True
    sentence = scene.doc.sentence_of(proof)
    acts = {m.value for m in scene.done(sentence, "action")}
    if draft.family in MUSCLE:
        return bool(scene.done(sentence, "muscle"))
    if proof.kind == "target" and _TURNED.match(scene.doc.text, sentence.start, sentence.end):
        after = [s for s in scene.body if s.start > sentence.start][:3]
        return any(scene.done(s, "drug") and scene.worked(s) for s in after)
    return "inject" in acts and drugged(scene, sentence) and proof.kind == "site"


_TURNED = re.compile(
    r"\W*(?:attention was|(?:i|we) (?:then|next) (?:turned|moved)|turning (?:now )?to"
    r"|moving (?:on )?to)\b", re.IGNORECASE
)


def _specify(scene: Scene, draft: Draft, among: int) -> None:
    """Settles the family where the name is general: epidurals by route, facet work by technique, sites by name."""
    places = [*draft.titles, *(scene.body if among == 1 or draft.family.startswith("epidural") else ())]
    if draft.family == "epidural-unspecified":
        draft.family = _epidural_route(scene, draft, places)
    if draft.family == "epidural-interlaminar" and among == 1 and _caudal(scene, places):
        draft.family = "epidural-caudal"
    if draft.family == "facet-rfa" and (
        any(v in ("S2", "S3") for v, _ in draft.levels) or (among == 1 and _lateral_branches(scene))
    ):
        draft.family = "si-rfa"
    if draft.family == "facet-injection" and any(v in ("S2", "S3") for v, _ in draft.levels):
        draft.family = "si-joint-injection"
    if draft.site == "median-nerve" and draft.family == "peripheral-nerve-block":
        tunnel = [m for m in scene.doc.of("site") if m.value == "carpal-tunnel"]
        if tunnel:
            draft.family, draft.sites = "carpal-tunnel-injection", tunnel[:1]
    if draft.family in ("sympathetic-block", "peripheral-nerve-block") and _destroyed(scene, draft, among):
        draft.family = "neurolysis"
    if draft.family in ("facet-injection", "facet-rfa", "epidural-transforaminal", "si-joint-injection") and among == 1:
        _follow_the_needle(scene, draft)
    if draft.family == "facet-rfa" and not draft.levels:
        _off_the_spine(scene, draft)
    if draft.family in PERIPHERAL and not draft.sites:
        _name_site(scene, draft)
    _beside_the_joint(scene, draft)
    if draft.family == "scs-implant" and re.search(r"\btrial\b", _words(scene, draft.titles)):
        draft.family = "scs-trial"
    if (
        draft.family == "scs-trial"
        and re.search(r"pulse generator|\bipg\b|pocket", _words(scene, scene.body))
        and re.search(
            r"(?:generator|pocket)[^.]{0,80}(?:set|placed|made|created|stitched|closed|implanted|connected)|implanted"
            r" pulse generator",
            _words(scene, scene.body),
        )
    ):
        draft.family = "scs-implant"
    if draft.family == "neurolysis" and not draft.sites:
        fitting = [m for t in draft.titles for m in scene.doc.within(t, "site")]
        draft.sites = fitting[:1]
    if draft.family == "chemodenervation" and not any(
        m.value.endswith(("toxin", "toxina", "toxinb")) for s in scene.body for m in scene.done(s, "drug")
    ) and any(m.value == "lidocaine" for s in scene.work for m in scene.done(s, "drug")):  # fmt: skip
        draft.family = "trigger-point"


def _destroyed(scene: Scene, draft: Draft, among: int) -> bool:
    """True when phenol or alcohol was given; beside other procedures, to the nerve of this one."""
    lytic = [m for s in scene.work for m in scene.done(s, "drug") if m.value in ("phenol", "alcohol")]
    if among == 1 or not draft.site:
        return bool(lytic)
    nerves = [
        m
        for s in scene.body
        for m in scene.done(s, "site")
        if m.value == draft.site or family_of_site(m.value) == "peripheral-nerve-block"
    ]
    if not any(m.value == draft.site for m in nerves):
        nerves = [m for m in scene.doc.of("site") if m.status == "performed" and m.value.endswith("-nerve")]
    reached = (max((m for m in nerves if m.span.end <= drug.span.start), default=None, key=_start) for drug in lytic)
    return any(nerve is None or nerve.value == draft.site for nerve in reached)


def _start(mention: Mention) -> int:
    return mention.span.start


def _beside_the_joint(scene: Scene, draft: Draft) -> None:
    """A title that says "shoulder" or "hip" for the bursa or tendon that alone is told as entered."""
    if draft.family != "joint-injection" or not draft.sites or not draft.titles:
        return
    joint = draft.sites[0]
    words = _words(scene, scene.body)
    if not _LOOSE.fullmatch(joint.text) or _INSIDE.search(words):
        return
    told = [m for s in scene.body if scene.worked(s) for m in scene.done(s, "site")]
    soft = [m for m in told if LIES_IN.get(m.value) == joint.value]
    text = scene.doc.text
    if any(m.value == joint.value and _INTO_IT.search(text, m.span.start - 20, m.span.start) for m in told):
        return
    if soft and len({m.value for m in soft}) == 1:
        draft.family, draft.sites = family_of_site(soft[0].value), soft[:1]


_INTO_IT = re.compile(r"\binto the (?:left |right )?$", re.IGNORECASE)
_LOOSE = re.compile(r"(?:shoulder|hip|knee|elbow|wrist|ankle|heel|foot)s?", re.IGNORECASE)
_INSIDE = re.compile(
    r"intra-?articular|gleno-?humeral|joint (?:space|line|capsule)|capsul|effusion|suprapatellar"
    r"|into the (?:\w+ )?joint|femoral"
    r" (?:head|neck)|\bgh\b", re.IGNORECASE,
)


def _off_the_spine(scene: Scene, draft: Draft) -> None:
    """Radiofrequency whose title names a nerve of the head or a limb and no level is the destruction of that nerve."""
    named = [
        m
        for t in draft.titles
        for m in scene.doc.within(t, "site")
        if family_of_site(m.value) == "peripheral-nerve-block"
    ]
    if named and not any(m.value in TARGETS["facet-rfa"] for t in draft.titles for m in scene.doc.within(t, "target")):
        draft.family, draft.sites = "neurolysis", named[:1]


def _lateral_branches(scene: Scene) -> bool:
    """True when the body tells of lesions beside the sacral foramina, whatever the title says."""
    if any(m.value == "lateral-branch" for s in scene.body for m in scene.done(s, "target")):
        return True
    return any(level.value in ("S2", "S3") for s in scene.body for run in scene.runs(s) for level in lv.parse(run)[0])


def _follow_the_needle(scene: Scene, draft: Draft) -> None:
    """Where the title names one target and every needle sentence another, the needle decides."""
    values = {m.value for s in scene.body for m in scene.done(s, "target")}
    own = set(TARGETS.get(draft.family, ()))
    if draft.family == "si-joint-injection":
        own |= {"lateral-branch"}
    if values & own or not scene.work:
        return
    if {"epidural-space", "epidural-lor"} <= values or {"epidural-interlaminar", "epidural-lor"} <= values:
        draft.family = "epidural-caudal" if "epidural-caudal" in values else "epidural-interlaminar"
    elif "epidural-transforaminal" in values and "epidural-space" in values:
        draft.family = "epidural-transforaminal"
    else:
        return
    draft.levels.clear()
    draft.side = None


def _epidural_route(scene: Scene, draft: Draft, places: list[Span]) -> str:
    if _caudal(scene, places):
        return "epidural-caudal"
    named = {m.value for p in places for m in scene.doc.within(p, "procedure") if m.status == "performed"}
    values = {m.value for p in places for m in scene.done(p, "target")}
    if "epidural-transforaminal" in named or ("epidural-transforaminal" in values and "epidural-lor" not in values):
        return "epidural-transforaminal"
    if "epidural-interlaminar" in named or values & {"epidural-interlaminar", "epidural-lor", "epidural-tuohy"}:
        return "epidural-interlaminar"
    return draft.family


def _caudal(scene: Scene, places: list[Span]) -> bool:
    return any(
        m.value == "epidural-caudal" for p in places for m in (*scene.done(p, "target"), *scene.done(p, "procedure"))
    )


def _name_site(scene: Scene, draft: Draft) -> None:
    fitting = sites_of(draft.family)
    for place in [*draft.titles, *scene.work, *scene.body]:
        for mention in scene.doc.within(place, "site"):
            fits = (
                family_of_site(mention.value) == "peripheral-nerve-block"
                if fitting is None
                else mention.value in fitting
            )
            if fits and mention.status == "performed":
                draft.sites = [mention]
                return


def _without_doubles(drafts: list[Draft]) -> list[Draft]:
    families = {d.family for d in drafts}
    named = {d.site for d in drafts}
    out: list[Draft] = []
    for draft in drafts:
        if (
            draft.family == "joint-injection"
            and draft.site is None
            and families & {"si-joint-injection", "facet-injection"}
        ):
            continue
        if (draft.site == "heel" and "plantar-fascia" in named) or (
            draft.site == "elbow" and "common-extensor-tendon" in named
        ):
            continue
        if draft.site == "iliohypogastric-nerve" and "ilioinguinal-nerve" in named:
            continue
        if draft.family == "epidural-unspecified" and families & {"scs-trial", "scs-implant", "epidural-blood-patch"}:
            continue
        if draft.family in EPIDURAL and families & {"scs-trial", "scs-implant", "scs-revision", "intrathecal-pump"}:
            continue
        if draft.family == "facet-injection" and "facet-rfa" in families and not draft.levels:
            continue
        if draft.family == "scs-trial" and "scs-implant" in families and len(drafts) == 2:
            continue
        if draft.family in ("scs-trial", "scs-implant") and any(o.family == draft.family for o in out):
            continue
        twin = next(
            (o for o in out if o.family == draft.family and o.side == draft.side and o.site == draft.site
             and {v for v, _ in o.levels} == {v for v, _ in draft.levels} and o.region == draft.region), None,
        )  # fmt: skip
        if twin is None:
            out.append(draft)
    return out


def _finished(scene: Scene, draft: Draft, among: int) -> Procedure:
    titles = [*(draft.titles if among > 1 else scene.titles), *draft.titles]
    places = [*titles, *draft.sentences]
    extra = _fields(scene) if among == 1 else []
    values, level_kind, level_proof = attributes.levels(scene, draft)
    if draft.family == "facet-injection" and {"S2", "S3"} & set(values):
        draft.family = "si-joint-injection"
    side, side_proof = sides.laterality(scene, draft)
    seen, guidance_proof = attributes.guidance_of(scene, titles, [*draft.sentences, *extra])
    dye, reason, dye_proof = attributes.contrast(
        scene, [*draft.sentences, *draft.titles, *(scene.titles if among == 1 else ()), *extra]
    )
    needles, needle_proof = gauges(scene, [*draft.sentences, *draft.titles])
    names, count, muscle_proof = muscles.named(scene, draft)
    route, route_proof = attributes.approach(scene, draft, places)
    technique, technique_proof = techniques.technique(scene, draft, places)
    given, drug_proof = drugs.injectate(scene, draft, values, side)
    if (
        not seen
        and among > 1
        and (
            draft.family in draft.siblings
            or re.search(r"same (?:views|guidance|technique|way|fashion|manner)", _words(scene, draft.sentences))
        )
    ):
        other, other_proof = attributes.guidance(scene, list(scene.body))
        if other and draft.family not in MUSCLE and other[0] in ("fluoroscopy", "ultrasound", "ct"):
            seen, guidance_proof = other, other_proof
    ways, way_proof = techniques.methods(scene, draft)
    if not seen and among > 1:
        seen, guidance_proof = attributes.guidance(scene, guidance_of_all.said_of_all(scene, draft))
    if not seen and among > 1:
        seen, guidance_proof = attributes.guidance(scene, guidance_of_all.behind_names(scene, draft))
    purpose, sequence, status = techniques.purpose(scene, draft, places, among)
    halted = sides.stopped(scene, draft, side)
    status = "completed" if halted else status  # the side that was finished
    saved = techniques.images_saved(scene, [*places, *scene.body] if draft.family not in MUSCLE else places)
    proof: list[Evidence] = [m.evidence("family", draft.family) for m in (*draft.names, *draft.proofs)]
    proof += [*level_proof, *side_proof, *guidance_proof, *dye_proof, *needle_proof, *muscle_proof]
    proof += [*route_proof, *technique_proof, *drug_proof, *way_proof]
    if draft.site:
        proof.append(draft.sites[0].evidence("site"))
    elif draft.family in _SITE_OF:
        proof += [m.evidence("site", _SITE_OF[draft.family]) for m in (*draft.names, *draft.proofs)[:1]]
    if status != "completed" or halted:
        proof += [
            m.evidence("status" if not halted else "stopped_side", halted or m.value)
            for s in draft.sentences
            for m in scene.doc.within(s, "purpose")
            if m.value == (status if not halted else "discontinued") and m.status == "performed"
        ]
    return Procedure(
        family=draft.family,
        technique=technique,
        region=attributes.region(scene, draft, values),
        levels=values,
        laterality=side,
        approach=route,
        guidance=seen,
        contrast=dye,
        site=draft.site or _SITE_OF.get(draft.family),
        muscles=names,
        muscle_count=count,
        needle_gauge=needles,
        injectate=given,
        evidence=tuple(dict.fromkeys(proof)),
        purpose=purpose,
        sequence=sequence,
        level_kind=level_kind,
        images_saved=saved,
        contrast_reason=reason,
        status=status,
        stopped_side=halted,
        unlevelled=tuple(dict.fromkeys(draft.refused)),
        leads=techniques.leads(scene, draft),
        methods=ways,
    )


_SITE_OF = {"genicular-block": "genicular-nerve", "genicular-rfa": "genicular-nerve"}
"""Families whose site is settled by what they are."""


def _words(scene: Scene, sentences: Sequence[Span]) -> str:
    return " ".join(scene.doc.text[s.start : s.end] for s in sentences).lower()
