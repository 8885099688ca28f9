"""Every sentence of an answer stands at its cited span: counted anew, not taken from the bot."""

from typing import Final

from bot.dialogue import Decision
from evals.metrics.metric import Metric
from evals.outcomes import Outcome
from knowledge.articles import ArticleId
from knowledge.snapshot import Snapshot


def grounded_share(outcome: Outcome, snapshot: Snapshot) -> float | None:
    """Return the share (0..1) of the answer's sentences with sound evidence; None for no answer.

    Sound is: the citation exists, its article is in the snapshot, the quote stands at the span, and
    the sentence is in what the customer reads. The first sentence alone may be a lead-in without
    evidence.
    """
    reply = outcome.reply
    if reply.decision is not Decision.ANSWER:
        return None
    sound, cited = 0, 0
    for at, sentence in enumerate(reply.sentences):
        if sentence.citation is None and at == 0:
            continue
        cited += 1
        if sentence.citation is None or not 0 <= sentence.citation < len(reply.citations):
            continue
        citation = reply.citations[sentence.citation]
        article = snapshot.article(ArticleId(citation.article))
        stands = article is not None and (
            article.text[citation.start : citation.end] == citation.quote
        )
        sound += stands and _folded(sentence.text) in _folded(reply.text)
    return sound / cited if cited else 0.0


def _folded(text: str) -> str:
    """Ignore white space, which the layout of an answer may change, and list marks with it."""
    return "".join(text.split())


GROUNDED: Final = Metric(
    name="sentences_grounded",
    title="Sentences found at their cited span",
    counts="Answers: the share of their sentences whose quote stands where it is said to stand.",
    score=grounded_share,
)
