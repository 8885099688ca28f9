"""Which words each text is made of: kept beside an index, so that the next publish splits only new texts.

Splitting is most of what an index costs.
"""

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge import words
from knowledge.rows import Rows, Starts, numbered_anew, starts_of

_ROWS, _STARTS = "text_words.npy", "text_starts.npy"
SURFACES = "surfaces.json"  # an object whose keys are all surface words, by number


@dataclass(frozen=True)
class WordRows:
    """Texts as numbers of their surface words, these numbered as they first occur.

    `numbers` holds all texts' words one after another, int32; text n has
    `numbers[starts[n] : starts[n + 1]]`.
    """

    surfaces: tuple[str, ...]
    numbers: NDArray[np.int32]
    starts: Starts

    def save(self, folder: Path) -> None:
        """Write what `load` reads, but for the surface words, which the index itself keeps."""
        np.save(folder / _ROWS, self.numbers)
        np.save(folder / _STARTS, self.starts)


def load(folder: Path) -> WordRows:
    """Read what the index in a folder was made of."""
    surfaces: dict[str, int] = json.loads((folder / SURFACES).read_text(encoding="utf-8"))
    return WordRows(
        tuple(surfaces),
        np.asarray(np.load(folder / _ROWS, mmap_mode="r")),
        np.load(folder / _STARTS),
    )


def split_all(texts: Sequence[str]) -> WordRows:
    """Split every text into its surface words."""
    ids: dict[str, int] = {}
    numbers, counts = array("i"), []
    for text in texts:
        before = len(numbers)
        numbers.extend(ids.setdefault(word, len(ids)) for word in words.split(text))
        counts.append(len(numbers) - before)
    return WordRows(tuple(ids), np.array(numbers, dtype=np.int32), starts_of(counts))


def joined(rows: Rows, former: WordRows | None, new: WordRows) -> WordRows:
    """Texts of which some were split before."""
    if former is None:
        return new
    ids = {word: n for n, word in enumerate(former.surfaces)}
    fresh = np.array([ids.setdefault(word, len(ids)) for word in new.surfaces], dtype=np.int32)
    said = rows.within(former.starts, new.starts).array(former.numbers, fresh[new.numbers])
    order, numbers = numbered_anew(said, len(ids))
    names = list(ids)
    return WordRows(
        tuple(names[n] for n in order.tolist()), numbers, rows.starts(former.starts, new.starts)
    )
