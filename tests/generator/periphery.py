"""Procedures off the spine: joints, bursae, tendons, nerves, plexuses, muscles."""

from __future__ import annotations

from collections.abc import Callable

from generator import common, drugs
from generator.draw import Draw, first_upper, in_words, listed
from generator.model import Done, Row, entry

# site, words, routes that a note may name, guidance weights, position, story
JOINTS: list[tuple[str, str, dict[str, str], dict[str, float], str, str]] = [
    ("knee", "{knee|knee|knee joint|intra-articular knee}", {"superolateral": "superolateral", "anteromedial": "anteromedial", "anterolateral": "anterolateral"}, {"ultrasound": 4, "landmark": 3, "fluoroscopy": 1, "none": 1, "": 2}, "supine", "knee"),
    ("hip", "{hip|hip joint|intra-articular hip|femoroacetabular joint}", {"anterior": "anterior"}, {"fluoroscopy": 5, "ultrasound": 4}, "supine", "hip"),
    ("glenohumeral", "{glenohumeral joint|glenohumeral joint|shoulder (glenohumeral) joint|intra-articular glenohumeral}", {"posterior": "posterior", "anterior": "anterior"}, {"ultrasound": 4, "fluoroscopy": 3, "landmark": 2}, "seated", "shoulder"),
    ("acromioclavicular", "{acromioclavicular joint|AC joint}", {}, {"ultrasound": 3, "landmark": 2, "": 1}, "seated", "shoulder"),
    ("ankle", "{ankle joint|tibiotalar joint|ankle}", {}, {"ultrasound": 3, "fluoroscopy": 2}, "supine", "none"),
]
BURSAE = [
    ("trochanteric-bursa", "{greater trochanteric bursa|trochanteric bursa|greater trochanter bursa}", "lateral", "gtb"),
    ("subacromial-bursa", "{subacromial bursa|subacromial space|subacromial/subdeltoid bursa}", "seated", "shoulder"),
    ("ischial-bursa", "{ischial bursa|ischial tuberosity bursa|ischiogluteal bursa}", "prone", "none"),
    ("pes-anserine-bursa", "{pes anserine bursa|pes anserinus bursa}", "supine", "none"),
]
TENDONS = [
    ("plantar-fascia", "{plantar fascia|plantar fascia origin}", "plantar"),
    ("common-extensor-tendon", "{common extensor tendon|common extensor origin|common extensor tendon origin at the lateral epicondyle}", "elbow"),
    ("first-dorsal-compartment", "{first dorsal compartment|first dorsal extensor compartment}", "dequervain"),
]
NERVES = [
    ("greater-occipital-nerve", "{greater occipital nerve|greater occipital nerve|GON}", {"landmark": 4, "ultrasound": 3, "": 2}, "seated", "headache"),
    ("lesser-occipital-nerve", "lesser occipital nerve", {"landmark": 2, "ultrasound": 2}, "seated", "headache"),
    ("suprascapular-nerve", "{suprascapular nerve|suprascapular nerve}", {"ultrasound": 4, "fluoroscopy": 1, "landmark": 1}, "seated", "shoulder"),
    ("lateral-femoral-cutaneous-nerve", "{lateral femoral cutaneous nerve|LFCN}", {"ultrasound": 4, "landmark": 1}, "supine", "meralgia"),
    ("pudendal-nerve", "pudendal nerve", {"fluoroscopy": 2, "ultrasound": 2}, "prone", "none"),
    ("ilioinguinal-nerve", "ilioinguinal nerve", {"ultrasound": 4, "landmark": 1}, "supine", "none"),
    ("saphenous-nerve", "saphenous nerve", {"ultrasound": 4}, "supine", "none"),
]
PLEXUSES = [
    ("stellate-ganglion", "cervical", "{stellate ganglion|stellate ganglion|cervicothoracic (stellate) ganglion}", ["C6"], "{at|at the level of} {C6|the C6 transverse process|Chassaignac's tubercle (C6)}", {"ultrasound": 3, "fluoroscopy": 3}, "supine", "crps-arm"),
    ("lumbar-sympathetic-chain", "lumbar", "{lumbar sympathetic|lumbar sympathetic chain|lumbar paravertebral sympathetic}", ["L3"], "at {L3|the L3 vertebral body|the anterolateral L3 vertebral body}", {"fluoroscopy": 5}, "prone", "crps-leg"),
    ("lumbar-sympathetic-chain", "lumbar", "{lumbar sympathetic|lumbar sympathetic chain}", ["L2", "L3"], "at {L2 and L3|the L2 and L3 vertebral bodies}", {"fluoroscopy": 5}, "prone", "crps-leg"),
    ("celiac-plexus", None, "celiac plexus", ["L1"], "{at|at the level of} {L1|the L1 vertebral body}", {"fluoroscopy": 3, "ct": 3}, "prone", "pancreas"),
    ("ganglion-impar", "sacral", "{ganglion impar|ganglion of Walther (impar)}", [], "{through the sacrococcygeal {ligament|disc}|anterior to the sacrococcygeal junction}", {"fluoroscopy": 5}, "prone", "coccyx"),
]  # fmt: skip
MUSCLES = {
    "trapezius": "{trapezius|trapezius|upper trapezius|trapezius muscle}", "levator scapulae": "{levator scapulae|levator scapulae|levator scapula}", "rhomboid": "{rhomboid|rhomboids|rhomboid major|rhomboid}",
    "splenius capitis": "splenius capitis", "cervical paraspinal": "{cervical paraspinal|cervical paraspinals|cervical paraspinal muscles}", "supraspinatus": "supraspinatus", "infraspinatus": "infraspinatus",
    "quadratus lumborum": "{quadratus lumborum|quadratus lumborum|QL}", "gluteus medius": "{gluteus medius|gluteus medius|glute med}", "gluteus maximus": "gluteus maximus", "piriformis": "piriformis",
    "lumbar paraspinal": "{lumbar paraspinal|lumbar paraspinals|lumbar paraspinal muscles}", "thoracic paraspinal": "{thoracic paraspinal|thoracic paraspinals}", "sternocleidomastoid": "{sternocleidomastoid|SCM}",
}  # fmt: skip
_UPPER = ["trapezius", "levator scapulae", "rhomboid", "splenius capitis", "cervical paraspinal", "supraspinatus", "infraspinatus"]
_LOWER = ["quadratus lumborum", "gluteus medius", "gluteus maximus", "piriformis", "lumbar paraspinal"]


def _side(draw: Draw, both: float = 1.5) -> str:
    return draw.weighted({"left": 4, "right": 4, "bilateral": both})


def _guide(draw: Draw, weights: dict[str, float]) -> str | None:
    return draw.weighted(weights) or None


def _start(draw: Draw, how: str) -> tuple[list[str], bool]:
    text, sterile = common.prep(draw)
    return [*([common.position(draw, how)] if draw.chance(0.8) else []), *([common.trap(draw)] if draw.chance(0.2) else []), text], sterile


def _one_site(draw: Draw, family: str, site: str, words: str, side: str | None, guide: str | None, how: str, topic: str, *, name: str, route: str | None = None, steroid: bool = True,
              region: str | None = None, at: str = "", levels: list[str] | None = None, dye: bool = False, plural: bool = True) -> Done:  # fmt: skip
    """One target, on one side or both."""
    body, sterile = _start(draw, how)
    gauges: list[int] = []
    skin = draw.chance(0.35)
    if skin:
        text, gauges = common.numbing(draw)
        body.append(text)
    needle, number = common.gauge(draw, 22, 25, 27, 21)
    phrase = common.guided(draw, guide) if guide and guide != "none" else ""
    here, there = draw.say(words), draw.say(words)
    for extra in ("intra-articular ",):
        there = there.removeprefix(extra)
    if family == "joint-injection" and "joint" not in there:
        there += " joint"
    if family == "sympathetic-block":
        there = there if "ganglion" in there or "chain" in there or "plexus" in there else there + " chain"
    by = draw.say("{via|through|from|using} {a|an} <route> approach", route=route).replace("a anter", "an anter").replace("an superolateral", "a superolateral").replace("an posterior", "a posterior") if route else ""
    second = side == "bilateral" and draw.chance(0.5)
    shown = draw.pick("left", "right") if second else side
    told = draw.say(
        ("{<phrase>, a" if phrase else "{After negative aspiration, a") + " <needle> needle was {advanced|guided|directed|introduced} {to|into|toward} the <side> <there> <at> <by>|A <needle> needle was {advanced|inserted|introduced} {to|into} the <side> <there> <at> <by> <phrase>"
        "|The <side> <there> was {approached|entered|located} <at> <by> <phrase> with a <needle> needle}.",
        phrase=phrase, needle=needle, side=common.side_word(draw, shown), there=there + ("s" if shown == "bilateral" and plural else ""), at=at, by=by,
    )  # fmt: skip
    sites = 2 if side == "bilateral" and not second else 1
    if steroid:
        given, rows = drugs.mix(draw, sites=sites, both=True)
    else:
        given, rows = drugs.mix(draw, sites=sites, diagnostic=True, both=True)
    if second:
        rows = [r | {"mg": None if r["mg"] is None else r["mg"] * 2} for r in rows]
    shown_dye, dyed = common.contrast(draw, 0.8, epidural=False) if dye else ("", None)
    title = common.titled(draw, side, draw.say(name, what=here).replace("joint joint", "joint"))
    if guide in ("ultrasound", "fluoroscopy", "ct") and draw.chance(0.25):
        words = draw.say({"ultrasound": "{under ultrasound guidance|with ultrasound guidance|(ultrasound-guided)}", "fluoroscopy": "under fluoroscopic guidance", "ct": "under CT guidance"}[guide])
        title += f" {words}"
    return Done(
        title, [*body, first_upper(told), shown_dye, first_upper(given) + ".", common.repeated(draw) if second else "", common.unguided(draw) if guide == "none" else "", common.finish(draw) if draw.chance(0.4) else ""],
        [entry(family, site=site, region=region, levels=levels or [], laterality=side, approach=route, guidance=[guide] if guide else [], contrast=dyed, needle_gauge=[*gauges, number], injectate=drugs.merged(rows))],
        topic, side, skin, sterile, short=here,
    )  # fmt: skip


def joint(draw: Draw) -> Done:
    """A joint of the limbs."""
    site, words, routes, weights, how, topic = draw.of(JOINTS)
    route = draw.of(list(routes)) if routes and draw.chance(0.3) else None
    guide = _guide(draw, weights)
    if route and guide == "landmark" and site == "hip":
        route = None
    return _one_site(draw, "joint-injection", site, words, _side(draw), guide, how, topic, route=route, dye=guide == "fluoroscopy", name="<what> {injection|steroid injection|corticosteroid injection|intra-articular injection|joint injection}" if site != "knee" else "<what> {injection|steroid injection|corticosteroid injection}")


def bursa(draw: Draw) -> Done:
    """A bursa."""
    site, words, how, topic = draw.of(BURSAE)
    guide = _guide(draw, {"ultrasound": 3, "landmark": 3, "fluoroscopy": 1, "": 2})
    return _one_site(draw, "bursa-injection", site, words, _side(draw), guide, how, topic, name="<what> {injection|steroid injection|corticosteroid injection}", plural=False)


def tendon(draw: Draw) -> Done:
    """A tendon, its sheath or its origin."""
    site, words, topic = draw.of(TENDONS)
    guide = _guide(draw, {"ultrasound": 4, "landmark": 3, "": 1})
    return _one_site(draw, "tendon-injection", site, words, draw.pick("left", "right"), guide, "supine", topic, name="<what> {injection|steroid injection|corticosteroid injection}")


def carpal_tunnel(draw: Draw) -> Done:
    """The carpal tunnel."""
    guide = _guide(draw, {"ultrasound": 4, "landmark": 3, "": 1})
    return _one_site(draw, "carpal-tunnel-injection", "carpal-tunnel", "carpal tunnel", draw.pick("left", "right"), guide, "supine", "carpal", name="carpal tunnel {injection|steroid injection|corticosteroid injection}")


def nerve(draw: Draw) -> Done:
    """A peripheral nerve."""
    site, words, weights, how, topic = draw.of(NERVES)
    guide = _guide(draw, weights)
    return _one_site(draw, "peripheral-nerve-block", site, words, _side(draw, 2.5), guide, how, topic, name="<what> {block|block|injection}")


def genicular(draw: Draw) -> Done:
    """Genicular nerves of the knee: block or ablation."""
    side = draw.pick("left", "right")
    guide = draw.pick("fluoroscopy", "fluoroscopy", "ultrasound")
    if draw.chance(0.5):
        return _one_site(draw, "genicular-block", "genicular-nerve", "{superomedial, superolateral and inferomedial genicular nerves|superolateral, superomedial, and inferomedial genicular nerves|genicular nerves}", side, guide, "supine", "knee",
                         name="{genicular nerve block|genicular nerve blocks|diagnostic genicular nerve block}", steroid=False)  # fmt: skip
    technique = draw.pick("thermal-rf", "cooled-rf")
    body, sterile = _start(draw, "supine")
    needle, number = common.gauge(draw, 17, 18, 20)
    told = draw.say("{<guide>, <needle> RF {cannulas|cannulae} were {advanced|placed} to the <side> {superomedial, superolateral and inferomedial|superior lateral, superior medial, and inferior medial} genicular nerves|<needle> cannulae were placed at the <side> genicular nerves <guide>}.",
                    guide=common.guided(draw, guide), needle=needle, side=side)  # fmt: skip
    lesion = draw.say({"thermal-rf": "{Lesioning|Thermal lesioning} was {performed|done} at 80 degrees C for 90 seconds", "cooled-rf": "{Cooled radiofrequency lesions were made|Cooled RF was applied} at 60 degrees C for 150 seconds"}[technique]) + "."
    name = draw.say({"thermal-rf": "{genicular nerve radiofrequency ablation|genicular RFA|radiofrequency ablation of the genicular nerves}", "cooled-rf": "{cooled radiofrequency ablation of the genicular nerves|genicular nerve cooled RFA}"}[technique])
    return Done(common.titled(draw, side, name), [*body, first_upper(told), lesion],
                [entry("genicular-rfa", technique=technique, site="genicular-nerve", laterality=side, guidance=[guide], needle_gauge=[number])], "knee", side, False, sterile, short="genicular ablation")  # fmt: skip


def sympathetic(draw: Draw) -> Done:
    """A sympathetic ganglion or plexus."""
    site, region, words, levels, at, weights, how, topic = draw.of(PLEXUSES)
    side = None if site == "ganglion-impar" else "bilateral" if site == "celiac-plexus" else draw.pick("left", "right")
    guide = draw.weighted(weights)
    return _one_site(draw, "sympathetic-block", site, words, side, guide, how, topic, region=region, at=draw.say(at), levels=levels, dye=guide != "ultrasound", name="<what> {block|block|nerve block}" if "sympathetic" in words else "<what> block", steroid=draw.chance(0.4), plural=False)


def neurolysis(draw: Draw) -> Done:
    """Chemical or cold destruction of a nerve."""
    side = draw.pick("left", "right")
    site, words = draw.pick(("ilioinguinal-nerve", "ilioinguinal nerve"), ("obturator-nerve", "obturator nerve"), ("genitofemoral-nerve", "genitofemoral nerve"), ("tibial-nerve", "tibial nerve"))
    body, sterile = _start(draw, "supine")
    needle, number = common.gauge(draw, 22, 25)
    if draw.chance(0.6):
        volume, strength = draw.pick(2, 3, 5), draw.pick(5, 6)
        given = draw.say("{<v> of <p>% phenol was injected|<v> <p>% {aqueous |}phenol was {slowly |}{injected|administered}}.", v=drugs.amount(draw, volume), p=strength)
        rows, technique, name = [drugs.item("phenol", volume * strength * 10)], "chemical", "{chemical neurolysis|phenol neurolysis|neurolysis with phenol}"
    else:
        given = draw.say("{Two|Three} {freeze-thaw cycles|cycles of freezing} of {two|three} minutes were {applied|performed} with the cryoprobe.")
        rows, technique, name = [], "cryo", "{cryoablation|cryoneurolysis|cryoanalgesia}"
    told = draw.say("{<guide>, a <needle> needle was {advanced|guided} to the <side> <words>|The <side> <words> was {identified|approached} <guide> with a <needle> {insulated |}needle}.", guide=common.guided(draw, "ultrasound"), needle=needle, side=side, words=words)
    kind = draw.say(name)
    title = f"{words} {kind}"
    return Done(common.titled(draw, side, draw.pick(title, f"{kind} of the {words}") if "with" not in kind else title), [*body, first_upper(told), given],
                [entry("neurolysis", technique=technique, site=site, laterality=side, guidance=["ultrasound"], needle_gauge=[number], injectate=rows)], "none", side, False, sterile, short="neurolysis")  # fmt: skip


def trigger_points(draw: Draw) -> Done:
    """Trigger points: muscles on one side, both or mixed; injections counted apart from muscles; dry needling."""
    pool = _UPPER if draw.chance(0.65) else _LOWER
    chosen = draw.some(pool, 1, 4)
    mixed = len(chosen) >= 2 and draw.chance(0.15)
    side = "bilateral" if mixed else _side(draw, 4)
    count = len(chosen)
    technique = draw.weighted({"injection": 8, "dry-needling": 1.2})
    body, sterile = _start(draw, "seated" if pool is _UPPER else "prone")
    needle, number = common.gauge(draw, 25, 27, 30)
    spelt = [draw.say(MUSCLES[m]) for m in chosen]
    if mixed:
        one, two = draw.pick(("left", "right"), ("right", "left"))
        named = listed(draw, [f"{one} {spelt[0]}", *(f"{two} {name}" for name in spelt[1:])])
    else:
        named = f"{common.side_word(draw, side)} {listed(draw, spelt)}"
    shots = count * (2 if side == "bilateral" and not mixed else 1) + draw.pick(0, 1, 2, 3)
    guide = draw.weighted({"landmark": 4, "ultrasound": 1, "": 3}) or None
    found = draw.say("{Trigger points were {identified|located|marked} {by palpation|with palpation} in the <named>|Taut bands in the <named> were {identified|found|marked} {by palpation|on palpation}}.", named=named) if guide == "landmark" else draw.say("{Trigger points in the <named> were {treated|targeted}|The <named> {muscles |}{were|were each} {treated|targeted}}.", named=named).replace("were each", "were" if count == 1 else "were each") if guide is None else draw.say("Trigger points in the <named> were {targeted|visualized} under {ultrasound guidance|ultrasound}.", named=named)
    if technique == "dry-needling":
        told = draw.say("{Dry needling was {performed|done|carried out} with <needle> needles in a {pistoning|fanning} technique; no {medication|drug|injectate} was {injected|used}|<needle> needles were used for dry needling without injection of any {drug|medication}}.", needle=needle)
        rows: list[Row] = []
        name = draw.say("{dry needling of trigger points|trigger point dry needling|dry needling}")
    else:
        words, row, _ = drugs.anesthetic(draw, volume=draw.pick(0.5, 1, 1, 2))
        counted = draw.pick(in_words(shots), str(shots))
        if draw.chance(0.5):
            told = draw.say("{{A total of <n>|<n>} {injections|trigger points} were {performed|made|injected} with a <needle> needle, <words> {each|at each {site|point}|per {site|trigger point}}|Using a <needle> needle, <words> was injected {at|into} each of <n> {trigger points|sites}}.", n=counted, needle=needle, words=words)
            rows = [drugs.item(row["drug"], row["mg"] * shots)]
        else:
            told = draw.say("{A <needle> needle was used and a total of <words> was {injected|divided among the {sites|trigger points}}|A total of <words> was injected with a <needle> needle}.", needle=needle, words=words)
            rows = [row]
        if draw.chance(0.2):
            extra, more = drugs.steroid(draw, only=("triamcinolone", "methylprednisolone", "dexamethasone"))
            told += " " + draw.say("{A total of <x> was {added to|mixed into} the {solution|anesthetic}|<x> was added in total}.", x=extra)
            rows.append(more)
        name = draw.say("{trigger point injections|trigger point injections|TPI|trigger point injection|TPIs}")
    stated = draw.chance(0.3)
    number_said = draw.say("{A total of <n> muscles were {treated|injected}|Number of muscles: <n>|<n> {separate |}muscles were {injected|treated}}.", n=draw.pick(in_words(count), str(count))) if stated else ""
    if count == 1:
        number_said = number_said.replace("muscles were", "muscle was").replace("muscle were", "muscle was")
    twitch = draw.say("{{A local twitch response was|Local twitch responses were} {elicited|obtained|seen}|Local twitch response noted}.") if draw.chance(0.25) else ""
    title = first_upper(draw.pick(f"{name}, {named}", f"{name} {named}", name, f"{named} {name}", f"{name} ({count} {'muscle' if count == 1 else 'muscles'})"))
    made = Done(title, [*body, first_upper(found), first_upper(told), first_upper(number_said), twitch],
                [entry("trigger-point", technique=technique, laterality=side, guidance=[guide] if guide else [], muscles=chosen, muscle_count=count, needle_gauge=[number], injectate=drugs.merged(rows))],
                "myofascial", None, False, sterile, short="trigger point injections")  # fmt: skip
    made.exam = ["twitch-response"] if twitch else []  # type: ignore[attr-defined]
    if guide == "landmark" and "Taut" in found:
        made.exam.append("taut-band")  # type: ignore[attr-defined]
    return made


def toxin(draw: Draw) -> Done:
    """Botulinum toxin for migraine, dystonia or spasticity: units, muscles, their number."""
    brand = draw.pick("onabotulinumtoxinA", "Botox", "onabotulinumtoxinA (Botox)")
    body, sterile = _start(draw, "seated")
    needle, number = common.gauge(draw, 30, 27)
    kind = draw.pick("migraine", "dystonia", "spasticity")
    if kind == "migraine":
        chosen = ["corrugator", "procerus", "frontalis", "temporalis", "occipitalis", "cervical paraspinal", "trapezius"]
        units, side = 155, "bilateral"
        told = draw.say("{<b> 155 units {was|were} injected {at|in} 31 sites: |A total of 155 units of <b> was {given|injected} with a <n> needle at 31 sites in the }corrugator, procerus, frontalis, temporalis, occipitalis, cervical paraspinal and trapezius muscles bilaterally.", b=brand, n=needle)
        gauges = [number] if needle in told else []
        title = draw.say("{chemodenervation for chronic migraine|botulinum toxin injections for chronic migraine|Botox injections for chronic migraine}")
        topic = "migraine"
    elif kind == "dystonia":
        chosen, side = draw.some(["sternocleidomastoid", "splenius capitis", "levator scapulae", "trapezius"], 2, 3), draw.pick("left", "right")
        parts = [draw.pick(25, 30, 40, 50) for _ in chosen]
        units = sum(parts)
        told = draw.say("{<b> was injected with a <n> needle: <list>|With a <n> needle, <b> was injected as follows: <list>}. Total {dose |}<u> units.", b=brand, n=needle, u=units, list=", ".join(f"{side} {m} {p} units" for m, p in zip(chosen, parts, strict=True)))
        gauges, title, topic = [number], draw.say("{chemodenervation for cervical dystonia|chemodenervation of neck muscles for cervical dystonia}"), "dystonia"
    else:
        chosen, side = draw.some(["biceps brachii", "brachioradialis", "flexor carpi radialis", "flexor carpi ulnaris", "flexor digitorum superficialis", "flexor digitorum profundus"], 2, 4), draw.pick("left", "right")
        parts = [draw.pick(25, 50, 75, 100) for _ in chosen]
        units = sum(parts)
        told = draw.say("{<b> was injected with a <n> needle {into|in} the <list>|Using a <n> needle, <b> was injected: <list>}. Total {dose |}<u> units.", b=brand, n=needle, u=units, list=", ".join(f"{side} {m} {p} units" for m, p in zip(chosen, parts, strict=True)))
        gauges, title, topic = [number], draw.say("{chemodenervation of the <s> upper limb for spasticity|botulinum toxin injection for spasticity, <s> arm}", s=side), "none"
    made = entry("chemodenervation", laterality=side, muscles=chosen, muscle_count=len(chosen), needle_gauge=gauges, injectate=[drugs.item("onabotulinumtoxina", units)])
    return Done(first_upper(title), [*body, first_upper(told)], [made], topic, side, False, sterile, short="chemodenervation")


BUILDERS: dict[Callable[[Draw], Done], float] = {
    joint: 4, bursa: 2.5, tendon: 1.5, carpal_tunnel: 1, nerve: 3, genicular: 1.5, sympathetic: 2.5, neurolysis: 1, trigger_points: 5, toxin: 1.5,
}  # fmt: skip
