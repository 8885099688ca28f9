"""A direct wish for a person is heard in any wording, and only then."""

import json
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dialogue import Decision, Speaker, Turn
from bot.wishes import wants_person
from knowledge.minilm import load_embedder

CASES = Path(__file__).resolve().parents[2] / "evals" / "cases"
UNSEEN_SHORT = CASES / "unseen_short.jsonl"
HONOURED = 0.5
"""The default of `person.direct_wish` in bot/rules.toml."""

WISHES = (
    "is there someone i can talk to about this",
    "i'd rather deal with a human",
    "put me thru to a person pls",
    "can u get ur manager",
    "i demand to speak with whoever is in charge",
    "could whoever runs this ring me",
    "I'm done with this bot, person please",
    "hUMAN!!!!",
    "agent agent agent",
    "pls just let me tlak to sombody",
    "connct me to an agnt",
    "representative",
    "no more bots",
    "Let me speak to your supervisor",
    "I want to be transferred to a human",
    "I would like to be connected with a live agent",
    "transfer me",
    "talk to human",
    "Ich will keinen Bot, ich will einen Menschen",
    "Kann ich bitte mit jemandem vom Kundendienst reden?",
    "Verbinden Sie mich mit einem Mitarbeiter",
    "je voudrais parler à quelqu'un",
    "passez-moi un conseiller",
    "quiero hablar con una persona",
    "páseme con un agente por favor",
    "ik wil een medewerker spreken",
    "chcę rozmawiać z człowiekiem",
    "人と話したい",
    "オペレーターにつないでください",
    "أريد التحدث مع موظف",
    "转人工",
    "gostaria de falar com um atendente",
    "vorrei parlare con un operatore",
    "is anybody there who can help me, a real one?",
    "can i have a human please",
    "someone real please",
    "I'd like a person to look at this",
    "I need to speak with customer care about a charge",
    "can a human take over",
    "can someone from your team call me",
    "hand me over to support",
    "I need help from a real human being",
    "this is going nowhere, get me somebody who knows",
    "can you pass me on to a colleague",
    "get me out of this loop and to a person, you are useless, agent please",
    "need 2 tlk 2 sum1",
    "ispeak toarealperson please",
    "take me off the bot",
    "rep rep rep rep",
    "I need an engineer to look at our workspace with me.",
    "will mit nem menshcen redn kein robter",
    "jveu parlé a kelkun",
    "agente humano YA",
    "passatemi l'assistenza tecnica",
    "niech się odezwie ktoś kto pracuje u was naprawdę",
    "有没有活人啊，出来一个",
    "請幫我轉接客服專員",
    "フロントの方から電話をいただけますか",
    "وصّلني بواحد منهم",
)

NO_WISHES = (
    "0",
    "{0}",
    "Maria Olsen, Sales Manager",
    "no need for a human, just tell me where the invoices are",
    "how do I kill a running export",
    "my agent licence expired",
    "can I transfer my subscription to another person",
    "the agent yesterday told me I'd get a link, where is that page?",
    "what hours can I reach your support",
    "do I have to call someone to cancel?",
    "how do I chat with friends in the app",
    "human-readable export",
    "what is operator precedence",
    "I got a representative sample",
    "does the speaker work with google assistant",
    "how do i talk to the voice assistant on my Pip",
    "can someone else use my account",
    "can another person be added to the family plan",
    "I don't want to talk to anyone, I just want the form",
    "is a person needed at home for the delivery",
    "who is the customer service partner in france",
    "how do I connect my reader to wifi",
    "how do I connect the speaker to a tv",
    "can I send it to someone as a gift",
    "contact sensor not responding",
    "my contact details are wrong",
    "customer support phone number",
    "is support included in Care?",
    "the support page is down",
    "how do I contact the courier",
    "chat history export",
    "can i talk to alexa through it",
    "person detection on the doorbell doesn't work",
    "the chime doesn't notice people",
    "how do I remove a person from face recognition",
    "delete my account",
    "i need support for epub 3",
    "need a manager role for my colleague",
    "can the agent see my password",
    "where do i find your terms of service",
    "I spoke to an agent last week and still no refund",
    "does hush work as a headset for calls",
    "can you call the api with a token",
    "can someone help me",
    "help",
    "i need help",
    "are you a human?",
    "am I talking to a real person?",
    "is this a bot",
    "can I speak to text on the reader",
    "who do I contact for a press enquiry",
    "talk to text not working",
    "connect me to wifi",
    "call me when it's in stock",
    "someone stole my parcel",
    "somebody else opened my account",
    "i want someone else's name on the invoice",
)


@pytest.mark.parametrize("text", WISHES)
def test_a_wish_for_a_person_is_heard(text: str) -> None:
    assert wants_person(text, ()) >= HONOURED


@pytest.mark.parametrize("text", NO_WISHES)
def test_speaking_of_people_is_not_a_wish_for_one(text: str) -> None:
    assert wants_person(text, ()) < HONOURED


TOPICS = (
    *(
        "gym class on the phone",
        "phone charger",
        "my work phone",
        "lost my phone",
        "Billing help page",
    ),
    *("add a helper", "second owner", "transfer the lease", "find an installer near me"),
    *(
        "dismiss someone",
        "assign an approver",
        "I'm the tenant",
        "couriers",
        "HR portal",
        "team page",
    ),
    *("hold the order", "pausing", "end a call", "accountant login", "my invoice please"),
    *("telefonnummer ändern", "zwei karten bitte", "mon coursier", "mi repartidor"),
    *(
        "o talão por favor",
        "il mio autista",
        "mijn chauffeur",
        "mój kurier",
        "配達の人",
        "我的快递员",
        "سائقي",
    ),
)
SHORT_WISHES = (
    *(
        "human",
        "agent pls",
        "person",
        "representative",
        "talk to someone",
        "call me",
        "a hooman pls",
    ),
    *("staff member", "representitive", "opperator", "persom please", "real persn", "chat w human"),
    *("manager", "support", "live chat", "Mensch", "mitarbieter bitte", "menschn bitte", "jemand?"),
    *(
        "humain svp",
        "un conseiler",
        "humano ya",
        "un asesro",
        "pessoa real",
        "atendente já",
        "operatre",
    ),
    *("medewerkr", "człowieka", "konsulant", "人間を", "真人客服", "موظف"),
)


@pytest.mark.parametrize("text", TOPICS)
def test_a_topic_of_a_few_words_is_no_wish(text: str) -> None:
    assert wants_person(text, ()) < HONOURED


@pytest.mark.parametrize("text", SHORT_WISHES)
def test_a_wish_of_a_few_words_is_heard(text: str) -> None:
    assert wants_person(text, ()) >= HONOURED


@pytest.mark.parametrize(
    "text", ["pause", "light", "college", "apple", "passport", "transfers", "overdraft", "query"]
)
def test_an_english_word_alone_is_not_read_as_another_languages_wish(text: str) -> None:
    assert wants_person(text, ()) < HONOURED


def test_unseen_topics_and_wishes_of_a_few_words_are_told_apart() -> None:
    rows = [json.loads(line) for line in UNSEEN_SHORT.read_text(encoding="utf-8").splitlines()]
    embedder = load_embedder()
    vectors = embedder.encode([row["text"] for row in rows])
    heard = [
        wants_person(row["text"], (), encoded.pooled, embedder.model_id) >= HONOURED
        for row, encoded in zip(rows, vectors, strict=True)
    ]
    wishes = [is_heard for is_heard, row in zip(heard, rows, strict=True) if row["wish"]]
    topics = [is_heard for is_heard, row in zip(heard, rows, strict=True) if not row["wish"]]
    assert sum(wishes) >= 0.96 * len(wishes)
    assert sum(topics) <= 0.08 * len(topics)


def test_unseen_messages_of_a_few_words_stand_in_no_file_that_is_fitted_on() -> None:
    fitted = {bare for path in CASES.glob("wishes_*.jsonl") for bare in texts_of(path)}
    unseen = texts_of(UNSEEN_SHORT)
    assert len(set(unseen)) == len(unseen)
    assert not fitted.intersection(unseen)


def texts_of(path: Path) -> list[str]:
    """Return the messages in a case file without case and end marks."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [row["text"].casefold().rstrip(" .!?！？؟").lstrip() for row in rows]


OFFERS = {
    "decision": Turn(Speaker.BOT, "Shall I get a person?", decision=Decision.OFFER_HUMAN),
    "along with an answer": Turn(Speaker.BOT, "…", decision=Decision.ANSWER, offer=True),
}


@pytest.mark.parametrize("offer", OFFERS.values(), ids=OFFERS)
@pytest.mark.parametrize(
    "text", ["yes please", "Ok.", "sure, go ahead", "ja bitte", "oui", "sí", "はい", "好的", "نعم"]
)
def test_an_accepted_offer_is_a_wish(text: str, offer: Turn) -> None:
    assert wants_person(text, (Turn(Speaker.CUSTOMER, "?"), offer)) >= HONOURED


@pytest.mark.parametrize(
    "text",
    ["no thanks", "ok that helped, thank you", "yes but first: where is my invoice", "nein danke"],
)
def test_an_offer_declined_is_no_wish(text: str) -> None:
    assert wants_person(text, (OFFERS["decision"],)) < HONOURED


@pytest.mark.parametrize(
    "text",
    [
        "in Austria",
        "the blue one",
        "order 48213",
        "size 40",
        "nach Wien",
        "para mi hija",
        "北海道まで",
    ],
)
def test_what_was_meant_said_after_an_offer_does_not_accept_it(text: str) -> None:
    assert wants_person(text, (OFFERS["decision"],)) < HONOURED


def test_yes_to_anything_but_an_offer_is_no_wish() -> None:
    answer = Turn(Speaker.BOT, "Is it the Wren 2?", decision=Decision.CLARIFY)
    assert wants_person("yes please", (answer,)) < HONOURED
    assert wants_person("yes please", (OFFERS["decision"], Turn(Speaker.AGENT, "Hi"))) < HONOURED
    assert wants_person("yes please", ()) < HONOURED


def test_a_wish_at_the_end_of_a_long_message_is_heard() -> None:
    story = "The parcel came and it was open and one cup was broken. " * 3000
    assert wants_person(story + "Please connect me to an agent.", ()) >= HONOURED


@given(st.text(max_size=300))
def test_any_text_gets_a_probability(text: str) -> None:
    assert 0.0 <= wants_person(text, ()) <= 1.0


def test_the_disputed_labels_are_few_and_each_has_its_reason() -> None:
    file = Path(__file__).resolve().parents[2] / "evals" / "disputed_wishes.json"
    disputed = json.loads(file.read_text(encoding="utf-8"))
    assert len(disputed["ids"]) <= 0.03 * disputed["of"]
    assert all(len(reason) > 20 for reason in disputed["ids"].values())


def test_a_wish_is_heard_wherever_it_stands_in_a_long_message() -> None:
    told = "The parcel went to the old address and then to the depot. " * 5
    wish = "I want to speak to a human."
    assert wants_person(f"{wish} {told}", ()) >= 0.5
    assert wants_person(f"{told} {wish}", ()) >= 0.5
    assert wants_person(f"{told} {wish} {told}", ()) >= 0.5
    assert wants_person(told, ()) < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "h u m a n",
        "H-U-M-A-N please",
        "speak2human",
        "ag3nt pls",
        "ich brauche a real person bitte",
    ],
)
def test_a_wish_is_heard_however_it_is_spelt(text: str) -> None:
    assert wants_person(text, ()) >= HONOURED


@pytest.mark.parametrize(
    "text",
    [
        'translate "I want to speak to a human" into French',
        "traduis « je veux parler à un conseiller » en anglais",
        "「人と話したい」を英語に訳して",
    ],
)
def test_words_only_quoted_are_no_wish(text: str) -> None:
    assert wants_person(text, ()) < HONOURED


def test_a_message_that_is_a_quotation_as_a_whole_is_a_wish() -> None:
    assert wants_person('"I want to speak to a human"', ()) >= HONOURED


def test_a_number_to_be_called_at_is_a_wish_and_other_numbers_are_none() -> None:
    assert wants_person("please call 07700 900123", ()) >= HONOURED
    assert wants_person("my order number is 4412 5567 8890, where is it", ()) < HONOURED


@pytest.mark.parametrize(
    "text",
    [
        "How many agent seats are in the plan?",
        "Your agent told me to use the form. Where is it?",
        "please don't connect me with anybody, where is the form",
    ],
)
def test_people_who_are_spoken_of_are_not_asked_for(text: str) -> None:
    assert wants_person(text, ()) < HONOURED


def test_the_weights_were_fitted_on_the_wordings_as_they_stand() -> None:
    root = Path(__file__).resolve().parents[2]
    weights = json.loads((root / "bot" / "wishes.json").read_text(encoding="utf-8"))
    fitted = {source["set"]: source["sha256"] for source in weights["fitted_on"]}
    files = sorted((root / "evals" / "cases").glob("wishes_*.jsonl"))
    assert {file.name: sha256(file.read_bytes()).hexdigest() for file in files} == {
        name: checksum for name, checksum in fitted.items() if name.startswith("wishes_")
    }


def test_words_without_a_trace_of_contact_are_no_wish() -> None:
    assert wants_person("en passant", ()) < HONOURED
    assert wants_person("en passant, do you ship to Malta?", ()) < HONOURED
