"""What search takes and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.articles import ArticleId
from knowledge.embedding import Encoded
from knowledge.passages import Passage, PassageId


@dataclass(frozen=True)
class Filters:
    """Narrow a search; None or empty means no narrowing on that field."""

    locale: str | None = None
    tags: frozenset[str] = frozenset()
    product: str | None = None


@dataclass(frozen=True)
class WeightedQuery:
    """One text to search for, encoded, and its share of the whole (above 0; only ratios count).

    A follow-up is searched for as the last message together with its context at a lower weight.
    """

    text: str
    encoded: Encoded = field(repr=False, compare=False)
    weight: float = 1.0


@dataclass(frozen=True)
class Hit:
    """A passage and why it was found.

    `score` orders hits (higher is better; not a probability). `dense` is the cosine of question
    and passage (-1..1), `keyword` the BM25 score divided by the best one of this search (0..1),
    `interaction` the MaxSim of question tokens over passage tokens (-1..1; None beyond the
    re-scored candidates), `title` the cosine of the question to title and heading.

    The passage and what its sentences score are read from the snapshot when they are first asked
    for, and kept: of all that is found, a reply reads what is of two or three articles.
    """

    id: PassageId
    article: ArticleId
    score: float
    dense: float
    keyword: float
    interaction: float | None
    title: float
    read_passage: Callable[[], Passage] = field(repr=False, compare=False)
    score_sentences: Callable[[], NDArray[np.float32]] = field(repr=False, compare=False)

    @cached_property
    def passage(self) -> Passage:
        """The passage itself."""
        return self.read_passage()

    @cached_property
    def sentence_scores(self) -> NDArray[np.float32]:
        """Cosine of the question to each sentence: (len(passage.sentences),) float32."""
        return self.score_sentences()


@dataclass(frozen=True)
class ArticleHit:
    """An article, scored by its best passages; `hits` are its passages, best first."""

    article: ArticleId
    score: float
    hits: tuple[Hit, ...]


@dataclass(frozen=True)
class Findings:
    """What one search found, article by article, best first.

    `terms` maps each word of the question (as indexed: lower case, stemmed) to its IDF in this
    snapshot, 0.0 for a word that no passage holds. `query_vector` is (dim,) float32, unit length.
    """

    question: str
    articles: tuple[ArticleHit, ...]
    terms: dict[str, float]
    query_vector: NDArray[np.float32] = field(repr=False, compare=False)

    @property
    def hits(self) -> tuple[Hit, ...]:
        """All passages found, best first."""
        return tuple(
            sorted((h for a in self.articles for h in a.hits), key=lambda h: h.score, reverse=True)
        )
