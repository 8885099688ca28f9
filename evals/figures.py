"""A figure of a report: a mean with its interval and what it was counted on."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

Z_95 = 1.959964
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True)
class Figure:
    """A mean over cases with its 95 % interval; `count` cases stand behind it.

    With no cases the figure is not there at all.
    """

    name: str
    value: float
    low: float
    high: float
    count: int


def proportion(name: str, hits: int, count: int) -> Figure:
    """Make a figure of a share, with Wilson's score interval (Wilson 1927, JASA 22)."""
    share = hits / count
    centre = (share + Z_95**2 / (2 * count)) / (1 + Z_95**2 / count)
    half = (Z_95 / (1 + Z_95**2 / count)) * sqrt(
        share * (1 - share) / count + Z_95**2 / (4 * count**2)
    )
    return Figure(name, share, max(0.0, centre - half), min(1.0, centre + half), count)


def average(name: str, values: Sequence[float], *, top: float | None = 1.0) -> Figure:
    """Make a figure of a mean of values of at least 0, with the normal interval of the mean.

    `top` is the greatest value there can be (None: no bound); the interval keeps within.
    """
    count = len(values)
    mean = sum(values) / count
    variance = sum((value - mean) ** 2 for value in values) / max(1, count - 1)
    half = Z_95 * sqrt(variance / count)
    high = mean + half
    return Figure(name, mean, max(0.0, mean - half), high if top is None else min(top, high), count)
