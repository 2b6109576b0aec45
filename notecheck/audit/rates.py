"""Shares, rates and agreement with their exact tests and intervals: plain statistics, nothing of notes.

Sources: Fisher's exact test and the conditional (binomial) test of two Poisson rates (Przyborowski and Wilenski 1940);
false discovery rate by Benjamini and Hochberg (1995); intervals of Wilson (1927) and of Clopper and Pearson (1934); for
weighted samples the same with the effective size of Korn and Graubard (1998); kappa of Cohen (1960).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interval:
    """A share, 0 to 1, with the two ends of its 95 % interval; ``method`` names it."""

    share: float
    low: float
    high: float
    method: str


def share_against(count: int, of: int, others: int, of_others: int) -> float:
    """The two-sided p of Fisher's exact test: a provider's share against that of all others. 1 without numbers."""
    from scipy.stats import fisher_exact

    if not of or not of_others:
        return 1.0
    return float(fisher_exact([[count, of - count], [others, of_others - others]]).pvalue)


def rate_against(count: int, exposure: int, others: int, of_others: int) -> float:
    """The two-sided p that two counts have one Poisson rate for each unit of exposure. 1 without numbers."""
    from scipy.stats import binomtest

    if not exposure or not of_others or count + others == 0:
        return 1.0
    return float(binomtest(count, count + others, exposure / (exposure + of_others)).pvalue)


def adjusted(p_values: Sequence[float]) -> list[float]:
    """The p values after Benjamini and Hochberg: the false discovery rate at which each would be called."""
    from scipy.stats import false_discovery_control

    return [float(q) for q in false_discovery_control(list(p_values), method="bh")] if p_values else []


def wilson(count: float, of: float) -> Interval:
    """The 95 % interval of Wilson. ``of`` may be an effective size; raises ValueError where it is not above zero."""
    if of <= 0:
        raise ValueError("no share of nothing")
    z = 1.959963984540054
    share = count / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return Interval(share, max(0.0, middle - half), min(1.0, middle + half), "Wilson")


def clopper_pearson(count: float, of: float) -> Interval:
    """The exact 95 % interval. ``of`` may be an effective size; raises ValueError where it is not above zero."""
    from scipy.stats import beta

    if of <= 0:
        raise ValueError("no share of nothing")
    low = 0.0 if count <= 0 else float(beta.ppf(0.025, count, of - count + 1))
    high = 1.0 if count >= of else float(beta.ppf(0.975, count + 1, of - count))
    return Interval(count / of, low, high, "Clopper-Pearson")


@dataclass(frozen=True, slots=True)
class Stratum:
    """Of ``size`` notes ``drawn`` were read, and ``count`` of those have the property."""

    size: int
    drawn: int
    count: int


def weighted(strata: Sequence[Stratum]) -> tuple[Interval, Interval]:
    """The share in the whole from a stratified sample: Wilson and Clopper-Pearson with the effective size.

    Every stratum counts by its size; the variance has the correction for a finite whole. A stratum of which one note
    alone was read takes the variance of the pooled share. Raises ValueError where nothing was drawn.
    """
    read = [one for one in strata if one.drawn]
    whole = sum(one.size for one in read)
    drawn = sum(one.drawn for one in read)
    if not drawn:
        raise ValueError("nothing was drawn")
    share = sum(one.size / whole * one.count / one.drawn for one in read)
    pooled = sum(one.count for one in read) / drawn
    variance = 0.0
    for one in read:
        part = one.count / one.drawn if one.drawn > 1 else pooled
        spread = part * (1 - part) / max(1, one.drawn - 1)
        variance += (one.size / whole) ** 2 * (1 - one.drawn / one.size) * spread
    size = share * (1 - share) / variance if variance > 0 else float(drawn)
    size = max(1.0, size)
    return wilson(share * size, size), clopper_pearson(share * size, size)


def kappa(table: Sequence[Sequence[float]]) -> float | None:
    """Cohen's kappa of a square table of counts; None where chance alone would agree always, or for an empty table."""
    total = sum(map(sum, table))
    if not total:
        return None
    seen = sum(table[i][i] for i in range(len(table))) / total
    chance = sum(sum(table[i]) * sum(row[i] for row in table) for i in range(len(table))) / total**2
    return None if chance >= 1 else (seen - chance) / (1 - chance)


def precision_recall(both: int, tool_alone: int, auditor_alone: int) -> tuple[float | None, float | None]:
    """Precision and recall of the tool; None where there is nothing to divide by."""
    called, true = both + tool_alone, both + auditor_alone
    return (both / called if called else None, both / true if true else None)
