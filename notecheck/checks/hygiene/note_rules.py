"""What the note checks share: their rule on the day, and what kind of note it is."""

from __future__ import annotations

from notecheck.checks.base import Case
from notecheck.policy.coverage import Rule
from notecheck.records import Procedure

_TOPIC = "note-integrity"


def note_rule(case: Case, slug: str) -> Rule | None:
    """A requirement on the note itself, the same for all payers; None when none is known for the day."""
    topic = case.book.coverage.topic("", _TOPIC)
    found = case.book.coverage.rule(topic, slug, case.day) if topic else None
    return found if found and not found.gap else None


def source_of(case: Case, slug: str) -> str:
    """The text behind a requirement, or the project's own expectation where none is known for the day."""
    found = note_rule(case, slug)
    return found.source if found else "practice standard"


def injections(case: Case) -> tuple[Procedure, ...]:
    """Completed procedures that put a drug at a target."""
    known = note_rule(case, "medication")
    if known is None:
        return ()
    return tuple(
        p
        for p in case.note.procedures
        if p.family in known.words("needs_drug")
        and p.technique not in known.words("no_drug_technique")
        and p.status == "completed"
    )
