"""Questions that wait for the bot, and its replies, on both databases."""

import pytest

from bot.dialogue import Decision
from handoff.events import (
    EventKind,
    HandoffState,
    Message,
    Stage,
)
from tests.conftest import BOTH
from tests.handoff.desk_for_tests import Scene, fresh, reply

pytestmark = BOTH


def test_a_question_is_leased_once_and_again_after_its_lease(scene: Scene) -> None:
    scene.writes()
    [question] = scene.desk.lease_questions("one")
    assert question.dialogue.question == "Where is my parcel?"
    assert scene.desk.lease_questions("two") == []
    scene.clock.advance(seconds=31)
    [again] = scene.desk.lease_questions("two")
    assert (again.answers_seq, again.tries) == (question.answers_seq, 2)


def test_a_server_that_is_alone_frees_what_its_former_self_held(scene: Scene) -> None:
    scene.writes()
    assert len(scene.desk.lease_questions("killed")) == 1
    assert scene.desk.lease_questions("started again") == []
    scene.desk.free_questions()
    assert len(scene.desk.lease_questions("started again")) == 1


def test_a_released_question_can_be_leased_at_once(scene: Scene) -> None:
    scene.writes()
    [question] = scene.desk.lease_questions("one")
    scene.desk.release_question(scene.eva, question.answers_seq, "two")
    assert scene.desk.lease_questions("two") == []
    scene.desk.release_question(scene.eva, question.answers_seq, "one")
    assert len(scene.desk.lease_questions("two")) == 1


def test_a_newer_message_frees_the_question_and_discards_the_late_reply(scene: Scene) -> None:
    scene.writes()
    [question] = scene.desk.lease_questions("one")
    scene.writes(text="It is parcel 12.")
    assert scene.desk.bot_replies(scene.eva, reply(), question.answers_seq) == []
    [newer] = scene.desk.lease_questions("two")
    assert [turn.text for turn in newer.dialogue.turns] == [
        "Where is my parcel?",
        "It is parcel 12.",
    ]
    assert len(scene.desk.bot_replies(scene.eva, reply(), newer.answers_seq)) == 1
    assert scene.desk.lease_questions("one") == []


def test_a_reply_is_stored_once(scene: Scene) -> None:
    asked = scene.writes()
    [said] = scene.desk.bot_replies(scene.eva, reply(), asked.seq)
    assert isinstance(said.payload, Message)
    assert said.payload.sentences[0].citation == 0
    assert scene.desk.bot_replies(scene.eva, reply(), asked.seq) == []
    assert len(scene.texts()) == 2


def test_a_handoff_reply_brings_everything_in_one_transaction(scene: Scene) -> None:
    asked = scene.writes(text="Get me a human")
    events = scene.desk.bot_replies(
        scene.eva, reply(Decision.HANDOFF, "I am getting someone."), asked.seq
    )
    kinds = [event.kind for event in events]
    handoff, stage = EventKind.HANDOFF, EventKind.STAGE
    assert kinds == [EventKind.MESSAGE, handoff, stage, handoff]
    assert scene.steps() == [HandoffState.REQUESTED, HandoffState.QUEUED]
    state = scene.desk.state(scene.eva)
    assert (state.stage, state.handoff_reason) == (Stage.WAITING, "direct_request")
    packet = scene.desk.packet(scene.eva)
    assert packet is not None
    assert packet.reason == "direct_request"
    assert packet.figures == {"confidence": 0.9}
    place = scene.desk.queue_position(scene.eva)
    assert place is not None
    assert place.position == 1


@pytest.mark.parametrize(
    ("decision", "stored"),
    [
        (Decision.ANSWER, True),
        (Decision.CLARIFY, True),
        (Decision.SMALLTALK, True),
        (Decision.OFFER_HUMAN, False),
        (Decision.HANDOFF, False),
        (Decision.DECLINE, False),
    ],
    ids=lambda value: str(value),
)
def test_while_waiting_the_bot_says_only_what_helps(
    scene: Scene, decision: Decision, stored: bool
) -> None:
    scene.asks_human()
    asked = scene.writes(text="And how much is it?")
    assert bool(scene.desk.bot_replies(scene.eva, reply(decision), asked.seq)) is stored
    assert scene.desk.lease_questions("any") == []  # answered, or left to the person to come
    assert scene.desk.state(scene.eva).stage is Stage.WAITING


def test_bot_reply_is_discarded_after_an_agent_takes_over(scene: Scene) -> None:
    asked = scene.writes()
    [question] = scene.desk.lease_questions("one")
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    for decision in Decision:
        assert scene.desk.bot_replies(scene.eva, reply(decision), question.answers_seq) == []
    assert scene.desk.bot_fails(scene.eva, asked.seq, "bot_failure") == []
    assert scene.texts() == ["Where is my parcel?"]
