"""Rates the best answer that a search found: the probability that it is right, and from what."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Protocol

from bot.confidence import Coefficients, measure
from bot.language import told
from bot.queries import Plan
from knowledge import words
from knowledge.search import Findings

_ENGLISH: Final = "en"
_READ: Final = 3  # passages of an article: the likeliest of five says less of near misses


class Reads(Protocol):
    """Whatever reads a passage beside a question (`bot/reading/reader.py`)."""

    def __call__(self, question: str, passage: str) -> float:
        """Give the log odds that `passage` answers `question`, NaN: not known."""
        ...


@dataclass(frozen=True)
class Rated:
    """The article of the best answer found, its features in the order of `FEATURES`, and the
    probability (0..1) that it is right.
    """

    article: str
    features: tuple[float, ...]
    probability: float


@dataclass(frozen=True)
class Rating:
    """Rates by coefficients; `reads` None: without reading. Thread-safe."""

    coefficients: Coefficients
    reads: Reads | None

    def probability(self, findings: Findings | None, planned: Plan) -> float:
        """Return 0..1, 0 where nothing was found."""
        rated = self.rate(findings, planned)
        return rated.probability if rated else 0.0

    def rate(self, findings: Findings | None, planned: Plan) -> Rated | None:
        """Rate the best answer, None where nothing was found. It is read only where it is open."""
        features = measure(findings) if findings else None
        if not findings or features is None:
            return None
        if self.coefficients.leaves_open(features):
            features = with_reading(features, findings, planned, self.reads)
        return Rated(
            findings.articles[0].article, features, self.coefficients.probability(features)
        )


def with_reading(
    features: tuple[float, ...], findings: Findings, planned: Plan, reads: Reads | None
) -> tuple[float, ...]:
    """Put the reading of the best article in its place, the last: that of the passage likeliest to answer.

    Search tells which article answers better than which of its passages does. What is known to be in
    another language than English is not read: the reader knows no other. Short texts in languages
    without function words of ours pass.
    """
    question = planned.queries[0].text
    if reads is None or (told(question) or _ENGLISH) != _ENGLISH or not _is_latin(question):
        return features
    found = [hit.passage.index_text for hit in findings.articles[0].hits[:_READ]]
    passages = [passage for passage in found if _is_english(passage)]
    return (*features[:-1], _highest(reads, question, passages))


def _highest(reads: Reads, question: str, passages: Iterable[str]) -> float:
    """The highest reading; passages after the first one that rather answers than not are not read."""
    highest = math.nan
    for passage in passages:
        highest = max(reads(question, passage), highest)  # the new one where either is NaN
        if highest > 0:
            break
    return highest


def _is_english(passage: str) -> bool:
    known = words.language_of(None, passage) in (words.ENGLISH, words.UNSTEMMED)
    return known and _is_latin(passage)


def _is_latin(text: str) -> bool:
    """Tell whether most letters are Latin ones."""
    letters = [char for char in text if char.isalpha()]
    return 2 * sum(words.script_of(char) == "LATIN" for char in letters) > len(letters)
