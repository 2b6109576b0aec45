"""Chance, and the small template language of the grammar.

``{a|b|c}`` is one of the choices (they nest), ``<name>`` a slot. Everything comes from one seeded generator.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import Any, TypeVar

T = TypeVar("T")
_INNERMOST = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"<(\w+)>")
_ONES = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


class Draw:
    """One seeded source of chance."""

    def __init__(self, seed: int | str) -> None:
        self.random = random.Random(seed)

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def pick(self, *options: T) -> T:
        return options[self.random.randrange(len(options))]

    def of(self, options: Sequence[T]) -> T:
        return options[self.random.randrange(len(options))]

    def weighted(self, options: dict[T, float]) -> T:
        return self.random.choices(list(options), weights=list(options.values()))[0]

    def some(self, options: Sequence[T], low: int, high: int) -> list[T]:
        """Between ``low`` and ``high`` different options, in the order of the list."""
        count = min(self.random.randint(low, high), len(options))
        places = sorted(self.random.sample(range(len(options)), count))
        return [options[i] for i in places]

    def whole(self, low: int, high: int, step: int = 1) -> int:
        return self.random.randrange(low, high + 1, step)

    def say(self, template: str, **slots: Any) -> str:
        """The template with its choices made and its slots filled; blanks tidied."""
        text = template
        while match := _INNERMOST.search(text):
            choice = self.of(match.group(1).split("|"))
            text = text[: match.start()] + choice + text[match.end() :]
        text = _SLOT.sub(lambda m: str(slots[m.group(1)]), text)
        text = re.sub(r" {2,}", " ", text)
        return re.sub(r" (?=[,.;:](?:\s|$))", "", text).strip()


def first_upper(text: str) -> str:
    """The text with a capital first letter, the rest untouched."""
    return text[:1].upper() + text[1:]


def in_words(number: int) -> str:
    """A small whole number in words."""
    tens = {20: "twenty", 30: "thirty", 40: "forty", 50: "fifty", 60: "sixty", 70: "seventy", 80: "eighty", 90: "ninety"}
    teens = {13: "thirteen", 14: "fourteen", 15: "fifteen", 16: "sixteen", 17: "seventeen", 18: "eighteen", 19: "nineteen"}
    if number < len(_ONES):
        return _ONES[number]
    if number in teens:
        return teens[number]
    ten = number // 10 * 10
    return tens[ten] if number == ten else f"{tens[ten]}-{_ONES[number - ten]}"


def listed(draw: Draw, items: Sequence[str]) -> str:
    """Items as people list them: with and, an ampersand, commas or semicolons."""
    if len(items) == 1:
        return items[0]
    if len(items) == 2:
        return items[0] + draw.pick(" and ", " and ", " & ", ", ", " + ") + items[1]
    last = draw.pick(", and ", " and ", " & ", ", ")
    return ", ".join(items[:-1]) + last + items[-1]


def decimal(value: float) -> str:
    """``0.5``, ``2``, ``1.25``."""
    return f"{value:g}"
