"""The question's words in a text: by stem, by likely misspelling, by rarity."""

import pytest

from bot.overlap import asked_words, coverage, held

TERMS = {"lamp": 2.0, "return": 1.0, "the": 0.1}


def test_function_words_do_not_count_unless_there_is_nothing_else() -> None:
    assert [one.word for one in asked_words("the lamp", TERMS, "english")] == ["lamp"]
    assert [one.word for one in asked_words("the", TERMS, "english")] == ["the"]


@pytest.mark.parametrize(
    ("word", "text", "rated"),
    [
        ("lamps", "A lamp.", 1.0),
        ("waranty", "Our warranty lasts.", 0.8),
        ("E-606", "The code E-605.", 0.0),
        ("chess", "Press the button.", 0.0),
    ],
    ids=["by its stem", "misspelt", "a code is no other code", "another word"],
)
def test_a_word_is_held(word: str, text: str, rated: float) -> None:
    assert held(asked_words(word, TERMS, "english")[-1], text, "english") == rated


def test_rare_words_weigh_more() -> None:
    asked = asked_words("return lamp", TERMS, "english")
    assert coverage("My lamp.", asked, "english") == pytest.approx(2 / 3)
    assert coverage("A return.", asked, "english") == pytest.approx(1 / 3)
