"""The feeling comes before the fact, whatever the bot decided."""

import re
from dataclasses import replace

import pytest

from bot.answers import Answer
from bot.course import Course
from bot.dialogue import Choice, Citation, Decision, Dialogue, ReplySentence, Speaker, Turn
from bot.hearing import Heard
from bot.language import LANGUAGES, spoken, words_of
from bot.matters import load_matters, matter_of
from bot.policy import Verdict
from bot.saying import worded
from bot.tone import load_tone, worries

NOTHING = Course(False, False, False, False, 0, 0, 1)
CALM = Heard(
    language="en", smalltalk=None, unclear=False, loud=False, wants_person=0.0, frustration=0.0,
    course=NOTHING, matter=None, outside=False,
)  # fmt: skip
ANSWER = Answer(
    (ReplySentence("It takes a day.", 0),),
    (Citation("a", "A", None, "It takes a day.", 0, 15),),
    "It takes a day.",
)
CHOICES = (Choice("a", "A"), Choice("b", "B"))


def said(decision: Decision, reason: str, question: str, heard: Heard = CALM) -> str:
    dialogue = Dialogue((Turn(Speaker.CUSTOMER, question),))
    return worded(Verdict(decision, reason), heard, ANSWER, CHOICES, dialogue).text


DECISIONS = {
    "an answer": (Decision.ANSWER, "confident"),
    "a question back": (Decision.CLARIFY, "near_ties"),
    "an offer": (Decision.OFFER_HUMAN, "low_confidence"),
    "a handoff": (Decision.HANDOFF, "direct_request"),
    "a decline": (Decision.DECLINE, "already_offered"),
}


@pytest.mark.parametrize(("decision", "reason"), DECISIONS.values(), ids=DECISIONS.keys())
def test_an_upset_customer_is_heard_first(decision: Decision, reason: str) -> None:
    upset = said(decision, reason, "this is ridiculous, where is my parcel")
    assert load_tone().acknowledges(upset.split(". ")[0])
    assert not load_tone().acknowledges(said(decision, reason, "where is my parcel"))


def test_frustration_heard_in_the_whole_conversation_counts_too() -> None:
    heard = replace(CALM, frustration=0.45)
    assert load_tone().acknowledges(said(Decision.CLARIFY, "near_ties", "and now", heard))


def test_a_worrying_matter_is_called_so() -> None:
    assert said(Decision.OFFER_HUMAN, "low_confidence", "my account was hacked").startswith(
        "That is worrying."
    )


def test_in_danger_nothing_stands_before_the_owners_words() -> None:
    safety = next(matter for matter in load_matters() if matter.name == "safety")
    heard = replace(CALM, matter=safety)
    assert said(Decision.HANDOFF, "safety", "smoke!!! this is a nightmare", heard) == safety.say


def test_a_danger_is_answered_after_the_owners_words() -> None:
    safety = next(matter for matter in load_matters() if matter.name == "safety")
    dialogue = Dialogue((Turn(Speaker.CUSTOMER, "my child swallowed a battery"),))
    verdict = Verdict(Decision.HANDOFF, "safety", with_answer=True)
    sent = worded(verdict, replace(CALM, matter=safety), ANSWER, (), dialogue)
    lead, *cited = sent.sentences
    assert lead.citation is None
    assert lead.text.startswith(safety.say or "nothing")
    assert (tuple(cited), sent.citations) == (ANSWER.sentences, ANSWER.citations)
    assert sent.text == f"{lead.text}\n\n{ANSWER.text}"


CALLED_SO = {
    "theft": "my bike was stolen",
    "an intruder": "someone hacked my account",
    "a fire": "the toaster caught fire",
    "a crime to report": "I want to report a theft",
    "German": "mein Rad wurde gestohlen",
    "Spanish": "me robaron la bici",
}
NOT_CALLED_SO = {
    "a dismissal": "how do I fire an employee",
    "a number": "emergency line?",
    "a tablet": "does it run on Fire TV",
    "a plan": "Spark plan price",
    "insurance": "does it cover theft",
    "smokers": "may I smoke on the balcony",
    "spending": "burn rate report",
    "a word": "what is phishing",
}


@pytest.mark.parametrize("text", CALLED_SO.values(), ids=CALLED_SO.keys())
def test_a_worry_is_what_happened(text: str) -> None:
    assert worries(text)


@pytest.mark.parametrize("text", NOT_CALLED_SO.values(), ids=NOT_CALLED_SO.keys())
def test_a_worrying_word_is_no_worry(text: str) -> None:
    assert not worries(text)


def test_an_open_detail_is_asked_for_with_its_choices() -> None:
    assert said(Decision.CLARIFY, "missing_detail", "how do I pair it").endswith("\n- A\n- B")


IN_DANGER = {
    "de": ("Ich möchte mich umbringen", "Notruf"),
    "fr": ("Je veux mourir, plus envie de vivre", "urgence"),
    "es": ("Ya no quiero vivir", "emergencias"),
    "pt": ("Não quero mais viver", "emergência"),
    "it": ("Non voglio più vivere", "emergenza"),
    "nl": ("Ik wil niet meer leven", "alarmnummer"),
    "pl": ("Nie chcę żyć", "alarmowy"),
    "ja": ("もう死にたいです", "緊急通報"),
    "ar": ("أريد أن أنتحر", "الطوارئ"),
}


@pytest.mark.parametrize(
    ("language", "message", "number"),
    [(language, *rest) for language, rest in IN_DANGER.items()],
    ids=IN_DANGER.keys(),
)
def test_whoever_is_in_danger_reads_where_to_call_in_their_own_language(
    language: str, message: str, number: str
) -> None:
    assert spoken(message, "en") == language
    matter = matter_of(message, load_matters())
    assert matter is not None
    heard = replace(CALM, language=language, matter=matter)
    assert number in said(Decision.HANDOFF, "self_harm", message, heard)


def test_the_matters_are_answered_in_every_language_of_the_bot() -> None:
    for matter in load_matters():
        assert matter.say is None or set(matter.say_in) == set(LANGUAGES) - {"en"}


def test_one_apology_is_enough_for_an_answer_that_was_not_it() -> None:
    offered = said(Decision.OFFER_HUMAN, "answer_rejected", "no, that is useless!!!")
    assert offered.lower().count("sorry") == 1


SOON = re.compile(r"\b(?:now|right away|jetzt|sofort|tout de suite|ahora|já|subito|nu|teraz)\b")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_handoff_does_not_promise_that_somebody_is_there(language: str) -> None:
    says = words_of(language).says
    told = [says["handoff"], says["handoff_sorry"]]
    handed = [matter.says(language) for matter in load_matters() if matter.action == "hand_over"]
    sentences = [one for text in (*told, *handed) if text for one in text.split(". ")]
    # The emergency number is there at every hour; people may be back tomorrow.
    number = IN_DANGER.get(language, ("", "emergency number"))[1]
    ours = [one for one in sentences if number not in one]
    assert len(ours) < len(sentences)
    assert [one for one in ours if SOON.search(one)] == []
