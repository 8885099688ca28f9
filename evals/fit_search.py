"""Fits the weights of search from question files, and says how they do on articles unseen.

    python -m evals.fit_search SNAPSHOTS=QUESTIONS… [--write]

Each argument is a folder of snapshots and a question file over its articles. The loss is the
listwise softmax of Cao et al., "Learning to Rank: From Pairwise Approach to Listwise Approach"
(ICML 2007), over the candidates of a question, a gold article counting by all its passages; every
folder weighs the same, and weights are at least 0. Printed figures are cross-fitted: a question is
ranked by weights fitted without any question of its gold article.
"""

import argparse
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from evals.retrieval_folders import Folder, Question, open_folders
from evals.retrieval_systems import Warmline
from knowledge.ranking import WEIGHTS_FILE, Weights

_FIGURES = tuple(one.name for one in fields(Weights))
_PARTS = 5
# Pulls weights of no use to nothing. Small: the weights together are about 30 where the loss is
# least, and ten times as much pulled them to one another (.02 of hit@1 on articles unseen).
_RIDGE = 1e-4

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class _Example:
    """A question's candidates: figures (n, len(_FIGURES)) and a mask of the gold ones (n,)."""

    figures: Matrix
    gold: NDArray[np.bool_]
    part: int


def fit(groups: Sequence[Sequence[_Example]]) -> Weights:
    """Fit weights to folders of examples; together they are 1."""
    usable = [[one for one in group if one.gold.any()] for group in groups]
    usable = [group for group in usable if group]

    def loss(weights: Matrix) -> tuple[float, Matrix]:
        total, slope = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for group in usable:
            share = 1 / (len(group) * len(usable))
            for one in group:
                scores = one.figures @ weights
                raised = np.exp(scores - scores.max())
                gold = np.where(one.gold, raised, 0.0)
                total += share * float(np.log(raised.sum()) - np.log(gold.sum()))
                gap = raised / raised.sum() - gold / gold.sum()
                slope = slope + share * (gap @ one.figures)
        return total, slope

    start = np.full(len(_FIGURES), 3.0)
    bounds = [(0.0, None)] * len(_FIGURES)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    shares = found.x / found.x.sum()
    return Weights(**{name: float(value) for name, value in zip(_FIGURES, shares, strict=True)})


def examples(folder: Folder) -> list[_Example]:
    """Every candidate's figures for every question of a folder that an article answers."""
    return [_example(folder, question) for question in folder.questions]


def cross_fitted(folders: Sequence[Folder]) -> dict[str, list[list[str]]]:
    """Rankings of each folder's questions by weights fitted without their gold articles."""
    groups = [examples(folder) for folder in folders]
    fitting = [group for folder, group in zip(folders, groups, strict=True) if folder.may_fit]
    by_part = [
        fit([[one for one in group if one.part != part] for group in fitting])
        for part in range(_PARTS)
    ]
    return {
        folder.name: [
            Warmline(folder.snapshot, by_part[one.part]).rank(question.queries)
            for question, one in zip(folder.questions, group, strict=True)
        ]
        for folder, group in zip(folders, groups, strict=True)
    }


def left_out(folders: Sequence[Folder]) -> dict[str, list[list[str]]]:
    """Rankings of each folder's questions by weights fitted on the other folders alone."""
    groups = {folder.name: examples(folder) for folder in folders if folder.may_fit}
    found = {}
    for folder in folders:
        weights = fit([group for name, group in groups.items() if name != folder.name])
        system = Warmline(folder.snapshot, weights)
        found[folder.name] = [system.rank(question.queries) for question in folder.questions]
    return found


def write(
    folders: Sequence[Folder], licences: Mapping[str, str], path: Path = WEIGHTS_FILE
) -> Weights:
    """Fit to everything and write the weights with what they were fitted on.

    `licences` maps a folder's name to the licence of its articles and questions.
    """
    weights = fit([examples(folder) for folder in folders])
    made = folders[0].snapshot.manifest
    stored = {
        "weights": {name: round(getattr(weights, name), 4) for name in _FIGURES},
        "fitted_by": "evals/fit_search.py",
        "fitted_at": datetime.now(UTC).date().isoformat(),
        "model_id": made.model_id,
        "passage_rules": made.passage_rules,
        "fitted_on": [
            {
                "file": folder.file.name,
                "questions": len(folder.questions),
                "articles": folder.snapshot.manifest.article_count,
                "licence": licences.get(folder.name, "not stated"),
                "sha256": hashlib.sha256(folder.file.read_bytes()).hexdigest(),
            }
            for folder in folders
        ],
    }
    path.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    return weights


def _example(folder: Folder, question: Question) -> _Example:
    finder = folder.snapshot.finder
    weighed = finder.weigh(question.queries)
    found = finder.candidates(weighed, None)
    closer = finder.look_closer(weighed, found.rows)
    columns = [
        getattr(found, name) if hasattr(found, name) else getattr(closer, name) for name in _FIGURES
    ]
    gold = folder.snapshot.article_rows(question.gold)[found.rows]
    part = zlib.crc32(min(question.gold).encode()) % _PARTS
    return _Example(np.stack(columns, axis=1).astype(np.float64), gold, part)


def main() -> None:
    """Fit from the command line."""
    parser = argparse.ArgumentParser(description="Fit the weights of search.")
    parser.add_argument("folders", nargs="+", metavar="SNAPSHOTS=QUESTIONS")
    parser.add_argument("--write", action="store_true", help="write knowledge/weights.json")
    parser.add_argument("--licence", action="append", default=[], metavar="FOLDER=LICENCE")
    arguments = parser.parse_args()
    licences = dict(item.split("=", 1) for item in arguments.licence)
    folders = open_folders(arguments.folders)
    weights = (
        write(folders, licences) if arguments.write else fit([examples(one) for one in folders])
    )
    for name in _FIGURES:
        print(f"{name:16} {getattr(weights, name):.3f}")


if __name__ == "__main__":
    main()
