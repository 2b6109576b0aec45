"""Which interventional procedures were performed at this encounter, each with its own attributes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from notecheck.facts import attributes, drugs, techniques
from notecheck.facts.drafts import Draft, by_side, from_body, from_titles
from notecheck.facts.families import (
    DEVICE,
    EPIDURAL,
    MUSCLE,
    OPEN,
    PERIPHERAL,
    TARGETS,
    family_of_site,
    sites_of,
)
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
    _give_sentences(scene, drafts)
    performed = tuple(_finished(scene, draft, len(drafts)) for draft in drafts)
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
        drafts = titled
    else:
        told = from_body(scene, titled)
        if titled:
            told = [d for d in told if _headed(scene, d)]
        drafts = [d for d in (*titled, *told) if not _left_out(scene, d)]
    for draft in drafts:
        _specify(scene, draft, len(drafts))
    split = [part for draft in drafts for part in by_side(scene, draft)]
    return _without_doubles(split)


def _told(scene: Scene, draft: Draft) -> bool:
    """True when the body tells of work that fits the family."""
    if draft.family in DEVICE or draft.family in OPEN:
        return any(scene.done(s, "action", "method") for s in scene.body)
    if draft.family == "epidural-catheter":
        return any(
            re.search(r"secured|tunnel|infusion|left in place", scene.doc.text[s.start : s.end]) for s in scene.body
        )
    return bool(scene.work) or any(
        scene.done(s, "action") and scene.done(s, "target", "site", "muscle", "drug") for s in scene.body
    )


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
    if draft.family in EPIDURAL and draft.names and re.search(
        r"\b(?:epidural|injection)[^.]{0,25}\b(?:was|were) not (?:done|performed|given)", _words(scene, scene.body)
    ):
        return True
    if not draft.site or not draft.names:
        return False
    told = [s for s in scene.body for m in scene.doc.within(s, "site") if m.value == draft.site]
    return bool(told) and all(
        any(u.value == "not-treated" for u in scene.doc.within(s, "untreated")) for s in told
    )


def _headed(scene: Scene, draft: Draft) -> bool:
    """A second procedure that only the body tells needs a sentence of its own with target and injection."""
    proof = draft.proofs[0]
    sentence = scene.doc.sentence_of(proof)
    acts = {m.value for m in scene.done(sentence, "action")}
    if draft.family in MUSCLE:
        return bool(scene.done(sentence, "muscle"))
    return "inject" in acts and bool(scene.done(sentence, "drug")) and proof.kind == "site"


def _specify(scene: Scene, draft: Draft, among: int) -> None:
    """Settles the family where the name is general: epidurals by route, facet work by technique, sites by name."""
    places = [*draft.titles, *(scene.body if among == 1 or draft.family.startswith("epidural") else ())]
    if draft.family == "epidural-unspecified":
        draft.family = _epidural_route(scene, draft, places)
    if draft.family == "epidural-interlaminar" and among == 1 and _caudal(scene, places):
        draft.family = "epidural-caudal"
    if draft.family == "facet-rfa" and any(v in ("S2", "S3") for v, _ in draft.levels):
        draft.family = "si-rfa"
    if draft.family == "facet-injection" and any(v in ("S2", "S3") for v, _ in draft.levels):
        draft.family = "si-joint-injection"
    if draft.site == "median-nerve" and draft.family == "peripheral-nerve-block":
        tunnel = [m for m in scene.doc.of("site") if m.value == "carpal-tunnel"]
        if tunnel:
            draft.family, draft.sites = "carpal-tunnel-injection", tunnel[:1]
    if draft.family in ("sympathetic-block", "peripheral-nerve-block") and any(
        m.value in ("phenol", "alcohol") for s in scene.work for m in scene.done(s, "drug")
    ):
        draft.family = "neurolysis"
    if draft.family in ("facet-injection", "facet-rfa", "epidural-transforaminal", "si-joint-injection") and among == 1:
        _follow_the_needle(scene, draft)
    if draft.family == "facet-rfa" and not draft.levels:
        _off_the_spine(scene, draft)
    if draft.family in PERIPHERAL and not draft.sites:
        _name_site(scene, draft)
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
    out: list[Draft] = []
    for draft in drafts:
        if (
            draft.family == "joint-injection"
            and draft.site is None
            and families & {"si-joint-injection", "facet-injection"}
        ):
            continue
        if draft.family == "epidural-unspecified" and families & {"scs-trial", "scs-implant", "epidural-blood-patch"}:
            continue
        if draft.family in EPIDURAL and families & {"scs-trial", "scs-implant", "scs-revision", "intrathecal-pump"}:
            continue
        if draft.family == "facet-injection" and "facet-rfa" in families and not draft.levels:
            continue
        if draft.family == "scs-trial" and "scs-implant" in families and len(drafts) == 2:
            continue
        twin = next(
            (o for o in out if o.family == draft.family and o.side == draft.side and o.site == draft.site
             and {v for v, _ in o.levels} == {v for v, _ in draft.levels} and o.region == draft.region), None,
        )  # fmt: skip
        if twin is None:
            out.append(draft)
    return out


def _give_sentences(scene: Scene, drafts: list[Draft]) -> None:
    """Each entry gets the body sentences about it: all when alone, else from its first words to the next entry's."""
    body = list(scene.body)
    if len(drafts) == 1:
        drafts[0].sentences = body
        return
    anchors = {id(d): _anchor(scene, d, drafts, body) for d in drafts}
    for draft in drafts:
        draft.siblings = tuple(d.family for d in drafts if d is not draft)
    lysis = [d for d in drafts if d.family == "epidural-adhesiolysis" or d.family in EPIDURAL]
    if any(d.family == "epidural-adhesiolysis" for d in lysis) and len(lysis) > 1:
        shared = min((a for d in lysis if (a := anchors[id(d)]) is not None), default=None)
        anchors.update({id(d): shared for d in lysis})
    _fill_gaps(scene, drafts, anchors, body)
    opened = _with_preparation(scene, body, sorted({a for a in anchors.values() if a is not None}))
    cuts = sorted(opened.values())
    for draft in drafts:
        anchor = anchors[id(draft)]
        start = None if anchor is None else opened[anchor]
        if start is None:
            draft.sentences = body
            continue
        later = [c for c in cuts if c > start]
        draft.sentences = body[start : later[0] if later else len(body)]


_PREPARES = re.compile(
    r"\b(?:prone|supine|seated|decubitus|lateral position|positioned|prep(?:ped)?|drap(?:ed?|ing)"
    r"|aseptic|cleaned|cleansed|wiped"
    r"|chloraprep|chlorhexidine|betadine|wheals?"
    r"|(?:skin|local(?:ly)?|subcutaneous)\b[^.]{0,45}\b(?:an(?:a)?esth\w+|infiltrat\w+|numb\w*))"
    r"|\b(?:an(?:a)?esthetize|numb|infiltrate)\w* (?:the )?skin\b|\blocal an(?:a)?esthesia with\b",
    re.IGNORECASE,
)


def _with_preparation(scene: Scene, body: list[Span], cuts: list[int]) -> dict[int, int]:
    """Each cut moved back over the position, the washing and the numbing before it; a bare remark among them too."""
    opened: dict[int, int] = {}
    before = -1
    for cut in cuts:
        start = cut
        place = cut - 1
        while place > before:
            words = scene.doc.text[body[place].start : body[place].end]
            if _PREPARES.search(words):
                start = place
            elif scene.worked(body[place]) or scene.doc.within(body[place], "needle", "drug"):
                break
            place -= 1
        opened[cut] = start
        before = cut
    return opened


def _fill_gaps(scene: Scene, drafts: list[Draft], anchors: dict[int, int | None], body: list[Span]) -> None:
    """An entry whose own words the body never repeats begins at the next new needle after the entry before it."""
    before: int | None = None
    for draft in drafts:
        place = anchors[id(draft)]
        if place is None and before is not None:
            taken = {a for a in anchors.values() if a is not None}
            for index in range(before + 1, len(body)):
                if index in taken:
                    break
                named = {m.value for m in scene.done(body[index], "site")} & {d.site for d in drafts if d is not draft}
                if scene.doc.within(body[index], "needle") and not named:
                    anchors[id(draft)] = place = index
                    break
        before = place if place is not None else before


def _anchor(scene: Scene, draft: Draft, drafts: list[Draft], body: list[Span]) -> int | None:
    """Index of the first body sentence that can only be about this entry, the work told before it included."""
    rivals = [d for d in drafts if d is not draft]
    same = [d for d in rivals if d.family == draft.family]
    numbered = _numbered(scene, draft, body)
    if numbered is not None:
        return numbered
    if draft.proofs:
        return next((i for i, s in enumerate(body) if s.contains(draft.proofs[0].span)), None)
    for index, sentence in enumerate(body):
        if any(m.value == "not-treated" for m in scene.doc.within(sentence, "untreated")):
            continue
        if draft.sites and any(d.site != draft.site for d in rivals):
            if any(m.value == draft.site for m in scene.done(sentence, "site")) and _near_work(scene, body, index):
                return index
            continue
        if same and draft.levels:
            zone = draft.levels[0][0][0]
            zones = {m.text.strip()[:1].upper() for m in scene.doc.within(sentence, "level")}
            zones |= {m.value[0].upper() for m in scene.doc.within(sentence, "region")}
            if zone in zones and len(zones & set("CTL")) == 1:
                return index
            continue
        if same and draft.muscles:
            if any(m.value == draft.muscles[0].value for m in scene.done(sentence, "muscle")):
                return index
            continue
        wanted = TARGETS.get(draft.family, ())
        if any(m.value in wanted for m in scene.done(sentence, "target")):
            return index
        if any(m.value == draft.family for m in scene.done(sentence, "procedure")):
            return index
        if draft.family in MUSCLE and scene.done(sentence, "muscle") and scene.done(sentence, "action", "dose"):
            return index
    if draft.sites:
        for index, sentence in enumerate(body):
            if any(m.value == draft.site for m in scene.done(sentence, "site")):
                return index
    for draft_title in (t for t in draft.titles if body and t.start > body[0].start):
        after = [i for i, s in enumerate(body) if s.start > draft_title.end]
        others = [t.start for d in rivals for t in d.titles if t.start > draft_title.end]
        if after and (not others or body[after[0]].start < min(others)):
            return after[0]
    return None


def _near_work(scene: Scene, body: list[Span], index: int) -> bool:
    """True when this sentence or one of the next two tells of needle work or guidance."""
    return any(
        scene.worked(s) or scene.done(s, "guidance") or scene.doc.within(s, "needle") for s in body[index : index + 3]
    )


_NUMBER = re.compile(r"\s*(?:#\s?(\d)|P(\d)|(\d)[.):]|\(([a-d])\))")


def _numbered(scene: Scene, draft: Draft, body: list[Span]) -> int | None:
    """The body sentence that carries the same list number as the title item ("#2:", "2.")."""
    for title in draft.titles:
        match = _NUMBER.match(scene.doc.text[title.start : title.end])
        if not match:
            continue
        number = next(g for g in match.groups() if g)
        for index, sentence in enumerate(body):
            again = _NUMBER.match(scene.doc.text[sentence.start : sentence.start + 6])
            if again and number in again.groups() and sentence.start > title.end:
                return index
    return None


def _finished(scene: Scene, draft: Draft, among: int) -> Procedure:
    places = [*(draft.titles if among > 1 else scene.titles), *draft.titles, *draft.sentences]
    extra = [
        s.body for s in scene.doc.sections if s.kind in ("guidance", "contrast", "injectate") and among == 1
    ]
    values, level_kind, level_proof = attributes.levels(scene, draft)
    if draft.family == "facet-injection" and {"S2", "S3"} & set(values):
        draft.family = "si-joint-injection"
    side, side_proof = attributes.laterality(scene, draft)
    seen, guidance_proof = attributes.guidance(scene, [*places, *extra])
    dye, reason, dye_proof = attributes.contrast(scene, [*draft.sentences, *draft.titles, *extra])
    needles, needle_proof = attributes.gauges(scene, [*draft.sentences, *draft.titles])
    names, count, muscle_proof = attributes.muscles(scene, draft)
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
    purpose, sequence, status = techniques.purpose(scene, draft, places, among)
    saved = attributes.images_saved(scene, [*places, *scene.body] if draft.family not in MUSCLE else places)
    proof: list[Evidence] = [m.evidence("family", draft.family) for m in (*draft.names, *draft.proofs)]
    proof += [*level_proof, *side_proof, *guidance_proof, *dye_proof, *needle_proof, *muscle_proof]
    proof += [*route_proof, *technique_proof, *drug_proof, *way_proof]
    if draft.site:
        proof.append(draft.sites[0].evidence("site"))
    if status != "completed":
        proof += [
            m.evidence("status")
            for s in draft.sentences
            for m in scene.doc.within(s, "purpose")
            if m.value == status and m.status == "performed"
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
        site=draft.site,
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
        unlevelled=tuple(dict.fromkeys(draft.refused)),
        leads=techniques.leads(scene, draft),
        methods=ways,
    )


def _words(scene: Scene, sentences: Sequence[Span]) -> str:
    return " ".join(scene.doc.text[s.start : s.end] for s in sentences).lower()
