"""Figures of a probability, against values worked out by hand."""

import numpy as np
import pytest

from evals.reliability import (
    auroc,
    bins,
    brier,
    calibration_error,
    operating_point,
    risk_coverage,
    threshold_for,
)

RATED = np.array([0.9, 0.8, 0.4, 0.3, 0.2])
RIGHT = np.array([True, False, True, False, False])


def test_auroc_counts_pairs_in_the_right_order() -> None:
    assert auroc(RATED, RIGHT) == pytest.approx(5 / 6)
    assert auroc(np.full(5, 0.5), RIGHT) == pytest.approx(0.5)
    assert np.isnan(auroc(RATED, np.ones(5, dtype=bool)))


def test_brier_is_the_mean_squared_error() -> None:
    assert brier(RATED, RIGHT) == pytest.approx((0.01 + 0.64 + 0.36 + 0.09 + 0.04) / 5)


def test_bins_are_equally_filled_and_honest_ones_have_no_error() -> None:
    assert [part.count for part in bins(RATED, RIGHT, 2)] == [3, 2]
    honest = np.array([0.5, 0.5, 0.5, 0.5])
    assert calibration_error(honest, np.array([True, False, True, False]), 1) == 0.0


def test_the_threshold_keeps_its_promise_at_the_least_cost() -> None:
    answerable = np.array([True, False, True, False, False])
    threshold = threshold_for(0.34, RATED, answerable)
    point = operating_point(threshold, RATED, RIGHT, answerable)
    assert point.unanswerable_answered <= 0.34
    assert point.answered_right == 1.0
    assert threshold_for(1.0, RATED, answerable) == 0.0


def test_the_risk_is_counted_among_those_answered_surest_first() -> None:
    curve = risk_coverage(RATED, RIGHT)
    assert [round(point.answered, 2) for point in curve] == [0.2, 0.4, 0.6, 0.8, 1.0]
    assert [round(point.risk, 3) for point in curve] == [0.0, 0.5, 0.333, 0.5, 0.6]
    assert [point.threshold for point in curve] == sorted(RATED, reverse=True)


def test_cases_rated_alike_are_answered_together() -> None:
    (point,) = risk_coverage(np.full(5, 0.5), RIGHT)
    assert (point.answered, point.risk) == (1.0, 0.6)
