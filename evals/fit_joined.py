"""The second half of `evals/fit_wishes.py`: what a message's vector adds to its words.

A support vector machine over vectors, Gaussian kernel (Cortes and Vapnik 1995), then two shares that
join its margin and a few signs with the log odds of the words; both readings are cross-validated first, so that the
shares are those of messages nobody was fitted on. A linear model was no better with twice the wishes:
near traps ("can someone else pick it up") lie between wishes, not on one side of them. Beside the
vector's axes stand signs, tags and opening words that a mean of token vectors blurs ("as an agent").
"""

from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

AXES = 128  # of our own messages' vectors; with 64 a fifth more wishes were missed, cross-validated
TAGS, OPENINGS = 34, 40  # the most frequent ones of our own messages
PATTERNS = ("pattern:asked", "pattern:denied", "sentences:many")
TOLD = ("denies:all", "denies:some", "pattern:asked")  # each with a share of its own
WIDTH = 1.5  # of the kernel, and
PENALTY_C = 10.0  # the price of a message on the wrong side, both found by cross-validation
MARGIN_SCALE = 2.0  # brings margins near to log odds
STEP = 0.5 / 127  # what one of a byte's steps is of an axis
SIGN = 38 * STEP  # of a sign, where messages that mean the like are about 1 apart
OWN_WEIGHT = 0.5  # messages that weigh more are ours, the axes are theirs
MOST = 8.0  # log odds; as `bot.wishes` cuts them
FOLDS = 5

Vectors = NDArray[np.float32]
Logits = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """Messages that the embedding model can read: (n,) labels, weights and folds, (n, dim) vectors.

    `seen` are the features of each message's words, those of its sentences together.
    """

    wish: NDArray[np.bool_]
    weights: Logits
    folds: NDArray[np.int64]
    vectors: Vectors
    seen: Sequence[set[str]]


@dataclass(frozen=True)
class Meant:
    """The reading of vectors and signs: how near a message is to each centre, weighed.

    `axes` is (dim, axes) float32, `centres` (n, axes + signs) int8 in `STEP`s, `shares` (n,) float32.
    """

    axes: Vectors
    signs: tuple[str, ...]
    centres: NDArray[np.int8]
    shares: Vectors
    intercept: float

    def of(self, vectors: Vectors, seen: Sequence[set[str]]) -> Logits:
        """Return (n,) readings, near to log odds."""
        rows = _rows(vectors @ self.axes, self.signs, seen)
        centres = self.centres * np.float32(STEP)
        squares = (rows**2).sum(1)[:, None] + (centres**2).sum(1) - 2.0 * rows @ centres.T
        return np.asarray(np.exp(-WIDTH * squares) @ self.shares + self.intercept, np.float64)


@dataclass(frozen=True)
class Joined:
    """The fitted model; `threshold` (log odds) is taken off the intercept when it is stored."""

    meant: Meant
    words_share: float
    vector_share: float
    told_shares: dict[str, float]
    intercept: float
    unseen: Logits
    """(n,) log odds of the messages, the vector's reading cross-validated."""

    def stored(self, model_id: str, threshold: float) -> dict[str, Any]:
        """Return the model as it is stored: 0 log odds is the threshold; arrays in base64."""
        return {
            "model_id": model_id,
            "words_share": round(self.words_share, 4),
            "vector_share": round(self.vector_share, 4),
            "told_shares": {name: round(share, 4) for name, share in self.told_shares.items()},
            "intercept": round(self.intercept - threshold, 4),
            "vector_intercept": round(self.meant.intercept, 4),
            "width": WIDTH,
            "step": STEP,
            "sign": SIGN,
            "signs": self.meant.signs,
            "axes": _base64(self.meant.axes.astype("<f2")),
            "centres": _base64(self.meant.centres),
            "shares": _base64(self.meant.shares.astype("<f2")),
        }


def fit_joined(labelled: Labelled, words: Logits) -> Joined:
    """Fit on messages; `words` (n,) are the cross-validated log odds of their words."""
    unseen = np.zeros(len(words))
    for fold in range(FOLDS):
        kept, left = labelled.folds != fold, labelled.folds == fold
        left_out = [labelled.seen[at] for at in np.flatnonzero(left).tolist()]
        unseen[left] = fit_meant(labelled, kept).of(labelled.vectors[left], left_out)
    both = _both(words, unseen, labelled.seen)
    shares = _logistic(both, labelled.wish, labelled.weights)
    return Joined(
        meant=fit_meant(labelled, np.ones(len(words), dtype=np.bool_)),
        words_share=float(shares.coef_[0][0]),
        vector_share=float(shares.coef_[0][1]),
        told_shares=dict(zip(TOLD, shares.coef_[0][2:].tolist(), strict=True)),
        intercept=float(shares.intercept_[0]),
        unseen=np.asarray(shares.decision_function(both)),
    )


def fit_meant(labelled: Labelled, rows: NDArray[np.bool_]) -> Meant:
    """Fit the reading of vectors on some of the messages."""
    from sklearn.svm import SVC

    vectors, weights = labelled.vectors[rows], labelled.weights[rows]
    seen = [labelled.seen[at] for at in np.flatnonzero(rows).tolist()]
    own = weights > OWN_WEIGHT
    signs = _signs([names for names, is_own in zip(seen, own, strict=True) if is_own])
    axes = np.linalg.svd(vectors[own], full_matrices=False)[2][:AXES].T
    axes = axes.astype("<f2").astype(np.float32)
    machine = SVC(C=PENALTY_C, gamma=WIDTH)
    machine.fit(_rows(vectors @ axes, signs, seen), labelled.wish[rows], sample_weight=weights)
    return Meant(
        axes=axes,
        signs=signs,
        centres=np.clip(np.round(machine.support_vectors_ / STEP), -127, 127).astype(np.int8),
        shares=(machine.dual_coef_[0] * MARGIN_SCALE).astype(np.float32),
        intercept=float(machine.intercept_[0]) * MARGIN_SCALE,
    )


def _signs(seen: Sequence[set[str]]) -> tuple[str, ...]:
    """Return the most frequent tags and single opening words, and what the patterns say."""
    counts = Counter(sorted(name for names in seen for name in names))

    def most(start: str, count: int) -> list[str]:
        found = [n for n, _ in counts.most_common() if n.startswith(start) and " " not in n]
        return found[:count]

    return (*most("t:", TAGS), *most("o:", OPENINGS), *PATTERNS)


def _rows(placed: Vectors, signs: Sequence[str], seen: Sequence[set[str]]) -> Vectors:
    """Put what is seen beside the place that a message has on the axes."""
    shown = np.array([[name in names for name in signs] for names in seen], np.float32)
    return np.concatenate([placed, np.float32(SIGN) * shown], axis=1)


def _both(words: Logits, meant: Logits, seen: Sequence[set[str]]) -> Logits:
    told = np.array([[name in names for name in TOLD] for names in seen], np.float64)
    return np.column_stack([np.clip(words, -MOST, MOST), np.clip(meant, -MOST, MOST), told])


def _logistic(features: Logits, wish: NDArray[np.bool_], weights: Logits) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10.0, max_iter=3000).fit(features, wish, sample_weight=weights)


def _base64(array: NDArray[Any]) -> str:
    return b64encode(np.ascontiguousarray(array).tobytes()).decode("ascii")
