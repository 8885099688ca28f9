"""Labelled searches: what a search looked like, and whether its best answer was right.

The confidence is fitted on these (`evals/fit_confidence.py`), and calibrated on an owner's own
(`evals/calibration.py`). Beside each answerable question stands a hard negative: the same search
with its articles taken out.
"""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from bot.confidence import measure, with_reading
from bot.queries import Plan
from bot.rating import Reads, read_article
from evals.cases import Case
from knowledge.embedding import Embedder, Encoded
from knowledge.search import Findings, Hit, WeightedQuery
from knowledge.snapshot import Snapshot

FOLDS: Final = 5
REMOVED_WEIGHT: Final = 0.3  # hard negatives are made: they weigh less than questions asked
_SEARCHED: Final = 12  # articles: ten remain when a question's own are taken out
_BATCH: Final = 64


@dataclass(frozen=True)
class Row:
    """One labelled search. `natural` tells questions that were asked from made negatives."""

    source: str
    group: str
    features: tuple[float, ...]
    right: bool
    answerable: bool
    natural: bool
    weight: float


@dataclass(frozen=True)
class Searched:
    """A case, what was searched for it, and what was found."""

    case: Case
    planned: Plan
    findings: Findings


class Encodings:
    """Encodes each text once."""

    def __init__(self, embedder: Embedder) -> None:
        """Use `embedder`."""
        self._embedder = embedder
        self._known: dict[str, Encoded] = {}

    def learn(self, texts: Iterable[str]) -> None:
        """Encode those of `texts` that are new, in batches."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for at in range(0, len(new), _BATCH):
            part = new[at : at + _BATCH]
            self._known.update(zip(part, self._embedder.encode(part), strict=True))

    def find(self, snapshot: Snapshot, planned: Plan) -> Findings:
        """Search as the assistant does."""
        queries = [WeightedQuery(q.text, self._known[q.text], q.weight) for q in planned.queries]
        return snapshot.search_encoded(queries, limit_articles=_SEARCHED)


def rows_of(asked: Searched, source: str, group: str, reads: Reads | None) -> Iterator[Row]:
    """Yield a search's row, and one more with the case's articles taken out where it has any.

    Nothing where nothing was found. Every article is read, `reads` None: none is. Rows of one `group` are
    always in one fold.
    """
    case, planned, findings = asked.case, asked.planned, asked.findings
    features = features_of(findings, planned, reads)
    if features is None:
        return
    first = findings.articles[0].article
    answerable = bool(case.gold)
    yield Row(source, group, features, first in case.gold, answerable, True, 1.0)
    if answerable:
        without = features_of(without_articles(findings, case.gold), planned, reads)
        if without is not None:
            yield Row(source, group, without, False, False, False, REMOVED_WEIGHT)


def features_of(findings: Findings, planned: Plan, reads: Reads | None) -> tuple[float, ...] | None:
    """The features, with the article read; None where nothing was found."""
    features = measure(findings)
    return features and with_reading(features, read_article(findings, planned, reads).odds)


def without_articles(findings: Findings, gold: frozenset[str]) -> Findings:
    """The same search in a snapshot without these articles (keyword scores scaled anew)."""
    left = [article for article in findings.articles if article.article not in gold]
    best = max((hit.keyword for article in left for hit in article.hits), default=0.0) or 1.0

    def rescaled(hit: Hit) -> Hit:
        return replace(hit, keyword=hit.keyword / best)

    articles = tuple(
        replace(article, hits=tuple(rescaled(hit) for hit in article.hits)) for article in left
    )
    return replace(findings, articles=articles)


def fold_of(group: str) -> int:
    """Return the fold (0..FOLDS-1) that all rows of a group are in."""
    return hashlib.sha256(group.encode()).digest()[0] % FOLDS
