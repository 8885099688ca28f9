"""What a customer has or is, told before a question, is heard out and serves what they ask then."""

import pytest

from bot.context import only_told, tells_context
from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.language import LANGUAGES, words_of
from bot.policy import CONTEXT, Signals, decide
from bot.queries import plan
from bot.rules import load_rules


@pytest.mark.parametrize(
    "text",
    [
        "I bought the Wren last week", "we are on the Team plan", "hi I have an android phone",
        "I'm a student", "We have 12 employees", "my phone is a Pixel 8", "I'm on the free plan",
        "I ordered two lamps on Monday.", "We switched to Plus yesterday", "I use Chrome on a mac",
        "I've got three bulbs", "I have the Nook", "Hello, I'm 74", "I'm from Austria", "I am the owner",
        "Good morning! I bought your lamp. I'm a student.",
        "Ich habe ein Android-Handy", "Wir sind im Team-Tarif", "J'ai acheté la lampe Wren hier",
        "Tengo un iPhone", "Comprei o Wren", "Ho un telefono Android", "Ik heb een Android telefoon",
        "Mam telefon z Androidem", "iPhoneを使っています", "لدي هاتف أندرويد",
    ],
)  # fmt: skip
def test_what_a_customer_has_or_is_is_context(text: str) -> None:
    assert tells_context(text)


@pytest.mark.parametrize(
    "text",
    [
        "my lamp is locked", "the app crashes", "I was charged twice", "I have a flat battery",
        "I have a problem with my lamp", "I have a question about invoices", "I lost my phone",
        "I bought the wrong lamp", "I have an error E117", "my plan is gone", "my phone is broken",
        "I ordered three lamps and only two arrived", "I have a lamp and want to return it",
        "I am locked out", "we had an accident", "I got a fine", "my app is slow", "I want the Wren",
        "I ordered yesterday and it says preparing", "I ordered it to the old address",
        "I bought a lamp in May and the light blinks", "I ordered my first lamp last week, it arrived broken up",
        "I'm one of your victims", "I ordered a lamp yesterday, arrived in pieces",
        "He comprado una lámpara y parpadea", "I've got the Duo plan, the price went up", "I am the one who waited",
        "ich habe die Duo bestellt, sie ist warm angekommen", "j'ai commandé la Duo et j'ai reçu la Family", "I need a person", "how do I pair?", "I have an iPhone, does it work?", "on the Team plan",
        "my licence is a digital one, is it ok for the check", "Ich habe ein Handy, gilt das Angebot",
        "the yearly one", "android", "thanks", "", "I have a Wren " * 20,
        "Mein Konto ist gesperrt", "Ich habe ein Problem mit meinem Handy", "J'ai perdu mon téléphone",
        "Tengo un problema con mi plan", "Ho perso il telefono", "Ik heb een vraag over mijn abonnement",
        "Mam problem z telefonem", "電話が壊れました", "لدي مشكلة في هاتفي",
    ],
)  # fmt: skip
def test_questions_problems_and_fragments_are_none(text: str) -> None:
    assert not tells_context(text)


def test_nothing_is_asked_before_the_first_question() -> None:
    told = Turn(Speaker.CUSTOMER, "I have an android phone")
    hello, heard = Turn(Speaker.CUSTOMER, "hello"), Turn(Speaker.BOT, "Hello.", Decision.SMALLTALK)
    asked = Turn(Speaker.CUSTOMER, "how do I pair?")
    assert only_told(Dialogue((hello, heard, told)))
    assert not only_told(Dialogue((asked, heard, told)))


def test_context_before_a_question_is_acknowledged_whatever_was_found() -> None:
    for confidence in (0.1, 0.5, 0.95):
        signals = Signals(told=True, asked_nothing=True, has_answer=True, confidence=confidence)
        verdict = decide(signals, load_rules())
        assert (verdict.decision, verdict.reason) == (Decision.SMALLTALK, CONTEXT)
        assert not verdict.offer


@pytest.mark.parametrize(
    ("signals", "decision"),
    [
        (Signals(told=True, has_answer=True, confidence=0.95), Decision.ANSWER),
        (Signals(told=True, has_answer=True, confidence=0.5, near_ties=3), Decision.SMALLTALK),
        (Signals(told=True, offered=True, failures_since_offer=1), Decision.SMALLTALK),
        (Signals(told=True, asked_nothing=True, wants_person=0.99), Decision.HANDOFF),
        (Signals(told=True, asked_nothing=True, frustration=0.9), Decision.OFFER_HUMAN),
        (Signals(told=True, asked_back=True), Decision.DECLINE),
    ],
    ids=["answers what was asked", "unsure", "after an offer", "a wish", "angry", "asked back"],
)
def test_context_later_is_an_answer_or_no_failure(signals: Signals, decision: Decision) -> None:
    assert decide(signals, load_rules()).decision is decision


def test_the_question_after_context_is_searched_with_it() -> None:
    turns = (
        Turn(Speaker.CUSTOMER, "I have an android phone"),
        Turn(Speaker.BOT, words_of("en").says["context"], Decision.SMALLTALK),
        Turn(Speaker.CUSTOMER, "what do I do to pair the lamp?"),
    )
    planned = plan(Dialogue(turns))
    assert planned.leans
    assert planned.queries[1].text == "I have an android phone what do I do to pair the lamp?"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bot_invites_to_ask_in_every_language(language: str) -> None:
    assert words_of(language).says["context"].rstrip()[-1] in "?？؟。"


def test_a_place_is_told_yet_what_the_articles_surely_say_of_it_is_said() -> None:
    told = Dialogue((Turn(Speaker.CUSTOMER, "I'm from Jersey"),))
    assert tells_context("I'm from Jersey")
    assert not only_told(told)
    assert only_told(Dialogue((Turn(Speaker.CUSTOMER, "I'm a student"),)))
