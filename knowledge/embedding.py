"""Texts to vectors: the embedder's promise. The model behind it lives in `knowledge/minilm.py`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Encoded:
    """What one forward pass over one text gives.

    `pooled` is (dim,) float32, unit length. `tokens` is (t, dim) float32, rows unit length, special
    tokens left out. `spans` is (t, 2) int32: each token's code points in the text, end exclusive.
    """

    pooled: NDArray[np.float32]
    tokens: NDArray[np.float32]
    spans: NDArray[np.int32]


class Embedder(Protocol):
    """Embeds texts. Implementations are safe to call from one thread at a time."""

    @property
    def model_id(self) -> str:
        """Names model and revision; vectors of different ids never mix in one snapshot."""
        ...

    @property
    def dimensions(self) -> int:
        """The length of every vector."""
        ...

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Encode texts in their order; text beyond the model's window is cut."""
        ...

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Count tokens without special tokens and without cutting.

        May run while another thread encodes: an ingest cuts the next articles meanwhile.
        """
        ...
