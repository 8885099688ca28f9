"""How cost grows with size: synthetic snapshots of 1e3 to 1e6 passages.

Their words are drawn as often as the folder's articles have them, and their vectors lie around
those of its passages, so that its questions cost what they would in a help centre of that size.
"""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

from evals.costs import CUSTOMERS, Growth, latency, rate, timed
from evals.stock import stock_index
from knowledge.articles import Article, ArticleId
from knowledge.draft import SnapshotDraft
from knowledge.embedding import Embedder
from knowledge.passages import Passage, Sentence, SentenceKind, passage_id
from knowledge.search import WeightedQuery
from knowledge.snapshot import FolderStore, Snapshot
from knowledge.vectors import Floats, PassageVectors, quantise

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_WORDS_A_PASSAGE, _TOKENS_A_PASSAGE = 40, 50
_PASSAGES_AN_ARTICLE = 10
# How far a made vector lies from the one it was made of, a component: about as alike as the
# passages of one article are.
_MOVED = 0.03
# Token vectors repeat, or a million passages would not fit in memory while they are made.
_TOKEN_SETS = 512
_ASKED, _RATE_S = 100, 3.0
# Both pipelines are asked in turns of this many questions: near in time, so that a noisy machine
# slows both alike, but not each after the other has swept the processor's caches.
_IN_A_ROW = 10
# As the server does it: some questions are embedded while others are worked on, one thread each.
THREADS, BATCH = 2, 8
# As a web server of threads calls the stock pipeline: each customer in a thread.
STOCK_THREADS = CUSTOMERS
# Ten times the size takes about ten times as long: what would not end in time is not begun.
_STEP = 10
_SEED = 7


@dataclass(frozen=True)
class Seed:
    """What a folder gives to grow from.

    `words` and `shares` are its words and how often each occurs; `pooled` (n, dim) and `headings`
    (m, dim) are its vectors; `questions` are asked at every size.
    """

    words: tuple[str, ...]
    shares: NDArray[np.float64]
    pooled: Floats
    headings: Floats
    projection: Floats
    questions: tuple[str, ...]

    @classmethod
    def of(cls, snapshot: Snapshot, questions: Sequence[str]) -> "Seed":
        """Grow from a snapshot."""
        counts = Counter(word for one in snapshot.articles() for word in one.text.split())
        rows = range(snapshot.manifest.passage_count)
        occurring = np.array(list(counts.values()), dtype=np.float64)
        return cls(
            words=tuple(counts),
            shares=occurring / occurring.sum(),
            pooled=np.stack([snapshot.vectors_of(row).pooled for row in rows]).astype(np.float32),
            headings=np.stack(list(snapshot.heading_vectors().values())).astype(np.float32),
            projection=snapshot.projection,
            questions=tuple(dict.fromkeys(questions))[:_ASKED],
        )


def grow(
    folder: Path,
    seed: Seed,
    embedder: Embedder,
    embeddings: Embeddings,
    limit_s: float,
    *,
    say: Callable[[str], None] = lambda _: None,
) -> Iterator[Growth]:
    """Measure the first of `SIZES`, and each other that should end within `limit_s` altogether.

    `embeddings` are the stock pipeline's, which is asked the same beside a flat index.
    """
    started, last = perf_counter(), 0.0
    for size in SIZES:
        if last and perf_counter() - started + last * _STEP > limit_s:
            return
        say(f"{size} synthetic passages")
        begun = perf_counter()
        yield _measure(folder, seed, embedder, embeddings, size)
        last = perf_counter() - begun


def _measure(
    folder: Path, seed: Seed, embedder: Embedder, embeddings: Embeddings, size: int
) -> Growth:
    store = FolderStore(folder)
    publish_s, pooled = _published(store, seed, size)
    current = store.current()
    assert current is not None
    open_s = timed(lambda: store.open(current))
    snapshot = store.open(current)

    def ask(texts: Sequence[str]) -> float:
        encoded = embedder.encode(texts)
        begun = perf_counter()
        for text, one in zip(texts, encoded, strict=True):
            snapshot.search_encoded([WeightedQuery(text, one)])
        return perf_counter() - begun

    stock = stock_index(pooled, embeddings)

    def ask_stock(texts: Sequence[str]) -> float:
        found_s = 0.0
        for text in texts:
            vector = embeddings.embed_query(text)
            found_s += timed(partial(stock.similarity_search_by_vector, vector, k=10))
        return found_s

    # A server that has run for a while: every other question goes before, to both.
    for text in seed.questions[1::2]:
        ask([text])
        ask_stock([text])
    ours, theirs = _Asked(), _Asked()
    asked = seed.questions[::2]
    for at in range(0, len(asked), _IN_A_ROW):
        some = asked[at : at + _IN_A_ROW]
        ours.add(ask, some)
        theirs.add(ask_stock, some)
    disk = sum(path.stat().st_size for path in (folder / current).rglob("*") if path.is_file())
    shutil.rmtree(folder)
    return Growth(
        passages=size,
        publish_s=publish_s,
        open_s=open_s,
        search=latency(ours.search_s),
        alone=latency(ours.whole_s),
        rate=rate(ask, seed.questions, _RATE_S, threads=THREADS, batch=BATCH),
        stock_search=latency(theirs.search_s),
        stock_alone=latency(theirs.whole_s),
        stock_rate=rate(ask_stock, seed.questions, _RATE_S, threads=STOCK_THREADS, batch=1),
        disk_bytes=disk,
    )


class _Asked:
    """What questions took that were asked one by one, in seconds: with embedding, and without."""

    def __init__(self) -> None:
        self.search_s: list[float] = []
        self.whole_s: list[float] = []

    def add(self, ask: Callable[[Sequence[str]], float], questions: Sequence[str]) -> None:
        """Ask some more; `ask` gives the seconds that the search took."""
        for question in questions:
            begun = perf_counter()
            self.search_s.append(ask([question]))
            self.whole_s.append(perf_counter() - begun)


def _published(store: FolderStore, seed: Seed, size: int) -> tuple[float, Floats]:
    """Publish a made draft; the seconds that took, and the passages' vectors (size, dim)."""
    draft = _draft(np.random.default_rng(_SEED), seed, size)
    seconds = timed(lambda: store.publish(draft))
    return seconds, np.stack([one.pooled for one in draft.vectors]).astype(np.float32)


def _draft(random: np.random.Generator, seed: Seed, size: int) -> SnapshotDraft:
    articles, passages, vectors, headings = [], [], [], {}
    tokens = [
        quantise(_unit(random.standard_normal((_TOKENS_A_PASSAGE, seed.projection.shape[1]))))
        for _ in range(_TOKEN_SETS)
    ]
    for first in range(0, size, _PASSAGES_AN_ARTICLE):
        id_ = ArticleId(f"article-{first:07d}.md")
        texts = _texts(random, seed)
        articles.append(Article(id_, id_, "\n".join(texts)))
        pooled = _moved(random, seed.pooled, len(texts))
        titles = _moved(random, seed.headings, len(texts))
        start = 0
        for n, text in enumerate(texts):
            end, heading = start + len(text), f"part {n}"
            sentence = Sentence(start, end, SentenceKind.PROSE, n, text)
            name = passage_id(id_, n)
            passages.append(
                Passage(name, id_, id_, heading, start, end, f"{id_}\n{text}", (sentence,))
            )
            headings[f"{id_} › {heading}"] = titles[n].astype(np.float16)
            chosen = tokens[random.integers(_TOKEN_SETS)]
            vectors.append(
                PassageVectors(pooled[n].astype(np.float16), quantise(pooled[n : n + 1]), chosen)
            )
            start = end + 1
    return SnapshotDraft(
        model_id="synthetic",
        dimensions=seed.pooled.shape[1],
        passage_rules="synthetic",
        articles=tuple(articles),
        passages=tuple(passages),
        vectors=tuple(vectors),
        headings=headings,
        projection=seed.projection,
    )


def _texts(random: np.random.Generator, seed: Seed) -> list[str]:
    shape = (_PASSAGES_AN_ARTICLE, _WORDS_A_PASSAGE)
    drawn = random.choice(len(seed.words), size=shape, p=seed.shares)
    return [" ".join(seed.words[n] for n in row) for row in drawn.tolist()]


def _moved(random: np.random.Generator, rows: Floats, count: int) -> Floats:
    chosen = rows[random.integers(len(rows), size=count)]
    return _unit(chosen + _MOVED * random.standard_normal(chosen.shape))


def _unit(rows: NDArray[np.floating]) -> Floats:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Floats = (rows / lengths).astype(np.float32)
    return unit
