"""Copied notes: which notes share wording that neither a template nor chance explains.

Every run of words weighs what it says: the negative logarithm of the share of the provider's other notes, or of the
batch's, that hold it too. Template text weighs nothing, a history of one patient much. Two notes are alike by the part
of the weight of the one that says less of its own which the other holds as well.

Every pair is looked at, by a product of sparse matrices. A MinHash index (datasketch) on the same runs found the same
copies, took longer on 1,300 notes and can miss some, so it is not used.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from notecheck.scan.fingerprint import RUN, Fingerprint, opened, runs_of

if TYPE_CHECKING:
    import numpy

    Numbers = numpy.ndarray[Any, Any]

ALIKE = 0.45
"""Least part of the weight that two notes share to count as copied; see the figures in README."""

_MARGIN = 3.0  # natural logarithm: the agreement expected once in some twenty batches by chance alone
_COMMON = math.log(2)  # what half of the provider's other notes hold is template
_PRIOR = 2.0  # how many notes the whole batch counts for where a provider has few
_BLOCK = 500
_GAP = 3


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store holds of a note's wording; ``patient``, ``provider`` and ``day`` may be empty."""

    key: str
    fingerprint: bytes
    patient: str = ""
    provider: str = ""
    day: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that two notes share: places in characters, first and second note, and how many words.

    ``particular`` says how many of them are more than template.
    """

    first: tuple[int, int]
    second: tuple[int, int]
    words: int
    particular: int


@dataclass(frozen=True, slots=True)
class Pair:
    """Two notes of which one is likely a copy of the other.

    ``similarity`` is 0 to 1, ``surprise`` the natural logarithm of how unlikely the agreement is. ``kind`` is
    ``another patient``, ``another day``, ``same visit`` (the same note twice) or ``patient unknown``.
    """

    first: str
    second: str
    similarity: float
    surprise: float
    kind: str


def find(kept: Sequence[Kept], *, alike: float = ALIKE) -> tuple[Pair, ...]:
    """Every pair of copied notes, the most alike first. Notes without a fingerprint of this version are left out."""
    import numpy as np

    kept, sets = _readable(kept)
    if len(kept) < 2:
        return ()
    weights, columns, owners = _weights(kept, sets)
    least = math.log(len(kept) * (len(kept) - 1) / 2) + _MARGIN
    totals = np.bincount(owners, weights=weights, minlength=len(kept))
    found: list[Pair] = []
    for rows, others, shared in _products(weights, columns, owners, len(kept)):
        part = shared / np.minimum(totals[rows], totals[others])
        for at in np.flatnonzero((part >= alike) & (shared / RUN >= least)):
            one, two = sorted((kept[rows[at]], kept[others[at]]), key=_by_day)
            similarity, surprise = min(1.0, float(part[at])), float(shared[at]) / RUN
            found.append(Pair(one.key, two.key, round(similarity, 3), round(surprise, 1), _kind(one, two)))
    return tuple(sorted(found, key=_most_alike))


def groups(pairs: Iterable[Pair]) -> tuple[tuple[str, ...], ...]:
    """The notes of the pairs put together where one leads to the next, the largest group first."""
    leader: dict[str, str] = {}

    def led(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = key = leader[leader[key]]
        return key

    for pair in pairs:
        leader[led(pair.first)] = led(pair.second)
    together: dict[str, list[str]] = defaultdict(list)
    for key in sorted(leader):
        together[led(key)].append(key)
    return tuple(sorted((tuple(group) for group in together.values()), key=_largest))


def passages(first: Kept, second: Kept, template: frozenset[int] = frozenset()) -> tuple[Passage, ...]:
    """The stretches that two notes share, those with most words of their own first.

    ``template`` are the runs that count as template, as ``template_of`` gives them; stretches of nothing else are left
    out.
    """
    one, two = opened(first.fingerprint), opened(second.fingerprint)
    where = {run: at for at, run in reversed(list(enumerate(two.runs)))}
    found: list[Passage] = []
    held = [at for at, run in enumerate(one.runs) if run in where]
    stretch: list[int] = []
    for at in held:
        if stretch and not _goes_on(where[one.runs[stretch[-1]]], where[one.runs[at]], at - stretch[-1]):
            found += _passage(one, two, where, stretch, template)
            stretch = []
        stretch.append(at)
    if stretch:
        found += _passage(one, two, where, stretch, template)
    return tuple(sorted(found, key=_most_particular))


def template_of(kept: Iterable[Kept]) -> frozenset[int]:
    """The runs that more than half of these notes hold (those of one provider). Empty for fewer than three."""
    import numpy as np

    _, sets = _readable(list(kept))
    if len(sets) < 3:
        return frozenset()
    runs, counts = np.unique(np.concatenate(sets), return_counts=True)
    return frozenset(runs[counts > len(sets) / 2].tolist())


def template_share(one: Kept, template: frozenset[int]) -> float:
    """How much of a note is template, 0 to 1."""
    runs = opened(one.fingerprint).runs
    return sum(run in template for run in runs) / len(runs) if runs else 0.0


def _readable(kept: Sequence[Kept]) -> tuple[list[Kept], list[Numbers]]:
    import numpy as np

    notes, sets = [], []
    for one in kept:
        try:
            runs = np.unique(np.frombuffer(runs_of(one.fingerprint), dtype="<u4"))
        except ValueError:
            continue
        if len(runs):
            notes.append(one)
            sets.append(runs)
    return notes, sets


def _weights(kept: Sequence[Kept], sets: Sequence[Numbers]) -> tuple[Numbers, Numbers, Numbers]:
    """For each run of each note that is no template: its weight, its column and its note."""
    import numpy as np

    sizes = [len(runs) for runs in sets]
    owners = np.repeat(np.arange(len(sets)), sizes)
    vocabulary, columns = np.unique(np.concatenate(sets), return_inverse=True)
    in_batch = np.bincount(columns)[columns]
    names = {name: number for number, name in enumerate(dict.fromkeys(one.provider for one in kept))}
    provider = np.array([names[one.provider] for one in kept])
    notes_of = np.bincount(provider)[provider][owners]
    both = provider[owners].astype(np.int64) * len(vocabulary) + columns
    _, back, counts = np.unique(both, return_inverse=True, return_counts=True)
    # the two notes of a pair do not speak for the run being common
    batch = (np.maximum(in_batch - 2, 0) + 0.5) / (len(kept) - 1)
    own = (np.maximum(counts[back] - 2, 0) + _PRIOR * batch) / (np.maximum(notes_of - 2, 0) + _PRIOR)
    weights = -np.log(np.minimum(np.maximum(own, batch), 1.0))
    told = weights >= _COMMON
    return weights[told], columns[told], owners[told]


def _products(
    weights: Numbers, columns: Numbers, owners: Numbers, count: int
) -> Iterator[tuple[Numbers, Numbers, Numbers]]:
    """The shared weight of every two notes, in blocks of rows: first note, second note, weight."""
    import numpy as np
    from scipy.sparse import csr_matrix

    repeated = np.bincount(columns)[columns] > 1
    _, narrow = np.unique(columns[repeated], return_inverse=True)
    values = np.sqrt(weights[repeated]).astype(np.float32)
    matrix = csr_matrix((values, (owners[repeated], narrow)), shape=(count, int(narrow.max(initial=0)) + 1))
    turned = matrix.T.tocsr()
    for start in range(0, count, _BLOCK):
        product = (matrix[start : start + _BLOCK] @ turned[:, start:]).tocoo()
        above = product.col > product.row
        yield product.row[above] + start, product.col[above] + start, product.data[above]


def _goes_on(before: int, after: int, step: int) -> bool:
    return step <= _GAP and 0 <= after - before <= 2 * _GAP


def _passage(
    one: Fingerprint, two: Fingerprint, where: dict[int, int], stretch: Sequence[int], template: frozenset[int]
) -> Iterator[Passage]:
    particular = sum(one.runs[at] not in template for at in stretch)
    start, stop = stretch[0], stretch[-1]
    begin, end = where[one.runs[start]], where[one.runs[stop]]
    if particular:
        yield Passage(
            (one.starts[start], one.stops[stop + RUN - 1]),
            (two.starts[begin], two.stops[end + RUN - 1]),
            stop - start + RUN,
            particular,
        )


def _kind(one: Kept, two: Kept) -> str:
    if not one.patient or not two.patient:
        return "patient unknown"
    if one.patient != two.patient:
        return "another patient"
    return "same visit" if one.day == two.day else "another day"


def _by_day(one: Kept) -> tuple[str, str]:
    return (one.day, one.key)


def _most_alike(pair: Pair) -> tuple[float, float, str, str]:
    return (-pair.similarity, -pair.surprise, pair.first, pair.second)


def _largest(group: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return (-len(group), group)


def _most_particular(passage: Passage) -> tuple[int, int]:
    return (-passage.particular, passage.first[0])
