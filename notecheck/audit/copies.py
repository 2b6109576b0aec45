"""Copied notes with what a reader wants to know of them: which facts are equal although they should differ."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from notecheck.audit.clones import Kept, Pair, Passage, find, groups, passages, template_of, template_share
from notecheck.scan.fingerprint import opened
from notecheck.scan.store import Store

MOST_COMPARED = 300
"""Pairs whose facts and passages are compared; beyond that pairs are only counted."""

_FEWEST = 5  # notes of a provider from which template text can be told


@dataclass(frozen=True, slots=True)
class Copy:
    """A pair of copied notes. ``equal`` and ``differing`` name facts that belong to one patient and one day."""

    pair: Pair
    equal: tuple[str, ...]
    differing: tuple[str, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """How uniform a provider's notes are: the median part of a note that is template, 0 to 1."""

    provider: str
    notes: int
    template: float


@dataclass(frozen=True, slots=True)
class Copies:
    """Copied notes of a batch: every pair, the groups they make, the pairs compared, and how uniform providers are."""

    pairs: tuple[Pair, ...]
    groups: tuple[tuple[str, ...], ...]
    compared: tuple[Copy, ...]
    alike: tuple[Alike, ...]


def copies(store: Store, kept: Sequence[Kept]) -> Copies:
    """Every copied note of the store, the most alike first."""
    pairs = find(kept)
    by_key = {one.key: one for one in kept}
    of_provider: dict[str, list[Kept]] = defaultdict(list)
    for one in kept:
        of_provider[one.provider].append(one)
    templates = {name: template_of(notes) for name, notes in of_provider.items() if len(notes) >= _FEWEST}
    first = sorted(pairs, key=_telling)[:MOST_COMPARED]
    facts = _facts(store, {key for pair in first for key in (pair.first, pair.second)})
    compared = []
    for pair in first:
        one, two = by_key[pair.first], by_key[pair.second]
        equal, differing = compare(
            told(facts[one.key], opened(one.fingerprint).vitals), told(facts[two.key], opened(two.fingerprint).vitals)
        )
        template = templates.get(one.provider, frozenset()) | templates.get(two.provider, frozenset())
        compared.append(Copy(pair, equal, differing, passages(one, two, template)))
    alike = (
        Alike(name, len(notes), _median([template_share(one, templates[name]) for one in notes]))
        for name, notes in of_provider.items()
        if name and name in templates
    )
    return Copies(pairs, groups(pairs), tuple(compared), tuple(sorted(alike, key=_most_uniform)))


def told(facts: Mapping[str, Any], vitals: Mapping[str, str]) -> dict[str, str]:
    """The facts of one note that belong to its patient and day, each as one text; only those that it states."""
    done = facts.get("procedures") or []
    found = {
        "side": _joined(p.get("laterality") for p in done),
        "level": _joined(level for p in done for level in p.get("levels") or ()),
        "pain score": _joined(f"{s['score']:g}/{s['max']}" for s in facts.get("pain_scores") or ()),
        "relief": _joined(f"{r['percent']:g}%" for r in facts.get("relief") or () if r.get("percent") is not None),
        "examination": _joined(facts.get("exam") or ()),
        "duration of symptoms": f"{facts['symptom_weeks']:g}" if facts.get("symptom_weeks") else "",
        "function score": _joined(
            f"{f['scale']} {f['score']:g}" for f in facts.get("function_scales") or () if f.get("score") is not None
        ),
        "earlier care": _joined(f"{c['modality']} {c['outcome']}" for c in facts.get("conservative_care") or ()),
    }
    return {name: value for name, value in (found | dict(vitals)).items() if value}


def compare(one: Mapping[str, str], two: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the facts that both state alike, and of those in which they differ or that one alone states."""
    names = list(dict.fromkeys((*one, *two)))
    equal = tuple(name for name in names if one.get(name) == two.get(name))
    return equal, tuple(name for name in names if name not in equal)


def _facts(store: Store, keys: Iterable[str]) -> dict[str, Mapping[str, Any]]:
    rows = store.query(
        "SELECT note_key, report->'facts' FROM notes WHERE note_key IN (SELECT unnest(?::VARCHAR[]))", [sorted(keys)]
    )
    return {key: json.loads(facts) if facts else {} for key, facts in rows}


def _joined(values: Iterable[str | None]) -> str:
    return ", ".join(sorted({str(value) for value in values if value}))


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _telling(pair: Pair) -> tuple[bool, float, str, str]:
    """Another patient's note first, the same visit twice last."""
    return (pair.kind == "same visit", -pair.similarity, pair.first, pair.second)


def _most_uniform(alike: Alike) -> tuple[float, str]:
    return (-alike.template, alike.provider)
