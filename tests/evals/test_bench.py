import json
import time
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from bot.dialogue import Decision, Dialogue, Reply, Speaker, Turn
from evals import answers_report, bench_answers, bench_report
from evals.bench_growth import Seed, grow
from evals.bench_knowledge import Bench, Quality
from evals.costs import Cost, Growth, Latency, rate
from evals.retrieval import Difference
from evals.retrieval_systems import SharedEmbeddings
from evals.sample import snapshot_of
from knowledge.articles import ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore, Snapshot


def made() -> Bench:
    quick, slow, flat = Latency(0.01, 0.02), Latency(0.05, 0.09), Latency(0.0123, 0.02)
    return Bench(
        folder="kb <b>",
        articles=3,
        questions=2,
        quality=(
            Quality("warmline", 1.0, 1.0, 1.0, 1.0, None),
            Quality("stock", 0.5, 1.0, 0.75, 0.8, Difference(0.25, 0.0, 0.5)),
        ),
        costs=(
            Cost("warmline", 9, 1.0, 1000.0, 0.1, 0.05, quick, 90.0, 1 << 20),
            Cost("stock", 5, 2.0, 500.0, 2.0, 2.0, slow, 20.0, 1 << 20),
        ),
        growth=(
            Growth(1000, 1.0, 0.1, quick, quick, 90.0, flat, slow, 20.0, 1 << 20),
            Growth(10_000, 9.0, 0.4, quick, slow, 80.0, flat, slow, 8.0, 9 << 20),
        ),
    )


def test_a_bench_is_shown_as_text_json_and_a_page() -> None:
    text = bench_report.to_text(made())
    assert "+0.250 [+0.000, +0.500]" in text
    assert "10,000" in text
    assert "10.0x" in text
    largest = bench_report.growth_row(made().growth[-1])
    shown = list(zip(bench_report.GROWTH_COLUMNS, largest, strict=True))
    assert shown[3:5] == [("search", "10.0 ms"), ("stock's", "12.3 ms")]
    assert json.loads(bench_report.to_json(made()))["quality"][1]["mrr"] == 0.75
    page = bench_report.to_html(made(), "")
    assert "kb &lt;b&gt;" in page
    assert page.count("<path") == 4


def test_a_bench_without_growth_still_has_its_page() -> None:
    bench = made()
    page = bench_report.to_html(
        Bench(bench.folder, 3, 2, bench.quality, bench.costs, growth=()), ""
    )
    assert "How it grows" not in page


def test_one_size_makes_no_line_and_names_of_lines_stand_apart() -> None:
    bench = made()
    assert bench_report.growth_lines(bench.growth[:1]) == []
    heights = [line.name_y for line in bench_report.growth_lines(bench.growth)]
    assert min(after - before for before, after in pairwise(heights)) >= 14


def a_folder(tmp_path: Path, articles: int) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    for n in range(articles):
        text = f"# Title {n}\n\nSentence number {n}.\n"
        (folder / f"{n}.md").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.filterwarnings("ignore:.langchain-community. is being sunset:DeprecationWarning")
def test_growth_measures_what_fits_the_time_given_beside_the_stock_pipeline(
    tmp_path: Path,
) -> None:
    embedder = HashEmbedder()
    snapshot = snapshot_of([a_folder(tmp_path, 30)], tmp_path / "snapshots", embedder)
    seed = Seed.of(snapshot, ["sentence number 1", "title 2"])
    stock = SharedEmbeddings(embedder)
    (one,) = grow(tmp_path / "growth", seed, embedder, stock, limit_s=0.0)
    assert one.passages == 1000
    assert one.disk_bytes > 0
    assert 0 < one.search.median_s < one.alone.p95_s
    assert 0 < one.stock_search.median_s < one.stock_alone.p95_s
    assert min(one.rate, one.stock_rate) > 0


def test_a_rate_counts_what_all_threads_answered() -> None:
    asked: list[int] = []
    begun = time.perf_counter()
    found = rate(lambda texts: asked.append(len(texts)), ["a", "b"], 0.05, threads=3, batch=4)
    assert set(asked) == {4}
    assert found <= sum(asked) / 0.05
    assert found >= sum(asked) / (time.perf_counter() - begun)


class Counting:
    """Answers nothing, and remembers how many it was asked together."""

    def __init__(self) -> None:
        self.together: list[int] = []

    def embed(self, snapshot: Snapshot, dialogue: Dialogue) -> object:
        return None

    def think(self, snapshot: Snapshot, dialogues: Sequence[Dialogue]) -> list[Reply]:
        self.together.append(len(dialogues))
        return [Reply(Decision.DECLINE, "No.") for _ in dialogues]


def test_a_snapshot_grows_by_copies_that_can_be_searched(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    snapshot = snapshot_of([a_folder(tmp_path, 3)], tmp_path / "snapshots", embedder)
    store = FolderStore(tmp_path / "grown")
    grown = store.open(store.publish(bench_answers.grow(snapshot, 20)))
    assert grown.manifest.passage_count >= 20
    assert grown.article(ArticleId("0.md")) is not None
    assert grown.article(ArticleId("copy-001/0.md")) is not None
    assert grown.search("sentence number 1", embedder).articles


def test_customers_are_answered_in_batches_and_the_cost_is_shown(tmp_path: Path) -> None:
    snapshot = snapshot_of([a_folder(tmp_path, 1)], tmp_path / "snapshots", HashEmbedder())
    thinker = Counting()
    asked = Dialogue((Turn(Speaker.CUSTOMER, "what"),))
    made = bench_answers.bench(
        thinker, snapshot, [asked], tmp_path, folder="<b>", batch=16, seconds=0.01, sizes=(2,)
    )
    assert set(thinker.together) == {1, 16}
    (cost,) = made.costs
    assert cost.passages >= 2
    assert cost.rate > 0
    assert "load average" in answers_report.to_text(made)
    assert json.loads(answers_report.to_json(made))["customers"] == 32
    assert "&lt;b&gt;" in answers_report.to_html(made, "")
