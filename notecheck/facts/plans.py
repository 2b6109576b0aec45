"""Procedures that a note plans: family, levels and side as the sentence of the plan names them."""

from __future__ import annotations

import re

from notecheck.facts import levels as level_runs
from notecheck.records import Annotated, Mention, Procedure

_SIDES = ("left", "right", "bilateral")
_LATER = re.compile(
    r"(?i)\b(?:then|if|before|prior to|followed by|with a view to|in view of|leading to|toward)\b[^.;]{0,40}$"
)
_SACRAL = ("epidural-caudal", "si-joint-injection", "si-rfa")


def find(doc: Annotated, families: tuple[str, ...]) -> tuple[Procedure, ...]:
    """One entry for each planned family. Levels and side are those of the sentences that plan it.

    What is planned only for after another procedure ("then ablation if both help") is left out.
    """
    firm = tuple(f for f in families if any(not _comes_after(doc, m) for m in _names(doc, f)))
    return tuple(_entry(doc, family) for family in firm or families)


def _names(doc: Annotated, family: str) -> tuple[Mention, ...]:
    return tuple(m for m in doc.of("procedure") if m.value == family and m.status == "planned")


def _comes_after(doc: Annotated, name: Mention) -> bool:
    sentence = doc.sentence_of(name)
    return bool(_LATER.search(doc.text[sentence.start : name.span.start]))


def _entry(doc: Annotated, family: str) -> Procedure:
    names = _names(doc, family)
    runs = [run for name in names for run in _around(doc, name, "level")]
    values = level_runs.in_order(level.value for run in runs for level in level_runs.parse(run)[0])
    sides = {m.value for name in names for m in _around(doc, name, "side") if m.value in _SIDES}
    region = level_runs.region(values[0]) if values else None
    return Procedure(
        family,
        region="sacral" if family in _SACRAL else region,
        levels=values,
        laterality=None if not sides else (sides.pop() if len(sides) == 1 else "bilateral"),
        evidence=tuple(m.evidence("family", family) for m in names),
    )


def _around(doc: Annotated, name: Mention, kind: str) -> tuple[Mention, ...]:
    """Mentions of the kind in the sentence of the name that are not about something done or denied."""
    return tuple(
        m
        for m in doc.within(doc.sentence_of(name), kind)
        if m.status not in ("historical", "negated", "other-person")
    )
