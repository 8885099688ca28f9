"""An embedder without a model: words hashed to fixed directions. For quick tests and trials."""

import hashlib
import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knowledge.embedding import Encoded

_WORD = re.compile(r"[^\W_]+")
# Words this short carry little of a question's subject; they weigh less in the pooled vector.
_SHORT_WORD_CHARS = 3
_SHORT_WORD_WEIGHT = 0.3
_MAX_TOKENS = 256


class HashEmbedder:
    """Embeds by words alone: the same text gives the same vectors on every machine.

    Texts that share words are near each other; synonyms are not. Deterministic, without torch,
    safe for concurrent use (its only state is a cache whose entries never change).
    """

    def __init__(self, dimensions: int = 128) -> None:
        """Use vectors of `dimensions` numbers."""
        self._dimensions = dimensions
        self._directions: dict[str, NDArray[np.float32]] = {}

    @property
    def model_id(self) -> str:
        """Names the method and its dimensions."""
        return f"hash-{self._dimensions}"

    @property
    def dimensions(self) -> int:
        """The length of every vector."""
        return self._dimensions

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode texts in their order; words beyond the 256th are cut."""
        return [self._encode(text) for text in texts]

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count words, without cutting."""
        return [sum(1 for _ in _WORD.finditer(text)) for text in texts]

    def _encode(self, text: str) -> Encoded:
        matches = list(_WORD.finditer(text))[:_MAX_TOKENS]
        words = [match.group().lower() for match in matches]
        spans = np.array([match.span() for match in matches], dtype=np.int32).reshape(-1, 2)
        tokens = np.zeros((len(words), self._dimensions), dtype=np.float32)
        for row, word in enumerate(words):
            tokens[row] = self._direction(word)
        weights = np.array(
            [_SHORT_WORD_WEIGHT if len(w) <= _SHORT_WORD_CHARS else 1.0 for w in words],
            dtype=np.float32,
        )
        pooled = weights @ tokens if words else self._direction("")
        norm = float(np.linalg.norm(pooled))
        if norm == 0.0:
            pooled, norm = self._direction(""), 1.0
        return Encoded((pooled / norm).astype(np.float32), tokens, spans)

    def _direction(self, word: str) -> NDArray[np.float32]:
        known = self._directions.get(word)
        if known is not None:
            return known
        # A plural and its singular share a direction: the least stemming that helps a test.
        stem = word[:-1] if len(word) > _SHORT_WORD_CHARS and word.endswith("s") else word
        seed = int.from_bytes(hashlib.blake2b(stem.encode(), digest_size=8).digest(), "big")
        direction = np.random.default_rng(seed).standard_normal(self._dimensions)
        unit = (direction / np.linalg.norm(direction)).astype(np.float32)
        self._directions[word] = unit
        return unit
