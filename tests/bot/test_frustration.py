"""Frustration rises with angry words, shouting, repetition and failed turns."""

import pytest

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.frustration import frustration


def said(*texts: str) -> Dialogue:
    return Dialogue(tuple(Turn(Speaker.CUSTOMER, text) for text in texts))


@pytest.mark.parametrize("text", ["", "how do I return a thing?", "my card was stolen", "FAQ"])
def test_a_calm_message_is_calm(text: str) -> None:
    assert frustration(said(text)) < 0.3


@pytest.mark.parametrize(
    "text", ["this is ridiculous, you are useless!", "THIS STILL DOES NOT WORK!!! STUPID BOT"]
)
def test_an_angry_message_is_heard(text: str) -> None:
    assert frustration(said(text)) > 0.6


def test_asking_the_same_again_after_a_decline_raises_it() -> None:
    question = Turn(Speaker.CUSTOMER, "where is my refund for the chair")
    declined = Turn(Speaker.BOT, "I couldn't find that.", decision=Decision.DECLINE)
    once = frustration(Dialogue((question,)))
    twice = frustration(Dialogue((question, declined, question)))
    assert twice > once + 0.1
