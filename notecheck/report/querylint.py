"""The wording of queries: leading words, money, codes, lists that offer one answer only."""

from __future__ import annotations

import re
from dataclasses import dataclass

from notecheck.policy.queries import Forbidden, Wording, wording

_BOX = re.compile(r"^\s*(?:[-*]\s*)?[\[(]\s*[xX ]?\s*[\])]\s*(?P<answer>.+)$")
_TICKED = re.compile(r"^\s*(?:[-*]\s*)?[\[(]\s*[xX]\s*[\])]")
_QUOTE = re.compile(r"^\s*>|\"[^\"\n]*\"")
_BLANK = re.compile(r"(?:\\?_){2,}|\.{4,}")
_FILLED_FIELDS = re.compile(r"(?i)^(?:date|time|author|signature|clarification|reason)[^:\n]*:(?P<content>.*)$")


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of wording: ``line`` counts from 1, ``words`` are the words in question (never more than the match)."""

    line: int
    rule: str
    says: str
    words: str


def lint(text: str) -> tuple[Fault, ...]:
    """Every fault of a query or of a template for one, in the order of the text.

    Words between quote marks or after ``>`` quote the record and are not judged: the record may say anything. Boxes are
    lines such as ``[ ] left``; a run of them is one list of answers.
    """
    rules = wording()
    faults: list[Fault] = []
    boxes: list[tuple[int, str]] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        own = _QUOTE.sub(" ", line) if not line.lstrip().startswith(">") else ""
        for forbidden in rules.forbidden:
            faults += [Fault(number, forbidden.rule, forbidden.says, words) for words in _matches(forbidden, own)]
        box = _BOX.match(line)
        if box:
            boxes.append((number, box["answer"].strip().lower()))
            if _TICKED.match(line):
                faults.append(Fault(number, "ticked", "a query leaves every box open", box["answer"].strip()))
        elif boxes and line.strip() and not line.startswith((" ", "\t")):
            faults += _list_faults(boxes, rules)
            boxes = []
        filled = _FILLED_FIELDS.match(line.strip())
        if filled and filled["content"].strip() and not _BLANK.search(filled["content"]):
            says = "an addendum is filled in by its author"
            faults.append(Fault(number, "filled", says, filled["content"].strip()))
    faults += _list_faults(boxes, rules)
    return tuple(sorted(faults, key=lambda fault: fault.line))


def _matches(forbidden: Forbidden, line: str) -> list[str]:
    found = []
    for word in forbidden.words:
        pattern = re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+")
        found += [m.group() for m in re.finditer(rf"(?<!\w){pattern}(?!\w)", line, re.IGNORECASE)]
    for pattern in forbidden.patterns:
        found += [m.group() for m in re.finditer(pattern, line)]
    return found


def _list_faults(boxes: list[tuple[int, str]], rules: Wording) -> list[Fault]:
    if not boxes:
        return []
    answers = [answer for _, answer in boxes]
    offers = [word for offer in rules.must_offer for word in offer.words]
    clinical = [a for a in answers if not any(a.startswith(word) for word in offers)]
    line = boxes[0][0]
    if not clinical and len(answers) == 1 and any(answers[0].startswith(w) for w in rules.must_offer[-1].words):
        return []
    faults = [
        Fault(line, offer.rule, offer.says, answers[0])
        for offer in rules.must_offer
        if not any(answer.startswith(word) for answer in answers for word in offer.words)
    ]
    if len(clinical) < rules.least_options:
        faults.append(Fault(line, "single-choice", "a list offers at least two clinical answers", answers[0]))
    return faults
