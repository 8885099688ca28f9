"""Frustration rises with angry words, shouting, repetition and failed turns."""

import numpy as np
import pytest

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.frustration import frustration, objects


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


@pytest.mark.parametrize(
    "text",
    [
        *("to Norway", "both wheels", "my second account", "it blinks twice", "no receipt"),
        *("the same address", "I'm not a student", "I don't have an account yet", "it's a gift"),
        *("same day delivery", "I see the menu now", "in die Schweiz", "ohne Rechnung"),
        *(
            "pour mon fils",
            "sin tarjeta",
            "voor mijn zoon",
            "dla córki",
            "子供用",
            "电池的",
            "إلى دبي",
        ),
    ],
)
def test_saying_what_was_meant_is_no_objection(text: str) -> None:
    assert not objects(answered("It costs five euros."), text)


def test_saying_that_all_is_well_is_no_objection_whatever_else_it_denies() -> None:
    answer = answered("Hold the button.")
    assert not objects(answer, "didn't see that one, works now, no need to go on")
    assert objects(answer, "that hasn't worked")
    assert objects(answer, "ça marche pas")
    assert objects(answer, "es funktioniert immer noch nicht")
    assert objects(answer, "it worked before but now it doesn't")


def test_saying_what_was_meant_twice_leaves_the_customer_calm() -> None:
    asked = Turn(Speaker.CUSTOMER, "how much is the ticket?")
    whose, where = Turn(Speaker.CUSTOMER, "for two people"), Turn(Speaker.CUSTOMER, "to Norway")
    turns = (asked, answered("It costs five euros."), whose, answered("Ten euros."), where)
    assert frustration(Dialogue(turns)) < 0.3


def test_praise_of_the_same_answer_again_is_mockery_unless_all_is_well() -> None:
    asked = Turn(Speaker.CUSTOMER, "the lamp flickers")
    same = answered("Screw the lamp in again.")
    turns = (asked, same, Turn(Speaker.CUSTOMER, "twice today"), same)
    mocking = Turn(Speaker.CUSTOMER, "brilliant, a third time is bound to do it")
    pleased = Turn(Speaker.CUSTOMER, "brilliant, that fixed it in a minute")
    assert frustration(Dialogue((*turns, mocking))) > 0.5
    assert frustration(Dialogue((*turns, pleased))) < 0.3


@pytest.mark.parametrize(
    "text",
    [
        *(
            "that didn't work",
            "no",
            "hm no",
            "still nothing",
            "wrong",
            "I already did",
            "done, same",
        ),
        *("it isn't there", "no luck", "I can't find that button", "it's not that one", "I know"),
        *("es geht nicht", "immer noch", "toujours pareil", "no funciona", "non funziona"),
        *("it happens every week", "this keeps happening", "I've done all that", "no change"),
        *("it's the second time", "das ist das zweite Mal, schon zweimal", "chaque fois"),
        *("não ajuda", "werkt niet", "nie działa", "まだだめです", "还是一样", "لا يعمل"),
    ],
)
def test_a_denial_or_a_failure_is_an_objection(text: str) -> None:
    assert objects(answered("Open Plan."), text)


def test_a_vector_of_another_model_is_left_out() -> None:
    vector = np.ones(384, dtype=np.float32) / np.sqrt(384, dtype=np.float32)
    dialogue = said("where is my parcel")
    assert frustration(dialogue, vector, "another-model") == frustration(dialogue)


@pytest.mark.parametrize("text", ["x" * 100_000, "\x00\ud83d", "!!!!" * 5000, "煙" * 3000])
def test_any_text_gets_a_probability(text: str) -> None:
    assert 0.0 <= frustration(said(text)) <= 1.0
