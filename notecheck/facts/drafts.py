"""Procedures in the making: what the titles name and what the body tells, merged into one draft for each entry."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from notecheck.facts import levels as lv
from notecheck.facts import tellings
from notecheck.facts.families import (
    EPIDURAL,
    FACET,
    LIES_IN,
    MUSCLE,
    PERIPHERAL,
    SPINAL,
    family_of_site,
    sites_of,
)
from notecheck.facts.scene import Item, Scene
from notecheck.records import Mention, Span

GROUP = {
    **dict.fromkeys(EPIDURAL, "epidural"),
    **dict.fromkeys(FACET, "facet"),
    "si-joint-injection": "si",
    "si-rfa": "si",
    "trigger-point": "muscle",
    "chemodenervation": "muscle",
    "genicular-block": "genicular",
    "genicular-rfa": "genicular",
}


@dataclass(slots=True)
class Draft:
    """One entry in the making. ``titles`` are the title words about it, ``sentences`` the body sentences."""

    family: str
    names: list[Mention] = field(default_factory=list)
    titles: list[Span] = field(default_factory=list)
    sentences: list[Span] = field(default_factory=list)
    sides: list[Mention] = field(default_factory=list)
    side: str | None = None
    levels: list[tuple[str, Mention]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    sites: list[Mention] = field(default_factory=list)
    muscles: list[Mention] = field(default_factory=list)
    region: str | None = None
    proofs: list[Mention] = field(default_factory=list)
    siblings: tuple[str, ...] = ()
    steps: tuple[Span, ...] = ()  # sentences of the steps that tell this entry and no other
    whole: bool = False  # everything that the body tells holds for this entry
    told_sides: int = 0  # sides whose steps tell drugs of their own
    foreign: tuple[Span, ...] = ()  # sentences that belong to the other entries alone

    @property
    def dry(self) -> bool:
        """True for needling without a drug: an entry of its own beside trigger point injections."""
        return any(DRY.search(name.text) for name in (*self.names, *self.proofs))

    @property
    def site(self) -> str | None:
        return self.sites[0].value if self.sites else None


DRY = re.compile(
    r"\bdry\b|\bDN\b|filiform|filament|\bsolid\b|acupuncture|\bIMS\b|intra-?muscular"
    r"|without (?:a |any )?(?:syringe|drug)",
    re.IGNORECASE,
)


def from_titles(scene: Scene) -> list[Draft]:
    """One draft for each thing named: family, region, side set and site."""
    drafts: list[Draft] = []
    for item in scene.items:
        if scene.section_at(item.name.span.start) == "anesthesia" and item.name.value != "epidural-blood-patch":
            continue
        if not given_up(scene, item):
            drafts.extend(_split_item(scene, item))
    return _sided(_merge(drafts))


def given_up(scene: Scene, item: Item) -> bool:
    """True for the first of two: "was converted to ...", "changed from a ..."."""
    after = scene.doc.text[item.name.span.end : item.span.end + 40]
    if re.match(r"[^.;\n]{0,40}\b(?:convert|chang|switch)(?:ed|ing) (?:\w+ ){0,3}?to\b", after, re.IGNORECASE):
        return True
    before = scene.doc.text[max(item.span.start, item.name.span.start - 40) : item.name.span.start]
    changed = r"\b(?:convert|chang|switch)(?:ed|ing) from (?:an? )?(?:[CTLS]\d\S* )?$"
    return bool(re.search(changed, before, re.IGNORECASE))


def _sided(drafts: list[Draft]) -> list[Draft]:
    """Left and right entries of one spinal family and region rearranged into one entry for each side set."""
    out = [d for d in drafts if d.family not in SPINAL]
    groups: dict[tuple[str, str | None], list[Draft]] = {}
    for draft in drafts:
        if draft.family in SPINAL:
            groups.setdefault((draft.family, _zone(draft)), []).append(draft)
    for (_, zone), group in groups.items():
        by_key = {(zone, d.side): d for d in group}
        out += list(_join_sides(by_key).values()) if len(by_key) == len(group) else group
    return sorted(out, key=lambda d: min((t.start for t in d.titles), default=0))


def from_tellings(scene: Scene) -> list[Draft]:
    """Names told as done, else targets told as injected: for notes where titles and needle sentences show nothing."""
    drafts: list[Draft] = []
    for item in tellings.items(scene):
        if not given_up(scene, item):
            drafts.extend(_split_item(scene, item))
    if not drafts:
        for family, proof, sentence in tellings.heads(scene):
            sides = [m for m in scene.doc.within(sentence, "side") if m.value in ("left", "right", "bilateral")]
            spinal = family in SPINAL or family in ("si-joint-injection", "intrathecal-pump")
            side = _one_side(sides) if len({s.value for s in sides}) < 2 else _side_for(proof, sides)
            drafts.append(Draft(family, titles=[] if spinal else [sentence], sides=sides,
                                side=None if spinal else side, proofs=[proof],
                                sites=[proof] if proof.kind == "site" else []))  # fmt: skip
    return _sided(_merge(drafts))


def _split_item(scene: Scene, item: Item) -> list[Draft]:
    doc = scene.doc
    family = item.name.value
    sides = [
        m for m in doc.within(item.span, "side")
        if m.value in ("left", "right", "bilateral", "midline") and "UNTICKED" not in m.cues
    ]  # fmt: skip
    if not sides and (above := scene.side_above(item.name.span.start)):
        sides = [above]
    if family in SPINAL:
        return _split_spinal(scene, item, sides)
    if family in MUSCLE:
        return _split_by(item, sides, list(doc.within(item.span, "muscle")), "muscles")
    if family in PERIPHERAL:
        fitting = sites_of(family)
        sites = [m for m in doc.within(item.span, "site") if fitting is None or m.value in fitting]
        if fitting is None:
            sites = [m for m in sites if family_of_site(m.value) in ("peripheral-nerve-block", "sympathetic-block")]
        return [*_with_levels(scene, item, _split_by(item, sides, sites, "sites")), *_beside(scene, item, sides, sites)]
    return [Draft(family, [item.name], [item.span], sides=sides, side=_one_side(sides))]


_SHORT = ("joint-injection", "bursa-injection", "tendon-injection", "carpal-tunnel-injection")


def _beside(scene: Scene, item: Item, sides: list[Mention], own: list[Mention]) -> list[Draft]:
    """Sites of another short injection that share the verb of a name: "cortisone to R knee and L subacromial space"."""
    if item.name.value not in _SHORT or not own:
        return []
    out: list[Draft] = []
    for site in scene.doc.within(item.span, "site"):
        family = family_of_site(site.value)
        between = scene.doc.text[min(own[0].span.end, site.span.end) : max(own[0].span.start, site.span.start)]
        where = LIES_IN.get(own[0].value) == site.value and re.fullmatch(
            r"\W*(?:injections?|inj)?\W*(?:(?:of|in|on|at) )?(?:the |both |each |bilateral )?(?:left|right|lt|rt"
            r"|[lr]|both|bilateral|b/l)?\W*", between, re.IGNORECASE,
        )
        if where or family == item.name.value or family not in _SHORT or site in own or site.status != "performed":
            continue
        if not re.search(r"\band\b|\+|&|\bplus\b|,", between) or not re.search(
            r"\b(?:left|right|both|bilateral|lt|rt|[LR])\b\W*(?:greater |the )?$",
            scene.doc.text[max(0, site.span.start - 16) : site.span.start],
        ):
            continue
        side = _side_for(site, sides)
        out.append(
            Draft(
                family, [item.name], [item.span], sides=[s for s in sides if s.value == side], side=side, sites=[site]
            )
        )
    return out


def _with_levels(scene: Scene, item: Item, drafts: list[Draft]) -> list[Draft]:
    """Ribs, vertebrae and roots that a title names for a nerve or a chain; only where they can belong to one draft."""
    if len(drafts) == 1:
        for run in scene.doc.within(item.span, "level"):
            parsed, refused = lv.parse(run)
            drafts[0].levels.extend((level.value, run) for level in parsed)
            drafts[0].refused.extend(refused)
    return drafts


def _split_by(item: Item, sides: list[Mention], marks: list[Mention], attribute: str) -> list[Draft]:
    """Left trapezius and bilateral rhomboid are two drafts; without marks, one."""
    specific = {m.value for m in marks}
    marks = [m for m in marks if not (m.value == "heel" and "plantar-fascia" in specific)]
    if not marks:
        return [Draft(item.name.value, [item.name], [item.span], sides=sides, side=_one_side(sides))]
    groups: dict[tuple[str | None, str | None], Draft] = {}
    for mark in marks:
        side = _side_for(mark, sides) or (_one_side(sides) if len({s.value for s in sides}) == 1 else None)
        key = (side, mark.value if attribute == "sites" else None)
        draft = groups.setdefault(
            key,
            Draft(item.name.value, [item.name], [item.span], sides=[s for s in sides if s.value == side], side=side),
        )
        getattr(draft, attribute).append(mark)
    return list(groups.values())


def _split_spinal(scene: Scene, item: Item, sides: list[Mention]) -> list[Draft]:
    by_key: dict[tuple[str | None, str | None], Draft] = {}
    runs = scene.doc.within(item.span, "level")
    words = [m.value for m in scene.doc.within(item.span, "region")]
    for run in runs:
        parsed, refused = lv.parse(run)
        side = _side_for(run, sides) or _one_side(sides)
        values = {level.value for level in parsed}
        crossing = {"T12", "L1"} <= values or {"C7", "T1"} <= values or {"C8", "T1"} <= values
        for level in parsed:
            # the level's own region keeps cervical and lumbar entries apart; L5-S1 and S1 stay together
            named = parsed[0].value if crossing else level.value
            zone = "lumbar" if named.startswith(("L", "S")) else lv.region(named)
            draft = by_key.setdefault(
                (zone, side), Draft(item.name.value, [item.name], [item.span], sides=list(sides), side=side)
            )
            draft.levels.append((level.value, run))
        if refused:
            target = next(iter(by_key.values()), None) or by_key.setdefault(
                (None, side), Draft(item.name.value, [item.name], [item.span], sides=list(sides), side=side)
            )
            target.refused.extend(refused)
    if not by_key:
        draft = Draft(item.name.value, [item.name], [item.span], sides=list(sides), side=_one_side(sides))
        draft.region = words[0] if words else None
        return [draft]
    return list(_join_sides(by_key).values())


def _join_sides(
    by_key: dict[tuple[str | None, str | None], Draft],
) -> dict[tuple[str | None, str | None], Draft]:
    """Levels named for the left and for the right are bilateral; what is left over keeps its side."""
    for zone in dict.fromkeys(key[0] for key in by_key):
        left, right = by_key.get((zone, "left")), by_key.get((zone, "right"))
        if not left or not right:
            continue
        shared = {v for v, _ in left.levels} & {v for v, _ in right.levels}
        if not shared and left.levels:
            continue
        both = Draft(left.family, left.names, left.titles, sides=[*left.sides, *right.sides], side="bilateral")
        both.levels = [pair for pair in left.levels if pair[0] in shared]
        both.refused = [*left.refused, *right.refused]
        for side, draft in (("left", left), ("right", right)):
            draft.levels = [pair for pair in draft.levels if pair[0] not in shared]
            if not draft.levels:
                by_key.pop((zone, side))
        twin = by_key.get((zone, "bilateral"))
        if twin:
            twin.levels.extend(both.levels)
        else:
            by_key[(zone, "bilateral")] = both
    return by_key


def _side_for(mark: Mention, sides: list[Mention]) -> str | None:
    """The side word that belongs to a level, site or muscle: the last one before it, else the first one after."""
    before = [s for s in sides if s.span.end <= mark.span.start]
    if before:
        return before[-1].value
    after = [s for s in sides if s.span.start >= mark.span.end]
    return after[0].value if after else None


def _one_side(sides: list[Mention]) -> str | None:
    values = {s.value for s in sides if s.value != "midline"}
    if "bilateral" in values or {"left", "right"} <= values:
        return "bilateral"
    if values:
        return values.pop()
    return "midline" if any(s.value == "midline" for s in sides) else None


def _merge(drafts: list[Draft]) -> list[Draft]:
    """Items that repeat or continue each other become one draft."""
    out: list[Draft] = []
    for draft in drafts:
        twin = next((o for o in out if _same_entry(o, draft)), None)
        if twin is None:
            out.append(draft)
            continue
        twin.names.extend(draft.names)
        twin.titles.extend(draft.titles)
        twin.sides.extend(draft.sides)
        twin.levels.extend(draft.levels)
        twin.refused.extend(draft.refused)
        twin.sites.extend(draft.sites)
        twin.muscles.extend(draft.muscles)
        twin.region = twin.region or draft.region
        if {twin.side, draft.side} == {"left", "right"} or draft.side == "bilateral":
            twin.side = "bilateral"
        twin.side = twin.side or draft.side
        if twin.family.endswith("unspecified") and not draft.family.endswith("unspecified"):
            twin.family = draft.family
    return out


def _same_entry(a: Draft, b: Draft) -> bool:
    if a.family != b.family and not (
        GROUP.get(a.family) == GROUP.get(b.family) == "epidural" and "epidural-unspecified" in (a.family, b.family)
    ):
        return False
    if a.family in MUSCLE:
        if a.family == "trigger-point":
            return a.dry == b.dry
        return a.side == b.side or not a.muscles or not b.muscles
    if a.family in PERIPHERAL:
        if a.sites and b.sites and a.site != b.site:
            return False
        return a.side == b.side or a.side is None or b.side is None or not (a.sites and b.sites) or a.site == b.site
    zone_a, zone_b = _zone(a), _zone(b)
    if zone_a and zone_b and zone_a != zone_b and not (a.family in _AT_SACRUM and {zone_a, zone_b} == _SACRUM):
        return False
    if {v for v, _ in a.levels} == {v for v, _ in b.levels}:
        return True
    return a.side == b.side or a.side is None or b.side is None or not a.levels or not b.levels


_AT_SACRUM = ("si-rfa", "si-joint-injection")
_SACRUM = {"lumbar", "sacral"}
"""The L5 dorsal ramus counts as lumbar, the lateral branches below it as sacral: one entry."""


def _zone(draft: Draft) -> str | None:
    for value, _ in draft.levels:
        return "lumbar" if value[0] in "LS" else lv.region(value)
    return draft.region


def by_side(scene: Scene, draft: Draft) -> list[Draft]:
    """Toxin into left muscles and into other right ones is two entries; muscles named without side stay together."""
    if draft.family != "chemodenervation" or draft.muscles:
        return [draft]
    sides: dict[str, set[str]] = {}
    first: dict[str, Mention] = {}
    told = [s for s in scene.body if scene.done(s, "muscle")]
    in_units = [s for s in told if any(m.value == "units" for m in scene.doc.within(s, "dose"))]
    for sentence in in_units or told:
        marks = list(scene.done(sentence, "muscle"))
        words = [m for m in scene.doc.within(sentence, "side") if m.value in ("left", "right", "bilateral")]
        for mark in marks:
            side = _side_for(mark, [w for w in words if abs(w.span.start - mark.span.start) < 60])
            sides.setdefault(mark.value, set()).update({side} if side else set())
            first.setdefault(mark.value, mark)
    sets = {name: ("bilateral" if len(s) > 1 or "bilateral" in s else next(iter(s), None)) for name, s in sides.items()}
    if len(set(sets.values())) < 2 or None in sets.values():
        return [draft]
    parts = []
    for side in dict.fromkeys(sets.values()):
        own = [first[name] for name in sets if sets[name] == side]
        parts.append(Draft(draft.family, draft.names, draft.titles, side=side, muscles=own, proofs=draft.proofs))
    return parts


