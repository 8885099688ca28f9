"""hit@k: is a gold article among the first k retrieved?"""

from typing import Final

from evals.metrics.metric import Metric
from evals.outcomes import Outcome
from knowledge.snapshot import Snapshot


def hit_at(k: int) -> Metric:
    """Make the metric for a depth."""

    def score(outcome: Outcome, _: Snapshot) -> float | None:
        if not outcome.case.gold:
            return None
        return float(outcome.rank is not None and outcome.rank <= k)

    return Metric(
        name=f"hit@{k}",
        title="Right article first" if k == 1 else f"Right article among the first {k}",
        counts=f"Answerable questions with a gold article among the first {k} retrieved.",
        score=score,
    )


HITS: Final = tuple(hit_at(k) for k in (1, 3, 5, 10))
