"""One note from one seed: procedures, story, statements, layout, noise, and the facts that are true of it."""

from __future__ import annotations

import copy
import re
from datetime import date, timedelta
from typing import Any

from generator import devices, encounters, faults, integrity, layout, noise, periphery, spine, story, turns
from generator.draw import Draw
from generator.layout import Parts
from generator.model import Done, Row, Sample, blank
from generator.topics import TOPICS

BUILDERS = {**spine.BUILDERS, **periphery.BUILDERS, **devices.BUILDERS, **turns.BUILDERS}
# what is done together in one session
SECOND = {"trigger_points": 4, "sacroiliac": 1.5, "bursa": 1.5, "joint": 1, "nerve": 1.5, "caudal": 0.5, "medial_branch": 1, "tendon": 0.5}
_BY_NAME = {builder.__name__: builder for builder in BUILDERS}
_ALONE = {"scs-trial", "scs-implant", "intrathecal-pump", "vertebral-augmentation", "discography", "epidural-blood-patch", "basivertebral-ablation",
          "scs-revision", "peripheral-nerve-stimulation", "epidural-adhesiolysis"}


def sample(seed: int, number: int) -> Sample:
    """Note ``number`` of a seed."""
    draw = Draw(f"{seed}:{number}")
    facts = blank()
    features: list[str] = []
    done = _procedures(draw, features)
    facts["procedures"] = [entry for one in done for entry in one.entries]
    topic = TOPICS[done[0].topic if done else draw.pick("lumbar-radicular", "lumbar-facet", "knee", "cervical-radicular", "myofascial", "si")]
    side = done[0].side if done else draw.pick("left", "right")
    day = date(2026, 1, 5) + timedelta(days=draw.whole(0, 300))

    age = draw.whole(34, 84)
    diagnoses, facts["diagnoses"] = story.diagnoses(draw, topic, side) if draw.chance(0.85) else ([], [])
    if not diagnoses and topic is TOPICS["dystonia"]:
        # the condition that the title names stands for the diagnosis
        facts["diagnoses"] = [{"text": "Cervical dystonia", "icd10": "G24.3"}]
    if not diagnoses and topic is TOPICS["migraine"]:
        facts["diagnoses"] = [{"text": "Chronic migraine", "icd10": "G43.709"}]
    history = _history(draw, facts, topic, side if side != "bilateral" else None, day, done, features, age if diagnoses else 0)
    exam, slugs = story.exam(draw, topic, side) if draw.chance(0.6) else ([], [])
    studies, facts["imaging_studies"] = story.studies(draw, topic, side) if draw.chance(0.5) else ([], [])
    extra = [slug for one in done for slug in getattr(one, "exam", [])]
    facts["exam"] = list(dict.fromkeys([*slugs, *extra]))

    for one in done:
        if one.entries[0]["guidance"] == ["fluoroscopy"] and draw.chance(0.15):
            told = "{The C-arm was {rotated|tilted|angled} to the <s>|Fluoroscopy time was <t> seconds|The image intensifier was {obliqued|turned} to the <s>}."
            one.body.insert(2, draw.say(told, s=draw.pick("left", "right"), t=draw.whole(9, 58)))
        if any(row["drug"] in ("triamcinolone", "methylprednisolone") for row in one.entries[0]["injectate"]) and draw.chance(0.12):
            one.body.append(turns.discarded(draw))
            features.append("discarded")
    bodies = [" ".join(filter(None, one.body)) for one in done]
    outcome = _statements(draw, facts, done, bodies)
    sedation = _sedation(draw, facts, done)
    parts = Parts(
        head=_head(draw, facts, day, age, features), pre=_listed(draw, diagnoses), post=draw.pick("Same.", "Same", "same as above") if diagnoses and draw.chance(0.5) else "",
        titles=[one.title for one in done], history=" ".join(history), exam=" ".join(exam), studies=" ".join(studies), sedation=sedation,
        bodies=bodies, outcome=" ".join(outcome), plan=story.plan(draw, []) if draw.chance(0.6) else "", foot="",
    )  # fmt: skip
    shown = f"{day.month}/{day.day}/{day.year}"
    if draw.chance(0.8):
        facts["signature"] = True
        parts.foot = integrity.signature(draw, shown)
    elif draw.chance(0.5):
        parts.foot = integrity.unsigned(draw)
    dated = draw.chance(0.25)
    before, later = _encounters(draw, facts, parts, done, day, features, dated)
    faults.leave(draw, facts, parts, done, features)
    style = draw.weighted(layout.STYLES)
    if not done and style in ("letter", "bare", "visit"):
        style = "lines"
    text = encounters.joined(draw, layout.lay(draw, parts, style), before, later, day, dated)
    text = _one_person(draw, text, facts, features)
    text, noises = noise.apply(draw, text)
    features += [style, *noises, *(one.short for one in done)]
    facts["note_id"] = f"g{seed}-{number:05d}"
    return Sample(facts["note_id"], text, facts, features)


def _procedures(draw: Draw, features: list[str]) -> list[Done]:
    count = draw.weighted({0: 0.8, 1: 7.5, 2: 1.7})
    if count == 0:
        return []
    weights: dict[Any, float] = dict(BUILDERS.items())
    first = draw.weighted(weights)(draw)
    if count == 1 or first.entries[0]["family"] in _ALONE:
        return [first]
    for _ in range(10):
        second = _BY_NAME[draw.weighted(SECOND)](draw)
        families = {entry["family"] for entry in first.entries}
        if not families & {entry["family"] for entry in second.entries}:
            features.append("two")
            return [first, second]
    return [first]


def _history(draw: Draw, facts: Row, topic: Any, side: str | None, day: date, done: list[Done], features: list[str], age: int) -> list[str]:
    out: list[str] = []
    # without a diagnosis the complaint would be one, and which code it gets is a matter of taste
    if age and draw.chance(0.85):
        text, facts["symptom_weeks"] = story.complaint(draw, topic, side, age)
        out.append(text)
    care_rows: list[Row] = []
    later: list[str] = []
    family = done[0].entries[0]["family"] if done else None
    before, after, scores = story.ratings(draw)
    past, now, relief, relief_care = story.relief(draw, family)
    if not done:
        after, now = [], []
        scores = [s for s in scores if s["timing"] not in ("pre", "post")]
        relief = [r for r in relief if r["source"] != "this-procedure"]
    before_needle = {(s["score"], s["max"]) for s in scores if s["timing"] == "pre"}
    scores = [s for s in scores if s["timing"] != "current" or (s["score"], s["max"]) not in before_needle]
    facts["pain_scores"], facts["relief"] = scores, relief
    care_rows += relief_care
    if draw.chance(0.65):
        texts, rows = story.care(draw, day)
        later += texts
        care_rows += rows
        features.append("care")
    if draw.chance(0.25) and not relief_care:
        texts, rows = story.history(draw, topic.region or ("knee" if topic is TOPICS["knee"] else None), side)
        later += texts
        # an operation for a back that still hurts has failed by the diagnosis alone
        failed = topic is TOPICS["fbss"] and age
        care_rows += [r | {"outcome": "failed"} if failed and r["modality"] == "prior-surgery" else r for r in rows]
    texts, facts["functional_limitation"], facts["function_scales"] = story.function(draw, topic)
    later += [*before, *past, *texts]
    if draw.chance(0.2):
        later.append(story.score_trap(draw))
    draw.random.shuffle(later)
    facts["conservative_care"] = story.merged_care(care_rows)
    facts["_after"] = [*after, *now]
    return [*out, *later]


def _statements(draw: Draw, facts: Row, done: list[Done], bodies: list[str]) -> list[str]:
    after = facts.pop("_after")
    if not done:
        return []
    facts["sterile_technique"] = any("sterile" in b.lower() or "aseptic" in b.lower() for b in (re.sub(r"sterile (?:dressing|gauze|gel)", "", body) for body in bodies))
    opening = []
    if draw.chance(0.8):
        facts["consent"] = True
        opening.append(draw.say(integrity.CONSENT) + ".")
    if draw.chance(0.7):
        facts["time_out"] = True
        opening.append(draw.say(integrity.TIME_OUT) + ".")
    bodies[0] = " ".join([*opening, bodies[0]])
    out = []
    if draw.chance(0.8):
        facts["complications_stated"] = True
        out.append(re.sub(r"\.+$", "", draw.say(integrity.COMPLICATIONS)) + ".")
    if draw.chance(0.75):
        facts["response_stated"] = True
        out.append(draw.say(integrity.RESPONSE) + ".")
    if after:
        # a rating or a percent after the procedure is a response
        if any(r["source"] == "this-procedure" for r in facts["relief"]) or any(s["timing"] == "post" for s in facts["pain_scores"]):
            facts["response_stated"] = True
        out += after
    if draw.chance(0.7):
        facts["disposition_stated"] = True
        out.append(draw.say(integrity.DISPOSITION) + ".")
    return out


def _sedation(draw: Draw, facts: Row, done: list[Done]) -> str:
    if not done:
        return ""
    skin = any(one.skin for one in done)
    if draw.chance(0.55):
        kind = draw.weighted({"none": 3, "minimal": 1, "moderate": 3, "deep": 1, "general": 0.2, "local": 3})
        facts["sedation"] = kind
        return draw.say(integrity.SEDATION[kind]) + "."
    facts["sedation"] = "local" if skin else None
    return ""


_FEMALE = {"he": "she", "his": "her", "him": "her", "man": "woman", "male": "female"}
_MALE = {"she": "he", "her": "his", "woman": "man", "female": "male"}
_PERSON = re.compile(r"\b(she|he|her|his|woman|man|female|male)\b", re.IGNORECASE)


def _one_person(draw: Draw, text: str, facts: Row, features: list[str]) -> str:
    """One sex throughout, apart from notes that are meant to contradict themselves."""
    words = draw.pick(_FEMALE, _MALE)
    found = list(_PERSON.finditer(text))
    flipped: set[int] = set()
    kinds = {m.group().lower() for m in found}
    told = {i for i, m in enumerate(found) if m.group().lower() in ("she", "he", "her", "his")}
    if len(told) >= 3 and kinds & {"woman", "man", "female", "male"} and kinds & {"she", "he"} and draw.chance(0.1):
        flipped = told
        facts["contradictions"].append("sex-age")
        features.append("contradiction")
    out, last = [], 0
    for place, match in enumerate(found):
        table = (_MALE if words is _FEMALE else _FEMALE) if place in flipped else words
        word = table.get(match.group().lower(), match.group().lower())
        out += [text[last : match.start()], word.capitalize() if match.group()[0].isupper() else word]
        last = match.end()
    return "".join([*out, text[last:]])


def _head(draw: Draw, facts: Row, day: date, age: int, features: list[str]) -> str:
    born = date(day.year - age, draw.whole(1, 12), draw.whole(1, 28))
    if born.replace(year=day.year) > day:
        born = born.replace(year=born.year - 1)
    shown = draw.pick(f"{day.month}/{day.day}/{day.year}", f"{day:%m/%d/%Y}", f"{day:%B} {day.day}, {day.year}", day.isoformat())
    return draw.say(
        "{PATIENT: <n>    DOB: <b>|Patient: <n>  MRN: <m>|<n>, DOB <b>|Pt: <n>}{\n|  |; }{DATE OF SERVICE: <d>|Date of procedure: <d>|DOS: <d>|Date: <d>}{|\nProvider: <p>, MD|\nPhysician: <p>, DO}",
        n=integrity.name(draw), p=integrity.name(draw), d=shown, b=f"{born.month}/{born.day}/{born.year}", m=draw.whole(100000, 999999),
    ) if draw.chance(0.85) else ""  # fmt: skip


def _listed(draw: Draw, items: list[str]) -> str:
    if len(items) < 2:
        return "".join(items)
    return draw.pick("\n".join(f"{n}. {t}" for n, t in enumerate(items, 1)), "; ".join(items), ", ".join(items) if not any("," in i for i in items) else "; ".join(items))


def _encounters(draw: Draw, facts: Row, parts: Parts, done: list[Done], day: date, features: list[str], dated: bool) -> tuple[str, str]:
    """Another encounter above and below the note; what an earlier injection did is told in the history."""
    if not done or not draw.chance(0.1):
        return "", ""
    features.append("encounters by date" if dated else "encounters")
    kind = draw.weighted({"visit": 2, "procedure": 4, "call": 2, "both": 1})
    before = encounters.earlier_visit(draw, day, dated) if kind in ("visit", "both") else ""
    if kind == "procedure":
        before, told, row = encounters.earlier_procedure(draw, day, dated)
        others = [r for r in facts["conservative_care"] if r["modality"] != "prior-injection"]
        if len(others) == len(facts["conservative_care"]):
            parts.history = f"{parts.history} {told}".strip()
            facts["conservative_care"] = [*others, row]
    return before, encounters.later_call(draw, day) if kind in ("call", "both") else ""


def corpus(seed: int, count: int, start: int = 0) -> list[Sample]:
    """Notes ``start`` to ``start + count`` of a seed."""
    return [sample(seed, number) for number in range(start, start + count)]


def gold(one: Sample) -> Row:
    """The facts as one row of a gold file."""
    return copy.deepcopy(one.facts)
