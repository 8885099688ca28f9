"""The owner's file of the desk's rules: read, checked, and shown as it is in force."""

import tomllib
from datetime import date, time, timedelta
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from handoff.errors import RulesUnusable
from handoff.hours import BusinessHours, Opening, check_holidays
from handoff.rules import Assignment, DeskRules

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Seconds = Annotated[int, Field(ge=1, le=86_400)]
Hours = Annotated[float, Field(gt=0, le=24 * 400)]
Priority = Annotated[int, Field(ge=-1, le=2)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class QueueSection(_Section):
    """How waiting conversations find an agent."""

    assignment: Assignment
    offer_time_s: Seconds
    offer_pause_s: Seconds
    capacity: Annotated[int, Field(ge=1, le=50)]
    claim_grace_s: Annotated[
        int, Field(ge=4, le=86_400)
    ]  # servers renew four times within it, a second apart or more
    idle_s: Seconds
    priority: dict[str, Priority]
    skill: dict[str, Annotated[str, Field(min_length=1, max_length=64)]]


class EpisodesSection(_Section):
    """When episodes begin and end by themselves."""

    reopen_within_h: Hours
    assumed_after_h: Hours


class HoursSection(_Section):
    """When people are there."""

    zone: str
    monday: tuple[str, ...]
    tuesday: tuple[str, ...]
    wednesday: tuple[str, ...]
    thursday: tuple[str, ...]
    friday: tuple[str, ...]
    saturday: tuple[str, ...]
    sunday: tuple[str, ...]
    country: str
    region: str
    closed: tuple[date, ...]

    @field_validator("zone")
    @classmethod
    def _is_known(cls, zone: str) -> str:
        if zone:
            try:
                ZoneInfo(zone)
            except (KeyError, ValueError, OSError) as unknown:
                raise ValueError("is no IANA time zone, such as Europe/Berlin") from unknown
        return zone

    @field_validator(*DAYS)
    @classmethod
    def _are_openings(cls, texts: tuple[str, ...]) -> tuple[str, ...]:
        openings = [_opening(text) for text in texts]
        if any(later.start < earlier.end for earlier, later in pairwise(openings)):
            raise ValueError("must rise through the day without overlap")
        return texts

    def business_hours(self) -> BusinessHours | None:
        """The hours as the desk counts with them; None for always open."""
        if not self.zone:
            return None
        week = {
            number: tuple(_opening(text) for text in getattr(self, day))
            for number, day in enumerate(DAYS, start=1)
        }
        return BusinessHours(
            zone=self.zone,
            week=week,
            country=self.country or None,
            region=self.region or None,
            closed=frozenset(self.closed),
        )


class Rulebook(_Section):
    """All rules of the desk; `handoff/rules.toml` holds the defaults and says what each means."""

    queue: QueueSection
    episodes: EpisodesSection
    hours: HoursSection

    def desk_rules(self, *, question_lease: timedelta, max_chars: int) -> DeskRules:
        """The rules as the desk goes by them, with what the server's settings add."""
        return DeskRules(
            assignment=self.queue.assignment,
            reopen_within=timedelta(hours=self.episodes.reopen_within_h),
            claim_grace=timedelta(seconds=self.queue.claim_grace_s),
            offer_time=timedelta(seconds=self.queue.offer_time_s),
            offer_pause=timedelta(seconds=self.queue.offer_pause_s),
            question_lease=question_lease,
            assumed_after=timedelta(hours=self.episodes.assumed_after_h),
            capacity=self.queue.capacity,
            max_chars=max_chars,
            hours=self.hours.business_hours(),
            idle_after=timedelta(seconds=self.queue.idle_s),
            priority_of=self.queue.priority,
            skill_of=self.queue.skill,
        )


def default_text() -> str:
    """The default rules file, with a comment on every line."""
    return resources.files("handoff").joinpath("rules.toml").read_text(encoding="utf-8")


def load_rulebook(path: Path | None = None) -> Rulebook:
    """Return the rules in `path`, or the defaults for None.

    A file may give only what it changes; the rest keeps its default. Raises RulesUnusable,
    naming the rule, when the file cannot be read or a value is wrong.
    """
    defaults = tomllib.loads(default_text())
    if path is None:
        return Rulebook.model_validate(defaults)
    try:
        changes = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise RulesUnusable(f"The desk's rules file {path} cannot be read: {problem}.") from problem
    try:
        book = Rulebook.model_validate(_merged(defaults, changes))
        hours = book.hours.business_hours()
        if hours is not None:
            check_holidays(hours)
    except ValidationError as problem:
        wrong = "; ".join(
            f"{'.'.join(str(part) for part in e['loc']) or 'rules'}: {e['msg']}"
            for e in problem.errors()
        )
        raise RulesUnusable(f"The desk's rules file {path} cannot be used: {wrong}.") from problem
    except ValueError as problem:
        raise RulesUnusable(f"The desk's rules file {path}: hours.country: {problem}.") from problem
    return book


def _merged(defaults: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    merged = dict(defaults)
    for name, values in changes.items():
        known = defaults.get(name, {})
        merged[name] = {**known, **values} if isinstance(values, dict) else values
    return merged


def _opening(text: str) -> Opening:
    """Read "09:00-17:30"."""
    start, dash, end = text.partition("-")
    try:
        opening = Opening(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
    except ValueError as unreadable:
        raise ValueError(f"{text!r} is not like 09:00-17:30") from unreadable
    if not dash or opening.start >= opening.end:
        raise ValueError(f"{text!r} must begin before it ends, on the same day")
    return opening
