"""What became of answerable questions: answered right, answered wrong, abstained."""

from collections.abc import Callable
from typing import Final

from evals.cases import Case
from evals.metrics.metric import Better, share
from evals.outcomes import Outcome, Verdict


def _answerable(case: Case) -> bool:
    return bool(case.gold) and not case.expect


def _ended(verdict: Verdict) -> Callable[[Outcome], bool]:
    return lambda outcome: outcome.verdict is verdict


ANSWERED_RIGHT: Final = share(
    "answered_right",
    "Answered right",
    "Answerable questions whose answer cites a gold article first.",
    Better.HIGHER,
    of=_answerable,
    when=_ended(Verdict.ANSWERED_RIGHT),
)
ANSWERED_WRONG: Final = share(
    "answered_wrong",
    "Answered wrong",
    "Answerable questions whose answer cites another article first.",
    Better.LOWER,
    of=_answerable,
    when=_ended(Verdict.ANSWERED_WRONG),
)
ABSTAINED: Final = share(
    "abstained",
    "Not answered",
    "Answerable questions that were asked back, declined, or offered a person.",
    Better.LOWER,
    of=_answerable,
    when=_ended(Verdict.ABSTAINED),
)
