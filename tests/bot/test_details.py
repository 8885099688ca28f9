"""Articles or sections that differ by a name nobody gave are asked about, once."""

import pytest

from bot.assistant import Assistant
from bot.details import open_detail, settled
from bot.dialogue import Decision, Dialogue, Reply, Speaker, Turn
from knowledge.minilm import load_embedder, model_id
from knowledge.search import WeightedQuery
from knowledge.snapshot import Snapshot
from tests.bot.publishing import publish

ARTICLES = {
    "pair-pip.md": "# Pair the Pip with your phone\n\nHold the button of the Pip until it blinks.\n",
    "pair-nob.md": "# Pair the Nob with your phone\n\nHold the button of the Nob until it blinks.\n",
    "alerts.md": "# Silence the alerts at night\n\n## On iPhone\n\nOpen Settings, tap Focus and choose Sleep to "
    "silence the alerts.\n\n## On Android\n\nOpen Settings, tap Modes and choose Bedtime to silence "
    "the alerts.\n",
    "faq-pay.md": "# Paying: questions and answers\n\nWe take cards and gift vouchers.\n",
    "faq-send.md": "# Sending: questions and answers\n\nParcels leave on the day you order.\n",
    "warranty.md": "# Warranty\n\nEvery lamp has a warranty of two years.\n",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return publish(tmp_path_factory.mktemp("kb"), ARTICLES, load_embedder(), model_id(None))


def choices(snapshot: Snapshot, question: str, *said: str) -> list[str]:
    encoded = load_embedder().encode([question])[0]
    findings = snapshot.search_encoded([WeightedQuery(question, encoded, 1.0)], limit_articles=6)
    return sorted(c.label for c in open_detail(findings, [*said, question], max_gap=0.2))


def test_twin_articles_are_offered_when_neither_is_named(snapshot: Snapshot) -> None:
    twins = ["Pair the Nob with your phone", "Pair the Pip with your phone"]
    assert choices(snapshot, "how do I pair it with my phone?") == twins


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("how do I pair the pip with my phone?", ()),
        ("how do I pair it with my phone?", ("I bought a Nob",)),
    ],
    ids=["in the question", "before"],
)
def test_a_name_that_was_said_closes_the_question(
    snapshot: Snapshot, question: str, said: tuple[str, ...]
) -> None:
    assert choices(snapshot, question, *said) == []


def best(snapshot: Snapshot, question: str, *told: str) -> tuple[str, list[str]]:
    encoded = load_embedder().encode([question])[0]
    findings = snapshot.search_encoded([WeightedQuery(question, encoded, 1.0)], limit_articles=6)
    articles = settled(findings, [*told, question], max_gap=0.2).articles
    return articles[0].article, [hit.passage.heading.split(" › ")[-1] for hit in articles[0].hits]


@pytest.mark.parametrize("name", ["Pip", "Nob"])
def test_a_product_told_before_is_the_one_that_is_found(snapshot: Snapshot, name: str) -> None:
    told = (f"I have a {name}", "how long is the warranty?")
    article, _ = best(snapshot, "how do I pair it with my phone?", *told)
    assert article == f"pair-{name.lower()}.md"
    assert choices(snapshot, "how do I pair it with my phone?", *told) == []


def test_the_name_told_last_counts(snapshot: Snapshot) -> None:
    article, _ = best(
        snapshot, "how do I pair it with my phone?", "I have a Nob", "I got a Pip too"
    )
    assert article == "pair-pip.md"


@pytest.mark.parametrize(("device", "other"), [("iPhone", "Android"), ("Android", "iPhone")])
def test_a_device_told_before_leaves_its_section(
    snapshot: Snapshot, device: str, other: str
) -> None:
    _, headings = best(snapshot, "how do I silence the alerts at night?", f"I use an {device}")
    assert f"On {device}" in headings
    assert f"On {other}" not in headings


def test_without_a_name_told_all_stays_as_found(snapshot: Snapshot) -> None:
    asked = "how do I silence the alerts at night?"
    assert best(snapshot, asked) == best(snapshot, asked, "I bought a lamp")


def test_a_device_that_was_told_is_not_asked_for(snapshot: Snapshot) -> None:
    assistant = Assistant(load_embedder())
    told = Turn(Speaker.CUSTOMER, "I have a Nob")
    heard = assistant.reply(snapshot, Dialogue((told,)))
    assert (heard.decision, heard.reason, heard.offer) == (Decision.SMALLTALK, "context", False)
    asked = Turn(Speaker.CUSTOMER, "how do I pair it with my phone?")
    turns = (told, Turn(Speaker.BOT, heard.text, heard.decision), asked)
    reply = assistant.reply(snapshot, Dialogue(turns))
    assert reply.decision is Decision.ANSWER
    assert {citation.article for citation in reply.citations} == {"pair-nob.md"}


def test_sections_for_devices_are_offered(snapshot: Snapshot) -> None:
    assert choices(snapshot, "how do I silence the alerts at night?") == ["On Android", "On iPhone"]


def test_articles_on_different_subjects_are_no_twins(snapshot: Snapshot) -> None:
    assert choices(snapshot, "how can I pay?") == []


def test_the_bot_asks_once_and_answers_from_the_chosen_one(snapshot: Snapshot) -> None:
    assistant = Assistant(load_embedder())
    asked = Turn(Speaker.CUSTOMER, "how do I pair it with my phone?")
    back = assistant.reply(snapshot, Dialogue((asked,)))
    assert (back.decision, back.reason) == (Decision.CLARIFY, "missing_detail")
    chosen = next(c.value for c in back.choices if "Nob" in c.label)
    turns = (
        asked,
        Turn(Speaker.BOT, back.text, back.decision),
        Turn(Speaker.CUSTOMER, chosen),
    )
    reply = assistant.reply(snapshot, Dialogue(turns))
    assert reply.decision is Decision.ANSWER
    assert reply.citations[0].article == "pair-nob.md"


def answer_to_choices(snapshot: Snapshot, text: str) -> Reply:
    assistant = Assistant(load_embedder())
    asked = Turn(Speaker.CUSTOMER, "how do I pair it with my phone?")
    back = assistant.reply(snapshot, Dialogue((asked,)))
    turns = (asked, Turn(Speaker.BOT, back.text, back.decision), Turn(Speaker.CUSTOMER, text))
    return assistant.reply(snapshot, Dialogue(turns))


@pytest.mark.parametrize("text", ["the first", "the second one", "both"])
def test_a_typed_place_is_answered_from_its_article(snapshot: Snapshot, text: str) -> None:
    back = Assistant(load_embedder()).reply(
        snapshot, Dialogue((Turn(Speaker.CUSTOMER, "how do I pair it with my phone?"),))
    )
    articles = [f"pair-{choice.label.split()[2].lower()}.md" for choice in back.choices]
    meant = {"the first": articles[:1], "the second one": articles[1:], "both": articles}
    reply = answer_to_choices(snapshot, text)
    assert reply.decision is Decision.ANSWER
    assert list(dict.fromkeys(c.article for c in reply.citations)) == meant[text]


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        ("none of these", "none_meant", "none of those"),
        ("keine davon", "none_meant", "nichts davon"),
        ("the fifth", "unclear", "didn't quite catch"),
    ],
)
def test_who_means_none_of_them_is_asked_in_other_words(
    snapshot: Snapshot, text: str, reason: str, words: str
) -> None:
    reply = answer_to_choices(snapshot, text)
    assert (reply.decision, reply.reason, reply.offer) == (Decision.CLARIFY, reason, False)
    assert words in reply.text
