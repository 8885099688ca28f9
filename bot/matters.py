"""Matters that a person should see whatever the bot could answer: safety, fraud, law, loss.

The rules stand in `bot/matters.toml`; owners edit a copy. A matter is known by its words, in any
language, and in English by what a message means: how like it is to the owner's examples, weighed
by regularised least squares over a Gaussian kernel (Rifkin, Yeo and Poggio 2003).
"""

import hashlib
import os
import re
import tomllib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Final
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.errors import RulesInvalid
from bot.language import FALLBACK, LANGUAGES
from bot.wishes import is_english
from knowledge.embedding import Embedder

EVERYDAY: Final = "everyday"
"""The table of examples that are no matter."""
_WIDTH: Final = 1.0  # of the kernel, for vectors of unit length; both by trying on our own examples
_RIDGE: Final = 0.1
_VOWEL_MARKS: Final = re.compile(r"[\u064b-\u0652]")  # Arabic is written with or without them
_MEANINGLESS: Final = "hash"  # the test embedder's vectors say nothing of meaning
_MAX_CHARS = 4000  # the matter is named early or late; a megabyte need not be read


class Action(StrEnum):
    """What a matter does to the turn."""

    HAND_OVER = "hand_over"
    OFFER = "offer"
    NONE = "none"


class Matter(BaseModel):
    """One rule. `priority` orders the queue (-1..2, 0 as usual, higher first).

    `always` holds also for a message that gives the bot instructions or asks for what no article holds.
    `with_answer` shows, with a handoff, also what the articles surely answer.
    `say` is what the customer reads, in English; `say_in` the same by other languages of the bot.
    `like` holds examples; a message counts that is at least `likeness` (0..1) like them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    action: Action
    priority: Annotated[int, Field(ge=-1, le=2)] = 0
    always: bool = False
    with_answer: bool = False
    say: str | None = None
    say_in: dict[str, str] = {}
    words: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    like: tuple[str, ...] = ()
    likeness: Annotated[float, Field(gt=0.0, le=1.0)] = 0.45

    @field_validator("words", "unless")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        return patterns

    @field_validator("say_in")
    @classmethod
    def _spoken(cls, says: dict[str, str]) -> dict[str, str]:
        for language in says:
            if language not in LANGUAGES:
                raise ValueError(f"{language!r} is none of {', '.join(LANGUAGES)}")
        return says

    def says(self, language: str) -> str | None:
        """Give the owner's words in one of `LANGUAGES`; None where there are none."""
        return self.say_in.get(language, self.say if language == FALLBACK else None)

    def concerns(self, text: str) -> bool:
        """Say whether a message (lower case) is about this matter, its exceptions left out.

        "I am injured. Does the insurance pay if I had an accident?" is about more than the exception.
        """
        for exception in self.unless:
            text = _compiled(exception).sub(" ", text)
        return any(_compiled(word).search(text) for word in self.words)

    def spares(self, text: str) -> bool:
        """Say whether a message (lower case) is an exception of this matter."""
        return any(_compiled(word).search(text) for word in self.unless)


def load_matters(path: Path | None = None) -> tuple[Matter, ...]:
    """Return the rules in `path`, or the defaults for None, the most urgent first.

    The default everyday examples always count. Raises RulesInvalid, naming the matter, when the file cannot be read or a rule is wrong.
    """
    name = str(path) if path else "bot/matters.toml"
    source = resources.files("bot").joinpath("matters.toml").read_text(encoding="utf-8")
    try:
        tables = tomllib.loads(source)
        if path is not None:
            everyday = tables[EVERYDAY]
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
            own = tables.get(EVERYDAY, {}).get("like", [])
            tables[EVERYDAY] = {**everyday, "like": [*everyday["like"], *own]}
        matters = [Matter.model_validate({"name": key, **table}) for key, table in tables.items()]
    except (OSError, tomllib.TOMLDecodeError, TypeError, AttributeError) as error:
        raise RulesInvalid(f"{name} cannot be read: {error}. Mend the file.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RulesInvalid(f"{name}: {place}: {first['msg']}") from error
    return tuple(sorted(matters, key=lambda matter: -matter.priority))


@dataclass(frozen=True)
class Likeness:
    """How like each matter a message is; learned from the examples by one embedder.

    `examples` is (n, dim) float64, rows unit length; `shares` (n, matters) float64.
    """

    matters: tuple[Matter, ...]
    model_id: str
    examples: NDArray[np.float64]
    shares: NDArray[np.float64]

    def closest(self, text: str, vector: NDArray[np.float32]) -> Matter | None:
        """Return the matter that `vector` ((dim,), unit length) of an English message is about."""
        kernel = _kernel(vector[np.newaxis, :].astype(np.float64), self.examples)
        likeness = (kernel @ self.shares)[0]
        best = int(np.argmax(likeness))
        matter = self.matters[best]
        sure = likeness[best] >= matter.likeness and not matter.spares(_folded(text))
        return matter if sure and is_english(text) else None


def learn_likeness(
    matters: Sequence[Matter], embedder: Embedder, kept: Path | None = None
) -> Likeness | None:
    """Learn what each matter's examples have in common; None when there is nothing to learn from.

    Embedding the examples takes seconds: their vectors are kept in the file `kept`, and read from it
    as long as the examples and the model stay the same. A file that cannot be used is written anew.
    """
    told = tuple(matter for matter in matters if matter.like and matter.name != EVERYDAY)
    if not told or embedder.model_id.startswith(_MEANINGLESS):
        return None
    texts = [text for matter in matters for text in matter.like]
    owners = [matter.name for matter in matters for _ in matter.like]
    examples = _embedded(texts, embedder, kept).astype(np.float64)
    kernel = _kernel(examples, examples) + _RIDGE * np.eye(len(texts))
    targets = np.array([[float(owner == matter.name) for matter in told] for owner in owners])
    return Likeness(told, embedder.model_id, examples, np.linalg.solve(kernel, targets))


def _embedded(texts: Sequence[str], embedder: Embedder, kept: Path | None) -> NDArray[np.float32]:
    """Return (n, dim) float32, rows unit length."""
    told = "\0".join([embedder.model_id, *texts])
    key = hashlib.sha256(told.encode()).hexdigest()
    if kept is not None:
        with suppress(OSError, ValueError, KeyError, BadZipFile), kept.open("rb") as file:
            stored = np.load(file)
            if str(stored["key"]) == key:
                return np.asarray(stored["vectors"], dtype=np.float32)
    vectors = np.stack([encoded.pooled for encoded in embedder.encode(texts)]).astype(np.float32)
    if kept is not None and kept.parent.is_dir():
        with suppress(OSError):  # a folder that cannot be written costs time, nothing else
            aside = kept.with_suffix(f".{os.getpid()}.npz")
            np.savez(aside, key=np.array(key), vectors=vectors)
            aside.replace(kept)
    return vectors


def matter_of(
    text: str,
    matters: tuple[Matter, ...],
    likeness: Likeness | None = None,
    vector: NDArray[np.float32] | None = None,
) -> Matter | None:
    """Return the most urgent matter that a message is about, or None.

    By its words; where these say nothing, by `likeness` to the examples, given its `vector`.
    """
    said = _folded(text)
    named = next((matter for matter in matters if matter.concerns(said)), None)
    if named is not None or likeness is None or vector is None:
        return named
    return likeness.closest(text[:_MAX_CHARS], vector)


def _folded(text: str) -> str:
    return _VOWEL_MARKS.sub("", text[:_MAX_CHARS].lower().replace("’", "'"))


def _kernel(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (rows, columns) closeness 0..1; for unit vectors, distance² is 2 − 2 cosine."""
    return np.asarray(np.exp(-_WIDTH * (2.0 - 2.0 * (rows @ columns.T))))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
