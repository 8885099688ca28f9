"""What the turns before the last tell the policy."""

import pytest

from bot.course import course_of
from bot.dialogue import Decision, Dialogue, Speaker, Turn


def says(text: str) -> Turn:
    return Turn(Speaker.CUSTOMER, text)


def bot(text: str = "Open Plan.", decision: Decision = Decision.ANSWER, **more: bool) -> Turn:
    return Turn(Speaker.BOT, text, decision=decision, **more)


OFFER = bot("Shall I get a person?", Decision.OFFER_HUMAN, offer=True)
ASKED = says("how do I pause my plan?")

FAILURES = {
    "nothing yet": ((ASKED,), 0),
    "an answer that stood": ((ASKED, bot(), says("and how do I resume it?")), 0),
    "an answer turned down now": ((ASKED, bot(), says("it isn't there")), 1),
    "two answers turned down": (
        (ASKED, bot(), says("it isn't there"), bot("See Today."), says("not there either")),
        2,
    ),
    "the same answer twice": (
        (ASKED, bot(), says("can I pause it for two months?"), bot(), says("where exactly?")),
        0,
    ),
    "the same answer turned down the second time": (
        (ASKED, bot(), says("can I pause it for two months?"), bot(), says("that didn't help")),
        2,
    ),
    "two questions that no article answers": (
        (ASKED, bot("No.", Decision.DECLINE), says("and the other?"), OFFER, says("hm, and this?")),
        2,
    ),
    "a thumb down": ((ASKED, bot(helpful=False), says("how else can I do it?")), 1),
    "a question back neither fails nor helps": (
        (
            *(ASKED, bot(), says("it isn't there"), bot("Which?", Decision.CLARIFY)),
            *(says("2"), bot("See Today."), says("still not there!!")),
        ),
        2,
    ),
    "what was meant, said after each answer": (
        (ASKED, bot(), says("the yearly one"), bot("See Plans."), says("for two people")),
        0,
    ),
    "thanks are no objection": ((ASKED, bot(), says("ok thanks")), 0),
}


@pytest.mark.parametrize(("turns", "count"), FAILURES.values(), ids=FAILURES)
def test_failed_answers_in_a_row_are_counted(turns: tuple[Turn, ...], count: int) -> None:
    assert course_of(Dialogue(turns)).failures == count


REPEATS = {
    "a first question": ((ASKED,), 1),
    "the same words again": ((ASKED, bot(), says("How do I pause my plan")), 2),
    "the same words misspelt": ((ASKED, bot(), says("hwo do i pasue my plan?")), 2),
    "the same words with another ending": (
        (says("When will my order ship?"), bot(), says("When will my order be shipped?")),
        2,
    ),
    "the same words, asked another way": (
        (says("Can I return a kettle?"), bot(), says("Could I return a kettle?")),
        2,
    ),
    "the same words after which more is asked": (
        (says("Do you deliver?"), bot(), says("Do you deliver to Norway on Saturdays?")),
        1,
    ),
    "the same code put another way": (
        (says("What does error E-104 mean?"), bot(), says("What does error E104 mean?")),
        2,
    ),
    "the same number in a script without spaces": (
        (says("注文番号10442はどこにありますか"), bot(), says("注文番号10442はどこにあるんですか")),
        2,
    ),
    "the same words about another thing": (
        (says("Can I return a kettle?"), bot(), says("Can I return a pillow?")),
        1,
    ),
    "the same words about another number": (
        (says("Where is my order 10442?"), bot(), says("Where is my order 10443?")),
        1,
    ),
    "the same words and more": ((ASKED, bot(), says("So how do I pause my plan today")), 2),
    "a chain of objections": (
        (ASKED, bot(), says("it isn't there"), bot("See Today."), says("not there either")),
        3,
    ),
    "a new question ends the chain": (
        (ASKED, bot(), says("it isn't there"), bot(), says("how long does delivery take?")),
        1,
    ),
}


@pytest.mark.parametrize(("turns", "count"), REPEATS.values(), ids=REPEATS)
def test_turns_on_the_same_point_are_counted(turns: tuple[Turn, ...], count: int) -> None:
    assert course_of(Dialogue(turns)).repeats == count


def test_failures_before_the_offer_are_not_counted_against_the_customer_again() -> None:
    no = bot("No.", Decision.DECLINE)
    turns = (ASKED, no, says("and the other?"), OFFER, says("how do I pay?"), no, says("and now?"))
    course = course_of(Dialogue(turns))
    assert (course.failures, course.failures_since_offer) == (3, 1)


@pytest.mark.parametrize(
    ("text", "refused"), [("no thanks", True), ("hoeft niet", True), ("where is it?", False)]
)
def test_a_refused_offer_is_remembered(text: str, refused: bool) -> None:
    turns = (ASKED, OFFER, says(text), bot(), says("and how do I resume it?"))
    assert course_of(Dialogue(turns)).refused is refused
