"""What happens to a note on its way: case, glued lines, wraps, slips of the keyboard, confused letters of a scan.

Nothing here changes what a person reads: numbers, levels, sides and drug names keep their meaning.
"""

from __future__ import annotations

import re

from generator.draw import Draw

# words in which a slip is harmless
_SLIPS = {
    "procedure": ["procedrue", "proceedure", "procdure"], "patient": ["pateint", "patinet", "paitent"], "advanced": ["advnaced", "advaced"], "performed": ["perfomed", "preformed", "perfromed"],
    "injected": ["injeted", "injectd"], "tolerated": ["tolerted", "toleraed"], "complications": ["complicatons", "complicaitons"], "fluoroscopic": ["flouroscopic", "fluroscopic"], "fluoroscopy": ["flouroscopy", "fluoroscpy"],
    "sterile": ["steril", "sterlie"], "informed": ["infromed", "imformed"], "needle": ["needel", "neddle"], "epidural": ["epidual", "epidrual"], "radiculopathy": ["radiculopthy"], "guidance": ["guidence", "guidnace"],
    "therapy": ["thearpy", "therpay"], "lidocaine": ["lidocane"], "bupivacaine": ["bupivicaine", "bupivocaine"], "discharged": ["dischraged", "discharaged"], "without": ["witout", "wihtout"], "position": ["postion"], "physical": ["phsyical", "physcial"],
}  # fmt: skip
_DOSE = re.compile(r"\b(\d*)([01])(\d*)(?= ?(?:mg|mL|ml|cc)\b)")
_SACRUM = re.compile(r"\b(L5[-/])S1\b")


def apply(draw: Draw, text: str) -> tuple[str, list[str]]:
    """The note after its way, and the names of what happened."""
    done: list[str] = []
    if draw.chance(0.25):
        text = _slips(draw, text)
        done.append("slips")
    if draw.chance(0.08):
        text = _scan(draw, text)
        done.append("scan")
    kind = draw.weighted({"": 6, "upper": 0.8, "lower": 0.4, "wrapped": 1.2, "glued": 0.8, "blanks": 0.6, "crlf": 0.3})
    if kind == "upper":
        text = text.upper()
    elif kind == "lower":
        text = text.lower()
    elif kind == "wrapped":
        text = "\n".join(_wrap(line, draw.pick(60, 72, 80)) for line in text.split("\n"))
    elif kind == "glued":
        text = re.sub(r"(?<=[a-z)])\. (?=[A-Z][a-z])", lambda m: "." if draw.chance(0.25) else m.group(), text)
    elif kind == "blanks":
        text = re.sub(r"(?<=[a-z]) (?=[a-z])", lambda m: "  " if draw.chance(0.1) else " ", text)
    elif kind == "crlf":
        text = text.replace("\n", "\r\n")
    if kind:
        done.append(kind)
    return text, done


def _slips(draw: Draw, text: str) -> str:
    places = [m for m in re.finditer(r"[A-Za-z]+", text) if m.group() in _SLIPS]
    for match in sorted(draw.random.sample(places, min(len(places), draw.whole(1, 3))), key=lambda m: m.start(), reverse=True):
        text = text[: match.start()] + draw.of(_SLIPS[match.group()]) + text[match.end() :]
    return text


def _scan(draw: Draw, text: str) -> str:
    """One or two doses with O for 0 or l for 1, or ``L5-Sl``: read without doubt by a person."""
    if draw.chance(0.5) and _SACRUM.search(text):
        return _SACRUM.sub(r"\1Sl", text, count=1)
    found = [m for m in _DOSE.finditer(text) if m.group(1) or m.group(3)]
    for match in reversed(found[: draw.whole(1, 2)]):
        digit = {"0": "O", "1": "l"}[match.group(2)]
        text = text[: match.start(2)] + digit + text[match.end(2) :]
    return text


def _wrap(line: str, width: int) -> str:
    out, rest = [], line
    while len(rest) > width and " " in rest[:width]:
        cut = rest.rindex(" ", 0, width)
        out.append(rest[:cut])
        rest = rest[cut + 1 :]
    return "\n".join([*out, rest])
