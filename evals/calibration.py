"""Fits the confidence to an owner's transcripts, on top of the coefficients that ship.

A logistic whose weights are drawn to the shipped ones: with few transcripts little more than slope
and offset move (as in Platt 1999), with many the weights do. It is a posterior mode under normal
priors; weights keep their signs. What is reported is cross-fitted by article: no question is
rated by coefficients that saw its article.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bot.confidence import FALLING, FARTHEST, Coefficients, FittedOn
from bot.rating import Rated
from evals.errors import TooFewTranscripts
from evals.figures import Figure, proportion
from evals.labelled import FOLDS, fold_of
from evals.logistic import ANY, AT_LEAST_0, AT_MOST_0, moved, sigmoid
from evals.reliability import Flags, Floats, threshold_for
from evals.transcripts import Transcript
from evals.trust import Trust, rated_trust

FEWEST: Final = 60  # labelled questions
FEWEST_OF_A_KIND: Final = 20  # right ones, and ones that are not
# Standard deviations of the priors, in log-odds: how far an owner's help centre may lie from the
# ones that the shipped confidence was fitted on.
_SLOPE: Final = 0.5  # of the factor on all shipped weights, around 1
_OFFSET: Final = 1.5  # of the intercept, around the shipped one
_WEIGHT: Final = 0.15  # of each weight, around the shipped one times the factor
_NEVER: Final = 1.0  # a threshold that answers nothing but certainties


@dataclass(frozen=True)
class Labelled:
    """A rated question with its label. `answerable` is None where only a wrong answer is known."""

    group: str
    rated: Rated
    right: bool
    answerable: bool | None


@dataclass(frozen=True)
class Result:
    """What calibrating did. `before` is the shipped confidence at the threshold in force, `after`
    the cross-fitted new one at the new threshold.

    `refitted` is False where the shipped coefficients did better on questions they had not seen;
    then only the threshold is new. `errors` are the questions that the threshold is chosen on:
    "unanswerable", or "not right" where too few are known to be unanswerable.
    `answered` is the share of those that get an answer at it.
    """

    coefficients: Coefficients
    threshold: float
    before: Trust
    after: Trust
    refitted: bool
    errors: str
    answered: Figure
    count: int
    right: int
    unanswerable: int


def label(
    transcripts: Sequence[Transcript], rate: Callable[[Transcript], Rated | None]
) -> list[Labelled]:
    """Rate every transcript and say whether its best answer is right.

    Left out are those where nothing was found, and judgements about an article that is not the best
    any more (unless it was right and another is best now: that is not right).
    """
    found = []
    for one in transcripts:
        rated = rate(one)
        if rated is None:
            continue
        if one.gold is not None:
            found.append(Labelled(one.group, rated, rated.article in one.gold, one.answerable))
        elif one.answered_from is None or one.answered_from == rated.article or one.right:
            same = one.answered_from in (None, rated.article)
            found.append(Labelled(one.group, rated, bool(one.right and same), one.answerable))
    return found


def labelled_set(file: Path, rows: int) -> FittedOn:
    """Name an owner's transcripts as coefficients name what they were fitted on."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return FittedOn(name=file.name, licence="the owner's", rows=max(1, rows), sha256=digest)


def calibrate(
    labelled: Sequence[Labelled],
    shipped: Coefficients,
    in_force: float,
    max_unanswerable: float,
    fitted_on: FittedOn,
) -> Result:
    """Fit, cross-fit, and choose the lowest threshold that keeps the share of errors.

    `in_force` is the threshold before; `fitted_on` names the transcripts. Raises TooFewTranscripts
    saying how many are needed.
    """
    right = np.array([one.right for one in labelled], dtype=bool)
    _require_enough(right)
    x = np.array([one.rated.features for one in labelled])
    old = np.array([shipped.probability(one.rated.features) for one in labelled])
    new = _cross_fitted(x, right, [one.group for one in labelled], shipped)
    refitted = _log_loss(new, right) < _log_loss(old, right)
    rated = new if refitted else old
    unanswerable = np.array([one.answerable is False for one in labelled], dtype=bool)
    enough = int(unanswerable.sum()) >= FEWEST_OF_A_KIND
    errors = unanswerable if enough else ~right
    threshold = min(threshold_for(max_unanswerable, rated, ~errors), _NEVER)
    before = rated_trust(old, right, ~errors, in_force)
    after = rated_trust(rated, right, ~errors, threshold)
    assert before is not None, "there are enough of both kinds"
    assert after is not None, "there are enough of both kinds"
    coefficients = _fitted(x, right, shipped) if refitted else shipped
    sent = int((errors & (rated >= threshold)).sum())
    return Result(
        coefficients=coefficients.model_copy(
            update={"fitted_on": (*shipped.fitted_on, fitted_on)} if refitted else {}
        ),
        threshold=threshold,
        before=before,
        after=after,
        refitted=refitted,
        errors="unanswerable" if enough else "not right",
        answered=proportion("answered", sent, int(errors.sum())),
        count=len(labelled),
        right=int(right.sum()),
        unanswerable=int(unanswerable.sum()),
    )


def _require_enough(right: Flags) -> None:
    count, good = len(right), int(right.sum())
    missing = [
        f"{lacking} more {what}"
        for lacking, what in (
            (FEWEST_OF_A_KIND - good, "whose best answer is right"),
            (
                FEWEST_OF_A_KIND - (count - good),
                "that no article answers, or whose answer is wrong",
            ),
        )
        if lacking > 0
    ]
    if count < FEWEST or missing:
        also = f", among them {' and '.join(missing)}" if missing else ""
        raise TooFewTranscripts(
            f"{count} labelled questions could be rated, {good} of them with a right best answer. "
            f"At least {FEWEST} are needed, {FEWEST_OF_A_KIND} of each kind: label "
            f"{max(FEWEST - count, 0) or 'some'} more{also}."
        )


def _cross_fitted(x: Floats, right: Flags, groups: Sequence[str], shipped: Coefficients) -> Floats:
    folds = np.array([fold_of(group) for group in groups])
    rated = np.zeros(len(right))
    for fold in range(FOLDS):
        held = folds == fold
        fitted = _fitted(x[~held], right[~held], shipped)
        rated[held] = [fitted.probability(row) for row in x[held]]
    return rated


def _fitted(x: Floats, right: Flags, shipped: Coefficients) -> Coefficients:
    """The posterior mode of factor, intercept and weights given these rows."""
    from scipy.optimize import minimize

    mean, scale, base = (np.array(v) for v in (shipped.mean, shipped.scale, shipped.weights))
    z = np.clip(np.nan_to_num((x - mean) / scale, nan=0.0), -FARTHEST, FARTHEST)
    sign = np.where(right, 1.0, -1.0)

    def loss(b: Floats) -> tuple[float, Floats]:
        factor, intercept, weights = b[0], b[1], b[2:]
        margin = sign * (z @ weights + intercept)
        pull = -sign * sigmoid(-margin)
        apart = (weights - factor * base) / _WEIGHT**2
        off = (intercept - factor * shipped.intercept) / _OFFSET**2
        steep = (factor - 1.0) / _SLOPE**2
        value = np.logaddexp(0.0, -margin).sum() + 0.5 * (
            apart @ (weights - factor * base)
            + off * (intercept - factor * shipped.intercept)
            + steep * (factor - 1.0)
        )
        gradient = np.concatenate(
            [
                [steep - apart @ base - off * shipped.intercept],
                [pull.sum() + off],
                z.T @ pull + apart,
            ]
        )
        return float(value), gradient

    start = np.concatenate([[1.0, shipped.intercept], base])
    weights = [AT_MOST_0 if name in FALLING else AT_LEAST_0 for name in shipped.features]
    limits = [AT_LEAST_0, ANY, *weights]
    found = minimize(loss, start, jac=True, bounds=limits, method="L-BFGS-B").x
    return shipped.model_copy(
        update={
            "intercept": round(float(found[1]), 6),
            "weights": tuple(round(float(value), 6) for value in found[2:]),
            "reads": shipped.reads and _reads(shipped, shipped.reads, z[:, :-1], found),
        }
    )


def _reads(
    shipped: Coefficients, band: tuple[float, float], z: Floats, found: Floats
) -> tuple[float, float]:
    """Where the band comes to lie in which passages are read: about the same questions are.

    `z` are the features before the reading, standardised; `found` the intercept and weights from 1 on.
    """
    before = z @ np.array(shipped.weights[:-1]) + shipped.intercept
    after = z @ found[2:-1] + found[1]
    slope, offset = np.polyfit(before, after, 1)
    return moved(band, float(slope), float(offset)) if slope > 0 else band


def _log_loss(rated: Floats, right: Flags) -> float:
    kept = np.clip(rated, 1e-9, 1 - 1e-9)
    return float(-np.mean(np.where(right, np.log(kept), np.log(1 - kept))))
