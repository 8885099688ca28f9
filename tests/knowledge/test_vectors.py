import numpy as np
from numpy.testing import assert_allclose

from knowledge import vectors
from knowledge.vectors import Floats


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


def test_each_question_token_finds_its_closest_in_every_passage() -> None:
    question, passage = unit(2, 8), unit(3, 8, seed=2)
    empty = np.empty((0, 8), np.float32)
    closest = vectors.closest_tokens(question, [passage, empty])
    assert_allclose(closest, [(question @ passage.T).max(axis=1), [0.0, 0.0]], rtol=1e-5)
