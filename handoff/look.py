"""How a site's widget looks and what it says first, as its owner wants it, without any I/O."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import TypeAdapter

from handoff.errors import BadValue
from handoff.hours import BusinessHours, holiday_countries

MAX_NAME_CHARS = 60
MAX_GREETING_CHARS = 400
MAX_SUGGESTIONS = 6
MAX_SUGGESTION_CHARS = 120
MAX_HOURS_CHARS = 60
MAX_OPENINGS = 4
"""A day: more pieces than this nobody can read in a header."""
COLOUR = re.compile(r"#[0-9a-f]{6}")
LANGUAGE = re.compile(r"[a-z]{2,3}")
"""A language as the widget's catalogues are named (ISO 639)."""


class Position(StrEnum):
    """The bottom corner of the launcher; start and end follow the page's reading direction."""

    END = "end"
    START = "start"
    LEFT = "left"
    RIGHT = "right"


class Ask(StrEnum):
    """Whether the form before the first message asks for something."""

    OFF = "off"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True)
class PreChat:
    """The form before the first message; with everything off there is none."""

    name: Ask = Ask.OFF
    email: Ask = Ask.OFF

    @property
    def is_on(self) -> bool:
        """Whether anything is asked."""
        return any(ask is not Ask.OFF for ask in (self.name, self.email))


@dataclass(frozen=True)
class FirstWords:
    """What a language's customers read first instead of the common words."""

    greeting: str = ""
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Look:
    """The owner's choices for one site. What is empty or None follows the server's settings.

    `accent` is "#rrggbb" in small letters. `greeting` and `suggestions` are for every language
    but those in `words`. `languages` are those that the widget may speak, the first one where
    none fits; empty for all that it has. `hours` are when people are there, for this site;
    `hours_text` says so in the owner's own words.
    """

    name: str = ""
    accent: str = ""
    greeting: str = ""
    suggestions: tuple[str, ...] = ()
    position: Position = Position.END
    languages: tuple[str, ...] = ()
    words: Mapping[str, FirstWords] = field(default_factory=dict)
    prechat: PreChat = PreChat()
    hours: BusinessHours | None = None
    hours_text: str = ""


def tidy(look: Look) -> Look:
    """The look without stray blanks, empty lines and doubles. Raises `BadValue`."""
    kept = replace(
        look,
        name=look.name.strip(),
        accent=look.accent.strip().lower(),
        greeting=look.greeting.strip(),
        suggestions=_lines(look.suggestions),
        languages=tuple(dict.fromkeys(look.languages)),
        words={
            language: FirstWords(said.greeting.strip(), _lines(said.suggestions))
            for language, said in look.words.items()
            if said.greeting.strip() or _lines(said.suggestions)
        },
        hours_text=look.hours_text.strip(),
    )
    _check(kept)
    return kept


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))


def _check(look: Look) -> None:
    if len(look.name) > MAX_NAME_CHARS:
        raise BadValue(f"The name has more than {MAX_NAME_CHARS} characters.")
    if look.accent and not COLOUR.fullmatch(look.accent):
        raise BadValue(f"{look.accent!r} is not a colour such as #0d6b6e.")
    if len(look.hours_text) > MAX_HOURS_CHARS:
        raise BadValue(f"The words for the hours have more than {MAX_HOURS_CHARS} characters.")
    for language in (*look.languages, *look.words):
        if not LANGUAGE.fullmatch(language):
            raise BadValue(f"{language!r} is not a language such as de.")
    for said in (FirstWords(look.greeting, look.suggestions), *look.words.values()):
        _check_words(said)
    if look.hours is not None:
        _check_hours(look.hours)


def _check_words(said: FirstWords) -> None:
    if len(said.greeting) > MAX_GREETING_CHARS:
        raise BadValue(f"A greeting has more than {MAX_GREETING_CHARS} characters.")
    if len(said.suggestions) > MAX_SUGGESTIONS or any(
        len(text) > MAX_SUGGESTION_CHARS for text in said.suggestions
    ):
        raise BadValue(
            f"At most {MAX_SUGGESTIONS} questions of at most {MAX_SUGGESTION_CHARS} characters "
            "are suggested."
        )


def _check_hours(hours: BusinessHours) -> None:
    try:
        known = hours.zone in available_timezones() and bool(ZoneInfo(hours.zone))
    except (ZoneInfoNotFoundError, ValueError):
        known = False
    if not known:
        raise BadValue(f"{hours.zone!r} is not a time zone such as Europe/Berlin.")
    countries = holiday_countries()
    if hours.country is not None and hours.country not in countries:
        raise BadValue(f"{hours.country!r} is not a country whose holidays are known.")
    if hours.region is not None and hours.region not in countries.get(hours.country or "", ()):
        raise BadValue(f"{hours.region!r} is not a region of {hours.country}.")
    for day, openings in hours.week.items():
        if not 1 <= day <= 7 or len(openings) > MAX_OPENINGS:
            raise BadValue(f"A week has days 1..7 with at most {MAX_OPENINGS} openings each.")
        for before, after in pairwise(openings):
            if after.start < before.end:
                raise BadValue("The openings of a day follow one another.")
        if any(opening.end <= opening.start for opening in openings):
            raise BadValue("An opening ends after it starts, within the same day.")


_ADAPTER: TypeAdapter[Look] = TypeAdapter(Look)


def to_json(look: Look) -> dict[str, Any]:
    """The look as plain JSON values."""
    dumped: dict[str, Any] = _ADAPTER.dump_python(look, mode="json")
    return dumped


def from_json(stored: Any) -> Look:
    """The look that `to_json` made."""
    return _ADAPTER.validate_python(stored)
