import json
from collections.abc import Sequence
from pathlib import Path

from bot.dialogue import Decision, Dialogue, Reply, Speaker, Turn
from evals import answers_report, bench_answers, bench_report
from evals.bench_growth import grow
from evals.bench_knowledge import Bench, Quality
from evals.costs import Cost, Growth, Latency
from evals.retrieval import Difference
from evals.sample import snapshot_of
from knowledge.articles import ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import FolderStore, Snapshot


def made() -> Bench:
    quick, slow = Latency(0.01, 0.02), Latency(0.05, 0.09)
    return Bench(
        folder="kb <b>",
        articles=3,
        questions=2,
        quality=(
            Quality("warmline", 1.0, 1.0, 1.0, 1.0, None),
            Quality("stock", 0.5, 1.0, 0.75, 0.8, Difference(0.25, 0.0, 0.5)),
        ),
        costs=(
            Cost("warmline", 9, 1.0, 1000.0, 0.1, quick, 0.2, 1 << 20),
            Cost("stock", 5, 2.0, 500.0, 2.0, slow, 0.9, 1 << 20),
        ),
        growth=(Growth(1000, 1.0, 0.1, quick, 1 << 20), Growth(10_000, 9.0, 0.4, slow, 9 << 20)),
    )


def test_a_bench_is_shown_as_text_json_and_a_page() -> None:
    text = bench_report.to_text(made())
    assert "+0.250 [+0.000, +0.500]" in text
    assert "10000" in text
    assert json.loads(bench_report.to_json(made()))["quality"][1]["mrr"] == 0.75
    page = bench_report.to_html(made(), "")
    assert "kb &lt;b&gt;" in page
    assert page.count("<path") == 3


def test_a_bench_without_growth_still_has_its_page() -> None:
    bench = made()
    page = bench_report.to_html(
        Bench(bench.folder, 3, 2, bench.quality, bench.costs, growth=()), ""
    )
    assert "How it grows" not in page


def test_growth_measures_what_fits_the_time_given(tmp_path: Path) -> None:
    (one,) = grow(tmp_path / "growth", limit_s=0.0)
    assert one.passages == 1000
    assert one.disk_bytes > 0
    assert one.search.median_s > 0


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
    articles = tmp_path / "articles"
    articles.mkdir()
    for n in range(3):
        (articles / f"{n}.md").write_text(
            f"# Title {n}\n\nSentence number {n}.\n", encoding="utf-8"
        )
    embedder = HashEmbedder()
    snapshot = snapshot_of([articles], tmp_path / "snapshots", embedder)
    store = FolderStore(tmp_path / "grown")
    grown = store.open(store.publish(bench_answers.grow(snapshot, 20)))
    assert grown.manifest.passage_count >= 20
    assert grown.article(ArticleId("0.md")) is not None
    assert grown.article(ArticleId("copy-001/0.md")) is not None
    assert grown.search("sentence number 1", embedder).articles


def test_customers_are_answered_in_batches_and_the_cost_is_shown(tmp_path: Path) -> None:
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "a.md").write_text("# Title\n\nA sentence.\n", encoding="utf-8")
    snapshot = snapshot_of([articles], tmp_path / "snapshots", HashEmbedder())
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
