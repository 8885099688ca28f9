"""The order of what was found: a fitted linear score, then articles by their best passage."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

import numpy as np

from knowledge.finder import Candidates, Closer, Finder, Pointer, Rows, Weighed
from knowledge.vectors import Floats

WEIGHTS_FILE = Path(__file__).parent / "weights.json"

# The closer look reads the tokens and sentences of this many passages, the best by the other
# figures.
RESCORED = 30
# Passages this alike say the same: they differ by a word or a name.
NEAR_DUPLICATE = 0.97
# Only the first articles are compared with each other: nobody reads further.
FOLDED_AMONG = 20


@dataclass(frozen=True)
class Weights:
    """A convex combination of a candidate's figures: each at least 0, together 1.

    Fitted by evals/fit_search.py; `weights.json` says on what.
    """

    focused: float
    title: float
    article_keyword: float
    foreign_article: float
    interaction: float
    article_interaction: float
    sentence: float

    def cheap(self, found: Candidates) -> Floats:
        """The part of the score that needs no closer look: (n,) float32."""
        return self._combine(found, len(found.rows))

    def close(self, closer: Closer) -> Floats:
        """The part of the score that a closer look gives: (n,) float32."""
        return self._combine(closer, len(closer.interaction))

    def _combine(self, figures: Candidates | Closer, count: int) -> Floats:
        """The sum of the figures by the weights of their names; figures without one only tell."""
        score = np.zeros(count, dtype=np.float32)
        for one in fields(self):
            if hasattr(figures, one.name):
                score += np.float32(getattr(self, one.name)) * getattr(figures, one.name)
        return score


@dataclass(frozen=True)
class Ranked:
    """Candidates in order, best first; all arrays (n,), `interaction` NaN without a closer look."""

    rows: Rows
    score: Floats
    dense: Floats
    title: Floats
    keyword: Floats
    interaction: Floats


@cache
def fitted_weights() -> Weights:
    """The weights that come with this version."""
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))["weights"]
    return Weights(**{one.name: float(stored[one.name]) for one in fields(Weights)})


def rank(finder: Finder, weighed: Sequence[Weighed], found: Candidates, weights: Weights) -> Ranked:
    """Order candidates by the fitted score, the first RESCORED after a closer look."""
    cheap = weights.cheap(found)
    order = np.argsort(-cheap, kind="stable")
    near, far = _near(finder, found.rows, order)
    closer = finder.look_closer(weighed, found.rows[near])
    looked_at = Ranked(
        rows=found.rows[near],
        score=cheap[near] + weights.close(closer),
        dense=found.dense[near],
        title=found.title[near],
        keyword=found.keyword[near],
        interaction=closer.interaction,
    )
    _follow(finder.pointers(looked_at.rows), looked_at)
    # Beyond the closer look the order stays as it was, below everything looked at.
    beyond = cheap[far]
    if len(far):
        beyond = beyond + (float(looked_at.score.min()) - float(cheap[near].min()))
        beyond = np.minimum(beyond, looked_at.score.min())
    best = np.argsort(-looked_at.score, kind="stable")
    return Ranked(
        rows=np.concatenate([looked_at.rows[best], found.rows[far]]),
        score=np.concatenate([looked_at.score[best], beyond]),
        dense=np.concatenate([looked_at.dense[best], found.dense[far]]),
        title=np.concatenate([looked_at.title[best], found.title[far]]),
        keyword=np.concatenate([looked_at.keyword[best], found.keyword[far]]),
        interaction=np.concatenate(
            [looked_at.interaction[best], np.full(len(far), np.nan, np.float32)]
        ),
    )


def _follow(pointers: Sequence[Pointer], found: Ranked) -> None:
    """Let a passage that only points to an article change places with that article's best one.

    What the pointer was found for is said there. Of several pointers to one article the best
    changes places, the others go down with it. Writes into the arrays.
    """
    figures = (found.score, found.dense, found.title, found.keyword, found.interaction)
    gave_way: dict[int, int] = {}  # to the best passage of an article: its best pointer
    # The best first: a pointer to an article whose best passage points on is followed all the way.
    for pointer in sorted(pointers, key=lambda one: -float(found.score[one.at])):
        best = int(pointer.pointed_at[found.score[pointer.pointed_at].argmax()])
        if best in gave_way:
            for figure in figures:
                figure[pointer.at] = min(figure[pointer.at], figure[gave_way[best]])
        elif found.score[best] < found.score[pointer.at]:
            gave_way[best] = pointer.at
            for figure in figures:
                lower, higher = sorted(figure[[best, pointer.at]].tolist())
                figure[best], figure[pointer.at] = higher, lower


def _near(finder: Finder, rows: Rows, order: Rows) -> tuple[Rows, Rows]:
    """Part positions in order into those to look at closely and the rest.

    Of an article that one of the first only points to, its best passage is among the first too.
    """
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    first = {
        int(pointer.pointed_at[place[pointer.pointed_at].argmin()])
        for pointer in finder.pointers(rows)
        if place[pointer.at] < RESCORED
    }
    looked_at = (place < RESCORED) | np.isin(np.arange(len(order)), list(first))
    return order[looked_at[order]], order[~looked_at[order]]


def group(
    ranked: Ranked, article_of: Rows, vectors_of: Callable[[Rows], Floats]
) -> list[list[int]]:
    """All articles found, best first, each as the positions of its passages in `ranked`.

    An article stands where its best passage stands. What its other passages say for it is in the
    figures already: BM25 and MaxSim over the whole article. An article whose best passage nearly
    repeats that of a better one goes to the end: it would take a place and tell nothing new.
    `vectors_of` gives the (n, dim) unit vectors of passages by row.
    """
    positions: dict[int, list[int]] = {}
    for position, article in enumerate(article_of[ranked.rows].tolist()):
        positions.setdefault(article, []).append(position)
    articles = list(positions.values())
    best = ranked.rows[[own[0] for own in articles]]
    fresh: list[int] = []
    repeating: list[int] = []
    compared = vectors_of(best[:0])
    # As many at a time as may still be fresh: most articles found are never compared.
    while len(compared) < len(articles) and len(fresh) < FOLDED_AMONG:
        at = len(compared)
        some = vectors_of(best[at : at + FOLDED_AMONG - len(fresh)])
        compared = np.concatenate([compared, some])
        for n, alike in enumerate((some @ compared.T >= NEAR_DUPLICATE).tolist(), at):
            (repeating if any(alike[one] for one in fresh) else fresh).append(n)
    rest = range(len(compared), len(articles))
    return [articles[n] for n in (*fresh, *rest, *repeating)]
