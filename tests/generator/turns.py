"""Sessions that went otherwise or are told seldom: converted, a target given up, impossible levels, lysis, revisions, nerve stimulators."""

from __future__ import annotations

from collections.abc import Callable

from generator import common, drugs
from generator.draw import Draw, first_upper
from generator.model import Done, entry


def _start(draw: Draw, how: str = "prone") -> tuple[list[str], bool]:
    text, sterile = common.prep(draw)
    return [common.position(draw, how), text], sterile


def converted(draw: Draw) -> Done:
    """An interlaminar entry that failed, and the caudal injection given instead: only what was given counts."""
    body, sterile = _start(draw)
    needle, number = common.gauge(draw, 22)
    level = draw.pick("L4-5", "L5-S1")
    given, row = drugs.steroid(draw, only=("triamcinolone", "methylprednisolone", "dexamethasone"))
    tried = draw.say("{Entry at <l> was attempted, but {dense scar|a closed interspace} prevented it and nothing was injected there|The <l> interlaminar space could not be entered}.", l=level)
    told = draw.say("{The procedure was {therefore |}converted to a caudal approach|We {therefore |}changed to a caudal approach}. <guide>, a <needle> needle was advanced through the sacral hiatus into the caudal epidural space. <given> was injected.", guide=common.guided(draw, "fluoroscopy"), needle=needle, given=given)
    title = draw.say("{attempted <l> interlaminar epidural, converted to caudal epidural steroid injection|caudal epidural steroid injection (converted from <l> interlaminar)}", l=level)
    made = entry("epidural-caudal", region="sacral", approach="caudal", guidance=["fluoroscopy"], needle_gauge=[number], injectate=[row])
    return Done(first_upper(title), [*body, tried, first_upper(told)], [made], "fbss", None, False, sterile, short="converted")


def given_up(draw: Draw) -> Done:
    """Medial branches of which the last could not be reached."""
    body, sterile = _start(draw)
    needle, number = common.gauge(draw, 22, 25)
    side = draw.pick("left", "right")
    last = draw.say("{The L5 dorsal ramus was not {blocked|treated|injected} because the sacral ala could not be seen|The L5 dorsal ramus could not be reached and was left alone}.")
    words, row, _ = drugs.anesthetic(draw, volume=0.5)
    told = draw.say("<guide>, <needle> needles were placed at the <s> L3 and L4 medial branches. <w> was injected at each nerve.", guide=common.guided(draw, "fluoroscopy"), needle=needle, s=side, w=words)
    made = entry("facet-injection", technique="medial-branch-block", region="lumbar", levels=["L3", "L4"], laterality=side, guidance=["fluoroscopy"],
                 needle_gauge=[number], injectate=[drugs.item(row["drug"], row["mg"] * 2)])  # fmt: skip
    return Done(common.titled(draw, side, "L3 and L4 medial branch blocks"), [*body, first_upper(told), last], [made], "lumbar-facet", side, False, sterile, short="given up")


def impossible(draw: Draw) -> Done:
    """A level that nobody has: the note's fault, and no level of the facts."""
    body, sterile = _start(draw)
    needle, number = common.gauge(draw, 22, 25)
    side = draw.pick("left", "right")
    level = draw.pick("L6", "L6-7", "L7")
    given, row = drugs.steroid(draw, only=("triamcinolone", "methylprednisolone", "dexamethasone"))
    told = draw.say("<guide>, a <needle> needle was advanced to the <s> neural foramen. <given> was injected.", guide=common.guided(draw, "fluoroscopy"), needle=needle, s=side, given=given)
    made = entry("epidural-transforaminal", region="lumbar", laterality=side, approach="transforaminal", guidance=["fluoroscopy"], needle_gauge=[number], injectate=[row])
    title = common.titled(draw, side, f"lumbar {level} transforaminal epidural steroid injection")
    return Done(title, [*body, first_upper(told)], [made], "lumbar-radicular", side, False, sterile, short="impossible level")


def lysis(draw: Draw) -> Done:
    """Adhesiolysis through the sacral hiatus, the catheter removed at the end."""
    body, sterile = _start(draw)
    needle, number = common.gauge(draw, 16)
    given, row = drugs.steroid(draw, only=("triamcinolone", "methylprednisolone"))
    told = draw.say(
        "<guide>, a <needle> {RX Coude|epidural} needle was {advanced|placed} through the sacral hiatus and a {Racz |}catheter was threaded to the site of the adhesions. {Contrast|Omnipaque} was injected and {showed|outlined} a filling defect."
        " Hyaluronidase 1500 units was injected, followed by <given>. The catheter was removed intact.", guide=common.guided(draw, "fluoroscopy"), needle=needle, given=given,
    )  # fmt: skip
    title = draw.say("{percutaneous lysis of epidural adhesions|epidural adhesiolysis|percutaneous epidural adhesiolysis with {Racz |}catheter}")
    made = entry("epidural-adhesiolysis", region="sacral", approach="caudal", guidance=["fluoroscopy"], contrast="yes", needle_gauge=[number],
                 injectate=[drugs.item("hyaluronidase", 1500), row])  # fmt: skip
    return Done(first_upper(title), [*body, first_upper(told)], [made], "fbss", None, False, sterile, short="adhesiolysis")


def revision(draw: Draw) -> Done:
    """A slipped lead brought back."""
    body, sterile = _start(draw)
    told = draw.say("The {midline|old} incision was opened and the anchor freed. Under fluoroscopy the lead was {advanced|steered} back until its tip lay at <t>. It was anchored again and the wound closed in layers.", t=(tip := draw.pick("T8", "T9")))
    title = draw.say("{revision of spinal cord stimulator lead|spinal cord stimulator lead revision|SCS lead revision}")
    made = entry("scs-revision", region="thoracic", levels=[tip], guidance=["fluoroscopy"])
    return Done(first_upper(title), [*body, told], [made], "fbss", None, False, sterile, short="stimulator revision")


def nerve_stimulator(draw: Draw) -> Done:
    """A percutaneous lead beside a nerve."""
    body, sterile = _start(draw)
    side = draw.pick("left", "right")
    site, words = draw.pick(("suprascapular-nerve", "suprascapular nerve"), ("femoral-nerve", "femoral nerve"), ("saphenous-nerve", "saphenous nerve"))
    told = draw.say("<guide>, an introducer was {advanced|guided} to the <s> <w> and a percutaneous lead was {placed|deployed} beside it. Comfortable paresthesia {was obtained|covered the painful area}. The lead was secured to the skin.", guide=common.guided(draw, "ultrasound"), s=side, w=words)
    title = common.titled(draw, side, f"{words} peripheral nerve stimulation lead placement")
    made = entry("peripheral-nerve-stimulation", site=site, laterality=side, guidance=["ultrasound"])
    return Done(title, [*body, first_upper(told)], [made], "none", side, False, sterile, short="nerve stimulator")


def discarded(draw: Draw) -> str:
    """What was left of a vial: no drug given."""
    return draw.say("{The remaining <n> mg of {Kenalog|Depo-Medrol} from the single-dose vial was {discarded|wasted} (JW)|<n> mg discarded from a single-dose vial, modifier JW|No drug was discarded; modifier JZ applies}.", n=draw.pick(20, 40))


BUILDERS: dict[Callable[[Draw], Done], float] = {converted: 0.6, given_up: 0.8, impossible: 0.5, lysis: 0.6, revision: 0.5, nerve_stimulator: 0.5}
