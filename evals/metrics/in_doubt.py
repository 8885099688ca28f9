"""What became of messages marked neither answerable nor not: what is meant is open, or nothing is asked."""

from typing import Final

from bot.dialogue import Decision
from evals.cases import Case
from evals.metrics.metric import Better, decided, share


def _in_doubt(case: Case) -> bool:
    return case.answerable is None and not case.expect


DOUBT_ASKED_BACK: Final = share(
    "doubt_asked_back",
    "Asked back",
    "Messages marked neither way: the bot asked what was meant.",
    Better.HIGHER,
    of=_in_doubt,
    when=decided(Decision.CLARIFY),
)
DOUBT_DECLINED: Final = share(
    "doubt_declined",
    "Neither answered nor asked back",
    "Messages marked neither way: declined, a person offered, or small talk.",
    Better.HIGHER,
    of=_in_doubt,
    when=decided(Decision.DECLINE, Decision.OFFER_HUMAN, Decision.SMALLTALK),
)
DOUBT_HANDED_OVER: Final = share(
    "doubt_handed_over",
    "Handed over",
    "Messages marked neither way: a person was brought in.",
    Better.LOWER,
    of=_in_doubt,
    when=decided(Decision.HANDOFF),
)
DOUBT_ANSWERED: Final = share(
    "doubt_answered",
    "Answered",
    "Messages marked neither way: they got an answer.",
    Better.LOWER,
    of=_in_doubt,
    when=decided(Decision.ANSWER),
)
