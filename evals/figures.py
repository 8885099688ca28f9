"""From outcomes to the figures of a report, each with what it was counted on."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from evals.outcomes import Outcome, Verdict

Z_95 = 1.959964
"""The normal quantile of a two-sided 95 % interval."""


@dataclass(frozen=True)
class Figure:
    """A mean over cases with its 95 % interval; `count` cases stand behind it.

    All three values are 0..1. With no cases the figure is not there at all.
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


def average(name: str, values: Sequence[float]) -> Figure:
    """Make a figure of a mean of values in 0..1, with the normal interval of the mean."""
    count = len(values)
    mean = sum(values) / count
    variance = sum((value - mean) ** 2 for value in values) / max(1, count - 1)
    half = Z_95 * sqrt(variance / count)
    return Figure(name, mean, max(0.0, mean - half), min(1.0, mean + half), count)


def figures(outcomes: Iterable[Outcome]) -> list[Figure]:
    """Count every figure that these outcomes have cases for, retrieval first."""
    seen = list(outcomes)
    with_gold = [o for o in seen if o.case.gold and not o.case.expect]
    without = [o for o in seen if o.case.answerable is False and not o.case.expect]
    decided = [o for o in seen if o.case.expect]
    return [
        *_retrieval(with_gold),
        *_shares(
            with_gold,
            {
                "answered_right": lambda o: o.verdict is Verdict.ANSWERED_RIGHT,
                "answered_wrong": lambda o: o.verdict is Verdict.ANSWERED_WRONG,
                "abstained": lambda o: o.verdict is Verdict.ABSTAINED,
            },
        ),
        *_shares(without, {"unanswerable_answered": lambda o: o.verdict is Verdict.ANSWERED_WRONG}),
        *_shares(decided, {"decided_as_expected": lambda o: o.verdict is Verdict.AS_EXPECTED}),
    ]


def _retrieval(outcomes: Sequence[Outcome]) -> list[Figure]:
    if not outcomes:
        return []
    hits = {
        f"hit@{k}": proportion(
            f"hit@{k}", sum(o.rank is not None and o.rank <= k for o in outcomes), len(outcomes)
        )
        for k in (1, 3, 5, 10)
    }
    reciprocal = [1 / o.rank if o.rank else 0.0 for o in outcomes]
    return [*hits.values(), average("mrr", reciprocal)]


def _shares(
    outcomes: Sequence[Outcome], tests: dict[str, Callable[[Outcome], bool]]
) -> list[Figure]:
    if not outcomes:
        return []
    return [
        proportion(name, sum(test(o) for o in outcomes), len(outcomes))
        for name, test in tests.items()
    ]
