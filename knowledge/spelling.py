"""The known words nearest to a misspelt one."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import OSA

# A misspelt word may differ by one edit from this length on, by two from the second length on.
_ONE_EDIT_CHARS, _TWO_EDITS_CHARS = 4, 8
_MAX_NEAREST = 3


class Spelling:
    """Words to compare a misspelt one with. Immutable; safe for concurrent reads.

    Few are compared letter by letter: an edit changes a word's length by one at most, and adds at
    most one letter to those it is made of and takes at most one away. Of 50,000 words that leaves
    some hundreds (under a millisecond instead of about ten).
    """

    def __init__(self, known: Iterable[str]) -> None:
        """Compare with the known words, codes left out."""
        self._words = [w for w in known if w.isalpha() and len(w) >= _ONE_EDIT_CHARS - 1]
        self._lengths = np.array([len(word) for word in self._words], dtype=np.int64)
        codes = _codes("".join(self._words))
        starts = np.cumsum(self._lengths) - self._lengths
        self._first = codes[starts]
        # Of no words at all there is nothing to reduce.
        self._letters = np.bitwise_or.reduceat(_bits(codes), starts) if len(codes) else _bits(codes)

    def nearest(self, word: str) -> list[str]:
        """Up to three known words, equally near, at most one or two edits off.

        With one edit the first letter stands. Codes are never corrected: "E-104" is not "E-105".
        """
        if len(word) < _ONE_EDIT_CHARS or not word.isalpha():
            return []
        edits = 1 if len(word) < _TWO_EDITS_CHARS else 2
        codes = _codes(word)
        own = np.bitwise_or.reduce(_bits(codes))
        maybe = (np.bitwise_count(self._letters ^ own) <= 2 * edits) & (
            abs(self._lengths - len(word)) <= edits
        )
        if edits == 1:
            maybe &= self._first == codes[0]
        near = process.extract(
            word,
            [self._words[n] for n in np.flatnonzero(maybe)],
            scorer=OSA.distance,
            score_cutoff=edits,
            limit=_MAX_NEAREST,
        )
        return [found for found, distance, _ in near if distance == near[0][1]]


def _codes(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le"), dtype=np.uint32)


def _bits(codes: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """One bit for each letter; letters that share one only let more words be compared."""
    bits: NDArray[np.uint64] = np.left_shift(np.uint64(1), codes.astype(np.uint64) & np.uint64(63))
    return bits
