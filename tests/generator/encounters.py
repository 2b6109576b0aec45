"""Another encounter in the same document: a visit or a procedure of an earlier day, or a call of a later one.

Nothing of it belongs to the encounter of the note. The history of the note tells what an earlier injection did, so
that its place in the facts is beyond doubt.
"""

from __future__ import annotations

from datetime import date, timedelta

from generator import common, drugs, levels
from generator.draw import Draw
from generator.model import Row

_RULES = ("\n\n", "\n----------\n", "\n==========\n", "\n\n* * *\n\n", "\n\n________________\n\n")


def _shown(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"


def _dated(draw: Draw, when: str) -> str:
    """A line that says only of which day the encounter is."""
    return draw.say("{Date of service|DATE OF SERVICE|DOS|Encounter date|Date of visit}: <d>", d=when)


def earlier_visit(draw: Draw, day: date, dated: bool = False) -> str:
    """An office visit at which the procedure was planned; ``dated``: headed by its date of service alone."""
    when = _shown(day - timedelta(days=draw.whole(10, 40)))
    head = draw.say("{PREVIOUS VISIT|PRIOR ENCOUNTER|Previous office visit|Prior visit|EARLIER ENCOUNTER} {<d>|- <d>|(<d>)}{:|}", d=when)
    return draw.say(
        "<head>\n{Seen in clinic for evaluation|Seen for follow-up}. {Options were discussed|We talked about the options}."
        " {Plan: {left L4-5 TFESI|right SI joint injection|caudal epidural steroid injection} {at the next visit|to be scheduled}|Will schedule {bilateral L4-5 facet injections|a right knee injection}}.",
        head=_dated(draw, when) if dated else head,
    )


def earlier_procedure(draw: Draw, day: date, dated: bool = False) -> tuple[str, str, Row]:
    """A procedure note of an earlier day with its needle and its drug; what it did, in the words of the present note."""
    side = draw.pick("left", "right")
    when = _shown(day - timedelta(days=draw.whole(30, 120)))
    needle, _ = common.gauge(draw, 22, 25)
    given, _row = drugs.steroid(draw)
    level = levels.spell_spaces(draw, [draw.pick(("L3", "L4"), ("L4", "L5"))])
    what, told = draw.pick(
        (f"{side} {level} transforaminal epidural steroid injection", f"a {needle} needle was advanced to the {side} {level} neural foramen"),
        (f"{side} sacroiliac joint injection", f"a {needle} needle was advanced into the {side} SI joint"),
        ("caudal epidural steroid injection", f"a {needle} needle was advanced through the sacral hiatus"),
    )  # fmt: skip
    head = draw.say("{PREVIOUS PROCEDURE NOTE|PRIOR PROCEDURE NOTE|Previous procedure note|PREVIOUS ENCOUNTER|Prior encounter} {<d>|- <d>|(<d>)|dated <d>}{:|}", d=when)
    block = draw.say(
        "<head>\n"
        "{PROCEDURE: |Procedure: |}<what>\n{DESCRIPTION: |}{Informed consent was obtained. |}<how>, <told>. <given> was injected. {The patient tolerated the procedure well. |}{There were no complications. |}{Discharged home.|}",
        head=_dated(draw, when) if dated else head, what=what, how=draw.pick("Under fluoroscopic guidance", "Using fluoroscopy"), told=told, given=given,
    )  # fmt: skip
    outcome = draw.pick("failed", "helped")
    after = draw.say({"failed": "The injection {of|on} <d> {gave no relief|did not help}.", "helped": "The injection {of|on} <d> {helped|gave good relief}."}[outcome], d=when)
    return block, after, {"modality": "prior-injection", "weeks": None, "outcome": outcome}


def later_call(draw: Draw, day: date) -> str:
    """A telephone call or a list of appointments of a later day."""
    when = _shown(day + timedelta(days=draw.whole(3, 21)))
    return draw.say(
        "{TELEPHONE ENCOUNTER|Telephone encounter|PHONE CALL|PHONE ENCOUNTER} {<d>|- <d>|(<d>)}{:|}\n{Patient called to confirm {his|her} next appointment|Called the patient to arrange the next visit}. {Next visit: {left L5-S1 TFESI|right hip injection|bilateral C4-6 medial branch blocks}|Scheduled for {a caudal epidural|a right SI joint injection}}.",
        d=when,
    )


def joined(draw: Draw, text: str, before: str, after: str, day: date, dated: bool = False) -> str:
    """The document: what came before under its own heading or date, the note under its own, what came later."""
    out = text
    if before:
        now = _dated(draw, _shown(day)) if dated else draw.say("{CURRENT ENCOUNTER|TODAY'S ENCOUNTER|Current encounter|TODAY'S VISIT|CURRENT PROCEDURE NOTE} {<d>|- <d>|(<d>)}{:|}", d=_shown(day))
        out = f"{before}{draw.of(_RULES)}{now}\n{out}"
    if after:
        out = f"{out}{draw.of(_RULES)}{after}"
    return out
