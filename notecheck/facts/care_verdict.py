"""What a stretch of words says of a treatment, from the classes of words in it: no fixed phrases.

A good word that is denied is a failure ("made no difference"), a good word with a limit is partial ("an hour of
relief"), a side effect is not-tolerated, a word of present use is ongoing.
"""

from __future__ import annotations

import re

from notecheck.facts import cues
from notecheck.facts.quantities import in_weeks, number, unit_of

_CUES = cues.load("care_verdict")
_GOOD = _CUES["good"]
_CHANGE = _CUES["change"]
_DENY = _CUES["deny"]
_BAD = _CUES["bad"]
_LIMIT = _CUES["limit"]
_REACH = 7  # words between a denial and the word it denies
_LASTING = 4.0  # weeks of good effect that are more than a passing one
_STOP = re.compile(r"[.;:|]|,(?! (?:or|nor)\b)|\bbut\b|\bthough\b|\balthough\b", re.IGNORECASE)
_WORD = re.compile(r"[\w'\u2019/-]+")


def read(words: str) -> str | None:
    """The outcome slug that ``words`` say, or None when they say nothing of a result or of use."""
    text = _CUES["purpose"].sub(" ", words.replace("\u2019", "'"))
    if not text.strip() or _CUES["unreal"].search(text):
        return None
    if _CUES["harm"].search(text):
        return "not-tolerated"
    if _CUES["barred"].search(text):
        return "contraindicated"
    if _CUES["only-this"].search(text):
        return "helped"
    if _CUES["short-partial"].search(text):
        return "partial"
    if _CUES["short-failed"].search(text):
        return "failed"
    rest, denied = _without_denials(text)
    failed = denied or bool(_BAD.search(rest))
    good = bool(_GOOD.search(_BAD.sub(" ", rest)))
    limited = bool(_LIMIT.search(rest)) or _short(rest)
    if good and (failed or limited):
        return "partial"
    if failed:
        return "failed"
    if good:
        return "helped"
    if limited and _SAYS_EFFECT.search(rest):
        return "partial"
    return "ongoing" if _CUES["kept"].search(text) else None


_SAYS_EFFECT = re.compile(
    r"\b(?:g[ai]ve[sn]?|brought|provid\w+|bought|barely|hardly|scarcely|touch\w*|dull\w*|blunt\w*|numb\w*|edge|partial\w*|minimal\w*|"
    r"temporar\w+|transient\w*|brief\w*|wore|wears|returned|recurred|back|somewhat|some|slight\w*|modest\w*|fair|limited|mut\w+|soften\w*|knocked|"
    r"lasted|ok(?:ay)? for|good for)\b",
    re.IGNORECASE,
)


def _without_denials(text: str) -> tuple[str, bool]:
    """``text`` without its denied good words, and whether there was one."""
    kept, denied, at = [], False, 0
    for match in _DENY.finditer(text):
        if match.start() < at:
            continue
        stop = _STOP.search(text, match.end())
        scope = text[match.end() : stop.start() if stop else len(text)]
        words = list(_WORD.finditer(scope))[:_REACH]
        scope = scope[: words[-1].end()] if words else ""
        hits = [m for pattern in (_GOOD, _CHANGE) for m in pattern.finditer(scope)]
        if hits and not _LIMIT.match(text, match.start()):
            kept.append(text[at : match.start()])
            at, denied = match.end() + max(m.end() for m in hits), True
    kept.append(text[at:])
    return " ".join(kept), denied


def _short(text: str) -> bool:
    """True when the length of the good effect is named and is less than a month."""
    match = _CUES["weeks-of"].search(text)
    if match is None:
        return False
    count = 1.0 if match["count"].lower() in ("a", "an") else number(match["count"])
    unit = unit_of(match["span"])
    weeks = in_weeks(count, unit) if count is not None and unit else None
    return weeks is not None and weeks < _LASTING
