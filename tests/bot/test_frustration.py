"""Frustration rises with angry words, shouting, repetition and failed turns."""

import numpy as np
import pytest

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.frustration import frustration


def said(*texts: str) -> Dialogue:
    return Dialogue(tuple(Turn(Speaker.CUSTOMER, text) for text in texts))


@pytest.mark.parametrize("text", ["", "how do I return a thing?", "FAQ"])
def test_a_calm_message_is_calm(text: str) -> None:
    assert frustration(said(text)) < 0.3


@pytest.mark.parametrize(
    "text", ["this is ridiculous, you are useless!", "THIS STILL DOES NOT WORK!!! STUPID BOT"]
)
def test_an_angry_message_is_heard(text: str) -> None:
    assert frustration(said(text)) > 0.35
    assert frustration(said(text)) > 4 * frustration(said("how do I return a thing?"))


def test_asking_the_same_again_after_a_decline_raises_it() -> None:
    question = Turn(Speaker.CUSTOMER, "where is my refund for the chair")
    declined = Turn(Speaker.BOT, "I couldn't find that.", decision=Decision.DECLINE)
    once = frustration(Dialogue((question,)))
    twice = frustration(Dialogue((question, declined, question)))
    assert twice > once + 0.1


def answered(text: str) -> Turn:
    return Turn(Speaker.BOT, text, decision=Decision.ANSWER)


def test_turning_answers_down_in_a_row_raises_it_without_an_angry_word() -> None:
    asked = Turn(Speaker.CUSTOMER, "cancel my 2pm")
    first, second = answered("Open Appointments and choose Cancel."), answered("It is under Today.")
    there = Turn(Speaker.CUSTOMER, "it isn't there")
    rising = [
        frustration(Dialogue((asked,))),
        frustration(Dialogue((asked, first, there))),
        frustration(Dialogue((asked, first, there, second, Turn(Speaker.CUSTOMER, "done, same")))),
    ]
    assert rising == sorted(rising)
    assert rising[2] > rising[0] + 0.4


def test_a_follow_up_question_or_thanks_is_no_objection() -> None:
    asked = Turn(Speaker.CUSTOMER, "how do I pause my plan?")
    for text in ("and on the phone?", "thanks, that worked"):
        dialogue = Dialogue((asked, answered("Open Plan."), Turn(Speaker.CUSTOMER, text)))
        assert frustration(dialogue) < 0.3


def test_a_vector_of_another_model_is_left_out() -> None:
    vector = np.ones(384, dtype=np.float32) / np.sqrt(384, dtype=np.float32)
    dialogue = said("where is my parcel")
    assert frustration(dialogue, vector, "another-model") == frustration(dialogue)


@pytest.mark.parametrize("text", ["x" * 100_000, "\x00\ud83d", "!!!!" * 5000, "煙" * 3000])
def test_any_text_gets_a_probability(text: str) -> None:
    assert 0.0 <= frustration(said(text)) <= 1.0
