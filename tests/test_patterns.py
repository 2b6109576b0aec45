"""Every expression matches its examples and leaves its counter-examples alone."""

from __future__ import annotations

import re

import pytest

from notecheck import locate
from notecheck.annotate.context import load_context
from notecheck.annotate.sections import load_sections
from notecheck.annotate.terms import compile_pattern, load_terms

TERMS = load_terms()


@pytest.mark.parametrize("term", TERMS, ids=[t.rule for t in TERMS])
def test_examples_match_and_counter_examples_do_not(term):
    missed = [text for text in term.examples if not term.pattern.search(text)]
    caught = [text for text in term.never if term.pattern.search(text)]
    assert not missed, f"{term.rule} does not match its own examples"
    assert not caught, f"{term.rule} matches what it must leave alone"


def test_every_section_heading_example_is_found_by_its_kind():
    rules = load_sections()
    by_kind: dict[str, list[re.Pattern[str]]] = {}
    for kind, text in rules.patterns:
        by_kind.setdefault(kind, []).append(re.compile(text, re.IGNORECASE))
    from notecheck.annotate.sections import SectionFile
    from notecheck.datafile import read_model

    for section in read_model(locate.patterns() / "sections.yaml", SectionFile).sections:
        for example in section.examples:
            assert any(p.search(example) for p in by_kind[section.kind]), (section.kind, example)
        for example in section.never:
            assert not any(p.fullmatch(example) for p in by_kind[section.kind]), (section.kind, example)


def test_every_cue_example_holds_its_cue():
    _, cues = load_context()
    for cue, pattern in cues:
        compiled = compile_pattern(pattern, locate.patterns(), cue.category, bounded=False)
        for example in cue.examples:
            assert compiled.search(example), (cue.category, example)
        for example in cue.never:
            assert not compiled.search(example), (cue.category, example)


def test_kinds_named_by_context_and_sections_exist():
    """A cue or a section effect on a kind that no term file makes would be silently without effect."""
    kinds = {t.kind for t in TERMS}
    file, cues = load_context()
    named = {k for cue, _ in cues for k in (*(cue.kinds or ()), *(cue.not_kinds or ()))}
    named |= {kind for effect in load_sections().effects.values() for kind in effect}
    assert named <= kinds, sorted(named - kinds)
    assert set(file.status.values()) <= {
        "negated", "hypothetical", "planned", "other-person", "anesthesia", "historical",
    }  # fmt: skip
