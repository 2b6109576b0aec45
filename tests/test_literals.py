"""Where an expression is not tried, it would not have matched: the planned search against the plain one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from generator.note import sample

from notecheck.annotate.literals import OTHER, plan
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
    assert sum(one.starts is not None for one in plans.values()) > 0.6 * len(plans)
    own = [file.read_text(encoding="utf-8") for file in sorted((top / "sample_notes").glob("*.txt"))[:6]]
    found = 0
    for text in (*_TEXTS, *own, *(sample(41, number).text for number in range(8))):
        for matcher in matchers:
            plain = [one for match_id, pattern in matcher._each() for one in matcher._anywhere(match_id, pattern, text)]
            matcher._asked = 1000
            matcher._indexed().plan_more(len(expressions))
            assert list(matcher._found(text)) == plain
            found += len(plain)
    assert found > 1000


@pytest.mark.parametrize(
    ("expression", "needed", "starts", "word"),
    [
        (r"(?<![A-Za-z0-9])(?:left|right) knee", ("left knee", "right knee"), {"lef", "rig"}, True),
        (r"(?<![A-Za-z0-9])colou?rs?", ("color", "colors", "colour", "colours"), {"col"}, True),
        (
            r"(?<![A-Za-z0-9])[1-2]+ mg",
            (" mg",),
            {"1 m", "2 m", "11 ", "12 ", "21 ", "22 ", "111", "112", "121", "122", "211", "212", "221", "222"},
            True,
        ),
        (r"(?<![A-Za-z0-9])[A-C]x|y", ("ax", "bx", "cx", "y"), {"ax", "bx", "cx", "y"}, False),
        (r"l4(?:-5)?", ("l4", "l4-5"), {"l4"}, False),
        (r"(?:the )?l[45]|l4-", ("l4", "l4-", "l5", "the l4", "the l5"), {"the", "l4", "l5"}, False),
        (r"(?<![A-Za-z0-9])(?:a.*)?", (), None, True),
        (r"(?=left)lx", ("lx",), {"lx"}, False),
        (r"x{2,}y{0,3}zz", ("zz",), {"xxx", "xxy", "xxz"}, False),
        (r"x{1,2}y", ("x",), {"xxy", "xy"}, False),
        (r"\u2264 ?5", (" 5", "5"), {"\x80 5", "\x805"}, False),
        (r".bc", ("bc",), None, False),
        (r"\u212aelvin", ("elvin",), None, False),
    ],
)
def test_what_a_plan_says(expression: str, needed: tuple[str, ...], starts: set[str] | None, word: bool) -> None:
    made = plan(re.compile(expression, re.IGNORECASE))
    assert (made.needed, made.starts, made.word) == (needed, None if starts is None else frozenset(starts), word)


@pytest.mark.parametrize(
    "expression", [r"[^a]bc", r"\w+ine", r"(?:a|bc)*d", r"\s*(?:mg|\u00b5g)", r"a??b{0,2}c", r"\W\d|l"]
)
@pytest.mark.parametrize(
    "text", ["xbc abc \u00e9bc Abc BBC", "aabcbcd d aD bcD", " mg\t\u00b5g \u00b5G MG", "abbc C acc", "\u2264 5, L"]
)
def test_every_match_begins_with_a_start(expression: str, text: str) -> None:
    pattern = re.compile(expression, re.IGNORECASE)
    starts = plan(pattern).starts
    assert starts is not None
    plain = "".join(c if c < "\x80" else OTHER for c in text.lower())
    for found in pattern.finditer(text):
        assert any(plain.startswith(start, found.start()) for start in starts), found
