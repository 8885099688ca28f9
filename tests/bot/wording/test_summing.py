"""What a language model may say of a conversation to the colleague who takes it over."""

import pytest

from bot.dialogue import Speaker, Turn
from bot.wording import summing

TALK = (
    Turn(Speaker.CUSTOMER, "Hi, this is Kim. My lamp from order WL-2041 arrived broken on 3 May."),
    Turn(
        Speaker.BOT,
        "You can return anything within 30 days. See shop.example/returns for the label.",
    ),
    Turn(Speaker.CUSTOMER, "The label does not print and I did not get an e-mail from Nordpost."),
    Turn(Speaker.BOT, "Which browser do you use?"),
    Turn(Speaker.CUSTOMER, "Firefox. Can I please have a new lamp instead?"),
)


@pytest.mark.parametrize(
    "written",
    [
        "The customer says that the lamp of order WL-2041 arrived broken on 3 May. The desk showed "
        "how to return it within 30 days. The label does not print.",
        "The customer Kim wants a new lamp. The desk told them of shop.example/returns.",
        "  Kim got no e-mail from Nordpost.\nThe customer uses Firefox.  ",
    ],
    ids=["figures", "names-and-links", "several-lines"],
)
def test_a_summary_of_what_was_said_is_taken(written: str) -> None:
    assert summing.accepted(TALK, written) == " ".join(written.split())


@pytest.mark.parametrize(
    "written",
    [
        "The customer's lamp of order WL-2042 arrived broken.",
        "The lamp arrived broken on 5 May.",
        "The lamp arrived broken on 3 June.",
        "The customer Kim Olsen wants a new lamp.",
        "Robert wants a new lamp.",
        "The customer wants a new lamp and a label from Postnord.",
        "The desk told them of shop.example/refunds.",
        "The customer may return the lamp within 60 days.",
        "The customer wants a new lamp. The desk granted a discount voucher for the trouble.",
        "The customer wants a [new lamp](https://shop.example/returns).",
        "The label does not print. " * 5,
        "The customer asked. " + "The lamp arrived broken and the label does not print " * 20,
        "",
    ],
    ids=[
        "order", "day", "month", "surname", "first-word", "firm", "link", "figure", "promise",
        "markup", "too-many", "too-long", "nothing",
    ],
)  # fmt: skip
def test_one_invention_drops_the_whole_summary(written: str) -> None:
    assert summing.accepted(TALK, written) is None


def test_only_what_is_long_enough_and_in_english_is_summed_up() -> None:
    assert summing.is_wanted(TALK)
    assert not summing.is_wanted(TALK[:2])
    german = Turn(Speaker.CUSTOMER, "Die Lampe ist kaputt und ich habe keine E-Mail bekommen.")
    assert not summing.is_wanted((german,) * 3)


def test_a_long_conversation_keeps_its_beginning_and_its_end() -> None:
    turns = [Turn(Speaker.CUSTOMER, f"Line {n}") for n in range(100)]
    told = summing.told(turns)
    assert len(told) == 24
    assert told[:2] == tuple(turns[:2])
    assert told[-1] == turns[-1]
