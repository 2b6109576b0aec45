"""What a later entry takes over from an earlier one: "in the same manner", "with the same volumes of medication"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from notecheck.facts.drafts import Draft
from notecheck.facts.drugs import HALVED
from notecheck.facts.families import PERIPHERAL
from notecheck.facts.scene import Scene
from notecheck.records import Procedure

_DRUGS = re.compile(
    r"\b(?:same|identical|equal|like)\b[^.;]{0,40}\b(?:mixture|solution|medications?|injectate|steroid|amounts?|doses?"
    r"|volumes?|drugs?|agents?)\b",
    re.IGNORECASE,
)
_WAY = re.compile(
    r"\b(?:same|identical|similar|like)\b[^.;]{0,20}\b(?:technique|manner|fashion|way|guidance|approach|steps|procedure)\b",
    re.IGNORECASE,
)
_NEEDLE = re.compile(
    r"\b(?:same|identical|like)(?: size| gauge| type| kind)?(?: of)? needle|\bsame gauge\b", re.IGNORECASE
)
_TAKEN = re.compile(r"same (?:day|visit|session|side|level|needle|site|place)", re.IGNORECASE)


def carried(scene: Scene, drafts: Sequence[Draft], found: Sequence[Procedure]) -> tuple[Procedure, ...]:
    """The entries, with what a later one is said to share with an earlier one of its kind."""
    out = list(found)
    for place in range(1, len(out)):
        draft, own = drafts[place], out[place]
        if draft.sentences == list(scene.body):
            continue
        words = " ".join(scene.doc.text[s.start : s.end] for s in draft.sentences)
        if not own.needle_gauge and _NEEDLE.search(words):
            out[place] = own = _same_needle(own, out[:place])
        model = next((p for p in reversed(out[:place]) if _alike(p, own)), None)
        if model is None or _TAKEN.search(words):
            continue
        half = bool(HALVED.search(words))
        if not own.injectate and (half or _DRUGS.search(words)):
            proofs = tuple(e for e in model.evidence if e.field == "injectate")
            given = tuple(replace(i, mg=i.mg / 2) if half and i.mg is not None else i for i in model.injectate)
            own = replace(own, injectate=given, evidence=(*own.evidence, *proofs))
        if own.contrast is None and model.contrast and (_WAY.search(words) or _DRUGS.search(words)):
            proofs = tuple(e for e in model.evidence if e.field == "contrast")
            own = replace(own, contrast=model.contrast, evidence=(*own.evidence, *proofs))
        out[place] = own
    return tuple(out)


def _same_needle(own: Procedure, earlier: Sequence[Procedure]) -> Procedure:
    """The entry with the needle named last before it ("with the same gauge needle")."""
    before = next((p for p in reversed(earlier) if p.needle_gauge), None)
    if before is None:
        return own
    proofs = tuple(e for e in before.evidence if e.field == "needle_gauge")
    return replace(own, needle_gauge=before.needle_gauge[-1:], evidence=(*own.evidence, *proofs[-1:]))


def _alike(one: Procedure, other: Procedure) -> bool:
    return one.family == other.family or (one.family in PERIPHERAL and other.family in PERIPHERAL)
