"""Compares our search with its baselines over question files, in one run.

    python -m evals.retrieval_run SNAPSHOTS=QUESTIONS… [--cross-fit | --leave-out] [--pool A,B]

Each argument is a folder of snapshots and a question file over its articles. Follow-ups are
searched for as the bot does (`bot/queries.py`); the baselines, which take one text, get all that the
bot searches for as one.
"""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.fit_search import cross_fitted, left_out
from evals.retrieval import Difference, hit_at, ndcg, paired_bootstrap, reciprocal_rank
from evals.retrieval_folders import Folder, open_folders
from evals.retrieval_systems import (
    Dense,
    Fused,
    Keywords,
    SharedEmbeddings,
    Stock,
    System,
    Warmline,
)
from knowledge.embedding import Embedder
from knowledge.minilm import load_embedder


@dataclass(frozen=True)
class Score:
    """One system's figures on one folder, a value a question in each."""

    hit_1: tuple[float, ...]
    hit_5: tuple[float, ...]
    mrr: tuple[float, ...]
    ndcg: tuple[float, ...]


def score(folder: Folder, rankings: Sequence[Sequence[str]]) -> Score:
    """Judge one ranking a question."""
    pairs = [(r, q.gold) for r, q in zip(rankings, folder.questions, strict=True)]
    return Score(
        hit_1=tuple(hit_at(ranked, gold, 1) for ranked, gold in pairs),
        hit_5=tuple(hit_at(ranked, gold, 5) for ranked, gold in pairs),
        mrr=tuple(reciprocal_rank(ranked, gold) for ranked, gold in pairs),
        ndcg=tuple(ndcg(ranked, gold) for ranked, gold in pairs),
    )


def compare(folder: Folder, embedder: Embedder) -> dict[str, Score]:
    """Judge ours, with the shipped weights, and every baseline on a folder."""
    snapshot = folder.snapshot
    systems: list[System] = [
        Warmline(snapshot),
        Stock(snapshot, SharedEmbeddings(embedder)),
        Keywords(snapshot),
        Dense(snapshot),
        Fused(snapshot),
    ]
    return {
        system.name: score(folder, [system.rank(q.asked_of(system)) for q in folder.questions])
        for system in systems
    }


def table(results: Mapping[str, Mapping[str, Score]]) -> str:
    """Figures of every system on every folder, and their means over folders."""
    systems = list(next(iter(results.values())))
    lines = [f"{'folder':28} {'system':10} {'n':>4} hit@1 hit@5   MRR  nDCG"]
    for name, scores in results.items():
        lines += [_line(name, system, scores[system]) for system in systems]
    for system in systems:
        means = [
            _mean([_mean(getattr(scores[system], figure)) for scores in results.values()])
            for figure in ("hit_1", "hit_5", "mrr", "ndcg")
        ]
        lines.append(f"{'mean over folders':28} {system:10} {'':4} {_figures(means)}")
    return "\n".join(lines)


def pooled_differences(
    results: Mapping[str, Mapping[str, Score]], names: Sequence[str]
) -> dict[str, tuple[Difference, Difference]]:
    """Ours against each baseline on pooled folders: differences of hit@1 and of MRR."""
    ours = [results[name]["warmline"] for name in names]
    found = {}
    for system in results[names[0]]:
        if system == "warmline":
            continue
        theirs = [results[name][system] for name in names]
        found[system] = (
            paired_bootstrap(_joined(ours, "hit_1"), _joined(theirs, "hit_1")),
            paired_bootstrap(_joined(ours, "mrr"), _joined(theirs, "mrr")),
        )
    return found


def _joined(scores: Sequence[Score], figure: str) -> list[float]:
    return [value for one in scores for value in getattr(one, figure)]


def _line(name: str, system: str, one: Score) -> str:
    means = [_mean(values) for values in (one.hit_1, one.hit_5, one.mrr, one.ndcg)]
    return f"{name:28} {system:10} {len(one.mrr):4} {_figures(means)}"


def _figures(means: Sequence[float]) -> str:
    return " ".join(f"{mean:5.3f}" for mean in means)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def main() -> None:
    """Compare from the command line."""
    parser = argparse.ArgumentParser(description="Compare search with its baselines.")
    parser.add_argument("folders", nargs="+", metavar="SNAPSHOTS=QUESTIONS")
    parser.add_argument(
        "--cross-fit", action="store_true", help="fit ours without the gold articles"
    )
    parser.add_argument(
        "--leave-out", action="store_true", help="fit ours on the other folders alone"
    )
    parser.add_argument("--pool", default="", help="folders to pool for intervals, by comma")
    parser.add_argument("--measure-only", action="append", default=[], metavar="FOLDER")
    arguments = parser.parse_args()
    folders = open_folders(arguments.folders, arguments.measure_only)
    embedder = load_embedder()
    results = {folder.name: compare(folder, embedder) for folder in folders}
    if arguments.cross_fit or arguments.leave_out:
        rankings = left_out(folders) if arguments.leave_out else cross_fitted(folders)
        for folder in folders:
            results[folder.name]["warmline"] = score(folder, rankings[folder.name])
    print(table(results))
    chosen = [name for name in arguments.pool.split(",") if name]
    for pool in filter(None, [chosen, list(results)]):
        ours = [results[name]["warmline"] for name in pool]
        means = [_mean(_joined(ours, figure)) for figure in ("hit_1", "hit_5", "mrr", "ndcg")]
        print(f"\npooled {', '.join(pool)}: {_figures(means)}")
        for system, (hit, mrr) in pooled_differences(results, pool).items():
            print(
                f"  against {system:6} hit@1 {hit.mean:+.3f} [{hit.low:+.3f}, {hit.high:+.3f}]"
                f"  MRR {mrr.mean:+.3f} [{mrr.low:+.3f}, {mrr.high:+.3f}]"
            )


if __name__ == "__main__":
    main()
