"""Which words each text is made of: kept beside an index, so that the next publish splits only new texts.

Splitting is most of what an index costs. A text is known again by its own hash, whatever article or
snapshot it stands in.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge import words

_KEY_BYTES = 16
_KEYS, _ROWS, _STARTS = "text_keys.npy", "text_words.npy", "text_starts.npy"
SURFACES = "surfaces.json"  # an object whose keys are all surface words, by number


@dataclass(frozen=True)
class WordRows:
    """Texts as numbers of their surface words, these numbered as they first occur.

    `numbers` holds all texts' words one after another, int32; text n has
    `numbers[starts[n] : starts[n + 1]]`.
    """

    surfaces: tuple[str, ...]
    numbers: NDArray[np.int32]
    starts: NDArray[np.int64]
    keys: NDArray[np.uint8]  # (texts, 16)

    def save(self, folder: Path) -> None:
        """Write what `load` reads, but for the surface words, which the index itself keeps."""
        np.save(folder / _KEYS, self.keys)
        np.save(folder / _ROWS, self.numbers)
        np.save(folder / _STARTS, self.starts)


def load(folder: Path) -> WordRows | None:
    """Read what an index was made of; None where that was not kept."""
    if not (folder / _KEYS).is_file():
        return None
    surfaces: dict[str, int] = json.loads((folder / SURFACES).read_text(encoding="utf-8"))
    return WordRows(
        tuple(surfaces),
        np.asarray(np.load(folder / _ROWS, mmap_mode="r")),
        np.load(folder / _STARTS),
        np.load(folder / _KEYS),
    )


def split_all(texts: Sequence[str], former: WordRows | None = None) -> WordRows:
    """Split every text into its surface words; those that `former` holds are taken from there."""
    keys = [hashlib.blake2b(text.encode(), digest_size=_KEY_BYTES).digest() for text in texts]
    known = {} if former is None else {key.tobytes(): n for n, key in enumerate(former.keys)}
    ids = {} if former is None else {word: n for n, word in enumerate(former.surfaces)}
    rows: list[NDArray[np.int32]] = []
    for key, text in zip(keys, texts, strict=True):
        at = known.get(key)
        if at is not None and former is not None:
            rows.append(former.numbers[former.starts[at] : former.starts[at + 1]])
        else:
            row = [ids.setdefault(word, len(ids)) for word in words.split(text)]
            rows.append(np.array(row, dtype=np.int32))
    flat = np.concatenate([np.empty(0, dtype=np.int32), *rows])
    order = in_order(flat, len(ids))
    renumbered = np.zeros(len(ids), dtype=np.int32)
    renumbered[order] = np.arange(len(order), dtype=np.int32)
    names = list(ids)
    return WordRows(
        surfaces=tuple(names[n] for n in order.tolist()),
        numbers=renumbered[flat],
        starts=np.cumsum([0, *map(len, rows)], dtype=np.int64),
        keys=np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, _KEY_BYTES),
    )


def in_order(numbers: NDArray[np.integer[Any]], bound: int) -> NDArray[np.int64]:
    """The distinct numbers, each from 0 to below `bound`, as they first occur."""
    first = np.full(bound, len(numbers), dtype=np.int64)
    # From the back, so that the first of equal numbers is assigned last, and stays.
    first[numbers[::-1]] = np.arange(len(numbers), dtype=np.int64)[::-1]
    occurring = np.flatnonzero(first < len(numbers))
    return occurring[np.argsort(first[occurring])]
