"""Which of a question's words a text holds, each weighing as much as it is rare."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from knowledge import words

# A word that stands in no article weighs like a fairly rare one.
UNKNOWN_IDF: Final = 3.0
# An unknown word may be a misspelling: it counts this much where a word of one edit's distance
# stands (two edits for a long one). Codes and short words are never taken for others.
_MISSPELT: Final = 0.8
_ONE_EDIT_CHARS: Final = 5
_TWO_EDITS_CHARS: Final = 8
_MAX_QUESTION_CHARS: Final = 1500
_TEXTS_IN_MEMORY: Final = 8192


@dataclass(frozen=True)
class Asked:
    """A word of a question: as written, its stem, and its IDF (0.0 where no article holds it)."""

    word: str
    stem: str
    idf: float

    @property
    def weight(self) -> float:
        """How much the word counts."""
        return self.idf or UNKNOWN_IDF


def asked_words(question: str, terms: Mapping[str, float], language: str) -> tuple[Asked, ...]:
    """List the words of `question` that carry meaning, each once; all when none does.

    `terms` maps stems to IDF (as `Findings.terms`), `language` is the stemming algorithm of the
    text that is compared.
    """
    said = list(dict.fromkeys(words.question_words(question[:_MAX_QUESTION_CHARS])))
    kept = [word for word in said if not words.is_function_word(word)] or said
    stems = [(word, words.stem(word, language)) for word in kept]
    return tuple(Asked(word, stem, terms.get(stem, 0.0)) for word, stem in stems)


def held(asked: Asked, text: str, language: str) -> float:
    """Rate 0..1 how surely `text` holds a word: 1.0 by its stem, less by a likely misspelling."""
    if asked.stem in _stems(text, language):
        return 1.0
    word = asked.word
    if asked.idf > 0 or len(word) < _ONE_EDIT_CHARS or not word.isalpha():
        return 0.0
    edits = 1 if len(word) < _TWO_EDITS_CHARS else 2
    alike = [other for other in _surfaces(text) if other[0] == word[0]]
    near = process.extractOne(word, alike, scorer=OSA.distance, score_cutoff=edits)
    return _MISSPELT if near else 0.0


def coverage(text: str, asked: Sequence[Asked], language: str) -> float:
    """Return the share (0..1) of the question's weight that `text` holds; 0.0 without words."""
    total = sum(one.weight for one in asked)
    if total <= 0:
        return 0.0
    return sum(one.weight * held(one, text, language) for one in asked) / total


@lru_cache(maxsize=_TEXTS_IN_MEMORY)
def language_of(text: str) -> str:
    """Name the stemming algorithm of an article's text."""
    return words.language_of(None, text)


@lru_cache(maxsize=_TEXTS_IN_MEMORY)
def _stems(text: str, language: str) -> frozenset[str]:
    return frozenset(words.stem(word, language) for word in _surfaces(text))


@lru_cache(maxsize=_TEXTS_IN_MEMORY)
def _surfaces(text: str) -> frozenset[str]:
    return frozenset(words.split(text))
