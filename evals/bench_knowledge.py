"""What knowledge costs and is worth, against the stock pipeline, in one run.

Both read the same article texts and answer the same questions on the same machine, one after the
other (evals/stock.py says what the stock pipeline is). Loading a model is left out on both sides.
"""

import importlib.util
import resource
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from evals.bench_growth import BATCH, STOCK_THREADS, THREADS, Seed, grow
from evals.cases import read_cases
from evals.costs import Cost, Growth, Latency, latency, rate, timed
from evals.errors import BenchError
from evals.retrieval import Difference, paired_bootstrap
from evals.retrieval_folders import Folder, questions_of
from evals.retrieval_run import Score, score
from evals.retrieval_systems import Dense, Fused, Keywords, Stock, System, Warmline
from evals.stock import StockEmbeddings
from ingest.pipeline import run as ingest
from ingest.sources import SourceSpec
from knowledge.embedding import Embedder
from knowledge.minilm import load_embedder, model_id
from knowledge.search import WeightedQuery
from knowledge.snapshot import FolderStore, Snapshot

_ASKED = 100
_RATE_S = 5.0


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
        embeddings = StockEmbeddings()
        theirs, stock = _stock_cost(folder, embeddings)
        say("questions")
        quality = _quality(folder, stock)
        ours = _asked(ours, folder, embedder)
        say("growth")
        seed = Seed.of(snapshot, _texts(folder))
        return Bench(
            folder=articles.name,
            articles=snapshot.manifest.article_count,
            questions=len(folder.questions),
            quality=quality,
            costs=(ours, theirs),
            growth=tuple(grow(work / "growth", seed, embedder, embeddings, growth_s, say=say)),
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
    ids = [article.id for article in snapshot.articles()]

    def again(share: int) -> float:
        for id_ in ids[: max(1, len(ids) // share)]:
            with (copy / id_).open("a", encoding="utf-8") as file:
                file.write(f"\n\nThis sentence was added for one article in {share}.\n")
        return timed(run)

    chars = sum(len(article.text) for article in snapshot.articles())
    nothing = Latency(0.0, 0.0)
    passages = snapshot.manifest.passage_count
    return (
        Cost(
            "warmline",
            passages,
            first,
            chars / first,
            again(100),
            again(1000),
            nothing,
            0.0,
            _peak_bytes(),
        ),
        snapshot,
    )


def _asked(cost: Cost, folder: Folder, embedder: Embedder) -> Cost:
    """Add what questions cost, one alone and of 32 customers at once."""

    def ask(batch: Sequence[str]) -> None:
        for text, encoded in zip(batch, embedder.encode(batch), strict=True):
            folder.snapshot.search_encoded([WeightedQuery(text, encoded)])

    texts = _texts(folder)
    return replace(
        cost,
        alone=latency([timed(partial(ask, [text])) for text in texts]),
        rate=rate(ask, texts, _RATE_S, threads=THREADS, batch=BATCH),
    )


def _texts(folder: Folder) -> list[str]:
    """As many questions as are asked, the first of the file again where it has fewer."""
    texts = [question.queries[0].text for question in folder.questions]
    return (texts * (_ASKED // len(texts) + 1))[:_ASKED]


def _stock_cost(folder: Folder, embeddings: StockEmbeddings) -> tuple[Cost, Stock]:
    embeddings.embed_query("warm up")
    built: list[Stock] = []
    seconds = timed(lambda: built.append(Stock(folder.snapshot, embeddings)))
    stock, texts = built[0], _texts(folder)

    def ask(batch: Sequence[str]) -> None:
        for text in batch:
            stock.ask(text)

    chars = sum(len(article.text) for article in folder.snapshot.articles())
    cost = Cost(
        "stock",
        stock.chunk_count,
        seconds,
        chars / seconds,
        # It has no notion of what changed: the second run costs what the first did.
        one_in_100_s=seconds,
        one_in_1000_s=seconds,
        alone=latency([timed(partial(stock.ask, text)) for text in texts]),
        rate=rate(ask, texts, _RATE_S, threads=STOCK_THREADS, batch=1),
        memory_bytes=_peak_bytes(),
    )
    return cost, stock


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
