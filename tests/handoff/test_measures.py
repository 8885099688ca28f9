"""Measures against figures computed by hand, on both databases."""

from datetime import timedelta

import pytest

from handoff.erasure import erase
from handoff.errors import UnknownConversation
from handoff.events import (
    Audience,
    EventKind,
    HandoffState,
    HandoffStep,
    Resolution,
    Survey,
    VisitorHash,
)
from handoff.measures import episodes_measured, total
from handoff.views import View
from tests.conftest import BOTH
from tests.handoff.desk_for_tests import SITE, Scene, fresh, reply

pytestmark = BOTH


def live(scene: Scene) -> None:
    """Three customers: one helped by an agent, one by the bot for sure, one maybe."""
    asked = scene.writes()  # 0 s
    scene.clock.advance(seconds=2)
    scene.desk.bot_replies(scene.eva, reply(), asked.seq)  # 2 s
    scene.clock.advance(seconds=28)
    scene.desk.customer_asks_human(scene.eva, fresh())  # 30 s
    scene.clock.advance(seconds=40)
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())  # 70 s
    scene.clock.advance(seconds=20)
    scene.desk.agent_writes(scene.eva, scene.ann.id, "Found it.", fresh())  # 90 s
    scene.clock.advance(seconds=110)
    scene.desk.agent_closes(scene.eva, scene.ann.id, Resolution.SOLVED, fresh())  # 200 s
    survey = scene.events()[-1].payload
    assert isinstance(survey, Survey)
    scene.desk.customer_rates(scene.eva, survey.survey, 4, "Well done", fresh())
    for name in ("sure", "maybe"):
        asked = scene.writes(name)
        scene.clock.advance(seconds=4)
        [said] = scene.desk.bot_replies(scene.customer(name), reply(), asked.seq)
        if name == "sure":
            scene.desk.customer_feedback(scene.customer(name), said.seq, True, fresh())
    scene.clock.advance(hours=24)
    scene.desk.sweep()


def test_the_figures_are_those_computed_by_hand(scene: Scene) -> None:
    start = scene.clock.now
    live(scene)
    measured = episodes_measured(scene.engine, start, start + timedelta(days=1))
    by_agent, sure, maybe = measured
    assert by_agent.first_response_s == 2
    assert by_agent.first_human_s == 60
    assert by_agent.waiting_s == 40
    assert by_agent.resolution_s == 200
    assert (by_agent.csat, by_agent.reasons) == (4, ("direct_request",))
    assert by_agent.agent is not None
    assert by_agent.agent.name == "Ann"
    assert not by_agent.by_bot
    assert (sure.resolution, sure.by_bot) == (Resolution.CONFIRMED, True)
    assert (maybe.resolution, maybe.by_bot) == (Resolution.ASSUMED, True)

    summed = total(measured)
    assert (summed.episodes, summed.closed, summed.handed_over) == (3, 3, 1)
    assert (summed.bot_confirmed, summed.bot_assumed) == (1, 1)
    assert summed.first_response_median_s == 4
    assert summed.waiting_median_s == 40
    assert summed.first_contact_share == 1.0
    assert (summed.csat_share, summed.csat_answers) == (1.0, 1)
    assert summed.reasons == {"direct_request": 1}


def test_a_reopened_episode_is_not_solved_at_first_contact(scene: Scene) -> None:
    start = scene.clock.now
    live(scene)
    scene.writes("sure", "It is not there!")
    scene.desk.agent_closes(scene.customer("sure"), scene.ann.id, Resolution.SOLVED, fresh())
    summed = total(episodes_measured(scene.engine, start, start + timedelta(days=1)))
    assert summed.first_contact_share == pytest.approx(2 / 3)
    assert (summed.bot_confirmed, summed.episodes) == (0, 3)


def test_nothing_measured_is_none_not_zero(scene: Scene) -> None:
    summed = total(episodes_measured(scene.engine, scene.clock.now, scene.clock.now))
    assert summed.episodes == 0
    assert summed.first_response_median_s is None
    assert summed.csat_share is None


def test_erasing_leaves_numbers_and_measures_and_nothing_said(scene: Scene) -> None:
    start = scene.clock.now
    live(scene)
    scene.desk.customer_leaves_contact(scene.eva, {"email": "eva@example.org"}, fresh())
    until = start + timedelta(days=1)
    before = total(episodes_measured(scene.engine, start, until))
    numbers = [event.seq for event in scene.events()]
    report = erase(scene.engine, scene.eva, clock=scene.clock)
    assert (report.events, report.comments, report.packets, report.profile) == (4, 1, 1, True)
    events = scene.events()
    assert [event.seq for event in events] == numbers
    assert "Found it" not in repr(events)
    assert "eva@example.org" not in repr(events)
    assert "Well done" not in repr(events)
    assert scene.desk.packet(scene.eva) is None
    assert scene.desk.state(scene.eva).profile == {}
    assert scene.eva not in [found.row.conversation for found in scene.desk.search("parcel")]
    assert scene.desk.customer_conversation(SITE, VisitorHash("eva")) is None
    assert total(episodes_measured(scene.engine, start, until)) == before
    seen = scene.desk.events_after(scene.eva, 0, Audience.CUSTOMER)
    assert EventKind.ERASED in [event.kind for event in seen]


def test_erasing_what_waits_closes_it_first(scene: Scene) -> None:
    scene.asks_human()
    erase(scene.engine, scene.eva, clock=scene.clock)
    assert scene.desk.rows(View.WAITING) == []
    with pytest.raises(UnknownConversation):
        erase(scene.engine, scene.customer("nobody"), clock=scene.clock)


def test_every_reason_of_a_handoff_is_kept(scene: Scene) -> None:
    scene.asks_human()
    steps = [e.payload for e in scene.events() if isinstance(e.payload, HandoffStep)]
    assert [(s.state, s.reason) for s in steps] == [
        (HandoffState.REQUESTED, "direct_request"),
        (HandoffState.QUEUED, "direct_request"),
    ]
