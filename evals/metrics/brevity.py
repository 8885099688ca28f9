"""How many words an answer makes the customer read."""

from typing import Final

from bot.dialogue import Decision
from evals.metrics.metric import Better, Metric, Unit
from evals.outcomes import Outcome
from knowledge.snapshot import Snapshot


def _score(outcome: Outcome, _: Snapshot) -> float | None:
    if outcome.reply.decision is not Decision.ANSWER:
        return None
    return float(len(outcome.reply.text.split()))


BREVITY: Final = Metric(
    name="answer_words",
    title="Words in an answer",
    counts="Answers, lead-in and lists included.",
    score=_score,
    better=Better.LOWER,
    unit=Unit.WORDS,
)
