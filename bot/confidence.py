"""The probability that the best answer found is right: a logistic model over a search's features.

Coefficients are in `bot/confidence.json`, one set for each embedding model, fitted and calibrated by
`evals/fit_confidence.py` on labelled questions with hard negatives.
"""

import hashlib
import json
import math
import re
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import ConfidenceMismatch
from bot.overlap import Asked, asked_words, coverage, held, language_of
from knowledge.search import ArticleHit, Findings

FEATURES: Final = (
    "sentences",  # mean cosine of the best article's three best sentences
    "coverage",  # share of the question's weight that its best passage holds
    "keyword_lead",  # its BM25 (over the best one's) minus the mean of the next nine articles'
    "interaction_lead",  # its MaxSim minus the best of theirs
    "title_lead",  # its title's cosine minus the best of theirs
    "names_missing",  # names and numbers asked for that its passages found do not hold, at most two
    "reading",  # log odds that its likeliest passage answers, read beside the question
)
"""All but the names may raise the probability. What tells companies apart rather than answers (how long questions
are, how many lean on the turn before) was left out: it did harm on a company not fitted on."""

FALLING: Final = frozenset({"names_missing"})
"""Features that can only lower the probability; the others can only raise it."""

FARTHEST: Final = 2.5
"""Standard deviations: nothing seen while fitting tells what lies further out."""

_READING: Final = FEATURES.index("reading")  # the last: it is known when the others are
_MOST_MISSING: Final = 2
# A word with a capital inside a sentence, or with a digit, is taken for a name …
_NAME: Final = re.compile(r"(?<!^)(?<![.?!:;\n]\s)\b[A-Z]\w+|\b\w*\d\w*\b")
_SHOUTED: Final = 0.5  # … but not where more of the words than this share have a capital.
_SENTENCES: Final = 3
_COMPARED: Final = 10  # articles
_FORMAT: Final = 1


Way = Callable[[ArticleHit], float]


class FittedOn(BaseModel):
    """One labelled set that coefficients were fitted on."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    licence: str
    rows: Annotated[int, Field(ge=1)]
    sha256: str


class Coefficients(BaseModel):
    """One embedding model's logistic: sigmoid(intercept + sum(weights × z)), z = (x - mean) / scale.

    z is kept within ±`FARTHEST`, and 0 where x is NaN: what is not known counts as usual. `reads` are
    the probabilities between which the article is read, as that costs more than all the rest; None:
    never.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    model_id: str
    features: tuple[str, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    reads: tuple[float, float] | None = None
    fitted_on: tuple[FittedOn, ...]

    @model_validator(mode="after")
    def _fits_the_code(self) -> Self:
        if self.features != FEATURES:
            raise ValueError(f"features must be {FEATURES}; fit the confidence again")
        if not len(self.mean) == len(self.scale) == len(self.weights) == len(FEATURES):
            raise ValueError("mean, scale and weights need one number a feature")
        if min(self.scale) <= 0:
            raise ValueError("every scale must be above 0")
        if self.reads is not None and not 0 <= self.reads[0] <= self.reads[1] <= 1:
            raise ValueError("reads must be two probabilities, the lower one first")
        return self

    def probability(self, features: Sequence[float]) -> float:
        """Return the probability (0..1); `features` are in the order of `FEATURES`.

        Whatever the reading says, it counts only where the others leave it open. So the probability
        steps at the edges of `reads`.
        """
        before = self._total(with_reading(features, math.nan))
        return _share(self._total(features) if self._opens(before) else before)

    def leaves_open(self, features: Sequence[float]) -> bool:
        """Tell whether the article has yet to be read, so that `features` with it say more."""
        return math.isnan(features[_READING]) and self._opens(self._total(features))

    def _opens(self, total: float) -> bool:
        return self.reads is not None and self.reads[0] <= _share(total) <= self.reads[1]

    def _total(self, features: Sequence[float]) -> float:
        return self.intercept + math.fsum(
            weight * _standardised(x, mean, scale)
            for weight, x, mean, scale in zip(
                self.weights, features, self.mean, self.scale, strict=True
            )
        )


def checksum(coefficients: Coefficients) -> str:
    """Return the SHA-256 of coefficients as JSON: what a calibration on top of them was made for."""
    whole = json.dumps(coefficients.model_dump(mode="json"), sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _share(total: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


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


def measure(findings: Findings) -> tuple[float, ...] | None:
    """Return the features in the order of `FEATURES`, None when nothing was found.

    Leads are NaN where only one article was found, the reading always: `bot/rating.py` has it read.
    """
    articles = findings.articles[:_COMPARED]
    if not articles or not articles[0].hits:
        return None
    passage = articles[0].hits[0].passage
    language = language_of(passage.index_text)
    asked = asked_words(findings.question, findings.terms, language)
    return (
        _sentences(articles[0]),
        coverage(passage.index_text, asked, language),
        _over_the_mean(articles, _keyword),
        _over_the_best(articles, _interaction),
        _over_the_best(articles, _title),
        _names_missing(findings.question, asked, articles[0], language),
        math.nan,
    )


def with_reading(features: Sequence[float], odds: float) -> tuple[float, ...]:
    """The same features, the article read with these log odds; NaN: not read."""
    return (*features[:_READING], odds)


def _names_missing(
    question: str, asked: Sequence[Asked], article: ArticleHit, language: str
) -> float:
    """Count the names of the question that no passage found of the article holds."""
    said = question.split()
    if sum(word[:1].isupper() for word in said) > _SHOUTED * len(said):
        return 0.0
    names = {name.lower() for name in _NAME.findall(question)}
    found = "\n".join(hit.passage.index_text for hit in article.hits)
    missing = sum(one.word in names and not held(one, found, language) for one in asked)
    return float(min(_MOST_MISSING, missing))


def _over_the_mean(articles: Sequence[ArticleHit], way: Way) -> float:
    first, *others = map(way, articles)
    return first - sum(others) / len(others) if others else math.nan


def _over_the_best(articles: Sequence[ArticleHit], way: Way) -> float:
    first, *others = map(way, articles)
    return first - max(others) if others else math.nan


def _keyword(article: ArticleHit) -> float:
    return max(hit.keyword for hit in article.hits)


def _title(article: ArticleHit) -> float:
    return max(hit.title for hit in article.hits)


def _interaction(article: ArticleHit) -> float:
    return max((hit.interaction or 0.0) for hit in article.hits)


def _sentences(article: ArticleHit) -> float:
    scores = sorted((float(x) for hit in article.hits for x in hit.sentence_scores), reverse=True)
    best = scores[:_SENTENCES]
    return sum(best) / len(best) if best else 0.0
