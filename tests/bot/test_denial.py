"""People who are spoken of only to be turned down are told from people who are asked for."""

import pytest

from bot.denial import ALL, SOME, denials
from bot.wish_words import sentences


@pytest.mark.parametrize(
    "text",
    [
        "please don't connect me with anybody",
        "no human needed, thanks",
        "Rather than talking to someone I'd like to read it up.",
        "I do not want a call back",
        "without speaking to an agent",
    ],
)
def test_a_message_that_turns_people_down_denies_all(text: str) -> None:
    assert denials(sentences(text)) == {ALL}


@pytest.mark.parametrize(
    "text",
    [
        "No. I want a human",
        "no I want to talk to someone",
        "is there no one I can talk to",
        "I'm not leaving until I speak to someone",
        "why can't I talk to a person",
        "I don't want to talk to you",
        "I'd never discuss my finances with a machine. An agent please.",
        "stop the canned replies and get me somebody",
        "I don't want a form, I want a person",
        "where is my parcel",
    ],
)
def test_what_is_turned_down_is_not_always_a_person(text: str) -> None:
    assert denials(sentences(text)) == set()


def test_a_person_asked_for_beside_one_turned_down_denies_some() -> None:
    assert denials(sentences("Don't call me. I want to chat with an agent.")) == {SOME}
