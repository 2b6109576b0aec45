"""The side treated of one entry: title, needle sentences, table rows, affected side; staged work and other sides."""

from __future__ import annotations

import re

from notecheck.facts import grids
from notecheck.facts.drafts import Draft
from notecheck.facts.families import EPIDURAL, FACET, LIES_IN, MUSCLE, PERIPHERAL, STIMULATOR
from notecheck.facts.scene import Scene
from notecheck.records import Evidence, Mention, Span

_OF_A_LEAD = re.compile(r"[- ]?(?:sided? |percutaneous |old |migrated )*(?:lead|electrode)", re.IGNORECASE)


_NOT_GIVEN = re.compile(
    r"\b(?:no|nothing|none)\b[^.;\n]{0,60}\b(?:given|injected|placed|put|delivered|instilled|deposited|done)\b[^.;\n]{0,20}"
    r"\b(?:on|at|in|into|to) the (?P<a>left|right)\b"
    r"|\b(?:on|at|in|into) the (?P<b>left|right)(?: side)?,? (?:no|nothing|none)\b[^.;\n]{0,50}"
    r"\b(?:given|injected|placed|put|delivered|instilled|deposited|done)\b"
    r"|\b(?P<c>left|right)(?:[- ]side)?(?: \w+)? (?:was |were |had to be |is |will be |to be )+"
    r"(?:therefore |then |not )?(?:abandon|abort|stopp|discontinu|terminat|halted"
    r"|not inject|not treat|not done|given up"
    r"|called off|re-?schedul)\w*"
    r"|\b(?P<d>left|right)(?: side| one)?,? (?:was |had been |were )?(?:also )?"
    r"(?:planned|scheduled|consented|intended)\b[^.;\n]{0,70}"
    r"\b(?:not (?:done|begun|started|attempted|treated|injected)|declin|refus|deferr|postpon|put off|re-?schedul)\w*",
    re.IGNORECASE,
)
_NEVER_BEGUN = re.compile(
    r"\b(?:declin|refus)\w*|\bbefore (?:the|any|a) (?:needle|start|prep)\w*|\bnot (?:begun|started|attempted)\b"
    r"|\b(?:staged|deferred|postponed|put off|no needle)\b",
    re.IGNORECASE,
)
_BEGUN = re.compile(
    r"\b(?:begun|began|started|placed|entered|inserted|advanced|passed|needle (?:was )?(?:in\b|to\b|into\b)"
    r"|after (?:\d|half|some)|stopped|aborted|abandoned|discontinued|terminated|withdrawn|cut short)\b",
    re.IGNORECASE,
)


def laterality(scene: Scene, draft: Draft) -> tuple[str | None, list[Evidence]]:
    """Side treated and the words; of a session on both sides that was given up on one, the other side."""
    side, proofs = _side(scene, draft)
    if side and (kept := _kept(scene, draft, side)):
        return kept[0].value, [m.evidence("laterality") for m in kept]
    return side, proofs


def stopped(scene: Scene, draft: Draft, finished: str | None) -> str | None:
    """The side that was begun with the needle and given up while the other one was ``finished``; else None."""
    given_up = _given_up(scene, draft)
    other = {"left": "right", "right": "left"}.get(finished or "")
    if given_up != {other} or not any(m.value == "bilateral" for m in scene.doc.of("side")):
        return None
    told = [
        s for s in draft.sentences
        if any(m.value == other for m in scene.doc.within(s, "side"))
        or _NOT_GIVEN.search(scene.doc.text, s.start, s.end)
    ]  # fmt: skip
    words = " ".join(scene.doc.text[s.start : s.end] for s in told)
    return other if _BEGUN.search(words) and not _NEVER_BEGUN.search(words) else None


def _given_up(scene: Scene, draft: Draft) -> set[str]:
    return {
        (told["a"] or told["b"] or told["c"] or told["d"]).lower()
        for s in draft.sentences
        for told in _NOT_GIVEN.finditer(scene.doc.text, s.start, s.end)
    }


def _mirrored_in(scene: Scene, draft: Draft) -> bool:
    """True where the steps of an entry go on to its other side ("the same was done on the left")."""
    return any(
        m.value == "other-side" for s in draft.steps for m in scene.doc.within(s, "side")
        if not re.search(rf"\b{draft.side}\b", m.text, re.IGNORECASE)
    )  # fmt: skip


def _kept(scene: Scene, draft: Draft, side: str) -> list[Mention]:
    """The words for the side that was treated, where the description says that nothing was given on the other one."""
    given_up = _given_up(scene, draft)
    both = side == "bilateral" or any(m.value == "bilateral" for m in scene.doc.of("side"))
    if len(given_up) != 1 or not both:
        return []
    other = "left" if given_up == {"right"} else "right"
    return [
        m
        for s in draft.sentences
        if scene.done(s, "action", "guidance", "dose", "target") or scene.doc.within(s, "needle")
        for m in scene.doc.within(s, "side")
        if m.value == other
    ][:2]


def _side(scene: Scene, draft: Draft) -> tuple[str | None, list[Evidence]]:
    """Title, then needle sentences, then the affected side of the diagnosis."""
    if draft.family in ("scs-trial", "scs-implant", "discography") and not draft.side:
        return None, []
    if draft.family in (*STIMULATOR, "intrathecal-pump"):
        words = [m for s in draft.sentences for m in scene.doc.within(s, "side") if m.value in ("left", "right")]
        sided = [m for m in words if _OF_A_LEAD.match(scene.doc.text[m.span.end : m.span.end + 40])]
        one = (
            sided[0].value if sided and len({m.value for m in sided}) == 1 and draft.family == "scs-revision" else None
        )
        return one, [m.evidence("laterality") for m in sided[:1]] if one else []
    if draft.steps and draft.side and not _mirrored_in(scene, draft):
        return draft.side, [m.evidence("laterality") for m in draft.sides if m.value == draft.side]
    told = _body_sides(scene, draft) or _row_sides(scene, draft)
    values = {m.value for m in told if m.value in ("left", "right")}
    mirrored = [m for s in draft.sentences for m in scene.doc.within(s, "side") if m.value == "other-side"
                and not any(u.value == "not-treated" for u in scene.doc.within(s, "untreated"))]  # fmt: skip
    side = draft.side
    said = side or (told[0].value if told else None)
    mirrored = [
        m for m in mirrored if said not in ("left", "right") or not re.search(rf"\b{said}\b", m.text, re.IGNORECASE)
    ]
    proofs = [m.evidence("laterality") for m in draft.sides if m.value == side] if side else []
    if side == "bilateral" and (staged := _staged(scene, draft)):
        return staged.value, [staged.evidence("laterality")]
    if side in ("left", "right") and not values and (against := _all_against(scene, draft, side)):
        return against[0].value, [m.evidence("laterality") for m in against]
    if side in ("left", "right") and mirrored and (
        any(_OTHER_ONE.search(m.text) for m in mirrored)
        or ({side} != values and ({"left", "right"} <= values or not values))
    ):
        return "bilateral", [*proofs, *(m.evidence("laterality", "bilateral") for m in mirrored)]
    if side in ("left", "right") and values and side not in values:
        other = values.pop()
        return other, [m.evidence("laterality") for m in told if m.value == other]
    if side and side != "midline":
        return side, proofs or [m.evidence("laterality") for m in told if m.value == side]
    if mirrored or {"left", "right"} <= values or any(m.value == "bilateral" for m in told):
        marks = [*mirrored, *told]
        return "bilateral", [m.evidence("laterality", "bilateral") for m in marks]
    if values:
        only = values.pop()
        return only, [m.evidence("laterality") for m in told if m.value == only]
    if len(draft.siblings) == 0 and draft.family not in MUSCLE and (stated := _field_side(scene)):
        return stated.value, [stated.evidence("laterality")]
    if draft.siblings and draft.family not in _NO_SIDE and (every := _side_of_every(scene)):
        return every.value, [every.evidence("laterality")]
    if draft.family in EPIDURAL and (off := _off_the_middle(scene)):
        return off.value, [off.evidence("laterality")]
    if draft.family in (*EPIDURAL, "epidural-blood-patch", "epidural-catheter") or draft.site == "ganglion-impar":
        middle = [m for m in told if m.value == "midline"] or [m for m in draft.sides if m.value == "midline"]
        return ("midline", [m.evidence("laterality") for m in middle]) if middle else (None, [])
    if draft.family in (*MUSCLE, *FACET, *EPIDURAL) and (columns := _column_sides(scene, draft)):
        both = {s for s, _ in columns}
        side = "bilateral" if len(both) > 1 else both.pop()
        return side, [m.evidence("laterality", side) for _, m in columns[:4]]
    if draft.family in MUSCLE:
        examined = [
            m
            for s in scene.doc.sentences
            if scene.section_at(s.start) in ("exam", "diagnosis", "indication", "assessment", "none")
            and scene.done(s, "muscle")
            and not any(u.value == "not-treated" for u in scene.doc.within(s, "untreated"))
            for m in scene.doc.within(s, "side")
            if m.value in ("left", "right", "bilateral")
        ]
        if examined:
            names = {m.value for m in examined}
            side = names.pop() if len(names) == 1 else "bilateral"
            return side, [m.evidence("laterality", side) for m in examined]
    if len(draft.siblings) == 0 and (heading := _heading_side(scene, draft)):
        return heading.value, [heading.evidence("laterality")]
    if len(draft.siblings) == 0 and draft.family in PERIPHERAL and (paused := _time_out_side(scene)):
        return paused.value, [paused.evidence("laterality")]
    if elsewhere := _named_elsewhere(scene, draft):
        return elsewhere[0].value, [m.evidence("laterality") for m in elsewhere[:2]]
    affected = [m for s in draft.sentences for m in scene.doc.within(s, "side") if m.value == "affected"]
    if affected:
        named = [
            m
            for s in scene.doc.sections
            if s.kind == "diagnosis"
            for m in scene.doc.within(s.body, "side")
            if m.value in ("left", "right", "bilateral")
        ]
        if named and len({m.value for m in named}) == 1:
            return named[0].value, [m.evidence("laterality") for m in (*affected[:1], *named[:1])]
    return None, []


_OFF_SPINE = (*PERIPHERAL, *MUSCLE)
_OTHER_ONE = re.compile(r"\b(?:other|opposite|contra-?lateral)\b", re.IGNORECASE)
_SIDE_ASIDE = re.compile(
    r"^\W*(?:lateral decubitus|side[- ]?lying|lateral ?(?:,|\.|position)|side (?:up|down|first)|oblique|tilt"
    r"|arm\b|leg\b|foot\b|"
    r"(?:upper|lower) (?:extremit|limb|arm\b|leg\b)|eye|hand\b|(?:ante)?cubital|side of (?:the )?(?:table|bed)|flank|"
    r"lower abdomen|abdomen|nostril (?:first)|forearm|temple|sided? (?:pain|symptom))",
    re.IGNORECASE,
)


_OF_THE_ROOM = re.compile(
    r"\b(?:pillow|bolster|bump|wedge|towel|blanket|roll|cuff|oximeter|monitors?|pulse ox|tourniquet|hand is|handed"
    r"|(?:head|neck|face) (?:was |is )?(?:then )?(?:slightly |gently )?(?:turned|rotated|tilted))\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_OF_THE_BEAM = re.compile(
    r"\b(?:c-?arm|image intensifier|fluoroscope|beam|x-ray tube|gantry)\b[^.;,]{0,20}\b(?:rotated|turned|tilted"
    r"|obliqued|angled|angulated|swung|moved)(?: \w+){0,2} (?:to|toward|towards) (?:the )?$",
    re.IGNORECASE,
)
_OFF_MIDDLE = re.compile(
    r"\b(?:left|right)[- ](?:sided )?(?:para-?median|para-?sagittal|of (?:the )?mid-?line)|\bmid-?line"
    r" (?:on|in) (?:the )?AP\b",
    re.IGNORECASE,
)
_LYING = re.compile(
    r"\b(?:roll|turn|lay|lying|laid|lie|position|rest|place|decubit)\w*\b[^.;]{0,30}\bside\b|\bon (?:his"
    r"|her) \w+ side",
    re.IGNORECASE,
)
_BY_THE_MIDDLE = ("epidural-interlaminar", "epidural-caudal", "epidural-adhesiolysis", "epidural-blood-patch")
_SPREAD = re.compile(
    r"\b(?:fill(?:s|ed|ing)|spread(?:s|ing)?|flow(?:s|ed|ing)?|outlin(?:es|ed|ing)|uptake|ascend(?:s|ed|ing)|extend(?:s|ed|ing)"
    r"|track(?:s|ed|ing)|pattern|runoff|defect|coverage|opacif\w+)\b(?![^;]*\b(?:needle|inject\w*|entered|insert\w*)\b)[^.;]{0,60}$",
    re.IGNORECASE,
)
"""Contrast or drug on its way: a side named behind it is no side of the needle."""
_BLOOD = re.compile(
    r"\b(?:drawn|iv|venipuncture|vein)\b[^.;]{0,50}(?:left|right) (?:arm|ante|forearm|hand|cubital)|"
    r"(?:left|right) (?:arm|forearm|antecubital)[^.;]{0,12} vein",
    re.IGNORECASE,
)
_IN_STAGES = re.compile(
    r"\bstage[ds]?\b|(?:left|right|other|opposite|second|contra-?lateral) (?:side|one|knee|hip|"
    r"shoulder)?\s?(?:will|to be|to follow|is planned|is to|can follow|later|next|at (?:a|"
    r"the) (?:later|next)|in (?:two|three|four|2|3|4) weeks)\b",
    re.IGNORECASE,
)


_BEFORE_TODAY = re.compile(
    r"[^.;,:\n]{0,30}\b(?:(?:weeks?|months?|years?|days?) (?:ago|back|earlier|before)\b|"
    r"last (?:week|month|year|spring|summer|fall|autumn|winter|time)\b|in (?:19|20)\d\d\b)",
    re.IGNORECASE,
)
_HEADING_LINES = 8


def _heading_side(scene: Scene, draft: Draft) -> Mention | None:
    """The one side that short lines at the head of a note give beside a joint or limb ("RIGHT KNEE COOLED RF")."""
    if draft.family in EPIDURAL or draft.family in MUSCLE:
        return None
    found: list[Mention] = []
    place = 0
    for line in scene.doc.text.split("\n")[:_HEADING_LINES]:
        row = Span(place, place + len(line))
        place += len(line) + 1
        if (
            len(line) < 90
            and scene.doc.within(row, "site", "technique", "procedure")
            and all(m.status == "performed" for m in scene.doc.within(row, "procedure"))
            and scene.section_at(row.start) in ("none", "header", "other", "title")
        ):
            found += [
                m
                for m in scene.doc.within(row, "side")
                if m.value in ("left", "right", "bilateral") and "UNTICKED" not in m.cues
            ]
    return found[0] if found and len({m.value for m in found}) == 1 else None


_SIDE_FIELD = re.compile(
    r"(?:^[\W_]*|[ \t]{2,}|\t|[;|] ?|(?<=[.)] ))(?:(?:operative |procedure |injection |treated |marked )?(?:side"
    r"|laterality)|site/side"
    r"|side/site|side\(s\))(?: (?:marked|confirmed|verified|initialed|treated))?(?: ?\([^)\n]{0,40}\))?\s*[:|=}\]-]+\s*"
    r"|\b(?:site|side) (?:was |is )?marked:? (?:on the )?",
    re.IGNORECASE | re.MULTILINE,
)
_NO_SIDE = (
    "epidural-interlaminar", "epidural-caudal", "epidural-blood-patch", "epidural-catheter", "discography",
    "intrathecal-pump", *STIMULATOR,
)  # fmt: skip
_OF_EVERY = re.compile(
    r"\b(?:both|all|each|everything|every one)(?: (?:of (?:them|these|the)|two|three|four|five|six|injections?"
    r"|procedures?|blocks?"
    r"|sites?|joints?|were|was|is|are|done|performed|given))* (?:on|to|of) (?:the |his |her )?(?:left|right|[LR]\b)"
    r"|\b(?:both|all)(?: (?:two|three|four|five|six))? (?:left|right)(?:[- ]sided)?\b",
    re.IGNORECASE,
)


def _side_of_every(scene: Scene) -> Mention | None:
    """The side said of all the procedures of a session ("both on the left", "Side marked: RIGHT"), where the telling
    names no other one."""
    text = scene.doc.text
    stated = [
        m
        for place in scene.body
        for match in _OF_EVERY.finditer(text, place.start, place.end)
        for m in scene.doc.within(Span(match.start(), match.end()), "side")
        if m.value in ("left", "right")
    ]
    field = _field_side(scene)
    stated += [field] if field is not None and field.value != "bilateral" else []
    told = {
        m.value for place in (*scene.body, *scene.titles) for m in scene.doc.within(place, "side")
        if m.value in ("left", "right", "bilateral", "other-side")
        and not _SIDE_ASIDE.match(text[m.span.end : m.span.end + 24])
    }  # fmt: skip
    return stated[0] if stated and told <= {stated[0].value} and len({m.value for m in stated}) == 1 else None




def _off_the_middle(scene: Scene) -> Mention | None:
    """The side of an entry told as left or right of the midline, in the body or behind the title on its line."""
    for sentence in (*scene.body, *(s for s in scene.doc.sentences if any(t.contains(s) for t in scene.titles))):
        match = _OFF_MIDDLE.search(scene.doc.text, sentence.start, sentence.end)
        found = scene.doc.within(Span(match.start(), match.end()), "side") if match else []
        if side := next((m for m in found if m.value in ("left", "right")), None):
            return side
    return None


def _field_side(scene: Scene) -> Mention | None:
    """The one side that a field of its own gives ("Laterality: Right")."""
    found = [
        m
        for field in _SIDE_FIELD.finditer(scene.doc.text)
        for m in scene.doc.within(_value(scene.doc.text, field.end()), "side")
        if m.value in ("left", "right", "bilateral") and "UNTICKED" not in m.cues
    ]
    return found[0] if found and len({m.value for m in found}) == 1 else None


def _value(text: str, start: int) -> Span:
    """The words of a field: one word, or the row of boxes up to the next label."""
    line = text.find("\n", start)
    line = len(text) if line < 0 else line
    label = re.compile(r"(?:[ \t]{2,}|[.;|] )[A-Za-z][\w/-]*(?: [\w/-]+){0,2}:").search(text, start, line)
    boxed = re.compile(r"\s*(?:\[|\(|[\u2610-\u2612\u25a1\u25fb])").match(text, start, line)
    return Span(start, min(label.start() if label else line, line) if boxed else min(len(text), start + 12))


def _named_elsewhere(scene: Scene, draft: Draft) -> list[Mention]:
    """The one side that the whole note gives wherever it names the site or the joint where it lies ("the left knee").

    Only off the spine: an epidural without a side is no epidural of the painful side.
    """
    if draft.family not in PERIPHERAL or not draft.site:
        return []
    places = {draft.site, LIES_IN.get(draft.site, draft.site)}
    found: list[Mention] = []
    for site in scene.doc.of("site"):
        if site.value not in places or set(site.cues) & {"OTHER", "UNTICKED", "PLANNED", "HYPOTHETICAL"}:
            continue
        sentence = scene.doc.sentence_of(site)
        for side in scene.doc.within(sentence, "side"):
            if side.value not in ("left", "right", "bilateral") or "UNTICKED" in side.cues:
                continue
            before = scene.doc.text[side.span.end : site.span.start] if side.span.end <= site.span.start else None
            after = scene.doc.text[site.span.end : side.span.start] if site.span.end <= side.span.start else None
            joined = before is not None and _JOINED.fullmatch(before)
            if joined or (after is not None and _AFTERWARDS.fullmatch(after)):
                found.append(side)
    return found if found and len({m.value for m in found}) == 1 else []


_JOINED = re.compile(r"\W{0,3}(?:(?!and\b|or\b)[a-z]+\W{1,2}){0,2}", re.IGNORECASE)
_AFTERWARDS = re.compile(
    r"(?: (?:pain|arthritis|syndrome|bursitis|osteoarthritis|joint"
    r"|injection))?,? ?[-(]?", re.IGNORECASE,
)


def _time_out_side(scene: Scene) -> Mention | None:
    """The one side that the time-out names."""
    held = [m for m in scene.doc.of("time-out") if m.value == "done" and m.status == "performed"]
    found = [
        side
        for m in held
        for side in scene.doc.within(scene.doc.sentence_of(m), "side")
        if side.value in ("left", "right", "bilateral") and side.span.start > m.span.start
        and not _SIDE_ASIDE.match(scene.doc.text[side.span.end : side.span.end + 24])
    ]  # fmt: skip
    return found[0] if found and len({m.value for m in found}) == 1 else None


def _staged(scene: Scene, draft: Draft) -> Mention | None:
    """The side done today of a procedure that a title calls bilateral and the note does in stages."""
    if not any(_IN_STAGES.search(scene.doc.text[s.start : s.end]) for s in scene.doc.sentences):
        return None
    sides = [m for m in _sides_in(scene, draft, strict=True) if m.value in ("left", "right", "bilateral")]
    sides = sides or [m for t in draft.titles for m in scene.doc.within(t, "side") if m.value in ("left", "right")]
    return sides[0] if sides and len({m.value for m in sides}) == 1 and sides[0].value != "bilateral" else None


def _all_against(scene: Scene, draft: Draft, side: str) -> list[Mention]:
    """Sides of two or more preparation, picture and site sentences that all name the side which the title does not."""
    loose = [m for m in _sides_in(scene, draft, strict=False) if m.value in ("left", "right")]
    return loose if len(loose) >= 2 and all(m.value != side for m in loose) else []


def _row_sides(scene: Scene, draft: Draft) -> list[Mention]:
    """Sides in the cells of table rows that name a level, a muscle or a site of this entry."""
    found: list[Mention] = []
    if not draft.sentences:
        return found
    text = scene.doc.text
    for line in re.finditer(r"[^\n]+", text[draft.sentences[0].start : draft.sentences[-1].end]):
        row = Span(draft.sentences[0].start + line.start(), draft.sentences[0].start + line.end())
        if line.group().count("|") < 2 and not re.search(r"\S {3,}\S.* {3,}\S", line.group()):
            continue
        if scene.doc.within(row, "level", "muscle", "site"):
            found += [
                m
                for m in scene.doc.within(row, "side")
                if m.value in ("left", "right", "bilateral") and "UNTICKED" not in m.cues
            ]
    return found


def _column_sides(scene: Scene, draft: Draft) -> list[tuple[str, Mention]]:
    """Sides whose column in a table has something in the row of a muscle or a level of this entry."""
    kind = "muscle" if draft.family in MUSCLE else "level"
    return [
        (side, line.mark)
        for line in grids.lines(scene, kind)
        for side in sorted(line.sides)
        if any(s.overlaps(line.mark.span) for s in draft.sentences)
    ]


def _body_sides(scene: Scene, draft: Draft) -> list[Mention]:
    """Side words of the needle sentences; where they name none, of the headings and forms about this entry."""
    return _sides_in(scene, draft, strict=True) or _sides_in(scene, draft, strict=False)


def _sides_in(scene: Scene, draft: Draft, strict: bool) -> list[Mention]:
    limb = draft.family not in EPIDURAL and draft.family not in FACET
    found: list[Mention] = []
    for sentence in draft.sentences:
        if any(m.value == "not-treated" for m in scene.doc.within(sentence, "untreated")):
            continue
        names = scene.doc.within(sentence, "procedure")
        if names and all(m.status == "historical" for m in names) and not scene.doc.within(sentence, "needle", "dose"):
            continue
        acts = scene.done(sentence, "action")
        text = scene.doc.text[sentence.start : sentence.end]
        if strict and not acts and not (draft.family in MUSCLE and scene.doc.within(sentence, "muscle", "dose")):
            continue
        if not strict and not (
            text.startswith(("[x]", "[X]"))
            or any(m.value == draft.site for m in scene.done(sentence, "site"))
            or (scene.done(sentence, "site") and re.search(r"prep|clean|steril", text, re.IGNORECASE))
            or (draft.family in EPIDURAL and _OFF_MIDDLE.search(text))
            or (scene.done(sentence, "target", "muscle", "guidance") and not scene.done(sentence, "symptom"))
        ):
            continue
        named = scene.doc.within(sentence, "side")
        if not named and (above := scene.side_above(sentence.start)):
            found.append(above)
        for side in named:
            after = scene.doc.text[side.span.end : side.span.end + 24]
            before = scene.doc.text[max(0, side.span.start - 28) : side.span.start].lower()
            place = side.span.start - sentence.start
            if _OF_THE_ROOM.search(text, 0, place) or _OF_THE_BEAM.search(text, 0, place):
                continue
            if draft.family in _BY_THE_MIDDLE and _SPREAD.search(text, 0, side.span.start - sentence.start):
                continue
            own_side = re.search(r"\b(?:on|onto|to|in) (?:his|her|their|the) $", before) and re.match(r"\W*side", after)
            if own_side and _LYING.search(text):
                continue
            if _SIDE_ASIDE.match(after) and not (limb and re.match(r"\W*(?:hand|foot|arm|leg)", after)):
                continue
            if _BEFORE_TODAY.match(scene.doc.text, side.span.end, sentence.end):
                continue
            if "UNTICKED" in side.cues or _BLOOD.search(
                text[max(0, side.span.start - sentence.start - 60) : side.span.end - sentence.start + 20]
            ):
                continue
            if re.search(
                r"(?:down (?:his|her|the)"
                r"|(?:rotated|turned|tilted|obliqued|angled|swung)(?: slightly| gently| away)? (?:to|toward|"
                r"towards) the|head to the|pain (?:in|on)|more on the) $",
                before,
            ) and draft.family not in _OFF_SPINE and re.match(r"\W*(?:of (?:the )?mid-?line)", after) is None:
                continue
            found.append(side)
    return found
