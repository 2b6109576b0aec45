"""Which claim belongs to which document, where several documents fit a claim: settled once all were read.

A claim that names a note, an encounter, or a patient and a day may fit several documents: the visit note, the
procedure note, the report on the images. Then the kinds of procedure decide: those that the billed codes stand for
against those that each document tells of. What they do not decide stays open, and is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from notecheck.policy.codes import CodeTables
from notecheck.records import Claim

WAYS = ("name", "encounter", "encounter, by the name in the claim", "patient and day")
"""How a claim finds documents, the surest way first: the place in this list is the tier of a :class:`Fit`."""

BY_PROCEDURES = ", by its procedures"
"""Added to the way where several documents fitted and the procedures decided."""

SEVERAL_CLAIMS = "several claims fit the same document"


@dataclass(frozen=True, slots=True)
class Fit:
    """A claim that may belong to a document. ``tier`` is the place in WAYS; ``claim`` is its number or key."""

    note_key: str
    claim: str
    tier: int


@dataclass(frozen=True, slots=True)
class Told:
    """What settles: where a document stands, the families of its procedures, and the checksum of its text."""

    where: tuple[str, str]
    families: frozenset[str]
    content_hash: str


@dataclass(frozen=True, slots=True)
class Settled:
    """``of``: the claim of a document and how it was found; ``reasons``: why a claim that fits has no document."""

    of: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)


def families_billed(claim: Claim, codes: CodeTables) -> frozenset[str]:
    """The families of procedures that the codes of a claim stand for; none for visits, drugs and the like."""
    day = date.fromisoformat(claim.date_of_service) if claim.date_of_service else date.today()
    rows = (codes.best_row(code, day) for code in claim.codes)
    return frozenset(family for row in rows if row is not None for family in row.fact_families)


def settle(
    fits: Iterable[Fit], told: Mapping[str, Told], billed: Callable[[str], frozenset[str]]
) -> Settled:
    """One claim for one document, tier by tier: the surest way first, the documents left for the next.

    A claim that fits several documents goes to the one whose procedures it bills most of; a claim without procedures
    to the one that tells of none. Copies of one text count as one. Where several claims choose one document, none has
    it. ``billed`` gives the families of a claim. The order of ``fits`` is of no matter.
    """
    by_tier: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for fit in fits:
        if fit.note_key in told:
            by_tier[fit.tier][fit.claim].append(fit.note_key)
    of: dict[str, tuple[str, str]] = {}
    reasons: dict[str, str] = {}
    placed: set[str] = set()
    for tier in sorted(by_tier):
        chosen: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for claim, notes in by_tier[tier].items():
            left = sorted({key for key in notes if key not in of}, key=lambda key: told[key].where)
            if claim in placed or claim in reasons or not left:
                continue
            best = _best(left, told, billed(claim)) if len(left) > 1 else left[0]
            if best is None:
                reasons[claim] = f"{len(left)} documents fit by {WAYS[tier]}, and their procedures do not tell which"
            else:
                chosen[best].append((claim, WAYS[tier] + (BY_PROCEDURES if len(left) > 1 else "")))
        for key, claims in chosen.items():
            if len(claims) == 1:
                of[key] = claims[0]
                placed.add(claims[0][0])
            else:
                reasons.update((claim, SEVERAL_CLAIMS) for claim, _ in claims)
    return Settled(of, reasons)


def _best(left: list[str], told: Mapping[str, Told], billed: frozenset[str]) -> str | None:
    scores = {key: len(billed & told[key].families) if billed else not told[key].families for key in left}
    most = max(scores.values())
    best = [key for key in left if scores[key] == most] if most else []
    same = len({told[key].content_hash for key in best or left}) == 1
    return (best or left)[0] if same else None
