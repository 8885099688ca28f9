"""Candidates for a question, and the figures that rank them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge.keywords import KeywordIndex
from knowledge.search import WeightedQuery
from knowledge.vectors import DenseIndex, Floats, Quantised, max_similarity

# Each way of looking contributes this many passages.
_DEPTH = 50
_HEADING_DEPTH = 20

Rows = NDArray[np.int64]


@dataclass(frozen=True)
class Candidates:
    """Passages that may answer, by row, and their figures; every array has shape (n,) float32.

    `dense` is the cosine to the passage, `title` to its title and heading; `keyword` and
    `title_keyword` are BM25 over text and over title and heading, divided by the best of this
    search.
    """

    rows: Rows
    dense: Floats
    title: Floats
    keyword: Floats
    title_keyword: Floats


class Finder:
    """Looks for a question's passages in every way there is. Immutable; safe for readers."""

    def __init__(
        self,
        pooled: NDArray[np.float16],
        headings: NDArray[np.float16],
        heading_of: NDArray[np.int32],
        body: KeywordIndex,
        titles: KeywordIndex,
        tokens: Quantised,
        first_token: NDArray[np.int64],
        projection: Floats,
    ) -> None:
        """Search over stored arrays (see knowledge/layout.py for their shapes)."""
        self._dense = DenseIndex(pooled)
        self._headings = np.asarray(headings, dtype=np.float32)
        self._heading_of = np.asarray(heading_of)
        self.body = body
        self._titles = titles
        self._tokens = tokens
        self._first_token = np.asarray(first_token)
        self._projection = np.asarray(projection)

    def candidates(
        self, queries: Sequence[WeightedQuery], allowed: NDArray[np.bool_] | None
    ) -> Candidates:
        """Gather the union of what each way finds; `allowed` is a mask over all passages."""
        keyword = self._keyword_scores(self.body, queries, allowed)
        title_keyword = self._keyword_scores(self._titles, queries, allowed)
        headings = _weighted([self._headings @ q.encoded.pooled for q in queries], queries)
        title = headings[self._heading_of]
        if allowed is not None:
            title = np.where(allowed, title, np.float32(-1.0))
        found = [self._dense.nearest(q.encoded.pooled, _DEPTH, allowed) for q in queries]
        found += [_best(keyword, _DEPTH), _best(title_keyword, _HEADING_DEPTH)]
        found.append(_best(title + 1.0, _HEADING_DEPTH))
        rows = np.unique(np.concatenate(found)).astype(np.int64)
        dense = [self._dense.cosines(q.encoded.pooled, rows) for q in queries]
        return Candidates(
            rows=rows,
            dense=_weighted(dense, queries),
            title=title[rows],
            keyword=keyword[rows],
            title_keyword=title_keyword[rows],
        )

    def interaction(self, queries: Sequence[WeightedQuery], rows: Rows) -> Floats:
        """MaxSim of the question with some passages: (len(rows),) float32."""
        starts, ends = self._first_token[rows], self._first_token[rows + 1]
        passages = [
            self._tokens.rows(start, end)
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True)
        ]
        scores = []
        for query in queries:
            tokens = query.encoded.tokens @ self._projection
            even = np.full(len(tokens), 1.0 / max(1, len(tokens)), dtype=np.float32)
            scores.append(max_similarity(tokens, even, passages))
        return _weighted(scores, queries)

    def _keyword_scores(
        self,
        index: KeywordIndex,
        queries: Sequence[WeightedQuery],
        allowed: NDArray[np.bool_] | None,
    ) -> Floats:
        """BM25 of every passage divided by the best: (passages,) float32, 0..1."""
        scores = [index.score(index.terms(query.text)) for query in queries]
        total = _weighted(scores, queries)
        if allowed is not None:
            total = np.where(allowed, total, np.float32(0.0))
        return total / max(float(total.max(initial=0.0)), 1e-6)


def _weighted(scores: Sequence[Floats], queries: Sequence[WeightedQuery]) -> Floats:
    """The mean of the queries' scores by their weights."""
    if len(queries) == 1:
        return scores[0]
    whole = sum(query.weight for query in queries)
    total = np.zeros_like(scores[0])
    for score, query in zip(scores, queries, strict=True):
        total += np.float32(query.weight / whole) * score
    return total


def _best(scores: Floats, limit: int) -> Rows:
    """Rows of up to `limit` highest scores above zero, in no order."""
    if len(scores) > limit:
        rows = np.argpartition(-scores, limit)[:limit]
    else:
        rows = np.arange(len(scores))
    return rows[scores[rows] > 0].astype(np.int64)
