"""Ways to rank articles for the same question: ours, and the four that it has to beat."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

from knowledge.embedding import Embedder
from knowledge.ranking import Weights, rank
from knowledge.search import WeightedQuery
from knowledge.snapshot import Snapshot
from knowledge.vectors import Floats

# LangChain's usual settings for this splitter.
STOCK_CHUNK_CHARS, STOCK_OVERLAP_CHARS = 1000, 200
# Of reciprocal rank fusion: Cormack, Clarke & Büttcher (SIGIR 2009).
_RRF_CONSTANT = 60
_DEPTH = 50
_ARTICLES = 10
_AT_ONCE = 256


class System(Protocol):
    """Ranks articles for a question."""

    @property
    def name(self) -> str:
        """What the report calls it."""
        ...

    @property
    def takes_one_text(self) -> bool:
        """Whether a follow-up must come as one text, the conversation before it included."""
        ...

    def rank(self, queries: Sequence[WeightedQuery]) -> list[str]:
        """Up to ten articles, best first."""
        ...


class Warmline:
    """Our search, with the shipped weights or with others."""

    name = "warmline"
    takes_one_text = False

    def __init__(self, snapshot: Snapshot, weights: Weights | None = None) -> None:
        """Search in `snapshot`; `weights` None for the shipped ones."""
        self._snapshot = snapshot
        self._weights = weights

    def rank(self, queries: Sequence[WeightedQuery]) -> list[str]:
        """As the bot searches."""
        if self._weights is None:
            found = self._snapshot.search_encoded(queries, limit_articles=_ARTICLES)
            return [hit.article for hit in found.articles]
        finder = self._snapshot.finder
        weighed = finder.weigh(queries)
        ranked = rank(finder, weighed, finder.candidates(weighed, None), self._weights)
        return _articles(self._snapshot, ranked.rows.tolist())


class Dense:
    """Cosine of question and passage alone."""

    name = "dense"
    takes_one_text = True

    def __init__(self, snapshot: Snapshot) -> None:
        """Search in `snapshot`'s passages."""
        self._snapshot = snapshot

    def rows(self, queries: Sequence[WeightedQuery]) -> list[int]:
        """Passages, best first."""
        vector = queries[-1].encoded.pooled
        return [int(row) for row in self._snapshot.finder.nearest(vector, _DEPTH)]

    def rank(self, queries: Sequence[WeightedQuery]) -> list[str]:
        """Articles by their nearest passage."""
        return _articles(self._snapshot, self.rows(queries))


class Keywords:
    """BM25 over the passages alone."""

    name = "bm25"
    takes_one_text = True

    def __init__(self, snapshot: Snapshot) -> None:
        """Search in `snapshot`'s passages."""
        self._snapshot = snapshot

    def rows(self, queries: Sequence[WeightedQuery]) -> list[int]:
        """Passages, best first; those without any word of the question are left out."""
        body = self._snapshot.finder.body
        scores = body.score(body.terms(queries[-1].text))
        order = np.argsort(-scores, kind="stable")[:_DEPTH]
        return [row for row in order.tolist() if scores[row] > 0]

    def rank(self, queries: Sequence[WeightedQuery]) -> list[str]:
        """Articles by their best passage."""
        return _articles(self._snapshot, self.rows(queries))


class Fused:
    """Reciprocal rank fusion of `Dense` and `Keywords`."""

    name = "rrf"
    takes_one_text = True

    def __init__(self, snapshot: Snapshot) -> None:
        """Search in `snapshot`'s passages."""
        self._snapshot = snapshot
        self._parts = (Dense(snapshot), Keywords(snapshot))

    def rank(self, queries: Sequence[WeightedQuery]) -> list[str]:
        """Articles by their best passage after fusion."""
        scores: dict[int, float] = {}
        for part in self._parts:
            for place, row in enumerate(part.rows(queries), start=1):
                scores[row] = scores.get(row, 0.0) + 1 / (_RRF_CONSTANT + place)
        return _articles(self._snapshot, sorted(scores, key=lambda row: -scores[row]))


class Stock:
    """LangChain's usual pipeline: recursive splitter, MiniLM, FAISS."""

    name = "stock"
    takes_one_text = True

    def __init__(self, snapshot: Snapshot, embeddings: Embeddings) -> None:
        """Split and embed the article texts that `snapshot` holds."""
        from langchain_community.vectorstores import FAISS
        from langchain_text_splitters import RecursiveCharacterTextSplitter

        splitter = RecursiveCharacterTextSplitter(
            chunk_size=STOCK_CHUNK_CHARS, chunk_overlap=STOCK_OVERLAP_CHARS
        )
        articles = list(snapshot.articles())
        chunks = splitter.create_documents(
            [f"{article.title}\n\n{article.text}" for article in articles],
            [{"article": a.id} for a in articles],
        )
        self._index = FAISS.from_documents(chunks, embeddings)
        self.chunk_count = len(chunks)

    def ask(self, text: str) -> list[str]:
        """Embed a question and rank articles, as LangChain users do."""
        return _by_article(self._index.similarity_search(text, k=_DEPTH))

    def rank(self, queries: Sequence[WeightedQuery]) -> list[str]:
        """Articles by their nearest chunk."""
        vector = queries[-1].encoded.pooled.tolist()
        return _by_article(self._index.similarity_search_by_vector(vector, k=_DEPTH))


class SharedEmbeddings(Embeddings):
    """Our embedder as LangChain's interface, so that quality is compared on the same vectors."""

    def __init__(self, embedder: Embedder) -> None:
        """Embed with `embedder`."""
        self._embedder = embedder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts in their order."""
        # In slices: an encoding holds every token's vector, of which only the pooled one is kept.
        slices = [texts[at : at + _AT_ONCE] for at in range(0, len(texts), _AT_ONCE)]
        return [_floats(one.pooled) for part in slices for one in self._embedder.encode(part)]

    def embed_query(self, text: str) -> list[float]:
        """Embed one text."""
        return _floats(self._embedder.encode([text])[0].pooled)


def _by_article(found: Sequence[Document]) -> list[str]:
    return list(dict.fromkeys(str(one.metadata["article"]) for one in found))[:_ARTICLES]


def _floats(vector: Floats) -> list[float]:
    return [float(value) for value in vector]


def _articles(snapshot: Snapshot, rows: Sequence[int]) -> list[str]:
    names = dict.fromkeys(str(snapshot.passage_at(row).article) for row in rows)
    return list(names)[:_ARTICLES]
