"""The packet: what an agent reads first."""

import json
from dataclasses import replace

from bot.dialogue import Decision, Reply, Retrieved
from handoff.erasure import erase
from handoff.events import Audience
from handoff.packet import Packet, Searched, from_json, schema, to_json
from tests.handoff.desk_for_tests import Scene, fresh, reply


def test_a_packet_tells_what_happened_in_the_customers_and_the_bots_own_words(
    scene: Scene,
) -> None:
    asked = scene.writes(text="Where is my parcel?")
    [said] = scene.desk.bot_replies(scene.eva, reply(), asked.seq)
    scene.desk.customer_feedback(scene.eva, said.seq, False, fresh())
    wish = scene.writes(text="I want a person")
    scene.desk.customer_leaves_contact(scene.eva, {"name": "Eva"}, fresh())
    scene.desk.bot_replies(scene.eva, reply(Decision.HANDOFF, "Right away."), wish.seq)
    packet = scene.desk.packet(scene.eva)
    assert packet is not None
    assert packet.question == "Where is my parcel?"
    assert [turn.text for turn in packet.transcript] == [
        "Where is my parcel?",
        "It is on its way.",
        "I want a person",
        "Right away.",
    ]
    assert packet.transcript[1].helpful is False
    assert packet.searched[0].articles == ("delivery.md",)
    assert packet.frustration == (0.1, 0.1)
    assert packet.profile == {"name": "Eva"}
    assert packet.snapshot == "000001-abc"
    assert packet.summary == (
        "Asked first: “Where is my parcel?” Shown: Delivery. Answers turned down: 1."
    )


def test_what_a_wish_for_a_person_was_searched_with_stands_only_where_nothing_else_does(
    scene: Scene,
) -> None:
    found = (Retrieved("contact.md", "contact.md#0", 1.0),)
    handed = replace(reply(Decision.HANDOFF, "Right away."), query="a person", retrieved=found)

    def asks(*said: tuple[str, Reply]) -> Packet:
        for text, answer in said:
            scene.desk.bot_replies(scene.eva, answer, scene.writes(text=text).seq)
        packet = scene.desk.packet(scene.eva)
        assert packet is not None
        scene.desk.customer_cancels_handoff(scene.eva, fresh())
        return packet

    alone = asks(("My lamp is dark, a person please", handed))
    assert (alone.searched, alone.suggested) == (
        (Searched("a person", ("contact.md",)),),
        ("contact.md",),
    )
    after = asks(("Where is my parcel?", reply()), ("I want a person", handed))
    assert after.searched == (Searched("where is my parcel", ("delivery.md",)),)
    assert after.suggested == ("delivery.md",)


def test_an_answer_turned_down_in_words_is_marked(scene: Scene) -> None:
    asked = scene.writes(text="Where is my parcel?")
    scene.desk.bot_replies(scene.eva, reply(), asked.seq)
    no = scene.writes(text="that isn't it")
    back = replace(reply(Decision.CLARIFY, "In other words?"), citations=(), sentences=())
    scene.desk.bot_replies(scene.eva, replace(back, reason="answer_rejected"), no.seq)
    scene.asks_human()
    packet = scene.desk.packet(scene.eva)
    assert packet is not None
    assert [shown.rejected for shown in packet.shown] == [True]


def test_what_the_customer_attached_is_in_the_packet(scene: Scene) -> None:
    scene.writes(text="Where is my parcel?")
    kept = scene.keeps_file("label.txt", b"Parcel 17")
    scene.writes(text="this one", files=(kept.id,))
    scene.asks_human()
    packet = scene.desk.packet(scene.eva)
    assert packet is not None
    assert [(file.name, file.type) for file in packet.attachments] == [("label.txt", "text/plain")]


def test_a_packet_survives_json_and_has_a_schema(scene: Scene) -> None:
    scene.asks_human()
    packet = scene.desk.packet(scene.eva)
    assert packet is not None
    assert from_json(json.loads(json.dumps(to_json(packet)))) == packet
    assert set(schema()["properties"]) == set(to_json(packet))


def test_an_agent_who_takes_over_from_the_bot_gets_a_packet_too(scene: Scene) -> None:
    scene.writes()
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    packet = scene.desk.packet(scene.eva)
    assert packet is not None
    assert packet.reason == "taken_over"


def test_a_worded_summary_joins_the_packet_once_and_only_agents_hear_of_it(scene: Scene) -> None:
    scene.writes()
    scene.asks_human()
    before = scene.desk.packet(scene.eva)
    assert before is not None
    told = scene.desk.bot_sums_up(scene.eva, before, "The customer asks for a parcel.")
    assert told is not None
    after = scene.desk.packet(scene.eva)
    assert after == replace(before, worded_summary="The customer asks for a parcel.")
    assert scene.desk.bot_sums_up(scene.eva, before, "Something else.") is None
    for audience, heard in ((Audience.AGENT, True), (Audience.CUSTOMER, False)):
        seqs = [e.seq for e in scene.desk.events_after(scene.eva, 0, audience)]
        assert (told.seq in seqs) is heard


def test_a_worded_summary_that_comes_too_late_changes_nothing(scene: Scene) -> None:
    scene.writes()
    scene.asks_human()
    old = scene.desk.packet(scene.eva)
    assert old is not None
    scene.desk.agent_claims(scene.eva, scene.ann.id, fresh())
    scene.clock.advance(minutes=1)
    scene.desk.agent_releases(scene.eva, scene.ann.id, "queue", fresh())
    assert scene.desk.bot_sums_up(scene.eva, old, "Of the handoff before.") is None
    scene.desk.customer_cancels_handoff(scene.eva, fresh())
    latest = scene.desk.packet(scene.eva)
    assert latest is not None
    assert scene.desk.bot_sums_up(scene.eva, latest, "Back with the bot.") is None


def test_a_worded_summary_is_forgotten_with_its_customer(scene: Scene) -> None:
    scene.writes()
    scene.asks_human()
    packet = scene.desk.packet(scene.eva)
    assert packet is not None
    scene.desk.bot_sums_up(scene.eva, packet, "Kim asks for a parcel.")
    erase(scene.engine, scene.eva, clock=scene.clock)
    assert scene.desk.packet(scene.eva) is None
    assert "Kim" not in repr(scene.events())
    assert scene.desk.bot_sums_up(scene.eva, packet, "Kim asks for a parcel.") is None
