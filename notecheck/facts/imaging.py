"""Diagnostic studies cited from before: modality, region, finding, the levels and the side where it found something."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import dataclass, replace

from notecheck.facts import cues
from notecheck.facts import levels as level_runs
from notecheck.facts.clauses import section_of
from notecheck.records import Annotated, Evidence, ImagingStudy, Mention, Span

FIELD = "imaging_studies"
_SILENT_SECTIONS = {
    "title", "consent", "time-out", "guidance", "contrast", "instructions", "plan", "anesthesia", "allergies", "codes",
    "complications", "preparation", "family-history", "disposition",
}  # fmt: skip
_JOINTS = {"knee", "hip", "shoulder", "elbow", "wrist", "hand", "ankle", "foot"}
_SPINE = {"C": "cervical", "T": "thoracic", "L": "lumbar", "S": "sacral"}
_CUES = cues.load("imaging")
_WANTED_AHEAD = _CUES["wanted-ahead"]
_WANTED_BEHIND = _CUES["wanted-behind"]
_DONE_AFTER_ALL = _CUES["done-after-all"]
_NOT_A_STUDY = _CUES["not-a-study"]
_REACTION = _CUES["reaction"]
_PAST = _CUES["past"]
_THIS_PROCEDURE = _CUES["this-procedure"]
_GOES_ON = _CUES["goes-on"]
_NO_RESULT = _CUES["no-result"]
_LEAD = _CUES["lead"]
_ABSENT = _CUES["absent"]
_DONE_HERE = _CUES["done-here"]
_LONGEST = 180
_TICKED_RESULT = re.compile(
    r"[^\n\[\u2610-\u2612]{0,40}?(?:\d{1,2}/\d{2,4}|\b(?:19|20)\d\d\b|\bshow|\breveal|\bconfirm|\bconsistent"
    r"|[-:\u2013] ?[a-z]{2,})",
    re.IGNORECASE,
)
""" "[x] MRI lumbar 03/2025 - stenosis": a ticked study with its date or its result, not a choice of a form."""


@dataclass(frozen=True, slots=True)
class _Cited:
    study: ImagingStudy
    mention: Mention


def find(doc: Annotated) -> tuple[tuple[ImagingStudy, ...], tuple[Evidence, ...]]:
    """Studies in text order; a study named twice is one, and the one with a finding is kept."""
    cited: list[_Cited] = []
    for mention in doc.of("imaging-study"):
        if _is_cited(doc, mention):
            cited.extend(_Cited(study, mention) for study in _studies(doc, mention))
    kept: list[_Cited] = []
    for item in sorted(cited, key=lambda c: (c.study.finding is None, c.mention.span)):
        same = [k for k in kept if k.study.modality == item.study.modality]
        if item.study.region is None and ((same and item.study.finding is None) or any(k.study.region for k in same)):
            continue
        if item.study.finding is None and any(k.study.region == item.study.region for k in same):
            continue
        if item.study.region is not None:
            kept = [k for k in kept if k.study.modality != item.study.modality or k.study.region is not None]
        kept.append(item)
    kept.sort(key=lambda c: c.mention.span)
    return (
        tuple(c.study for c in kept),
        tuple(c.mention.evidence(FIELD, " ".join(filter(None, (c.study.modality, c.study.region)))) for c in kept),
    )


def _is_cited(doc: Annotated, mention: Mention) -> bool:
    """True for a study that was done earlier: not ordered, not the machine of today, not the place of a reaction."""
    if section_of(doc, mention) in _SILENT_SECTIONS and not _is_report(doc, mention):
        return False
    sentence = doc.sentence_of(mention)
    head, tail = doc.text[sentence.start : mention.span.start], doc.text[mention.span.end : sentence.end]
    if _DONE_HERE.search(head[-120:]):
        return False
    box = re.search(r"\[([ xX]?)\]\s*$", doc.text[max(0, mention.span.start - 6) : mention.span.start])
    if box and not (box.group(1).strip() and _TICKED_RESULT.match(doc.text, mention.span.end)):
        return False
    if _NOT_A_STUDY.match(tail) or _REACTION.search(head[-80:]) or _THIS_PROCEDURE.search(
        re.split(r"[,;]|\b(?:show|reveal|demonstrat)", head[-60:])[-1] + mention.text
    ):
        return False
    if mention.value == "xray" and re.search(r"\b(?:under|by|using)\s*$", head, re.IGNORECASE):
        return False
    if re.search(r"\bduring (?:this|the) procedure\b|without dural puncture", tail, re.IGNORECASE):
        return False
    wanted = _WANTED_AHEAD.search(head[-60:]) or _WANTED_BEHIND.match(tail)
    if wanted and not _DONE_AFTER_ALL.search(tail[:90]):
        return False
    if wanted and re.search(r"\b(?:no|without|if|will|would)\b[^.;]{0,20}$", head[-40:], re.IGNORECASE):
        return False
    return section_of(doc, mention) not in ("description", "injectate") or bool(_PAST.search(tail[:70] + head[-40:]))


def _is_report(doc: Annotated, mention: Mention) -> bool:
    """True when the document is the report of the study itself: its name opens the text, findings follow."""
    kinds = {s.kind for s in doc.sections}
    return mention.span.start < 80 and bool({"findings", "assessment"} & kinds) and not doc.of("needle")


def _studies(doc: Annotated, mention: Mention) -> list[ImagingStudy]:
    result = _result_span(doc, mention)
    finding = _finding(doc, mention, result)
    found_levels, side = _where(doc, result) if result else ((), None)
    study = ImagingStudy(mention.value, None, finding, found_levels, side)
    regions = _regions(doc, mention, result, found_levels)
    return [replace(study, region=region) for region in regions] or [study]


def _result_span(doc: Annotated, mention: Mention) -> Span | None:
    """From the study's name to the end of what is told of it."""
    if _is_report(doc, mention):
        parts = [s.body for s in doc.sections if s.kind == "assessment"] or [
            s.body for s in doc.sections if s.kind == "findings"
        ]
        signed = re.search(
            r"\n|\b(?:read|dictated|signed|interpreted) by\b",
            doc.text[parts[-1].start : parts[-1].end].strip(),
            re.IGNORECASE,
        )
        return Span(parts[-1].start, parts[-1].start + signed.start() if signed else parts[-1].end)
    sentence = doc.sentence_of(mention)
    others = [m.span.start for m in doc.of("imaging-study") if m.span.start > mention.span.end]
    end = sentence.end
    for number in range(mention.sentence + 1, min(mention.sentence + 4, len(doc.sentences))):
        following = doc.sentences[number]
        text = doc.text[following.start : following.end]
        section_changed = any(
            sentence.end <= s.heading.start <= following.start and len(s.heading) for s in doc.sections
        )
        if (
            section_changed
            or not _GOES_ON.match(text)
            or re.match(r"\s*(?:right|left) (?:side|leg|arm) ", text, re.IGNORECASE)
        ):
            break
        end = following.end
    if others:
        end = min(end, others[0])
    return Span(mention.span.end, end) if end > mention.span.end else None


def _finding(doc: Annotated, mention: Mention, result: Span | None) -> str | None:
    """Short words of the result, or None where the note gives none."""
    if result is None:
        return None
    text = re.sub(r"\s+", " ", doc.text[result.start : result.end]).strip()
    if _NO_RESULT.search(text[:80]):
        return None
    text = _LEAD.sub("", text).strip(" .;:,-")
    if len(text) < 4:
        return None
    if len(text) > _LONGEST:
        text = text[:_LONGEST].rsplit(" ", 1)[0]
    return text


def _where(doc: Annotated, result: Span) -> tuple[tuple[str, ...], str | None]:
    """Interspaces and side named in those parts of the result that state something abnormal."""
    pairs: list[str] = []
    sides: set[str] = set()
    start = result.start
    for end in [
        *(m.start() for m in re.finditer(r"[,;]|\.(?=\s|$)|\bbut\b", doc.text[result.start : result.end])),
        len(result),
    ]:
        part = Span(start, max(start, result.start + end))
        start = result.start + end
        carried = part if len(doc.text[part.start : part.end].strip(" ,.;")) > 0 else None
        if carried is None or _ABSENT.search(doc.text[part.start : part.end]):
            continue
        for run in doc.within(result, "level"):
            if not part.start <= run.span.start < part.end:
                continue
            pairs.extend(level.value for level in level_runs.parse(run)[0] if level.pair)
        sides.update(m.value for m in doc.within(part, "side") if m.value in ("left", "right", "bilateral"))
    side = None
    if sides:
        side = "bilateral" if len(sides) > 1 else next(iter(sides))
    return level_runs.in_order(pairs), side


def _regions(doc: Annotated, mention: Mention, result: Span | None, found_levels: tuple[str, ...]) -> list[str]:
    """Region in the study's own words, else of its result, else of the sentences beside it."""
    if mention.value == "emg":
        return _nerve_region(doc, mention, result)
    sentence = doc.sentence_of(mention)
    named = list(doc.within(mention.span, "body-part"))
    if named:
        return [named[-1].value]
    line_end = result.end if result else sentence.end
    behind = list(
        doc.within(Span(mention.span.end, max(mention.span.end, min(line_end, mention.span.end + 60))), "body-part")
    )
    if behind:
        first = [behind[0].value]
        for one, two in itertools.pairwise(behind):
            if not re.fullmatch(r"\s*(?:and|&|/|,)\s*", doc.text[one.span.end : two.span.start]):
                break
            first.append(two.value)
        return list(dict.fromkeys(first))
    near = doc.within(Span(mention.span.end, max(mention.span.end, line_end)), "level") if result else ()
    for run in near:
        names = [level.value for level in level_runs.parse(run)[0]]
        if names and (region := level_runs.region(names[0])):
            return [region]
    far = doc.within(Span(mention.span.end, max(mention.span.end, line_end)), "body-part")
    if far:
        return [far[0].value]
    before = list(doc.within(Span(sentence.start, mention.span.start), "body-part"))
    if before:
        return [before[-1].value]
    for run in doc.within(Span(sentence.start, mention.span.start), "level"):
        names = [level.value for level in level_runs.parse(run)[0]]
        if names and (region := level_runs.region(names[0])):
            return [region]
    return _beside(doc, mention) or _only_part(doc)


def _nerve_region(doc: Annotated, mention: Mention, result: Span | None) -> list[str]:
    """Where a nerve study found the trouble: wrist, elbow, or the part of the spine of a root; a limb is no region."""
    if result is None:
        return []
    words = doc.text[result.start : result.end]
    if re.search(r"carpal tunnel|\bCTS\b|median\b[^.;]{0,40}\b(?:neuropath|entrap|slow|latenc)|wrist", words, re.I):
        return ["wrist"]
    if re.search(r"cubital|ulnar\b[^.;]{0,40}\belbow", words, re.IGNORECASE):
        return ["elbow"]
    for run in doc.within(result, "level"):
        names = [level.value for level in level_runs.parse(run)[0]]
        if names and (region := level_runs.region(names[0])):
            return [region]
    spine = ("cervical", "thoracic", "lumbar", "sacral")
    parts = [m.value for m in doc.within(result, "body-part") if m.value in spine]
    return parts[:1] if re.search(r"radicul|plexopath|root", words, re.IGNORECASE) else []


def _only_part(doc: Annotated) -> list[str]:
    """The one part of the body of which the note speaks, when it speaks of one only (or far more than of others)."""
    counts = Counter(m.value for m in doc.of("body-part"))
    ranked = counts.most_common(2)
    if not ranked or ranked[0][0] not in _JOINTS or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return []
    return [ranked[0][0]]


def _beside(doc: Annotated, mention: Mention) -> list[str]:
    section = next((s for s in doc.sections if s.body.start <= mention.span.start < s.body.end), None)
    for number in range(mention.sentence - 1, max(-1, mention.sentence - 3), -1):
        span = doc.sentences[number]
        if section is not None and span.end <= section.heading.start:
            break
        if doc.within(span, "imaging-study"):
            continue
        parts = doc.within(span, "body-part")
        if parts:
            return [parts[0].value]
        named = [level.value for run in doc.within(span, "level") for level in level_runs.parse(run)[0]]
        if named and (region := level_runs.region(named[0])):
            return [region]
    return []
