"""A random sample of a scan for a human auditor: simple or stratified, the same again for the same seed."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from notecheck.audit.batch import Judged, read_batch
from notecheck.errors import InputError
from notecheck.records import ClaimLine
from notecheck.scan.store import Store

By = Literal["family", "readiness"]

_ASKED = """
SELECT note_key, code, name, severity, message, quote, line, page, billed FROM findings
WHERE severity <> 'info' AND note_key IN (SELECT unnest(?::VARCHAR[])) ORDER BY note_key, number
"""
_ITEMS = """
SELECT note_key, requirement, question, answer, because, quote FROM checklist
WHERE NOT coalesce(for_person, false) AND note_key IN (SELECT unnest(?::VARCHAR[])) ORDER BY note_key, number
"""

_LINES = """
SELECT note_key, code, modifiers, units, icd10 FROM claims
WHERE NOT coalesce(proposed, false) AND note_key IN (SELECT unnest(?::VARCHAR[])) ORDER BY note_key, number
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A note of the sample, its stratum, and what was billed for it: empty without a claim."""

    note: Judged
    stratum: str
    billed: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the auditor answers. ``kind`` is ``finding`` or ``requirement``, ``check`` its code or name.

    ``tool`` is the tool's answer: yes or no for a finding, one of the four answers for a requirement.
    """

    key: str
    kind: str
    check: str
    question: str
    tool: str
    why: str
    quote: str
    place: str


@dataclass(frozen=True, slots=True)
class Sample:
    """The notes drawn, what is asked of each, and how many notes each stratum has in the batch."""

    drawn: tuple[Drawn, ...]
    asked: tuple[Asked, ...]
    sizes: dict[str, int]
    way: str
    seed: int


def sample(store: Store, *, per_provider: int, seed: int, by: By | None = None, blind: bool = False) -> Sample:
    """Draw notes of every provider and gather what the auditor is asked.

    With ``by`` the notes of each provider are shared out over the strata in proportion to their size, one at least
    where the number allows. ``blind`` asks about every check that fired in the sample on every note, so that the
    question does not give the answer away. Raises InputError NC-A01 for a scan without notes, NC-A20 for a number
    below one.
    """
    if per_provider < 1:
        raise InputError("NC-A20", "no note to draw", where="--per-provider", next_step="Give a number from one on.")
    strata: dict[str, dict[str, list[Judged]]] = defaultdict(lambda: defaultdict(list))
    for note in read_batch(store).notes:
        strata[note.provider][stratum_of(note, by)].append(note)
    drawn: list[Drawn] = []
    sizes: dict[str, int] = {}
    for provider in sorted(strata):
        parts = strata[provider]
        shares = allotted({name: len(notes) for name, notes in parts.items()}, per_provider)
        for name in sorted(parts):
            sizes[name] = len(parts[name])
            chance = random.Random(f"{seed}:{name}")
            drawn += [Drawn(note, name) for note in chance.sample(parts[name], shares[name])]
    drawn.sort(key=_order)
    lines = _billed(store, [one.note.key for one in drawn])
    drawn = [replace(one, billed=lines.get(one.note.key, "")) for one in drawn]
    way = f"{per_provider} notes of each provider, {f'stratified by {by}' if by else 'simple random sample'}"
    return Sample(tuple(drawn), _asked(store, [d.note.key for d in drawn], blind), sizes, way, seed)


def stratum_of(note: Judged, by: By | None) -> str:
    """The stratum of a note: its provider, and procedure or readiness where asked."""
    return f"{note.provider} / {getattr(note, by)}" if by else note.provider


def allotted(sizes: dict[str, int], total: int) -> dict[str, int]:
    """How many to draw from each stratum: in proportion (largest remainder), never more than it has.

    Every stratum gets one where ``total`` allows.
    """
    whole = sum(sizes.values())
    total = min(total, whole)
    least = 1 if total >= len(sizes) else 0
    exact = {name: total * size / whole for name, size in sizes.items()}
    given = {name: min(sizes[name], max(least, int(share))) for name, share in exact.items()}
    while sum(given.values()) < total:
        open_still = [name for name in given if given[name] < sizes[name]]
        given[max(open_still, key=lambda name: (exact[name] - given[name], name))] += 1
    while sum(given.values()) > total:
        above = [name for name in given if given[name] > least]
        given[max(above, key=lambda name: (given[name] - exact[name], name))] -= 1
    return given


def _asked(store: Store, keys: Sequence[str], blind: bool) -> tuple[Asked, ...]:
    found: dict[tuple[str, str], Asked] = {}
    names: dict[str, str] = {}
    for key, code, name, severity, message, quote, line, page, billed in store.query(_ASKED, [list(keys)]):
        names[code] = name.replace("-", " ")
        place = f"page {page}, line {line}" if page else f"line {line}" if line else ""
        why = f"{severity}: {message}" + (f" ({billed})" if billed else "")
        found.setdefault(
            (key, code), Asked(key, "finding", code, f"Is this so: {names[code]}?", "yes", why, quote or "", place)
        )
    if blind:
        for key in keys:
            for code, name in sorted(names.items()):
                found.setdefault((key, code), Asked(key, "finding", code, f"Is this so: {name}?", "no", "", "", ""))
    items = [
        Asked(key, "requirement", requirement, question or requirement, answer, because or "", quote or "", "")
        for key, requirement, question, answer, because, quote in store.query(_ITEMS, [list(keys)])
    ]
    place_of = {key: number for number, key in enumerate(keys)}
    return tuple(sorted((*found.values(), *items), key=lambda a: (place_of[a.key], a.kind, a.check)))


def _billed(store: Store, keys: Sequence[str]) -> dict[str, str]:
    """The billed lines of each note as a coder writes them."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, code, modifiers, units, icd10 in store.query(_LINES, [list(keys)]):
        line = ClaimLine(code, tuple(modifiers or ()), units or 1, tuple(icd10 or ()))
        found[key].append(" ".join((line.shown(), *line.icd10)))
    return {key: "; ".join(lines) for key, lines in found.items()}


def _order(drawn: Drawn) -> tuple[str, str, str]:
    return (drawn.note.provider, drawn.stratum, drawn.note.key)
