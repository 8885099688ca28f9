"""Business hours across zones, holidays and clock changes."""

from datetime import UTC, date, datetime, time

import pytest

from handoff.hours import BusinessHours, Opening, is_open, next_opening

WEEK = {day: (Opening(time(9), time(12)), Opening(time(13), time(17))) for day in range(1, 6)}
BERLIN = BusinessHours("Europe/Berlin", WEEK, country="DE")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "back"),
    [
        ("2026-03-02T08:30", "2026-03-02T08:30"),  # Monday, open: now
        ("2026-03-02T11:30", "2026-03-02T12:00"),  # lunch
        ("2026-03-06T18:00", "2026-03-09T08:00"),  # Friday evening
        ("2026-12-24T18:00", "2026-12-28T08:00"),  # Christmas, then a weekend
        ("2026-03-27T18:00", "2026-03-30T07:00"),  # summer time begins in between
    ],
    ids=["open", "lunch", "weekend", "holidays", "summer-time"],
)
def test_people_are_back_at_the_next_opening(now: str, back: str) -> None:
    assert next_opening(BERLIN, utc(now)) == utc(back)
    assert is_open(BERLIN, utc(now)) is (now == back)


def test_no_promise_is_made_where_nobody_ever_is_there() -> None:
    assert next_opening(BusinessHours("UTC", {}), utc("2026-03-02T08:30")) is None


def test_a_day_named_closed_is_closed() -> None:
    hours = BusinessHours("Europe/Berlin", WEEK, closed=frozenset({date(2026, 3, 2)}))
    assert not is_open(hours, utc("2026-03-02T08:30"))
