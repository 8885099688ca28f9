"""What became of messages marked neither answerable nor not: what is meant is open, or nothing is asked."""

from typing import Final

from bot.dialogue import Decision
from evals.metrics.metric import Better, Metric
from evals.outcomes import Outcome
from knowledge.snapshot import Snapshot


def _share(name: str, title: str, counts: str, better: Better, *decisions: Decision) -> Metric:
    def score(outcome: Outcome, _: Snapshot) -> float | None:
        if outcome.case.answerable is not None or outcome.case.expect:
            return None
        return float(outcome.reply.decision in decisions)

    return Metric(name, title, counts, score, better)


DOUBT_ASKED_BACK: Final = _share(
    "doubt_asked_back",
    "Asked back",
    "Messages marked neither way: the bot asked what was meant.",
    Better.HIGHER,
    Decision.CLARIFY,
)
DOUBT_DECLINED: Final = _share(
    "doubt_declined",
    "Neither answered nor asked back",
    "Messages marked neither way: declined, a person offered, or small talk.",
    Better.HIGHER,
    Decision.DECLINE,
    Decision.OFFER_HUMAN,
    Decision.SMALLTALK,
)
DOUBT_HANDED_OVER: Final = _share(
    "doubt_handed_over",
    "Handed over",
    "Messages marked neither way: a person was brought in.",
    Better.LOWER,
    Decision.HANDOFF,
)
DOUBT_ANSWERED: Final = _share(
    "doubt_answered",
    "Answered",
    "Messages marked neither way: they got an answer.",
    Better.LOWER,
    Decision.ANSWER,
)
