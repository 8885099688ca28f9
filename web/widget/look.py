"""What the page inside the iframe is told of the owner's choices."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from handoff.hours import BusinessHours, is_open, next_opening, openings_on
from handoff.look import FirstWords, Look, PreChat
from handoff.sites import Site
from web.settings import Settings


@dataclass(frozen=True)
class WidgetLook:
    """A site's look with the server's settings where the owner chose nothing.

    `greeting` is empty where the widget shall greet by itself, in the customer's language; so are
    `languages` where it may speak all that it has. `hours` is what follows "people" in the header:
    the owner's words, or today's openings ("9–12, 13–17"), or empty. `is_open` is None and
    `back_at` (UTC) too where no hours are set; `back_at` is also None while open.
    """

    key: str
    name: str
    accent: str
    greeting: str
    suggestions: tuple[str, ...]
    words: Mapping[str, FirstWords]
    position: str
    languages: tuple[str, ...]
    prechat: PreChat
    hours: str
    is_open: bool | None
    back_at: datetime | None

    def words_as_json(self) -> str:
        """What languages have of their own: `{"de": {"greeting": …, "suggestions": […]}}`."""
        return json.dumps({language: asdict(said) for language, said in self.words.items()})


def look_of(site: Site, settings: Settings, now: datetime) -> WidgetLook:
    """What the widget of this site shows; `now` is any time with its zone."""
    return look_with(site.look, site.key, settings, now)


def look_with(look: Look, key: str, settings: Settings, now: datetime) -> WidgetLook:
    """The same for a look that is not kept (yet)."""
    hours = look.hours
    open_now = is_open(hours, now) if hours else None
    return WidgetLook(
        key=key,
        name=look.name or settings.company_name,
        accent=look.accent or settings.accent,
        greeting=look.greeting or settings.greeting,
        suggestions=look.suggestions or suggestions_of(settings),
        words=look.words,
        position=look.position.value,
        languages=look.languages,
        prechat=look.prechat,
        hours=look.hours_text or (today(hours, now) if hours else "") or settings.hours_text,
        is_open=open_now,
        back_at=next_opening(hours, now) if hours and not open_now else None,
    )


def suggestions_of(settings: Settings) -> tuple[str, ...]:
    """The suggested questions of the settings."""
    return tuple(text.strip() for text in settings.suggestions.split("|") if text.strip())


def today(hours: BusinessHours, now: datetime) -> str:
    """Today's openings at the site ("9–12, 13–17:30"); empty on a day off."""
    day = now.astimezone(ZoneInfo(hours.zone)).date()
    return ", ".join(
        f"{_clock(opening.start)}–{_clock(opening.end)}" for opening in openings_on(hours, day)
    )


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}" if at.minute else str(at.hour)
