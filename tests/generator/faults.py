"""What is wrong with a note: fields left open, and two places that disagree, each with its truth.

Where a heading and the telling disagree, the side, the level and the guidance of the facts are those of the telling.
"""

from __future__ import annotations

import re

from generator import integrity, levels
from generator.draw import Draw, first_upper
from generator.layout import Parts
from generator.model import Done, Row

_NAMES = {
    "epidural-interlaminar": "{interlaminar epidural steroid injection|interlaminar ESI}",
    "epidural-transforaminal": "{transforaminal epidural steroid injection|TFESI}",
    "intra-articular": "{facet joint injection|intra-articular facet joint injection}",
    "medial-branch-block": "medial branch {block|blocks}",
    "thermal-rf": "medial branch {radiofrequency ablation|RFA}",
}
_PHRASES = {
    "fluoroscopy": "{under fluoroscopic guidance|with fluoroscopic guidance|under fluoroscopy|(fluoroscopically guided)}",
    "ultrasound": "{under ultrasound guidance|with ultrasound guidance|(ultrasound-guided)}",
    "ct": "under CT guidance",
}


def leave(draw: Draw, facts: Row, parts: Parts, done: list[Done], features: list[str]) -> None:
    """Puts faults into the parts of a note and into its facts."""
    if done and draw.chance(0.12):
        text = draw.of(integrity.PLACEHOLDERS)
        facts["placeholders"] = 1
        parts.bodies[-1] += f" {text}." if draw.chance(0.7) else f"\n{text}"
        features.append("placeholder")
    if len(done) != 1 or len(done[0].entries) != 1 or not draw.chance(0.15):
        return
    for kind in draw.pick((_side, _level, _guidance), (_level, _guidance, _side), (_guidance, _level, _side)):
        if slug := kind(draw, parts, done[0]):
            facts["contradictions"].append(slug)
            features.append(f"contradiction of {slug}")
            return


def _side(draw: Draw, parts: Parts, done: Done) -> str | None:
    side = done.entries[0]["laterality"]
    if side not in ("left", "right") or side not in parts.titles[0].lower() or f" {side} " not in parts.bodies[0]:
        return None
    other = "right" if side == "left" else "left"
    parts.titles[0] = re.sub(side, other if not parts.titles[0].isupper() else other.upper(), parts.titles[0], flags=re.IGNORECASE)
    parts.titles[0] = first_upper(parts.titles[0])
    return "laterality"


def _level(draw: Draw, parts: Parts, done: Done) -> str | None:
    """The title names other interspaces, or other nerves, of the same region."""
    entry = done.entries[0]
    name = _NAMES.get(entry["technique"] or "") or _NAMES.get(entry["family"])
    told, region = entry["levels"], entry["region"]
    if name is None or not told or region not in ("cervical", "lumbar") or not done.short.endswith(("epidural", "injection", "blocks", "ablation")):
        return None
    if done.short in ("given up", "converted", "impossible level"):
        return None
    if all("-" in level for level in told):
        free = [pair for pair in levels.SPACES[region] if f"{pair[0]}-{pair[1]}" not in told and pair != ("C2", "C3")]
        named = levels.spell_spaces(draw, [draw.of(free)])
    elif any("-" in level for level in told) or "TON" in told or entry["family"] not in ("facet-injection", "facet-rfa"):
        return None
    else:
        table = {"lumbar": [["L1", "L2"], ["L2", "L3"], ["L4", "L5"]], "cervical": [["C3", "C4"], ["C5", "C6"], ["C6", "C7"]]}[region]
        free = [names for names in table if not set(names) & set(told)]
        if not free:
            return None
        named = levels.spell_singles(draw, draw.of(free))
    side = entry["laterality"] if entry["laterality"] in ("left", "right", "bilateral") else None
    parts.titles[0] = first_upper(f"{side or ''} {named} {draw.say(name)}".strip())
    return "level"


def _guidance(draw: Draw, parts: Parts, done: Done) -> str | None:
    """The title names one machine, the telling another, or none at all."""
    told = done.entries[0]["guidance"]
    title = parts.titles[0]
    if len(told) != 1 or told[0] not in ("fluoroscopy", "ultrasound", "ct", "none") or re.search(r"(?i)ultrasound|guid|fluoro", title):
        return None
    if done.entries[0]["family"] in ("scs-trial", "scs-implant", "scs-revision", "epidural-adhesiolysis", "vertebral-augmentation", "basivertebral-ablation", "discography"):
        return None
    other = draw.of([kind for kind in ("fluoroscopy", "ultrasound") if kind != told[0]])
    parts.titles[0] = f"{title} {draw.say(_PHRASES[other])}"
    return "guidance"
