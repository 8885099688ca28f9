"""What knowledge costs and is worth, against the stock pipeline, in one run.

The stock pipeline is LangChain's usual one: RecursiveCharacterTextSplitter 1000/200,
all-MiniLM-L6-v2 through sentence-transformers in float32, `langchain_community`'s FAISS. Both read
the same article texts and answer the same questions on the same machine, one after the other.
Loading a model is left out on both sides.
"""

import importlib.util
import resource
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from langchain_core.embeddings import Embeddings

from evals.bench_growth import grow
from evals.cases import read_cases
from evals.costs import Cost, Growth, Latency, latency, timed
from evals.errors import BenchError
from evals.retrieval import Difference, paired_bootstrap
from evals.retrieval_folders import Folder, questions_of
from evals.retrieval_run import Score, score
from evals.retrieval_systems import Dense, Fused, Keywords, Stock, System, Warmline
from ingest.pipeline import run as ingest
from ingest.sources import SourceSpec
from knowledge.embedding import Embedder
from knowledge.minilm import load_embedder, model_id, packaged_folder
from knowledge.search import WeightedQuery
from knowledge.snapshot import FolderStore, Snapshot

TOGETHER = 32
_CHANGED_SHARE = 0.01
_ASKED = 100


@dataclass(frozen=True)
class Quality:
    """A system's means over the questions, and ours minus its MRR (None for ours)."""

    system: str
    hit_1: float
    hit_5: float
    mrr: float
    ndcg: float
    ahead: Difference | None


@dataclass(frozen=True)
class Bench:
    """One run's results; `growth` ends early where the time given ran out."""

    folder: str
    articles: int
    questions: int
    quality: tuple[Quality, ...]
    costs: tuple[Cost, ...]
    growth: tuple[Growth, ...]


class StockEmbeddings(Embeddings):
    """The model as LangChain users run it: sentence-transformers, float32."""

    def __init__(self) -> None:
        """Load the packaged model through sentence-transformers."""
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        quiet: Any = logging
        quiet.disable_progress_bar()
        self._model = SentenceTransformer(str(packaged_folder()), device="cpu")

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts in their order."""
        found = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return [[float(value) for value in row] for row in found]

    def embed_query(self, text: str) -> list[float]:
        """Embed one text."""
        return self.embed_documents([text])[0]


def bench(
    articles: Path,
    questions: Path,
    *,
    growth_s: float = 120.0,
    say: Callable[[str], None] = lambda _: None,
) -> Bench:
    """Measure both pipelines on a folder of articles and a question file over it.

    Raises BenchError when the stock pipeline is not installed (it comes with the development
    tools only).

    Gold articles are paths below `articles` or below its parent. `growth_s` bounds the seconds
    spent on synthetic snapshots; `say` hears what is being done.
    """
    if importlib.util.find_spec("langchain_community") is None:
        raise BenchError(
            "The stock pipeline needs langchain-community, which only the development tools bring. "
            "Install it beside Warmline, or run `make bench` in a checkout."
        )
    with tempfile.TemporaryDirectory(prefix="warmline-bench-") as scratch:
        work = Path(scratch)
        say("our ingest")
        embedder = load_embedder()
        embedder.encode(["warm up"])
        ours, snapshot = _our_cost(articles, work, embedder)
        folder = Folder(
            articles.name,
            questions,
            snapshot,
            questions_of(read_cases(questions, strip=f"{articles.name}/"), embedder, snapshot),
        )
        say("the stock pipeline's ingest")
        theirs, stock = _stock_cost(folder)
        say("questions")
        quality = _quality(folder, stock)
        say("growth")

        return Bench(
            folder=articles.name,
            articles=snapshot.manifest.article_count,
            questions=len(folder.questions),
            quality=quality,
            costs=(_asked(ours, folder, embedder), theirs),
            growth=tuple(grow(work / "growth", growth_s)),
        )


def _our_cost(articles: Path, work: Path, embedder: Embedder) -> tuple[Cost, Snapshot]:
    copy, store = work / "articles", FolderStore(work / "snapshots")
    shutil.copytree(articles, copy)

    def run() -> None:
        ingest([SourceSpec(str(copy))], store, lambda: embedder, model_id(), force=True)

    first = timed(run)
    current = store.current()
    assert current is not None
    snapshot = store.open(current)
    changed = max(1, round(_CHANGED_SHARE * snapshot.manifest.article_count))
    for article in list(snapshot.articles())[:changed]:
        with (copy / article.id).open("a", encoding="utf-8") as file:
            file.write("\n\nThis sentence was added for the benchmark.\n")
    again = timed(run)
    chars = sum(len(article.text) for article in snapshot.articles())
    nothing = Latency(0.0, 0.0)
    passages = snapshot.manifest.passage_count
    return (
        Cost("warmline", passages, first, chars / first, again, nothing, 0.0, _peak_bytes()),
        snapshot,
    )


def _asked(cost: Cost, folder: Folder, embedder: Embedder) -> Cost:
    """Add what questions cost, one alone and 32 embedded together."""
    texts = [question.queries[0].text for question in folder.questions]
    texts = (texts * (_ASKED // len(texts) + 1))[:_ASKED]

    def ask(batch: Sequence[str]) -> None:
        for text, encoded in zip(batch, embedder.encode(batch), strict=True):
            folder.snapshot.search_encoded([WeightedQuery(text, encoded)])

    alone = latency([timed(lambda text=text: ask([text])) for text in texts])  # type: ignore[misc]
    together = timed(lambda: ask(texts[:TOGETHER]))
    return Cost(
        cost.system,
        cost.passages,
        cost.ingest_s,
        cost.chars_per_s,
        cost.reingest_s,
        alone,
        together,
        cost.memory_bytes,
    )


def _stock_cost(folder: Folder) -> tuple[Cost, Stock]:
    embeddings = StockEmbeddings()
    embeddings.embed_query("warm up")
    built: list[Stock] = []
    seconds = timed(lambda: built.append(Stock(folder.snapshot, embeddings)))
    stock = built[0]
    texts = [question.queries[0].text for question in folder.questions]
    texts = (texts * (_ASKED // len(texts) + 1))[:_ASKED]
    alone = latency([timed(lambda text=text: stock.ask(text)) for text in texts])  # type: ignore[misc]
    together = timed(lambda: [stock.ask(text) for text in texts[:TOGETHER]])
    chars = sum(len(article.text) for article in folder.snapshot.articles())
    # It has no notion of what changed: the second run costs what the first did.
    return (
        Cost(
            "stock",
            stock.chunk_count,
            seconds,
            chars / seconds,
            seconds,
            alone,
            together,
            _peak_bytes(),
        ),
        stock,
    )


def _quality(folder: Folder, stock: Stock) -> tuple[Quality, ...]:
    snapshot = folder.snapshot
    systems: list[System] = [
        Warmline(snapshot),
        stock,
        Keywords(snapshot),
        Dense(snapshot),
        Fused(snapshot),
    ]
    scores = [score(folder, [s.rank(q.asked_of(s)) for q in folder.questions]) for s in systems]
    return tuple(
        _row(system.name, one, None if one is scores[0] else scores[0])
        for system, one in zip(systems, scores, strict=True)
    )


def _row(system: str, own: Score, ours: Score | None) -> Quality:
    return Quality(
        system=system,
        hit_1=float(np.mean(own.hit_1)),
        hit_5=float(np.mean(own.hit_5)),
        mrr=float(np.mean(own.mrr)),
        ndcg=float(np.mean(own.ndcg)),
        ahead=None if ours is None else paired_bootstrap(ours.mrr, own.mrr),
    )


def _peak_bytes() -> int:
    """The most memory that this process held so far (Linux counts in KiB)."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
