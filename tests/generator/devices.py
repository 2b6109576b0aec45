"""Leads, pumps, cement, catheters and patches."""

from __future__ import annotations

from collections.abc import Callable

from generator import common, drugs, levels
from generator.draw import Draw, first_upper
from generator.model import Done, entry


def _start(draw: Draw, how: str = "prone") -> tuple[list[str], bool]:
    text, sterile = common.prep(draw)
    return [common.position(draw, how), *([common.trap(draw)] if draw.chance(0.2) else []), text], sterile


def stimulator_trial(draw: Draw) -> Done:
    """Percutaneous stimulator trial."""
    body, sterile = _start(draw)
    needle, number = common.gauge(draw, 14)
    tip = draw.pick(["T8"], ["T9"], ["T7"], ["T8", "T9"])
    paramedian = draw.chance(0.6)
    told = draw.say(
        "{<guide>, a <needle> Tuohy needle was {advanced|inserted} into the epidural space <by>with loss of resistance}. {Two {eight-contact |octrode |}{percutaneous |}leads|Two trial leads} were {advanced|threaded} under fluoroscopy"
        " {with {the |}tips at|to} <tip>. {Paresthesia coverage was {excellent|confirmed}|Coverage of the painful area was obtained}. The leads were {sutured|secured} to the skin.",
        guide=common.guided(draw, "fluoroscopy"), needle=needle, by="from a paramedian approach " if paramedian else "", tip=levels.spell_singles(draw, tip),
    )  # fmt: skip
    title = draw.say("{spinal cord stimulator trial|percutaneous spinal cord stimulator trial|SCS trial|spinal cord stimulation trial {with two leads|lead placement}}")
    return Done(first_upper(title), [*body, first_upper(told)], [entry("scs-trial", region="thoracic", levels=tip, approach="paramedian" if paramedian else None, guidance=["fluoroscopy"], needle_gauge=[number])], "fbss", None, False, sterile, short="stimulator trial")


def stimulator_implant(draw: Draw) -> Done:
    """Permanent stimulator with generator."""
    body, sterile = _start(draw)
    needle, number = common.gauge(draw, 14)
    tip = draw.pick(["T8"], ["T9"])
    told = draw.say(
        "<guide>, a <needle> Tuohy needle was {advanced|placed} into the epidural space. Two {permanent |}leads were {advanced|threaded} to <tip>. {A {subcutaneous |}pocket was {created|made} {in|over} the <side> {buttock|flank} and the {implantable pulse generator|generator|IPG} was {implanted|placed} {and connected|}|The leads were tunneled to a <side> buttock pocket and the implantable pulse generator was implanted}.",
        guide=common.guided(draw, "fluoroscopy"), needle=needle, tip=tip[0], side=draw.pick("left", "right"),
    )  # fmt: skip
    title = draw.say("{permanent spinal cord stimulator implantation|spinal cord stimulator implant{| with generator}|implantation of spinal cord stimulator {leads and generator|system}}")
    return Done(first_upper(title), [*body, first_upper(told)], [entry("scs-implant", region="thoracic", levels=tip, guidance=["fluoroscopy"], needle_gauge=[number])], "fbss", None, False, sterile, short="stimulator implant")


def pump_refill(draw: Draw) -> Done:
    """Pump refill through the port."""
    text, sterile = common.prep(draw)
    needle, number = common.gauge(draw, 22)
    drug, strength = draw.pick(("morphine", 10), ("hydromorphone", 5), ("morphine", 20))
    told = draw.say("{The pump was interrogated. |}{The reservoir {port |}was accessed with a <needle> {Huber |non-coring |}needle|A <needle> Huber needle was {inserted|advanced} into the {reservoir|refill} port using the template}. The {residual|old} {volume|solution} was {withdrawn|aspirated}. The pump was {refilled|filled} with <v> mL of <d> <s> mg/mL. {The pump was reprogrammed|Telemetry was updated}.", needle=needle, v=20, d=drug, s=strength)
    title = draw.say("{intrathecal pump refill|intrathecal pump refill and reprogramming|refill of intrathecal pump|intrathecal drug pump refill}")
    return Done(first_upper(title), [text, first_upper(told)], [entry("intrathecal-pump", needle_gauge=[number], injectate=[drugs.item(drug, 20 * strength)])], "fbss", None, False, sterile, short="pump refill")


def augmentation(draw: Draw) -> Done:
    """Vertebroplasty or kyphoplasty, through one or both pedicles."""
    body, sterile = _start(draw)
    needle, number = common.gauge(draw, 11, 13, 10)
    level = draw.pick("T11", "T12", "L1", "L2", "L3")
    both = draw.chance(0.6)
    side = "bilateral" if both else draw.pick("left", "right")
    kind = draw.pick("kyphoplasty", "vertebroplasty")
    told = draw.say("<guide>, <needle> {trocars|cannulas|needles} were {advanced|placed} through the <side> {pedicle|pedicles} {of|at} <level>. {Balloon tamps were inflated and cement|Polymethylmethacrylate cement|PMMA} was {injected|delivered} {under live fluoroscopy|with good fill}{| without extravasation}.",
                    guide=common.guided(draw, "fluoroscopy"), needle=needle, side=side, level=level).replace("bilateral pedicle ", "bilateral pedicles ").replace(f"{side} pedicles", f"{side} pedicles" if both else f"{side} pedicle")  # fmt: skip
    title = draw.say("{<level> <kind>|<kind> of <level>|<level> {balloon |}kyphoplasty}" if kind == "kyphoplasty" else "{<level> vertebroplasty|percutaneous vertebroplasty, <level>}", level=level, kind=kind)
    return Done(first_upper(title), [*body, first_upper(told)], [entry("vertebral-augmentation", approach="transpedicular", region="thoracic" if level[0] == "T" else "lumbar", levels=[level], laterality=side, guidance=["fluoroscopy"], needle_gauge=[number])], "fracture", None, False, sterile, short=kind)


def blood_patch(draw: Draw) -> Done:
    """Epidural blood patch."""
    body, sterile = _start(draw, "lateral")
    needle, number = common.gauge(draw, 17, 18)
    top, bottom = draw.pick(("L3", "L4"), ("L4", "L5"), ("L2", "L3"))
    guide = draw.pick("fluoroscopy", None)
    told = draw.say("{A <needle> Tuohy needle was {advanced|inserted} {at|into} the <level> {interspace|interlaminar space} <guide> {with|using} loss of resistance{| to saline}}. {Fifteen|Twenty} mL of {autologous blood|the patient's own blood|autologous venous blood} was {drawn sterilely and |}injected {slowly |}into the epidural space.",
                    needle=needle, level=levels.space(top, bottom, draw.pick("-", "/"), draw.chance(0.3)), guide=common.guided(draw, guide))  # fmt: skip
    title = draw.say("{epidural blood patch|lumbar epidural blood patch|epidural autologous blood patch}")
    return Done(first_upper(title), [*body, first_upper(told)], [entry("epidural-blood-patch", region="lumbar", levels=[f"{top}-{bottom}"], approach="interlaminar", guidance=[guide] if guide else [], needle_gauge=[number], injectate=[drugs.item("autologous blood", None)])], "pdph", None, False, sterile, short="blood patch")


def basivertebral(draw: Draw) -> Done:
    """Basivertebral nerve ablation."""
    body, sterile = _start(draw)
    side = draw.pick("left", "right")
    told = draw.say("<guide>, the <side> pedicles of L5 and S1 were {accessed|cannulated} with {an introducer|introducer cannulas} by a transpedicular approach. The {bipolar |}radiofrequency probe was {advanced|placed} to the basivertebral {nerve|nerve trunk} and {ablation|thermal ablation} was {performed|done} at 85 degrees C for 15 minutes {at each level|in each body}.", guide=common.guided(draw, "fluoroscopy"), side=side)
    title = draw.say("{basivertebral nerve ablation L5 and S1|basivertebral nerve ablation, L5 and S1|L5 and S1 basivertebral nerve ablation|intraosseous basivertebral nerve radiofrequency ablation, L5 and S1}")
    return Done(first_upper(title), [*body, first_upper(told)], [entry("basivertebral-ablation", technique="thermal-rf", region="lumbar", levels=["L5", "S1"], laterality=side, approach="transpedicular", guidance=["fluoroscopy"])], "vertebrogenic", None, False, sterile, short="basivertebral ablation")


BUILDERS: dict[Callable[[Draw], Done], float] = {stimulator_trial: 1, stimulator_implant: 0.7, pump_refill: 1, augmentation: 1, blood_patch: 0.8, basivertebral: 0.4}
