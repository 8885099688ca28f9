"""Rates the best answer that a search found: the probability that it is right, and from what."""

import math
from dataclasses import dataclass
from typing import Final, Protocol

from bot.confidence import Coefficients, measure
from bot.language import told
from bot.queries import Plan
from knowledge import words
from knowledge.passages import Passage
from knowledge.search import Findings

_ENGLISH: Final = "en"
_READ: Final = 3  # passages of an article; one and five tell near misses less well (docs/evals.md)


class Reads(Protocol):
    """Whatever reads a passage beside a question (`bot/reading/reader.py`)."""

    def __call__(self, question: str, passage: str) -> float:
        """Give the log odds that `passage` answers `question`, NaN where it cannot be read."""
        ...


@dataclass(frozen=True)
class Reading:
    """What was read of an article.

    `odds` are the log odds of the passage likeliest to answer, NaN where none was read; `answering`
    is that passage where it rather answers than not.
    """

    odds: float = math.nan
    answering: Passage | None = None


@dataclass(frozen=True)
class Rated:
    """The article of the best answer found, its features in the order of `FEATURES`, and the
    probability (0..1) that it is right; `answering` is its passage that, as read, answers.
    """

    article: str
    features: tuple[float, ...]
    probability: float
    answering: Passage | None = None


@dataclass(frozen=True)
class Rating:
    """Rates by coefficients; `reads` None: without reading. Thread-safe."""

    coefficients: Coefficients
    reads: Reads | None

    def rate(self, findings: Findings | None, planned: Plan) -> Rated | None:
        """Rate the best answer, None where nothing was found. It is read only where it is open."""
        features = measure(findings) if findings else None
        if not findings or features is None:
            return None
        reading = Reading()
        if self.coefficients.leaves_open(features):
            reading = read_article(findings, planned, self.reads)
            features = (*features[:-1], reading.odds)
        probability = self.coefficients.probability(features)
        return Rated(findings.articles[0].article, features, probability, reading.answering)


def read_article(findings: Findings, planned: Plan, reads: Reads | None) -> Reading:
    """Read the best article's first passages found, until one rather answers than not.

    Search tells which article answers better than which of its passages does. What is known to be in
    another language than English is not read: the reader knows no other. Short texts in languages
    without function words of ours pass.
    """
    question = planned.queries[0].text
    if reads is None or (told(question) or _ENGLISH) != _ENGLISH or not _is_latin(question):
        return Reading()
    odds = []
    for hit in findings.articles[0].hits[:_READ]:
        if not _is_english(hit.passage.index_text):
            continue
        odds.append(reads(question, hit.passage.index_text))
        if odds[-1] > 0:  # reading on would cost more time than it changes
            return Reading(odds[-1], hit.passage)
    return Reading(max((one for one in odds if not math.isnan(one)), default=math.nan))


def _is_english(passage: str) -> bool:
    known = words.language_of(None, passage) in (words.ENGLISH, words.UNSTEMMED)
    return known and _is_latin(passage)


def _is_latin(text: str) -> bool:
    """Tell whether most letters are Latin ones."""
    letters = [char for char in text if char.isalpha()]
    return 2 * sum(words.script_of(char) == "LATIN" for char in letters) > len(letters)
