"""What is searched for a turn, given what came before it."""

import pytest

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.naming import Titles
from bot.queries import plan


def customer(text: str) -> Turn:
    return Turn(Speaker.CUSTOMER, text)


def bot(text: str, decision: Decision = Decision.ANSWER) -> Turn:
    return Turn(Speaker.BOT, text, decision=decision)


RETURN = customer("how do I return a lamp?")
ANSWER = bot("You can return a lamp within 30 days.")


def texts(*turns: Turn) -> list[str]:
    return [query.text for query in plan(Dialogue(turns)).queries]


def test_a_first_question_is_searched_alone() -> None:
    assert texts(RETURN) == ["how do I return a lamp?"]


def test_a_greeting_in_front_is_not_searched() -> None:
    assert texts(customer("Hi there, where is my parcel?")) == ["where is my parcel?"]


def test_a_follow_up_takes_the_question_and_the_answer_before_it_along() -> None:
    assert texts(RETURN, ANSWER, customer("and from Spain?")) == [
        "and from Spain?",
        "how do I return a lamp? and from Spain?",
        "You can return a lamp within 30 days.",
    ]


def test_a_question_that_stands_alone_leans_less() -> None:
    leaning = plan(Dialogue((RETURN, ANSWER, customer("and from there?")))).leaning
    other = customer("which payment methods do you accept for trade accounts?")
    alone = plan(Dialogue((RETURN, ANSWER, other)))
    assert alone.leaning < leaning
    assert alone.queries[0].weight > 2 * alone.queries[1].weight


def test_what_was_asked_is_told_in_the_customers_words() -> None:
    assert plan(Dialogue((RETURN, ANSWER, customer("and from Spain?")))).asked == (
        "how do I return a lamp? and from Spain?"
    )
    alone = customer("What does delivery to Norway cost?")
    assert plan(Dialogue((RETURN, ANSWER, alone))).asked == alone.text
    assert plan(Dialogue((customer("?!"),))).asked == ""


def test_small_talk_in_between_is_passed_over() -> None:
    thanks, welcome = customer("thanks"), bot("You're welcome.", Decision.SMALLTALK)
    found = texts(RETURN, ANSWER, thanks, welcome, customer("and from Spain?"))
    assert found[1] == "how do I return a lamp? and from Spain?"
    assert "You're welcome." not in found


def test_a_burst_of_short_messages_is_read_as_one() -> None:
    assert texts(customer("hello"), customer("my lamp"), customer("flickers at night")) == [
        "my lamp flickers at night"
    ]


def test_a_chosen_article_is_searched_with_the_question_it_was_asked_for() -> None:
    asked = bot("Which of these do you mean?", Decision.CLARIFY)
    planned = plan(Dialogue((RETURN, asked, customer("Return an item (EU)"))))
    assert planned.leaning == 1.0
    assert planned.queries[1].text == "how do I return a lamp? Return an item (EU)"


@pytest.mark.parametrize("text", ["", "  ", "?!", "🙃"])
def test_nothing_is_searched_without_a_word(text: str) -> None:
    assert texts(customer(text)) == []


PLACES = Titles(
    [f"{name} (restaurant)" for name in ("Kymmoy", "Efes", "Nirala", "Hakka")]
    + [f"{name} guest house" for name in ("Acorn", "Alpha", "Bridge")]
    + ["Gift cards"]
)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("kymmoy is in the centre of town", ["Kymmoy (restaurant)"]),
        ("how about the acorn guest house?", ["Acorn guest house"]),
        ("any guest house will do", []),
        ("a restaurant, please", []),
        ("do you sell gift cards", ["Gift cards"]),
        ("", []),
    ],
    ids=["a name", "a name among many alike", "a kind", "another kind", "a subject", "nothing"],
)
def test_a_title_is_named_by_the_words_that_tell_it_from_the_others(
    said: str, expected: list[str]
) -> None:
    assert list(PLACES.named_in(said)) == expected


def test_a_follow_up_is_about_the_article_that_was_named_last() -> None:
    told = bot("Kymmoy is in the centre. Shall I book it?")
    turns = (customer("a restaurant, please"), told, customer("do they sit outside?"))
    planned = plan(Dialogue(turns), PLACES)
    heaviest = max(planned.queries, key=lambda query: query.weight)
    assert heaviest.text == "Kymmoy (restaurant) do they sit outside?"


def test_a_question_that_names_an_article_is_not_about_the_one_before() -> None:
    told = bot("Kymmoy is in the centre.")
    turns = (customer("a restaurant, please"), told, customer("is the acorn guest house quiet?"))
    planned = plan(Dialogue(turns), PLACES)
    assert not any(query.text.startswith("Kymmoy (") for query in planned.queries)


@pytest.mark.parametrize(
    "text",
    [
        "thanks, but how long does it take?",
        "Ok great, thank you so much! how long does it take?",
        "Danke schön, wie lange dauert es?",
    ],
)
def test_thanks_before_a_question_are_not_searched(text: str) -> None:
    searched = plan(Dialogue((Turn(Speaker.CUSTOMER, text),))).queries[0].text
    assert searched in (
        "but how long does it take?",
        "how long does it take?",
        "wie lange dauert es?",
    )


def test_what_the_last_answer_was_not_about_is_not_searched() -> None:
    said = "thanks but that was about readers. how many bulbs can I run?"
    searched = plan(Dialogue((Turn(Speaker.CUSTOMER, said),))).queries[0].text
    assert searched == "how many bulbs can I run?"
