"""Logistic regression whose weights keep within limits, and its calibration.

A better match must never make an answer less likely on another company's articles, whatever a
sample's collinear features suggest.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np

from evals.reliability import Flags, Floats

Limits = tuple[float | None, float | None]
"""The least and the most that a weight may be; None: no limit on that side."""

ANY: Final[Limits] = (None, None)
AT_LEAST_0: Final[Limits] = (0.0, None)
AT_MOST_0: Final[Limits] = (None, 0.0)


def fit_logistic(
    z: Floats,
    right: Flags,
    weight: Floats,
    limits: Sequence[Limits],
    inverse_regularisation: float,
) -> Floats:
    """Fit a logistic by L2-penalised likelihood, each weight within its limits.

    `z` is (n, k), standardised; `right` (n,) bool; `weight` (n,) the rows' weights; `limits` (k,).
    Returns (1 + k,): the intercept, then the weights.
    """
    from scipy.optimize import minimize

    sign = np.where(right, 1.0, -1.0)

    def loss(b: Floats) -> tuple[float, Floats]:
        margin = sign * (z @ b[1:] + b[0])
        value = inverse_regularisation * float(weight @ np.logaddexp(0.0, -margin))
        pull = -inverse_regularisation * weight * sign * sigmoid(-margin)
        gradient = np.concatenate([[pull.sum()], z.T @ pull + b[1:]])
        return value + 0.5 * float(b[1:] @ b[1:]), gradient

    start = [0.0, *(max(0.0, low or 0.0) for low, _ in limits)]
    found = minimize(loss, start, jac=True, bounds=[ANY, *limits], method="L-BFGS-B")
    return np.asarray(found.x, dtype=np.float64)


def calibrate(logits: Floats, right: Flags) -> tuple[float, float]:
    """Return slope and offset that turn logits into calibrated ones (Platt 1999)."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=1e6).fit(logits[:, None], right)
    return float(fitted.coef_[0][0]), float(fitted.intercept_[0])


def logit(probability: float) -> float:
    """The log-odds of a probability."""
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return float(np.log(kept / (1 - kept)))


def sigmoid(z: Floats) -> Floats:
    """The probabilities of log-odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-z)), dtype=np.float64)


def moved(band: tuple[float, float], slope: float, offset: float) -> tuple[float, float]:
    """Where two probabilities come to lie when all logits do: slope × logit + offset."""
    low, high = sigmoid(slope * np.array([logit(p) for p in band]) + offset)
    return float(low), float(high)
