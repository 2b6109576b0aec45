"""Where an expression can match at all, told from its own build: what need not be tried is not tried.

The expressions of the terms begin with a condition on the letter before, so that the library tries every one of them at
every letter of a note. Strings that a match must hold, and letters with which it must begin, leave a tenth of that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
_MOST_FIRST = 6  # more letters than these, anywhere in a word: the library's own search is as fast


@dataclass(frozen=True, slots=True)
class Plan:
    """Where a match can be. None of it holds for a text with one of ``ODD_CASES``.

    ``needed``: strings in small letters of which one stands in the lowered text; empty where none are known.
    ``first``: the ASCII letters, in small, with which a match begins if it does not begin with another character;
    None where that is not known. ``word``: it begins only where no ASCII letter or digit stands before.
    """

    needed: tuple[str, ...] = ()
    first: frozenset[str] | None = None
    word: bool = False


def plan(pattern: re.Pattern[str]) -> Plan:
    """Where the expression can match. An expression that is not understood is tried everywhere."""
    try:
        from re import _parser  # type: ignore[attr-defined]

        tree = _parser.parse(pattern.pattern, pattern.flags)
    except (ImportError, AttributeError, re.error, RecursionError):
        return Plan()
    best = _better(*_sequence(tree))
    first, empty = _first(tree)
    word = bool(len(tree)) and str(tree[0][0]) == "ASSERT_NOT" and tree[0][1][0] == -1
    word = word and str(list(tree[0][1][1])) == _WORD_BEGINS
    if first is None or empty or not (word or len(first) <= _MOST_FIRST):
        first = None
    return Plan(tuple(sorted(best)) if best and "" not in best else (), first, word)


def _first(items: Iterable[tuple[Any, Any]]) -> tuple[frozenset[str] | None, bool]:
    """ASCII letters with which a sequence can begin (None: not known), and whether it can be empty."""
    found: frozenset[str] = frozenset()
    for op, argument in items:
        some, empty = _first_of(str(op), argument)
        if some is None:
            return None, True
        found |= some
        if not empty:
            return found, False
    return found, True


def _first_of(op: str, argument: Any) -> tuple[frozenset[str] | None, bool]:
    if op == "LITERAL":
        return (None if chr(argument) in ODD_CASES else frozenset(_lowered([argument]))), False
    if op == "IN":
        return _first_of_class(argument), False
    if op in ("AT", "ASSERT", "ASSERT_NOT"):
        return frozenset(), True
    if op == "SUBPATTERN":
        return _first(argument[3])
    if op == "ATOMIC_GROUP":
        return _first(argument)
    if op == "BRANCH":
        found: frozenset[str] = frozenset()
        can_be_empty = False
        for one in argument[1]:
            some, empty = _first(one)
            if some is None:
                return None, True
            found, can_be_empty = found | some, can_be_empty or empty
        return found, can_be_empty
    if op in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
        some, empty = _first(argument[2])
        return some, empty or not argument[0]
    return None, True


def _first_of_class(items: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    negated = any(str(op) == "NEGATE" for op, _ in items)
    within: set[str] = set()
    for op, argument in items:
        name = str(op)
        if name == "LITERAL":
            within |= {chr(argument)}
        elif name == "RANGE":
            within |= {c for c in _ASCII if argument[0] <= ord(c) <= argument[1]}
        elif name == "CATEGORY":
            kind = str(argument).removeprefix("CATEGORY_")
            meant = {c for c in _ASCII if _is_kind(c, kind.removeprefix("NOT_"))}
            within |= set(_ASCII) - meant if kind.startswith("NOT_") else meant
        elif name != "NEGATE":
            return None
    if within & set(ODD_CASES):
        return None
    fits = {c for c in _ASCII if any((form in within) != negated for form in (c, c.lower(), c.upper()))}
    return frozenset(c.lower() for c in fits)


def _is_kind(c: str, kind: str) -> bool:
    if kind == "DIGIT":
        return c.isdigit()
    if kind == "SPACE":
        return c.isspace()
    return c.isalnum() or c == "_"


def _lowered(codes: Iterable[int]) -> set[str]:
    return {chr(code).lower() for code in codes if code <= _LAST_ASCII}


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
