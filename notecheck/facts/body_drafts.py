"""Entries that only the body tells: targets, sites and muscles with needle work and no title that explains them."""

from __future__ import annotations

import re

from notecheck.facts import levels as lv
from notecheck.facts import tellings, unnamed
from notecheck.facts.drafts import DRY, GROUP, Draft, given_up
from notecheck.facts.families import DEVICE, EPIDURAL, FACET, LIES_IN, MUSCLE, PERIPHERAL, STEROIDS, TARGETS
from notecheck.facts.scene import Scene
from notecheck.records import Mention, Span

_EXPLAINS: dict[str, tuple[str, ...]] = {
    "epidural": (*EPIDURAL, *DEVICE, "epidural-adhesiolysis", "epidural-blood-patch", "epidural-catheter",
                 "vertebral-augmentation", "basivertebral-ablation", "discography", "neurolysis"),
    "facet": (*FACET, "si-rfa", *EPIDURAL, "epidural-adhesiolysis", "vertebral-augmentation", "basivertebral-ablation",
              "discography", "neurolysis", "sympathetic-block", *DEVICE),
    "si": ("si-joint-injection", "si-rfa", "facet-rfa"),
    "muscle": (*MUSCLE,),
    "genicular": ("genicular-block", "genicular-rfa"),
}  # fmt: skip
_LESIONS = ("facet-rfa", "genicular-rfa", "si-rfa")
_BLOCKS = ("facet-injection", "genicular-block")
_LOOK_BACK = 14


def from_body(scene: Scene, known: list[Draft]) -> list[Draft]:
    """Drafts that only the body tells: a target with needle work in the same sentence or the next."""
    out = _toxin(scene, known)
    out += _listed(scene, [*known, *out])
    body = scene.body
    burned = lesioned(scene)
    for index, sentence in enumerate(body):
        if _left_alone(scene, sentence) or _of_other_days(scene, sentence):
            continue
        here = scene.worked(sentence)
        if not here and not (index + 1 < len(body) and scene.worked(body[index + 1])):
            continue
        for family, proof in families_of(scene, sentence, here, burned):
            if _explained(family, proof, [*known, *out]):
                continue
            out.append(Draft(family, proofs=[proof], sites=[proof] if proof.kind == "site" else []))
    out.extend(_other_sites(scene, [*known, *out]))
    out.extend(unnamed.find(scene, [*known, *out]))
    if not out and not known:
        out.extend(_by_tuohy(scene))
    if not out and not known:
        out.extend(_looked_back(scene, burned))
    return out


def lesioned(scene: Scene) -> bool:
    """True where the telling burns: a lesion, and the heat or the probe that made it."""
    body = scene.body
    return any(
        m.value == "lesion" and m.status == "performed" for s in body for m in scene.done(s, "action")
    ) and any(m.value in ("thermal-rf", "pulsed-rf", "cooled-rf") for s in body for m in scene.done(s, "technique"))


_DEPOTS = {*STEROIDS, "hyaluronate"}
_INTO = re.compile(
    r"\b(?:joints?|jts?|intra-?articular\w*|capsule|recess|pouch|into the|injected|injection of)\b",
    re.IGNORECASE,
)
_LEADS_LINE = re.compile(r"[\W\d_]*(?:(?:left|right|l|r|lt|rt|both|bilat\w*|bil|b/l)\.?\W+)?", re.IGNORECASE)
_HEADS_ONE = re.compile(
    r"[\W_]*(?:(?:procedure|proc|injection|inj|site|block|target)s?\s*(?:#|no\.?)?\s*(?:\d|one|two|three|[a-c]\b|i{1,3}\b)"
    r"|\d{1,2}[.)]|#+ |\*\*)",
    re.IGNORECASE,
)
_HEAD_LENGTH = 80
_NAME_LENGTH = 40
_WORK_BELOW = 6


def _other_sites(scene: Scene, known: list[Draft]) -> list[Draft]:
    """Short injections beside a named procedure: told whole in one sentence, or under a line that names the site."""
    out: list[Draft] = []
    for sentence in scene.body:
        if _left_alone(scene, sentence):
            continue
        out.extend(_enumerated(scene, sentence, [*known, *out]))
        whole = tells_whole(scene, sentence)
        for family, proof in _apart(scene, sentence, [*known, *out]) if whole else ():
            begin = scene.doc.text.rfind("\n", 0, proof.span.start) + 1
            leads = bool(_LEADS_LINE.fullmatch(scene.doc.text, begin, proof.span.start))
            if family != "joint-injection" or leads or _INTO.search(scene.doc.text, sentence.start, sentence.end):
                out.append(Draft(family, proofs=[proof], sites=[proof]))
        if (muscle := _muscle_alone(scene, sentence, [*known, *out])) is not None:
            out.append(Draft("trigger-point", proofs=[muscle]))
    for line, sentences in _headed_lines(scene):
        for family, proof in _apart(scene, line, [*known, *out], numbered=True)[:1]:
            if any(scene.worked(s) or scene.doc.within(s, "needle") for s in sentences):
                sides = [m for m in scene.doc.within(line, "side") if m.value in ("left", "right", "bilateral")]
                side = sides[0].value if len({m.value for m in sides}) == 1 else None
                out.append(Draft(family, titles=[line], sides=sides, side=side, proofs=[proof], sites=[proof]))
    return out


_EACH_GOT = re.compile(
    r"\W*(?:each|all|both|every one)\b(?: of (?:them|these|the \w+))?(?: (?:was|were|site|one|three|two|four"
    r"|target|joint|place))*"
    r" ?(?:received|got|had|given|injected|treated|with)\b", re.IGNORECASE,
)
_OWN_LINE = re.compile(
    r"[\W_\d]*(?:(?:second|third|first|then|next|finally|lastly|and|also|the|left|right|both|bilateral|lt|rt|l|r)\b[\W_]*)*$",
    re.IGNORECASE,
)


def _enumerated(scene: Scene, sentence: Span, known: list[Draft]) -> list[Draft]:
    """The places of a list that the next sentence treats alike ("... the wrist and the elbow. Each got ...")."""
    after = next((s for s in scene.body if s.start >= sentence.end), None)
    if after is None or not _EACH_GOT.match(scene.doc.text, after.start, after.end):
        return []
    if not scene.done(after, "drug") or not scene.doc.within(after, "dose"):
        return []
    named: dict[str, tuple[str, Mention]] = {}
    for family, proof in tellings.own_sites(scene, sentence):
        named.setdefault(proof.value, (family, proof))
    named = {v: pair for v, pair in named.items() if v not in {LIES_IN.get(other) for other in named}}
    taken = {d.site for d in known}
    fresh = [pair for value, pair in named.items() if value not in taken and pair[0] in _SHORT_ONES]
    return [Draft(family, proofs=[proof], sites=[proof]) for family, proof in fresh] if len(named) > 1 else []


def _muscle_alone(scene: Scene, sentence: Span, known: list[Draft]) -> Mention | None:
    """The muscle that opens a sentence with a needle and a measured drug, and no other place."""
    muscles = scene.done(sentence, "muscle")
    if not known or not muscles or any(d.family in MUSCLE for d in known) or scene.done(sentence, "site", "target"):
        return None
    drugs = [m for m in scene.done(sentence, "drug") if "toxin" not in m.value and m.value not in ("phenol", "alcohol")]
    if not drugs or not scene.doc.within(sentence, "needle") or not scene.doc.within(sentence, "dose"):
        return None
    return muscles[0] if _OWN_LINE.match(scene.doc.text, sentence.start, muscles[0].span.start) else None


def tells_whole(scene: Scene, sentence: Span) -> bool:
    """True for a sentence with a needle and a steroid in its amount, or a drug said to be injected; or with its share
    of a syringe made up before."""
    if out_of_syringe(scene, sentence):
        return True
    drugs = {m.value for m in scene.done(sentence, "drug")}
    acts = {m.value for m in scene.done(sentence, "action")}
    return bool(
        scene.doc.within(sentence, "needle")
        and drugs & _DEPOTS
        and any(d.value in ("volume", "mass") for d in scene.doc.within(sentence, "dose"))
        and (acts & {"inject", "needle", "advance"} or scene.doc.within(sentence, "needle"))
    )


def _listed(scene: Scene, known: list[Draft]) -> list[Draft]:
    """What a list under a line of drugs names: sites, and its muscles together."""
    out: list[Draft] = []
    for use in scene.shares:
        if use.sentence not in use.source.rows or _left_alone(scene, use.sentence):
            continue
        taken = {d.site for d in (*known, *out)}
        sites = [pair for pair in tellings.own_sites(scene, use.sentence) if pair[1].value not in taken]
        muscles = scene.done(use.sentence, "muscle")
        if sites:
            family, proof = sites[0]
            out.append(Draft(family, proofs=[proof], sites=[proof]))
        elif muscles and not any(d.family in MUSCLE for d in (*known, *out)):
            out.append(Draft("trigger-point", proofs=[muscles[0]]))
    return out


def out_of_syringe(scene: Scene, sentence: Span) -> bool:
    """True for a sentence or row with a place and its share of a named syringe ("R knee, 22g, US: syringe A, 2 mL")."""
    own = [u.source for u in scene.shares if sentence.contains(u.place)]
    if not scene.done(sentence, "site", "target", "muscle"):
        return False
    if any(source.rows for source in own):
        return True
    how = scene.doc.within(sentence, "needle") or scene.done(sentence, "guidance", "action")
    return bool(how) and any(source.name for source in own)


_MIXED = re.compile(
    r"\d ?(?:m[lL]|cc)s? of (?:an?|the|this|that) (?:\w+ )?(?:mixture|solution|combination)\b", re.IGNORECASE
)


def drugged(scene: Scene, sentence: Span) -> bool:
    """True for a sentence with a drug, or with a needle and a volume of a mixture that another sentence names."""
    mixed = _MIXED.search(scene.doc.text, sentence.start, sentence.end)
    return bool(scene.done(sentence, "drug") or (mixed and scene.doc.within(sentence, "needle")))


def _apart(
    scene: Scene, place: Span, known: list[Draft], numbered: bool = False
) -> list[tuple[str, Mention]]:
    """Sites of ``place`` that are no part, surface or path of what is known; a ``numbered`` line may name a tendon
    beside the joint of another number."""
    told = {d.site for d in known}
    taken = told | {LIES_IN.get(d.site or "") for d in known}
    taken |= {site for site, joint in LIES_IN.items() if joint in told and joint != "knee"}
    families = {d.family for d in known}
    found = []
    for family, proof in tellings.own_sites(scene, place):
        near = numbered and proof.value in LIES_IN and proof.value not in told
        if (proof.value in taken and not near) or not all(d.sites for d in known if d.family == family):
            continue
        if families & {"genicular-block", "genicular-rfa"} and proof.value in ("knee", "genicular-nerve"):
            continue
        if families & _EVERYWHERE or (family in families and family == "peripheral-nerve-block"):
            continue
        if family in _SHORT_ONES:
            found.append((family, proof))
    short = [pair for pair in found if pair[0] != "joint-injection"]
    return (short or found)[:1]


_SHORT_ONES = ("joint-injection", "bursa-injection", "tendon-injection", "carpal-tunnel-injection")
_EVERYWHERE = frozenset((*DEVICE, "vertebral-augmentation", "basivertebral-ablation", "neurolysis", "chemodenervation"))


def _headed_lines(scene: Scene) -> list[tuple[Span, list[Span]]]:
    """Short numbered or marked lines with a site and no drug, and the sentences up to the next of them."""
    text = scene.doc.text
    lines: list[Span] = []
    place = 0
    for raw in text.split("\n"):
        line = Span(place, place + len(raw))
        place += len(raw) + 1
        heads = len(raw) < _HEAD_LENGTH and _HEADS_ONE.match(raw) and scene.section_at(line.start) in _HEADABLE
        if heads and scene.doc.within(line, "site") and not scene.doc.within(line, "drug", "needle", "dose"):
            lines.append(line)
    lines += [
        s for s in scene.doc.sentences
        if not any(line.overlaps(s) for line in lines) and len(s) < _NAME_LENGTH and _MARKED.match(text, s.start, s.end)
        and scene.section_at(s.start) in (*_HEADABLE, *_LABELS) and scene.doc.within(s, "site")
        and not scene.doc.within(s, "drug", "needle", "dose")
    ]  # fmt: skip
    lines.sort(key=_begins)
    if not lines:
        return []
    stops = [*(line.start for line in lines[1:]), len(text)]
    return [
        (line, [s for s in scene.body if line.end <= s.start < stop][:_WORK_BELOW])
        for line, stop in zip(lines, stops, strict=True)
    ]


_MARKED = re.compile(
    r"[\W_]*(?:\([a-d]\)|\(\d\)|\d[.)]|(?-i:[A-D])[.)]|(?:first|second|third|secondly|thirdly|next|lastly|finally)[,:])[\W_]",
    re.IGNORECASE,
)


def _begins(span: Span) -> int:
    return span.start


_LABELS = ("injectate", "guidance", "anesthesia", "contrast")
"""Kinds of the sections that a label inside a running text opens ("Injected: ...")."""
_HEADABLE = ("none", "header", "other", "title", "description", "preparation")


def _by_tuohy(scene: Scene) -> list[Draft]:
    """The epidural that a note never names: an epidural needle, the loss of resistance, then a drug."""
    marks = [m for s in scene.body for m in scene.done(s, "target")]
    values = {m.value for m in marks}
    lost = [m for m in marks if m.value == "epidural-lor"]
    if not lost or not values & {"epidural-tuohy", "epidural-space"} or values & {"lead", "pump", "vertebral-body"}:
        return []
    given = any(
        scene.worked(s) and s.end > lost[0].span.start and {m.value for m in scene.done(s, "drug")} - {"saline"}
        for s in scene.body
    )
    if not given or any(scene.done(s, "procedure") for s in scene.body):
        return []
    return [Draft("epidural-caudal" if "epidural-caudal" in values else "epidural-interlaminar", proofs=lost[:1])]


def _of_other_days(scene: Scene, sentence: Span) -> bool:
    """True where every procedure named was done before or is to come, and no needle or drug is told."""
    named = scene.doc.within(sentence, "procedure")
    return (
        bool(named)
        and all(m.status in ("historical", "planned", "hypothetical") for m in named)
        and not scene.doc.within(sentence, "needle", "dose")
        and not scene.done(sentence, "drug", "guidance", "contrast")
    )


def _left_alone(scene: Scene, sentence: Span) -> bool:
    """True for a sentence that takes its target out of the work and names no other that was used instead."""
    outs = [m.span.end for m in scene.doc.within(sentence, "untreated") if m.value == "not-treated"]
    if not outs:
        return False
    rest = scene.doc.text[max(outs) : sentence.end]
    return not re.search(r"\b(?:so|instead|therefore|then|thus|rather)\b", rest) or not scene.done(
        Span(max(outs), sentence.end), "target", "site"
    )


def _ticked(scene: Scene, lesioned: bool) -> list[Draft]:
    """Targets ticked on a form."""
    out: list[Draft] = []
    for sentence in scene.body:
        if scene.doc.text[sentence.start : sentence.start + 3].lower() != "[x]" or not scene.work:
            continue
        found = families_of(scene, sentence, True, lesioned)
        sites = tellings.own_sites(scene, sentence)
        found += sorted(sites, key=lambda pair: pair[0] == "joint-injection")
        if found and not _explained(*found[0], out):
            family, proof = found[0]
            out.append(Draft(family, proofs=[proof], sites=[proof] if proof.kind == "site" else []))
    return out


def _looked_back(scene: Scene, lesioned: bool) -> list[Draft]:
    """For notes that name the target once and the injection later: the nearest target told before the work."""
    out = _ticked(scene, lesioned)
    body = scene.body
    if out:
        return out
    for index, sentence in enumerate(body):
        acts = {m.value for m in scene.done(sentence, "action")}
        drugs = scene.done(sentence, "drug")
        soon = any(scene.done(s, "drug") for s in body[index : index + 3])
        if not (("inject" in acts and soon) or "lesion" in acts or (drugs and scene.worked(sentence))):
            continue
        if any(m.value == "other-side" for m in scene.doc.within(sentence, "side")):
            continue
        if any(m.status != "performed" for m in scene.doc.within(sentence, "procedure")):
            continue
        for before in reversed(body[max(0, index - _LOOK_BACK) : index + 1]):
            if any(m.value == "not-treated" for m in scene.doc.within(before, "untreated")):
                continue
            found = families_of(scene, before, True, lesioned)
            sites = tellings.own_sites(scene, before)
            found += sorted(sites, key=lambda pair: pair[0] == "joint-injection")
            names = scene.done(before, "procedure")
            found += [(i.name.value, i.name) for i in scene.cut_items(before, names) if not given_up(scene, i)]
            if found and not _explained(*found[0], out):
                family, proof = found[0]
                out.append(Draft(family, proofs=[proof], sites=[proof] if proof.kind == "site" else []))
            if found:
                break
    return out


def _toxin(scene: Scene, known: list[Draft]) -> list[Draft]:
    """Toxin in units with named muscles is chemodenervation, whatever the form of the note."""
    if any(d.family in MUSCLE for d in known):
        return []
    toxin = [m for s in scene.body for m in scene.done(s, "drug") if "toxin" in m.value]
    units = any(m.value == "units" for s in scene.body for m in scene.doc.within(s, "dose"))
    muscles = [m for s in scene.body for m in scene.done(s, "muscle")]
    points = [m for s in scene.body for m in scene.done(s, "target") if m.value == "trigger-point"]
    sites = any(scene.done(s, "action") and "sites" in scene.doc.text[s.start : s.end] for s in scene.body)
    if toxin and units and (muscles or sites) and not points:
        return [Draft("chemodenervation", proofs=[toxin[0]])]
    return []


def families_of(scene: Scene, sentence: Span, here: bool, lesioned: bool) -> list[tuple[str, Mention]]:
    """The families that a sentence speaks for, each with the word that does; ``here``: it tells needle work."""
    found: list[tuple[str, Mention]] = []
    targets = scene.done(sentence, "target")
    if lesioned and any(m.value == "epidural-transforaminal" for m in targets):
        foramen = next(m for m in targets if m.value == "epidural-transforaminal")
        sacral = any(
            level.value in ("S2", "S3") for s in scene.body for run in scene.runs(s) for level in lv.parse(run)[0]
        )
        return [("si-rfa" if sacral else "neurolysis", foramen)]
    deep = _deep_muscle(scene)
    if deep is not None:
        targets = [m for m in targets if m.value != "si-joint" or not _MARKS.search(scene.doc.text, 0, m.span.start)]
        if sentence.contains(deep.span):
            return [("trigger-point", deep)]
    values = {m.value for m in targets}
    for family, wanted in TARGETS.items():
        proof = next((m for m in targets if m.value in wanted), None)
        if proof is None:
            continue
        if (
            family == "epidural-interlaminar"
            and "epidural-interlaminar" not in values
            and not ("epidural-space" in values and values & {"epidural-lor", "epidural-tuohy"})
        ):
            continue
        if (family in _LESIONS and not lesioned) or (family in _BLOCKS and lesioned):
            continue
        if family in ("scs-trial", "scs-implant", "intrathecal-pump", "vertebral-augmentation", "discography"):
            continue
        plain = next((m for m in targets if m.value == family), proof)
        if family == "epidural-caudal" and (
            unnamed.lysis(scene)
            or any(m.value == "epidural-adhesiolysis" for s in scene.body for m in scene.done(s, "procedure"))
        ):
            family = "epidural-adhesiolysis"
        found.append((family, plain))
    if here and drugged(scene, sentence) and any(a.value == "inject" for a in scene.done(sentence, "action")):
        sites = tellings.own_sites(scene, sentence)
        if any(family != "joint-injection" for family, _ in sites):
            sites = [pair for pair in sites if pair[0] != "joint-injection"]
        found.extend(sites)
    soft = any(family in ("bursa-injection", "tendon-injection") for family, _ in found)
    if soft and not scene.done(sentence, "muscle"):
        found = [pair for pair in found if pair[0] != "trigger-point" or not pair[1].text.lower().startswith("tender")]
    dry = [m for m in scene.done(sentence, "technique") if m.value == "dry-needling" and "inject" not in m.text.lower()]
    if dry and here:
        found.append(("trigger-point", dry[0]))
    muscles = scene.done(sentence, "muscle")
    if re.search(
        r"\bim\b|intramuscular(?:ly)?\b|vaccin|\bflu shot", scene.doc.text[sentence.start : sentence.end], re.IGNORECASE
    ):
        return found
    if muscles and here and any(m.value == "trigger-point" for m in scene.doc.of("target")):
        found.append(("trigger-point", muscles[0]))
    return found


_DEEP = {"piriformis", "psoas", "iliopsoas", "quadratus lumborum", "obturator internus", "anterior scalene"}
_INTO_MUSCLE = re.compile(
    r"\b(?:into|in|within|entered|inside) (?:the )?(?:left |right |[LR] )?(?:belly of the )?$", re.IGNORECASE,
)
_MARKS = re.compile(
    r"\b(?:cent(?:er|re)d (?:on|over)|(?:lateral|caudal|caudad|inferior|medial|below|distal|cephalad) (?:to|of)|below"
    r"|beside|(?:margin|border|edge|pole|level|third|end|aspect) of|relative to|from|past|off)"
    r"(?: (?:the|left|right|lower|inferior|upper|R|L|bottom|lowest|end|of|border|margin|pole|third))*\s*$",
    re.IGNORECASE,
)


def _deep_muscle(scene: Scene) -> Mention | None:
    """The one deep muscle that the needle of this telling goes into; a joint beside it may be no more than its mark."""
    for sentence in scene.body:
        for mark in scene.done(sentence, "muscle"):
            into = mark.value in _DEEP and _INTO_MUSCLE.search(scene.doc.text, sentence.start, mark.span.start)
            if into and (scene.doc.within(sentence, "needle") or scene.done(sentence, "action")):
                return mark
    return None


def _explained(family: str, proof: Mention, drafts: list[Draft]) -> bool:
    group = GROUP.get(family)
    if family == "epidural-caudal" and any(
        d.site == "ganglion-impar" or d.family == "sympathetic-block" for d in drafts
    ):
        return True
    if family == "trigger-point" and DRY.search(proof.text):
        return any(d.family in MUSCLE and (d.dry or not d.names) for d in drafts)
    if family == "trigger-point" and proof.text.lower().startswith("tender") and any(
        d.family in ("tendon-injection", "bursa-injection") for d in drafts
    ):
        return True  # the tender point over a tendon or bursa
    for draft in drafts:
        if draft.family == family and (proof.kind != "site" or not draft.sites or draft.site == proof.value):
            return True
        if group and draft.family in _EXPLAINS[group]:
            return True
        if proof.kind == "site" and draft.family not in PERIPHERAL:
            return True
        if proof.kind == "site" and draft.family in (
            "neurolysis",
            "genicular-block",
            "genicular-rfa",
            "sympathetic-block",
        ):
            return True
        if proof.kind == "site" and draft.names:
            return True
    return False
