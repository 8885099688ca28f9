"""The probability that the best answer found is right: a logistic model over a search's features.

Coefficients are in `bot/confidence.json`, one set for each embedding model, fitted and calibrated by
`evals/fit_confidence.py` on labelled questions with hard negatives.
"""

import hashlib
import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import ConfidenceMismatch
from bot.overlap import Asked, asked_words, coverage, held, language_of
from knowledge.search import ArticleHit, Findings

FEATURES: Final = (
    "dense",  # cosine of question and best passage
    "interaction",  # the best MaxSim of the best article; 0 where nothing was re-scored
    "sentence",  # the best sentence's cosine
    "margin",  # score of the best article minus the next one's of another title; NaN without one
    "crowd",  # score of the best article minus the mean of the next nine; NaN without any
    "coverage",  # share of the question's weight held by the best article's passages found
    "sentence_coverage",  # the same for its best sentence
    "unknown",  # words that stand in no article, misspellings left out; at most three count
    "agreement",  # share of five ways of looking that put the best article first
    "words",  # log(1 + number of words that carry meaning)
    "leaning",  # how much the question needs what came before, 0..1
)
FALLING: Final = frozenset({"unknown"})
"""Features that can only lower the probability; `FREE` ones go either way, the others raise it."""

FREE: Final = frozenset({"words", "leaning"})
FARTHEST: Final = 2.5
"""Standard deviations: nothing seen while fitting tells what lies further out."""

_MAX_UNKNOWN: Final = 3
_COMPARED: Final = 10  # articles
_FORMAT: Final = 1


@dataclass(frozen=True)
class Rated:
    """The article of the best answer found, its features in the order of `FEATURES`, and the
    probability (0..1) that it is right.
    """

    article: str
    features: tuple[float, ...]
    probability: float


class FittedOn(BaseModel):
    """One labelled set that coefficients were fitted on."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    licence: str
    rows: Annotated[int, Field(ge=1)]
    sha256: str


class Coefficients(BaseModel):
    """One embedding model's logistic: sigmoid(intercept + sum(weights × z)), z = (x - mean) / scale.

    z is kept within ±`FARTHEST`, and 0 where x is NaN: what is not known counts as usual.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    model_id: str
    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    fitted_on: tuple[FittedOn, ...]

    @model_validator(mode="after")
    def _fits_the_code(self) -> Self:
        if self.features != FEATURES:
            raise ValueError(f"features must be {FEATURES}; fit the confidence again")
        if not len(self.mean) == len(self.scale) == len(self.weights) == len(FEATURES):
            raise ValueError("mean, scale and weights need one number a feature")
        if min(self.scale) <= 0:
            raise ValueError("every scale must be above 0")
        return self

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability (0..1); `features` are in the order of `FEATURES`."""
        total = self.intercept + math.fsum(
            weight * _standardised(x, mean, scale)
            for weight, x, mean, scale in zip(
                self.weights, features, self.mean, self.scale, strict=True
            )
        )
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


def checksum(coefficients: Coefficients) -> str:
    """Return the SHA-256 of coefficients as JSON: what a calibration on top of them was made for."""
    whole = json.dumps(coefficients.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _standardised(x: float, mean: float, scale: float) -> float:
    if math.isnan(x):
        return 0.0
    return max(-FARTHEST, min(FARTHEST, (x - mean) / scale))


def load_coefficients(model_id: str, path: Path | None = None) -> Coefficients:
    """Return the coefficients fitted for `model_id`, from `path` or (None) those that ship.

    Raises ConfidenceMismatch when there are none, or when they were fitted on other features.
    """
    source = path or resources.files("bot").joinpath("confidence.json")
    data = json.loads(source.read_text(encoding="utf-8"))
    if data.get("format") != _FORMAT:
        raise ConfidenceMismatch(f"{source} has format {data.get('format')}, not {_FORMAT}.")
    for entry in data["models"]:
        if entry["model_id"] == model_id:
            try:
                return Coefficients.model_validate(entry)
            except ValidationError as problem:
                raise ConfidenceMismatch(
                    f"The confidence for {model_id!r} cannot be used: {problem}"
                ) from problem
    known = ", ".join(entry["model_id"] for entry in data["models"])
    raise ConfidenceMismatch(
        f"No confidence was fitted for the embedding model {model_id!r} (there is one for {known}). "
        "Fit it with `python -m evals.fit_confidence`, or use one of those models."
    )


def measure(findings: Findings, leaning: float = 0.0) -> tuple[float, ...] | None:
    """Return the features in the order of `FEATURES`, None when nothing was found.

    `leaning` is the plan's (`bot.queries.Plan`).
    """
    articles = findings.articles[:_COMPARED]
    if not articles or not articles[0].hits:
        return None
    best = articles[0]
    top = best.hits[0]
    language = language_of(top.passage.index_text)
    asked = asked_words(findings.question, findings.terms, language)
    found = "\n".join(hit.passage.index_text for hit in best.hits)
    rest = [article.score for article in articles[1:]]
    return (
        top.dense,
        _interaction(best),
        _sentence(best),
        best.score - _rival(articles),
        best.score - (sum(rest) / len(rest) if rest else math.nan),
        coverage(found, asked, language),
        max(
            (coverage(s.text, asked, language) for hit in best.hits for s in hit.passage.sentences),
            default=0.0,
        ),
        float(min(_MAX_UNKNOWN, sum(_is_unknown(one, found, language) for one in asked))),
        _agreement(articles),
        math.log1p(len(asked)),
        leaning,
    )


def _is_unknown(asked: Asked, text: str, language: str) -> bool:
    return asked.idf == 0.0 and not held(asked, text, language)


def _interaction(article: ArticleHit) -> float:
    return max((hit.interaction or 0.0) for hit in article.hits)


def _sentence(article: ArticleHit) -> float:
    scores = (hit.sentence_scores for hit in article.hits)
    return max((float(of.max()) for of in scores if of.size), default=0.0)


def _rival(articles: Sequence[ArticleHit]) -> float:
    """The score of the best article that is not a double of the first; NaN where there is none."""
    title = articles[0].hits[0].passage.title
    others = (a.score for a in articles[1:] if a.hits[0].passage.title != title)
    return next(others, math.nan)


def _agreement(articles: Sequence[ArticleHit]) -> float:
    """The share of ways of looking in which no other article beats the first."""
    ways: tuple[Callable[[ArticleHit], float], ...] = (
        lambda a: max(hit.dense for hit in a.hits),
        lambda a: max(hit.keyword for hit in a.hits),
        lambda a: max(hit.title for hit in a.hits),
        _interaction,
        _sentence,
    )
    first, *others = articles
    agreed = sum(all(way(first) >= way(other) for other in others) for way in ways)
    return agreed / len(ways)
