"""How much of the labelled evidence a right answer quotes."""

import re
from collections import Counter
from typing import Final

from evals.metrics.metric import Metric
from evals.outcomes import Outcome, Verdict
from knowledge.snapshot import Snapshot

_TARGET: Final = re.compile(r"\]\([^)]*\)")  # where a link leads is no part of what is said
_WORD: Final = re.compile(r"\w+")


def recall(evidence: str, quoted: str) -> float:
    """Return the share (0..1) of the evidence's words that are quoted, each as often as it stands."""
    wanted, given = _words(evidence), _words(quoted)
    return (wanted & given).total() / max(1, wanted.total())


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(_TARGET.sub("]", text).casefold()))


def _score(outcome: Outcome, _: Snapshot) -> float | None:
    if outcome.case.evidence is None or outcome.verdict is not Verdict.ANSWERED_RIGHT:
        return None
    return recall(outcome.case.evidence, "\n".join(c.quote for c in outcome.reply.citations))


EVIDENCE_RECALL: Final = Metric(
    name="evidence_recall",
    title="Labelled evidence quoted",
    counts="Right answers to questions with labelled evidence: the share of its words quoted.",
    score=_score,
)
