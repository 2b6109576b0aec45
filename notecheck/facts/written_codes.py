"""Procedure and diagnosis codes that the note itself prints."""

from __future__ import annotations

import re

from notecheck.records import Annotated, Evidence, Mention, Span, WrittenCode

_LABEL_REACH = 90
_BRACKETED = re.compile(r"[([]\s*$")
_UNITS = re.compile(r"\s?(?:[x\u00d7]\s?(?P<times>\d{1,3})|[,(:-]?\s?(?P<units>\d{1,3})\s?units?)\b", re.IGNORECASE)
_NOT_NOW = frozenset({"plan", "past-records", "past-history", "instructions", "family-history"})
_DIAGNOSTIC = frozenset({"diagnosis", "assessment", "codes"})


def find(doc: Annotated) -> tuple[WrittenCode, ...]:
    """CPT, HCPCS, ICD-10-CM and ICD-9-CM codes in text order, with the modifiers printed after them.

    A bare number is a code only under a heading of codes, after a word such as CPT or charges, in brackets, or with a
    modifier; zip codes, record and lot numbers are not.
    """
    found: dict[tuple[str, str, tuple[str, ...]], WrittenCode] = {}
    for mention in doc.of("written-code"):
        code = mention.groups.get("code") or mention.groups.get("code2") or ""
        system = mention.value
        if not code or _numbered(doc, mention):
            continue
        if system == "cpt" and not _is_procedure(doc, mention, code):
            continue
        if system == "hcpcs" and not _is_supply(doc, mention, code):
            continue
        if system == "icd10" and not _is_diagnosis(doc, mention):
            continue
        if system == "icd9" and not _is_old_diagnosis(doc, mention):
            continue
        if system not in {"cpt", "hcpcs", "icd10", "icd9"}:
            continue
        modifiers = tuple(re.findall(r"[A-Z0-9]{2}", mention.groups.get("mods", "")))
        proof = Evidence(
            mention.span.start, mention.span.end, mention.text, "written_codes", code.upper(), mention.rule
        )
        key = (system, code.upper(), modifiers)
        done = mention.status == "performed" and mention.section not in _NOT_NOW
        if key not in found or (done and not found[key].done):
            found[key] = WrittenCode(system, code.upper(), modifiers, proof, _units(doc, mention), done)
    return tuple(found.values())


def icd10_mentions(doc: Annotated) -> tuple[Mention, ...]:
    """Printed ICD-10-CM codes as mentions, so that the words beside them can be read."""
    return tuple(
        m for m in doc.of("written-code") if m.value == "icd10" and not _numbered(doc, m) and _is_diagnosis(doc, m)
    )


def _units(doc: Annotated, mention: Mention) -> float | None:
    """The number of units printed right after a procedure code, as in ``x2`` or ``, 2 units``."""
    after = _UNITS.match(doc.text, mention.span.end)
    return float(after["times"] or after["units"]) if after and mention.value in ("cpt", "hcpcs") else None


def _labelled(doc: Annotated, mention: Mention) -> bool:
    """True under a heading of codes, or after a word for codes on the same line with only codes between."""
    if mention.section == "codes":
        return True
    for label in doc.of("written-code"):
        if label.value != "label" or not 0 <= mention.span.start - label.span.end <= _LABEL_REACH:
            continue
        between = doc.text[label.span.end : mention.span.start]
        if "\n" not in between and re.fullmatch(
            r"(?:[\s:;,#()/.&+-]|and|x|times|units?|for|with|is|are|was|as|one|two|three|four|five|[A-Z0-9.]{1,8}(?![a-z]))*",
            between,
        ):
            return True
    return False


def _numbered(doc: Annotated, mention: Mention) -> bool:
    """True when a word such as MRN or lot says that the number is no code."""
    before = Span(max(0, mention.span.start - 24), mention.span.start)
    for label in doc.of("written-code"):
        near = label.value == "number-label" and before.start <= label.span.start and label.span.end <= before.end
        if near and re.fullmatch(r"[\s:#.=-]*(?:[A-Z]{2,3}\s)?", doc.text[label.span.end : before.end]):
            return True
    return bool(re.search(r"#\s*$", doc.text[before.start : before.end]))


def _is_procedure(doc: Annotated, mention: Mention, code: str) -> bool:
    if _labelled(doc, mention):
        return True
    if not re.match(r"[0-9]", code) or code.startswith("00"):
        return False
    if re.search(r"[A-Z]", mention.groups.get("mods", "")):
        return True
    bracket = _BRACKETED.search(doc.text[max(0, mention.span.start - 3) : mention.span.start])
    closed = re.match(r"\s*[,)\];x]", doc.text[mention.span.end : mention.span.end + 3])
    return bool(bracket and closed) and code[0] in "269"


def _is_supply(doc: Annotated, mention: Mention, code: str) -> bool:
    return _labelled(doc, mention) or (code[0] in "JGQ" and mention.span.start > 0)


def _is_diagnosis(doc: Annotated, mention: Mention) -> bool:
    if "code" in mention.groups:
        return True
    # Three to seven characters without a point may be a level, a room or a vitamin.
    code = mention.groups.get("code2", "")
    bracket = _BRACKETED.search(doc.text[max(0, mention.span.start - 3) : mention.span.start])
    if re.fullmatch(r"[CTLS]\d{1,2}", code):
        return mention.section == "codes"
    return mention.section in _DIAGNOSTIC and bool(bracket or mention.section == "codes" or _labelled(doc, mention))


def _is_old_diagnosis(doc: Annotated, mention: Mention) -> bool:
    return mention.section in _DIAGNOSTIC or _labelled(doc, mention)
