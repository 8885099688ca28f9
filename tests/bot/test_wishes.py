"""Direct wishes for a person, and the traps that only look like one."""

import pytest

from bot.dialogue import Decision, Speaker, Turn
from bot.wishes import wants_person


@pytest.mark.parametrize(
    "text",
    [
        "can I speak with a real person please",
        "agent",
        "talk to a human",
        "Ich möchte mit einem echten Menschen sprechen",
        "Je veux parler à un vrai humain",
        "Quiero hablar con un humano real",
    ],
)
def test_a_direct_wish_is_heard(text: str) -> None:
    assert wants_person(text, ()) > 0.5


@pytest.mark.parametrize(
    "text",
    [
        "no need for a human, just tell me where the invoices are",
        "how do I return a thing?",
        "",
        "yes",
    ],
)
def test_no_wish_is_heard_where_there_is_none(text: str) -> None:
    assert wants_person(text, ()) < 0.5


def test_yes_after_an_offer_is_a_wish() -> None:
    offer = Turn(Speaker.BOT, "Shall I get a person?", decision=Decision.OFFER_HUMAN, offer=True)
    assert wants_person("yes please", (offer,)) > 0.5
    assert wants_person("yes please", (Turn(Speaker.BOT, "Here you are."),)) < 0.5
