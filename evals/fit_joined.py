"""The second half of `evals/fit_wishes.py`: what a message's vector adds to its words.

A logistic model over vectors, then two shares that join its log odds with those of the words; both
readings are cross-validated first, so that the shares are those of messages nobody was fitted on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

VECTOR_SCALE = 3.0  # a unit vector's numbers are small beside one penalty
PENALTY_C = 2.0  # inverse strength, found by cross-validation
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
class Joined:
    """The fitted model; `threshold` (log odds) is taken off the intercept when it is stored."""

    vector: NDArray[np.float64]
    vector_intercept: float
    words_share: float
    vector_share: float
    intercept: float
    unseen: Logits
    """(n,) log odds of the messages, the vector's reading cross-validated."""

    def stored(self, model_id: str, threshold: float) -> dict[str, Any]:
        """Return the model as it is stored: 0 log odds is the threshold."""
        return {
            "model_id": model_id,
            "words_share": round(self.words_share, 4),
            "vector_share": round(self.vector_share, 4),
            "intercept": round(self.intercept - threshold, 4),
            "vector_intercept": round(self.vector_intercept, 4),
            "vector": [round(float(weight), 4) for weight in self.vector],
        }


def fit_joined(labelled: Labelled, words: Logits) -> Joined:
    """Fit on messages; `words` (n,) are the cross-validated log odds of their words."""
    unseen = np.zeros(len(words))
    for fold in range(FOLDS):
        kept, left = labelled.folds != fold, labelled.folds == fold
        unseen[left] = _fit(labelled, kept).decision_function(_scaled(labelled, left))
    whole = _fit(labelled, np.ones(len(words), dtype=np.bool_))
    both = _both(words, unseen)
    shares = _logistic(both, labelled.wish, labelled.weights, 10.0)
    return Joined(
        vector=whole.coef_[0] * VECTOR_SCALE,
        vector_intercept=float(whole.intercept_[0]),
        words_share=float(shares.coef_[0][0]),
        vector_share=float(shares.coef_[0][1]),
        intercept=float(shares.intercept_[0]),
        unseen=np.asarray(shares.decision_function(both)),
    )


def _both(words: Logits, meant: Logits) -> Logits:
    return np.column_stack([np.clip(words, -MOST, MOST), np.clip(meant, -MOST, MOST)])


def _scaled(labelled: Labelled, rows: NDArray[np.bool_]) -> Vectors:
    return labelled.vectors[rows] * np.float32(VECTOR_SCALE)


def _fit(labelled: Labelled, rows: NDArray[np.bool_]) -> Any:
    return _logistic(
        _scaled(labelled, rows), labelled.wish[rows], labelled.weights[rows], PENALTY_C
    )


def _logistic(
    features: NDArray[Any], wish: Sequence[bool] | NDArray[np.bool_], weights: Logits, c: float
) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=c, max_iter=3000).fit(features, wish, sample_weight=weights)
