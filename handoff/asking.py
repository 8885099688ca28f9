"""What customers really ask: the questions worth suggesting to the next one, without any I/O."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogue import Decision
from handoff.views import PastQuestion

MIN_CHARS, MAX_CHARS = 12, 90
"""Shorter ones say nothing alone, longer ones tell one customer's story."""
PERSONAL = re.compile(r"\d{3,}|@|://|\n")
"""Numbers, addresses and several lines belong to the customer who wrote them."""


@dataclass(frozen=True)
class OftenAsked:
    """A question, how many messages asked for the same article, and its title."""

    question: str
    count: int
    title: str


def often_asked(past: Sequence[PastQuestion], limit: int) -> list[OftenAsked]:
    """The questions that the bot answered most often, each article once, most asked first.

    Questions answered from the same article count as the same. Shown is the one that the bot was
    surest of among those that stand alone: of usual length, without numbers or addresses, the
    first message of their episode. Articles without such a question are left out.
    """
    groups: defaultdict[str, list[PastQuestion]] = defaultdict(list)
    for one in past:
        decided = one.reply.decided
        if decided and decided.decision is Decision.ANSWER and one.reply.citations:
            groups[one.reply.citations[0].article].append(one)
    found = []
    for group in groups.values():
        alone = [one for one in group if len(one.dialogue.turns) == 1 and stands_alone(_text(one))]
        if alone:
            best = max(alone, key=lambda one: (_confidence(one), -len(_text(one))))
            title = best.reply.citations[0].title
            found.append(OftenAsked(_text(best), len(group), title))
    return sorted(found, key=lambda one: (-one.count, one.question))[:limit]


def stands_alone(question: str) -> bool:
    """Whether a question can be shown to other customers."""
    return MIN_CHARS <= len(question) <= MAX_CHARS and not PERSONAL.search(question)


def _text(one: PastQuestion) -> str:
    return one.dialogue.question.strip()


def _confidence(one: PastQuestion) -> float:
    return one.reply.decided.confidence if one.reply.decided else 0.0
