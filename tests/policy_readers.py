"""Numbers of the policy data that a check of its own compares: minutes, days, shares. Both sides of each, through that check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta

from policy_cases import PLACES, Held, NoMeasure

from notecheck.checks.base import Case
from notecheck.checks.registry import CHECKS
from notecheck.policy.book import Book
from notecheck.policy.coverage_words import Threshold
from notecheck.records import Claim, ClaimLine, Facts, Integrity, Procedure, Suggested, Visit

Answers = tuple[bool, bool]
Reader = Callable[[Book, Held, Threshold], Answers]


def _fires(book: Book, held: Held, code: str, note: Facts, lines: tuple[ClaimLine, ...], *chart: Facts) -> bool:
    payer = held.topic.payer if held.topic.payer != "any" else "medicare"
    claim = Claim(lines=lines, payer=payer, date_of_service=held.day.isoformat(), place_of_service="11")
    check = next(check for check in CHECKS if check.code == code)
    return bool(list(check().find(Case(note, book, held.day, Suggested(), claim, chart))))


def _visit(**fields: object) -> Facts:
    return Facts("made", visit=Visit(present=True, separate=True, **fields), places=PLACES)  # type: ignore[arg-type]


def _visit_minutes(book: Book, held: Held, threshold: Threshold) -> Answers:
    lines = (ClaimLine(threshold.key),)
    short, enough = (_visit(total_minutes=threshold.number - less) for less in (1, 0))
    return _fires(book, held, "EMV001", short, lines), _fires(book, held, "EMV001", enough, lines)


def _visit_data(book: Book, held: Held, threshold: Threshold) -> Answers:
    """Items of data as the second element beside a high problem and a minimal risk."""
    lines = (ClaimLine({"low": "99213", "moderate": "99214"}[threshold.key]),)
    answers = []
    for count in (int(threshold.number) - 1, int(threshold.number)):
        note = _visit(problems=("threat",), risk="minimal", data=("test-ordered",) * count)
        answers.append(_fires(book, held, "EMV001", note, lines))
    return answers[0], answers[1]


def _prolonged(book: Book, held: Held, threshold: Threshold) -> Answers:
    table = dict(held.value.value)  # type: ignore[arg-type]
    pair = next(k for k in table if "-" in k) if threshold.key == "step" else threshold.key
    add_on, visit = pair.split("-")
    units = 2 if threshold.key == "step" else 1
    asked = table[pair] + (threshold.number if units == 2 else 0)
    lines = (ClaimLine(visit), ClaimLine(add_on, units=units))
    # where sources differ by a minute, the minute itself is still asked about
    enough = asked + (1 if add_on in table["minute_more"] else 0)
    short = _visit(total_minutes=asked - 1)
    return _fires(book, held, "EMV004", short, lines), _fires(book, held, "EMV004", _visit(total_minutes=enough), lines)


def _month(book: Book, held: Held, threshold: Threshold) -> Answers:
    table = dict(held.value.value)  # type: ignore[arg-type]
    further = threshold.key == "further"
    lines = (ClaimLine("G3002"), ClaimLine("G3003")) if further else (ClaimLine("G3002"),)
    asked = table["first"] + (table["further"] if further else 0)
    short, enough = (_visit(physician_minutes=asked - less) for less in (1, 0))
    return _fires(book, held, "CPM001", short, lines), _fires(book, held, "CPM001", enough, lines)


def _late(book: Book, held: Held, threshold: Threshold) -> Answers:
    answers = []
    for delay in (threshold.number + 1, threshold.number):
        signed = (held.day + timedelta(days=delay)).isoformat()
        note = Facts(
            "made",
            integrity=Integrity(dates_of_service=(held.day.isoformat(),), signature_date=signed),
            places=PLACES,
        )
        answers.append(_fires(book, held, "DOC016", note, ()))
    return answers[0], answers[1]


def _cloned(book: Book, held: Held, threshold: Threshold) -> Answers:
    answers = []
    for alike in (round(threshold.number * 1000), round(threshold.number * 1000) - 1):
        done = (Procedure("trigger-point"),)
        first = Facts("one", procedures=done, shingles=frozenset(range(1000)), places=PLACES)
        second = Facts("two", procedures=done, shingles=frozenset(range(alike)), places=PLACES)
        answers.append(_fires(book, held, "DOC009", first, (), second))
    return answers[0], answers[1]


READERS: Mapping[tuple[str, str], Reader] = {
    ("visits", "minutes"): _visit_minutes,
    ("visits", "data"): _visit_data,
    ("visits", "prolonged"): _prolonged,
    ("chronic-pain-management", "minutes"): _month,
    ("note-integrity", "late-signature"): _late,
    ("note-integrity", "cloned-share"): _cloned,
}


def both_answers(book: Book, held: Held, threshold: Threshold) -> Answers:
    """Whether the check fires just short of the number, and at it. Raises NoMeasure for a number of a new kind."""
    reader = READERS.get((held.topic.topic, held.requirement.slug))
    if reader is None:
        raise NoMeasure(f"{held.name}: no boundary test for its number '{threshold.key}'")
    return reader(book, held, threshold)
