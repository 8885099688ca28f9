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
    question, first, last = unit(2, 8), unit(3, 8, seed=2), unit(1, 8, seed=3)
    scores = np.concatenate([first, last]) @ question.T
    closest = vectors.best_of_each(scores, np.array([0, 3, 0, 1, 0]))
    nothing = [0.0, 0.0]
    assert_allclose(
        closest,
        [nothing, (question @ first.T).max(axis=1), nothing, (question @ last[0]), nothing],
        rtol=1e-5,
    )


def test_spans_are_restored_one_after_another() -> None:
    kept = vectors.quantise(unit(9, 8))
    found = kept.spans(np.array([4, 2, 7]), np.array([6, 2, 9]))
    assert_allclose(found, np.concatenate([kept.rows(4, 6), kept.rows(7, 9)]))
    assert kept.spans(np.array([3]), np.array([3])).shape == (0, 8)


def test_every_finite_half_float_is_widened_exactly() -> None:
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    rows = halves[np.isfinite(halves)].reshape(-1, 32)
    for some in (rows, rows[::2], rows[:0]):
        found = vectors.widened(some)
        assert np.array_equal(found, some.astype(np.float32))
        assert np.array_equal(np.signbit(found), np.signbit(some))  # -0 stays -0
        assert (found.dtype, found.flags.c_contiguous) == (np.float32, True)
