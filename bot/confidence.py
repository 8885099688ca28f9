"""The probability that the best answer found is right: a logistic model over a search's features.

Coefficients are in `bot/confidence.json`, one set for each embedding model, fitted and calibrated by
`evals/fit_confidence.py` on labelled questions with hard negatives.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Annotated, Final, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.errors import ConfidenceMismatch
from bot.extraction import coverage
from knowledge import words
from knowledge.search import Findings, Hit

FEATURES: Final = (
    "dense",  # cosine of question and best passage
    "interaction",  # its MaxSim; the cosine where it was not re-scored
    "keyword",  # its BM25, divided by the best of the search
    "title",  # cosine of the question to its title and heading
    "sentence",  # the best sentence's cosine
    "margin",  # score of the best article minus that of the second
    "crowd",  # score of the best article minus the mean of the next nine
    "coverage",  # share of the question's IDF held by the best article's passages found
    "sentence_coverage",  # the same for its best sentence
    "rarest_missing",  # IDF of the rarest word the best article lacks, over the rarest of all
    "unknown",  # share of the question's words that stand in no article
    "agreement",  # 1 when dense and keyword search agree on the best article
    "words",  # log(1 + number of words that carry meaning)
    "follow_up",  # 1 when the conversation came before
    "leaning",  # how much the question needs what came before, 0..1
)
_FORMAT: Final = 1


@dataclass(frozen=True)
class Asked:
    """What confidence knows of the question beside what search found."""

    has_history: bool = False
    leaning: float = 0.0


class FittedOn(BaseModel):
    """One labelled set that coefficients were fitted on."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    licence: str
    rows: Annotated[int, Field(ge=1)]
    sha256: str


class Coefficients(BaseModel):
    """One embedding model's logistic: sigmoid(intercept + sum(weights × (x - mean) / scale))."""

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
        z = self.intercept + math.fsum(
            w * (x - m) / s
            for w, x, m, s in zip(self.weights, features, self.mean, self.scale, strict=True)
        )
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, z))))


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


def measure(findings: Findings, asked: Asked) -> tuple[float, ...] | None:
    """Return the features in the order of `FEATURES`, None when nothing was found."""
    if not findings.articles or not findings.articles[0].hits:
        return None
    best = findings.articles[0]
    top = best.hits[0]
    rest = [article.score for article in findings.articles[1:10]]
    terms = meaningful(findings.terms)
    language = words.language_of(None, top.passage.index_text)
    held = [hit.passage.index_text for hit in best.hits]
    sentences = [sentence.text for sentence in top.passage.sentences]
    known = [idf for idf in terms.values() if idf > 0]
    return (
        top.dense,
        _interaction(top),
        top.keyword,
        top.title,
        max(
            (float(s.max()) for s in (h.sentence_scores for h in best.hits) if s.size), default=0.0
        ),
        best.score - (rest[0] if rest else 0.0),
        best.score - (sum(rest) / len(rest) if rest else 0.0),
        coverage("\n".join(held), terms, language),
        max((coverage(text, terms, language) for text in sentences), default=0.0),
        _rarest_missing("\n".join(held), terms, language),
        1.0 - len(known) / len(terms) if terms else 1.0,
        float(_best_by_dense(findings) == _best_by_keyword(findings)),
        math.log1p(len(terms)),
        float(asked.has_history),
        asked.leaning,
    )


def meaningful(terms: Mapping[str, float]) -> dict[str, float]:
    """Keep the terms that are not function words; all of them when there is nothing else."""
    kept = {term: idf for term, idf in terms.items() if not words.is_function_word(term)}
    return kept or dict(terms)


def _interaction(hit: Hit) -> float:
    return hit.dense if hit.interaction is None else hit.interaction


def _rarest_missing(text: str, terms: Mapping[str, float], language: str) -> float:
    """IDF of the rarest missing word over that of the rarest word; a word nowhere counts fully."""
    if not terms:
        return 0.0
    rarest = max(terms.values()) or 1.0
    held = {words.stem(word, language) for word in words.split(text)}
    missing = [idf or rarest for term, idf in terms.items() if term not in held]
    return max(missing, default=0.0) / rarest


def _best_by_dense(findings: Findings) -> str:
    return max(findings.hits, key=lambda hit: hit.dense).passage.article


def _best_by_keyword(findings: Findings) -> str:
    return max(findings.hits, key=lambda hit: hit.keyword).passage.article
