"""Where an expression can match at all, told from its own build: what need not be tried is not tried.

The expressions of the terms begin with a condition on the letter before, so that the library tries every one of them at
every letter of a note. Strings that a match must hold, and letters with which it must begin, leave a tenth of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import product
from typing import Any

_MOST_STRINGS = 24
_MOST_LETTERS = 6
_LAST_ASCII = 127
ODD_CASES = "\u0130\u0131\u017f\u212a"
"""Characters beyond ASCII that an ASCII letter matches without regard to case."""

Strings = frozenset[str]
_NOTHING: Strings = frozenset({""})


_WORD_BEGINS = "[(IN, [(RANGE, (65, 90)), (RANGE, (97, 122)), (RANGE, (48, 57))])]"
_ASCII = [chr(code) for code in range(_LAST_ASCII + 1)]
_LENGTH = 3  # of the starts: longer ones rule out little more
_MOST_STARTS = 1500
OTHER = "\x80"
"""Stands in a start for any character beyond ASCII."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a match can be. None of it holds for a text with one of ``ODD_CASES``.

    ``needed``: strings in small letters of which one stands in the lowered text; empty where none are known.
    ``starts``: strings of one to three small letters, ``OTHER`` for any character beyond ASCII, none the beginning of
    another; a match begins with one of them. None where that is not known.
    ``word``: a match begins only where no ASCII letter or digit stands before.
    """

    needed: tuple[str, ...] = ()
    starts: frozenset[str] | None = None
    word: bool = False


def plan(pattern: re.Pattern[str]) -> Plan:
    """Where the expression can match. An expression that is not understood is tried everywhere."""
    try:
        from re import _parser  # type: ignore[attr-defined]

        tree = _parser.parse(pattern.pattern, pattern.flags)
    except (ImportError, AttributeError, re.error, RecursionError):
        return Plan()
    best = _better(*_sequence(tree))
    word = bool(len(tree)) and str(tree[0][0]) == "ASSERT_NOT" and tree[0][1][0] == -1
    word = word and str(list(tree[0][1][1])) == _WORD_BEGINS
    return Plan(tuple(sorted(best)) if best and "" not in best else (), _starts(tree), word)


@dataclass(frozen=True, slots=True)
class _Begun:
    """What strings can begin with: ``whole`` ones can end there, after ``cut`` ones anything may follow."""

    whole: Strings = _NOTHING
    cut: Strings = frozenset()

    def then(self, other: _Begun) -> _Begun:
        for length in range(_LENGTH, 0, -1):
            other = other.within(length)
            if len(self.whole) * (len(other.whole) + len(other.cut)) <= _MOST_STARTS:
                break
        else:
            return _Begun(frozenset(), self.cut | self.whole)
        whole = frozenset(a + b for a, b in product(self.whole, other.whole))
        ended = frozenset(a + b for a, b in product(self.whole, other.cut))
        return _Begun(whole, self.cut | ended).within(_LENGTH)

    def either(self, other: _Begun) -> _Begun:
        return _Begun(self.whole | other.whole, self.cut | other.cut)

    def within(self, length: int) -> _Begun:
        """The same with no string longer than this."""
        short = frozenset(one for one in self.whole if len(one) < length)
        return _Begun(short, frozenset(one[:length] for one in self.cut | (self.whole - short)))


_EMPTY = _Begun()
_NEVER = _Begun(frozenset())
_ANYTHING = _Begun(frozenset(), _NOTHING)


def _starts(tree: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """The starts of the matches that are not empty."""
    begun = _begun(tree)
    if "" in begun.whole or "" in begun.cut:
        return None
    for length in range(_LENGTH, 0, -1):
        found = begun.within(length).cut | begun.within(length).whole
        if len(found) <= _MOST_STARTS:
            return frozenset(one for one in found if not any(one[:short] in found for short in range(1, len(one))))
    return None


def _begun(items: Iterable[tuple[Any, Any]]) -> _Begun:
    here = _EMPTY
    for op, argument in items:
        here = here.then(_begun_by(str(op), argument))
        if not here.whole:
            break
    return here


def _begun_by(op: str, argument: Any) -> _Begun:
    if op == "LITERAL":
        return _ANYTHING if chr(argument) in ODD_CASES else _Begun(frozenset(_lowered([argument])))
    if op == "IN":
        return _begun_by_class(argument)
    if op == "NOT_LITERAL":
        return _begun_by_class([("NEGATE", None), ("LITERAL", argument)])
    if op in ("AT", "ASSERT", "ASSERT_NOT"):
        return _EMPTY
    if op == "SUBPATTERN":
        return _begun(argument[3])
    if op == "ATOMIC_GROUP":
        return _begun(argument)
    if op == "BRANCH":
        return reduce(_Begun.either, map(_begun, argument[1]), _NEVER)
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _begun_often(*argument)
    return _ANYTHING


def _begun_often(least: int, most: int, inside: Iterable[tuple[Any, Any]]) -> _Begun:
    once = _begun(inside)
    found = _NEVER if least else _EMPTY
    here = _EMPTY
    for number in range(1, min(int(most), _LENGTH) + 1):
        here = here.then(once)
        found = found.either(here if number >= least else _Begun(frozenset(), here.cut))
    return found.either(_Begun(frozenset(), here.whole)) if most > _LENGTH else found


def _begun_by_class(items: Sequence[tuple[Any, Any]]) -> _Begun:
    letters = _letters_of_class(items)
    return _ANYTHING if letters is None else _Begun(letters)


def _letters_of_class(items: Sequence[tuple[Any, Any]]) -> Strings | None:
    negated = any(str(op) == "NEGATE" for op, _ in items)
    beyond = negated
    within: set[str] = set()
    for op, argument in items:
        name = str(op)
        if name == "LITERAL":
            within |= {chr(argument)}
        elif name == "RANGE":
            within |= {c for c in _ASCII if argument[0] <= ord(c) <= argument[1]}
            beyond = beyond or argument[1] > _LAST_ASCII
        elif name == "CATEGORY":
            kind = str(argument).removeprefix("CATEGORY_").removeprefix("UNI_")
            meant = {c for c in _ASCII if _is_kind(c, kind.removeprefix("NOT_"))}
            within |= set(_ASCII) - meant if kind.startswith("NOT_") else meant
            beyond = True
        elif name != "NEGATE":
            return None
    if within & set(ODD_CASES):
        return None
    beyond = beyond or any(ord(c) > _LAST_ASCII for c in within)
    fits = {c for c in _ASCII if any((form in within) != negated for form in (c, c.lower(), c.upper()))}
    return frozenset(c.lower() for c in fits) | ({OTHER} if beyond else set())


def _is_kind(c: str, kind: str) -> bool:
    if kind == "DIGIT":
        return c.isdigit()
    if kind == "SPACE":
        return c.isspace()
    return c.isalnum() or c == "_"


def _lowered(codes: Iterable[int]) -> set[str]:
    return {chr(code).lower() if code <= _LAST_ASCII else OTHER for code in codes}


def _sequence(items: Iterable[tuple[Any, Any]]) -> tuple[Strings | None, Strings | None]:
    """The strings that a sequence is (None: not known), and strings of which it holds one (None: not known)."""
    here: Strings = _NOTHING
    best: Strings | None = None
    whole = True
    for op, argument in items:
        exact, required = _node(str(op), argument)
        if exact is not None and len(here) * len(exact) <= _MOST_STRINGS:
            here = frozenset(a + b for a, b in product(here, exact))
            continue
        whole = False
        best = _better(_better(best, here), _better(exact, required))
        here = _NOTHING
    return (here, None) if whole else (None, _better(best, here))


def _node(op: str, argument: Any) -> tuple[Strings | None, Strings | None]:
    if op == "LITERAL":
        return _letters([argument]), None
    if op == "IN":
        return _class(argument), None
    if op in ("AT", "ASSERT", "ASSERT_NOT"):
        return _NOTHING, None
    if op == "SUBPATTERN":
        return _sequence(argument[3])
    if op == "ATOMIC_GROUP":
        return _sequence(argument)
    if op == "BRANCH":
        return _branches([_sequence(one) for one in argument[1]])
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        return _repeat(*argument)
    return None, None


def _letters(codes: Sequence[int]) -> Strings | None:
    if any(code > _LAST_ASCII for code in codes):
        return None
    return frozenset(chr(code).lower() for code in codes)


def _class(items: Sequence[tuple[Any, Any]]) -> Strings | None:
    codes: list[int] = []
    for op, argument in items:
        if str(op) == "LITERAL":
            codes.append(argument)
        elif str(op) == "RANGE" and argument[1] - argument[0] < _MOST_LETTERS:
            codes += range(argument[0], argument[1] + 1)
        else:
            return None
    found = _letters(codes)
    return found if found and len(found) <= _MOST_LETTERS else None


def _branches(
    found: Sequence[tuple[Strings | None, Strings | None]],
) -> tuple[Strings | None, Strings | None]:
    exact = _union([one for one, _ in found])
    if exact is not None and len(exact) <= _MOST_STRINGS:
        return exact, None
    return None, _union([_better(one, required) for one, required in found])


def _repeat(least: int, most: int, inside: Iterable[tuple[Any, Any]]) -> tuple[Strings | None, Strings | None]:
    exact, required = _sequence(inside)
    if int(most) == 1 and exact is not None:
        return (exact if least else exact | _NOTHING), None
    return None, _better(exact, required) if least else None


def _union(sets: Sequence[Strings | None]) -> Strings | None:
    made: set[str] = set()
    for one in sets:
        if one is None:
            return None
        made |= one
    return frozenset(made)


def _better(one: Strings | None, other: Strings | None) -> Strings | None:
    """The set that rules out more: the longer its shortest string, then the fewer strings."""
    return max((one, other), key=_worth)


def _worth(strings: Strings | None) -> tuple[int, int]:
    return (min(map(len, strings)), -len(strings)) if strings else (-1, 0)
