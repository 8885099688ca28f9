"""Candidates for a question, and the figures that rank them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge import cores, words
from knowledge.keywords import Asked, KeywordIndex, Term
from knowledge.nearest import DenseIndex
from knowledge.pointers import NOWHERE
from knowledge.search import WeightedQuery
from knowledge.vectors import Floats, Quantised, best_of_each, project

# Each way of looking contributes this many passages.
_DEPTH = 50
_HEADING_DEPTH = 20
# The IDF that a word unknown to the snapshot counts with: that of a fairly rare word.
_UNKNOWN_IDF = 3.0
_WORD = re.compile(r"\w+")
# Shares of tokens that go on with a word: questions in the model's language have up to the first
# (median 0, nine in ten below 0.2, on five English question sets), other languages mostly more
# than the second (median 0.58 over eight).
_KNOWN_SHARE, _STRANGE_SHARE = 0.2, 0.5

Rows = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Stored:
    """A snapshot's arrays as they are on disk (see knowledge/layout.py for their shapes)."""

    heading_of: NDArray[np.int32]
    sentences: Quantised
    first_sentence: NDArray[np.int64]
    tokens: Quantised
    first_token: NDArray[np.int64]
    projection: Floats
    article_of: Rows
    points_to: NDArray[np.int32]


@dataclass(frozen=True)
class Candidates:
    """Passages that may answer, by row, and their figures; every array has shape (n,) float32.

    `dense` is the cosine to the passage, `focused` that of the question's rare words (its tokens
    weighted by the root of their word's IDF), `title` that of these words to the passage's title
    and heading. `keyword` is BM25 over the passage; `article_keyword` that of the words that carry
    meaning over its whole article; each divided by the best of this search. `foreign_article`
    repeats `article_keyword` as far as the model does not know the question's words
    (`_foreignness`).
    """

    rows: Rows
    dense: Floats
    focused: Floats
    title: Floats
    keyword: Floats
    article_keyword: Floats
    foreign_article: Floats


@dataclass(frozen=True)
class Closer:
    """What a closer look at some candidates gives; every array (n,) float32.

    `interaction` is MaxSim, each question token weighted by its word's IDF, function words left
    out; `article_interaction` the same over all passages of the article that were looked at, each
    token taking the best of them; `sentence` the cosine of the question's rare words to the
    passage's best sentence.
    """

    interaction: Floats
    article_interaction: Floats
    sentence: Floats


@dataclass(frozen=True)
class _TokenIdf:
    """Each token of a question: the IDF of its word, and whether that carries meaning; (t,)."""

    idf: Floats
    carrying: Mask

    def shares(self) -> Floats:
        """A share for each token that carries meaning, by its IDF: (t,) float32, sum 1.

        Function words share where there is nothing else.
        """
        idf = self.idf * self.carrying if self.carrying.any() else self.idf
        found: Floats = idf / np.float32(max(float(idf.sum()), 1e-6))
        return found


@dataclass(frozen=True)
class Weighed:
    """A query and what its tokens weigh in a snapshot.

    `shares` (t,) float32 are those of the tokens that carry meaning, by their words' IDF, sum 1;
    `focus` (dim,) float32 the vector of its rare words, unit length.
    """

    query: WeightedQuery
    shares: Floats
    focus: Floats


@dataclass(frozen=True)
class Pointer:
    """A passage that only points to an article, and that article's passages.

    `at` and `pointed_at` (n,) are positions in the rows that were asked about.
    """

    at: int
    pointed_at: Rows


class Finder:
    """Looks for a question's passages in every way there is. Immutable; safe for readers."""

    def __init__(
        self,
        stored: Stored,
        dense: DenseIndex,
        headings: DenseIndex,
        body: KeywordIndex,
        titles: KeywordIndex,
        articles: KeywordIndex,
    ) -> None:
        """Search over stored arrays, vectors of passages and headings, and three keyword indexes."""
        self._stored = stored
        self._dense = dense
        self._headings = headings
        self._heading_of = np.asarray(stored.heading_of, dtype=np.int64)
        # The passages under each heading: those of heading h from _under[h] on, up to _under[h+1].
        self._by_heading = np.argsort(self._heading_of, kind="stable")
        counts = np.bincount(self._heading_of, minlength=headings.count)
        self._under = np.concatenate([[0], np.cumsum(counts)])
        self._first_token = np.asarray(stored.first_token)
        self._first_sentence = np.asarray(stored.first_sentence)
        self.body = body
        self.titles = titles
        self._articles = articles

    def weigh(self, queries: Sequence[WeightedQuery]) -> list[Weighed]:
        """Weigh the tokens of queries by how rare their words are here."""
        rarities = [self._token_idf(query) for query in queries]
        return [
            Weighed(query, rarity.shares(), _focus(query, rarity))
            for query, rarity in zip(queries, rarities, strict=True)
        ]

    def candidates(self, weighed: Sequence[Weighed], allowed: Mask | None) -> Candidates:
        """Gather the union of what each way finds; `allowed` is a mask over all passages."""
        queries = [one.query for one in weighed]
        pooled = [q.encoded.pooled for q in queries]
        body, titles = _asked(self.body, queries), _asked(self.titles, queries)
        mean = mean_vector(queries)
        under_headings = cores.begin(lambda: self._under_nearest_headings(mean, allowed))
        found = [self._dense.nearest(vector, _DEPTH, allowed) for vector in pooled]
        found.append(body.best(_DEPTH, allowed))
        found.append(titles.best(_HEADING_DEPTH, allowed))
        found.append(under_headings())
        rows = np.unique(np.concatenate(found)).astype(np.int64)
        rows = self._with_pointed_at(rows, allowed)
        article_keyword = self._article_keyword(queries, rows, allowed)
        # The mean of inner products is the inner product of the mean.
        focus = _weighted([one.focus for one in weighed], queries)
        meant = np.stack([_weighted(pooled, queries), focus])
        dense, focused = self._dense.cosines(meant, rows)
        title = self._headings.cosines(meant[1:], self._heading_of[rows])[0]
        foreign = np.float32(_foreignness(queries[0]))
        return Candidates(
            rows=rows,
            dense=dense,
            focused=focused,
            title=title,
            keyword=_relative(body.at(rows)),
            article_keyword=article_keyword,
            foreign_article=foreign * article_keyword,
        )

    def pointers(self, rows: Rows) -> list[Pointer]:
        """Those of some passages that only point to articles which others of them belong to.

        The best passage of such an article says what the pointer was found for.
        """
        targets, articles = self._stored.points_to[rows], self._stored.article_of[rows]
        pairs = [
            Pointer(int(at), np.flatnonzero(articles == targets[at]))
            for at in np.flatnonzero(targets != NOWHERE)
        ]
        return [pair for pair in pairs if len(pair.pointed_at)]

    def nearest(self, vector: Floats, limit: int) -> Rows:
        """Up to `limit` passages by cosine to a (dim,) vector alone, best first."""
        return self._dense.nearest(vector, limit, None)

    def look_closer(self, weighed: Sequence[Weighed], rows: Rows) -> Closer:
        """Compare the question with every token and sentence of some passages."""
        starts, ends = self._first_token[rows], self._first_token[rows + 1]
        tokens = self._stored.tokens.spans(starts, ends)
        articles, article = np.unique(self._stored.article_of[rows], return_inverse=True)
        interaction, together = [], []
        for one in weighed:
            asked = project(one.query.encoded.tokens, self._stored.projection)
            closest = best_of_each(tokens @ asked.T, ends - starts)
            of_article = np.full((len(articles), len(asked)), -1.0, dtype=np.float32)
            np.maximum.at(of_article, article, closest)
            interaction.append(closest @ one.shares)
            together.append((of_article @ one.shares)[article])
        queries = [one.query for one in weighed]
        focus = _mean([one.focus for one in weighed], queries)
        starts, ends = self._first_sentence[rows], self._first_sentence[rows + 1]
        sentence = best_of_each(self._stored.sentences.spans(starts, ends) @ focus, ends - starts)
        return Closer(_weighted(interaction, queries), _weighted(together, queries), sentence)

    def _with_pointed_at(self, rows: Rows, allowed: Mask | None) -> Rows:
        """Rows with the first passages of the articles that some of them only point to."""
        targets = self._stored.points_to[rows]
        targets = targets[targets != NOWHERE]
        if not len(targets):
            return rows
        articles = np.setdiff1d(targets, self._stored.article_of[rows])
        first = np.searchsorted(self._stored.article_of, articles)
        if allowed is not None:
            first = first[allowed[first]]
        return np.union1d(rows, first)

    def _article_keyword(
        self, queries: Sequence[WeightedQuery], rows: Rows, allowed: Mask | None
    ) -> Floats:
        """BM25 of each row's article, divided by that of the best allowed article of all."""
        asked = self._articles.ask(_carrying(_terms(self._articles, queries)))
        mask = None
        if allowed is not None:
            mask = np.zeros(self._articles.count, dtype=np.bool_)
            mask[self._stored.article_of[allowed]] = True
        articles = np.concatenate([self._stored.article_of[rows], asked.best(1, mask)])
        return _relative(asked.at(articles))[: len(rows)]

    def _under_nearest_headings(self, vector: Floats, allowed: Mask | None) -> Rows:
        """Up to _HEADING_DEPTH passages under the headings nearest to a vector, the nearest first."""
        mask = None
        if allowed is not None:
            mask = np.zeros(self._headings.count, dtype=np.bool_)
            mask[self._heading_of[allowed]] = True
        near = self._headings.nearest(vector, _HEADING_DEPTH, mask)
        under = [self._by_heading[self._under[one] : self._under[one + 1]] for one in near]
        rows = np.concatenate([np.empty(0, np.int64), *under])
        return (rows if allowed is None else rows[allowed[rows]])[:_HEADING_DEPTH]

    def _token_idf(self, query: WeightedQuery) -> _TokenIdf:
        """Each token's IDF, that of its word, and whether the word carries meaning."""
        spans = query.encoded.spans
        idf = np.full(len(spans), 1e-6, dtype=np.float32)
        carrying = np.zeros(len(spans), dtype=np.bool_)
        said = list(_WORD.finditer(query.text))
        if said:
            starts, ends = np.array([match.span() for match in said]).T
            of_word = np.searchsorted(starts, spans[:, 1]) - 1  # the last word begun before its end
            own = (of_word >= 0) & (ends[of_word] > spans[:, 0])
            words_idf, words_carry = zip(*map(self._weigh_word, said), strict=True)
            idf[own] = np.array(words_idf, dtype=np.float32)[of_word[own]]
            carrying[own] = np.array(words_carry)[of_word[own]]
        return _TokenIdf(idf, carrying)

    def _weigh_word(self, match: re.Match[str]) -> tuple[float, bool]:
        """A word's IDF, and whether it carries meaning."""
        word = match.group()
        known = self.body.rarity(word)
        return _UNKNOWN_IDF if known is None else known, not words.is_function_word(word.lower())


def _focus(query: WeightedQuery, rarity: _TokenIdf) -> Floats:
    """The query's tokens pooled by the roots of their words' IDF, unit length: (dim,) float32."""
    if not len(query.encoded.tokens):
        return query.encoded.pooled
    pooled: Floats = np.sqrt(rarity.idf) @ query.encoded.tokens
    return pooled / np.float32(max(float(np.linalg.norm(pooled)), 1e-6))


def mean_vector(queries: Sequence[WeightedQuery]) -> Floats:
    """The queries' pooled vectors by weight, at unit length: (dim,) float32."""
    return _mean([query.encoded.pooled for query in queries], queries)


def _mean(vectors: Sequence[Floats], queries: Sequence[WeightedQuery]) -> Floats:
    """A vector for each query by the query's weight, at unit length: (dim,) float32."""
    total = np.zeros_like(vectors[0])
    for vector, query in zip(vectors, queries, strict=True):
        total += np.float32(query.weight) * vector
    return total / np.float32(max(float(np.linalg.norm(total)), 1e-6))


def _foreignness(query: WeightedQuery) -> float:
    """How little the model knows the question's words: 0 for those it was made for, up to 1.

    Told by the share of tokens that go on with a word: a model cuts the words it seldom met into
    many pieces, and its vectors say less about them than the words themselves.
    """
    spans = query.encoded.spans
    if len(spans) < 2:
        return 0.0
    lettered = np.array([query.text[start : start + 1].isalnum() for start in spans[:, 0].tolist()])
    going_on = (spans[1:, 0] == spans[:-1, 1]) & lettered[1:] & lettered[:-1]
    share = float(going_on.sum()) / max(int(lettered.sum()), 1)
    return min(max((share - _KNOWN_SHARE) / (_STRANGE_SHARE - _KNOWN_SHARE), 0.0), 1.0)


def _terms(index: KeywordIndex, queries: Sequence[WeightedQuery]) -> list[Term]:
    """The terms of all queries: the scores of these are the mean of the queries' scores."""
    if len(queries) == 1:
        return index.terms(queries[0].text)
    whole = sum(query.weight for query in queries)
    merged: dict[int, Term] = {}
    for query in queries:
        for term in index.terms(query.text):
            former = merged.get(term.column)
            weight = term.weight * query.weight / whole + (former.weight if former else 0.0)
            merged[term.column] = Term(term.column, weight, term.word)
    return list(merged.values())


def _asked(index: KeywordIndex, queries: Sequence[WeightedQuery]) -> Asked:
    return index.ask(_terms(index, queries))


def _carrying(terms: Sequence[Term]) -> list[Term]:
    """Terms of words that carry meaning; all where there are none."""
    return [one for one in terms if not words.is_function_word(one.word)] or list(terms)


def _relative(scores: Floats) -> Floats:
    """Scores divided by the best one (0..1)."""
    return scores / np.float32(max(float(scores.max(initial=0.0)), 1e-6))


def _weighted(scores: Sequence[Floats], queries: Sequence[WeightedQuery]) -> Floats:
    """The mean of the queries' scores (or vectors) by their weights."""
    if len(queries) == 1:
        return scores[0]
    whole = sum(query.weight for query in queries)
    total = np.zeros_like(scores[0])
    for score, query in zip(scores, queries, strict=True):
        total += np.float32(query.weight / whole) * score
    return total
