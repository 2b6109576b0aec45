"""Shares, intervals, kappa and the comparison of providers, against values that are published or worked by hand."""

from __future__ import annotations

import random

import pytest

from notecheck.audit import rates
from notecheck.audit.batch import Billed, Judged
from notecheck.audit.measures import measures
from notecheck.audit.rates import Stratum
from notecheck.audit.utilisation import utilisation


def test_intervals_are_those_of_the_textbook() -> None:
    # Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29
    for count, of, wilson, exact in [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)), (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0, 0.1611), (0.0, 0.1684)), (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ]:  # fmt: skip
        one, two = rates.wilson(count, of), rates.clopper_pearson(count, of)
        assert (one.low, one.high) == pytest.approx(wilson, abs=1e-4)
        assert (two.low, two.high) == pytest.approx(exact, abs=1e-4)
    with pytest.raises(ValueError):
        rates.wilson(0, 0)


def test_exact_tests_and_correction() -> None:
    assert rates.share_against(3, 4, 1, 4) == pytest.approx(0.4857, abs=1e-4)  # Fisher's tea
    assert rates.rate_against(0, 10, 0, 10) == 1.0 and rates.share_against(0, 0, 1, 2) == 1.0
    assert rates.rate_against(30, 100, 10, 100) < 0.01
    # Benjamini and Hochberg 1995: four of the fifteen p values are called at 0.05
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert sum(q <= 0.05 for q in rates.adjusted(published)) == 4
    assert rates.adjusted([]) == []


def test_kappa() -> None:
    assert rates.kappa([[20, 5], [10, 15]]) == pytest.approx(0.4)  # Cohen's example of 50 grants
    assert rates.kappa([[45, 15], [25, 15]]) == pytest.approx(0.1304, abs=1e-4)
    assert rates.kappa([[7, 0], [0, 0]]) is None and rates.kappa([]) is None
    assert rates.precision_recall(8, 2, 4) == (0.8, pytest.approx(2 / 3))
    assert rates.precision_recall(0, 0, 0) == (None, None)


def test_a_stratified_estimate_counts_each_stratum_by_its_size() -> None:
    one, two = rates.weighted([Stratum(900, 30, 3), Stratum(100, 30, 15)])
    assert one.share == pytest.approx(0.9 * 0.1 + 0.1 * 0.5)
    assert one.low < one.share < one.high and two.low <= one.low
    simple, _ = rates.weighted([Stratum(10**9, 263, 81)])
    assert (simple.low, simple.high) == pytest.approx((0.2553, 0.3662), abs=2e-3)
    nothing, _ = rates.weighted([Stratum(50, 10, 0), Stratum(50, 10, 0)])
    assert nothing.share == 0 and nothing.high == pytest.approx(rates.wilson(0, 20).high)
    with pytest.raises(ValueError):
        rates.weighted([Stratum(5, 0, 0)])


def test_the_interval_of_a_stratified_sample_covers_the_truth() -> None:
    chance = random.Random(5)
    inside = 0
    for _ in range(300):
        wholes = [[chance.random() < share for _ in range(size)] for size, share in ((400, 0.05), (200, 0.2), (60, 0.6))]
        truth = sum(map(sum, wholes)) / 660
        strata = [Stratum(len(whole), 20, sum(chance.sample(whole, 20))) for whole in wholes]
        interval = rates.weighted(strata)[0]
        inside += interval.low <= truth <= interval.high
    assert inside / 300 > 0.92


def _batch(seed: int) -> tuple[list[Judged], list[Billed], dict[tuple[str, str], int]]:
    chance = random.Random(seed)
    notes, lines, levels = [], [], {}
    for number in range(1800):
        key, provider = f"n{number}", f"dr-{number % 12}"
        odd = provider == "dr-0"
        notes.append(Judged(key, key, "a.txt", "", f"P{number // 2}", provider, "medicare", "2026-03-04", ("trigger-point",), chance.choice(["ready", "hold"]), 0, 0))
        lines.append(Billed(key, "20553" if chance.random() < (0.8 if odd else 0.3) else "20552", (), 1.0))
        if chance.random() < 0.4:
            lines.append(Billed(key, "99213", ("25",), 1.0))
        levels[key, "facet-rfa"] = 1 + (chance.random() < 0.5)
    notes.append(Judged("s", "s", "a.txt", "", "PX", "dr-small", "medicare", "2026-03-04", ("trigger-point",), "hold", 0, 0))
    lines.append(Billed("s", "20553", (), 1.0))
    return notes, lines, levels


def test_a_provider_who_bills_otherwise_is_seen_and_nobody_else() -> None:
    uses = utilisation(*_batch(3), measures())
    outlying = {(use.provider, use.measure) for use in uses if use.outlying}
    assert outlying == {("dr-0", "trigger-three-or-more")}
    first = uses[0]
    assert (first.of, first.few) == (150, False) and first.rate > 0.7 > 0.4 > first.rate_others
    small = next(use for use in uses if use.provider == "dr-small" and use.measure == "trigger-three-or-more")
    assert small.few and not small.outlying


def test_chance_alone_calls_hardly_anybody() -> None:
    called = 0
    for seed in range(8):
        notes, lines, levels = _batch(100 + seed)
        called += sum(use.outlying for use in utilisation(notes, [line for line in lines if line.code == "99213"], levels, measures()))
    assert called <= 2
