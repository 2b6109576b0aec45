"""Conservative care: one entry for each kind of treatment used before, with its weeks and what came of it."""

from __future__ import annotations

import itertools
import re

from notecheck.facts import care_clauses, care_outcomes, care_used, care_verdict, cues, quantities, relief, timespans
from notecheck.facts.care_clauses import Said
from notecheck.facts.care_outcomes import Result
from notecheck.facts.care_used import Used
from notecheck.facts.clauses import clauses, table_row
from notecheck.facts.timespans import TimeSpan
from notecheck.records import Annotated, Care, Evidence, Mention, Relief, Span

FIELD = "conservative_care"
_NO_WEEKS = {"prior-injection", "prior-surgery"}
_HALF = 50.0

_CUES = cues.load("care")
_OF_NEXT = _CUES["of-next"]
_STRAIGHT_ON = re.compile(r"^[\s-]*(?:(?:full |supervised |formal |of )*)$", re.IGNORECASE)
_OPENS = _CUES["opens"]
_HELPED_FOR = _CUES["helped-for"]
_DOSING = _CUES["dosing"]
_NONE_FROM = re.compile(
    r"\b(?:from|with|after|despite|following)(?: (?:over|about|at least|more than))? $",
    re.IGNORECASE,
)
_HELP = re.compile(r"^['\u2019]?\s*(?:of )?(?:help|relief|benefit|improvement)\b", re.IGNORECASE)
_SAME = _CUES["same"]
_SO_FAR = re.compile(
    r"\b(?:prior|previous|past|earlier)\b[^.;]{0,20}\b(?:treat|medic|therap|care|trial)|\bto date\b"
    r"|\bha(?:s|ve|d) tried\b",
    re.IGNORECASE,
)
_FAILED_SURGERY = _CUES["failed-surgery"]
_TO_ALL = _CUES["to-all"]
_LIST_GAP = re.compile(r"^\s*(?:,|,? and|&|\+|/)\s*(?:\w+ )?$", re.IGNORECASE)
_MONTH_RANGE = re.compile(
    r"^[^.;]{0,14}?\(?\b(\d{1,2})/((?:20)?\d\d)\s?(?:-|to|\u2013|through)\s?(\d{1,2})/((?:20)?\d\d)\b"
)


def find(doc: Annotated) -> tuple[tuple[Care, ...], tuple[Evidence, ...]]:
    """The treatments used before, in the order of first mention, and the words that prove them."""
    used = care_used.find(doc)
    results = _with_clauses(doc, used, dict(care_outcomes.assign(doc, used)))
    lengths = _lengths(doc, used)
    reliefs, _ = relief.find(doc)
    entries: dict[str, list[Used]] = {}
    for item in used:
        result = results.get(item.mention.span)
        if (item.modality == "unspecified" and not _says_result(result)) or (item.tentative and result is None):
            continue
        entries.setdefault(item.modality, []).append(item)
    found: list[Care] = []
    evidence: list[Evidence] = []
    for modality, items in entries.items():
        weeks = [lengths[i.mention.span] for i in items if i.mention.span in lengths and modality not in _NO_WEEKS]
        longest = max(weeks, key=lambda pair: pair[0]) if weeks else None
        outcome = _together([_outcome(doc, i, results.get(i.mention.span)) for i in items])
        if modality == "unspecified" and longest is None and outcome == "failed" and _sums_up(items, found):
            continue
        if modality == "prior-injection":
            outcome = _by_relief(outcome, reliefs)
        found.append(Care(modality, longest[0] if longest else None, outcome))
        for item in items:
            evidence.append(item.mention.evidence(FIELD, modality))
            if item.mention.span in results:
                evidence.append(doc.quote(results[item.mention.span].words, FIELD, modality))
        if longest:
            evidence.append(doc.quote(longest[1], FIELD, modality))
    if "prior-injection" not in entries and (told := _told_by_relief(doc, reliefs)):
        found.append(told)
        evidence += [e for e in relief.find(doc)[1] if e.field == "relief"][:1]
    return tuple(found), tuple(evidence)


_NO_NEEDLE = re.compile(r"stimulat|\bscs\b|\bleads?\b|\bpump\b|surger|ectomy|fusion|arthroplast|operat", re.IGNORECASE)


_NEEDLED = re.compile(
    r"\binject|\binj\b|\bshots?\b|\bblocks?\b|epidural|\b(?:tf|il|c|l)?esis?\b|\bcaudal|\brf[an]?\b|ablat|rhizotom|neurotom"
    r"|radiofreq|cortisone|\bcsis?\b|\bbotox|\btoxin|\bprocedure|\bmbbs?\b|\btpis?\b|trigger|\bgel\b|visco|#\s?\d|\bseries\b",
    re.IGNORECASE,
)


def _told_by_relief(doc: Annotated, reliefs: tuple[Relief, ...]) -> Care | None:
    """An earlier injection that is known only by the relief it gave ("blocks #1 and #2: 60 % better")."""
    earlier = [r for r in reliefs if r.source == "prior-procedure"]
    words = [doc.text[max(0, e.start - 90) : e.end] for e in relief.find(doc)[1] if e.field == "relief"]
    if not earlier or any(_NO_NEEDLE.search(w) for w in words) or not any(_NEEDLED.search(w) for w in words):
        return None
    percents = [r.percent for r in earlier if r.percent is not None]
    lasted = max((r.days for r in earlier if r.days is not None), default=None)
    if not percents:
        return Care("prior-injection", None, "helped" if lasted is not None and lasted >= _LONG else "partial")
    outcome = _by_relief("not-stated", tuple(earlier))
    brief = max(percents) == _HALF and lasted is not None and lasted < _MONTH
    return Care("prior-injection", None, "partial" if outcome == "helped" and brief else outcome)


_LONG = 56  # days of relief, without a percentage, that are called help
_MONTH = 28


_UMBRELLA = re.compile(
    r"(?:\w+ )*(?:conservative|non-?operative|non-?surgical|non-?invasive|non-?interventional|medical)(?:ly)?\b",
    re.IGNORECASE,
)


def _sums_up(items: list[Used], found: list[Care]) -> bool:
    """True for "she has failed conservative measures" where the note told before which ones, and that they failed."""
    over = ("failed", "not-tolerated")
    named = [c for c in found if c.modality not in (*_NO_WEEKS, "unspecified") and c.outcome in over]
    return bool(named) and all(_UMBRELLA.match(item.mention.text) for item in items)


def _with_clauses(doc: Annotated, used: tuple[Used, ...], results: dict[Span, Result]) -> dict[Span, Result]:
    """The results of fixed phrases, and behind them what the clauses say; "in use" gives way to a result."""
    for span, said in care_clauses.complete(doc, used).items():
        known = results.get(span)
        if known is None or _overruled(known, said, span) or _mixed(doc, known, said):
            results[span] = Result(said.outcome, said.words)
    return results


def _overruled(known: Result, said: Said, treatment: Span) -> bool:
    """True when the words at the treatment itself say more than the fixed phrase found for it."""
    if said.outcome == "ongoing" or not said.near:
        return False
    if known.outcome == "ongoing":
        return True
    if known.outcome == "helped" and said.words.overlaps(known.words):
        return said.outcome in ("failed", "not-tolerated", "partial")
    return treatment.end <= said.words.start and said.words.end <= known.words.start


def _mixed(doc: Annotated, known: Result, said: Said) -> bool:
    """True for "offered comfort but no durable gain": the phrase saw the failure, the clause the help before it."""
    return (
        known.outcome == "failed"
        and said.near
        and said.outcome == "partial"
        and said.words.overlaps(known.words)
        and care_verdict.read(doc.text[said.words.start : known.words.start]) in ("helped", "partial")
    )


def _says_result(result: Result | None) -> bool:
    return result is not None and result.outcome != "ongoing"


def _outcome(doc: Annotated, item: Used, result: Result | None) -> str:
    if result is None:
        if item.modality == "prior-surgery":
            return _after_operation(doc, item.mention)
        return item.given or ("ongoing" if _as_needed(doc, item) else "not-stated")
    if item.modality == "prior-surgery" and result.outcome in ("ongoing", "partial"):
        return _after_operation(doc, item.mention)
    if item.modality == "prior-injection" and result.outcome == "ongoing":
        return "not-stated"
    if result.outcome == "ongoing" and _tried_so_far(doc, item):
        return "not-stated"
    return result.outcome


def _as_needed(doc: Annotated, item: Used) -> bool:
    """True for "Flexeril qhs prn": a dosing in the present, without a result."""
    sentence = doc.sentence_of(item.mention)
    head, tail = doc.text[sentence.start : item.mention.span.start], doc.text[item.mention.span.end : sentence.end]
    return item.modality in care_used.DRUGS and bool(_DOSING.match(tail)) and not _SO_FAR.search(head)


def _tried_so_far(doc: Annotated, item: Used) -> bool:
    """True for "prior treatment included gabapentin 300 mg TID": how it was taken, not that it still is."""
    sentence = doc.sentence_of(item.mention)
    words = doc.text[sentence.start : sentence.end]
    return bool(_SO_FAR.search(words[: item.mention.span.start - sentence.start])) and not _STILL.search(words)


_STILL = re.compile(
    r"\b(?:continu\w*|still|current(?:ly)?|takes|taking|remains|uses|using|ongoing|now"
    r"|every day|done (?:once |twice )?(?:daily|weekly))\b", re.IGNORECASE
)


def _after_operation(doc: Annotated, mention: Mention) -> str:
    """Pain that is there after an operation means that the operation did not end it."""
    sentence = doc.sentence_of(mention)
    head = doc.text[sentence.start : mention.span.start]
    tail = doc.text[mention.span.end : sentence.end]
    if re.search(r"\b(?:well|good|better|pain[- ]free)\b[^.;]{0,12}(?:since|after)[^.;]{0,25}$", head, re.IGNORECASE):
        return "helped"
    if _WELL_UNTIL.search(tail):
        return "helped"
    linked = re.match(r".*\b(after|since|following|despite)\b[^.;]{0,40}$", head, re.IGNORECASE | re.DOTALL)
    if linked and any(m.span.start < sentence.start + linked.start(1) for m in doc.within(sentence, "complaint")):
        return "failed"
    if re.search(
        r"\b(?:continued|continues|persistent|ongoing|recurrent|chronic|residual)\b[^.;]{0,40}\b(?:pain|symptoms|complaints|discomfort)|"
        r"\b(?:pain|symptoms)\b[^.;]{0,20}(?:persist|return|recur|reappear|continu)",
        tail,
        re.IGNORECASE,
    ):
        return "failed"
    if _FAILED_SURGERY.search(doc.text):
        return "failed"
    return "not-stated"


_WELL_UNTIL = re.compile(
    r"\b(?:(?:had )?(?:helped|worked)|did (?:well|great|fine)|(?:good|great|excellent|complete)"
    r" (?:results?|relief|outcome|recovery|help))\b"
    r"[^.;]{0,40}\b(?:until|till|before|for (?:\w+ ){1,3}(?:years?|months?))\b",
    re.IGNORECASE,
)


def _together(outcomes: list[str]) -> str:
    """One outcome for a kind of treatment: a stated result counts before "ongoing", mixed results are partial."""
    results = {o for o in outcomes if o in ("failed", "partial", "helped")}
    if len(results) > 1:
        return "partial"
    if results:
        return results.pop()
    for outcome in ("not-tolerated", "contraindicated", "ongoing"):
        if outcome in outcomes:
            return outcome
    return "not-stated"


def _by_relief(outcome: str, reliefs: tuple[Relief, ...]) -> str:
    """An earlier injection with a stated percentage helped when that is half or more."""
    percents = [r.percent for r in reliefs if r.source == "prior-procedure" and r.percent is not None]
    if percents:
        return "helped" if max(percents) >= _HALF else "partial" if max(percents) > 0 else "failed"
    return outcome


def _lengths(doc: Annotated, used: tuple[Used, ...]) -> dict[Span, tuple[float, Span]]:
    """Weeks of each treatment, with the words that say them; the longest where two are given."""
    found: dict[Span, tuple[float, Span]] = {}
    mentions = [u.mention for u in used if u.modality not in _NO_WEEKS]
    anchors = [u.mention for u in used]
    for length in timespans.find(doc):
        weeks = length.weeks
        if (
            weeks is None
            or weeks < 1
            or length.ago
            or length.mention.section in ("plan", "instructions")
            or _helped_for(doc, length)
        ):
            continue
        for target in _owners(doc, length, anchors):
            if target in mentions and weeks > found.get(target.span, (0.0, target.span))[0]:
                found[target.span] = (weeks, length.mention.span)
    for mention in mentions:
        if mention.span not in found and (dated := _dated(doc, mention, anchors)):
            found[mention.span] = dated
        elif mention.span not in found and (in_row := _in_row(doc, mention)):
            found[mention.span] = in_row
    for before, mention in itertools.pairwise(mentions):
        tail = doc.text[mention.span.end : doc.sentence_of(mention).end]
        if mention.span not in found and before.span in found and _SAME.match(tail):
            found[mention.span] = (found[before.span][0], mention.span)
    return found


def _in_row(doc: Annotated, mention: Mention) -> tuple[float, Span] | None:
    """Weeks in a later cell of the table row that begins with a treatment."""
    row = table_row(doc.text, mention.span)
    for length in timespans.find(doc) if row else ():
        if row and row.contains(length.mention.span) and length.mention.span.start > mention.span.end and length.weeks:
            return length.weeks, length.mention.span
    return None


def _helped_for(doc: Annotated, length: TimeSpan) -> bool:
    """True when the length is that of the help, not of the treatment."""
    place = length.mention.span
    if _NONE_FROM.search(doc.text[max(0, place.start - 40) : place.start]) and _OF_NEXT.match(
        doc.text[place.end : place.end + 6]
    ):
        return False
    return bool(
        _HELP.match(doc.text[place.end :][:20]) or _HELPED_FOR.search(doc.text[max(0, place.start - 40) : place.start])
    )


_WIDE_GAP = re.compile(r"[ \t]{2,16}(?:x ?)?")
_PLUS_OTHER = re.compile(
    r"\+(?!\s*(?:aqua\w*|pool|water|land|home|manual|traction|posture|stretch\w*|HEP|exercis\w*)\b)",
    re.IGNORECASE,
)


def _owners(doc: Annotated, length: TimeSpan, anchors: list[Mention]) -> list[Mention]:
    """The treatments whose length this is: the one it introduces, else the one or the list right before it."""
    sentence = doc.sentence_of(length.mention)
    clause = next((c for c in clauses(doc.text, sentence) if c.start <= length.mention.span.start < c.end), sentence)
    place = length.mention.span
    inside = [m for m in anchors if clause.start <= m.span.start < clause.end and not m.span.overlaps(place)]
    following = [m for m in inside if m.span.start >= place.end]
    before = [m for m in inside if m.span.end <= place.start]
    lead = doc.text[clause.start : place.start]
    if following:
        gap = doc.text[place.end : following[0].span.start]
        if _OF_NEXT.match(gap) or (_STRAIGHT_ON.match(gap) and (not before or _OPENS.search(lead))):
            return [following[0]]
    if not before:
        beside = [m for m in anchors if _WIDE_GAP.fullmatch(doc.text, m.span.end, max(m.span.end, place.start))]
        return beside[-1:]  # the cell beside the treatment: "[x] PT    4 wks"
    last = before[-1]
    between = Span(last.span.end, place.start)
    if (
        len(between) > 70
        or any(m.value == "pain" for m in doc.within(between, "complaint"))
        or _PLUS_OTHER.search(doc.text, between.start, between.end)
    ):
        return []
    targets = [last]
    if _TO_ALL.search(lead) or re.match(r"\s*each\b", doc.text[place.end : clause.end]):
        for first, second in zip(reversed(before[:-1]), reversed(before[1:]), strict=True):
            gap = doc.text[first.span.end : second.span.start]
            if not _LIST_GAP.match(gap) or any(
                m.span.start >= first.span.end for m in doc.within(Span(first.span.end, second.span.start), "duration")
            ):
                break
            targets.append(first)
    return targets


def _dated(doc: Annotated, mention: Mention, anchors: list[Mention]) -> tuple[float, Span] | None:
    """Weeks between two dates written behind a treatment."""
    sentence = doc.sentence_of(mention)
    end = min([m.span.start for m in anchors if m.span.start > mention.span.end] + [sentence.end])
    tail = doc.text[mention.span.end : end]
    days = quantities.dates(tail)
    if (
        len(days) >= 2
        and days[0][0] < 25
        and re.fullmatch(r"\s*(?:-|to|\u2013|through|until)\s*", tail[days[0][1] : days[1][0]], re.IGNORECASE)
    ):
        weeks = round((days[1][2] - days[0][2]).days / 7)
        return (float(weeks), Span(mention.span.end + days[0][0], mention.span.end + days[1][1])) if weeks > 0 else None
    if match := _MONTH_RANGE.match(tail):
        first, year, last, last_year = (int(part) for part in match.groups())
        months = (last_year % 100 - year % 100) * 12 + last - first
        if 0 < months <= 24:
            return 4.0 * months, Span(mention.span.end + match.start(1), mention.span.end + match.end())
    return None
