"""What a reply costs without a language model: alone, and to 32 customers at once.

The snapshot is the given one grown to a size by copies of its articles, their vectors a little
moved: real sentences, real questions, and word lists as long as a help centre of that size with one
vocabulary has them. Loading the model is left out; embedding the question is not.
"""

import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Final, Protocol

import numpy as np

from bot.dialogue import Dialogue, Reply
from evals.costs import Latency, latency
from knowledge.articles import Article, ArticleId
from knowledge.draft import SnapshotDraft
from knowledge.passages import Passage, passage_id
from knowledge.snapshot import FolderStore, Snapshot
from knowledge.vectors import PassageVectors

SIZES: Final = (1_000, 10_000)
CUSTOMERS: Final = 32
TARGET_ALONE_S: Final = 0.060  # the median reply at 1e4 passages
TARGET_RATE: Final = 60.0  # replies a second to 32 customers, on two idle cores
_ALONE: Final = 100  # questions asked one after the other
_WARM_UP: Final = 5
_MOVED: Final = 0.02  # how far a copy's vector lies from its original's, a component
_SEED: Final = 7


class Thinker(Protocol):
    """What answers: the parts of a reply, and replies to several dialogues at once."""

    def embed(self, snapshot: Snapshot, dialogue: Dialogue) -> object:
        """Embed what a dialogue's question needs, and nothing else."""
        ...

    def think(self, snapshot: Snapshot, dialogues: Sequence[Dialogue]) -> Sequence[Reply]:
        """Reply to each, their questions embedded together."""
        ...


@dataclass(frozen=True)
class Machine:
    """Where it was measured: cores, and how busy they were (load average of a minute)."""

    cores: int
    load_before: float
    load_after: float


@dataclass(frozen=True)
class AnswerCost:
    """Replies from a snapshot of a size.

    `embedding_s` is the median share of the question's embedding in a reply alone. `waited` is what
    one of the customers waited, who ask again as soon as they are answered; `rate` counts replies a
    second to all of them. `alone_work_s` and `together_work_s` are the processor seconds of a reply,
    which other work on the machine changes little.
    """

    passages: int
    alone: Latency
    embedding_s: float
    waited: Latency
    rate: float
    alone_work_s: float
    together_work_s: float


@dataclass(frozen=True)
class AnswersBench:
    """One run's results. `batch` questions are embedded together at most."""

    folder: str
    questions: int
    customers: int
    batch: int
    costs: tuple[AnswerCost, ...]
    machine: Machine


def bench(
    thinker: Thinker,
    snapshot: Snapshot,
    dialogues: Sequence[Dialogue],
    work: Path,
    *,
    folder: str,
    batch: int,
    seconds: float,
    sizes: Sequence[int] = SIZES,
    say: Callable[[str], None] = lambda _: None,
) -> AnswersBench:
    """Measure each size; `seconds` is how long the customers ask at each.

    `work` is an empty folder for the grown snapshots; `say` hears what is being done.
    """
    before = os.getloadavg()[0]
    costs = []
    for size in sizes:
        say(f"a snapshot of {size} passages")
        store = FolderStore(work / str(size))
        grown = store.open(store.publish(grow(snapshot, size)))
        say(f"replies from {size} passages")
        costs.append(_measure(thinker, grown, dialogues, batch, seconds))
    machine = Machine(os.cpu_count() or 1, before, os.getloadavg()[0])
    return AnswersBench(folder, len(dialogues), CUSTOMERS, batch, tuple(costs), machine)


def grow(snapshot: Snapshot, size: int) -> SnapshotDraft:
    """Copy the snapshot's articles until there are at least `size` passages."""
    random = np.random.default_rng(_SEED)
    articles: list[Article] = []
    passages: list[Passage] = []
    vectors: list[PassageVectors] = []
    originals = list(snapshot.articles())
    rows = snapshot.passage_rows_by_key()
    at = {snapshot.passage_at(row).id: snapshot.vectors_of(row) for row in rows.values()}
    turn = 0
    while len(passages) < size and originals:
        for article in originals:
            if len(passages) >= size:
                break
            id_ = ArticleId(f"copy-{turn:03d}/{article.id}" if turn else article.id)
            articles.append(replace(article, id=id_))
            # The same text may stand elsewhere too, under that passage's key.
            own = [one for one in snapshot.passages(article.id) if one.id in at]
            for n, passage in enumerate(own):
                passages.append(replace(passage, id=passage_id(id_, n), article=id_))
                vectors.append(_moved(at[passage.id], random) if turn else at[passage.id])
        turn += 1
    manifest = snapshot.manifest
    return SnapshotDraft(
        model_id=manifest.model_id,
        dimensions=manifest.dimensions,
        passage_rules=manifest.passage_rules,
        articles=tuple(articles),
        passages=tuple(passages),
        vectors=tuple(vectors),
        headings=dict(snapshot.heading_vectors()),
        projection=snapshot.projection,
    )


def _moved(vectors: PassageVectors, random: np.random.Generator) -> PassageVectors:
    moved = vectors.pooled.astype(np.float32)
    moved = moved + _MOVED * random.standard_normal(moved.shape, dtype=np.float32)
    return replace(vectors, pooled=(moved / np.linalg.norm(moved)).astype(np.float16))


def _measure(
    thinker: Thinker, snapshot: Snapshot, dialogues: Sequence[Dialogue], batch: int, seconds: float
) -> AnswerCost:
    for dialogue in dialogues[:_WARM_UP]:
        thinker.think(snapshot, [dialogue])
    asked = [dialogues[n % len(dialogues)] for n in range(_ALONE)]
    alone, work, embedding = [], [], []
    for dialogue in asked:
        begun, worked = perf_counter(), process_time()
        thinker.think(snapshot, [dialogue])
        alone.append(perf_counter() - begun)
        work.append(process_time() - worked)
        begun = perf_counter()
        thinker.embed(snapshot, dialogue)
        embedding.append(perf_counter() - begun)
    worked = process_time()
    waited, spent = _customers(thinker, snapshot, dialogues, batch, seconds)
    worked = process_time() - worked
    return AnswerCost(
        passages=snapshot.manifest.passage_count,
        alone=latency(alone),
        embedding_s=latency(embedding).median_s,
        waited=latency(waited),
        rate=len(waited) / spent,
        alone_work_s=latency(work).median_s,
        together_work_s=worked / len(waited),
    )


def _customers(
    thinker: Thinker, snapshot: Snapshot, dialogues: Sequence[Dialogue], batch: int, seconds: float
) -> tuple[list[float], float]:
    """Every customer asks again as soon as answered; returns the waits and the seconds it took.

    As the server does it: one thread works on what waits, `batch` questions at most at a time.
    """
    begun = perf_counter()
    waiting = deque((begun, n) for n in range(CUSTOMERS))
    following = CUSTOMERS
    waits: list[float] = []
    while perf_counter() - begun < seconds:
        taken = [waiting.popleft() for _ in range(min(batch, len(waiting)))]
        thinker.think(snapshot, [dialogues[n % len(dialogues)] for _, n in taken])
        now = perf_counter()
        waits += [now - since for since, _ in taken]
        for _ in taken:
            waiting.append((now, following))
            following += 1
    return waits, perf_counter() - begun
