"""Rates the best answer that a search found: the probability that it is right, and from what."""

import math
from dataclasses import dataclass
from typing import Final, Protocol

from bot.confidence import Coefficients, measure, with_reading
from bot.language import told
from bot.queries import Plan
from knowledge import words
from knowledge.passages import Passage
from knowledge.search import Findings, Hit

_ENGLISH: Final = "en"
# Chosen by how well near misses are told from what is answered, and by the time (docs/evals.md).
_READ: Final = 3  # passages of an article
_NEAR: Final = 0.05  # of MaxSim below the first passage's: what is further off is not read …
_SURE: Final = 1.0  # … nor what comes after a passage with these log odds


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
            features = with_reading(features, reading.odds)
        probability = self.coefficients.probability(features)
        return Rated(findings.articles[0].article, features, probability, reading.answering)


def read_article(findings: Findings, planned: Plan, reads: Reads | None) -> Reading:
    """Read the first article's passages found, those near its first one, until one surely answers.

    Search tells which article answers better than which of its passages does. What is known to be in
    another language than English is not read, nor an article whose first passage is: the reader knows
    no other. Short texts in languages without function words of ours pass.
    """
    question, hits = planned.queries[0].text, findings.articles[0].hits[:_READ]
    english = (told(question) or _ENGLISH) == _ENGLISH and _is_latin(question)
    if reads is None or not english or not _is_english(hits[0].passage.index_text):
        return Reading()
    least = _interaction(hits[0]) - _NEAR
    near = [
        hit.passage
        for hit in hits
        if _interaction(hit) >= least and _is_english(hit.passage.index_text)
    ]
    read: list[tuple[float, Passage]] = []
    for passage in near:
        odds = reads(question, passage.index_text)
        if not math.isnan(odds):
            read.append((odds, passage))
        if odds > _SURE:
            break
    if not read:
        return Reading()
    highest, passage = max(read, key=lambda one: one[0])
    return Reading(highest, passage if highest > 0 else None)


def _interaction(hit: Hit) -> float:
    """MaxSim, 0 where search did not look that closely: such a passage was far behind."""
    return hit.interaction or 0.0


def _is_english(passage: str) -> bool:
    known = words.language_of(None, passage) in (words.ENGLISH, words.UNSTEMMED)
    return known and _is_latin(passage)


def _is_latin(text: str) -> bool:
    """Tell whether most letters are Latin ones."""
    letters = [char for char in text if char.isalpha()]
    return 2 * sum(words.script_of(char) == "LATIN" for char in letters) > len(letters)
