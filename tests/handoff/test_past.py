"""What customers asked can be read back as the bot heard it."""

from sqlalchemy import Engine

from bot.dialogue import Decision, Speaker
from handoff.erasure import erase
from tests.conftest import BOTH, HandHeldClock
from tests.handoff.desk_for_tests import Scene, reply

pytestmark = BOTH


def answered(scene: Scene, name: str, text: str, said: str) -> None:
    """A customer's message with the bot's answer, a minute later than the last."""
    scene.clock.advance(minutes=1)
    event = scene.writes(name, text)
    scene.desk.bot_replies(event.conversation, reply(Decision.ANSWER, said), event.seq)


def test_past_questions_come_newest_first_with_their_episode(
    database: Engine, clock: HandHeldClock
) -> None:
    scene = Scene(database, clock)
    answered(scene, "eva", "Where is my parcel?", "On its way.")
    answered(scene, "max", "What does delivery cost?", "Three euro.")
    answered(scene, "eva", "And to Norway?", "Three days.")
    scene.writes("max", "Not answered yet.")

    past = scene.desk.past_questions(10)

    assert [one.dialogue.question for one in past] == [
        "And to Norway?",
        "What does delivery cost?",
        "Where is my parcel?",
    ]
    assert [one.reply.text for one in past] == ["Three days.", "Three euro.", "On its way."]
    assert [(t.speaker, t.text) for t in past[0].dialogue.turns] == [
        (Speaker.CUSTOMER, "Where is my parcel?"),
        (Speaker.BOT, "On its way."),
        (Speaker.CUSTOMER, "And to Norway?"),
    ]
    assert len(scene.desk.past_questions(2)) == 2


def test_erased_questions_are_not_read_back(database: Engine, clock: HandHeldClock) -> None:
    scene = Scene(database, clock)
    answered(scene, "eva", "Where is my parcel?", "On its way.")
    answered(scene, "max", "What does delivery cost?", "Three euro.")
    erase(database, scene.eva, clock=clock)

    assert [one.dialogue.question for one in scene.desk.past_questions(10)] == [
        "What does delivery cost?"
    ]
