"""The evaluation part of a note: is there one, does it stand apart, and what do its words support."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notecheck.facts.quantities import number
from notecheck.records import Annotated, Evidence, Mention, Procedure, Span, Visit

_HEAD = 260
_PARTS = ("history", "exam", "assessment", "plan")
_PROBLEM_LEVEL = {
    "threat": "high",
    "acute-complicated": "moderate",
    "chronic-exacerbated": "moderate",
    "new-problem": "moderate",
    "chronic-stable": "low",
    "acute-uncomplicated": "low",
}
_RISKS = ("high", "moderate", "low")
_ROW_PHYSICIAN = re.compile(r"\b(?:Dr\.?|MD|M\.D\.|DO|D\.O\.|NP|PA(?:-C)?|APRN|[Pp]hysician)\b")
_ROW_STAFF = re.compile(r"\b(?:RN|LPN|MA|CMA|LVN|[Nn]urse|[Ss]taff|coordinator)\b")
_ROW_MINUTES = re.compile(r"(\d{1,3})\s?min(?:ute)?s?\b|\|\s*(\d{1,3})\b[^|\n]*$", re.IGNORECASE)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_ROW_START = re.compile(
    rf"(?i)^\W*(?:\d{{1,4}}[/-]\d{{1,2}}(?:[/-]\d{{2,4}})?\b|{_MONTH} \d{{1,2}}\b|\d{{1,2}} {_MONTH}(?![a-z]))"
)
_NEXT_ROW = re.compile(rf"(?i)(?<=[.,;)] )(?:and )?(?:\d{{1,2}}[/-]\d{{1,2}}(?:[/-]\d{{2,4}})?\b|{_MONTH} \d{{1,2}}\b)")
_OWN_ROWS = re.compile(
    r"(?i)^\W*(?:time|minutes) (?:of|by|spent by) (?:the )?(?:physician|doctor|clinician|dr\.)[^\n]*:\s*$"
)
_PLAN_PARTS = {"plan", "strengths", "goals", "needs", "outcomes"}
_OTHER_TIME = re.compile(
    r"(?i)\b(?:fluoro\w*|sedation|procedure|recovery|monitor\w*|tourniquet|observ\w+|watched|stand\w*|walk\w*|sit\w*)\W*$"
)


@dataclass(frozen=True, slots=True)
class _Zone:
    """Where the evaluation stands: the whole note, or the part before the procedure note begins."""

    span: Span
    apart: bool


def find(doc: Annotated, procedures: tuple[Procedure, ...]) -> Visit:
    """What visit and monthly-care codes need.

    ``problems`` and ``data`` are slugs; one that ends in ``:low``, ``:moderate`` or ``:high`` carries the level that it
    supports (``chronic-exacerbated:moderate``, ``data:moderate`` for three items). ``care_elements`` are the slugs of
    the monthly care policy and only filled for a monthly record. Minutes are whole minutes as written.
    """
    marks = {m.value.removeprefix("mark:") for m in doc.of("visit") if m.value.startswith("mark:")}
    if any(m.value == "monthly-care" for m in doc.of("statement")):
        return _monthly(doc, "separate" in marks)
    zone = _zone(doc, bool(procedures))
    present = _present(doc, zone, bool(procedures))
    if not present:
        return Visit()
    said = [m for m in doc.within(zone.span, "visit") if not m.value.startswith(("mark:", "time:"))]
    return Visit(
        present=True,
        separate=bool(procedures) and (zone.apart or "separate" in marks),
        total_minutes=_total(doc, zone),
        new_patient=_new_patient(doc, zone),
        problems=_problems(doc, zone, said),
        data=_data(said),
        risk=_risk(doc, said),
        evidence=_proof(doc, zone, said),
    )


def _proof(doc: Annotated, zone: _Zone, said: list[Mention]) -> tuple[Evidence, ...]:
    marks = [m for m in doc.within(zone.span, "visit") if _names_visit(m) and _heading(doc, m)]
    times = [m for m in doc.within(zone.span, "visit") if m.value == "time:total"]
    wanted = [m for m in said if m.value.startswith(("problem:", "data:", "risk:"))]
    return (
        *(m.evidence("visit") for m in (*marks[:1], *wanted)),
        *(m.evidence("total_minutes") for m in times[:1]),
    )


def _zone(doc: Annotated, procedures: bool) -> _Zone:
    whole = Span(0, len(doc.text))
    if not procedures:
        return _Zone(whole, False)
    visits = [m for m in doc.of("visit") if _names_visit(m) and _heading(doc, m)]
    starts = [m for m in doc.of("visit") if m.value == "mark:procedure-part" and _heading(doc, m)]
    for start in starts:
        before = [v for v in visits if v.span.end < start.span.start]
        if before:
            return _Zone(Span(before[0].span.start, start.span.start), True)
    for visit in visits:
        if any(s.span.end < visit.span.start for s in starts):
            return _Zone(Span(visit.span.start, len(doc.text)), True)
    return _Zone(whole, False)


def _names_visit(mention: Mention) -> bool:
    """True for words that name an evaluation, those among them that also tell new from established patients."""
    return mention.value == "mark:visit" or (
        mention.value in {"mark:new", "mark:established"}
        and bool(re.search(r"(?i)visit|consult|evaluation|note", mention.text))
    )


def _heading(doc: Annotated, mention: Mention) -> bool:
    """True on a short line of its own, or in the first lines of the note."""
    begin = doc.text.rfind("\n", 0, mention.span.start + 1) + 1
    end = doc.text.find("\n", mention.span.end)
    line = doc.text[begin : end if end >= 0 else len(doc.text)].strip()
    return len(line) <= 90 and not re.search(r"[a-z]\.(?:\s|$)", line)


def _present(doc: Annotated, zone: _Zone, procedures: bool) -> bool:
    marks = [m for m in doc.within(zone.span, "visit") if _names_visit(m)]
    if any(_heading(doc, m) and (m.span.start <= _HEAD or zone.apart) for m in marks):
        return True
    kinds = {s.kind for s in doc.sections if len(s.heading) and zone.span.start <= s.heading.start < zone.span.end}
    if re.search(r"(?i)\bplan\b", " ".join(doc.text[s.heading.start : s.heading.end] for s in doc.sections)):
        kinds.add("plan")
    return sum(part in kinds for part in _PARTS) >= (4 if procedures else 3)


def _total(doc: Annotated, zone: _Zone) -> float | None:
    for mention in doc.within(zone.span, "visit"):
        if mention.value != "time:total":
            continue
        before = doc.text[max(0, mention.span.start - 24) : mention.span.start]
        minutes = _minutes(mention)
        if minutes is not None and minutes >= 3 and not _OTHER_TIME.search(before) and mention.section != "time-out":
            return minutes
    return None


def _minutes(mention: Mention) -> float | None:
    words = next((v for k, v in mention.groups.items() if k.startswith("minutes")), None)
    if words is None:
        return None
    return number(words)


def _new_patient(doc: Annotated, zone: _Zone) -> bool | None:
    for mention in doc.within(zone.span, "visit"):
        if mention.value == "mark:new" and (
            mention.span.start <= zone.span.start + 2 * _HEAD or _heading(doc, mention)
        ):
            return True
        if mention.value == "mark:established":
            return False
    return None


def _problems(doc: Annotated, zone: _Zone, said: list[Mention]) -> tuple[str, ...]:
    """One slug for each problem state seen in history, assessment or plan, with the level it supports."""
    states: list[str] = []
    for mention in said:
        if not mention.value.startswith("problem:") or mention.section in {
            "past-history",
            "family-history",
            "exam",
            "consent",
        }:
            continue
        if "NEGATED" in mention.cues and not mention.text.lower().startswith(("not", "un", "poor", "is no", "are no")):
            continue
        states.append(mention.value.removeprefix("problem:"))
    slugs = [f"{state}:{_PROBLEM_LEVEL[state]}" for state in dict.fromkeys(states)]
    if sum(m.value == "problem:chronic-stable" and m.section == "assessment" for m in said) >= 2:
        slugs.append("two-chronic-stable:moderate")
    if not slugs and doc.within(zone.span, "diagnosis-phrase"):
        slugs.append("chronic-stable:low")
    return tuple(slugs)


def _data(said: list[Mention]) -> tuple[str, ...]:
    """One slug for each test, note or talk, then the level that their number supports."""
    items: list[tuple[str, Span]] = []
    for mention in said:
        if not mention.value.startswith("data:") or mention.section in {"past-history", "consent"}:
            continue
        if "NEGATED" in mention.cues and mention.value.endswith("-ordered"):
            continue
        slug = mention.value.removeprefix("data:")
        if any(other == slug and span.overlaps(mention.span) for other, span in items):
            continue
        items.append((slug, mention.span))
    if not items:
        return ()
    slugs = [slug for slug, _ in items]
    counted = sum(
        slug in {"test-ordered", "test-reviewed", "external-note-reviewed", "independent-historian"} for slug in slugs
    )
    moderate = (counted >= 3) + ("independent-interpretation" in slugs) + ("discussion-external" in slugs)
    if moderate >= 2:
        slugs.append("data:high")
    elif moderate:
        slugs.append("data:moderate")
    elif counted >= 2 or "independent-historian" in slugs:
        slugs.append("data:low")
    else:
        slugs.append("data:minimal")
    return tuple(slugs)


def _risk(doc: Annotated, said: list[Mention]) -> str | None:
    for level in _RISKS:
        for mention in said:
            if mention.value != f"risk:{level}" or mention.section in {
                "past-history",
                "family-history",
                "allergies",
                "exam",
            }:
                continue
            if level == "moderate" and mention.section in {"history", "medications"} and not _decided(doc, mention):
                continue
            if "NEGATED" not in mention.cues:
                return level
    return None


def _decided(doc: Annotated, mention: Mention) -> bool:
    """A drug told in a history counts only when the sentence says that it was changed at this visit."""
    sentence = doc.sentence_of(mention)
    return bool(re.search(r"(?i)\b(?:today|we |i |will|now)\b", doc.text[sentence.start : sentence.end]))


def _monthly(doc: Annotated, separate: bool) -> Visit:
    physician = _stated(doc, "time:physician")
    staff = _stated(doc, "time:staff")
    rows_physician, rows_staff = _rows(doc)
    own = physician if physician is not None else rows_physician
    elements = [m.value for m in doc.of("monthly-care") if not m.value.startswith("cpm-plan:")]
    parts = {m.value.removeprefix("cpm-plan:") for m in doc.of("monthly-care") if m.value.startswith("cpm-plan:")}
    if "plan" in parts and len(parts & _PLAN_PARTS) >= 4:
        elements.append("cpm-care-plan")
    if own is not None:
        elements.append("cpm-personal-time")
    return Visit(
        present=False,
        separate=separate,
        physician_minutes=own,
        staff_minutes=staff if staff is not None else rows_staff,
        care_elements=tuple(dict.fromkeys(elements)),
        evidence=(
            *(m.evidence("visit") for m in doc.of("monthly-care")),
            *(m.evidence("physician_minutes") for m in doc.of("visit") if m.value == "time:physician"),
        ),
    )


def _stated(doc: Annotated, value: str) -> float | None:
    """A total that stands outside the dated rows."""
    for mention in doc.of("visit"):
        begin = doc.text.rfind("\n", 0, mention.span.start) + 1
        if mention.value == value and not _ROW_START.match(doc.text[begin : mention.span.end]):
            return _minutes(mention)
    return None


def _dated(line: str) -> list[str]:
    """The rows of one line: a line that begins with a date may hold several, each with its date and its minutes."""
    if not _ROW_START.match(line):
        return [line]
    rows = [line]
    for cut in reversed(list(_NEXT_ROW.finditer(line))):
        head, tail = rows[0][: cut.start()], rows[0][cut.start() :]
        if _ROW_MINUTES.search(head) and _ROW_MINUTES.search(tail):
            rows[:1] = [head, tail]
    return rows


def _rows(doc: Annotated) -> tuple[float | None, float | None]:
    """Sums of the dated rows, the clinician's own minutes and those of staff: by the row or the heading above it."""
    own: list[float] = []
    staff: list[float] = []
    clinician = False
    for line in (row for whole in doc.text.splitlines() for row in _dated(whole)):
        if not _ROW_START.match(line):
            clinician = bool(_OWN_ROWS.match(line)) or (clinician and not line.rstrip().endswith(":"))
            continue
        found = list(_ROW_MINUTES.finditer(line))
        if not found:
            continue
        minutes = float(found[-1].group(1) or found[-1].group(2))
        who = line[:70]
        if _ROW_STAFF.search(who) or re.search(r"(?i)\bstaff\b|not counted", line):
            staff.append(minutes)
        elif clinician or _ROW_PHYSICIAN.search(who):
            own.append(minutes)
    return (sum(own) if own else None), (sum(staff) if staff else None)
