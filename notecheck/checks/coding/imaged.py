"""Procedures that reached their target with the lines about them, and who asks for imaging."""

from __future__ import annotations

from collections.abc import Iterator

from notecheck.checks.base import Case
from notecheck.checks.coding.asked import asks
from notecheck.checks.coding.billing import billing, told
from notecheck.coding.match import LineMatch
from notecheck.policy import claimrules
from notecheck.policy.claimrules import Asker
from notecheck.records import Procedure

MACHINES = {"fluoroscopy", "ct", "ultrasound", "mri"}
_NOT_STARTED = ("discontinued", "aborted", "stopped")


def performed(case: Case) -> Iterator[tuple[Procedure, tuple[LineMatch, ...]]]:
    """Each procedure that reached its target, with the lines about it."""
    done = billing(case)
    for procedure in case.note.procedures:
        if procedure.status not in _NOT_STARTED:
            lines = done.matches if done is not None else ()
            yield procedure, tuple(m for m in lines if any(p is procedure for p in m.procedures))


def asks_guidance(procedure: Procedure, matches: tuple[LineMatch, ...], case: Case) -> Asker | None:
    """Who asks for fluoroscopy or CT: the policy where it is verified, else the wording of the code, else nobody."""
    rules = claimrules.imaging()
    asker = asks(rules.guided, procedure, case)
    if asker is not None and asker.confidence == "verified":
        return asker
    inside = rules.in_the_code
    by_code = any(m.row is not None and m.row.guidance in inside.guidance_marks for m in matches)
    if by_code or (not matches and procedure.family in inside.families):
        return Asker(source=inside.source, confidence=inside.confidence)
    return asker


def reason_against_contrast(procedure: Procedure, case: Case) -> bool:
    """True where the procedure, or the record, gives a reason not to inject contrast."""
    reasons = set(claimrules.imaging().contrast_reasons)
    return bool(procedure.contrast_reason) or any(reasons & set(facts.statements) for facts in case.record())


def first_line(matches: tuple[LineMatch, ...]) -> str | None:
    """The first billed code about a procedure, or None."""
    return matches[0].line.code if matches else None


def shown(procedure: Procedure) -> str:
    """A procedure in a few words, as the beginning of a sentence."""
    words = told(procedure)
    return words[0].upper() + words[1:]
