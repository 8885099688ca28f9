"""What became of a case: answered right, answered wrong, abstained; pure, one case at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.dialogue import Decision, Reply
from evals.cases import Case


class Verdict(StrEnum):
    """How a reply stands against what is known about the case.

    The first four are for cases about an answer, the last two for cases about the decision.
    """

    ANSWERED_RIGHT = "answered_right"  # a gold article is cited first
    ANSWERED_WRONG = "answered_wrong"  # another article is, or no article answers at all
    ABSTAINED = "abstained"  # no answer although an article has it
    WITHHELD = "withheld"  # no answer, and rightly so: no article has it
    AS_EXPECTED = "as_expected"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True)
class Outcome:
    """A case, the reply it got, and the verdict.

    `rank` is the place of the first gold article among those retrieved, counted from 1; None where
    there is none or it was not retrieved. `latency_ms` is the reply's wall time.
    """

    case: Case
    reply: Reply
    verdict: Verdict
    rank: int | None
    latency_ms: float


def judge(case: Case, reply: Reply, latency_ms: float) -> Outcome:
    """Compare a reply with its case."""
    return Outcome(case, reply, _verdict(case, reply), _rank(case, reply), latency_ms)


def cited_first(reply: Reply) -> str | None:
    """Name the article that the reply's first sentence with evidence rests on."""
    for sentence in reply.sentences:
        if sentence.citation is not None:
            return reply.citations[sentence.citation].article
    return None


def articles_ranked(reply: Reply) -> Sequence[str]:
    """List the retrieved articles, best first, each once."""
    return tuple(dict.fromkeys(hit.article for hit in reply.retrieved))


def _verdict(case: Case, reply: Reply) -> Verdict:
    if case.expect:
        return Verdict.AS_EXPECTED if reply.decision in case.expect else Verdict.UNEXPECTED
    answered = reply.decision is Decision.ANSWER
    if case.gold:
        if not answered:
            return Verdict.ABSTAINED
        right = cited_first(reply) in case.gold
        return Verdict.ANSWERED_RIGHT if right else Verdict.ANSWERED_WRONG
    return Verdict.ANSWERED_WRONG if answered else Verdict.WITHHELD


def _rank(case: Case, reply: Reply) -> int | None:
    for place, article in enumerate(articles_ranked(reply), start=1):
        if article in case.gold:
            return place
    return None
