"""Who asks where it says that gets the source and the sentences of the last answer."""

from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.showing import shown_again
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import Snapshot
from tests.bot.publishing import publish
from tests.bot.test_assistant import ARTICLES, ask, assert_grounded


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    embedder = HashEmbedder()
    return publish(tmp_path_factory.mktemp("kb"), ARTICLES, embedder)


def after_an_answer(question: str, *articles: str) -> Dialogue:
    text = (
        "Here is what our help articles say:\n\nYou can return a lamp within 30 days of delivery."
    )
    return Dialogue(
        (
            Turn(Speaker.CUSTOMER, "how long may I keep a lamp?"),
            Turn(Speaker.BOT, text, Decision.ANSWER, articles=articles),
            Turn(Speaker.CUSTOMER, question),
        )
    )


@pytest.mark.parametrize("articles", [("returns.md",), ()], ids=["cited", "not kept"])
def test_the_source_is_named_and_quoted(snapshot: Snapshot, articles: tuple[str, ...]) -> None:
    reply = Assistant(HashEmbedder()).reply(
        snapshot, after_an_answer("Where does it say that?", *articles)
    )
    assert (reply.decision, reply.reason) == (Decision.ANSWER, "source_shown")
    assert "Return a lamp" in reply.sentences[0].text
    assert reply.citations[0].article == "returns.md"
    assert reply.sentences[1].text == "You can return a lamp within 30 days of delivery."
    assert_grounded(reply, snapshot)


@pytest.mark.parametrize(
    "question",
    [
        "source?",
        "ok, but where is that from?",
        "are you sure?",
        "which article says that",
        "how do you know that?",
        "Wo steht das?",
        "où est-ce écrit ?",
    ],
)
def test_it_is_asked_for_in_many_words(question: str) -> None:
    assert shown_again(after_an_answer(question)) is not None


@pytest.mark.parametrize(
    "question",
    [
        "where does it say my order number?",
        "where is the power source of the lamp?",
        "where can I read my contract?",
        "are you sure I can return a lamp that is broken?",
    ],
)
def test_another_question_is_not_taken_for_it(question: str) -> None:
    assert shown_again(after_an_answer(question)) is None


def test_without_an_answer_before_there_is_no_source() -> None:
    assert shown_again(ask("where does it say that?")) is None


def test_an_article_that_changed_since_is_searched_as_any_question(tmp_path: Path) -> None:
    embedder = HashEmbedder()
    snapshot = publish(tmp_path, ARTICLES, embedder)
    dialogue = after_an_answer("where does it say that?", "returns.md")
    told = Turn(Speaker.BOT, "Lamps may be kept for ever.", Decision.ANSWER)
    changed = Dialogue((dialogue.turns[0], told, dialogue.turns[2]))
    reply = Assistant(embedder).reply(snapshot, changed)
    assert reply.reason != "source_shown"
