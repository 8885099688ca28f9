"""Matters that a person should see whatever the bot could answer: safety, fraud, law, loss.

The rules stand in `bot/matters.toml`; owners edit a copy.
"""

import re
import tomllib
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.errors import RulesInvalid

_MAX_CHARS = 4000  # the matter is named early or late; a megabyte need not be read


class Action(StrEnum):
    """What a matter does to the turn."""

    HAND_OVER = "hand_over"
    OFFER = "offer"
    NONE = "none"


class Matter(BaseModel):
    """One rule. `priority` orders the queue (-1..2, 0 as usual, higher first)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str
    action: Action
    priority: Annotated[int, Field(ge=-1, le=2)] = 0
    say: str | None = None
    words: tuple[str, ...]
    unless: tuple[str, ...] = ()

    @field_validator("words", "unless")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        return patterns

    def concerns(self, text: str) -> bool:
        """Say whether a message (lower case) is about this matter."""
        if not any(_compiled(word).search(text) for word in self.words):
            return False
        return not any(_compiled(word).search(text) for word in self.unless)


def load_matters(path: Path | None = None) -> tuple[Matter, ...]:
    """Return the rules in `path`, or the defaults for None, the most urgent first.

    Raises RulesInvalid, naming the matter, when the file cannot be read or a rule is wrong.
    """
    name = str(path) if path else "bot/matters.toml"
    try:
        source = path or resources.files("bot").joinpath("matters.toml")
        tables = tomllib.loads(source.read_text(encoding="utf-8"))
        matters = [Matter.model_validate({"name": key, **table}) for key, table in tables.items()]
    except (OSError, tomllib.TOMLDecodeError, TypeError) as error:
        raise RulesInvalid(f"{name} cannot be read: {error}. Mend the file.") from error
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RulesInvalid(f"{name}: {place}: {first['msg']}") from error
    return tuple(sorted(matters, key=lambda matter: -matter.priority))


def matter_of(text: str, matters: tuple[Matter, ...]) -> Matter | None:
    """Return the most urgent matter that a message is about, or None."""
    said = text[:_MAX_CHARS].lower().replace("’", "'")
    return next((matter for matter in matters if matter.concerns(said)), None)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
