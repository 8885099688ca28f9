import numpy as np
import pytest
from numpy.testing import assert_allclose

from knowledge import vectors
from knowledge.vectors import DenseIndex, Floats


def unit(count: int, dimensions: int, seed: int = 1) -> Floats:
    rows = np.random.default_rng(seed).standard_normal((count, dimensions))
    scaled: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


def test_eight_bits_keep_rows_within_the_promised_error() -> None:
    rows = unit(50, 64)
    kept = vectors.quantise(rows)
    bound = np.abs(rows).max(axis=1, keepdims=True) / 127
    assert (np.abs(kept.rows(0, 50) - rows) <= bound).all()
    assert vectors.quantise(np.zeros((2, 4), np.float32)).rows(0, 2).tolist() == [[0.0] * 4] * 2


def test_a_projection_of_few_tokens_is_orthonormal() -> None:
    projection = vectors.fit_projection(unit(3, 32), 8)
    assert_allclose(projection.T @ projection, np.eye(8), atol=1e-5)


def test_maxsim_is_the_weighted_mean_of_each_tokens_best() -> None:
    question, passage = unit(2, 8), unit(3, 8, seed=2)
    weights = np.array([0.25, 0.75], np.float32)
    expected = (question @ passage.T).max(axis=1) @ weights
    empty = np.empty((0, 8), np.float32)
    scores = vectors.max_similarity(question, weights, [passage, empty])
    assert_allclose(scores, [expected, 0.0], rtol=1e-5)


@pytest.mark.parametrize("flat_up_to", [10_000, 100], ids=["flat", "eight-bits-re-scored"])
def test_the_nearest_are_the_exact_nearest(
    flat_up_to: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "FLAT_UP_TO", flat_up_to)
    rows = unit(1000, 64).astype(np.float16)
    index, query = DenseIndex(rows), unit(1, 64, seed=3)[0]
    exact = np.argsort(-(rows.astype(np.float32) @ query))
    assert index.nearest(query, 10, None).tolist() == exact[:10].tolist()
    allowed = np.zeros(1000, dtype=np.bool_)
    allowed[exact[5:8]] = True
    assert index.nearest(query, 10, allowed).tolist() == exact[5:8].tolist()
