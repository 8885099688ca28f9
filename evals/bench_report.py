"""A bench as text, JSON and a page with charts."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from math import log10
from pathlib import Path

from evals.bench_knowledge import Bench
from evals.costs import Growth

TEMPLATES = Path(__file__).parent / "templates"
GROWTH_COLUMNS = (
    "passages", "publish", "open", "search", "stock's", "question", "stock's",
    "32 at once", "stock's", "ratio", "on disk",
)  # fmt: skip
# The growth chart's plotting area, in its own units.
_WIDTH, _HEIGHT, _NAME_HEIGHT = 560, 220, 16


@dataclass(frozen=True)
class Line:
    """One line of a chart on logarithmic axes: an SVG path, its points, and where its name stands."""

    name: str
    path: str
    points: tuple[tuple[float, float], ...]
    name_y: float = 0.0


def to_json(bench: Bench) -> str:
    """Write all figures as JSON."""
    return json.dumps(asdict(bench), indent=1, ensure_ascii=False)


def to_text(bench: Bench) -> str:
    """Write tables for a terminal."""
    lines = [
        f"{bench.folder}: {bench.articles} articles, {bench.questions} questions",
        "",
        f"{'system':10} {'hit@1':>6} {'hit@5':>6} {'MRR':>6} {'nDCG':>6}  ours ahead in MRR",
    ]
    for row in bench.quality:
        gap = row.ahead
        ahead = "" if gap is None else f"{gap.mean:+.3f} [{gap.low:+.3f}, {gap.high:+.3f}]"
        figures = f"{row.hit_1:6.3f} {row.hit_5:6.3f} {row.mrr:6.3f} {row.ndcg:6.3f}"
        lines.append(f"{row.system:10} {figures}  {ahead}")
    lines += ["", f"{'':28} " + " ".join(f"{cost.system:>12}" for cost in bench.costs)]
    for name, values in cost_rows(bench):
        lines.append(f"{name:28} " + " ".join(f"{value:>12}" for value in values))
    if bench.growth:
        lines += ["", _row(GROWTH_COLUMNS)]
        lines += [_row(growth_row(one)) for one in bench.growth]
    return "\n".join(lines)


def to_html(bench: Bench, sheet: str) -> str:
    """Make one page that needs nothing else; `sheet` is the product's style sheet of tokens."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    pages = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
    )
    return pages.get_template("bench.html").render(
        bench=bench,
        sheet=sheet,
        costs=cost_rows(bench),
        lines=growth_lines(bench.growth),
        columns=GROWTH_COLUMNS,
        rows=[growth_row(one) for one in bench.growth],
        width=_WIDTH,
        height=_HEIGHT,
    )


def cost_rows(bench: Bench) -> list[tuple[str, list[str]]]:
    """Each cost by name, a readable value a pipeline."""
    costs = bench.costs
    return [
        ("passages", [f"{one.passages}" for one in costs]),
        ("ingest", [f"{one.ingest_s:.1f} s" for one in costs]),
        ("article text a second", [f"{one.chars_per_s / 1000:.1f} k" for one in costs]),
        ("1 article in 100, again", [f"{one.one_in_100_s:.2f} s" for one in costs]),
        ("1 article in 1000, again", [f"{one.one_in_1000_s:.2f} s" for one in costs]),
        ("a question alone", [f"{one.alone.median_s * 1000:.1f} ms" for one in costs]),
        ("the slowest 5 % above", [f"{one.alone.p95_s * 1000:.1f} ms" for one in costs]),
        ("32 customers at once", [f"{one.rate:.0f} a second" for one in costs]),
        ("memory at most, so far", [f"{one.memory_bytes / 2**20:.0f} MiB" for one in costs]),
    ]


def growth_lines(growth: Sequence[Growth]) -> list[Line]:
    """Question, publish and open times by size, both axes logarithmic, for the chart."""
    if len(growth) < 2:  # a point is no line
        return []
    series = {
        "question": [one.alone.median_s for one in growth],
        "stock question": [one.stock_alone.median_s for one in growth],
        "open": [one.open_s for one in growth],
        "publish": [one.publish_s for one in growth],
    }
    values = [max(value, 1e-5) for row in series.values() for value in row]
    low, high = log10(min(values)), log10(max(values))
    sizes = [log10(one.passages) for one in growth]
    lines = []
    for name, row in series.items():
        points = tuple(
            (
                _WIDTH * (size - sizes[0]) / max(sizes[-1] - sizes[0], 1e-9),
                _HEIGHT * (high - log10(max(value, 1e-5))) / max(high - low, 1e-9),
            )
            for size, value in zip(sizes, row, strict=True)
        )
        path = "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in points)
        lines.append(Line(name, path, points))
    return _named_apart(lines)


def _named_apart(lines: list[Line]) -> list[Line]:
    """Names at the ends of their lines, moved down where they would stand on one another."""
    apart: list[Line] = []
    for line in sorted(lines, key=lambda line: line.points[-1][1]):
        lowest = apart[-1].name_y + _NAME_HEIGHT if apart else 0.0
        apart.append(replace(line, name_y=max(line.points[-1][1] + 4, lowest)))
    return apart


def growth_row(one: Growth) -> tuple[str, ...]:
    """A size's figures, in the order of GROWTH_COLUMNS."""
    return (
        f"{one.passages:,}",
        f"{one.publish_s:.1f} s",
        f"{one.open_s * 1000:.0f} ms",
        f"{one.search.median_s * 1000:.1f} ms",
        f"{one.stock_search.median_s * 1000:.1f} ms",
        f"{one.alone.median_s * 1000:.1f} ms",
        f"{one.stock_alone.median_s * 1000:.1f} ms",
        f"{one.rate:.0f}/s",
        f"{one.stock_rate:.0f}/s",
        f"{one.rate / max(one.stock_rate, 1e-9):.1f}x",
        f"{one.disk_bytes / 2**20:.0f} MiB",
    )


def _row(cells: Sequence[str]) -> str:
    return " ".join(f"{cell:>10}" for cell in cells)
