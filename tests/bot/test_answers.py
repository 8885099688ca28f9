"""An answer quotes the passage that answers, as read beside the question."""

import pytest

from bot import assistant, rating
from bot.answers import extracted
from bot.assistant import Assistant
from bot.confidence import load_coefficients
from bot.dialogue import Decision, Dialogue, Speaker, Turn
from bot.queries import Plan, Query
from bot.rules import load_rules
from knowledge.articles import ArticleId
from knowledge.hashing import HashEmbedder
from knowledge.passages import Passage
from knowledge.search import WeightedQuery
from knowledge.snapshot import Snapshot
from tests.bot.publishing import publish

QUESTION = "do vouchers expire"
VOUCHERS = """# Vouchers

## How long they last

Vouchers expire after three years.

## Vouchers from a closed shop

They stay valid for ever in all our other shops.
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return publish(tmp_path_factory.mktemp("kb"), {"vouchers.md": VOUCHERS}, HashEmbedder())


def quoted(snapshot: Snapshot, planned: Plan, answering: Passage | None) -> list[str]:
    query = WeightedQuery(QUESTION, HashEmbedder().encode([QUESTION])[0])
    findings = snapshot.search_encoded([query], limit_articles=3)
    answer = extracted(snapshot, findings, planned, load_rules().answer, answering)
    return [citation.quote for citation in answer.citations]


def test_it_is_quoted_beside_what_is_found_best(snapshot: Snapshot) -> None:
    _, closed = snapshot.passages(ArticleId("vouchers.md"))
    planned = Plan((Query(QUESTION),))
    best = ["Vouchers expire after three years."]
    assert quoted(snapshot, planned, None) == best
    both = [*best, "They stay valid for ever in all our other shops."]
    assert quoted(snapshot, planned, closed) == both


def test_after_a_follow_up_it_is_not(snapshot: Snapshot) -> None:
    _, closed = snapshot.passages(ArticleId("vouchers.md"))
    leaning = Plan((Query("and then"), Query(QUESTION)), leaning=0.9)
    assert quoted(snapshot, leaning, closed) == quoted(snapshot, leaning, None)


@pytest.mark.parametrize("answers", [True, False])
def test_what_the_bot_reads_it_quotes(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch, answers: bool
) -> None:
    def read(question: str, passage: str) -> float:
        return 3.0 if answers and "closed shop" in passage else -3.0

    known = load_coefficients(HashEmbedder().model_id)
    sure = known.model_copy(update={"intercept": 9.0, "reads": (0.0, 1.0)})
    monkeypatch.setattr(rating, "_NEAR", 1.0)  # of words alone the second passage is far off
    monkeypatch.setattr(assistant, "load_reader", lambda _: read)
    monkeypatch.setattr(assistant, "load_coefficients", lambda _: sure)
    asked = Dialogue((Turn(Speaker.CUSTOMER, QUESTION),))
    reply = Assistant(HashEmbedder()).reply(snapshot, asked)
    assert reply.decision is Decision.ANSWER
    assert ("all our other shops" in reply.text) is answers
