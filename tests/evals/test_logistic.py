"""Fitting by likelihood: what is found is the best within the limits, and calibration is undone."""

import numpy as np
import pytest

from evals.logistic import (
    ANY,
    AT_LEAST_0,
    AT_MOST_0,
    Limits,
    calibrate,
    fit_logistic,
    moved,
    sigmoid,
)
from evals.reliability import Flags, Floats

WEIGHTS = np.array([1.5, -0.8, 0.2])
_RANDOM = np.random.default_rng(5)
Z = _RANDOM.normal(size=(4000, 3))
RIGHT = _RANDOM.random(4000) < sigmoid(Z @ WEIGHTS + 0.4)
ROWS = np.where(np.arange(4000) % 3 == 0, 0.3, 1.0)


def penalised(b: Floats, inverse_regularisation: float) -> float:
    """What is minimised: the negative log-likelihood of weighted rows and half the squared weights."""
    said = sigmoid(Z @ b[1:] + b[0])
    likelihood = np.log(np.where(RIGHT, said, 1 - said))
    return float(-inverse_regularisation * (ROWS @ likelihood) + 0.5 * b[1:] @ b[1:])


def fitted(limits: list[Limits], inverse_regularisation: float = 0.3) -> Floats:
    return fit_logistic(Z, RIGHT, ROWS, limits, inverse_regularisation)


@pytest.mark.parametrize("inverse_regularisation", [0.3, 0.003])
def test_nothing_near_what_is_found_is_better(inverse_regularisation: float) -> None:
    found = fitted([ANY] * 3, inverse_regularisation)
    best = penalised(found, inverse_regularisation)
    for at in range(4):
        for step in (-0.02, 0.02):
            other = found.copy()
            other[at] += step
            assert penalised(other, inverse_regularisation) > best, (at, step)


def test_what_the_rows_say_is_found() -> None:
    assert fitted([ANY] * 3) == pytest.approx([0.4, *WEIGHTS], abs=0.15)


def test_weights_keep_within_their_limits() -> None:
    found = fitted([AT_MOST_0, AT_LEAST_0, (1.0, None)])
    assert found[1:] == pytest.approx([0.0, 0.0, 1.0])
    free = fitted([AT_LEAST_0, AT_MOST_0, (-1.0, 1.0)])
    assert free == pytest.approx(fitted([ANY] * 3), abs=1e-3)


def test_calibration_tells_how_far_logits_exaggerate() -> None:
    logits: Floats = Z @ WEIGHTS + 0.4
    right: Flags = RIGHT
    slope, offset = calibrate(2 * logits - 3, right)
    assert (slope, offset) == pytest.approx((0.5, 1.5), abs=0.1)


def test_a_band_moves_with_its_logits() -> None:
    low, high = moved((0.25, 0.75), 2.0, 0.0)
    assert (low, high) == pytest.approx((0.1, 0.9))
