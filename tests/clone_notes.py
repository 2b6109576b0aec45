"""Notes for the tests on copied notes: honest ones that providers make from their own template, and planted copies.

An honest note fills every place of the template with facts of its own; with ``story`` it also tells its own history.
A copy takes another note, changes name and day, puts in a few words, drops or changes some, and may swap side and level.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from generator import story
from generator.draw import Draw
from generator.topics import TOPICS

TEMPLATES = (
    """Patient: {name}   MRN {mrn}
Date of service: {day}
PREOPERATIVE DIAGNOSIS: {dx}
PROCEDURE: {side} {level} transforaminal epidural steroid injection under fluoroscopic guidance with contrast.
HISTORY: {age} year old {sex} with {side} leg pain for {weeks} weeks. Pain today {pre}/10, at worst {worst}/10. {story} {care1} for {care1w} weeks {care1out}; {care2} {care2out}. The pain limits {limit}. ODI {odi}%.
EXAM: {exam1}. {exam2}. BP {bp}, HR {hr}, SpO2 {spo2}%.
IMAGING: {imaging}
DESCRIPTION: The risks, benefits and alternatives were reviewed and written consent was obtained. The patient was brought to the procedure suite and placed prone with a pillow under the abdomen. A time-out was held with the whole team. The skin was prepared with {prep} and draped in the usual sterile fashion. The {level} level was found with the image intensifier in the oblique view. The skin was numbed with {skin} mL of lidocaine 1%. A {gauge} gauge {len} inch needle was advanced to the superior and ventral part of the {side} {level} foramen under intermittent imaging in two planes. After negative aspiration, {contrast} mL of iohexol 240 showed flow along the nerve root and into the epidural space without vascular uptake. Then {drug} with {local} was injected slowly. The needle was flushed and withdrawn. Fluoroscopy time was {fluoro} seconds. Images were saved to the record.
The patient tolerated the procedure well. There were no complications. Estimated blood loss was minimal. Pain before leaving {post}/10. The patient was observed for {watch} minutes and discharged in stable condition with written instructions. Follow up in {follow} weeks; {plan}.
Electronically signed by {signer}
""",
    """{name}, {sex}, {age} y   visit of {day}   no. {mrn}
Indication
{dx}, {side} sided, present {weeks} weeks. {story} Score on arrival {pre} of 10 (range up to {worst}). Tried so far: {care1} ({care1w} weeks, {care1out}), {care2} ({care2out}). Trouble with {limit}; Oswestry {odi}.
Findings
{exam1}; {exam2}. Study: {imaging}. Vitals BP {bp}  pulse {hr}  SpO2 {spo2}.
What was done: {side} medial branch blocks at {level}
Consent was signed after questions were answered. We positioned the patient face down and padded all pressure points. Monitors were applied by the nurse. The team paused and agreed on patient, site and side before we began. After cleaning with {prep} and draping, the C-arm was turned to show the junction of the superior articular process and the transverse process. We raised skin wheals with {skin} mL of 1% lidocaine. {gauge} gauge {len} inch spinal needles were guided to each target at {level} on the {side} and their tips confirmed in the lateral view. {contrast} mL of contrast outlined each branch without spread into a vessel. {local} was placed at each target, {drug} in all. Screening took {fluoro} seconds. Pictures are kept with the chart.
Course: no adverse event was seen. Score {watch} minutes afterwards {post} of 10. Walking and bending were easier. The patient went home with a driver and a pain diary to complete. Review in {follow} weeks; {plan}.
Signed: {signer}
""",
    """PROCEDURE NOTE {day}
Name {name} Record {mrn}
Dx: {dx}
Subjective: {sex}, {age}, reports {side} pain of {weeks} weeks, now {pre}/10 and up to {worst}/10. {story} Therapies: {care1} {care1w} weeks {care1out}. Also {care2} {care2out}. Cannot manage {limit} well. Score of disability {odi}.
Objective: {exam1}. {exam2}. Blood pressure {bp} heart rate {hr} SpO2 {spo2}. {imaging}
Procedure: {side} sacroiliac joint injection, {level} entry, fluoroscopy. After informed consent the patient lay prone on the table. Site and side were confirmed aloud by everyone in the room. {prep} was used for skin preparation and sterile towels were placed. Under oblique fluoroscopy the lower third of the {side} joint was lined up and the skin anesthetized with {skin} mL lidocaine. A {gauge} gauge {len} inch needle entered the joint with the feel of a slight give. {contrast} mL of contrast traced the joint line. {drug} and {local} were given without resistance. Total imaging time {fluoro} s and views stored.
The patient stood up after {watch} minutes, pain {post}/10, no weakness, no complication. Left with a companion. Back in {follow} weeks. {plan}.
{signer}, electronic signature on file
""",
)  # fmt: skip

_FIRST = ["Ada", "Ben", "Cora", "Dan", "Eve", "Finn", "Gail", "Hugo", "Iris", "Jon", "Kate", "Leo", "Mara", "Ned", "Olga", "Paul", "Quinn", "Rosa", "Sam", "Tess", "Uma", "Vic", "Wanda", "Xena", "Yves", "Zoe"]
_LAST = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper", "Kauri", "Larch", "Maple", "Nettle", "Oak", "Pine", "Quince", "Rowan", "Spruce", "Teak"]
_MENU: dict[str, list[str]] = {
    "dx": ["lumbar radiculopathy", "lumbar spondylosis", "lumbosacral radiculitis", "spinal stenosis of the lumbar region", "facet mediated low back pain", "sacroiliitis", "disc displacement of the lumbar region"],
    "care1": ["supervised physical therapy", "a home exercise program", "chiropractic care", "water therapy", "acupuncture", "core strengthening"],
    "care1out": ["without benefit", "with partial relief", "with no lasting relief", "with relief for a few days only", "and stopped because of pain"],
    "care2": ["ibuprofen", "naproxen", "meloxicam", "gabapentin", "duloxetine", "tizanidine", "acetaminophen", "tramadol"],
    "care2out": ["gave no relief", "upset the stomach", "helped a little", "made the patient drowsy", "was not enough"],
    "limit": ["walking", "sleep", "sitting at work", "household work", "standing to cook", "stairs", "driving", "lifting a child"],
    "exam1": ["Straight leg raise positive at 40 degrees", "Straight leg raise positive at 60 degrees", "Facet loading reproduces the pain", "FABER and thigh thrust positive", "Strength 4/5 at the great toe", "Ankle reflex absent", "Gait is antalgic"],
    "exam2": ["Sensation reduced over the lateral calf", "Sensation intact", "Reflexes equal", "Tender over the lower paraspinal muscles", "Range of motion limited in extension", "No weakness", "Heel and toe walking possible"],
    "imaging": ["MRI shows a disc protrusion touching the root.", "MRI shows moderate foraminal narrowing.", "CT shows facet hypertrophy.", "MRI of two years ago shows severe canal stenosis.", "X-rays show disc space loss.", "MRI is without nerve contact.", "No study yet."],
    "prep": ["chlorhexidine", "povidone iodine"],
    "gauge": ["22", "25"],
    "len": ["3.5", "5"],
    "drug": ["dexamethasone 10 mg", "dexamethasone 4 mg", "methylprednisolone 40 mg", "methylprednisolone 80 mg", "triamcinolone 40 mg", "betamethasone 6 mg"],
    "local": ["1 mL of bupivacaine 0.25%", "2 mL of bupivacaine 0.25%", "1 mL of lidocaine 1%", "2 mL of lidocaine 1%", "1 mL of ropivacaine 0.2%"],
    "plan": ["repeat if relief is over half", "consider ablation if both blocks help", "continue therapy", "surgical opinion if pain returns", "call with diary results", "wean tramadol"],
}  # fmt: skip
_LEVELS = {"lumbar": ["L3-4", "L4-5", "L5-S1", "L2-3"]}
_INSERTED = ("Seen with an interpreter.", "Labs were reviewed.", "The family was updated by phone.", "Allergies were reviewed and unchanged.", "Room 2.", "The nurse was present throughout.")  # fmt: skip
_OTHER_WORDS = {
    "patient": "individual", "injected": "given", "advanced": "directed", "reviewed": "discussed", "obtained": "signed", "confirmed": "verified",
    "discharged": "released", "saved": "stored", "prepared": "cleaned", "withdrawn": "removed", "tolerated": "endured", "placed": "positioned",
    "showed": "revealed", "trouble": "difficulty", "tried": "attempted", "pain": "discomfort", "needle": "cannula", "reports": "describes",
}  # fmt: skip


@dataclass(frozen=True)
class Made:
    """A note with what a store would say of it; ``copy_of`` names the note that it was copied from."""

    key: str
    text: str
    patient: str
    provider: str
    day: str
    copy_of: str = ""


def honest(seed: int, provider: int, number: int, *, told: bool) -> Made:
    """Note ``number`` of a provider, whose template never changes; ``told`` adds a history of its own."""
    draw = Draw(f"{seed}:{provider}:{number}:{told}")
    chance = draw.random
    day = date(2025, 1, 2) + timedelta(days=chance.randrange(700))
    side = chance.choice(["left", "right"])
    topic = TOPICS[chance.choice(["lumbar-radicular", "lumbar-facet", "si"])]
    pre = chance.randrange(4, 10)
    words = ""
    if told:
        parts = [story.complaint(draw, topic, side, chance.randrange(30, 85))[0], *story.care(draw, day)[0][:4]]
        parts += [*story.function(draw, topic)[0], *story.exam(draw, topic, side)[0], *story.studies(draw, topic, side)[0]]
        words = " ".join(parts)
    filled = {slot: chance.choice(values) for slot, values in _MENU.items()} | {
        "name": f"{chance.choice(_FIRST)} {chance.choice(_LAST)}", "mrn": str(chance.randrange(10**6, 10**7)), "day": day.strftime("%m/%d/%Y"),
        "side": side, "level": chance.choice(_LEVELS["lumbar"]), "age": str(chance.randrange(28, 90)), "sex": chance.choice(["male", "female"]),
        "weeks": str(chance.randrange(6, 120, 2)), "pre": str(pre), "worst": str(min(10, pre + chance.randrange(3))), "odi": str(chance.randrange(20, 72, 2)),
        "bp": f"{chance.randrange(104, 165)}/{chance.randrange(58, 98)}", "hr": str(chance.randrange(54, 104)), "spo2": str(chance.randrange(94, 101)),
        "care1w": str(chance.choice([4, 6, 8, 10, 12])), "skin": str(chance.choice([1, 2, 3, 4])), "contrast": str(chance.choice(["0.5", "1", "1.5", "2"])),
        "fluoro": str(chance.randrange(11, 90)), "post": str(chance.randrange(0, 5)), "watch": str(chance.choice([15, 20, 25, 30, 40])),
        "follow": str(chance.choice([2, 3, 4, 6])), "signer": f"Provider {provider}, MD", "story": words, "care": "",
    }  # fmt: skip
    text = TEMPLATES[provider % len(TEMPLATES)].format(**filled)
    return Made(f"p{provider}-{number:05d}", text, f"P{chance.randrange(10**7)}", f"dr-{provider}", day.isoformat())


def copied(original: Made, seed: int, *, edits: float = 0.05, swap: bool = True) -> Made:
    """A copy for another patient on another day: ``edits`` is the share of words dropped or changed."""
    chance = random.Random(f"{seed}:{original.key}")
    text = original.text
    day = date.fromisoformat(original.day) + timedelta(days=chance.randrange(1, 200))
    text = text.replace(date.fromisoformat(original.day).strftime("%m/%d/%Y"), day.strftime("%m/%d/%Y"))
    text = re.sub(r"\b\d{7}\b", str(chance.randrange(10**6, 10**7)), text)
    text = re.sub(rf"\b(?:{'|'.join(_FIRST)}) (?:{'|'.join(_LAST)})\b", f"{chance.choice(_FIRST)} {chance.choice(_LAST)}", text)
    if swap:
        other = {"left": "right", "right": "left", "Left": "Right", "Right": "Left"}
        text = re.sub(r"\b[Ll]eft\b|\b[Rr]ight\b", lambda m: other[m.group()], text)
        level = chance.choice(_LEVELS["lumbar"])
        text = re.sub(r"\bL[2-5]-(?:S1|[3-5])\b", level, text)
    lines = []
    for line in text.split("\n"):
        words = []
        for word in line.split(" "):
            if chance.random() < edits:
                known = _OTHER_WORDS.get(word.lower().strip(".,;"))
                if known:
                    word = known
                elif chance.random() < 0.5:
                    continue
                elif word.isdigit():
                    word = str(int(word) + 1)
            words.append(word)
        lines.append(" ".join(words))
    lines.insert(chance.randrange(3, len(lines)), chance.choice(_INSERTED))
    return replace(
        original, key=f"{original.key}-copy", text="\n".join(lines), patient=f"P{chance.randrange(10**7)}",
        day=day.isoformat(), copy_of=original.key,
    )  # fmt: skip
