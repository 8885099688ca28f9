"""How good a ranking of articles is, and whether one system's rankings beat another's.

Sources: hit@k and reciprocal rank as in Voorhees, "The TREC-8 Question Answering Track Report"
(1999); nDCG after Järvelin & Kekäläinen (2002) with binary gain; the paired bootstrap after Efron &
Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 16.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np

DEPTH = 10
"""Ranks that count: what the product shows of a search."""
_RESAMPLES = 2000
_SEED = 20


@dataclass(frozen=True)
class Difference:
    """Mean of ours minus theirs over the same cases, with its 95 % interval."""

    mean: float
    low: float
    high: float


def hit_at(ranked: Sequence[str], gold: Collection[str], k: int) -> float:
    """1.0 when a gold article is among the first `k`, else 0.0."""
    return float(any(article in gold for article in ranked[:k]))


def reciprocal_rank(ranked: Sequence[str], gold: Collection[str]) -> float:
    """1 / rank of the first gold article among the first DEPTH, 0.0 where there is none."""
    for rank, article in enumerate(ranked[:DEPTH], start=1):
        if article in gold:
            return 1.0 / rank
    return 0.0


def ndcg(ranked: Sequence[str], gold: Collection[str]) -> float:
    """Discounted gain of the gold articles among the first DEPTH, over the best possible (0..1)."""
    gain = sum(1 / log2(n + 1) for n, a in enumerate(ranked[:DEPTH], start=1) if a in gold)
    best = sum(1 / log2(n + 1) for n in range(1, min(len(gold), DEPTH) + 1))
    return gain / best if best else 0.0


def paired_bootstrap(ours: Sequence[float], theirs: Sequence[float]) -> Difference:
    """Compare two systems' figures on the same cases, in the same order (at least one).

    Resamples cases with a fixed seed, so a report does not change between runs.
    """
    gaps = np.asarray(ours, dtype=np.float64) - np.asarray(theirs, dtype=np.float64)
    draws = np.random.default_rng(_SEED).integers(0, len(gaps), size=(_RESAMPLES, len(gaps)))
    means = gaps[draws].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return Difference(float(gaps.mean()), float(low), float(high))
