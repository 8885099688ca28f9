"""Vectors at rest: small, memory-mapped, and searched.

Pooled and heading vectors are kept in float16. Sentence and token vectors are kept in 8 bits with
one scale a row; token vectors first lose dimensions by a projection that keeps inner products as
well as any linear one can (the leading eigenvectors of the tokens' second moment, that is, a PCA
without centring). Late interaction is MaxSim of Khattab & Zaharia, ColBERT (arXiv 2004.12832).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# One thread: FAISS's own pool fights with torch's for the cores and makes single queries slower.
faiss.omp_set_num_threads(1)

# Measured, 384 dimensions: exact search takes 3 ms at this size and grows linearly; 8 bits and
# exact re-scoring of a few hundred take a third.
FLAT_UP_TO = 30_000
_RESCORED_PER_WANTED = 4


@dataclass(frozen=True)
class Quantised:
    """Rows in 8 bits: row i is `codes[i] * scales[i]`. codes (n, dim) int8, scales (n,) float16."""

    codes: NDArray[np.int8]
    scales: NDArray[np.float16]

    def rows(self, start: int, end: int) -> Floats:
        """Restore rows start..end (exclusive) as float32."""
        scales = self.scales[start:end, None].astype(np.float32)
        return self.codes[start:end].astype(np.float32) * scales

    def part(self, start: int, end: int) -> "Quantised":
        """Rows start..end (exclusive) as they are kept."""
        return Quantised(self.codes[start:end], self.scales[start:end])


@dataclass(frozen=True)
class PassageVectors:
    """Everything kept of one passage's forward pass.

    `pooled` is (dim,) float16; `sentences` has a row for each sentence of the passage; `tokens` a
    row for each token that holds a letter or digit, projected.
    """

    pooled: NDArray[np.float16]
    sentences: Quantised
    tokens: Quantised


def quantise(rows: Floats) -> Quantised:
    """Keep (n, dim) float32 rows in 8 bits; the error is at most 1/254 of a row's largest value."""
    largest = np.abs(rows).max(axis=1, initial=1e-6)
    # The scale is rounded up to float16 first, so that no code overflows.
    scales = (largest / 127.0).astype(np.float16)
    divisors = np.maximum(scales.astype(np.float32), 1e-7)[:, None]
    codes = np.clip(np.rint(rows / divisors), -127, 127).astype(np.int8)
    return Quantised(codes, scales)


def fit_projection(tokens: Floats, dimensions: int) -> Floats:
    """Fit a (dim, dimensions) float32 projection with orthonormal columns to (n, dim) tokens.

    With fewer tokens than dimensions the rest of the basis is arbitrary but still orthonormal.
    """
    moment = tokens.T.astype(np.float64) @ tokens.astype(np.float64)
    _, vectors = np.linalg.eigh(moment)
    return np.ascontiguousarray(vectors[:, ::-1][:, :dimensions], dtype=np.float32)


def project(tokens: Floats, projection: Floats) -> Floats:
    """Project (n, dim) token vectors and give the rows (n, k) unit length again.

    The length matters: without it MaxSim prefers tokens that the projection happens to keep long
    (hit@1 of MaxSim alone on one tuning folder: .51 as projected, .70 at unit length, .75 whole).
    """
    rows: Floats = tokens @ projection
    lengths = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-6)
    unit: Floats = (rows / lengths).astype(np.float32)
    return unit


class DenseIndex:
    """Finds the passages nearest to a vector by inner product. Immutable; safe for readers."""

    def __init__(self, pooled: NDArray[np.float16]) -> None:
        """Index (n, dim) float16 rows of unit length, exactly up to FLAT_UP_TO rows."""
        self._pooled = pooled
        count, dimensions = pooled.shape
        self._exact = count <= FLAT_UP_TO
        self._index: Any  # FAISS's own types know nothing of inner products over arrays
        if self._exact:
            self._index = faiss.IndexFlatIP(dimensions)
        else:
            kind = faiss.ScalarQuantizer.QT_8bit
            self._index = faiss.IndexScalarQuantizer(dimensions, kind, faiss.METRIC_INNER_PRODUCT)
            sample = pooled[:: max(1, count // FLAT_UP_TO)]
            self._index.train(np.asarray(sample, dtype=np.float32))
        for start in range(0, count, FLAT_UP_TO):
            self._index.add(np.asarray(pooled[start : start + FLAT_UP_TO], dtype=np.float32))

    def nearest(
        self, query: Floats, limit: int, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """Name up to `limit` rows nearest to `query` (dim,), best first, among the allowed."""
        limit = min(limit, len(self._pooled))
        if limit == 0:
            return np.empty(0, dtype=np.int64)
        wanted = limit if self._exact else min(len(self._pooled), limit * _RESCORED_PER_WANTED)
        parameters: Any = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(bits))
            make: Any = faiss.SearchParameters
            parameters = make(sel=selector)
        _, rows = self._index.search(query[None, :], wanted, params=parameters)
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        if self._exact:
            return found
        order = np.argsort(-self.cosines(query, found), kind="stable")
        return found[order[:limit]]

    def cosines(self, query: Floats, rows: NDArray[np.int64]) -> Floats:
        """Exact inner products of `query` (dim,) with some rows: (len(rows),) float32."""
        return np.asarray(self._pooled[rows], dtype=np.float32) @ query


def max_similarity(question: Floats, weights: Floats, passages: Sequence[Floats]) -> Floats:
    """MaxSim of a question with each passage: (len(passages),) float32.

    `question` is (q, k) and each passage (t, k), projected token vectors; `weights` (q,) sums to 1.
    A passage without tokens scores 0.
    """
    scores = np.zeros(len(passages), dtype=np.float32)
    filled = [n for n, tokens in enumerate(passages) if len(tokens)]
    if not filled or not len(question):
        return scores
    lengths = np.array([len(passages[n]) for n in filled])
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    similar = np.concatenate([passages[n] for n in filled]) @ question.T
    best = np.maximum.reduceat(similar, starts, axis=0)
    scores[filled] = best @ weights
    return scores
