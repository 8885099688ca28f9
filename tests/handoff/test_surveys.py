"""Which question follows an episode."""

from datetime import UTC, datetime, timedelta

import pytest

from handoff.events import SurveyKind
from handoff.surveys import CES_EVERY, NPS_EVERY, kind_to_ask

NOW = datetime(2026, 11, 24, tzinfo=UTC)
CSAT, CES, NPS = SurveyKind.CSAT, SurveyKind.CES, SurveyKind.NPS
CASES = {
    "the first is how the chat was": ({}, 0, False, CSAT),
    "then how easy the bot made it": ({CSAT: 1}, 1, False, CES),
    "but not after a person": ({CSAT: 1}, 1, True, CSAT),
    "and not again so soon": ({CSAT: 3, CES: CES_EVERY.days - 1}, 1, False, CSAT),
    "but later": ({CES: CES_EVERY.days}, 1, False, CES),
    "whoever knows us may recommend us": ({CSAT: 1, CES: 1}, 2, True, NPS),
    "but is not asked so soon again": ({NPS: NPS_EVERY.days - 1, CES: 1}, 9, False, CSAT),
    "but later too": ({NPS: NPS_EVERY.days}, 9, False, NPS),
}


@pytest.mark.parametrize("case", CASES)
def test_the_question_is(case: str) -> None:
    days_ago, asked, by_person, kind = CASES[case]
    last_asked = {one: NOW - timedelta(days=days) for one, days in days_ago.items()}
    assert kind_to_ask(last_asked, asked, by_person, NOW) is kind
