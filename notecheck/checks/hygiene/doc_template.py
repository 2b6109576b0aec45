"""Traces of templates and copying."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from notecheck.checks.base import Case, Check
from notecheck.checks.hygiene.note_rules import note_rule, source_of
from notecheck.records import Facts, Finding


class PlaceholderUnfilled(Check):
    """Template fields were left open.

    ## What it checks
    Asterisks, underscores, brackets and similar marks that stand where a word should be.

    ## Why it matters
    An open field says that nobody read the note before signing it.

    ## A note that fails
    "BP ***/***. Iohexol 240 ____ mL."

    ## A note that passes
    "BP 128/76. Iohexol 240 1 mL."

    ## What it does not check
    Names and numbers taken out on purpose, as in training copies.

    ## Sources
    CMS Program Integrity Manual on templates, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC005"
    name = "placeholder-unfilled"
    severity = "error"
    completable = True

    def find(self, case: Case) -> Iterator[Finding]:
        count = case.note.placeholders
        if count:
            yield self.finding(
                f"{count} template field{'s' if count > 1 else ''} left open.",
                evidence=case.note.of("placeholders") or case.searched("header", "description"),
                fix="Ask the author to complete the fields in a dated addendum; do not alter the original.",
                source=source_of(case, "placeholder"),
            )


class ClonedNote(Check):
    """The wording is nearly the same as in another procedure note.

    ## What it checks
    Runs of five words shared with the other procedure notes given, as a share of both together.

    ## Why it matters
    Cloned notes are treated as misrepresentation: scores and response of one day cannot be those of another.

    ## A note that fails
    A note that differs from the one of six weeks before by its date alone.

    ## A note that passes
    The same headings and stock phrases, with the findings, doses and response of its own day.

    ## What it does not check
    Notes that were not given; a batch scan compares all of them.

    ## Sources
    NGS and Jurisdiction 11 statements on cloned notes, in `patterns/policy/any/note-integrity`.
    """

    code = "DOC009"
    name = "cloned-note"
    severity = "warning"

    def find(self, case: Case) -> Iterator[Finding]:
        known = note_rule(case, "cloned-share")
        limit = known.number() if known else None
        if known is None or limit is None or not case.note.procedures:
            return
        for index, other in enumerate(case.chart, start=1):
            share = shared(case.note, other)
            if other.procedures and share >= limit:
                opening = (replace(place, document=index) for place in other.places[:1])
                yield self.finding(
                    f"{share:.0%} of the wording is that of chart document {index}.",
                    evidence=(*case.searched("description", "procedure")[:1], *opening),
                    fix="Ask the author which findings, scores and response are those of this day.",
                    source=known.source,
                )


def shared(first: Facts, second: Facts) -> float:
    """Share of five-word runs that two notes have in common, 0 to 1; 0 where one of them has none."""
    together = first.shingles | second.shingles
    return len(first.shingles & second.shingles) / len(together) if first.shingles and second.shingles else 0.0
