"""How honest a probability is: discrimination, calibration, and what a threshold costs.

All functions take `probabilities` (n,) float64 in 0..1 and `right` (n,) bool.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Bin:
    """One of the equally filled bins: mean probability said, share that was right, and how many."""

    said: float
    was: float
    count: int


@dataclass(frozen=True)
class Operating:
    """What a threshold does; the three shares are 0..1 of the answerable and the unanswerable.

    `answered_right` and `answered_wrong` are shares of the answerable questions.
    """

    threshold: float
    answered_right: float
    answered_wrong: float
    unanswerable_answered: float


def auroc(probabilities: Floats, right: Flags) -> float:
    """Return the chance that a right case is rated above a wrong one, ties half (Hanley 1982).

    NaN when one of the two is missing.
    """
    good, bad = probabilities[right], probabilities[~right]
    if not len(good) or not len(bad):
        return float("nan")
    bad = np.sort(bad)
    below = np.searchsorted(bad, good, side="left")
    not_above = np.searchsorted(bad, good, side="right")
    return float((below + not_above).sum() / (2 * len(good) * len(bad)))


def brier(probabilities: Floats, right: Flags) -> float:
    """Return the mean squared error of the probabilities (Brier 1950)."""
    return float(np.mean((probabilities - right) ** 2))


def bins(probabilities: Floats, right: Flags, count: int = 10) -> list[Bin]:
    """Sort by probability and cut into `count` bins of equal size, least likely first."""
    order = np.argsort(probabilities, kind="stable")
    return [
        Bin(float(probabilities[part].mean()), float(right[part].mean()), len(part))
        for part in np.array_split(order, count)
        if len(part)
    ]


def calibration_error(probabilities: Floats, right: Flags, count: int = 10) -> float:
    """Return the expected calibration error over equally filled bins (Nguyen & O'Connor 2015)."""
    parts = bins(probabilities, right, count)
    total = sum(part.count for part in parts)
    return sum(part.count * abs(part.said - part.was) for part in parts) / total


def operating_point(
    threshold: float, probabilities: Floats, right: Flags, answerable: Flags
) -> Operating:
    """Say what answering from `threshold` on does; shares of nothing are 0.0."""
    answered = probabilities >= threshold

    def share(of: Flags, hit: Flags) -> float:
        return float((of & hit).sum() / max(1, int(of.sum())))

    return Operating(
        threshold,
        share(answerable, answered & right),
        share(answerable, answered & ~right),
        share(~answerable, answered),
    )


def threshold_for(max_unanswerable: float, probabilities: Floats, answerable: Flags) -> float:
    """Return the lowest threshold at which at most this share of unanswerable ones are answered."""
    unanswerable = np.sort(probabilities[~answerable])[::-1]
    allowed = int(max_unanswerable * len(unanswerable))
    if allowed >= len(unanswerable):
        return 0.0
    return float(np.nextafter(unanswerable[allowed], np.inf))


@dataclass(frozen=True)
class Coverage:
    """Answering all cases rated `threshold` or more: the share answered, and of those the share
    that was not right (the risk).
    """

    threshold: float
    answered: float
    risk: float


def risk_coverage(probabilities: Floats, right: Flags) -> list[Coverage]:
    """Return the risk at every coverage, the surest case first (El-Yaniv & Wiener 2010, JMLR 11).

    Equally rated cases are answered together, so there is one point a different probability.
    """
    order = np.argsort(-probabilities, kind="stable")
    rated, wrong = probabilities[order], np.cumsum(~right[order])
    last = [*np.flatnonzero(np.diff(rated)), len(rated) - 1] if len(rated) else []
    return [
        Coverage(float(rated[at]), (int(at) + 1) / len(rated), float(wrong[at]) / (int(at) + 1))
        for at in last
    ]
