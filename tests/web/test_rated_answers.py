"""Answers with a thumb become labelled transcripts that calibrate and eval read as they are."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from bot.dialogue import Citation, Decision
from evals.cases import read_cases
from evals.transcripts import read_transcripts
from handoff.events import ConversationId, Decided, Event, Feedback, Message, Payload, Role, Sender
from web.exporting import rated_answers

ANSWER = (Citation("a.md", "A", None, "quote", 0, 5), Citation("b.md", "B", None, "quote", 0, 5))


def an_episode(helpful: bool | None) -> list[Event]:
    decided = Decided(
        decision=Decision.ANSWER, answers_seq=3, confidence=0.9, frustration=0.0, reason="confident"
    )
    said: list[tuple[Role, Payload]] = [
        (Role.CUSTOMER, Message("hello")),
        (Role.BOT, Message("Hello. What can I help you with today?")),
        (Role.CUSTOMER, Message("where is my parcel")),
        (Role.BOT, Message("It is on its way.", citations=ANSWER, decided=decided)),
    ]
    if helpful is not None:
        said.append((Role.CUSTOMER, Feedback(4, helpful)))
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return [
        Event(ConversationId("c"), n, 1, at, Sender(role), payload)
        for n, (role, payload) in enumerate(said, start=1)
    ]


def test_an_answer_with_a_thumb_is_a_labelled_transcript(tmp_path: Path) -> None:
    lines = [asdict(line) for thumb in (True, False) for line in rated_answers(an_episode(thumb))]
    file = tmp_path / "exported.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    read = read_transcripts(file)
    assert [(one.right, one.answered_from) for one in read.labelled] == [
        (True, "a.md"),
        (False, "a.md"),
    ]
    assert [turn.text for turn in read.labelled[0].dialogue.turns] == [
        "hello",
        "Hello. What can I help you with today?",
        "where is my parcel",
    ]
    liked, disliked = read_cases(file)
    assert (liked.gold, disliked.gold) == ({"a.md"}, set())


def test_an_answer_without_a_thumb_is_none() -> None:
    assert list(rated_answers(an_episode(None))) == []
