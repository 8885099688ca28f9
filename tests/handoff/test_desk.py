"""The desk's promises, on both databases."""

import pytest

from bot.dialogue import Choice, Decision, Reply
from handoff.errors import (
    AlreadyRated,
    AnotherConversation,
    BadValue,
    CapacityReached,
    NotYours,
    StageRefuses,
    Taken,
    UnknownConversation,
    UnknownMessage,
    UnknownSurvey,
)
from handoff.events import (
    Audience,
    ClientId,
    ConversationId,
    Event,
    EventKind,
    HandoffState,
    HandoffStep,
    Message,
    Resolution,
    Stage,
    StageChange,
    Survey,
    SurveyId,
    VisitorHash,
)
from handoff.views import Cursor, View
from tests.conftest import BOTH
from tests.handoff.desk_for_tests import SITE, Scene, fresh, reply

pytestmark = BOTH


def test_first_message_creates_the_conversation_in_stage_bot(scene: Scene) -> None:
    assert scene.desk.customer_conversation(SITE, VisitorHash("eva")) is None
    event = scene.writes(text="  Where is my parcel?\n")
    assert (event.seq, event.episode, event.kind) == (1, 1, EventKind.MESSAGE)
    assert scene.texts() == ["Where is my parcel?"]
    assert scene.desk.state(scene.eva).stage is Stage.BOT
    assert scene.desk.customer_conversation(SITE, VisitorHash("eva")) == scene.eva


def test_a_repeated_client_id_gives_the_same_event_and_changes_nothing(scene: Scene) -> None:
    first = scene.desk.customer_writes(
        scene.eva, "Hello", ClientId("x"), site=SITE, visitor_hash=VisitorHash("eva")
    )
    again = scene.desk.customer_writes(
        scene.eva, "Changed", ClientId("x"), site=SITE, visitor_hash=VisitorHash("eva"), page="/b"
    )
    assert again == first
    assert scene.texts() == ["Hello"]
    assert scene.desk.state(scene.eva).page is None


def test_a_client_id_of_an_agent_does_not_collide_with_a_customers(scene: Scene) -> None:
    scene.desk.customer_writes(
        scene.eva, "Hello", ClientId("x"), site=SITE, visitor_hash=VisitorHash("eva")
    )
    scene.desk.agent_claims(scene.eva, scene.ann.id, ClientId("y"))
    scene.desk.agent_writes(scene.eva, scene.ann.id, "Hi", ClientId("x"))
    assert scene.texts() == ["Hello", "Hi"]


def test_another_visitor_cannot_write_into_a_conversation(scene: Scene) -> None:
    scene.writes()
    with pytest.raises(UnknownConversation):
        scene.desk.customer_writes(
            scene.eva, "me too", fresh(), site=SITE, visitor_hash=VisitorHash("mallory")
        )
    assert scene.texts() == ["Where is my parcel?"]


def test_a_visitor_has_one_conversation_a_site(scene: Scene) -> None:
    scene.writes()
    with pytest.raises(AnotherConversation) as refused:
        scene.desk.customer_writes(
            ConversationId("other"), "hi", fresh(), site=SITE, visitor_hash=VisitorHash("eva")
        )
    assert refused.value.conversation == scene.eva


@pytest.mark.parametrize("text", ["", "  \n", "x" * 8001], ids=["empty", "blank", "too-long"])
def test_messages_without_sense_or_end_are_refused(scene: Scene, text: str) -> None:
    with pytest.raises(BadValue):
        scene.writes(text=text)
    with pytest.raises(UnknownConversation):
        scene.desk.state(scene.eva)


def test_asking_for_a_person_can_be_the_first_thing_a_customer_does(scene: Scene) -> None:
    scene.asks_human()
    assert scene.steps() == [HandoffState.REQUESTED, HandoffState.QUEUED]
    assert scene.desk.rows(View.WAITING)[0].conversation == scene.eva


def test_asking_again_while_waiting_changes_nothing(scene: Scene) -> None:
    scene.asks_human()
    before = scene.events()
    event = scene.desk.customer_asks_human(scene.eva, ClientId("again"))
    assert event.client_id == "again"
    assert event.seq == before[-1].seq
    assert scene.events() == before


def test_cancelling_leaves_the_queue_and_goes_back_to_the_bot(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.customer_cancels_handoff(scene.eva, fresh())
    assert scene.desk.state(scene.eva).stage is Stage.BOT
    assert scene.desk.rows(View.WAITING) == []
    with pytest.raises(StageRefuses):
        scene.desk.customer_cancels_handoff(scene.eva, fresh())


def test_the_loser_of_a_claim_is_told_who_has_it(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, ClientId("same"))
    with pytest.raises(Taken) as refused:
        scene.desk.agent_claims(scene.eva, scene.bob.id, ClientId("same"))
    assert (refused.value.agent.id, refused.value.agent.name) == (scene.ann.id, "Ann")
    with pytest.raises(Taken):
        scene.desk.agent_writes(scene.eva, scene.bob.id, "Mine!", fresh())


def test_an_agent_writes_only_where_they_have_the_conversation(scene: Scene) -> None:
    scene.asks_human()
    with pytest.raises(NotYours):
        scene.desk.agent_writes(scene.eva, scene.ann.id, "Hello", fresh())
    scene.desk.agent_notes(scene.eva, scene.ann.id, "Looks urgent", fresh())


def test_capacity_is_never_exceeded(scene: Scene) -> None:
    cleo = scene.agent("Cleo", capacity=1)
    for name in ("one", "two"):
        scene.asks_human(name)
    scene.desk.agent_claims(scene.customer("one"), cleo.id, fresh())
    with pytest.raises(CapacityReached, match=r"All places of Cleo are taken \(1 of 1\)"):
        scene.desk.agent_claims(scene.customer("two"), cleo.id, fresh())
    scene.desk.agent_claims(scene.customer("two"), scene.ann.id, fresh())
    with pytest.raises(CapacityReached):
        scene.desk.agent_transfers(scene.customer("two"), scene.ann.id, fresh(), to_agent=cleo.id)


def test_customers_see_neither_notes_nor_what_stood_behind_a_reply(scene: Scene) -> None:
    asked = scene.writes()
    scene.desk.bot_replies(scene.eva, reply(), asked.seq)
    scene.desk.agent_notes(scene.eva, scene.ann.id, "secret", fresh())
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), tags=["vip", " vip "], priority=2)
    seen = scene.desk.events_after(scene.eva, 0, Audience.CUSTOMER)
    assert [event.seq for event in seen] == [1, 2]
    assert all(e.payload.decided is None for e in seen if isinstance(e.payload, Message))
    assert [event.seq for event in scene.events()] == [1, 2, 3, 4]
    assert scene.desk.row(scene.eva).tags == ("vip",)


def test_tags_and_priority_are_of_one_episode(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_labels(scene.eva, scene.ann.id, fresh(), tags=["parcel"], priority=2)
    scene.desk.agent_closes(scene.eva, scene.ann.id, Resolution.SOLVED, fresh())
    scene.writes()
    reopened = scene.desk.state(scene.eva)
    assert (reopened.episode, reopened.tags, reopened.priority) == (1, ("parcel",), 2)
    scene.desk.agent_closes(scene.eva, scene.ann.id, Resolution.SOLVED, fresh())
    scene.clock.advance(hours=25)
    scene.writes()
    anew = scene.desk.state(scene.eva)
    assert (anew.episode, anew.tags, anew.priority) == (2, (), 0)


def test_a_transfer_moves_the_conversation_to_the_other_agent(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    event = scene.desk.agent_transfers(scene.eva, scene.ann.id, fresh(), to_agent=scene.bob.id)
    assert isinstance(event.payload, StageChange)
    assert event.payload.agent is not None
    assert event.payload.agent.name == "Bob"
    assert [row.conversation for row in scene.desk.rows(View.MINE, agent=scene.bob.id)] == [
        scene.eva
    ]
    assert scene.desk.rows(View.MINE, agent=scene.ann.id) == []


def test_a_skill_is_told_to_agents_only(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.desk.agent_transfers(scene.eva, scene.ann.id, fresh(), to_skill="billing")

    def skills(audience: Audience) -> list[str | None]:
        seen = scene.desk.events_after(scene.eva, 0, audience)
        return [e.payload.skill for e in seen if isinstance(e.payload, HandoffStep)]

    assert skills(Audience.AGENT)[-1] == "billing"
    assert set(skills(Audience.CUSTOMER)) == {None}


def test_a_transfer_to_someone_who_left_is_refused(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.clock.advance(minutes=5)
    scene.desk.renew_leases(scene.ann.id)
    with pytest.raises(BadValue, match="Bob is not there"):
        scene.desk.agent_transfers(scene.eva, scene.ann.id, fresh(), to_agent=scene.bob.id)


def test_a_transfer_to_a_skill_waits_for_those_who_have_it(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.desk.agent_transfers(scene.eva, scene.ann.id, fresh(), to_skill="billing")
    [row] = scene.desk.rows(View.WAITING)
    assert (row.skill, row.reason) == ("billing", "transferred")


def test_released_to_the_bot_an_unanswered_message_is_an_open_question_again(
    scene: Scene,
) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.writes(text="What does delivery cost?")
    assert scene.desk.lease_questions("any") == []
    scene.desk.agent_releases(scene.eva, scene.ann.id, "bot", fresh())
    [question] = scene.desk.lease_questions("any")
    assert question.dialogue.question == "What does delivery cost?"


def test_released_to_the_queue_it_goes_before_those_who_waited_longer(scene: Scene) -> None:
    scene.asks_human()
    scene.clock.advance(minutes=1)
    scene.asks_human("later")
    scene.desk.agent_claims(scene.customer("later"), scene.ann.id, fresh())
    scene.desk.agent_releases(scene.customer("later"), scene.ann.id, "queue", fresh())
    assert [row.conversation for row in scene.desk.rows(View.WAITING)] == [
        scene.customer("later"),
        scene.eva,
    ]


def test_closing_asks_for_a_rating_that_is_given_once(scene: Scene) -> None:
    scene.asks_human()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.desk.agent_writes(scene.eva, scene.ann.id, "Done.", fresh())
    scene.desk.agent_closes(scene.eva, scene.ann.id, Resolution.SOLVED, fresh())
    survey = scene.events()[-1].payload
    assert isinstance(survey, Survey)
    rate = scene.desk.customer_rates
    with pytest.raises(BadValue):
        rate(scene.eva, survey.survey, 6, None, fresh())
    with pytest.raises(UnknownSurvey):
        rate(scene.eva, SurveyId("none"), 5, None, fresh())
    first = rate(scene.eva, survey.survey, 5, "Thanks", ClientId("r"))
    assert rate(scene.eva, survey.survey, 5, "Thanks", ClientId("r")) == first
    with pytest.raises(AlreadyRated):
        rate(scene.eva, survey.survey, 1, None, fresh())
    assert scene.desk.episodes(scene.eva)[0].score == 5


def test_spam_gets_no_survey(scene: Scene) -> None:
    asked = scene.writes()
    scene.desk.bot_replies(scene.eva, reply(), asked.seq)
    scene.desk.agent_closes(scene.eva, scene.ann.id, Resolution.SPAM, fresh())
    assert scene.events()[-1].kind is EventKind.STAGE


def test_writing_soon_after_the_close_reopens_and_later_begins_a_new_episode(
    scene: Scene,
) -> None:
    asked = scene.writes()
    scene.desk.bot_replies(scene.eva, reply(), asked.seq)
    scene.desk.customer_closes(scene.eva, fresh())
    scene.clock.advance(hours=23)
    assert scene.writes(text="One more thing").episode == 1
    assert len(scene.desk.lease_questions("any")[0].dialogue.turns) == 3
    scene.desk.customer_closes(scene.eva, fresh())
    scene.clock.advance(hours=25)
    assert scene.writes(text="Something else").episode == 2
    [question] = scene.desk.lease_questions("any")
    assert [turn.text for turn in question.dialogue.turns] == ["Something else"]


def test_who_starts_anew_begins_an_episode_however_soon_after_the_close(scene: Scene) -> None:
    asked = scene.writes()
    scene.desk.bot_replies(scene.eva, reply(), asked.seq)

    def write(client_id: ClientId) -> Event:
        visitor = VisitorHash("eva")
        return scene.desk.customer_writes(
            scene.eva, "Something else", client_id, site=SITE, visitor_hash=visitor, anew=True
        )

    assert write(fresh()).episode == 1, "an open episode goes on"
    scene.desk.customer_closes(scene.eva, fresh())
    begun = write(ClientId("anew"))
    assert begun.episode == 2
    assert write(ClientId("anew")) == begun
    [question] = scene.desk.lease_questions("any")
    assert [turn.text for turn in question.dialogue.turns] == ["Something else"]


def test_a_choice_is_said_in_its_own_words(scene: Scene) -> None:
    asked = scene.writes(text="How do I reset it?")
    choices = (Choice("phone.md", "The phone"), Choice("tv.md", "The television"))
    back = Reply(Decision.CLARIFY, "Which one?", choices=choices)
    scene.desk.bot_replies(scene.eva, back, asked.seq)
    event = scene.desk.customer_chooses(scene.eva, "tv.md", fresh())
    assert isinstance(event.payload, Message)
    assert (event.payload.text, event.payload.choice) == ("The television", "tv.md")
    assert len(scene.desk.lease_questions("any")) == 1
    with pytest.raises(UnknownMessage):
        scene.desk.customer_chooses(scene.eva, "car.md", fresh())


def test_a_thumb_reaches_the_next_dialogue_and_the_packet(scene: Scene) -> None:
    asked = scene.writes()
    [said] = scene.desk.bot_replies(scene.eva, reply(), asked.seq)
    scene.desk.customer_feedback(scene.eva, said.seq, False, fresh())
    with pytest.raises(UnknownMessage):
        scene.desk.customer_feedback(scene.eva, asked.seq, True, fresh())
    scene.writes(text="No, the other parcel")
    [question] = scene.desk.lease_questions("any")
    assert [turn.helpful for turn in question.dialogue.turns] == [None, False, None]
    scene.desk.customer_asks_human(scene.eva, fresh())
    packet = scene.desk.packet(scene.eva)
    assert packet is not None
    assert [shown.rejected for shown in packet.shown] == [True]
    assert packet.suggested == ()


def test_an_address_left_while_waiting_is_kept_and_shown(scene: Scene) -> None:
    scene.asks_human()
    with pytest.raises(BadValue):
        scene.desk.customer_leaves_contact(scene.eva, {"email": "not one"}, fresh())
    scene.desk.customer_leaves_contact(scene.eva, {"email": "eva@example.org"}, fresh())
    assert scene.desk.rows(View.WAITING)[0].email == "eva@example.org"


def test_changes_are_seen_from_a_cursor_on(scene: Scene) -> None:
    cursor = scene.desk.now_cursor()
    assert scene.desk.changed_since(cursor).conversations == ()
    scene.writes()
    changes = scene.desk.changed_since(cursor)
    assert [(c.conversation, c.seq) for c in changes.conversations] == [(scene.eva, 1)]
    scene.writes("other")
    later = scene.desk.changed_since(changes.cursor)
    assert scene.customer("other") in [c.conversation for c in later.conversations]
    assert Cursor(0) < cursor <= later.cursor


def test_words_are_found_in_messages_and_notes(scene: Scene) -> None:
    scene.writes(text="My blender hums")
    scene.writes("other", text="My kettle 100% leaks")
    scene.desk.agent_notes(scene.eva, scene.ann.id, "Known fault of the Aurora", fresh())
    assert [one.row.conversation for one in scene.desk.search("aurora")] == [scene.eva]
    assert [one.row.conversation for one in scene.desk.search("KETTLE leaks")] == [
        scene.customer("other")
    ]
    assert scene.desk.search("100%") == scene.desk.search("kettle")
    assert scene.desk.search("zebra") == []
    assert scene.desk.search("text") == []


def test_search_knows_the_letters_of_other_languages(scene: Scene) -> None:
    scene.writes(text="Wo bleibt mein ÜBERGRÖSSEN-Paket? Где посылка?")
    assert scene.desk.search("übergrössen ПОСЫЛКА")[0].row.conversation == scene.eva
