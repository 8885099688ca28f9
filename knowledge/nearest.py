"""The rows nearest to a vector: exact among few, by codes re-scored exactly among many.

Above FLAT_UP_TO rows each vector is looked through as a short code first (product quantisation
with 4 bits for each pair of dimensions, compared in the processor's registers: André et al., "Cache
locality is not enough", VLDB 2015, as faiss's FastScan), and the best of them by their kept vectors.
From LISTED_FROM rows on they are listed by the nearest of some centres, and only the lists nearest to
the question are looked through (an inverted file: Sivic & Zisserman, "Video Google", ICCV 2003).
"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from knowledge.vectors import Floats, widened

# Measured, 384 dimensions: exact search takes 0.4 ms at this size and grows linearly. Of the 50
# nearest of 11,000 real passages, 999 in 1000 are among the first 200 by codes (8 bits: ten times slower).
FLAT_UP_TO = 4_000
# All codes of 1e5 rows are 10 MB, read in 0.9 ms; three in ten of their lists take 0.5 ms, and a
# whole search of 1e6 passages 22 ms. On six real folders, listed for the trial, the first article
# stayed the same for 910 of 916 questions, and as many had the right one first (426).
LISTED_FROM = 50_000
_LISTS_LOOKED_THROUGH = 0.3  # a share of them
_TRAINED_ON_A_LIST = 32
_ROWS_A_PART = 30_000
_RESCORED_PER_WANTED = 4
_TRAINED_ON = 2_000
_TRAINING_ROUNDS = 4


def write(path: Path, pooled: NDArray[np.float16]) -> None:
    """Code (n, dim) float16 rows of unit length into a file, where they are too many to compare."""
    count, dimensions = pooled.shape
    if count <= FLAT_UP_TO:
        return
    _one_thread()
    # As many lists as there are rows in each.
    lists = round(count**0.5) if count >= LISTED_FROM else 0
    index = _listed(dimensions, lists) if lists else _in_a_row(dimensions)
    index.pq.cp.niter = _TRAINING_ROUNDS
    trained_on = max(_TRAINED_ON, _TRAINED_ON_A_LIST * lists)
    index.train(widened(pooled[:: -(-count // trained_on)]))
    for part in _parts(pooled):
        index.add(part)
    faiss.write_index(index, str(path))


def _in_a_row(dimensions: int) -> Any:
    return faiss.IndexPQFastScan(dimensions, _pieces(dimensions), 4, faiss.METRIC_INNER_PRODUCT)


def _listed(dimensions: int, lists: int) -> Any:
    centres = faiss.IndexFlatIP(dimensions)
    index: Any = faiss.IndexIVFPQFastScan(
        centres, dimensions, lists, _pieces(dimensions), 4, faiss.METRIC_INNER_PRODUCT
    )
    index.by_residual = False  # the question is compared with the codes of all lists alike
    index.cp.niter = _TRAINING_ROUNDS
    index.cp.spherical = True
    index.cp.min_points_per_centroid = 1  # or faiss warns of fewer than it likes
    return index


def _pieces(dimensions: int) -> int:
    return dimensions // 2 if dimensions % 2 == 0 else dimensions


class DenseIndex:
    """Finds the rows nearest to a vector by inner product. Immutable; safe for readers."""

    def __init__(self, pooled: NDArray[np.float16], codes: Path) -> None:
        """Search (n, dim) float16 rows of unit length; `codes` is what `write` made of them."""
        self._pooled = pooled
        self.count, dimensions = pooled.shape
        self._exact = self.count <= FLAT_UP_TO
        self._index: Any  # FAISS's own types know nothing of inner products over arrays
        if self._exact:
            self._index = faiss.IndexFlatIP(dimensions)
            for part in _parts(pooled):
                self._index.add(part)
        else:
            self._index = faiss.read_index(str(codes))

    def nearest(
        self, query: Floats, limit: int, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        """Name up to `limit` rows nearest to `query` (dim,), best first, among the allowed."""
        _one_thread()
        limit = min(limit, self.count)
        if limit == 0:
            return np.empty(0, dtype=np.int64)
        if self._exact:
            return self._exactly(query, limit, allowed)
        if allowed is None:
            return self._best(query, self._coded(query, limit * _RESCORED_PER_WANTED), limit)
        rows, wanted = np.flatnonzero(allowed), limit * _RESCORED_PER_WANTED
        # The codes know nothing of what is allowed: look further until enough of it is found.
        further = wanted * self.count // max(1, len(rows))
        while len(rows) > max(FLAT_UP_TO, wanted):
            found = self._coded(query, further)
            found = found[allowed[found]]
            if len(found) >= wanted:
                rows = found
                break
            further *= _RESCORED_PER_WANTED
        return self._best(query, rows, limit)

    def cosines(self, queries: Floats, rows: NDArray[np.int64]) -> Floats:
        """Exact inner products of `queries` (q, dim) with some rows: (q, len(rows)) float32."""
        return queries @ widened(self._pooled.take(rows, axis=0)).T

    def _exactly(
        self, query: Floats, limit: int, allowed: NDArray[np.bool_] | None
    ) -> NDArray[np.int64]:
        parameters: Any = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            selector = faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(bits))
            make: Any = faiss.SearchParameters
            parameters = make(sel=selector)
        _, rows = self._index.search(query[None, :], limit, params=parameters)
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return found

    def _coded(self, query: Floats, wanted: int) -> NDArray[np.int64]:
        """About the `wanted` nearest rows by their codes, in no order to rely on."""
        parameters: Any = None
        if isinstance(self._index, faiss.IndexIVF):
            # Who wants many needs more lists: all of them for a quarter of the rows.
            share = min(1.0, max(_LISTS_LOOKED_THROUGH, 4 * wanted / self.count))
            make: Any = faiss.SearchParametersIVF
            parameters = make(nprobe=math.ceil(share * self._index.nlist))
        _, rows = self._index.search(query[None, :], min(wanted, self.count), params=parameters)
        found: NDArray[np.int64] = rows[0][rows[0] >= 0]
        return found

    def _best(self, query: Floats, rows: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
        order = np.argsort(-self.cosines(query[None], rows)[0], kind="stable")
        return rows[order[:limit]]


def _parts(pooled: NDArray[np.float16]) -> Iterator[Floats]:
    """All rows as float32, some at a time, so that they need not all fit in memory twice."""
    for start in range(0, len(pooled), _ROWS_A_PART):
        yield widened(pooled[start : start + _ROWS_A_PART])


def _one_thread() -> None:
    """Let faiss work in the caller's thread alone: its own pool spins beside torch's for the cores.

    OpenMP keeps this for each thread that calls, so it is said before each call (0.2 µs).
    """
    faiss.omp_set_num_threads(1)
