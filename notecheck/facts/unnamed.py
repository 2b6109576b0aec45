"""Procedures told by their tools alone: a disc under measured pressure, a reservoir filled, leads left outside."""

from __future__ import annotations

from notecheck.facts import cues
from notecheck.facts.drafts import Draft
from notecheck.facts.families import DEVICE, MUSCLE, SPINAL, family_of_site
from notecheck.facts.scene import Scene
from notecheck.records import Mention, Span

_CUES = cues.load("unnamed")
_LOOK_BACK = 3


def find(scene: Scene, known: list[Draft]) -> list[Draft]:
    """Drafts of the families that no name and no ordinary target tells; none beside a family that explains them."""
    families = {d.family for d in known}
    found: list[Draft] = []
    if not families & {*DEVICE, "discography"}:
        found += _pump(scene)
    if not families & {*SPINAL, *DEVICE} and not found:
        found += stimulator(scene) or _leads(scene) or _discs(scene) or _joints(scene, families)
    if not families & {"neurolysis", "sympathetic-block"}:
        found += _phenol(scene)
    if not families & {*MUSCLE} and not found:
        found += _dry(scene)
    return found


def lysis(scene: Scene) -> bool:
    """True where the body tells of scar loosened through a catheter."""
    return _told(scene, "lysed")


def _pump(scene: Scene) -> list[Draft]:
    ports = _targets(scene, "pump")
    drugs = any(scene.done(s, "drug") for s in scene.body)
    return [Draft("intrathecal-pump", proofs=ports[:1])] if ports and drugs and _told(scene, "refilled") else []


def stimulator(scene: Scene) -> list[Draft]:
    """A stimulator put in for good, or one that was there before and was mended."""
    leads = _targets(scene, "lead")
    if not leads or _targets(scene, "pump") or not _told(scene, "generator-in") or _told(scene, "other-device"):
        return []
    if not any(scene.runs(s) for s in scene.body):
        return []
    if _told(scene, "mended"):
        return [Draft("scs-revision", proofs=leads[:1])]
    entered = _targets(scene, "epidural-lor", "epidural-tuohy")
    return [Draft("scs-implant", proofs=leads[:1])] if entered and not _told(scene, "leads-out") else []


def _leads(scene: Scene) -> list[Draft]:
    leads = _targets(scene, "lead")
    entered = _targets(scene, "epidural-lor", "epidural-tuohy") or _needles(scene)
    if not leads or not entered or not _told(scene, "leads-out") or _told(scene, "pocket"):
        return []
    return [Draft("scs-trial", proofs=leads[:1])]


def _dry(scene: Scene) -> list[Draft]:
    """Muscles needled without a drug: solid needles, muscles named, and what the needle did in them."""
    needles = [m for s in scene.body for m in scene.done(s, "technique") if m.value == "dry-needling"]
    muscles = [m for s in scene.body for m in scene.done(s, "muscle")]
    given = any(scene.done(s, "drug") and scene.doc.within(s, "dose") for s in scene.body)
    if not needles or not muscles or given or not _told(scene, "needled"):
        return []
    return [Draft("trigger-point", proofs=needles[:1])]


def _discs(scene: Scene) -> list[Draft]:
    pressed = next((s for s in scene.body if _CUES["disc-pressed"].search(scene.doc.text, s.start, s.end)), None)
    levels = [m for s in scene.body for m in scene.runs(s)]
    if pressed is None or not levels or not _needles(scene) or not _told(scene, "disc-answer"):
        return []
    return [Draft("discography", proofs=[_words(scene, pressed, "disc-pressed", "disc")])]


def _joints(scene: Scene, families: set[str]) -> list[Draft]:
    """Facet joints told as "the joint" beside spinal levels."""
    levels = [m for s in scene.body for m in scene.runs(s)]
    named = any(scene.doc.within(s, "site") or _target_in(scene, s, "si-joint") for s in scene.body)
    entered = next((s for s in scene.body if _CUES["into-joint"].search(scene.doc.text, s.start, s.end)), None)
    if families or entered is None or not levels or named or not _needles(scene):
        return []
    if not _CUES["facet-word"].search(scene.doc.text):
        return []
    return [Draft("facet-injection", proofs=[_words(scene, entered, "into-joint", "facet-joint")])]


def _phenol(scene: Scene) -> list[Draft]:
    """A nerve destroyed by phenol or alcohol: the nerve named last before the drug."""
    body = scene.body
    for index, sentence in enumerate(body):
        if not any(m.value in ("phenol", "alcohol") for m in scene.done(sentence, "drug")):
            continue
        for before in reversed(body[max(0, index - _LOOK_BACK) : index + 1]):
            nerves = [m for m in scene.done(before, "site") if family_of_site(m.value) == "peripheral-nerve-block"]
            if nerves:
                return [Draft("neurolysis", proofs=nerves[:1], sites=nerves[:1])]
    return []


def _words(scene: Scene, sentence: Span, cue: str, target: str) -> Mention:
    found = _CUES[cue].search(scene.doc.text, sentence.start, sentence.end)
    assert found is not None
    return Mention(
        "target",
        target,
        Span(*found.span()),
        found[0],
        section=scene.section_at(sentence.start),
        sentence=scene.doc.sentences.index(sentence),
        rule=f"unnamed:{cue}",
    )


def _target_in(scene: Scene, sentence: Span, value: str) -> bool:
    return any(m.value == value for m in scene.done(sentence, "target"))


def _targets(scene: Scene, *values: str) -> list[Mention]:
    return [m for s in scene.body for m in scene.done(s, "target") if m.value in values]


def _needles(scene: Scene) -> list[Mention]:
    return [m for s in scene.body for m in scene.doc.within(s, "needle")]


def _told(scene: Scene, cue: str) -> bool:
    return any(_CUES[cue].search(scene.doc.text, s.start, s.end) for s in scene.body)
