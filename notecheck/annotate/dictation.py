"""What a voice leaves in a dictated note: stops spoken as words, and words taken back ("left, correction, right").

Both are changes of the text before reading, in the way of spelling.py: every offset leads back to the note as written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Change = tuple[int, int, str]

_LINE = re.compile(r"\b(?:new|next) (?:paragraph|line)\b", re.IGNORECASE)
_COMMA = re.compile(r"(?<=[A-Za-z0-9%)]) comma(?=\s|$)", re.IGNORECASE)
_PERIOD = re.compile(
    r"(?<=[A-Za-z0-9%)])(?<!\bthe)(?<!\ba)(?<!this)(?<!that)(?<!same)(?<!time)(?<!week)(?<!month)(?<!year)(?<!day)"
    r"(?<!hour)(?<!minute)(?<!recovery)(?<!observation)(?<!follow-up)(?<!operative)(?<!trial)(?<!monitoring)"
    r" period(?! (?:of|for|during|lasting)\b)(?=\s|$)",
    re.IGNORECASE,
)
_SPOKEN = (
    (re.compile(r"[ ,]*\b(?:new|next) paragraph\b[ .,]*", re.IGNORECASE), "\n\n"),
    (re.compile(r"[ ,]*\b(?:new|next) line\b[ .,]*", re.IGNORECASE), "\n"),
    (_PERIOD, "."),
    (_COMMA, ","),
    (re.compile(r"(?<=[A-Za-z])(?<!transverse)(?<!sigmoid)(?<!the) colon(?= )", re.IGNORECASE), ":"),
    (re.compile(r"\bopen paren(?:thesis|theses)? ", re.IGNORECASE), "("),
    (re.compile(r" close paren(?:thesis|theses)?\b", re.IGNORECASE), ")"),
)
_LABEL_DOTS = re.compile(r"(?<=[\w)])[ \t]*\.{3,}[ \t]*:")
_GLUED = re.compile(r"(?<=[A-Z]{4})(?=(?:PRE|POST)-?(?:PROCEDURE|OPERATIVE|OP) (?:DIAGNOS[IE]S|DX)\s*:)")
_LEADER = re.compile(r"(?<=[\w%)]) ?\.{4,} ?(?=(?P<amount>\d)|[A-Za-z\[])")
_FEW = 3
"""Spoken commas and periods that make a note one of spoken stops; one new paragraph is enough."""

_JOINED = re.compile(r"(?:(?<=\b[CTLS]\d)|(?<=\bT1\d)) (?:dash|hyphen|slash) (?=[CTLS]?\d)", re.IGNORECASE)
"""The sign between two levels, spoken."""

_NUMBER = (
    r"\d+(?:\.\d+)?|\.\d+|(?:zero |one |two )?point (?:two five|seven five|five|two)|half a|"
    r"(?:one|two|three|four|five|six"
    r"|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|eighty)(?: and a half|[- ](?:one|two"
    r"|three|four|five|six|seven|eight|nine))?"
)
_KINDS = {
    "side": r"\b(?:left|right|bilateral|both sides)(?:[- ]sided?)?\b(?! after\b| away\b| now\b)",
    "level": r"\b[CTLS]-?\d{1,2}(?:\s?[-/\u2010-\u2015]\s?[CTLS]?\d{1,2})?\b(?!\.\d)",
    "mass": rf"(?<![\w.])(?:{_NUMBER})[ -]?(?:mgs?|milligrams?)\b(?! ?/| per)",
    "volume": rf"(?<![\w.])(?:{_NUMBER})[ -]?(?:m[lL]'?s?|cc'?s?|milliliters?)\b",
    "strength": rf"(?<![\w.])(?:{_NUMBER}|a quarter|one[- ]quarter|a half|one[- ]half)[ -]?(?:percent\b|%)",
    "gauge": r"(?<![\w.])(?:\d{2}|(?:twenty|eighteen|thirty)(?:[- ](?:two|five|seven|six|three))?)[ -]?gauge\b",
    "rating": r"(?<![\w./])(?:\d{1,2}|zero|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(?: out of (?:10|ten)|\s?/\s?10)\b",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{words})" for kind, words in _KINDS.items()), re.IGNORECASE)
_TAKEN_BACK = re.compile(
    r"[\s,.;:(\u2013\u2014-]{1,4}"
    r"(?:(?:i'?m |i am )?sorry|excuse me|pardon me|(?:dictation )?correction(?! (?:of|factor|for|by|osteotomy))"
    r"|(?:please )?(?:strike|scratch|delete|disregard|cancel) that|i (?:mean|meant)|i should say|i misspoke"
    r"|or rather|let me (?:correct|rephrase) that|(?:no,? |wait,? )*(?:make that|i (?:meant|mean) to say)|wait,? no)\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:[\s,.;:)(-]|\u2013|\u2014|\b(?:that|this|it|should|be|is|was|to|the|a|an|on|in|at|of|for|with|actually|correct|say"
    r"|read|make|sorry|correction|strike|scratch|no|her|his|patient's|about)\b)*",
    re.IGNORECASE,
)
_BACK = 48  # characters from the word taken back to the cue
_AGAIN = re.compile(r"[.!?]\s", re.IGNORECASE)


def changes(text: str) -> Iterator[Change]:
    """(start, end, words instead): spoken stops written as signs, words taken back left out, rows of dots that lead
    from a name to its amount written as a comma, to its words as a dash, those before a colon left out; headings glued
    to a title put on a line of their own."""
    for match in _LABEL_DOTS.finditer(text):
        yield match.start(), match.end(), ":"
    for match in _GLUED.finditer(text):
        yield match.start(), match.end(), "\n"
    for match in _LEADER.finditer(text):
        yield match.start(), match.end(), ", " if match["amount"] else " - "
    if _LINE.search(text) or len(_COMMA.findall(text)) + len(_PERIOD.findall(text)) >= _FEW:
        for pattern, sign in _SPOKEN:
            for match in pattern.finditer(text):
                yield match.start(), match.end(), sign
    for match in _JOINED.finditer(text):
        yield match.start(), match.end(), "-"
    yield from _taken_back(text)


def _taken_back(text: str) -> Iterator[Change]:
    """Of "L4-5, correction, L5-S1" only the second stays; both must be of one kind: side, level, amount, rating."""
    last = 0
    for cue in _TAKEN_BACK.finditer(text):
        gap = _BETWEEN.match(text, cue.end())
        new = _TOKEN.match(text, gap.end() if gap else cue.end())
        if new is None or cue.start() < last:
            continue
        before = _TOKEN.finditer(text, max(last, cue.start() - _BACK), cue.start())
        old = [m for m in before if m.lastgroup == new.lastgroup]
        if not old or _AGAIN.search(text, old[-1].end(), cue.start()):
            continue
        yield old[-1].start(), new.end(), new.group()
        last = new.end()
