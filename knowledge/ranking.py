"""The order of what was found: fitted weights, then articles by their best passages."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.finder import Candidates, Finder, Rows
from knowledge.search import WeightedQuery
from knowledge.vectors import Floats

WEIGHTS_FILE = Path(__file__).parent / "weights.json"

# Late interaction reads the tokens of this many passages, the best by the other figures.
RESCORED = 30


@dataclass(frozen=True)
class Weights:
    """A linear score of a candidate's figures, and how much of an article's other passages counts.

    Fitted by evals/fit_search.py; `weights.json` says on what.
    """

    dense: float
    title: float
    keyword: float
    title_keyword: float
    interaction: float
    others: float


@dataclass(frozen=True)
class Ranked:
    """Candidates in order, best first; all arrays (n,), `interaction` NaN beyond the re-scored."""

    rows: Rows
    score: Floats
    dense: Floats
    title: Floats
    keyword: Floats
    interaction: Floats


@cache
def fitted_weights() -> Weights:
    """The weights that come with this version."""
    return Weights(**json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))["weights"])


def rank(
    finder: Finder, queries: Sequence[WeightedQuery], found: Candidates, weights: Weights
) -> Ranked:
    """Order candidates by the fitted score, the first RESCORED with late interaction."""
    cheap = (
        weights.dense * found.dense
        + weights.title * found.title
        + weights.keyword * found.keyword
        + weights.title_keyword * found.title_keyword
    )
    order = np.argsort(-cheap, kind="stable")
    near, far = order[:RESCORED], order[RESCORED:]
    interaction = finder.interaction(queries, found.rows[near])
    score = cheap[near] + weights.interaction * interaction
    # Beyond the re-scored the order stays as it was, below all of them.
    beyond = cheap[far]
    if len(far):
        beyond = beyond + (score.min() - max(float(beyond.max()), float(cheap[near].min())))
    best = np.argsort(-score, kind="stable")
    final = np.concatenate([near[best], far])
    return Ranked(
        rows=found.rows[final],
        score=np.concatenate([score[best], beyond]).astype(np.float32),
        dense=found.dense[final],
        title=found.title[final],
        keyword=found.keyword[final],
        interaction=np.concatenate([interaction[best], np.full(len(far), np.nan, np.float32)]),
    )


def group(
    ranked: Ranked, article_of: Rows, weights: Weights, limit: int
) -> list[tuple[float, list[int]]]:
    """Articles best first, as (score, positions in `ranked`): the best passage and a little more.

    An article's second passage adds to it what it has above the average candidate, times `others`.
    """
    positions: dict[int, list[int]] = {}
    for position, row in enumerate(ranked.rows.tolist()):
        positions.setdefault(int(article_of[row]), []).append(position)
    average = float(ranked.score.mean()) if len(ranked.score) else 0.0
    scored = []
    for own in positions.values():
        score = float(ranked.score[own[0]])
        if len(own) > 1:
            score += weights.others * max(0.0, float(ranked.score[own[1]]) - average)
        scored.append((score, own))
    scored.sort(key=lambda pair: -pair[0])
    return scored[:limit]
