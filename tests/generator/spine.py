"""Procedures at the spine: epidurals, facet joints and their nerves, sacroiliac joints, discs."""

from __future__ import annotations

from collections.abc import Callable

from generator import common, drugs, levels
from generator.draw import Draw, first_upper
from generator.model import Done, entry

LUMBAR_ROOTS = ["L2", "L3", "L4", "L5"]


def _region(draw: Draw) -> str:
    return draw.weighted({"lumbar": 6, "cervical": 3, "thoracic": 0.7})


def _numbed(draw: Draw, share: float = 0.75) -> tuple[list[str], list[int], bool]:
    if not draw.chance(share):
        return [], [], False
    text, gauges = common.numbing(draw)
    return [text], gauges, True


def _opening(draw: Draw, how: str = "prone") -> tuple[list[str], bool]:
    text, sterile = common.prep(draw)
    first = [common.position(draw, how)] if draw.chance(0.8) else []
    return [*first, *([common.trap(draw)] if draw.chance(0.25) else []), text], sterile


def interlaminar(draw: Draw) -> Done:
    """Interlaminar epidural: one interspace; the side only where the entry or the title has one."""
    region = _region(draw)
    top, bottom = draw.of(levels.SPACES[region][(3 if region == "cervical" else 0) :])
    side = draw.weighted({None: 5, "left": 1.5, "right": 1.5, "midline": 1.5})
    body, sterile = _opening(draw, "prone")
    numb, gauges, skin = _numbed(draw)
    needle, number = common.gauge(draw, 17, 18, 20, 22)
    level = levels.spell_spaces(draw, [(top, bottom)])
    again = levels.spell_spaces(draw, [(top, bottom)])
    guide = draw.weighted({"fluoroscopy": 9, None: 0.6})
    entry_words = {None: "", "left": "{left paramedian|left paramedian|left-of-midline}", "right": "{right paramedian|right paramedian}", "midline": "midline"}
    where = draw.say(entry_words[side])
    told = draw.say(
        "{{Under|With|Using} <how>, a <needle> {Tuohy|Tuohy epidural|epidural} needle was {advanced|inserted|introduced|directed} {toward|to|into} the <again> {interlaminar space|epidural space} {via|using|by} a <where> {interlaminar |}approach"
        "|A <needle> Tuohy needle was {advanced|inserted} at <again> {through|via} a <where> {interlaminar |}approach <guide>} {until {loss of resistance|LOR} to {air|saline} was {obtained|felt|noted}|with loss of resistance technique}.",
        how={"fluoroscopy": draw.pick("fluoroscopy", "fluoroscopic guidance", "C-arm guidance"), None: "care"}[guide], guide=common.guided(draw, guide),
        needle=needle, again=again, where=where,
    )  # fmt: skip
    dye, dyed = common.contrast(draw) if guide else ("", None)
    given, rows = drugs.mix(draw)
    name = draw.say(f"{region} {{interlaminar|interlaminar|intralaminar}} {{epidural steroid injection|epidural steroid injection|ESI|epidural injection|LESI}}").replace("LESI", "ESI")
    title = draw.pick(f"{level} {name}", f"{name} at {level}", f"{name}, {level}")
    title = draw.pick(title, title, title, draw.say("{Interlaminar ESI|ILESI} <level>", level=level))
    if side in ("left", "right") and draw.chance(0.4):
        title = f"{side} paramedian {title}"
    return Done(
        first_upper(title), [*body, *numb, told, dye, given + ".", common.finish(draw) if draw.chance(0.7) else ""],
        [entry("epidural-interlaminar", region="thoracic" if top == "T12" else region, levels=[f"{top}-{bottom}"], laterality=side, approach="interlaminar",
               guidance=[guide] if guide else [], contrast=dyed, needle_gauge=[*gauges, number], injectate=drugs.merged(rows))],
        f"{region}-radicular", side if side in ("left", "right") else None, skin, sterile, short="interlaminar epidural",
    )  # fmt: skip


def transforaminal(draw: Draw) -> Done:
    """Transforaminal epidural: foramina by interspace or roots by name; one side, both, or a side for each level."""
    if draw.chance(0.12):
        return _sides_by_level(draw)
    region = _region(draw)
    side = draw.weighted({"left": 4, "right": 4, "bilateral": 2})
    by_root = draw.chance(0.35)
    if by_root:
        table = {"lumbar": [["L4"], ["L5"], ["S1"], ["L4", "L5"], ["L5", "S1"], ["L3", "L4"], ["L3", "L4", "L5"]], "cervical": [["C5"], ["C6"], ["C7"], ["C8"], ["C6", "C7"]],
                 "thoracic": [["T6"], ["T8", "T9"], ["T10"]]}[region]  # fmt: skip
        chosen = draw.of(table)
        named = levels.spell_singles(draw, chosen, run=False)
        again = levels.spell_singles(draw, chosen, run=False)
        if len(chosen) == 1 and draw.chance(0.2) and chosen[0] not in ("C8",):
            again = levels.in_full(chosen[0])
        place = draw.say("<again> {nerve root|neural foramen|foramen|root}{<s>|}", again=again, s="" if len(chosen) == 1 else "s").replace("foramens", "foramina")
        truth = chosen
    else:
        pairs = levels.spaces(draw, region, 3)
        named, again = levels.spell_spaces(draw, pairs), levels.spell_spaces(draw, pairs)
        for noun in (" level", " interspace"):
            named, again = named.removesuffix(noun), again.removesuffix(noun)
        place = draw.say("<again> {neural foramen|foramen|neuroforamen|intervertebral foramen}", again=again) if len(pairs) == 1 else draw.say("<again> {neural foramina|foramina}", again=again)
        truth = levels.names(pairs)
    sites = len(truth) * (2 if side == "bilateral" else 1)
    if truth == ["S1"]:
        where_region = "sacral"
    elif truth[0].startswith("T12") or region == "thoracic":
        where_region = "thoracic"
    else:
        where_region = region
    body, sterile = _opening(draw)
    numb, gauges, skin = _numbed(draw)
    needle, number = common.gauge(draw, 22, 25, 23)
    guide = draw.weighted({"fluoroscopy": 9, "ct": 0.5})
    second = side == "bilateral" and draw.chance(0.45)
    shown = draw.pick("left", "right") if second else side
    told = draw.say(
        "{<guide>, a <needle> {spinal |}needle was {advanced|directed|guided} {to|into|toward} the <side> <place>"
        "|A <needle> {3.5 inch |3.5-inch |5 inch |}{spinal |Quincke |}needle was {advanced|placed|introduced} {to|into|toward} the <side> <place> <guide>"
        "|The <side> <place> {was|were} {identified|visualized} <guide>, and a <needle> needle was {advanced|placed} {into position|there}}.",
        guide=common.guided(draw, guide), needle=needle, side=common.side_word(draw, shown), place=place,
    )  # fmt: skip
    dye, dyed = common.contrast(draw)
    if second:
        # the dose of the first side counts twice when the other side was done the same way
        given, rows = drugs.mix(draw, sites=1) if len(truth) == 1 else drugs.mix(draw, sites=len(truth))
        rows = [r | {"mg": None if r["mg"] is None else r["mg"] * 2} for r in rows]
    else:
        given, rows = drugs.mix(draw, sites=sites, both=side == "bilateral")
    name = draw.say("{transforaminal epidural steroid injection|transforaminal epidural steroid injection|transforaminal ESI|TFESI|TFESI|transforaminal epidural injection}{<s>|}", s="s" if sites > 1 else "")
    if by_root and draw.chance(0.15):
        name = draw.say("{selective nerve root block and transforaminal epidural steroid injection|transforaminal epidural steroid injection (selective nerve root block)}")
    reg = draw.pick(f"{region} ", "", "") if where_region != "sacral" else ""
    what = draw.pick(f"{named} {name}", f"{named} {name}", f"{reg}{name} at {named}", f"{name}, {named}")
    return Done(
        common.titled(draw, side, what), [*map(_sentence, body), *numb, told_up(told), dye, given + ".", common.repeated(draw) if second else "", common.finish(draw) if draw.chance(0.6) else ""],
        [entry("epidural-transforaminal", region=where_region, levels=truth, laterality=side, approach="transforaminal", guidance=[guide],
               contrast=dyed, needle_gauge=[*gauges, number], injectate=drugs.merged(rows))],
        f"{region}-radicular", side, skin, sterile, short="transforaminal epidural",
    )  # fmt: skip


def told_up(text: str) -> str:
    """A sentence begins with a capital letter."""
    return first_upper(text)


_sentence = first_upper


def _sides_by_level(draw: Draw) -> Done:
    """Left at one level, right at another: two entries."""
    (a, b) = draw.of([[("L3", "L4"), ("L4", "L5")], [("L4", "L5"), ("L5", "S1")], [("L3", "L4"), ("L5", "S1")], [("C5", "C6"), ("C6", "C7")]])
    one, two = draw.pick(("left", "right"), ("right", "left"))
    sep, long = draw.pick("-", "/", "–"), draw.chance(0.4)
    first, second = levels.space(*a, sep, long), levels.space(*b, sep, long)
    body, sterile = _opening(draw)
    numb, gauges, skin = _numbed(draw)
    needle, number = common.gauge(draw, 22, 25)
    guide = common.guided(draw, "fluoroscopy")
    dye, dyed = common.contrast(draw)
    given, row = drugs.steroid(draw, only=("dexamethasone", "betamethasone"))
    name = draw.say("{transforaminal epidural steroid injections|TFESI|transforaminal ESIs}")
    told = draw.say(
        "{<guide>, <needle> needles were {advanced|placed} {to|into} the <one> <first> and {the |}<two> <second> {neural |}foramina"
        "|A <needle> needle was {advanced|guided} to the <one> <first> foramen <guide>, and a second <needle> needle to the <two> <second> foramen}.",
        guide=guide, needle=needle, one=one, two=two, first=first, second=second,
    )  # fmt: skip
    rows = [drugs.item(row["drug"], row["mg"])]
    region = "cervical" if a[0][0] == "C" else "lumbar"

    def made(level: tuple[str, str], side: str) -> dict[str, object]:
        return entry("epidural-transforaminal", region=region, levels=levels.names([level]), laterality=side, approach="transforaminal", guidance=["fluoroscopy"],
                     contrast=dyed, needle_gauge=[*gauges, number], injectate=rows)  # fmt: skip

    each = draw.say("{{At each level|At each site|At both levels}, <given> was injected|<given> was {injected|given} {at each level|at each foramen|per level}}.", given=given)
    return Done(
        draw.say("<one> <first> and <two> <second> <name>", one=first_upper(one), two=two, first=first, second=second, name=name),
        [*body, *numb, told_up(told), dye, told_up(each)], [made(a, one), made(b, two)], f"{region}-radicular", None, skin, sterile, short="transforaminal epidurals",
    )  # fmt: skip


def caudal(draw: Draw) -> Done:
    """Caudal epidural through the sacral hiatus."""
    body, sterile = _opening(draw)
    numb, gauges, skin = _numbed(draw)
    needle, number = common.gauge(draw, 17, 18, 20, 22)
    guide = draw.weighted({"fluoroscopy": 8, "ultrasound": 1, "none": 1, None: 0.7})
    told = draw.say(
        "{A <needle> {spinal |Tuohy |}needle was {advanced|inserted|passed} through the sacral hiatus {into the caudal {epidural space|canal}|and sacrococcygeal ligament into the caudal space} <guide>"
        "|The sacral hiatus was {identified|entered} <guide> with a <needle> needle{| and the caudal space entered}}.",
        needle=needle, guide=common.guided(draw, guide) if guide != "none" else "",
    )  # fmt: skip
    dye, dyed = common.contrast(draw) if guide == "fluoroscopy" else ("", None)
    given, rows = drugs.mix(draw, steroids=("methylprednisolone", "triamcinolone", "betamethasone", "dexamethasone"))
    return Done(
        first_upper(draw.say("{caudal epidural steroid injection|caudal ESI|caudal epidural injection|caudal epidural}")),
        [*body, *numb, told, common.unguided(draw) if guide == "none" else "", dye, given + "."],
        [entry("epidural-caudal", region="sacral", approach="caudal", guidance=[guide] if guide else [], contrast=dyed, needle_gauge=[*gauges, number], injectate=drugs.merged(rows))],
        "lumbar-radicular", None, skin, sterile, short="caudal epidural",
    )  # fmt: skip


_NERVES = {
    "lumbar": [["L3", "L4", "L5"], ["L2", "L3", "L4"], ["L4", "L5"], ["L3", "L4"], ["L2", "L3", "L4", "L5"]],
    "cervical": [["C4", "C5", "C6"], ["C3", "C4", "C5"], ["C5", "C6"], ["C5", "C6", "C7"], ["TON", "C3", "C4"], ["TON", "C3"], ["C7", "C8"]],
    "thoracic": [["T6", "T7", "T8"], ["T10", "T11"], ["T4", "T5", "T6"]],
}


def _nerve_route(draw: Draw, region: str) -> str:
    if region == "cervical":
        return draw.say("{the waist of the articular {pillar|pillars}|the centroid of the articular pillar|the lateral mass}{| at each level}")
    return draw.say("{the junction of the {superior articular process|SAP} and {the |}transverse process|the base of the transverse {process|processes}|the junction of the SAP and TP}{| at each level| at each of these levels}")


def medial_branch(draw: Draw) -> Done:
    """Medial branch blocks, diagnostic or therapeutic."""
    region = _region(draw)
    chosen = draw.of(_NERVES[region])
    side = draw.weighted({"left": 3, "right": 3, "bilateral": 4})
    body, sterile = _opening(draw)
    numb, gauges, skin = _numbed(draw, 0.6)
    needle, number = common.gauge(draw, 22, 25)
    guide = draw.weighted({"fluoroscopy": 10, "ultrasound": 0.7 if region == "cervical" else 0})
    second = side == "bilateral" and draw.chance(0.4)
    sites = len(chosen) * (2 if side == "bilateral" and not second else 1)
    shown = draw.pick("left", "right") if second else side
    told = draw.say(
        "{<guide>, a <needle> {spinal |}needle was {advanced|placed} to <route> {for|at|targeting} the <side> <nerves>|<needle> needles were {advanced|placed} to <route> to {block|target} the <side> <nerves> <guide>"
        "|The <side> <nerves> were {targeted|approached|blocked} <guide> with a <needle> needle {advanced|placed} to <route>}.",
        guide=common.guided(draw, guide), needle=needle, route=_nerve_route(draw, region), side=common.side_word(draw, shown), nerves=levels.branches(draw, chosen),
    )  # fmt: skip
    diagnostic = draw.chance(0.75)
    given, rows = drugs.mix(draw, sites=sites, diagnostic=diagnostic, both=side == "bilateral" and not second)
    if second:
        rows = [r | {"mg": None if r["mg"] is None else r["mg"] * 2} for r in rows]
    dye, dyed = common.contrast(draw, 0.25, epidural=False) if draw.chance(0.5) else ("", None)
    number_words = draw.say("{| #1| #2|, first|, second diagnostic}")
    nerves = levels.branches(draw, chosen)
    name = draw.say("{medial branch block|medial branch blocks|MBB|diagnostic medial branch block|diagnostic medial branch blocks}")
    reg = draw.pick(f"{region} ", "")
    short = [w for w in ("medial branch nerves", "medial branches", "medial branch") if nerves.endswith(w)]
    if short and "dorsal" not in nerves and "third occipital" not in nerves:
        what = draw.pick(f"{nerves.removesuffix(short[0]).strip()} {name}", f"{reg}{name} at {levels.spell_singles(draw, chosen)}" if "TON" not in chosen else f"{nerves.removesuffix(short[0]).strip()} {name}")
    else:
        what = f"{reg}{name} of the {nerves}" if "medial branch" in name and draw.chance(0.5) else f"{nerves} blocks"
    return Done(
        common.titled(draw, side, what + number_words), [*body, *numb, told_up(told), dye, told_up(given) + ".", common.repeated(draw) if second else "", common.finish(draw) if draw.chance(0.5) else ""],
        [entry("facet-injection", technique="medial-branch-block", region=region, levels=chosen, laterality=side, guidance=[guide], contrast=dyed, needle_gauge=[*gauges, number], injectate=drugs.merged(rows))],
        f"{region}-facet", side, skin, sterile, short="medial branch blocks",
    )  # fmt: skip


def facet_joint(draw: Draw) -> Done:
    """Intra-articular facet joint injections."""
    region = draw.weighted({"lumbar": 6, "cervical": 3})
    pairs = levels.spaces(draw, region, 3)
    if pairs[-1] == ("C7", "T1"):
        pairs = [("C5", "C6"), ("C6", "C7")]
    side = draw.weighted({"left": 3, "right": 3, "bilateral": 4})
    body, sterile = _opening(draw)
    numb, gauges, skin = _numbed(draw)
    needle, number = common.gauge(draw, 22, 25)
    guide = draw.weighted({"fluoroscopy": 9, "ct": 0.5, "ultrasound": 0.3})
    sites = len(pairs) * (2 if side == "bilateral" else 1)
    named, again = levels.spell_spaces(draw, pairs, run=True), levels.spell_spaces(draw, pairs, run=True)
    noun = "facet joint" if sites == 1 else draw.pick("facet joints", "facet joints", "zygapophyseal joints", "zygapophysial joints", "z-joints")
    told = draw.say(
        "{<guide>, a <needle> {spinal |}needle was {advanced|placed|guided} into {the|each of the} <side> <again> <noun>|The <side> <again> <noun> {was|were} {entered|identified and entered} with a <needle> needle <guide>}.",
        guide=common.guided(draw, guide), needle=needle, side=common.side_word(draw, side), again=again, noun=noun,
    ).replace("each of the", "each of the" if sites > 1 else "the").replace("joint were", "joint was").replace("joints was", "joints were")  # fmt: skip
    dye, dyed = common.contrast(draw, 0.5, epidural=False) if draw.chance(0.6) else ("", None)
    given, rows = drugs.mix(draw, sites=sites, both=side == "bilateral")
    name = draw.say("{facet joint {injection|injections}|intra-articular facet {joint |}{injection|injections}|facet injection|zygapophyseal joint injection|intraarticular facet joint steroid injection}")
    reg = draw.pick(f"{region} ", "")
    what = draw.pick(f"{named} {name}", f"{named} {name}", f"{reg}{name} at {named}", f"{reg}{name}, {named}")
    return Done(
        common.titled(draw, side, what), [*body, *numb, told_up(told), dye, told_up(given) + "."],
        [entry("facet-injection", technique="intra-articular", region=region, levels=levels.names(pairs), laterality=side, guidance=[guide], contrast=dyed, needle_gauge=[*gauges, number], injectate=drugs.merged(rows))],
        f"{region}-facet", side, skin, sterile, short="facet joint injection",
    )  # fmt: skip


def ablation(draw: Draw) -> Done:
    """Radiofrequency ablation of medial branches: conventional, cooled or pulsed."""
    region = _region(draw)
    chosen = draw.of(_NERVES[region])
    side = draw.weighted({"left": 4, "right": 4, "bilateral": 2})
    technique = draw.weighted({"thermal-rf": 7, "cooled-rf": 1.5, "pulsed-rf": 1.2})
    body, sterile = _opening(draw)
    numb, gauges, skin = _numbed(draw)
    needle, number = common.gauge(draw, 18, 20, 22, 16, 17)
    told = draw.say(
        "{<guide>, <needle> {radiofrequency|RF} {cannulae|cannulas|needles} with {5 mm|10 mm|10-mm|5-mm} active tips were {advanced|placed} to <route> to {lesion|target|treat} the <side> <nerves>"
        "|A <needle> RF {cannula|needle} was {advanced|placed} to <route> for {each of |}the <side> <nerves> <guide>}.",
        guide=common.guided(draw, "fluoroscopy"), needle=needle, route=_nerve_route(draw, region), side=common.side_word(draw, side), nerves=levels.branches(draw, chosen),
    )  # fmt: skip
    tested = draw.say("{Sensory {stimulation|testing} at 50 Hz and motor {stimulation|testing} at 2 Hz {was|were} {negative for radicular {symptoms|response}|appropriate|performed without radicular response}|Motor stimulation to 2 V at 2 Hz produced no limb movement}.")
    sites = len(chosen) * (2 if side == "bilateral" else 1)
    words, row, _ = drugs.anesthetic(draw, volume=draw.pick(0.5, 1))
    each = f"at each of the {sites} sites" if side == "bilateral" else draw.say("{at each {level|site}|through each cannula|per level}")
    before = draw.say("{<words> was injected <each> before lesioning|Before lesioning, <words> was {injected|given} <each>}.", words=words, each=each)
    rows = [drugs.item(row["drug"], row["mg"] * sites)]
    if draw.chance(0.25):
        before, rows = "", []
    heat = {
        "thermal-rf": "{{Thermal lesioning|Lesioning|A thermal lesion|Conventional radiofrequency lesioning} was {performed|carried out|done|made} at {80|85|90} {degrees {C|Celsius|}|°C|C} for {60|90|120} seconds{| at each level}|Each {nerve|level} was lesioned at {80|85} degrees C for 90 {seconds|sec}}",
        "cooled-rf": "{Cooled radiofrequency lesioning was {performed|done} at 60 degrees C for 150 seconds|Cooled RF lesions (60 C, 150 seconds) were made{| at each level}}",
        "pulsed-rf": "{Pulsed radiofrequency {lesioning|treatment} was {performed|applied} at 42 degrees C for {120|180|240} seconds|Pulsed RF at 42 C was {applied|delivered} for {2|3|4} minutes{| at each level}}",
    }[technique]
    lesion = draw.say(heat) + "."
    after: list[str] = []
    if draw.chance(0.25):
        text, extra = drugs.steroid(draw, only=("dexamethasone", "methylprednisolone", "triamcinolone"))
        after.append(draw.say("After lesioning, a total of <text> was {injected|divided among the levels}.", text=text))
        rows.append(extra)
    kind = {"thermal-rf": "{radiofrequency ablation|RFA|radiofrequency neurotomy|radiofrequency ablation|rhizotomy|thermal radiofrequency ablation|conventional radiofrequency ablation}",
            "cooled-rf": "{cooled radiofrequency ablation|cooled RFA}", "pulsed-rf": "{pulsed radiofrequency ablation|pulsed radiofrequency treatment|pulsed RF}"}[technique]  # fmt: skip
    name = draw.say(kind).replace("rhizotomy", "radiofrequency rhizotomy")
    nerves = levels.branches(draw, chosen)
    what = draw.pick(f"{name} of the {nerves}", f"{nerves} {name}", f"{region} {name} of {nerves}", f"{region} medial branch {name}, {levels.spell_singles(draw, chosen)}" if "TON" not in chosen else f"{name} of the {nerves}")
    return Done(
        common.titled(draw, side, what), [*body, *numb, told_up(told), tested if draw.chance(0.7) else "", told_up(before), lesion, *after],
        [entry("facet-rfa", technique=technique, region=region, levels=chosen, laterality=side, guidance=["fluoroscopy"], needle_gauge=[*gauges, number], injectate=drugs.merged(rows))],
        f"{region}-facet", side, skin, sterile, short="radiofrequency ablation",
    )  # fmt: skip


def sacroiliac(draw: Draw) -> Done:
    """Sacroiliac joint injection."""
    side = draw.weighted({"left": 4, "right": 4, "bilateral": 3})
    body, sterile = _opening(draw)
    numb, gauges, skin = _numbed(draw)
    needle, number = common.gauge(draw, 22, 25)
    guide = draw.weighted({"fluoroscopy": 8, "ultrasound": 1.2, "ct": 0.5})
    second = side == "bilateral" and draw.chance(0.5)
    shown = draw.pick("left", "right") if second else side
    told = draw.say(
        "{<guide>, a <needle> {spinal |}needle was {advanced|guided|directed} into the {inferior {aspect|third|portion} of the |}<side> <joint>|The <side> <joint> was {entered|accessed} {inferiorly |}with a <needle> needle <guide>}.",
        guide=common.guided(draw, guide), needle=needle, side=common.side_word(draw, shown), joint=draw.pick("sacroiliac joint", "SI joint", "sacro-iliac joint") + ("s" if shown == "bilateral" else ""),
    )  # fmt: skip
    dye, dyed = common.contrast(draw, 0.8, epidural=False) if guide == "fluoroscopy" else ("", None)
    given, rows = drugs.mix(draw, sites=2 if side == "bilateral" and not second else 1, both=True)
    if second:
        rows = [r | {"mg": None if r["mg"] is None else r["mg"] * 2} for r in rows]
    return Done(
        common.titled(draw, side, draw.say("{sacroiliac joint injection|sacroiliac joint injection|SI joint injection|sacroiliac joint steroid injection|SIJ injection|intra-articular sacroiliac joint injection}")),
        [*body, *numb, told_up(told), dye, told_up(given) + ".", common.repeated(draw) if second else ""],
        [entry("si-joint-injection", region="sacral", laterality=side, guidance=[guide], contrast=dyed, needle_gauge=[*gauges, number], injectate=drugs.merged(rows))],
        "si", side, skin, sterile, short="sacroiliac joint injection",
    )  # fmt: skip


def sacroiliac_ablation(draw: Draw) -> Done:
    """Ablation of the L5 dorsal ramus and the sacral lateral branches."""
    side = draw.weighted({"left": 4, "right": 4})
    technique = draw.pick("cooled-rf", "thermal-rf")
    body, sterile = _opening(draw)
    numb, gauges, skin = _numbed(draw)
    needle, number = common.gauge(draw, 17, 18)
    targets = draw.say("L5 dorsal ramus and {the |}{S1, S2 and S3|S1, S2, S3|S1 through S3|S1-S3} lateral {branches|branch nerves}")
    told = draw.say("{<guide>, <needle> RF {cannulas|cannulae|introducers} were {advanced|placed} to the <side> <targets>|<needle> introducers were {advanced|placed} <guide> at the <side> <targets>}.",
                    guide=common.guided(draw, "fluoroscopy"), needle=needle, side=side, targets=targets)  # fmt: skip
    lesion = draw.say({"cooled-rf": "Cooled radiofrequency lesions were {made|created} at 60 degrees C for 150 seconds", "thermal-rf": "{Thermal lesions|Conventional radiofrequency lesions} were {made|created} at {80|85} degrees C for 90 seconds"}[technique]) + "."
    title = draw.say({"cooled-rf": "cooled radiofrequency ablation of the {SI joint|sacroiliac joint}{| (<targets>)}", "thermal-rf": "radiofrequency ablation of the {sacroiliac joint|SI joint}{| (<targets>)|, <targets>}"}[technique], targets=targets)
    return Done(
        common.titled(draw, side, title), [*body, *numb, told_up(told), lesion],
        [entry("si-rfa", technique=technique, region="sacral", levels=["L5", "S1", "S2", "S3"], laterality=side, guidance=["fluoroscopy"], needle_gauge=[*gauges, number])],
        "si", side, skin, sterile, short="sacroiliac ablation",
    )  # fmt: skip


def discogram(draw: Draw) -> Done:
    """Provocation discography."""
    pairs = [("L3", "L4"), ("L4", "L5"), ("L5", "S1")][draw.pick(0, 1) :]
    body, sterile = _opening(draw)
    numb, gauges, skin = _numbed(draw)
    needle, number = common.gauge(draw, 22, 25)
    told = draw.say("{<guide>, a <needle> needle was {advanced|placed} into the {nucleus of the |center of the |}<again> discs|<needle> needles were placed in the <again> discs <guide>}.", guide=common.guided(draw, "fluoroscopy"), needle=needle, again=levels.spell_spaces(draw, pairs))
    dye = draw.say("{Omnipaque 240|Contrast|Isovue-M 200} was injected into each disc {under manometric control|with pressure monitoring|at low pressure}.")
    return Done(
        first_upper(draw.say("{provocative lumbar discography|lumbar discography|lumbar discogram|lumbar provocation discography} {at |}<n>", n=levels.spell_spaces(draw, pairs))), [*body, *numb, told_up(told), dye],
        [entry("discography", region="lumbar", levels=levels.names(pairs), guidance=["fluoroscopy"], contrast="yes", needle_gauge=[*gauges, number])],
        "lumbar-disc", None, skin, sterile, short="discogram",
    )  # fmt: skip


BUILDERS: dict[Callable[[Draw], Done], float] = {
    interlaminar: 4, transforaminal: 6, caudal: 2, medial_branch: 5, facet_joint: 3, ablation: 4, sacroiliac: 3, sacroiliac_ablation: 0.7, discogram: 0.6,
}  # fmt: skip
