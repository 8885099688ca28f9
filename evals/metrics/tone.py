"""Tone: nothing forbidden in any reply, and the feeling acknowledged where there is one."""

from collections.abc import Sequence

from bot.dialogue import Decision
from bot.tone import Tone
from evals.metrics.metric import Metric
from evals.outcomes import Outcome
from knowledge.snapshot import Snapshot


def tone_metrics(tone: Tone) -> Sequence[Metric]:
    """Make the metrics for an owner's tone."""

    def nothing_forbidden(outcome: Outcome, _: Snapshot) -> float | None:
        return float(not tone.forbidden_in(_own_words(outcome)))

    def acknowledged(outcome: Outcome, _: Snapshot) -> float | None:
        if not outcome.case.acknowledge or outcome.reply.decision is Decision.CLARIFY:
            return None
        return float(tone.acknowledges(_own_words(outcome)))

    return (
        Metric(
            "nothing_forbidden",
            "Replies without a forbidden phrase",
            "All replies; the articles' own sentences are left out.",
            nothing_forbidden,
        ),
        Metric(
            "feeling_acknowledged",
            "Feeling acknowledged",
            "Upset customers, unless they were only asked back: the reply's own words say so.",
            acknowledged,
        ),
    )


def _own_words(outcome: Outcome) -> str:
    """What the bot said of its own: the reply without the sentences it quotes."""
    reply = outcome.reply
    if reply.decision is not Decision.ANSWER:
        return reply.text
    lead = " ".join(s.text for s in reply.sentences if s.citation is None)
    return f"{lead}\n{reply.text.rsplit(chr(10) * 2, 1)[-1] if reply.offer else ''}"
