"""Many dialogues at once: in their order, each for itself, embedded while others are decided."""

from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.dialogue import Decision, Dialogue, Reply, Speaker, Turn
from knowledge.hashing import HashEmbedder
from knowledge.snapshot import Snapshot
from tests.bot.wording.pages import publish
from web.thinking import Thinking


class _FailingOnOne(Assistant):
    """Cannot decide one question."""

    def decide(self, snapshot, dialogue, encoded):  # type: ignore[no-untyped-def]
        if "seven" in dialogue.question:
            raise RuntimeError("cannot")
        return super().decide(snapshot, dialogue, encoded)


def asked(text: str) -> Dialogue:
    return Dialogue((Turn(Speaker.CUSTOMER, text),))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return publish(Path(tmp_path_factory.mktemp("pages")))


NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven")


@pytest.mark.parametrize("count", [0, 1, 4, 5, 11])
def test_replies_come_in_the_order_asked(snapshot: Snapshot, count: int) -> None:
    thinking = Thinking(Assistant(HashEmbedder()), HashEmbedder())
    questions = [f"may I return {word} things?" for word in NUMBERS[:count]]
    thoughts = thinking.think(snapshot, [asked(question) for question in questions])
    replies = [t.result for t in thoughts if isinstance(t.result, Reply)]
    assert [reply.query for reply in replies] == questions


def test_one_dialogue_that_fails_fails_alone(snapshot: Snapshot) -> None:
    thinking = Thinking(_FailingOnOne(HashEmbedder()), HashEmbedder())
    thoughts = thinking.think(snapshot, [asked(f"hello {word}") for word in NUMBERS])
    failed = [isinstance(thought.result, Exception) for thought in thoughts]
    assert failed == [word == "seven" for word in NUMBERS]


def test_an_embedder_that_fails_fails_the_call(snapshot: Snapshot) -> None:
    class Broken(HashEmbedder):
        def encode(self, texts):  # type: ignore[no-untyped-def]
            raise RuntimeError("no model")

    thinking = Thinking(Assistant(HashEmbedder()), Broken())
    with pytest.raises(RuntimeError):
        thinking.think(snapshot, [asked("may I return it?")])


def test_small_talk_needs_no_snapshot() -> None:
    thinking = Thinking(Assistant(HashEmbedder()), HashEmbedder())
    (thought,) = thinking.think(None, [asked("hello")])
    assert isinstance(thought.result, Reply)
    assert thought.result.decision is Decision.SMALLTALK
