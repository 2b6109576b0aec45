"""The statements that the evidence model looks for, and when the patterns have found one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

from notecheck.annotate.components import sentence_starts
from notecheck.records import Facts

TOPICS = (
    "care", "care-outcome", "function", "duration", "exam", "imaging", "relief", "rationale", "consent", "time-out",
    "response", "complications", "guidance", "images",
)  # fmt: skip
"""Slugs, in the order of the model's columns."""

OF_PROCEDURE = frozenset({"consent", "time-out", "response", "complications", "guidance", "images"})
"""Asked of a note with a procedure only."""

_IMAGED = frozenset({"fluoroscopy", "ultrasound", "ct"})
_SHORTEST = 8


def sentences(text: str) -> list[tuple[int, int]]:
    """Start and end of every sentence with words in it, without the blanks around it."""
    starts = [*sentence_starts(text), len(text)]
    out = []
    for begin, end in pairwise(starts):
        part = text[begin:end]
        left = len(part) - len(part.lstrip())
        right = len(part.rstrip())
        if right - left >= _SHORTEST:
            out.append((begin + left, begin + right))
    return out


def found(topic: str, facts: Facts) -> bool:
    """True where the patterns have this statement in the facts of one document."""
    return _FOUND[topic](facts)


def _care(facts: Facts) -> bool:
    return bool(facts.conservative_care)


def _care_outcome(facts: Facts) -> bool:
    return any(c.outcome not in ("not-stated", "ongoing") for c in facts.conservative_care)


def _function(facts: Facts) -> bool:
    return facts.functional_limitation or bool(facts.function_scales)


def _duration(facts: Facts) -> bool:
    return facts.symptom_weeks is not None


def _exam(facts: Facts) -> bool:
    return bool(facts.exam)


def _imaging(facts: Facts) -> bool:
    return bool(facts.imaging_studies)


def _relief(facts: Facts) -> bool:
    return any(r.source != "this-procedure" for r in facts.relief)


def _rationale(facts: Facts) -> bool:
    told = any(s.timing != "post" for s in facts.pain_scores) or "rationale" in facts.statements
    return told or any(look(facts) for look in (_care, _function, _duration, _imaging, _relief))


def _consent(facts: Facts) -> bool:
    return facts.consent


def _time_out(facts: Facts) -> bool:
    return facts.time_out


def _response(facts: Facts) -> bool:
    return facts.response_stated or "condition-stated" in facts.statements


def _complications(facts: Facts) -> bool:
    return facts.complications_stated


def _guidance(facts: Facts) -> bool:
    return all(p.guidance for p in facts.procedures)


def _images(facts: Facts) -> bool:
    imaged = any(_IMAGED & set(p.guidance) for p in facts.procedures)
    return not imaged or "image-retention" in facts.statements or any(p.images_saved for p in facts.procedures)


_FOUND: Mapping[str, Callable[[Facts], bool]] = {
    "care": _care, "care-outcome": _care_outcome, "function": _function, "duration": _duration, "exam": _exam,
    "imaging": _imaging, "relief": _relief, "rationale": _rationale, "consent": _consent, "time-out": _time_out,
    "response": _response, "complications": _complications, "guidance": _guidance, "images": _images,
}  # fmt: skip
