"""Which articles may be meant, and whether the articles know what is asked about."""

import pytest

from bot.clarifying import asks_one_thing, unknown_share
from knowledge.hashing import HashEmbedder
from knowledge.search import Findings
from knowledge.snapshot import Snapshot
from tests.bot.publishing import publish

ARTICLES = {
    "lamp.md": "# Return a lamp\n\nYou can return a lamp within thirty days of delivery.\n",
    "post.md": "# Delivery prices\n\nStandard delivery costs four euros.\n",
}


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return publish(tmp_path_factory.mktemp("kb"), ARTICLES, HashEmbedder())


def found(snapshot: Snapshot, question: str) -> Findings:
    return snapshot.search_encoded(question, HashEmbedder().encode([question])[0])


@pytest.mark.parametrize(
    ("question", "low", "high"),
    [
        ("can I return a lamp", 0.0, 0.0),
        ("can I retturn a lampp", 0.0, 0.0),
        ("can I return a saxophone", 0.5, 0.99),
        ("saxophone", 1.0, 1.0),
    ],
    ids=["all known", "misspelt", "one of two unknown", "none known"],
)
def test_the_share_of_words_that_no_article_holds_is_told(
    snapshot: Snapshot, question: str, low: float, high: float
) -> None:
    assert low <= unknown_share(found(snapshot, question)) <= high


@pytest.mark.parametrize(
    ("text", "one"),
    [
        ("can I return a lamp I have used", True),
        ("phone number", False),
        ("change my card and my address", False),
        ("price of the lamp, delivery to Spain", False),
    ],
)
def test_a_word_or_two_and_several_things_are_no_one_question(text: str, one: bool) -> None:
    assert asks_one_thing(text) is one
