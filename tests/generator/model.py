"""What a builder hands on: a procedure in words with its true entries, and a finished note with its true facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]


def entry(family: str, **known: Any) -> Row:
    """One procedure of the fact format; what is not said is null or empty."""
    row: Row = {
        "family": family, "technique": None, "region": None, "levels": [], "laterality": None, "approach": None,
        "guidance": [], "contrast": None, "site": None, "muscles": [], "muscle_count": None, "needle_gauge": [],
        "injectate": [],
    }  # fmt: skip
    unknown = set(known) - set(row)
    if unknown:
        raise KeyError(f"no such field: {sorted(unknown)}")
    return row | known


def blank() -> Row:
    """A note that says nothing."""
    flags = (
        "functional_limitation", "consent", "time_out", "sterile_technique", "complications_stated", "response_stated",
        "disposition_stated", "signature",
    )  # fmt: skip
    return {
        "procedures": [], "conservative_care": [], "pain_scores": [], "relief": [], "symptom_weeks": None,
        "function_scales": [], "exam": [], "imaging_studies": [], "diagnoses": [], "sedation": None, "placeholders": 0,
        "contradictions": [], **dict.fromkeys(flags, False),
    }  # fmt: skip


@dataclass
class Done:
    """One procedure as told: its title, the sentences of its description in order, and what is true of it.

    ``topic`` picks a story that fits (diagnosis, findings, studies); ``side`` is that of the story. ``skin`` says
    that the skin was numbed, which is local anaesthesia where nothing deeper is stated.
    """

    title: str
    body: list[str]
    entries: list[Row]
    topic: str
    side: str | None = None
    skin: bool = False
    sterile: bool = True
    contradictions: list[str] = field(default_factory=list)
    short: str = ""


@dataclass
class Sample:
    """A note and its facts; ``features`` name what the grammar put in, so that a miss can be traced."""

    note_id: str
    text: str
    facts: Row
    features: list[str]
