"""The language a message is in: by its own words and marks, then by those before it."""

import json
from pathlib import Path

import pytest

from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.hearing import hear
from bot.language import LANGUAGES, fold, spoken, told, words_of
from bot.letters import load_letters
from knowledge.hashing import HashEmbedder

SHORT = {
    "de": ["Passwort vergessen", "Was kostet Velora Plus?", "Wann öffnet die Filiale?"],
    "fr": ["Combien coûte le pass annuel ?", "Mot de passe oublié", "Mon vélo a été volé"],
    "es": ["¿Cuánto cuesta el plan Grow?", "Olvidé mi contraseña", "¿Admiten perros pequeños?"],
    "pt": ["Quanto custa o plano Grow?", "Esqueci a senha", "Onde está a encomenda?"],
    "it": ["Quanto costa il Grow?", "Ho perso la carta", "Disdire abbonamento Velora"],
    "nl": ["Hoeveel kost een dagkaart?", "Wachtwoord vergeten", "Mijn fiets is gestolen"],
    "pl": ["Ile kosztuje plan Grow?", "Zapomniałem hasła", "Gdzie jest paczka?"],
}
ENGLISH = [
    "forgot password",
    "am I late?",
    "in Berlin",
    "Die Hard rental",
    "San José office",
    "do you ship to São Paulo",
    "is Le Creuset in stock",
    "à la carte prices",
    "pain in my ear",
    "on hold",
]


@pytest.mark.parametrize(
    ("language", "text"), [(language, text) for language in SHORT for text in SHORT[language]]
)
def test_a_few_words_tell_their_language(language: str, text: str) -> None:
    assert spoken(text, None) == language


@pytest.mark.parametrize("text", ENGLISH)
def test_a_name_or_a_small_word_makes_no_english_message_foreign(text: str) -> None:
    assert spoken(text, None) == "en"


def test_telling_words_are_folded_and_none_is_english() -> None:
    english = words_of("en").function_words | words_of("en").telling_words
    for language in LANGUAGES:
        telling = words_of(language).telling_words
        assert [word for word in telling if fold(word) != [word]] == []
        assert language == "en" or not telling & english


def test_a_language_surely_heard_counts_for_what_leaves_doubt() -> None:
    before = ["Wie kündige ich meinen Monatspass?"]
    assert spoken("Velora Plus", None, before) == "de"
    assert spoken("Velora Plus", "en-GB", before) == "de"
    assert spoken("how long does that take?", None, before) == "en"
    assert spoken("Velora Plus", None, ["ok", *before, "PayPal"]) == "de"


def test_a_language_that_was_only_supposed_does_not_stay() -> None:
    assert spoken("Velora Plus", None, ["bitte"]) == "en"


def test_two_languages_that_share_a_message_are_parted_by_what_was_heard() -> None:
    assert told("hallo") is None
    assert spoken("hallo", None, ["Waar is mijn bestelling?"]) == "nl"


def test_only_the_customers_own_words_tell_their_language() -> None:
    def heard(*turns: Turn) -> str:
        return hear(Dialogue(turns), {}, HashEmbedder().model_id, ()).language

    german = "Wo ist mein Paket und wann kommt es?"
    last = Turn(Speaker.CUSTOMER, "Velora Plus")
    assert heard(Turn(Speaker.CUSTOMER, german), last) == "de"
    assert heard(Turn(Speaker.BOT, german, Decision.ANSWER), last) == "en"


UNKNOWN_WORDS = {
    "de": "Versicherungsnachweis hochgeladen",
    "fr": "Chaussures trouées",
    "es": "Zapatillas completamente descosidas",
    "it": "Cerniera inceppata stamattina",
    "nl": "Ritssluiting vastgelopen",
    "pl": "Rozklejone buty",
}


@pytest.mark.parametrize(("language", "text"), UNKNOWN_WORDS.items())
def test_letters_tell_where_no_word_is_known(language: str, text: str) -> None:
    words = frozenset(fold(text))
    assert not words & (words_of(language).telling_words | words_of(language).function_words)
    assert spoken(text, None) == language


@pytest.mark.parametrize(
    "text",
    [
        "Velora Plus",
        "Anna Kowalska",
        "Giuseppe Rossi, Via Garibaldi 12",
        "Sonara Flex Berlin",
        "aaaaaaaaaaaaaaaa",
        "E-1174",
    ],
)
def test_letters_tell_nothing_of_a_name(text: str) -> None:
    assert told(text) in (None, "en")


def test_letters_are_sure_of_no_message_that_is_long_or_tiny() -> None:
    letters = load_letters()
    assert letters.look_like("Schuhe") is None
    assert letters.look_like("Versicherungsnachweis hochgeladen. " * 40) is None
    assert letters.look_like("Versicherungsnachweis hochgeladen") == "de"


def test_the_letters_name_what_they_were_fitted_on() -> None:
    root = Path(__file__).resolve().parents[2]
    data = json.loads((root / "bot" / "letters.json").read_text(encoding="utf-8"))
    assert all((root / one["set"]).is_file() and one["sha256"] for one in data["fitted_on"])
    assert set(data["floors"]) == set(LANGUAGES) - {"ja", "ar"}
