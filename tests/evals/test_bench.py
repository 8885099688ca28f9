import json
from pathlib import Path

from evals import bench_report
from evals.bench_growth import grow
from evals.bench_knowledge import Bench, Quality
from evals.costs import Cost, Growth, Latency
from evals.retrieval import Difference


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
