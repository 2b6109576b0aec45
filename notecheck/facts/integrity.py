"""Statements on the procedure as an event (consent, time-out, sterile technique, ...) and on the note as a document."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from notecheck.facts import dates
from notecheck.facts.scene import Scene
from notecheck.records import Annotated, Evidence, Integrity, Mention, Procedure, Span

_SHOWN = 3
_ELSEWHERE = frozenset({"past-history", "family-history", "social-history", "review-of-systems", "allergies"})
_NOT_AFTERWARDS = _ELSEWHERE | {"indication", "instructions", "consent", "medications", "pain", "imaging"}
_NOT_A_COURSE = frozenset({"consent", "indication", "imaging", "exam", "pain", "instructions"})
_EARLIER = re.compile(
    r"\b(?:last (?:time|visit|injection|block|procedure|treatment|one|session|week|month|year)|previous"
    r"|prior(?! to (?:the|this|today|starting|beginning)\b)|earlier"
    r"|ago|first (?:block|injection|one|treatment|session)|#\s?1\b|by (?:supper|evening|bedtime)|diary)\b",
    re.IGNORECASE,
)
# Where the end of the needle work has been told, these sections speak of what comes later or came before.
_NOT_NOW = _NOT_AFTERWARDS | {"plan", "history", "past-records", "codes", "diagnosis", "assessment", "exam", "function"}
_AGREED_REACH = 320
# A permission that is only named counts unless the words beside it deny it, put it off, ask for it
# or are about something else.
_VETO_BEFORE = re.compile(
    r"\b(?:no|not|never|without|unable|cannot|refus\w+|declin\w+|withdr\w+|lack\w*|pending|await\w*|needs?|needed|requires?"
    r"|must|should|will|always|routinely|if|unless|before any|to (?:obtain|get|sign|review|give)|obtain|get|bring|for"
    r"|about|regarding|opioid|agreement|sample|blank|template)\W+(?:\w+\W+){0,3}$",
    re.IGNORECASE,
)
_VETO_AFTER = re.compile(
    r"^\W*(?:(?:is|was|were|are|form|forms|has been|had been)\W+){0,2}(?:not\b|never|pending|awaited|needed|required"
    r"|refused|declined|withdrawn|deferred|to be\b|will\b|must\b|should\b|cannot|could not|to follow"
    r"|at the next|next|missing|unobtainable|unsigned"
    r"|waived|y ?/ ?n\b|yes ?/ ?no\b|_{2,}|\*{3,}|\?)",
    re.IGNORECASE,
)
_DENIED_BEFORE = re.compile(r"\b(?:no|without|lacks?|lack of)[^\w.;|\n]+$", re.IGNORECASE)
_ANSWERED_NO = re.compile(
    r"\s*[:=|?]\s*(?:no|n|not|none|pending|declined|refused|unable|deferred)\b(?! (?:questions|concerns|guardian))",
    re.IGNORECASE,
)
_ANSWERED = re.compile(
    r"\s*(?:\[ ?x ?\]|[\u2611\u2612\u2713\u2714]|yes\b|y\b|ok\b|done|obtained|signed|given|verbal|written|oral"
    r"|informed|on\b|by\b"
    r"|from\b|in (?:the )?(?:chart|record)|(?:patient|pt|he|she)\b.{0,40}(?:signed|agree|consent)"
    r"|complete|witness|scanned|electronic)",
    re.IGNORECASE,
)
_PERMISSION_NOT_HERE = _ELSEWHERE | {
    "plan", "instructions", "assessment", "past-records", "codes", "medications", "exam", "imaging",
}  # fmt: skip
_REACH = 60
_PROVOKED = re.compile(
    r"(?i)concordan|discordan|unfamiliar|provo[ck]|psi\b|reproduc|opening pressure|test dose|stimulation at"
)
_NAMED_PLACE = re.compile(
    r"\s*((?!(?:pending|tbd|follow|f/u|return|rtc|none)\b)[A-Za-z][A-Za-z/' -]{1,40})", re.IGNORECASE
)
_OXYGEN = re.compile(r"(?i)sp ?o ?2|\bo2\b|\bsats?\b|saturat|room air|oximet|\bra\b|oxygen")
_CHANGED = re.compile(r"(?i)relief|better|less|improve|reduc|drop|decreas|gone")
_CONDITION = re.compile(
    r"(?i)\b(?:if|unless|should|may|will|would|plan\w*|expect\w*|goals?|advised|instruct\w*|told to|call|avoid"
    r"|return(?: for| if)|in case|when (?:the )?(?:numb|pain|effect)|criteri\w+|requir\w+|hope\w*)\b"
)


def flags(doc: Annotated, procedures: tuple[Procedure, ...]) -> dict[str, tuple[Evidence, ...]]:
    """The statements that the note makes, each with the words that make it.

    Keys: ``consent``, ``time_out``, ``sterile_technique``, ``complications_stated``, ``response_stated``,
    ``disposition_stated``, ``signature``; a statement that is not made has no key. All but the signature are about
    a procedure of this encounter, so a pure visit makes none of them.
    """
    found: dict[str, tuple[Evidence, ...]] = {}
    if _has_procedure(doc, procedures):
        for key, finder in _FINDERS.items():
            proofs = tuple(m.evidence(key) for m in finder(doc))
            if proofs:
                found[key] = proofs[:_SHOWN]
    elif called_off(doc):
        left = tuple(m.evidence("disposition_stated") for m in _disposition(doc))
        if left:
            found["disposition_stated"] = left[:_SHOWN]
    signed = tuple(dates.signature_evidence(doc))
    if signed:
        found["signature"] = signed[:_SHOWN]
    return found


def placeholders(doc: Annotated) -> tuple[int, tuple[Evidence, ...]]:
    """How many template fields were left open, and each of them."""
    proofs = tuple(m.evidence("placeholders") for m in _open_fields(doc))
    return len(proofs), proofs


def dates_and_signer(doc: Annotated) -> Integrity:
    """Dates of service, who signed and when, and what the note says of itself."""
    signing = dates.signing(doc)
    marks = {m.value for m in doc.of("note-mark")}
    days = dates.of_service(doc)
    proof = [m.evidence("dates_of_service", day) for m in doc.of("date") if (day := dates.iso(m)) in days]
    proof += [
        m.evidence("signature_date", day) for m in doc.of("date") if (day := dates.iso(m)) and day == signing.date
    ]
    proof += [m.evidence("integrity") for m in doc.of("note-mark") if m.value != "called-off"]
    return Integrity(
        dates_of_service=days,
        signature_date=signing.date,
        signer=signing.name,
        late_entry_marked="late-entry" in marks,
        dictated_not_read="not-read" in marks,
        placeholder_texts=tuple(m.text for m in _open_fields(doc)),
        evidence=tuple(dict.fromkeys(proof)),
    )


def called_off(doc: Annotated) -> bool:
    """True when the note says that the procedure of this day was not done after all."""
    apart = _ELSEWHERE | {"plan", "history"}
    return any(m.value == "called-off" and m.section not in apart for m in doc.of("note-mark"))


def _has_procedure(doc: Annotated, procedures: tuple[Procedure, ...]) -> bool:
    if procedures:
        return True
    told = any(s.kind in {"description", "title", "preparation"} and len(s.body) for s in doc.sections)
    acts = doc.of("time-out", "sterile", "complication", "response", "consent")
    if any(m.value == "obtained" and _ticked(m) for m in acts) and any(
        m.kind == "complication" and m.section == "complications" and m.value in {"none", "stated"} for m in acts
    ):
        return True  # a form that answers for the consent and the complications is that of a procedure
    return any(m.kind in {"time-out", "sterile"} and m.value in {"done", "stated"} for m in acts) or (
        told and any(m.value in {"none", "stated", "tolerated", "obtained"} for m in acts)
    )


def _told_today(doc: Annotated, mention: Mention) -> bool:
    """False in lists of former troubles, and in a history that is set apart from the account of the procedure."""
    if mention.section in _ELSEWHERE:
        return False
    if mention.section != "history":
        return True
    apart = any(s.kind == "description" and s.heading.start > mention.span.start for s in doc.sections)
    sentence = doc.sentence_of(mention)
    return not apart and not _EARLIER.search(doc.text[sentence.start : sentence.end])


def _work_ends(doc: Annotated) -> int | None:
    """Where the last needle work of the note is told, or None when the note tells none."""
    work = Scene(doc).work
    if not work:
        touched = [m for m in doc.of("action", "needle") if m.section not in _NOT_NOW and m.status == "performed"]
        return touched[-1].span.end if touched else None
    acts = [m for m in doc.within(work[-1], "action", "drug") if m.status == "performed"]
    return acts[-1].span.end if acts else work[-1].start


def _afterwards(doc: Annotated, mention: Mention, ends: int | None) -> bool:
    """True for words told behind the needle work that are no plan, advice, condition or memory of an earlier day."""
    if ends is None or mention.span.start < ends or mention.section in _NOT_NOW:
        return False
    sentence = doc.sentence_of(mention)
    heard = doc.text[sentence.start : min(sentence.end, mention.span.end + _REACH)]
    return not _EARLIER.search(heard) and not _CONDITION.search(heard)


def _ticked(mention: Mention) -> bool:
    """False where only empty boxes stand by the words, or the ticked answer is a no ("Consent: [ ] yes [x] no")."""
    refused = "TICKED_NO" in mention.cues and mention.kind not in ("complication", "sedation")
    return "UNTICKED" not in mention.cues and not refused


def _consent(doc: Annotated) -> Iterator[Mention]:
    mentions = [m for m in doc.of("consent") if _ticked(m) and _told_today(doc, m)]
    for mention in mentions:
        before = doc.text[max(0, mention.span.start - 14) : mention.span.start]
        refused = _ANSWERED_NO.match(doc.text, mention.span.end)
        if mention.value == "obtained" and not refused and not _DENIED_BEFORE.search(before):
            yield mention
    yield from (m for m in mentions if m.value == "named" and _permitted(doc, m))
    for risks in (m for m in mentions if m.value == "risks"):
        if risks.section == "consent":
            yield risks
        for agreed in mentions:
            if agreed.value == "agreed" and 0 <= agreed.span.start - risks.span.end <= _AGREED_REACH:
                yield agreed


def _permitted(doc: Annotated, mention: Mention) -> bool:
    """True when the naming of a consent says that there was one."""
    if mention.section in _PERMISSION_NOT_HERE:
        return False
    for section in doc.sections:
        if section.heading.overlaps(mention.span):
            return bool(_ANSWERED.match(doc.text, section.body.start, section.body.end))
    sentence = doc.sentence_of(mention)
    before = doc.text[sentence.start : mention.span.start]
    after = doc.text[mention.span.end : sentence.end]
    if not (before + after).strip(" \t\r\n:.;,|-"):
        return after.strip().startswith(".")
    return not _VETO_BEFORE.search(before) and not _VETO_AFTER.match(after)


def _time_out(doc: Annotated) -> Iterator[Mention]:
    return (m for m in doc.of("time-out") if m.value == "done" and _ticked(m) and not _clock(doc, m))


def _clock(doc: Annotated, mention: Mention) -> bool:
    """True for the second of "Time in 10:00, time out 10:40"."""
    start = mention.span.start
    return bool(re.search(r"(?i)\btime in\b[^\n]{0,24}$", doc.text[max(0, start - 36) : start]))


def _sterile(doc: Annotated) -> Iterator[Mention]:
    return (m for m in doc.of("sterile") if m.value == "stated" and _told_today(doc, m) and _ticked(m))


def _complications(doc: Annotated) -> Iterator[Mention]:
    return (
        m
        for m in doc.of("complication")
        if m.value in {"none", "stated"} and m.section not in _NOT_A_COURSE and _told_today(doc, m) and _ticked(m)
    )


def _response(doc: Annotated) -> Iterator[Mention]:
    mentions = doc.of("response")
    hidden = [m.span for m in mentions if m.value == "other"]
    for mention in mentions:
        if any(span.overlaps(mention.span) for span in hidden):
            continue
        if mention.value in {"other", "afterwards"}:
            continue
        if mention.section in _NOT_AFTERWARDS and not _rated_after_work(doc, mention):
            continue
        if not _told_today(doc, mention) or not _ticked(mention):
            continue
        sentence = doc.sentence_of(mention)
        if mention.value == "relief" and _EARLIER.search(doc.text[sentence.start : mention.span.end]):
            continue
        yield mention
    yield from _relief_after(doc)
    for section in doc.sections:
        if section.kind == "response" and re.match(
            r"(?i)\W*(?:\w+ )?response", doc.text[section.heading.start : section.heading.end]
        ):
            yield from (m for m in doc.within(section.body, "pain-score", "percent"))


def _rated_after_work(doc: Annotated, mention: Mention) -> bool:
    """True for relief told beside a pain score that stands behind the needle work."""
    ends = _work_ends(doc) if mention.section == "pain" and mention.value == "relief" else None
    return ends is not None and mention.span.start >= ends


def _relief_after(doc: Annotated) -> Iterator[Mention]:
    """What the patient felt or did behind the needle work: less pain, numbness, a rating, a percentage."""
    ends = _work_ends(doc)
    hidden = [m.span for m in doc.of("response") if m.value == "other"]
    for mention in doc.of("response"):
        if any(span.overlaps(mention.span) for span in hidden) or not _ticked(mention):
            continue
        sentence = doc.sentence_of(mention)
        provoked = _PROVOKED.search(doc.text[sentence.start : sentence.end])
        if mention.value == "afterwards" and not provoked and _afterwards(doc, mention, ends):
            yield mention
    for mention in doc.of("pain-score", "percent"):
        sentence = doc.sentence_of(mention)
        words = doc.text[sentence.start : sentence.end]
        if _OXYGEN.search(doc.text[max(sentence.start, mention.span.start - 30) : mention.span.end + 14]):
            continue
        told = mention.kind == "pain-score" or _CHANGED.search(words)
        timed = {m.value for m in doc.within(sentence, "pain-timing")}
        if "pre" in timed and "post" not in timed and len(doc.within(sentence, "pain-score", "percent")) == 1:
            continue
        if told and _afterwards(doc, mention, ends) and not _PROVOKED.search(words):
            yield mention


def _disposition(doc: Annotated) -> Iterator[Mention]:
    ends = _work_ends(doc)
    for mention in doc.of("disposition"):
        if mention.value == "leaving" and not _afterwards(doc, mention, ends or 0):
            continue
        if _told_today(doc, mention) and _ticked(mention):
            yield mention
    for section in doc.sections:
        heading = doc.text[section.heading.start : section.heading.end]
        if section.kind == "disposition" and re.match(r"(?i)\W*dispo", heading):
            named = _NAMED_PLACE.match(doc.text, section.body.start, section.body.end)
            if named:
                place = Span(named.start(1), named.end(1))
                yield Mention("disposition", "headed", place, named.group(1), section="disposition")


def _open_fields(doc: Annotated) -> Iterable[Mention]:
    return [m for m in doc.of("placeholder") if not _is_rule(doc, m)]


def _indent(doc: Annotated, line_start: int) -> int:
    """Blanks before the first word of a line."""
    found = re.compile(r"\s*").match(doc.text, line_start)
    return found.end() - line_start if found else 0


def _is_rule(doc: Annotated, mention: Mention) -> bool:
    """True for a line of asterisks or underscores that only separates."""
    line_start = doc.text.rfind("\n", 0, mention.span.start) + 1
    line_end = doc.text.find("\n", mention.span.end)
    line = doc.text[line_start : line_end if line_end >= 0 else len(doc.text)].strip()
    if mention.value == "asterisks" and line.startswith("***") and line.endswith("***") and len(line) > 8:
        return True  # a heading set off by asterisks
    if mention.value == "asterisks" and any(
        at.start() <= mention.span.start - line_start - _indent(doc, line_start) < at.end()
        and _TITLE.match(at.group(1))
        for at in _SET_OFF.finditer(line)
    ):
        return True
    return mention.value in {"asterisks", "underscores"} and not re.search(r"[A-Za-z0-9]", line) and len(line) > 8


_SET_OFF = re.compile(r"(?:^|(?<=\s\s))\*{2,}[ \t]*([^*\n]{6,80}?)[ \t]*\*{2,}(?=\s|$)")
"""Words between two runs of asterisks at the head of a line."""
_TITLE = re.compile(r"(?!\d)(?:(?:[A-Z][\w'.&-]*|of|and|the|for|de|in|&|\d[\d/:-]*|-)[ ,:]*)+$")


_FINDERS: dict[str, Callable[[Annotated], Iterator[Mention]]] = {
    "consent": _consent,
    "time_out": _time_out,
    "sterile_technique": _sterile,
    "complications_stated": _complications,
    "response_stated": _response,
    "disposition_stated": _disposition,
}
