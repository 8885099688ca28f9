"""The bot's own words: the feeling before the fact, the name when it is known, nothing forbidden."""

import re
from collections.abc import Mapping
from typing import Final

from bot.language import FALLBACK, words_of

FORBIDDEN: Final = ("just a bot", "you should have", "as i said", "calm down", "unfortunately")
"""Phrases that never stand in the bot's own words, in lower case (LOOK.md, Words)."""

_WORRY: Final = re.compile(
    r"\b(?:stolen|stole|theft|thief|fraud\w*|scam\w*|hacked|hijacked|phish\w*|unauthori[sz]ed|"
    r"burn(?:t|ed|ing)?|smoke|smoking|fire|sparks?|electric shock|injur\w*|bleeding|emergency|"
    r"gestohlen|betrug|gehackt|brennt|volée?|arnaque|piraté\w*|robad[oa]|estafa|hackead[oa]|"
    r"rubat[oa]|truffa|roubad[oa]|gestolen|gehackt|skradzion\w*)\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(r"[^\W\d_][\w'’.-]{0,30}")
_MAX_CHARS: Final = 2000


def say(occasion: str, language: str, profile: Mapping[str, str]) -> str:
    """Return the text for an occasion in a language, with the customer's name where there is one.

    Raises KeyError for an occasion no language file has.
    """
    says = words_of(language).says
    if occasion not in says and f"{occasion}_name" not in says:
        says = words_of(FALLBACK).says
    name = first_name(profile)
    named = says.get(f"{occasion}_name")
    return named.format(name=name) if name and named else says[occasion]


def first_name(profile: Mapping[str, str]) -> str | None:
    """Return the first word of the profile's name when it looks like a name, else None."""
    found = _NAME.match((profile.get("first_name") or profile.get("name") or "").strip())
    return found.group() if found else None


def worries(text: str) -> bool:
    """Tell whether the matter itself is alarming (a theft, a fire): it wants speed and warmth."""
    return bool(_WORRY.search(text[:_MAX_CHARS]))


def forbidden_in(text: str) -> list[str]:
    """List the forbidden phrases that stand in `text`."""
    return [phrase for phrase in FORBIDDEN if phrase in text.lower()]
