"""Where the case is about the decision: was it one of those expected?"""

from typing import Final

from evals.metrics.metric import Metric
from evals.outcomes import Outcome, Verdict
from knowledge.snapshot import Snapshot


def _score(outcome: Outcome, _: Snapshot) -> float | None:
    if not outcome.case.expect:
        return None
    return float(outcome.verdict is Verdict.AS_EXPECTED)


DECIDED_AS_EXPECTED: Final = Metric(
    name="decided_as_expected",
    title="Decided as expected",
    counts="Cases that name the right decisions: the decision is one of them.",
    score=_score,
)
