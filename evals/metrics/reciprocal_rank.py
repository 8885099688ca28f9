"""Mean reciprocal rank of the first gold article (Voorhees 1999, TREC-8)."""

from typing import Final

from evals.metrics.metric import Metric, Unit
from evals.outcomes import Outcome
from knowledge.snapshot import Snapshot


def _score(outcome: Outcome, _: Snapshot) -> float | None:
    if not outcome.case.gold:
        return None
    return 1.0 / outcome.rank if outcome.rank else 0.0


RECIPROCAL_RANK: Final = Metric(
    name="mrr",
    title="Reciprocal rank of the right article",
    counts="1 for first, 1/2 for second, …, 0 where it was not retrieved.",
    score=_score,
    unit=Unit.NUMBER,
)
