"""What a customer tells before asking: "I bought the Flex last week", "we are on the Grow plan".

Such a message is neither a question nor a problem. It is heard out, and what it says serves the
questions after it. Told by wording alone, narrowly: a miss is searched as any message is.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from bot.details import KIND_WORDS
from bot.dialogue import Dialogue, Speaker
from bot.language import FALLBACK
from bot.manners import beside_manners
from bot.smalltalk import recognise

_MAX_CHARS: Final = 200  # who tells more has come to something
_ASKS: Final = re.compile(r"[?？؟]")
# Where a sentence ends, or goes on with what happened: "… and the light blinks", "…, it came warm".
_SENTENCES: Final = re.compile(
    r"[.!;\n]+(?:\s+|$)|[。！]+|,\s*|\s(?:and|und|et|y|e|en|(?-i:i))\s(?=\S)", re.IGNORECASE
)
# A name has a capital inside a sentence; in German every noun has one, and some scripts have none.
_NAME: Final = r"(?-i:(?<=\s)[A-ZÀ-ÖØ-Þ][\w-]*)"
_NAMELESS: Final = frozenset({"de", "ja", "ar"})


@dataclass(frozen=True)
class _Telling:
    tells: re.Pattern[str]
    places: re.Pattern[str]
    trouble: re.Pattern[str]


def tells_context(text: str) -> bool:
    """Tell whether a message says what the customer has or is, and asks and complains of nothing."""
    return len(text) <= _MAX_CHARS and not _ASKS.search(text) and _tells(text)


@lru_cache(maxsize=1024)  # each turn of a conversation is read again with every message
def _tells(text: str) -> bool:
    said = beside_manners(text.replace("’", "'").strip())
    sentences = [part.strip(" ,") for part in _SENTENCES.split(said) if part.strip(" ,")]
    return bool(sentences) and any(
        all(one.tells.match(part) and not one.trouble.search(part) for part in sentences)
        for one in _tellings()
    )


def only_told(dialogue: Dialogue) -> bool:
    """Tell whether the customer has done nothing yet but tell context, and small talk.

    A place is no context by itself: whether we deliver there may be what they want to know.
    """
    said = [turn.text for turn in dialogue.turns if turn.speaker is Speaker.CUSTOMER]
    if any(one.places.match(beside_manners(said[-1])) for one in _tellings()):
        return False
    return all(tells_context(text) or recognise(text, FALLBACK) for text in said)


@cache
def _tellings() -> tuple[_Telling, ...]:
    source = resources.files("bot").joinpath("context.toml").read_text(encoding="utf-8")
    return tuple(_telling(language, found) for language, found in tomllib.loads(source).items())


def _telling(language: str, found: dict[str, Any]) -> _Telling:
    kinds = "|".join(sorted(frozenset().union(*KIND_WORDS)))
    name = _NAME if language not in _NAMELESS else r"(?!)"
    thing = rf"(?:{found['thing']}|{kinds})"

    def pattern(told: list[str]) -> re.Pattern[str]:
        filled = "|".join(told).replace("{thing}", thing).replace("{name}", name)
        return re.compile(filled or r"(?!)", re.IGNORECASE)

    places = found.get("places", [])
    trouble = re.compile(found["trouble"], re.IGNORECASE)
    return _Telling(pattern([*found["tells"], *places]), pattern(places), trouble)
