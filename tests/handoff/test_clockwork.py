"""What time does, on both databases; the clock is moved by hand."""

from collections.abc import Callable
from datetime import time, timedelta

import pytest
from sqlalchemy import Engine

from bot.dialogue import Decision
from handoff.errors import BadValue, NoOffer
from handoff.events import (
    EventKind,
    HandoffState,
    HandoffStep,
    Promise,
    Resolution,
    Stage,
    StageChange,
)
from handoff.hours import BusinessHours, Opening
from handoff.presence import Presence
from handoff.rules import Assignment, DeskRules
from handoff.views import View
from tests.conftest import BOTH, HandHeldClock
from tests.handoff.desk_for_tests import Scene, fresh, reply

pytestmark = BOTH

OFFERS = DeskRules(assignment=Assignment.OFFER)


@pytest.fixture
def offering(database: Engine, clock: HandHeldClock) -> Scene:
    return Scene(database, clock, OFFERS)


def pass_time(scene: Scene, seconds: int, *connected: str) -> None:
    """Let time go by second by second of sweeps, agents named staying connected."""
    for _ in range(0, seconds, 5):
        scene.clock.advance(seconds=5)
        for account in (scene.ann, scene.bob):
            if account.name in connected:
                scene.desk.renew_leases(account.id)
        scene.desk.sweep()


def test_an_agent_who_stays_connected_keeps_the_conversation(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    pass_time(scene, 180, "Ann")
    assert scene.desk.state(scene.eva).stage is Stage.HUMAN


def test_a_lost_agents_conversation_goes_to_the_front_and_the_customer_is_told(
    scene: Scene,
) -> None:
    scene.asks_human("first")
    scene.clock.advance(seconds=10)
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    pass_time(scene, 70, "Bob")
    assert [row.conversation for row in scene.desk.rows(View.WAITING)] == [
        scene.eva,
        scene.customer("first"),
    ]
    told = [e.payload for e in scene.events() if isinstance(e.payload, HandoffStep)]
    assert [step.state for step in told[-2:]] == [HandoffState.RETURNED, HandoffState.QUEUED]
    assert told[-1].position == 1


def test_agents_get_their_grace_anew_when_no_server_ran(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.desk.sweep()
    scene.clock.advance(hours=1)
    assert scene.desk.sweep() == []
    pass_time(scene, 70)
    assert scene.desk.state(scene.eva).stage is Stage.WAITING


def test_a_waiting_conversation_is_offered_to_one_agent_and_then_to_the_next(
    offering: Scene,
) -> None:
    scene = offering
    scene.asks_human()
    assert scene.desk.sweep() == [scene.eva]
    first = scene.desk.state(scene.eva).offered_to
    assert first is not None
    pass_time(scene, 45, "Ann", "Bob")
    second = scene.desk.state(scene.eva).offered_to
    assert second is not None
    assert second.id != first.id
    with pytest.raises(NoOffer):
        scene.desk.agent_accepts(scene.eva, first.id, fresh())
    scene.desk.agent_accepts(scene.eva, second.id, fresh())
    assert scene.desk.state(scene.eva).agent == second
    states = [e.payload.state for e in scene.events() if isinstance(e.payload, HandoffStep)]
    assert states == [
        HandoffState.REQUESTED,
        HandoffState.QUEUED,
        HandoffState.OFFERED,
        HandoffState.TIMED_OUT,
        HandoffState.OFFERED,
        HandoffState.ACCEPTED,
    ]


def test_a_declined_offer_goes_to_the_other_agent_at_once(offering: Scene) -> None:
    offering.asks_human()
    offering.desk.sweep()
    first = offering.desk.state(offering.eva).offered_to
    assert first is not None
    offering.desk.agent_declines(offering.eva, first.id, fresh())
    second = offering.desk.state(offering.eva).offered_to
    assert second is not None
    assert second.id != first.id
    offering.desk.agent_declines(offering.eva, second.id, fresh())
    assert offering.desk.state(offering.eva).offered_to is None


def test_every_freed_place_is_filled_and_no_more(offering: Scene) -> None:
    offering.desk.agent_presence(offering.ann.id, Presence.AWAY)
    offering.accounts.change(offering.bob.id, capacity=2)
    for name in ("a", "b", "c"):
        offering.asks_human(name)
        offering.clock.advance(seconds=1)
    assert offering.desk.sweep() == [offering.customer("a"), offering.customer("b")]
    assert len(offering.desk.offers_to(offering.bob.id)) == 2
    offering.desk.agent_accepts(offering.customer("a"), offering.bob.id, fresh())
    offering.desk.agent_closes(offering.customer("a"), offering.bob.id, Resolution.SOLVED, fresh())
    assert {offer.conversation for offer in offering.desk.offers_to(offering.bob.id)} == {
        offering.customer("b"),
        offering.customer("c"),
    }


def test_offers_go_to_those_with_the_skill(offering: Scene) -> None:
    cleo = offering.agent("Cleo", "billing")
    offering.asks_human()
    offering.desk.agent_claims(offering.eva, offering.ann.id, fresh())
    offering.desk.agent_transfers(offering.eva, offering.ann.id, fresh(), to_skill="billing")
    assert [offer.agent for offer in offering.desk.offers_to(cleo.id)] == [cleo.id]


def test_silence_after_an_answer_is_taken_as_solved_and_kept_apart(scene: Scene) -> None:
    asked = scene.writes()
    scene.desk.bot_replies(scene.eva, reply(), asked.seq)
    other = scene.writes("other")
    [thumbed] = scene.desk.bot_replies(scene.customer("other"), reply(), other.seq)
    scene.desk.customer_feedback(scene.customer("other"), thumbed.seq, True, fresh())
    third = scene.writes("third")
    scene.desk.bot_replies(scene.customer("third"), reply(Decision.DECLINE, "Sorry."), third.seq)
    scene.clock.advance(hours=25)
    assert len(scene.desk.sweep()) == 3
    resolutions = [
        scene.desk.state(scene.customer(name)).resolution for name in ("eva", "other", "third")
    ]
    assert resolutions == [Resolution.ASSUMED, Resolution.CONFIRMED, Resolution.UNSOLVED]


def test_a_question_tried_too_often_goes_to_a_person(scene: Scene) -> None:
    scene.writes()
    for _ in range(3):
        assert len(scene.desk.lease_questions("dies")) == 1
        scene.clock.advance(seconds=31)
    assert scene.desk.lease_questions("dies") == []
    assert scene.desk.sweep() == [scene.eva]
    state = scene.desk.state(scene.eva)
    assert (state.stage, state.handoff_reason) == (Stage.WAITING, "bot_failure")


def test_a_snoozed_conversation_comes_back_by_itself(scene: Scene) -> None:
    scene.asks_human()
    until = scene.clock.now + timedelta(hours=2)
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), snooze_until=until)
    assert scene.desk.rows(View.WAITING) == []
    assert [row.conversation for row in scene.desk.rows(View.SNOOZED)] == [scene.eva]
    scene.clock.advance(hours=2)
    assert scene.desk.sweep() == [scene.eva]
    assert [row.conversation for row in scene.desk.rows(View.WAITING)] == [scene.eva]


def test_out_of_hours_the_customer_is_told_when_people_are_back(
    database: Engine, clock: HandHeldClock
) -> None:
    week = {day: (Opening(time(9), time(17)),) for day in range(1, 6)}
    scene = Scene(database, clock, DeskRules(hours=BusinessHours("Europe/Berlin", week)))
    scene.clock.advance(hours=7)  # Monday 19:00 UTC
    scene.asks_human()
    queued = scene.events()[-1].payload
    assert isinstance(queued, HandoffStep)
    assert queued.back_at is not None
    assert queued.back_at.isoformat() == "2026-03-03T08:00:00+00:00"
    assert scene.desk.rows(View.WAITING)[0].conversation == scene.eva


def test_where_no_opening_is_in_sight_the_customer_is_told_that_nobody_is_on_duty(
    database: Engine, clock: HandHeldClock
) -> None:
    scene = Scene(database, clock, DeskRules(hours=BusinessHours("Europe/Berlin", {})))
    scene.clock.advance(hours=7)  # nobody is online any more
    scene.asks_human()
    queued = scene.events()[-1].payload
    assert isinstance(queued, HandoffStep)
    assert (queued.back_at, queued.off_duty) == (None, True)
    place = scene.desk.queue_position(scene.eva)
    assert place is not None
    assert place.off_duty
    assert all(each.off_duty for each in scene.desk.queue_places().values())
    scene.desk.agent_presence(scene.ann.id, Presence.ONLINE)
    assert not scene.desk.queue_places()[scene.eva].off_duty  # somebody is, whatever the hours say


def test_the_wait_is_told_from_history_and_only_with_enough_of_it(scene: Scene) -> None:
    for number in range(5):
        scene.desk.renew_leases(scene.ann.id)
        conversation = scene.asks_human(f"past{number}")
        queued = scene.events(conversation)[-1].payload
        assert isinstance(queued, HandoffStep)
        assert queued.wait is None
        scene.clock.advance(seconds=40 + 10 * number)
        scene.desk.agent_claims(conversation, scene.ann.id, fresh())
        scene.desk.agent_closes(conversation, scene.ann.id, Resolution.SOLVED, fresh())
    scene.asks_human()
    place = scene.desk.queue_position(scene.eva)
    assert place is not None
    assert place.wait is not None
    assert (place.wait.low_s, place.wait.high_s) == (50, 70)


def test_a_disabled_agents_conversations_go_back(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.accounts.disable(scene.ann.id)
    assert scene.desk.sweep() == [scene.eva]
    moved = [e.payload for e in scene.events() if e.kind is EventKind.STAGE]
    assert isinstance(moved[-1], StageChange)
    assert moved[-1].reason == "lease_expired"


def test_what_is_put_away_stays_with_an_agent_who_goes_until_it_comes_back(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    due = scene.clock.now + timedelta(hours=20)
    promise = Promise("Ring the carrier", due)
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), snooze_until=due, promise=promise)
    pass_time(scene, 120)  # the agent has gone home
    away = scene.desk.state(scene.eva)
    assert (away.stage, away.snoozed_until, away.promise) == (Stage.HUMAN, due, promise)
    assert scene.desk.rows(View.MINE, agent=scene.ann.id) == []
    scene.clock.advance(hours=20)
    scene.desk.agent_presence(scene.ann.id, Presence.ONLINE)
    scene.desk.sweep()
    back = scene.desk.state(scene.eva)
    assert (back.stage, back.snoozed_until, back.promise) == (Stage.HUMAN, None, promise)


def test_a_promise_outlives_a_customers_message_and_ends_when_kept(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    due = scene.clock.now + timedelta(hours=1)
    promise = Promise("Ring the carrier", due)
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), snooze_until=due, promise=promise)
    scene.writes()
    written = scene.desk.state(scene.eva)
    assert (written.snoozed_until, written.promise) == (None, promise)
    assert scene.desk.row(scene.eva).promise == promise
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), tags=["parcel"])
    assert scene.desk.state(scene.eva).promise == promise
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), kept=True)
    assert scene.desk.state(scene.eva).promise is None
    for wrong in (Promise("x", scene.clock.now), Promise(" ", due), Promise("x" * 201, due)):
        with pytest.raises(BadValue):
            scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), promise=wrong)


def test_what_is_put_away_comes_back_for_whoever_gets_it(scene: Scene) -> None:
    scene.asks_human()
    later = scene.clock.now + timedelta(hours=1)

    def is_away_after(act: Callable[[], object]) -> bool:
        scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), snooze_until=later)
        act()
        return scene.desk.state(scene.eva).snoozed_until is not None

    desk, ann, bob = scene.desk, scene.ann.id, scene.bob.id
    assert not is_away_after(lambda: desk.agent_claims(scene.eva, ann, fresh()))
    assert not is_away_after(lambda: desk.agent_transfers(scene.eva, ann, fresh(), to_agent=bob))
    assert not is_away_after(lambda: desk.agent_releases(scene.eva, bob, "bot", fresh()))


def test_what_comes_back_to_nobody_goes_to_the_queues_front(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    due = scene.clock.now + timedelta(minutes=5)
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), snooze_until=due)
    pass_time(scene, 240)
    assert scene.desk.state(scene.eva).stage is Stage.HUMAN
    pass_time(scene, 120)
    state = scene.desk.state(scene.eva)
    assert (state.stage, state.at_front, state.snoozed_until) == (Stage.WAITING, True, None)


def test_an_agent_who_does_nothing_is_away_until_they_do_something(scene: Scene) -> None:
    for account in (scene.ann, scene.bob):
        scene.desk.agent_presence(account.id, Presence.ONLINE)
    for _ in range(20):  # their consoles stay open; only Bob works
        scene.clock.advance(minutes=1)
        scene.desk.renew_leases(scene.ann.id)
        scene.desk.renew_leases(scene.bob.id, active=True)

    def seen(name: str) -> Presence:
        rules = scene.rules
        team = scene.accounts.team(rules.claim_grace * 9, rules.capacity, rules.idle_after)
        return next(member.presence for member in team if member.account.name == name)

    assert (seen("Ann"), seen("Bob")) == (Presence.AWAY, Presence.ONLINE)
    scene.desk.renew_leases(scene.ann.id, active=True)
    assert seen("Ann") is Presence.ONLINE
