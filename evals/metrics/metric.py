"""What a metric is, and how its scores become a figure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.dialogue import Decision
from evals.cases import Case
from evals.figures import Figure, average, proportion
from evals.outcomes import Outcome
from knowledge.snapshot import Snapshot


class Better(StrEnum):
    """Which way a figure should go; some only describe."""

    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


class Unit(StrEnum):
    """What a figure's value counts: a share (0..1), words, or a plain number (0..1)."""

    SHARE = "share"
    WORDS = "words"
    NUMBER = "number"


@dataclass(frozen=True)
class Metric:
    """A question about one outcome. `score` gives None where the case says nothing about it.

    `name` is the key in gates and JSON, `title` what a person reads. `counts` is a sentence that
    says what is counted over which cases.
    """

    name: str
    title: str
    counts: str
    score: Callable[[Outcome, Snapshot], float | None]
    better: Better = Better.HIGHER
    unit: Unit = Unit.SHARE


def share(
    name: str,
    title: str,
    counts: str,
    better: Better,
    *,
    of: Callable[[Case], bool],
    when: Callable[[Outcome], bool],
) -> Metric:
    """Make the metric of the share of such cases in which this holds."""

    def score(outcome: Outcome, _: Snapshot) -> float | None:
        return float(when(outcome)) if of(outcome.case) else None

    return Metric(name, title, counts, score, better)


def decided(*decisions: Decision) -> Callable[[Outcome], bool]:
    """Whether the bot decided on one of these."""
    return lambda outcome: outcome.reply.decision in decisions


@dataclass(frozen=True)
class Measured:
    """A metric's figure and the score of every case that it was counted on."""

    metric: Metric
    figure: Figure
    scores: Mapping[str, float]


_TOP: Final = 1.0  # a share's greatest value


def measure(metric: Metric, outcomes: Sequence[Outcome], snapshot: Snapshot) -> Measured | None:
    """Score every outcome and take the mean with its 95 % interval; None without any case.

    Shares of yes and no get Wilson's interval, other values the normal interval of the mean.
    """
    scores = {
        outcome.case.id: score
        for outcome in outcomes
        if (score := metric.score(outcome, snapshot)) is not None
    }
    if not scores:
        return None
    values = list(scores.values())
    if metric.unit is Unit.SHARE and all(value in (0.0, _TOP) for value in values):
        figure = proportion(metric.name, int(sum(values)), len(values))
    else:
        top = _TOP if metric.unit is Unit.SHARE else None
        figure = average(metric.name, values, top=top)
    return Measured(metric, figure, scores)
