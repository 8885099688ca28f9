"""What became of questions that no article answers."""

from collections.abc import Callable
from typing import Final

from bot.dialogue import Decision
from evals.cases import OFF_TOPIC, Case
from evals.metrics.metric import Better, Metric
from evals.outcomes import Outcome
from knowledge.snapshot import Snapshot


def _share(
    name: str,
    title: str,
    counts: str,
    decisions: frozenset[Decision],
    about: Callable[[Case], bool],
    better: Better,
) -> Metric:
    def score(outcome: Outcome, _: Snapshot) -> float | None:
        case = outcome.case
        if case.answerable is not False or case.expect or not about(case):
            return None
        return float(outcome.reply.decision in decisions)

    return Metric(name, title, counts, score, better)


def _any(_: Case) -> bool:
    return True


def _off_topic(case: Case) -> bool:
    return OFF_TOPIC in case.tags


def _near(case: Case) -> bool:
    return OFF_TOPIC not in case.tags


_ANSWER: Final = frozenset({Decision.ANSWER})
UNANSWERABLE_ANSWERED: Final = _share(
    "unanswerable_answered",
    "Unanswerable ones answered",
    "Questions that no article answers: they got an answer nevertheless.",
    _ANSWER,
    _any,
    Better.LOWER,
)
NEAR_MISSES_ANSWERED: Final = _share(
    "near_misses_answered",
    "… of those about the company",
    "Questions about the company that no article answers.",
    _ANSWER,
    _near,
    Better.LOWER,
)
OFF_TOPIC_ANSWERED: Final = _share(
    "off_topic_answered",
    "… of those about something else",
    "Questions about something else altogether.",
    _ANSWER,
    _off_topic,
    Better.LOWER,
)
PERSON_OFFERED: Final = _share(
    "person_offered",
    "Shown the way to a person",
    "Questions about the company that no article answers: a person was offered or brought in.",
    frozenset({Decision.OFFER_HUMAN, Decision.HANDOFF}),
    _near,
    Better.NEITHER,
)
