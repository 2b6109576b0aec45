"""Builds the language pipeline from ``patterns/`` and runs it over notes."""

from __future__ import annotations

from typing import Any

import spacy

from notecheck.annotate import components, quiet
from notecheck.annotate.boxes import plain
from notecheck.annotate.context import load_context
from notecheck.annotate.mentions import MentionMaker
from notecheck.annotate.sections import load_sections
from notecheck.annotate.spelling import Mended, Speller
from notecheck.annotate.terms import load_terms
from notecheck.records import Annotated, Note

GROUP = "medspacy_spans"
_AT_ONCE = 1
"""Tokens around a terminator. medSpaCy lets one end a cue only where the two reaches overlap at an edge; the reach of a
whole sentence would contain that of a cue and end nothing."""


class Annotator:
    """Note -> Annotated. Holds one spaCy pipeline: tokens, sentences, sections, terms, context."""

    def __init__(self) -> None:
        medspacy = quiet.medspacy()
        from notecheck.annotate.matching import single_text

        terms = load_terms()
        sections = load_sections()
        context_file, cues = load_context()
        nlp = spacy.blank("en")
        nlp.tokenizer = components.FineTokenizer(nlp.vocab)
        nlp.add_pipe("notecheck_sentences")
        with single_text():
            sectionizer: Any = nlp.add_pipe("medspacy_sectionizer", config={"rules": None, "span_attrs": None})
            matcher: Any = nlp.add_pipe(
                "medspacy_target_matcher", config={"result_type": "group", "span_group_name": GROUP, "prune": False}
            )
            context: Any = nlp.add_pipe(
                "medspacy_context",
                config={"rules": None, "input_span_type": "group", "span_group_name": GROUP, "span_attrs": None},
            )
        sectionizer.add(
            [
                medspacy.section_detection.SectionRule(f"{kind}-{number}", kind, pattern=pattern)
                for number, (kind, pattern) in enumerate(sections.patterns)
            ]
        )
        matcher.add(
            [
                medspacy.target_matcher.TargetRule(
                    term.rule, term.kind.upper(), pattern=term.pattern.pattern, metadata={"term": term}
                )
                for term in terms
            ]
        )
        context.add(
            [
                medspacy.context.ConTextRule(
                    f"{cue.category}-{number}",
                    cue.category,
                    pattern=pattern,
                    direction=cue.direction,
                    max_scope=cue.reach or (_AT_ONCE if cue.direction == "TERMINATE" else None),
                    max_targets=cue.targets,
                    allowed_types=set(cue.kinds) if cue.kinds else None,
                    excluded_types=set(cue.not_kinds) if cue.not_kinds else None,
                )
                for number, (cue, pattern) in enumerate(cues)
            ]
        )
        self._nlp = nlp
        self._speller = Speller()
        self._make = MentionMaker(terms, sections, context_file, GROUP)

    @property
    def nlp(self) -> spacy.language.Language:
        """The pipeline, for inspection and tests; nothing outside annotate uses it."""
        return self._nlp

    def mend(self, note: Note) -> Mended:
        """The note with slips and scanning faults put right, and the way back to its own characters."""
        return self._speller.mend(note)

    def annotate(self, note: Note) -> Annotated:
        """The note with its sentences, sections and mentions."""
        if not note.text.strip():
            return Annotated(note)
        return self._make(note, self._nlp(plain(note.text)))
