"""Corrupted citations are caught by the look that every answer gets before it is sent."""

from typing import Final

from bot import grounding
from bot.dialogue import Decision
from bot.errors import Ungrounded
from bot.rendering import fold_space
from evals.corruption import Corrupted, Corruption, corruptions
from evals.metrics.metric import Metric
from evals.outcomes import Outcome, articles_ranked
from knowledge.snapshot import Snapshot

_TITLES: Final = {
    Corruption.MISSING_ID: "Citations that do not exist, caught",
    Corruption.NUMBER: "Changed numbers, caught",
    Corruption.NEGATION: "Changed negations, caught",
    Corruption.WRONG_ARTICLE: "Wrong articles, caught",
}


def caught(corrupted: Corrupted, snapshot: Snapshot) -> bool:
    """Say whether the lie would have been kept from the customer."""
    try:
        grounding.check([corrupted.sentence], corrupted.citations, snapshot.article)
    except Ungrounded:
        return True
    return False


def _metric(kind: Corruption) -> Metric:
    def score(outcome: Outcome, snapshot: Snapshot) -> float | None:
        reply = outcome.reply
        if reply.decision is not Decision.ANSWER:
            return None
        cited = {citation.article for citation in reply.citations}
        elsewhere = [article for article in articles_ranked(outcome.reply) if article not in cited]
        # A language model's wording is proved otherwise: evals/metrics/worded.py.
        verbatim = [
            sentence
            for sentence in reply.sentences
            if sentence.citation is not None
            and fold_space(sentence.text) == fold_space(reply.citations[sentence.citation].quote)
        ]
        lies = [
            lie for lie in corruptions(verbatim, reply.citations, elsewhere) if lie.kind is kind
        ]
        return sum(caught(lie, snapshot) for lie in lies) / len(lies) if lies else None

    return Metric(
        name=f"{kind.value}_caught",
        title=_TITLES[kind],
        counts="Every sentence of every answer, corrupted: the share that would not be sent.",
        score=score,
    )


CORRUPTED_CAUGHT: Final = tuple(_metric(kind) for kind in Corruption)
