"""BM25 over one field of the passages, opened by memory map, forgiving misspellings.

Scores: Robertson & Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), in
Lucene's form, computed at publish (as Lù, arXiv 2407.03618) with the IDF of the whole corpus.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import word_rows, words
from knowledge.rows import Starts, in_order, starts_of
from knowledge.spelling import Spelling
from knowledge.word_rows import WordRows

# Saturation and length normalisation: the values of Robertson & Zaragoza's survey.
_K1, _B = 1.5, 0.75

# A correction counts less than the word itself: the word may be right and simply unknown.
_CORRECTION_WEIGHT = 0.7

# A word that more texts hold than this brings none of them up where the question has rarer words;
# it counts only in the scores of those that these bring up. What would be read grows no further.
_COMMON = 4_000
_LOOKED_AT_PER_WANTED = 4

_TEXTS_IN_MEMORY = 8192

# Names of languages and a product's foreign name make no article in their script.
_SCRIPT_SHARE = 0.02

_WORDS, _LANGUAGES = "words.json", "languages.json"


@dataclass(frozen=True)
class Term:
    """A stem of the question that the index knows: its column, its weight and its word."""

    column: int
    weight: float
    word: str


def write(folder: Path, rows: WordRows, languages: Sequence[str]) -> None:
    """Index texts, each stemmed in its language, and save the index in `folder`."""
    known = sorted(set(languages))
    each = np.array([known.index(language) for language in languages], dtype=np.int64)
    # A word together with its text's language is one number.
    spoken = rows.numbers * np.int64(len(known)) + np.repeat(each, np.diff(rows.starts))
    vocabulary: dict[str, int] = {}
    surfaces: dict[str, int] = {}
    pairs = in_order(spoken, len(rows.surfaces) * len(known))
    stems = []
    for pair in pairs.tolist():
        word, language = rows.surfaces[pair // len(known)], known[pair % len(known)]
        stems.append(vocabulary.setdefault(words.stem(word, language), len(vocabulary)))
        surfaces.setdefault(word, stems[-1])
    columns = np.zeros(len(rows.surfaces) * len(known), dtype=np.int64)
    columns[pairs] = stems
    folder.mkdir(parents=True)
    scores, passages, starts = _scores(columns[spoken], rows.starts, len(vocabulary))
    np.save(folder / "scores.npy", scores)
    np.save(folder / "passages.npy", passages)
    np.save(folder / "columns.npy", starts)
    rows.save(folder)
    _write_json(folder / _WORDS, list(vocabulary))
    _write_json(folder / word_rows.SURFACES, surfaces)
    _write_json(folder / _LANGUAGES, known)


def _scores(
    stems: NDArray[np.int64], starts: Starts, vocabulary: int
) -> tuple[NDArray[np.float32], NDArray[np.int32], Starts]:
    """BM25 of every stem in every text, by columns: scores, their texts, column starts.

    `stems` are those of all texts one after another, as numbers below `vocabulary`; text n has
    `stems[starts[n] : starts[n + 1]]`.
    """
    lengths = np.diff(starts)
    count = len(lengths)
    text_of = np.repeat(np.arange(count), lengths)
    # Sorted by stem, then by text.
    found, times = np.unique(stems * max(count, 1) + text_of, return_counts=True)
    stem, text = np.divmod(found, max(count, 1))
    holding = np.bincount(stem, minlength=vocabulary)
    idf = np.log1p((count - holding + 0.5) / (holding + 0.5))
    usual = max(float(lengths.mean()), 1.0) if count else 1.0  # texts without a word have no length
    saturated = times / (times + _K1 * (1 - _B + _B * lengths[text] / usual))
    scores = idf[stem] * saturated
    return scores.astype(np.float32), text.astype(np.int32), starts_of(holding)


class KeywordIndex:
    """An index of texts (passages, titles or articles) saved by `write`. Immutable; safe for concurrent reads."""

    def __init__(self, folder: Path, count: int) -> None:
        """Open the index of `folder` over `count` texts."""
        self._scores = np.asarray(np.load(folder / "scores.npy", mmap_mode="r"))
        self._passages = np.asarray(np.load(folder / "passages.npy", mmap_mode="r"))
        self._columns: NDArray[np.int64] = np.load(folder / "columns.npy")
        self.count = count
        self.languages: tuple[str, ...] = tuple(_read_json(folder / _LANGUAGES))
        self._vocabulary = {word: n for n, word in enumerate(_read_json(folder / _WORDS))}
        self._surfaces: dict[str, int] = _read_json(folder / word_rows.SURFACES)
        self._rarities = lru_cache(maxsize=_TEXTS_IN_MEMORY)(self._rarest)

    def terms(self, question: str) -> list[Term]:
        """Name the columns that a question's words stand for, corrections included."""
        found: dict[int, Term] = {}
        for word in words.question_words(question):
            stems = words.stems(word, self.languages)
            known = [self._vocabulary[stem] for stem in stems if stem in self._vocabulary]
            weight = 1.0
            if not known:
                near = self._spelling.nearest(word)
                known = list({self._surfaces[other] for other in near})
                weight = _CORRECTION_WEIGHT
            for column in known:
                if column not in found or found[column].weight < weight:
                    found[column] = Term(column, weight, word)
        return list(found.values())

    def ask(self, terms: Sequence[Term]) -> "Asked":
        """Look for the texts that hold some terms; what the answers share is computed once."""
        return Asked(self, terms)

    def score(self, terms: Iterable[Term]) -> NDArray[np.float32]:
        """Score every text: (count,) float32, 0 where no term occurs."""
        totals = np.zeros(self.count, dtype=np.float32)
        for term in terms:
            # Quicker than `totals[...] +=`, which reads all of them before it writes.
            np.add.at(totals, self._holding(term), np.float32(term.weight) * self._scores_of(term))
        return totals

    def score_at(
        self, terms: Iterable[Term], rows: NDArray[np.integer[Any]]
    ) -> NDArray[np.float32]:
        """Score some texts: (len(rows),) float32, the same as `score(terms)[rows]`."""
        totals = np.zeros(len(rows), dtype=np.float32)
        # Of one type with the texts that hold a term, which would all be converted otherwise.
        rows = rows.astype(np.int32)
        for term in terms:
            passages, scores = self._holding(term), self._scores_of(term)
            at = np.minimum(np.searchsorted(passages, rows), len(passages) - 1)
            holding = passages[at] == rows
            totals[holding] += np.float32(term.weight) * scores[at[holding]]
        return totals

    def idf(self, column: int) -> float:
        """How rare a stem is: ln(1 + (n - df + 0.5) / (df + 0.5)), as in the scores."""
        holding = int(self._columns[column + 1] - self._columns[column])
        return float(np.log1p((self.count - holding + 0.5) / (holding + 0.5)))

    def rarity(self, text: str) -> float | None:
        """The IDF of a text's rarest known stem, None when no stem of it is known."""
        return self._rarities(text)

    def _rarest(self, text: str) -> float | None:
        stems = (stem for word in words.split(text) for stem in words.stems(word, self.languages))
        known = [self._vocabulary[stem] for stem in stems if stem in self._vocabulary]
        return max(map(self.idf, known)) if known else None

    def question_idf(self, question: str) -> dict[str, float]:
        """Map each stem of a question to its IDF, 0.0 for one that no passage holds."""
        rarity: dict[str, float] = {}
        for word in words.question_words(question):
            stems = words.stems(word, self.languages)
            known = [stem for stem in stems if stem in self._vocabulary]
            for stem in known:
                rarity[stem] = self.idf(self._vocabulary[stem])
            if not known and stems:
                rarity[stems[0]] = 0.0
        return rarity

    def bringing(self, terms: Sequence[Term]) -> tuple[list[Term], list[Term]]:
        """The terms that bring texts up, the rarest at least, and the common others."""
        ordered = sorted(terms, key=lambda term: len(self._holding(term)))
        rare = sum(len(self._holding(term)) <= _COMMON for term in ordered)
        return ordered[: max(rare, 1)], ordered[max(rare, 1) :]

    def _holding(self, term: Term) -> NDArray[np.int32]:
        """The texts that hold a term, ascending."""
        return self._passages[self._columns[term.column] : self._columns[term.column + 1]]

    def _scores_of(self, term: Term) -> NDArray[np.float32]:
        """The scores of `_holding(term)`."""
        return self._scores[self._columns[term.column] : self._columns[term.column + 1]]

    @cached_property
    def scripts(self) -> frozenset[str]:
        """The scripts of the words, those that not even one word in fifty begins with left out."""
        counts = Counter(words.script_of(word[0]) for word in self._surfaces if word[0].isalpha())
        return frozenset(
            s for s, count in counts.items() if count >= _SCRIPT_SHARE * counts.total()
        )

    @cached_property
    def _spelling(self) -> Spelling:
        return Spelling(self._surfaces)


class Asked:
    """What some terms find in an index, and how any of its texts scores by them."""

    def __init__(self, index: KeywordIndex, terms: Sequence[Term]) -> None:
        """Score every text by the terms that bring texts up, the rarer ones."""
        self._index = index
        bringing, self._common = index.bringing(terms)
        self._brought = index.score(bringing)

    def best(self, limit: int, allowed: NDArray[np.bool_] | None) -> NDArray[np.int64]:
        """Rows of up to `limit` texts that score highest among the allowed, in no order.

        Among many texts those that hold only common words are found only where there is nothing
        else to find.
        """
        # Of truth values the ones that hold are found ten times as fast as of numbers.
        holding = self._brought > 0
        rows: NDArray[np.integer[Any]]
        rows = np.flatnonzero(holding if allowed is None else holding & allowed)
        if self._common:
            rows = _largest(self._brought[rows], rows, _LOOKED_AT_PER_WANTED * limit)
        return _largest(self.at(rows), rows, limit).astype(np.int64)

    def at(self, rows: NDArray[np.integer[Any]]) -> NDArray[np.float32]:
        """Scores of some texts by all terms: (len(rows),) float32."""
        scores: NDArray[np.float32] = self._brought[rows]
        return scores + self._index.score_at(self._common, rows) if self._common else scores


def _largest(
    scores: NDArray[np.float32], rows: NDArray[np.integer[Any]], limit: int
) -> NDArray[np.integer[Any]]:
    """The rows of the `limit` largest scores, in no order."""
    return rows[np.argpartition(-scores, limit)[:limit]] if len(rows) > limit else rows


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False), encoding="utf-8")


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
