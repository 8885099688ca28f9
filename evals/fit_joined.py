"""The second half of `evals/fit_wishes.py`: what a message's vector adds to its words.

A support vector machine over vectors, Gaussian kernel (Cortes and Vapnik 1995), then two shares that
join its margin with the log odds of the words; both readings are cross-validated first, so that the
shares are those of messages nobody was fitted on. A linear model was no better with twice the wishes:
near traps ("can someone else pick it up") lie between wishes, not on one side of them.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AXES = 64  # of our own messages' vectors; with more the file grows and the figures do not
WIDTH = 1.5  # of the kernel, and
PENALTY_C = 10.0  # the price of a message on the wrong side, both found by cross-validation
MARGIN_SCALE = 2.0  # brings margins near to log odds
STEP = 0.5 / 127  # what one of a byte's steps is of an axis
OWN_WEIGHT = 0.5  # messages that weigh more are ours, the axes are theirs
MOST = 8.0  # log odds; as `bot.wishes` cuts them
FOLDS = 5

Vectors = NDArray[np.float32]
Logits = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """Messages that the embedding model can read: (n,) labels, weights and folds, (n, dim) vectors."""

    wish: NDArray[np.bool_]
    weights: Logits
    folds: NDArray[np.int64]
    vectors: Vectors


@dataclass(frozen=True)
class Meant:
    """The reading of vectors: how near a message is to each centre, weighed.

    `axes` is (dim, axes) float32, `centres` (n, axes) int8 in `STEP`s, `shares` (n,) float32.
    """

    axes: Vectors
    centres: NDArray[np.int8]
    shares: Vectors
    intercept: float

    def of(self, vectors: Vectors) -> Logits:
        """Return (n,) readings, near to log odds."""
        rows, centres = vectors @ self.axes, self.centres * np.float32(STEP)
        squares = (rows**2).sum(1)[:, None] + (centres**2).sum(1) - 2.0 * rows @ centres.T
        return np.asarray(np.exp(-WIDTH * squares) @ self.shares + self.intercept, np.float64)


@dataclass(frozen=True)
class Joined:
    """The fitted model; `threshold` (log odds) is taken off the intercept when it is stored."""

    meant: Meant
    words_share: float
    vector_share: float
    intercept: float
    unseen: Logits
    """(n,) log odds of the messages, the vector's reading cross-validated."""

    def stored(self, model_id: str, threshold: float) -> dict[str, Any]:
        """Return the model as it is stored: 0 log odds is the threshold; arrays in base64."""
        return {
            "model_id": model_id,
            "words_share": round(self.words_share, 4),
            "vector_share": round(self.vector_share, 4),
            "intercept": round(self.intercept - threshold, 4),
            "vector_intercept": round(self.meant.intercept, 4),
            "width": WIDTH,
            "step": STEP,
            "axes": _base64(self.meant.axes.astype("<f2")),
            "centres": _base64(self.meant.centres),
            "shares": _base64(self.meant.shares.astype("<f2")),
        }


def fit_joined(labelled: Labelled, words: Logits) -> Joined:
    """Fit on messages; `words` (n,) are the cross-validated log odds of their words."""
    unseen = np.zeros(len(words))
    for fold in range(FOLDS):
        kept, left = labelled.folds != fold, labelled.folds == fold
        unseen[left] = fit_meant(labelled, kept).of(labelled.vectors[left])
    both = _both(words, unseen)
    shares = _logistic(both, labelled.wish, labelled.weights)
    return Joined(
        meant=fit_meant(labelled, np.ones(len(words), dtype=np.bool_)),
        words_share=float(shares.coef_[0][0]),
        vector_share=float(shares.coef_[0][1]),
        intercept=float(shares.intercept_[0]),
        unseen=np.asarray(shares.decision_function(both)),
    )


def fit_meant(labelled: Labelled, rows: NDArray[np.bool_]) -> Meant:
    """Fit the reading of vectors on some of the messages."""
    from sklearn.svm import SVC

    vectors, weights = labelled.vectors[rows], labelled.weights[rows]
    axes = np.linalg.svd(vectors[weights > OWN_WEIGHT], full_matrices=False)[2][:AXES].T
    axes = axes.astype("<f2").astype(np.float32)
    machine = SVC(C=PENALTY_C, gamma=WIDTH)
    machine.fit(vectors @ axes, labelled.wish[rows], sample_weight=weights)
    return Meant(
        axes=axes,
        centres=np.clip(np.round(machine.support_vectors_ / STEP), -127, 127).astype(np.int8),
        shares=(machine.dual_coef_[0] * MARGIN_SCALE).astype(np.float32),
        intercept=float(machine.intercept_[0]) * MARGIN_SCALE,
    )


def _both(words: Logits, meant: Logits) -> Logits:
    return np.column_stack([np.clip(words, -MOST, MOST), np.clip(meant, -MOST, MOST)])


def _logistic(features: Logits, wish: NDArray[np.bool_], weights: Logits) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10.0, max_iter=3000).fit(features, wish, sample_weight=weights)


def _base64(array: NDArray[Any]) -> str:
    return b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
