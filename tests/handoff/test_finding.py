"""Searching everything that was said, noted and known, on both databases."""

import pytest

from handoff.asking import stands_alone
from handoff.desk.finding import excerpt
from handoff.events import SiteId
from tests.conftest import BOTH
from tests.handoff.desk_for_tests import Scene, fresh, reply

LONG = "word " * 40 + "The Parcel is late. " + "more " * 40


@BOTH
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("PARCEL", ["kim", "eva"]),
        ("parcel carrier", ["eva"]),
        ("kim@shop", ["kim"]),
        ("vip", ["kim"]),
        ("100%", ["kim"]),
        ("100_", []),
        ("  ", []),
    ],
    ids=["case", "all-words", "profile", "tag", "percent", "underscore", "blank"],
)
def test_words_are_found_wherever_they_stand(scene: Scene, words: str, found: list[str]) -> None:
    scene.writes()
    scene.desk.agent_notes(scene.eva, scene.ann.id, "Rang the carrier.", fresh())
    scene.writes("kim", LONG + " 100% sure")
    kim = scene.customer("kim")
    scene.clock.advance(seconds=1)
    scene.desk.customer_leaves_contact(kim, {"email": "kim@shop.example"}, fresh())
    scene.desk.agent_labels(kim, scene.ann.id, fresh(), tags=["VIP"])
    rows = [one.row.conversation for one in scene.desk.search(words)]
    assert rows == [scene.customer(name) for name in found]


@BOTH
def test_the_passage_is_the_latest_message_with_a_word(scene: Scene) -> None:
    scene.writes()
    note = scene.desk.agent_notes(scene.eva, scene.ann.id, "The parcel is in Oslo.", fresh())
    (found,) = scene.desk.search("parcel")
    assert (found.seq, found.excerpt) == (note.seq, "The parcel is in Oslo.")


def test_an_excerpt_shows_the_word_in_the_middle_of_a_long_text() -> None:
    shown = excerpt(LONG, ["parcel"])
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "The Parcel is late." in shown


@BOTH
def test_past_questions_may_be_those_of_one_site(scene: Scene) -> None:
    event = scene.writes()
    scene.desk.bot_replies(scene.eva, reply(), event.seq)
    assert len(scene.desk.past_questions(10, site=SiteId("shop"))) == 1
    assert scene.desk.past_questions(10, site=SiteId("other")) == []


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("Where is my parcel?", True),
        ("Where is order 48213?", False),
        ("I am kim@shop.example, who are you?", False),
        ("Why?", False),
        ("Hello,\nwhere is it now?", False),
    ],
    ids=["plain", "number", "address", "short", "lines"],
)
def test_only_questions_that_tell_nothing_of_their_customer_are_suggested(
    question: str, shown: bool
) -> None:
    assert stands_alone(question) is shown
