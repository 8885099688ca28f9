"""The language that a message's letters look like, where too few of its words are known.

Runs of one to four letters, weighed as a naive Bayes classifier weighs words (Cavnar and Trenkle
1994 for the runs, Manning, Raghavan and Schütze 2008, ch. 13, for the weighing). The weights stand
in `bot/letters.json`, fitted by `evals/fit_letters.py`.
"""

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+")
_LONGEST_RUN: Final = 4
_MIN_CHARS: Final = 8  # a word or two may look like anything
_MAX_CHARS: Final = 200  # what is longer tells its language by its words
# Runs of a word overlap and agree more than independent signs would; both found by trying.
_AGREEMENT: Final = 1.5
_SURE: Final = 0.999
_USUAL: Final = "en"
_PRIOR: Final = 3.0  # log odds: twenty messages to one


@dataclass(frozen=True)
class Letters:
    """Log probabilities: `floors` by language for a run it never showed, `gains` above it by run."""

    floors: Mapping[str, float]
    gains: Mapping[str, Mapping[str, float]]

    def look_like(self, text: str) -> str | None:
        """Return the language that `text` surely looks like, English included; None where in doubt.

        None for names too: every word begins with a capital.
        """
        if not _MIN_CHARS <= len(text) <= _MAX_CHARS or _are_names(text):
            return None
        told = dict.fromkeys(runs(text))  # each once: "human human" says no more than "human"
        seen = [gains for run in told if (gains := self.gains.get(run)) is not None]
        likely = {
            language: sum(floor + gains.get(language, 0.0) for gains in seen) / _AGREEMENT
            for language, floor in self.floors.items()
        }
        likely[_USUAL] = likely.get(_USUAL, 0.0) + _PRIOR
        best = max(likely, key=likely.__getitem__)
        others = sum(math.exp(value - likely[best]) for value in likely.values())
        return best if seen and 1.0 / others >= _SURE else None


def runs(text: str) -> Iterator[str]:
    """Yield the runs of each word: its marked letters, and all of two to four, `^` and `$` its ends."""
    for word in _WORD.findall(text.lower()):
        if len(word) < 2:
            continue
        yield from (letter for letter in word if letter > "z")
        ended = f"^{word}$"
        for length in range(2, _LONGEST_RUN + 1):
            yield from (ended[at : at + length] for at in range(len(ended) - length + 1))


def _are_names(text: str) -> bool:
    return not any(word[0].islower() for word in _WORD.findall(text))


@cache
def load_letters() -> Letters:
    """Return the weights that ship."""
    data = json.loads(resources.files("bot").joinpath("letters.json").read_text(encoding="utf-8"))
    return Letters(data["floors"], data["gains"])
