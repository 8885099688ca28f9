"""The worded reply, sentence by sentence: what holds goes in, and too much lost means the extract."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np

from bot import grounding
from bot.dialogue import Citation, Reply, ReplySentence
from bot.errors import Ungrounded
from bot.rendering import list_mark
from bot.wording.claims import Claim
from bot.wording.quotes import Evidence
from bot.wording.sources import Material
from bot.wording.verifying import Encode, Fault, Refused, Verified, Verifier
from knowledge.articles import Article, ArticleId
from knowledge.passages import SentenceKind

MAX_SENTENCES: Final = 8
MAX_DROPPED: Final = 1 / 3  # of the model's sentences; with more the extract is the better answer
# The worded answer may be this much farther from the question (cosine) than the extract.
_MAX_FARTHER: Final = 0.3
_ITEMS: Final = frozenset({SentenceKind.STEP, SentenceKind.BULLET})


@dataclass(eq=False)
class Draft:
    """A worded answer in the making, for the extractive `reply` that stands when it fails.

    Not safe for two threads at a time.
    """

    reply: Reply
    material: Material
    verifier: Verifier
    encode: Encode
    shown: list[Verified] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    def take(self, claim: Claim) -> bool:
        """Verify a sentence; true when it joined the answer.

        A sentence said twice is left out without harm. Another article than the one that was rated
        may only add to it, never come first.
        """
        result = self.verifier.verify(claim, self.material)
        if isinstance(result, Refused):
            self.faults[result.fault.value] += 1
            return False
        if any(result.text == other.text for other in self.shown):
            return False
        if not self.shown and result.evidence.source.article.id != self.material.best:
            self.faults[Fault.PASSAGE.value] += 1
            return False
        self.shown.append(result)
        return True

    @property
    def is_full(self) -> bool:
        """Whether the answer has all the sentences it may have."""
        return len(self.shown) >= MAX_SENTENCES

    @property
    def text(self) -> str:
        """The answer so far, lead-in first, as the customer may read it."""
        parts = [self._lead.text] if self._lead else []
        return "\n\n".join([*parts, _laid_out(self.shown)])

    def finish(self, article: Callable[[ArticleId], Article | None]) -> Reply | None:
        """Return the worded reply; None when the extract should be sent.

        That is: nothing holds, too much was dropped, a step may be missing, it is farther from the
        question than the extract, or (a fault of ours) a quote is not at its span.
        """
        dropped = sum(self.faults.values())
        if not self.shown or dropped > MAX_DROPPED * (dropped + len(self.shown)):
            return None
        if dropped and any(SentenceKind.STEP in v.evidence.kinds for v in self.shown):
            return None
        if not self._is_pertinent():
            return None
        citations = list(dict.fromkeys(v.evidence.citation() for v in self.shown))
        sentences = [
            ReplySentence(v.text, citations.index(v.evidence.citation())) for v in self.shown
        ]
        if self._lead:
            sentences.insert(0, self._lead)
        try:
            grounding.check_cited(sentences, citations, article)
        except Ungrounded:
            return None
        return replace(
            self.reply,
            text="\n\n".join([self.text, *self._offer]),
            sentences=tuple(sentences),
            citations=tuple(citations),
        )

    @property
    def _lead(self) -> ReplySentence | None:
        first = self.reply.sentences[0] if self.reply.sentences else None
        return first if first is not None and first.citation is None else None

    @property
    def _offer(self) -> list[str]:
        """The offer of a person stands last in the reply, in a paragraph of its own."""
        return [self.reply.text.rsplit("\n\n", 1)[-1]] if self.reply.offer else []

    def _is_pertinent(self) -> bool:
        if any(_overlap(v.evidence, c) for v in self.shown for c in self.reply.citations):
            return True
        extract = " ".join(s.text for s in self.reply.sentences if s.citation is not None)
        worded = " ".join(v.text for v in self.shown)
        vectors = [e.pooled for e in self.encode([self.material.question, extract, worded])]
        question, ours, theirs = (np.asarray(v, dtype=np.float64) for v in vectors)
        return float(question @ theirs) >= float(question @ ours) - _MAX_FARTHER


def _overlap(evidence: Evidence, citation: Citation) -> bool:
    same = evidence.source.article.id == citation.article
    return same and evidence.start < citation.end and citation.start < evidence.end


def _laid_out(shown: list[Verified]) -> str:
    """Sentences side by side; items on lines of their own, with the marks of the article's list."""
    text = ""
    last: tuple[int, bool] | None = None  # where the former's evidence starts, whether an item
    for verified in shown:
        evidence = verified.evidence
        mark, _ = list_mark(evidence.source.article.text, evidence.start)
        is_item = bool(evidence.kinds & _ITEMS) and bool(mark)
        again = last is not None and last[0] == evidence.start
        if not last:
            gap = ""
        elif again or not (is_item or last[1]):
            gap = " "
        else:
            gap = "\n" if is_item and last[1] else "\n\n"
        text += f"{gap}{mark if is_item and not again else ''}{verified.text}"
        last = (evidence.start, is_item)
    return text
