"""What became of questions that no article answers."""

from typing import Final

from bot.dialogue import Decision
from evals.cases import OFF_TOPIC, Case
from evals.metrics.metric import Better, decided, share


def _unanswerable(case: Case) -> bool:
    return case.answerable is False and not case.expect


def _off_topic(case: Case) -> bool:
    return _unanswerable(case) and OFF_TOPIC in case.tags


def _near(case: Case) -> bool:
    return _unanswerable(case) and OFF_TOPIC not in case.tags


_ANSWERED: Final = decided(Decision.ANSWER)
UNANSWERABLE_ANSWERED: Final = share(
    "unanswerable_answered",
    "Unanswerable ones answered",
    "Questions that no article answers: they got an answer nevertheless.",
    Better.LOWER,
    of=_unanswerable,
    when=_ANSWERED,
)
NEAR_MISSES_ANSWERED: Final = share(
    "near_misses_answered",
    "… of those about the company",
    "Questions about the company that no article answers.",
    Better.LOWER,
    of=_near,
    when=_ANSWERED,
)
OFF_TOPIC_ANSWERED: Final = share(
    "off_topic_answered",
    "… of those about something else",
    "Questions about something else altogether.",
    Better.LOWER,
    of=_off_topic,
    when=_ANSWERED,
)
PERSON_OFFERED: Final = share(
    "person_offered",
    "Shown the way to a person",
    "Questions about the company that no article answers: a person was offered or brought in.",
    Better.NEITHER,
    of=_near,
    when=decided(Decision.OFFER_HUMAN, Decision.HANDOFF),
)
