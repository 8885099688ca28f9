"""How far the confidence can be trusted over a run's questions, and what its threshold costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from evals.figures import Figure
from evals.outcomes import Outcome
from evals.reliability import (
    Bin,
    Coverage,
    Flags,
    Floats,
    Operating,
    auroc,
    bins,
    brier,
    calibration_error,
    operating_point,
    risk_coverage,
)

_SEED: Final = 20260101
_RESAMPLED: Final = 400
_FEWEST: Final = 20  # cases; fewer say nothing about a probability


@dataclass(frozen=True)
class Trust:
    """Figures of the confidence over questions that are known to be answerable or not.

    A case is right when a gold article is retrieved first. `point` is what the threshold in force
    does, whatever else the policy looks at.
    """

    figures: tuple[Figure, ...]
    bins: tuple[Bin, ...]
    curve: tuple[Coverage, ...]
    point: Operating


def trust(outcomes: Sequence[Outcome], threshold: float) -> Trust | None:
    """Rate the confidence; None with fewer than twenty questions or only one kind of them."""
    known = [o for o in outcomes if not o.case.expect and o.case.answerable is not None]
    return rated_trust(
        np.array([o.reply.confidence for o in known]),
        np.array([o.rank == 1 for o in known], dtype=bool),
        np.array([bool(o.case.gold) for o in known], dtype=bool),
        threshold,
    )


def rated_trust(rated: Floats, right: Flags, answerable: Flags, threshold: float) -> Trust | None:
    """The same over bare arrays: probabilities (n,), whether right, whether answerable."""
    if len(rated) < _FEWEST or right.all() or not right.any():
        return None
    measures: dict[str, Callable[[Floats, Flags], float]] = {
        "auroc": auroc,
        "ece": calibration_error,
        "brier": brier,
    }
    return Trust(
        tuple(_bootstrapped(name, of, rated, right) for name, of in measures.items()),
        tuple(bins(rated, right)),
        tuple(risk_coverage(rated, right)),
        operating_point(threshold, rated, right, answerable),
    )


def _bootstrapped(
    name: str, measure: Callable[[Floats, Flags], float], rated: Floats, right: Flags
) -> Figure:
    """A figure with its percentile bootstrap interval (Efron 1979) over cases."""
    random = np.random.default_rng(_SEED)
    drawn = random.integers(0, len(rated), (_RESAMPLED, len(rated)))
    values = np.array([measure(rated[pick], right[pick]) for pick in drawn])
    low, high = np.nanquantile(values, (0.025, 0.975))
    return Figure(name, measure(rated, right), float(low), float(high), len(rated))
