"""How cost grows with size: synthetic snapshots of 1e3 to 1e6 passages."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

from evals.costs import Growth, latency, timed
from knowledge.articles import Article, ArticleId
from knowledge.draft import TOKEN_DIMENSIONS, SnapshotDraft
from knowledge.embedding import Encoded
from knowledge.passages import Passage, PassageId, Sentence, SentenceKind
from knowledge.snapshot import FolderStore
from knowledge.vectors import Floats, PassageVectors, quantise

SIZES = (1_000, 10_000, 100_000, 1_000_000)
_DIMENSIONS = 384
_WORDS_A_PASSAGE, _VOCABULARY = 40, 30_000
_TOKENS_A_PASSAGE = 50
_PASSAGES_AN_ARTICLE = 10
_QUESTIONS, _QUESTION_TOKENS = 30, 10
# Ten times the size takes about ten times as long: what would not end in time is not begun.
_STEP = 10
_SEED = 7


def grow(folder: Path, limit_s: float) -> Iterator[Growth]:
    """Measure the first of `SIZES`, and each other that should end within `limit_s` altogether."""
    started, last = perf_counter(), 0.0
    for size in SIZES:
        if last and perf_counter() - started + last * _STEP > limit_s:
            return
        begun = perf_counter()
        yield _measure(folder, size)
        last = perf_counter() - begun


def _measure(folder: Path, size: int) -> Growth:
    random = np.random.default_rng(_SEED)
    store = FolderStore(folder)
    draft = _draft(random, size)
    publish_s = timed(lambda: store.publish(draft))
    current = store.current()
    assert current is not None
    open_s = timed(lambda: store.open(current))
    snapshot = store.open(current)
    seconds = []
    for _ in range(_QUESTIONS):
        text = _text(random, _QUESTION_TOKENS)
        tokens = _unit(random, _QUESTION_TOKENS, _DIMENSIONS)
        spans = np.array([[4 * n, 4 * n + 3] for n in range(_QUESTION_TOKENS)], dtype=np.int32)
        encoded = Encoded(tokens[0], tokens, spans)
        begun = perf_counter()
        snapshot.search_encoded(text, encoded)
        seconds.append(perf_counter() - begun)
    disk = sum(path.stat().st_size for path in (folder / current).rglob("*") if path.is_file())
    shutil.rmtree(folder)
    return Growth(size, publish_s, open_s, latency(seconds), disk)


def _draft(random: np.random.Generator, size: int) -> SnapshotDraft:
    articles, passages, vectors, headings = [], [], [], {}
    for first in range(0, size, _PASSAGES_AN_ARTICLE):
        id_ = ArticleId(f"article-{first:07d}.md")
        texts = [_text(random, _WORDS_A_PASSAGE) for _ in range(_PASSAGES_AN_ARTICLE)]
        articles.append(Article(id_, id_, "\n".join(texts)))
        start = 0
        for n, text in enumerate(texts):
            end = start + len(text)
            sentence = Sentence(start, end, SentenceKind.PROSE, n, text)
            name = PassageId(f"{id_}#{n}")
            passages.append(
                Passage(name, id_, id_, f"part {n}", start, end, f"{id_}\n{text}", (sentence,))
            )
            start = end + 1
        pooled = _unit(random, _PASSAGES_AN_ARTICLE, _DIMENSIONS)
        for n, row in enumerate(pooled):
            tokens = _unit(random, _TOKENS_A_PASSAGE, TOKEN_DIMENSIONS)
            headings[f"{id_} › part {n}"] = _unit(random, 1, _DIMENSIONS)[0].astype(np.float16)
            vectors.append(
                PassageVectors(row.astype(np.float16), quantise(row[None]), quantise(tokens))
            )
    return SnapshotDraft(
        model_id="synthetic",
        dimensions=_DIMENSIONS,
        passage_rules="synthetic",
        articles=tuple(articles),
        passages=tuple(passages),
        vectors=tuple(vectors),
        headings=headings,
        projection=np.eye(_DIMENSIONS, TOKEN_DIMENSIONS, dtype=np.float32),
    )


def _text(random: np.random.Generator, words: int) -> str:
    """Words drawn as in natural text: the n-th most frequent about 1/n as often as the first."""
    numbers = np.minimum(random.zipf(1.3, size=words), _VOCABULARY)
    return " ".join(f"w{number:x}q" for number in numbers) + "."


def _unit(random: np.random.Generator, rows: int, dimensions: int) -> Floats:
    drawn = random.standard_normal((rows, dimensions), dtype=np.float32)
    lengths = np.linalg.norm(drawn, axis=1, keepdims=True)
    unit: Floats = (drawn / lengths).astype(np.float32)
    return unit
