"""What became of answerable questions: answered right, answered wrong, abstained."""

from typing import Final

from evals.metrics.metric import Better, Metric
from evals.outcomes import Outcome, Verdict
from knowledge.snapshot import Snapshot


def _share(name: str, title: str, counts: str, verdict: Verdict, better: Better) -> Metric:
    def score(outcome: Outcome, _: Snapshot) -> float | None:
        if not outcome.case.gold or outcome.case.expect:
            return None
        return float(outcome.verdict is verdict)

    return Metric(name, title, counts, score, better)


ANSWERED_RIGHT: Final = _share(
    "answered_right",
    "Answered right",
    "Answerable questions whose answer cites a gold article first.",
    Verdict.ANSWERED_RIGHT,
    Better.HIGHER,
)
ANSWERED_WRONG: Final = _share(
    "answered_wrong",
    "Answered wrong",
    "Answerable questions whose answer cites another article first.",
    Verdict.ANSWERED_WRONG,
    Better.LOWER,
)
ABSTAINED: Final = _share(
    "abstained",
    "Not answered",
    "Answerable questions that were asked back, declined, or offered a person.",
    Verdict.ABSTAINED,
    Better.LOWER,
)
