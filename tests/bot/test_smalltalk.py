"""Small talk is told apart from questions, in every language the bot speaks."""

import pytest

from bot.language import LANGUAGES, fold, spoken, words_of
from bot.smalltalk import KINDS, recognise
from bot.tone import load_tone, say

HEARD = [
    ("hi", "greeting", "en"),
    ("Hiiii there!", "greeting", "en"),
    ("Thank you so much!!", "thanks", "en"),
    ("ok thanks bye", "goodbye", "en"),
    ("are you a bot?", "bot_question", "en"),
    ("you're useless", "insult", "en"),
    ("thanks, but it still doesn't work", "rejection", "en"),
    ("That's not what I asked.", "rejection", "en"),
    ("no thanks", "refuse", "en"),
    ("Hallo zusammen", "greeting", "de"),
    ("Danke schön!", "thanks", "de"),
    ("Bist du ein Roboter?", "bot_question", "de"),
    ("Merci beaucoup", "thanks", "fr"),
    ("J'ai besoin d'aide", "help", "fr"),
    ("¡Buenos días!", "greeting", "es"),
    ("muito obrigado", "thanks", "pt"),
    ("Buongiorno", "greeting", "it"),
    ("Dank u wel", "thanks", "nl"),
    ("Dzień dobry", "greeting", "pl"),
]

QUESTIONS = [
    "hi, how do I return a thing?",
    "thanks. and how long does the refund take?",
    "are you a registered company?",
    "help me cancel my order",
    "bye the way my order is late",
    "hallo, wo ist mein Paket?",
    "👍",
    "",
    "???",
    "no internet on my speaker",
]


@pytest.mark.parametrize(("text", "kind", "language"), HEARD, ids=[text for text, _, _ in HEARD])
def test_small_talk_is_heard_with_its_language(text: str, kind: str, language: str) -> None:
    heard = recognise(text, spoken(text, None))
    assert heard is not None
    assert (heard.kind, heard.language) == (kind, language)


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_is_not_small_talk(text: str) -> None:
    assert recognise(text, "en") is None


def test_a_huge_message_is_not_small_talk() -> None:
    assert recognise("hello " * 200_000, "en") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_words_for_every_occasion(language: str) -> None:
    says, english = words_of(language).says, words_of("en").says
    needed = {key for key in english if not key.endswith("_name")}
    assert needed <= set(says)
    assert set(words_of(language).hears) == {*KINDS, "filler"}
    for text in says.values():
        assert load_tone().forbidden_in(text) == []
        assert "!" not in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_phrases_are_written_as_they_are_compared(language: str) -> None:
    for phrases in words_of(language).hears.values():
        for phrase in phrases:
            assert " ".join(fold(phrase)) == phrase


@pytest.mark.parametrize(
    ("profile", "text"),
    [
        ({"name": "Ana Petrova"}, "Hello Ana. What can I help you with today?"),
        ({"name": "<b>x</b>"}, "Hello. What can I help you with today?"),
        ({}, "Hello. What can I help you with today?"),
    ],
)
def test_the_name_is_used_when_it_is_known(profile: dict[str, str], text: str) -> None:
    assert say("greeting", "en", profile) == text


@pytest.mark.parametrize(
    ("text", "locale", "language"),
    [
        ("wo ist mein Paket und wann kommt es", "en-GB", "de"),
        ("refund?", "fr-CH", "fr"),
        ("refund?", None, "en"),
        ("¿cómo puedo devolver mi pedido?", None, "es"),
        ("返品", "ja", "ja"),
        ("返品", None, "en"),
        ("iPhoneのケースを返品したい", "en", "ja"),
        ("the mug that says ありがとう is broken", "en", "en"),
        ("أين طلبي", "en", "ar"),
        ("سفارش من کجاست", None, "en"),
    ],
)
def test_the_spoken_language_is_told(text: str, locale: str | None, language: str) -> None:
    assert spoken(text, locale) == language
