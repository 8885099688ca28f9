"""Business hours: when people are there, and when they are back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays

LOOK_AHEAD_DAYS = 60
"""Beyond this a promise of the next opening helps nobody; then none is made."""


@dataclass(frozen=True)
class Opening:
    """From when to when, local time; `end` is after `start` within the same day."""

    start: time
    end: time


@dataclass(frozen=True)
class BusinessHours:
    """A week of openings in one time zone, less holidays.

    `week` maps ISO weekdays (1 Monday .. 7 Sunday) to openings; a day left out is closed. `zone`
    is an IANA name ("Europe/Berlin"). `country` and `region` are codes of the holidays library
    ("DE", "BY"); None keeps none. `closed` are further days off.
    """

    zone: str
    week: Mapping[int, tuple[Opening, ...]]
    country: str | None = None
    region: str | None = None
    closed: frozenset[date] = field(default_factory=frozenset)


def check_holidays(hours: BusinessHours) -> None:
    """Raise ValueError, naming the code, when the holidays library knows no such country."""
    if hours.country is None:
        if hours.region is not None:
            raise ValueError(f"the region {hours.region} needs a country")
        return
    try:
        holidays.country_holidays(hours.country, subdiv=hours.region)
    except NotImplementedError as unknown:
        raise ValueError(str(unknown)) from unknown


def holiday_countries() -> dict[str, list[str]]:
    """The countries whose holidays are known, each with its regions (codes of ISO 3166)."""
    return holidays.list_supported_countries()


def is_open(hours: BusinessHours, now: datetime) -> bool:
    """Whether people should be there at `now` (any zone)."""
    local = now.astimezone(ZoneInfo(hours.zone))
    return any(
        opening.start <= local.time() < opening.end for opening in openings_on(hours, local.date())
    )


def next_opening(hours: BusinessHours, now: datetime) -> datetime | None:
    """When people are back, in UTC: `now` while open; None when not within 60 days."""
    if is_open(hours, now):
        return now.astimezone(UTC)
    zone = ZoneInfo(hours.zone)
    today = now.astimezone(zone).date()
    for days in range(LOOK_AHEAD_DAYS + 1):
        day = today + timedelta(days=days)
        for opening in sorted(openings_on(hours, day), key=lambda o: o.start):
            start = datetime.combine(day, opening.start, zone).astimezone(UTC)
            if start > now:
                return start
    return None


def openings_on(hours: BusinessHours, day: date) -> tuple[Opening, ...]:
    """The openings of a day; none on days off."""
    if day in hours.closed:
        return ()
    if hours.country is not None:
        days_off = holidays.country_holidays(hours.country, subdiv=hours.region, years=day.year)
        if day in days_off:
            return ()
    return hours.week.get(day.isoweekday(), ())
