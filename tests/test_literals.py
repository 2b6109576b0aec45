"""Where an expression is not tried, it would not have matched: the planned search against the plain one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from generator.note import sample

from notecheck.annotate.literals import plan
from notecheck.annotate.matching import OnceMatcher
from notecheck.annotate.pipeline import Annotator

_TEXTS = (
    "Kelvin \u212a, \u0130njection, \u017fteroid, L\u0131docaine",
    "",
    "é°µ left L4–5 “tfesi” — ≥50 %",
    "\r\nLEFT\r\nL5\r\n",
    "tfesi" * 40,
)


def _matchers(annotator: Annotator) -> list[OnceMatcher]:
    """The expression matchers inside medspaCy's parts of the pipeline."""
    below = [value for _, part in annotator.nlp.pipeline for value in vars(part).values() if hasattr(value, "__dict__")]
    return [one for value in below for one in vars(value).values() if isinstance(one, OnceMatcher)]


def test_the_planned_search_finds_the_same_on_every_kind_of_note(annotator: Annotator, top: Path) -> None:
    matchers = _matchers(annotator)
    expressions = [pattern for matcher in matchers for _, pattern in matcher._each()]
    assert len(matchers) == 3 and len(expressions) > 500
    plans = {pattern: plan(pattern) for pattern in expressions}
    assert sum(bool(one.needed) for one in plans.values()) > 0.8 * len(plans)
    assert sum(one.first is not None for one in plans.values()) > 0.6 * len(plans)
    own = [file.read_text(encoding="utf-8") for file in sorted((top / "sample_notes").glob("*.txt"))[:6]]
    found = 0
    for text in (*_TEXTS, *own, *(sample(41, number).text for number in range(8))):
        for matcher in matchers:
            plain = [one for match_id, pattern in matcher._each() for one in matcher._anywhere(match_id, pattern, text)]
            matcher._plans, matcher._asked, matcher._all_planned = dict(plans), 1000, True
            assert list(matcher._found(text)) == plain
            found += len(plain)
    assert found > 1000


@pytest.mark.parametrize(
    ("expression", "needed", "first", "word"),
    [
        (r"(?<![A-Za-z0-9])(?:left|right) knee", ("left knee", "right knee"), {"l", "r"}, True),
        (r"(?<![A-Za-z0-9])colou?rs?", ("color", "colors", "colour", "colours"), {"c"}, True),
        (r"(?<![A-Za-z0-9])\d+ ?mg", (" mg", "mg"), set("0123456789"), True),
        (r"(?<![A-Za-z0-9])[A-C]x|y", ("ax", "bx", "cx", "y"), {"a", "b", "c", "y"}, False),
        (r"(?<![A-Za-z0-9])(?:a.*)?", (), None, True),
        (r"[^a]bc", ("bc",), None, False),
        (r"(?=left)\w+", (), None, False),
        (r"x{2,}y{0,3}zz", ("zz",), {"x"}, False),
        (r"\u212aelvin", ("elvin",), None, False),
    ],
)
def test_what_a_plan_says(expression: str, needed: tuple[str, ...], first: set[str] | None, word: bool) -> None:
    made = plan(re.compile(expression, re.IGNORECASE))
    assert (made.needed, made.first, made.word) == (needed, None if first is None else frozenset(first), word)
