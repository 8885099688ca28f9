"""Sentences as a language model would give them, true and corrupted, before the verifier.

No model is needed: the first sentence of each answer is put as a model's claim on the numbered
passages it would have been given, once as it stands and once for each way of lying.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.dialogue import Decision
from bot.wording.claims import Claim
from bot.wording.sources import Material, gather
from bot.wording.verifying import Verified, Verifier
from evals.corruption import change_number, negate
from evals.metrics.metric import Metric
from evals.outcomes import Outcome
from knowledge.passages import SentenceKind
from knowledge.snapshot import Snapshot

_SPOKEN = frozenset({SentenceKind.PROSE, SentenceKind.BULLET, SentenceKind.STEP})


@dataclass(frozen=True)
class Claimed:
    """A true claim of a model and the passages it was given."""

    claim: Claim
    material: Material


def worded_metrics(verifier: Verifier) -> Sequence[Metric]:
    """Make the metrics for a verifier."""

    def metric(
        name: str, title: str, change: Callable[[Claimed], Claim | None], *, keep: bool = False
    ) -> Metric:
        def score(outcome: Outcome, snapshot: Snapshot) -> float | None:
            claimed = claim_of(outcome, snapshot)
            claim = None if claimed is None else change(claimed)
            if claimed is None or claim is None:
                return None
            shown = isinstance(verifier.verify(claim, claimed.material), Verified)
            return float(shown is keep)

        counts = "The first sentence of each answer, put as a language model's claim."
        return Metric(f"worded_{name}", title, counts, score)

    return (
        metric("kept", "A model's true sentences, kept", lambda one: one.claim, keep=True),
        metric("missing_id_caught", "A model's missing passages, caught", missing_passage),
        metric("number_caught", "A model's changed numbers, caught", _said(change_number)),
        metric("negation_caught", "A model's changed negations, caught", _said(negate)),
        metric("wrong_passage_caught", "A model's wrong passages, caught", wrong_passage),
    )


def claim_of(outcome: Outcome, snapshot: Snapshot) -> Claimed | None:
    """Put the first spoken sentence of an answer as a claim; None where there is none."""
    reply = outcome.reply
    if reply.decision is not Decision.ANSWER:
        return None
    here = replace(reply, snapshot=snapshot.generation)
    material = gather(snapshot, outcome.case.dialogue, here)
    if material is None:
        return None
    for citation in reply.citations:
        for source in material.sources:
            if source.article.id != citation.article:
                continue
            for sentence in source.passage.sentences:
                if sentence.start == citation.start and sentence.kind in _SPOKEN:
                    quote = source.article.text[sentence.start : sentence.end]
                    return Claimed(Claim(sentence.text, source.number, quote), material)
    return None


def missing_passage(one: Claimed) -> Claim:
    """Cite a number that no passage has."""
    return replace(one.claim, passage=len(one.material.sources) + 1)


def wrong_passage(one: Claimed) -> Claim | None:
    """Cite another passage that was given; None where the quote stands in all of them."""
    for source in one.material.sources:
        if source.number != one.claim.passage and one.claim.quote not in source.text:
            return replace(one.claim, passage=source.number)
    return None


def _said(change: Callable[[str], str | None]) -> Callable[[Claimed], Claim | None]:
    def changed(one: Claimed) -> Claim | None:
        text = change(one.claim.sentence)
        return None if text is None else replace(one.claim, sentence=text)

    return changed
