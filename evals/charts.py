"""Where the marks of a page's charts stand: pure geometry; the templates draw it.

Every chart has a plotting area of `WIDTH` × `HEIGHT` units, x to the right, y down, so that text of
ordinary size fits beside it on a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Final

from evals.reliability import Bin, Coverage

WIDTH: Final = 280
HEIGHT: Final = 220
_SMALLEST, _LARGEST = 3.0, 8.0  # radius of a bin's mark
_STEPS: Final = (0.1, 0.2, 0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Mark:
    """A point of a chart and the words that tell it."""

    x: float
    y: float
    words: str
    radius: float = 4.0


@dataclass(frozen=True)
class Tick:
    """A labelled place on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Reliability:
    """Said against was; honest bins lie on the diagonal."""

    marks: tuple[Mark, ...]
    path: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class RiskCoverage:
    """The share that was not right against the share answered, up to `top`; `now` is in force.

    `others` are further curves on the same axes ("before"), each a path.
    """

    path: str
    others: tuple[str, ...]
    area: str
    now: Mark | None
    x_ticks: tuple[Tick, ...]
    y_ticks: tuple[Tick, ...]


def reliability(parts: Sequence[Bin]) -> Reliability:
    """Place the bins; a mark's area grows with its bin."""
    most = max((part.count for part in parts), default=1)
    marks = tuple(
        Mark(
            part.said * WIDTH,
            HEIGHT * (1 - part.was),
            f"{part.count} questions rated {part.said:.0%} on average: {part.was:.0%} were right",
            _SMALLEST + (_LARGEST - _SMALLEST) * sqrt(part.count / most),
        )
        for part in parts
    )
    ticks = tuple(Tick(share / 4, f"{share * 25} %") for share in range(5))
    return Reliability(marks, _path([(m.x, m.y) for m in marks]), ticks)


def risk_coverage(
    curve: Sequence[Coverage], threshold: float, others: Sequence[Sequence[Coverage]] = ()
) -> RiskCoverage:
    """Place the curve, and on it the threshold in force where it answers anything."""
    # The surest handful jumps between 0 and 1; what holds from a twentieth on sets the scale.
    settled = [p.risk for line in (curve, *others) for p in line if p.answered >= 0.05]
    top = next((step for step in _STEPS if step >= max(settled, default=1.0)), 1.0)

    def placed(line: Sequence[Coverage]) -> list[tuple[float, float]]:
        return [(p.answered * WIDTH, HEIGHT * (1 - min(p.risk, top) / top)) for p in line]

    points = placed(curve)
    answered = [point for point in curve if point.threshold >= threshold]
    now = None
    if answered:
        at = answered[-1]
        now = Mark(
            *points[len(answered) - 1],
            f"at {threshold:.2f}: {at.answered:.0%} answered, {at.risk:.0%} of them not right",
            6.0,
        )
    area = f"M0,{HEIGHT} L" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return RiskCoverage(
        path=_path(points),
        others=tuple(_path(placed(line)) for line in others),
        area=f"{area} L{points[-1][0]:.1f},{HEIGHT} Z" if points else "",
        now=now,
        x_ticks=tuple(Tick(share / 4, f"{share * 25} %") for share in range(5)),
        y_ticks=tuple(Tick(share / 4, f"{share * top * 25:.3g} %") for share in range(5)),
    )


def trend(values: Sequence[float], width: float, height: float) -> str:
    """A small line through the last runs' values, lowest at the bottom; "" for fewer than three."""
    if len(values) < 3:
        return ""
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    return _path(
        [
            (width * at / (len(values) - 1), height * (1 - (value - low) / span))
            for at, value in enumerate(values)
        ]
    )


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points) if points else ""
