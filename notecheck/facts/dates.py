"""Dates of service, and who signed the note and when."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass

from notecheck.records import Annotated, Evidence, Mention, Span

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_LABEL_REACH = 40
_HEAD = 420  # characters in which an unlabelled date is the date of the note
_TAIL = 260  # characters at the end in which a bare name with credentials is a signature
_SIGNED_REACH = 90
_FIRST_YEAR = 1980

_NAME = (
    r"(?:(?:[Dd][Rr]\.?[ \t]+)?(?P<name>(?:[A-Z]\.|[A-Z][\w'\u2019-]*)(?:[ \t]+(?:[A-Z]\.|[A-Z][\w'\u2019-]*)){0,3}?"
    r"[ \t]+[A-Z][\w'\u2019-]+)|(?m:^)[a-z]+(?:[ \t][a-z][\w'\u2019-]*){1,3}(?=,))[ \t]*,?[ \t]+"
    r"(?P<cred>M\.?D\.?|D\.?O\.?|N\.?P\.?|P\.?A\.?(?:-?C)?|A\.?P\.?R\.?N\.?|CRNA|FNP(?:-?BC|-?C)?|DNP|DPM"
    r"|D\.?C\.?|Ph\.?D\.?"
    r"|MBBS|PsyD|(?<=,\s)(?:m\.?d\.?|d\.?o\.?|np|pa-c|pa))(?![A-Za-z])"
)
_SIGNER = re.compile(_NAME)
_NOT_SIGNER = re.compile(
    r"(?i)\b(?:surgeon|attending|referring|ref|primary care|pcp|physician|provider|assistant"
    r"|an(?:a)?esthesiologist|examin\w+"
    r"|cc|copy to|read by|supervis\w+|requested by|consult\w*|dear|dictated(?: for)?|transcribed|clinician"
    r"|operator)\s*(?:by)?\s*[:,]"
    r"|\bdear\b|\b(?:dictated|read|referred|seen|ordered) by\b"
)
_UNREAD = re.compile(r"(?i)\bnot\b|n't\b|\bun(?:read|signed|reviewed)\b|\bawait|\bpending\b")
_DICTATOR = re.compile(r"(?i)(?:d|dict|dictated(?: and (?:reviewed|read|approved|signed))?(?: by)?)\s*:?")
"""Before the name that closes a transcript; a line of the typist may follow."""
_OPENING = re.compile(
    r"(?i)^(?:by|electronically|signed|authenticated|e-?sign\w*|and|attested|performed|dictated|digitally)\s+"
)


@dataclass(frozen=True, slots=True)
class Signing:
    """Who signed, as written, and the ISO date beside it; each None when not stated."""

    name: str | None = None
    date: str | None = None


def iso(mention: Mention) -> str | None:
    """The calendar date of a ``date`` mention as ISO text, or None when it is a label or no real day."""
    parts = mention.groups
    if "d" not in parts or "y" not in parts:
        return None
    year = int(parts["y"].lstrip("'"))
    if year < 100:
        year += 2000 if year < 60 else 1900
    month = _MONTHS.index(parts["mon"][:3].lower()) + 1 if "mon" in parts else int(parts["m"])
    try:
        return datetime.date(year, month, int(parts["d"])).isoformat()
    except ValueError:
        return None


def of_service(doc: Annotated) -> tuple[str, ...]:
    """ISO dates of service: labelled ones; else the first unlabelled date of the heading; else the dated rows."""
    labelled: list[str] = []
    bare: list[str] = []
    signed = _signature_spans(doc)
    for mention in doc.of("date"):
        day = iso(mention)
        if day is None or int(day[:4]) < _FIRST_YEAR or any(s.contains(mention.span) for s in signed):
            continue
        label = _label(doc, mention)
        if label == "label-service":
            labelled.append(day)
        elif label is None and mention.span.start <= _HEAD and _in_heading(doc, mention):
            bare.append(day)
    rows = _dated_rows(doc)
    if labelled:
        return tuple(dict.fromkeys((*labelled, *rows)))
    if bare and not rows:
        return (bare[0],)
    return tuple(dict.fromkeys((*bare[:1], *rows)))


def born(doc: Annotated) -> tuple[str, Mention] | None:
    """ISO date of birth and its mention, where a label says so."""
    for mention in doc.of("date"):
        day = iso(mention)
        if day is None:
            continue
        before = doc.text[max(0, mention.span.start - 24) : mention.span.start]
        if re.search(r"(?i)(?:\bd\.?o\.?b\.?|\bborn|birth(?: ?date)?|date of birth)[\s:|on]*$", before):
            return day, mention
    return None


def signing(doc: Annotated) -> Signing:
    """The signer and the day of signing."""
    for span in _signature_spans(doc):
        line = _line(doc, span)
        day = next((iso(m) for m in doc.within(Span(span.start, line.end), "date") if iso(m)), None)
        if day is None:
            day = next((iso(m) for m in doc.within(line, "date") if iso(m)), None)
        name = _name_in(doc, line) or _name_before(doc, line)
        if name or day:
            return Signing(name, day)
    closing = _closing_name(doc)
    if closing:
        line = _line(doc, closing)
        day = next((iso(m) for m in doc.within(line, "date") if iso(m)), None)
        return Signing(_clean(doc.text[closing.start : closing.end]), day)
    return Signing()


def signature_evidence(doc: Annotated) -> Iterator[Evidence]:
    """Words that authenticate the note: an e-signature line, else a named signer with credentials that closes it."""
    spans = _signature_spans(doc)
    for span in spans:
        line = _line(doc, span)
        yield doc.quote(Span(span.start, min(line.end, span.end + 60)), "signature")
    if not spans and not any(m.value == "none" for m in doc.of("signature")):
        closing = _closing_name(doc)
        if closing:
            yield doc.quote(closing, "signature")


def _signature_spans(doc: Annotated) -> list[Span]:
    return [m.span for m in doc.of("signature") if m.value in {"e-signature", "signed-by"} and not _of_patient(doc, m)]


def _of_patient(doc: Annotated, mention: Mention) -> bool:
    """True when a patient, parent or witness signed a form, not the author the note."""
    around = doc.text[max(0, mention.span.start - 30) : mention.span.end + 30]
    return bool(
        re.search(r"(?i)\b(?:patient|consent|witness|guardian|parent|agreement|form)\b(?!.{0,12}\d)", around)
    ) and not (_SIGNER.search(doc.text[mention.span.start : mention.span.end + 60]))


def _closing_name(doc: Annotated) -> Span | None:
    start = max(0, len(doc.text.rstrip()) - _TAIL)
    line_start = doc.text.rfind("\n", 0, start) + 1 if start else 0
    best: Span | None = None
    for match in _SIGNER.finditer(doc.text, max(line_start, start)):
        begin = doc.text.rfind("\n", 0, match.start()) + 1
        before = doc.text[begin : match.start()]
        stop = max(before.rfind(". "), before.rfind("  "))
        lead = before[stop + 1 :].strip() if stop >= 0 else before.strip()
        rest = doc.text[match.end() :].strip()
        closes = bool(_DICTATOR.fullmatch(lead)) and not rest.partition("\n")[2] and not _UNREAD.search(rest)
        if (lead or _NOT_SIGNER.search(doc.text[begin : match.start() + 20])) and not closes:
            continue
        best = Span(match.start(), match.end())
    return best


def _name_in(doc: Annotated, line: Span) -> str | None:
    match = _SIGNER.search(doc.text[line.start : line.end])
    return _clean(match.group()) if match else None


def _name_before(doc: Annotated, line: Span) -> str | None:
    above = doc.text[: line.start].rstrip()
    begin = above.rfind("\n") + 1
    match = _SIGNER.search(above[begin:])
    if match and len(above[begin:]) < 80 and not _NOT_SIGNER.search(above[begin:]):
        return _clean(match.group())
    return None


def _clean(text: str) -> str:
    text = " ".join(text.split())
    while _OPENING.match(text):
        text = _OPENING.sub("", text)
    text = re.sub(r"(?i)^dr\.?\s+", "", text)
    return text if re.search(r"\.\w\.$", text) else text.rstrip(".")


def _line(doc: Annotated, span: Span) -> Span:
    begin = doc.text.rfind("\n", 0, span.start) + 1
    end = doc.text.find("\n", span.start)
    end = end if end >= 0 else len(doc.text)
    if span.start - begin > _SIGNED_REACH:
        begin = span.start - _SIGNED_REACH
    return Span(begin, max(span.end, min(end, span.end + 2 * _SIGNED_REACH)))


def _label(doc: Annotated, mention: Mention) -> str | None:
    """The label that stands right before the date, on the same line or in the same cell."""
    best: Mention | None = None
    for label in doc.of("date"):
        if not label.value.startswith("label") or label.span.end > mention.span.start:
            continue
        between = doc.text[label.span.end : mention.span.start]
        if (
            len(between) <= _LABEL_REACH
            and re.fullmatch(r"[\s:|.,#-]*(?:(?:is|was|on|of|the|for)\s+)*", between) is not None
        ):
            best = label
    return best.value if best else None


def _in_heading(doc: Annotated, mention: Mention) -> bool:
    """True for a date on a heading line: short words around it, no sentence and no study it belongs to."""
    begin = doc.text.rfind("\n", 0, mention.span.start) + 1
    end = doc.text.find("\n", mention.span.end)
    line = doc.text[begin : end if end >= 0 else len(doc.text)]
    before = doc.text[begin : mention.span.start]
    if mention.section == "title" and re.search(r"(?i)\b(?:on|performed|done)\W*$", before):
        return True
    if re.search(
        r"(?i)\b(?:since|on|in|from|until|after|before|by|last|mri|ct|x-?ray|block|injection of|trial|exam date)\W*$",
        before,
    ):
        return False
    if not doc.text[:begin].strip() and not _TELLS.search(before):
        return True  # the note is one long line; the date stands in its first sentence, behind the name
    return len(line) < 130 or re.search(r"\s{2,}$|[|/]\s*$|^\s*$", before) is not None


_TELLS = re.compile(
    r"(?i)[.;!?]\s|\b(?:was|were|is|had|has|since|until|after|before|following|seen|prior|previous|last|ago|mri|ct|x-?ray|study"
    r"|surgery|fusion|born|dob|referred|presents?|returns?)\b"
)
"""Words before a date that make it another day than that of the note."""


def _dated_rows(doc: Annotated) -> tuple[str, ...]:
    """Dates that open rows of a monthly record: at least two lines that begin with a date and count minutes."""
    rows = []
    for mention in doc.of("date"):
        day = iso(mention)
        begin = doc.text.rfind("\n", 0, mention.span.start) + 1
        if day is None or doc.text[begin : mention.span.start].strip(" |-*"):
            continue
        end = doc.text.find("\n", mention.span.end)
        line = doc.text[mention.span.end : end if end >= 0 else len(doc.text)]
        if re.search(r"(?i)\b\d{1,3}\s?min|\|\s*\d{1,3}\b", line):
            rows.append(day)
    return tuple(rows) if len(rows) > 1 else ()
