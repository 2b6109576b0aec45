"""Where the pain goes: radicular, axial, claudication, and what the note denies of these."""

from __future__ import annotations

import re

from notecheck.facts import cues
from notecheck.facts.clauses import clause_of, section_of
from notecheck.records import Annotated, Evidence, Mention

FIELD = "symptoms"
_SILENT_SECTIONS = {
    "consent", "instructions", "family-history", "codes", "plan", "past-history", "allergies", "description",
    "response",
    "complications", "past-records", "disposition", "time-out", "guidance", "contrast",
}  # fmt: skip
_CUES = cues.load("symptoms")
_DENIED = _CUES["denied"]
_BREAKS = _CUES["breaks"]
_DENIED_AFTER = _CUES["denied-after"]
_NAMES = {"radicular-pain": "no-radicular-pain", "down-limb": "no-radicular-pain", "claudication": "no-claudication"}


def find(doc: Annotated) -> tuple[tuple[str, ...], tuple[Evidence, ...]]:
    """Slugs in text order: radicular-pain, no-radicular-pain, axial-pain, axial-only, claudication, no-claudication."""
    found: list[tuple[str, Mention]] = []
    for mention in doc.of("symptom"):
        if section_of(doc, mention) in _SILENT_SECTIONS:
            continue
        denied = _denied(doc, mention)
        if denied and mention.value in _NAMES:
            found.append((_NAMES[mention.value], mention))
        elif not denied and mention.value == "axial-only":
            found += [("axial-pain", mention), ("axial-only", mention)]
        elif not denied and mention.value != "down-limb":
            found.append((mention.value, mention))
    slugs = list(dict.fromkeys(slug for slug, _ in found))
    evidence = [mention.evidence(FIELD, slug) for slug, mention in found]
    if (
        "axial-pain" in slugs
        and "no-radicular-pain" in slugs
        and "radicular-pain" not in slugs
        and "axial-only" not in slugs
    ):
        slugs.append("axial-only")
        evidence += [
            m.evidence(FIELD, "axial-only") for slug, m in found if slug in ("axial-pain", "no-radicular-pain")
        ]
    return tuple(slugs), tuple(evidence)


def _denied(doc: Annotated, mention: Mention) -> bool:
    """True when the nearest denial before the symptom reaches it, or one stands right behind it."""
    clause = clause_of(doc, mention)
    if _DENIED_AFTER.match(doc.text[mention.span.end : clause.end]):
        return True
    head = doc.text[clause.start : mention.span.start]
    if re.match(r"(?:below|beyond|past) ", mention.text, re.IGNORECASE):
        return bool(re.search(r"\b(?:none|not|no|never|nothing|without)\b[^.;,]{0,20}$", head, re.IGNORECASE))
    cues = list(_DENIED.finditer(head))
    if not cues:
        return False
    between = head[cues[-1].end() :]
    if len(between) > 70 or _BREAKS.search(between):
        return False
    if "," in between:
        listed = re.search(r"\b(?:or|nor)\b", between) or re.match(
            r"[\w\s,/-]{0,40}\b(?:or|nor)\b", doc.text[mention.span.end : clause.end]
        )
        return bool(listed)
    return True
