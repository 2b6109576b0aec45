"""How often each provider does something, against everybody else of the batch, with an exact test.

A low q says that chance alone does not explain the difference. It does not say why: another clinic sees other patients.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from notecheck.audit import rates
from notecheck.audit.batch import UNKNOWN, Billed, Judged
from notecheck.audit.measures import Measure

FEW = 20
"""Below this many sessions, lines or patients a provider's figure is called small."""

FALSE_DISCOVERY = 0.05
"""The share of false calls among the differences shown as such (Benjamini and Hochberg)."""


@dataclass(frozen=True, slots=True)
class Use:
    """One measure of one provider. ``rate`` and ``rate_others`` are shares, or means where ``mean`` is true.

    ``count`` of ``of`` is the provider's, ``p`` the exact p, ``q`` the same after correction for all comparisons.
    """

    provider: str
    measure: str
    says: str
    count: int
    of: int
    rate: float
    rate_others: float
    mean: bool
    p: float
    q: float = 1.0

    @property
    def outlying(self) -> bool:
        """True where chance does not explain the difference."""
        return self.q < FALSE_DISCOVERY

    @property
    def few(self) -> bool:
        """True where the numbers are small."""
        return self.of < FEW


def utilisation(
    notes: Sequence[Judged],
    lines: Sequence[Billed],
    levels: Mapping[tuple[str, str], int],
    chosen: Iterable[Measure],
) -> tuple[Use, ...]:
    """Every measure for every provider that has a number for it, the least likely differences first."""
    found: list[Use] = []
    for measure in chosen:
        counts, sizes = _counted(measure, notes, lines, levels)
        found += _compared(measure, counts, sizes)
    q_values = rates.adjusted([use.p for use in found])
    made = [_with_q(use, q) for use, q in zip(found, q_values, strict=True)]
    return tuple(sorted(made, key=_least_likely))


def _counted(
    measure: Measure, notes: Sequence[Judged], lines: Sequence[Billed], levels: Mapping[tuple[str, str], int]
) -> tuple[Counter[str], Counter[str]]:
    """Counts and sizes by provider."""
    of = {note.key: note.provider for note in notes}
    counts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    if measure.kind == "share":
        return _shares(measure, notes, [line for line in lines if line.key in of], of)
    if measure.kind == "extra-units":
        for line in lines:
            if line.code in measure.of and line.key in of:
                sizes[of[line.key]] += 1
                counts[of[line.key]] += max(0, round(line.units) - 1)
    elif measure.kind == "extra-levels":
        for (key, family), count in levels.items():
            if family in measure.families and key in of:
                sizes[of[key]] += 1
                counts[of[key]] += count - 1
    elif measure.kind == "sessions":
        seen: dict[tuple[str, str], set[str]] = defaultdict(set)
        for note in notes:
            if note.families and note.patient and note.day:
                seen[note.provider, note.patient].add(note.day)
        for (provider, _), days in seen.items():
            sizes[provider] += 1
            counts[provider] += len(days) - 1
    else:
        for note in notes:
            sizes[note.provider] += 1
            counts[note.provider] += note.readiness == "hold"
    return counts, sizes


def _shares(
    measure: Measure, notes: Sequence[Judged], lines: Sequence[Billed], of: Mapping[str, str]
) -> tuple[Counter[str], Counter[str]]:
    if measure.lines:
        sizes = Counter(of[line.key] for line in lines if line.code in measure.of)
        return Counter(of[line.key] for line in lines if _counts(line, measure) and line.code in measure.of), sizes
    billed = {line.key for line in lines}
    treated = {note.key for note in notes if note.families and note.key in billed}
    asked = {line.key for line in lines if line.code in measure.of} if measure.of else treated
    hits = {line.key for line in lines if _counts(line, measure)} & asked
    return Counter(of[key] for key in hits), Counter(of[key] for key in asked)


def _counts(line: Billed, measure: Measure) -> bool:
    code = not measure.count or line.code in measure.count
    return code and (not measure.modifiers or bool(set(line.modifiers) & set(measure.modifiers)))


def _compared(measure: Measure, counts: Counter[str], sizes: Counter[str]) -> Iterable[Use]:
    mean = measure.kind in ("extra-units", "extra-levels", "sessions")
    test = rates.rate_against if mean else rates.share_against
    all_counts, all_sizes = sum(counts.values()), sum(sizes.values())
    if not all_counts:
        return
    for provider, of in sorted(sizes.items()):
        others, of_others = all_counts - counts[provider], all_sizes - of
        if provider == UNKNOWN or not of_others:
            continue
        base = 1.0 if mean else 0.0
        yield Use(
            provider,
            measure.slug,
            measure.says,
            counts[provider],
            of,
            base + counts[provider] / of,
            base + others / of_others,
            mean,
            test(counts[provider], of, others, of_others),
        )


def _with_q(use: Use, q: float) -> Use:
    return Use(use.provider, use.measure, use.says, use.count, use.of, use.rate, use.rate_others, use.mean, use.p, q)


def _least_likely(use: Use) -> tuple[float, str, str]:
    return (use.q, use.provider, use.measure)
