"""Codes as a coder types them, in one line: ``64483-RT 64484-RT J1100x10 M54.16``. Read, judged at once, completed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from notecheck.errors import InputError
from notecheck.policy.book import Book
from notecheck.policy.icd10 import dotted
from notecheck.read.claims import claim_from_dict, short_line

LONGEST = 2000
MOST = 12
_BREAK = re.compile(r"[\s,;]+")
_POINTED = re.compile(r"(?P<line>[^:]+):(?P<letters>[A-L]{1,12})", re.IGNORECASE)
_DIAGNOSIS = re.compile(r"[A-Z]\d[0-9A-Z](?:\.?[0-9A-Z]{1,4})?", re.IGNORECASE)
Kind = Literal["line", "diagnosis"]


@dataclass(frozen=True, slots=True)
class Token:
    """One typed word: what it is, what it is called in short words, and what is wrong with it (or nothing).

    A ``refused`` word cannot stand on a claim; any other fault is for the checks to judge.
    """

    text: str
    kind: Kind
    label: str
    problem: str = ""
    refused: bool = False

    def to_dict(self) -> dict[str, object]:
        return {
            "text": self.text,
            "kind": self.kind,
            "label": self.label,
            "problem": self.problem,
            "refused": self.refused,
        }


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to finish a typed word."""

    code: str
    label: str
    kind: Kind

    def to_dict(self) -> dict[str, str]:
        return {"code": self.code, "label": self.label, "kind": self.kind}


def claim_data(typed: str, book: Book) -> dict[str, Any]:
    """The lines of a typed claim in the claim format.

    A line may end in a colon and the letters of its diagnoses in the order typed, as in box 24E of the paper form:
    ``64483-RT:A 20610-LT:B M54.16 M17.12``. A line without letters has every diagnosis. Raises InputError NC-I33 for a
    word that is no line, NC-I40 for diagnoses without a line, NC-W24 for a letter without a diagnosis.
    """
    words = _words(typed)
    diagnoses = _diagnoses_of(words, book)
    lines = [_line(word, diagnoses) for word in words if not is_diagnosis(word, book)]
    if diagnoses and not lines:
        raise InputError(
            "NC-I40", "a diagnosis needs a procedure code", where="codes", next_step="Type the billed line before it."
        )
    return {"lines": lines}


def judged(typed: str, book: Book, on: date) -> tuple[Token, ...]:
    """Every word with its label and its fault, as it is typed."""
    words = _words(typed)
    diagnoses = _diagnoses_of(words, book)
    return tuple(_token(word, diagnoses, book, on) for word in words)


def completions(word: str, book: Book, on: date) -> tuple[Completion, ...]:
    """Codes that begin with what is typed, else those whose label holds it; those in force on the day first."""
    wanted = word.strip().lower()
    if not wanted or len(wanted) > 40:
        return ()
    found = [c for c in _codes(book, on) if c.code.lower().startswith(wanted)]
    if re.match(r"[a-z]\d", wanted):
        found += _diagnoses(wanted, book)
    elif len(wanted) > 2 and not found:
        found = [c for c in _codes(book, on) if wanted in c.label.lower()]
    return tuple(found[:MOST])


def is_diagnosis(word: str, book: Book) -> bool:
    """True for a diagnosis code; a word that could be either is one of ours where the tables hold it."""
    if not _DIAGNOSIS.fullmatch(word):
        return False
    if "." in word:
        return True
    return book.codes.any_row(word.upper()) is None and (len(word) != 5 or book.icd10.exists(word))


def _words(typed: str) -> list[str]:
    if len(typed) > LONGEST:
        raise InputError("NC-I33", "too many codes for one claim", where="codes", next_step="Type one claim.")
    joined = re.sub(r"\s+(?=x\d)", "", typed, flags=re.IGNORECASE)
    return [word for word in _BREAK.split(joined) if word]


def _diagnoses_of(words: list[str], book: Book) -> list[str]:
    return [dotted(word.upper()) for word in words if is_diagnosis(word, book)]


def _line(word: str, diagnoses: list[str]) -> dict[str, Any]:
    found = _POINTED.fullmatch(word)
    if found is None:
        return short_line(word) | {"icd10": diagnoses}
    numbers = [ord(letter) - ord("A") for letter in found["letters"].upper()]
    if max(numbers) >= len(diagnoses):
        raise InputError(
            "NC-W24",
            f"'{word}' points to a diagnosis that is not there",
            where="codes",
            next_step=f"A stands for the first diagnosis typed; there are {len(diagnoses)}.",
        )
    return short_line(found["line"]) | {"icd10": [diagnoses[number] for number in numbers]}


def _token(word: str, diagnoses: list[str], book: Book, on: date) -> Token:
    if is_diagnosis(word, book):
        state = book.icd10.state(word, on)
        problem = {"absent": "no such diagnosis code on this day", "header": "needs more characters"}.get(state, "")
        return Token(dotted(word.upper()), "diagnosis", book.icd10.title(word), problem)
    try:
        claim = claim_from_dict({"lines": [_line(word, diagnoses)]}, book, where="codes")
    except InputError as error:
        return Token(word, "line", "", f"{error.what}. {error.next_step}".strip(), refused=True)
    line = claim.lines[0]
    pointed = _POINTED.fullmatch(word)
    shown = line.shown() + (f":{pointed['letters'].upper()}" if pointed else "")
    row = book.codes.best_row(line.code, on)
    if row is None:
        return Token(shown, "line", "not in the tables: stays on the claim, is not judged")
    problem = "" if row.in_force(on) else "not valid on this day"
    return Token(shown, "line", row.label, problem)


def _codes(book: Book, on: date) -> Iterator[Completion]:
    for code in sorted(book.codes.rows):
        row = book.codes.row(code, on)
        if row is not None:
            yield Completion(code, row.label, "line")


def _diagnoses(wanted: str, book: Book) -> list[Completion]:
    plain = wanted.replace(".", "")
    made = []
    for code, title in book.icd10.titles(wanted[0].upper()):
        if code.replace(".", "").lower().startswith(plain):
            made.append(Completion(code, title, "diagnosis"))
            if len(made) == MOST:
                break
    return made
