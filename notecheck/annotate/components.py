"""Our own pipeline steps: tokens that never straddle a glued heading, and a fast sentence splitter."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from notecheck.annotate.terms import GLUED_TITLES, HEADING_WORDS

_TOKEN = re.compile(
    rf"[^\W\d_]+?(?<=[a-zL])(?={GLUED_TITLES})|[A-Z]{{3,}}?(?={HEADING_WORDS})|[A-Z]{{2,}}(?=[A-Z][a-z])|"
    r"[^\W\d_]*[a-z](?=[A-Z]{2})|[^\W\d_]+|\d+|\s|.",
    re.DOTALL,
)


class FineTokenizer:
    """Splits text into runs of letters, runs of digits and single other characters.

    ``L4-5`` becomes five tokens and ``approach.ANESTHESIA`` three, so that every expression begins and ends on a
    token boundary. The text of the Doc is the text given, character for character; half of a broken character pair
    becomes U+FFFD, so that every offset stays true.
    """

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        spaces: list[bool] = []
        for match in _TOKEN.finditer(text):
            piece = match.group()
            if piece == " " and words and not spaces[-1]:
                spaces[-1] = True
                continue
            words.append("\ufffd" if "\ud800" <= piece <= "\udfff" else piece)
            spaces.append(False)
        return Doc(self.vocab, words=words, spaces=spaces)


_ABBREVIATION = re.compile(
    r"(?:\b(?:dr|mr|mrs|ms|vs|no|approx|fig|st|jr|sr|pt|pts|dept|inj|temp|resp|e\.g|i\.e|nn|jt|jts|"
    r"b\.i\.d|t\.i\.d|q\.d|q\.i\.d|q\.h\.s|q\.? ?\d{1,2} ?h|p\.o"
    r"|p\.r\.n|a\.m|p\.m|i\.v|i\.m|etc|incl|min|max|wt|ht|hx|dx|rx|tx|bilat|lat|med|inf|sup|post|ant|ga|lt|rt)|\b[A-Z])$",
    re.IGNORECASE,
)
_MAY_END = re.compile(
    r"\b(?:min|max|etc|p\.m|a\.m|p\.o|b\.i\.d|t\.i\.d|q\.d|p\.r\.n|i\.v|i\.m|hx|dx|rx|tx|wt|ht|bilat|lat|med|inf|sup|post|ant|"
    r"inj|temp|resp|pt|pts)$",
    re.IGNORECASE,
)
_STOP = re.compile(
    r"[.!?][\"')\]]*(?=\s|[A-Z]|$)|[.](?=\d+[.)]\s*[A-Z])|\n|(?<=[a-z)])(?=[A-Z]{3}[A-Z /&-]{0,40}:)"
    rf"|(?<=[A-Z]{{3}})(?=(?:{HEADING_WORDS})[A-Z /]{{0,20}}:)|(?<=[a-zL0-9\])%])(?={GLUED_TITLES})"
    r"|(?<=[A-Z]{3})(?=(?:The|This|Informed|After|Patient|Consent|Written|Verbal|With|Under|Following|Risks|In|On|He|She|Using)\b)|(?=\["
    r" ?[xX]?\])|\|"
)
_FULL_LINE = 56
"""A line shorter than this was not ended by the margin."""
_FIELD = re.compile(
    r"[ \t]*(?:(?:pre|post)[- ]?(?:op(?:erative)?|procedure)?[- ]?)?(?:dx|diagnos[ie]s|hpi|indications?|operation"
    r"|procedures?(?: performed)?(?:\(s\))?)\s?:",
    re.IGNORECASE,
)
_SIDE_IN_BRACKETS = re.compile(r"[ \t]*\((?:[lr]|left|right|bilat\w*)\)\s", re.IGNORECASE)
_DIAGNOSIS_FIELD = re.compile(r"[ \t]*[\w -]{0,16}(?:dx|diagnos[ie]s)\s?:", re.IGNORECASE)
_BEGINS = re.compile(
    r"[ \t]*(?:Following|After|The (?:patient|risks|skin|area)|Informed|Risks|Consent"
    r"|A (?:time|surgical|procedural|pause)|Patient|Pt|Using|Under|Verbal|Written|Correct)\b"
)
_NAME = re.compile(r"[ \t]*[A-Z]?[a-z]+ [A-Z]?[\w-]+, (?:M\.?D|D\.?O|m\.?d|d\.?o)\.?[ \t]*(?:\r?\n|$|- )")
_OF_TEN = re.compile(r"\b(?:out of|of|/)$", re.IGNORECASE)
_SIDE_LEADS = re.compile(r"[ \t]*(?:(?:Left|Right|Bilateral|LEFT|RIGHT|BILATERAL)\b|(?:Lt|Rt)\b\.?|B/L\b)")
_HELD_OPEN = 40
_OPEN_END = re.compile(
    r"(?:\b(?:from|with|of|the|an?|to|by|for|and|or|than|including|at|into|under|between|through"
    r"|[Pp]rior|[Pp]revious|[Pp]ast)|[&+])$"
)
"""A word that ends no sentence and no line of a list: the line goes on, whatever the next one begins with."""
_SHORT_END = re.compile(r"[ \t]*[A-Z]{2,6}s?\.[ \t]*(?:\r?\n|$)")
_SIDE_SHORT = re.compile(r"\b(?:lt|rt|bilat)\.$", re.IGNORECASE)
_LABEL = re.compile(
    r"[ \t]*(?:(?:pre|post)[- /]?(?:op)?[- /]?)?(?:dx|hx|cc|pmh|ind)\b|[ \t]*[a-z][a-z]+(?:[ /-][a-z]+)?:\s"
)
_WRAPPED_NEXT = re.compile(
    r"[ \t]*(?:[a-z(,;]|\.\d|-{1,2}>|\u2192"
    r"|\d+(?:\.\d+)?\s?(?:mg|ml|cc|gauge|percent|%|weeks?|months?|/10(?!/))\b)"
)
_LIST_ITEM = re.compile(
    r"[ \t]*(?:[-*\u2022o]\s|#\s?\d|\d{1,2}[.)]\s|\[[ xX]?\]|[A-Z][A-Z /&-]{1,40}:|[A-Z][A-Za-z /&-]{1,30}(?:\(s\))?:)"
)


def sentence_starts(text: str) -> Iterator[int]:
    """Character offsets at which a sentence begins, 0 first.

    A full stop ends a sentence when a blank, a capital or a list number follows, glued or not; a line end ends it
    unless the line was wrapped. Abbreviations, initials and decimals do not.
    """
    yield 0
    for match in _STOP.finditer(text):
        end = match.end()
        if match.group() == "|" and _in_table(text, match.start()):
            continue
        if match.group() == "\n":
            if line_wraps(text, match.start()):
                continue
        elif match.group().startswith(".") and _not_a_stop(text, match.start(), end):
            continue
        rest = re.match(r"\s*", text[end:])
        start = end + (rest.end() if rest else 0)
        if start < len(text):
            yield start


def _in_table(text: str, bar: int) -> bool:
    """True for a bar of a table: its line begins with one, or has as many bars as a line beside it and no label."""
    start = text.rfind("\n", 0, bar) + 1
    end = text.find("\n", bar)
    end = len(text) if end < 0 else end
    line = text[start:end]
    if line.lstrip(" \t").startswith("|"):
        return True
    count = line.count("|")
    if count < _TABLE_BARS or ":" in line:
        return False
    above = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)] if start else ""
    below = text[end + 1 : text.find("\n", end + 1) if "\n" in text[end + 1 :] else len(text)]
    return any(other.count("|") == count for other in (above, below))


_TABLE_BARS = 2


def _not_a_stop(text: str, dot: int, end: int) -> bool:
    before = text[max(0, dot - 12) : dot]
    follows = text[end : end + 1]
    if re.search(r"(?:^|[\n:.;])\s*(?:\d{1,2}|[IVX]{2,4})$", before):
        return True
    if _ABBREVIATION.search(before):
        if _MAY_END.search(before) and re.match(r"\s+[A-Z][a-z]", text[end : end + 4]):
            return False
        return not (re.search(r"[a-z]{2}$", before) and follows == "\n")
    return bool(re.search(r"\d$", before) and follows.isdigit())


def unwrapped(text: str) -> str:
    """The text with every wrapped line end as a blank: same length, so that expressions see words across lines."""
    if "\n" not in text:
        return text
    out = list(text)
    for match in re.finditer("\n", text):
        if line_wraps(text, match.start()):
            out[match.start()] = " "
            if match.start() and out[match.start() - 1] == "\r":
                out[match.start() - 1] = " "
    return "".join(out)


def line_wraps(text: str, newline: int) -> bool:
    """True when the line end at ``newline`` was made by wrapping and not by the writer."""
    end = newline + 1
    line_start = text.rfind("\n", 0, newline) + 1
    line = text[line_start:newline].rstrip()
    following = text[end : end + 60]
    if not line or following.startswith(("\n", "\r")) or not following.strip():
        return False
    if re.match(r"[ \t]*\d{1,3}\b(?!\))", following) and _OF_TEN.search(line):
        return True
    if _SHORT_END.match(following) and not line.endswith((".", ":", ";", "!", "?", "|")):
        return True
    if _SIDE_SHORT.search(line) and re.match(r"[ \t]*[a-z]", following):
        return True
    if line.endswith((".", ":", ";", "!", "?", "|")) or _LIST_ITEM.match(following):
        return False
    columns = re.search(r"\S {2,}\S", line) or re.match(r"[^\n.]{0,40}\S {3,}\S", text[end:])
    if columns and re.match(r"[ \t]*[A-Z0-9]", following):
        return False
    if _COLUMNS.search(line) and _COLUMNS.match(text, end):
        return False
    labelled = _FIELD.match(following) or (len(line) < _FULL_LINE and _LABEL.match(following))
    if labelled and not _OPEN_END.search(line):
        return False
    listed = _DIAGNOSIS_FIELD.match(line) or _LIST_ITEM.match(line)
    if _SIDE_IN_BRACKETS.match(following) and listed and not _OPEN_END.search(line):
        return False
    if (_FIELD.match(line) and _BEGINS.match(following)) or _NAME.match(following):
        return False
    if line.islower() and _without_capitals(text):
        return bool(_OPEN_END.search(line)) or _narrow(text, line_start, newline)
    if _WRAPPED_NEXT.match(following):
        return True
    if len(line) >= _HELD_OPEN and _OPEN_END.search(line):
        return True
    if _SIDE_LEADS.match(following) and not line.isupper():
        return False
    if _FULL <= len(line) <= _MARGIN and _narrow(text, line_start, newline):
        return not re.match(r"[ \t]*[A-Z]{3}", following)
    if len(line) <= 60 or re.match(r"[ \t]*[A-Z]{3}", following):
        return False
    # a margin that lets another line run further would have let the first word of the next line stand here
    room = len(line) + 1 + len(following.split(None, 1)[0])
    return _longest(text) <= room


_COLUMNS = re.compile(r"[^\n]*?[^\s.] {3,}\S")
"""Words parted by three blanks: two such lines are rows of a table, though the second begins with a small letter."""


_MARGIN = 90
_FULL = 44


def _narrow(text: str, line_start: int, newline: int) -> bool:
    """True for a line among others set to one margin, at which the first word of the next line had no room left."""
    first, last = line_start, newline
    while first > 0 and (above := text.rfind("\n", 0, first - 1) + 1) < first - 1 and first - 1 - above >= _FULL:
        first = above
    while (below := text.find("\n", last + 1)) > 0 and below - last - 1 >= _FULL:
        last = below
    widths = [len(row.rstrip()) for row in text[first:last].split("\n")]
    word = text[newline + 1 : newline + 61].split(None, 1)
    margin = max(widths)
    if newline - line_start > _WIDE and sum(width >= margin - _RAGGED for width in widths) < _LINES:
        return False
    return len(widths) >= _LINES and margin <= _MARGIN and newline - line_start + 1 + len(word[0]) > margin


_LINES = 3
_WIDE = 60
_RAGGED = 14
"""A long line was wrapped only among as many others that end as near the margin."""


@functools.lru_cache(maxsize=8)
def _longest(text: str) -> int:
    """Characters of the longest line."""
    return max(len(row.rstrip()) for row in text.split("\n"))


@functools.lru_cache(maxsize=8)
def _without_capitals(text: str) -> bool:
    return text.islower()


@Language.component("notecheck_sentences", assigns=["token.is_sent_start", "doc.sents"])
def split_sentences(doc: Doc) -> Doc:
    """Marks sentence starts; about as fast as tokenising."""
    starts = set(sentence_starts(doc.text))
    for token in doc:
        token.is_sent_start = token.idx in starts
    return doc
