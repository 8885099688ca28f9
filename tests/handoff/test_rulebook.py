"""The owner's file of the desk's rules: defaults, changes, and what is refused."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from handoff.errors import RulesUnusable
from handoff.hours import is_open
from handoff.rulebook import load_rulebook
from handoff.rules import Assignment, DeskRules


def rules_of(path: Path | None = None) -> DeskRules:
    return load_rulebook(path).desk_rules(question_lease=timedelta(seconds=30), max_chars=8000)


def written(folder: Path, text: str) -> Path:
    file = folder / "desk.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_default_file_says_what_the_desk_does_by_itself() -> None:
    assert rules_of() == DeskRules(  # only what a reason is worth is the file's alone
        priority_of={"frustrated_after_offer": 1, "bot_failure": 1}
    )


def test_an_owner_changes_one_rule_and_keeps_the_others(tmp_path: Path) -> None:
    changed = rules_of(written(tmp_path, '[queue]\nassignment = "offer"\n'))
    assert changed.assignment is Assignment.OFFER
    assert changed.offer_time == rules_of().offer_time


def test_hours_are_kept_in_their_zone_without_holidays_and_days_off(tmp_path: Path) -> None:
    text = (
        '[hours]\nzone = "Europe/Berlin"\nthursday = ["09:00-12:00", "13:00-17:00"]\n'
        'friday = ["09:00-17:00"]\ncountry = "DE"\nclosed = [2026-11-26]\n'
    )
    hours = rules_of(written(tmp_path, text)).hours
    assert hours is not None
    assert hours.closed == frozenset({date(2026, 11, 26)})
    assert is_open(hours, datetime(2026, 12, 3, 8, 30, tzinfo=UTC))  # 9:30 in Berlin
    assert not is_open(hours, datetime(2026, 12, 3, 11, 30, tzinfo=UTC))  # at lunch
    assert not is_open(hours, datetime(2026, 11, 26, 9, 0, tzinfo=UTC))  # a day off
    assert not is_open(hours, datetime(2026, 12, 25, 9, 0, tzinfo=UTC))  # a public holiday


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[queue]\nassignment = "lottery"\n', "queue.assignment"),
        ("[queue]\ncapasity = 3\n", "queue.capasity"),
        ("[queue]\ncapacity = 99\n", "queue.capacity"),
        ("[queue]\npriority = { fraud = 7 }\n", "queue.priority.fraud"),
        ('[hours]\nzone = "Berlin"\n', "hours.zone"),
        ('[hours]\nmonday = ["9 to 5"]\n', "hours.monday"),
        ('[hours]\nmonday = ["17:00-09:00"]\n', "must begin before it ends"),
        ('[hours]\nmonday = ["09:00-12:00", "11:00-13:00"]\n', "without overlap"),
        ('[hours]\nzone = "Europe/Berlin"\ncountry = "ZZ"\n', "hours.country"),
        ("[queue\n", "cannot be read"),
    ],
    ids=lambda value: value if " " not in value and "\n" not in value else "",
)
def test_a_wrong_rule_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    with pytest.raises(RulesUnusable, match=named):
        load_rulebook(written(tmp_path, text))
