"""A quote is found where it stands, and widened to whole sentences."""

from pathlib import Path

import pytest

from bot.wording import quotes
from bot.wording.sources import Source
from knowledge.snapshot import Snapshot
from tests.bot.wording.pages import material_of, publish


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return publish(Path(tmp_path_factory.mktemp("pages")))


@pytest.fixture(scope="module")
def returns(snapshot: Snapshot) -> Source:
    return material_of(snapshot, "returns.md").sources[0]


STANDING = {
    "verbatim": "within **30 days** of delivery",
    "without marks": "within 30 days of delivery",
    "other case and space": "WITHIN  30\ndays of delivery",
}


@pytest.mark.parametrize("quote", STANDING.values(), ids=STANDING.keys())
def test_a_quote_is_found_and_its_whole_sentence_is_the_evidence(
    returns: Source, quote: str
) -> None:
    (evidence,) = quotes.find(quote, returns)
    text = returns.article.text
    assert text[evidence.start : evidence.end] == evidence.quote
    assert evidence.quote.startswith("You may return")
    assert evidence.quote.endswith("any reason.")
    assert evidence.citation().quote == evidence.quote


def test_half_a_sentence_cannot_be_quoted_against_its_sense(returns: Source) -> None:
    (evidence,) = quotes.find("be returned", returns)
    assert "cannot" in evidence.text


@pytest.mark.parametrize(
    "quote", ["within 31 days of delivery", "", " ", "**", "a", "Returns"], ids=repr
)
def test_what_does_not_stand_there_is_not_found(returns: Source, quote: str) -> None:
    assert quotes.find(quote, returns) == ()


def test_typographic_signs_may_differ(snapshot: Snapshot) -> None:
    source = material_of(snapshot, "delivery.md").sources[0]
    (evidence,) = quotes.find("3-5 working days", source)
    assert "3–5" in evidence.quote


def test_an_item_is_read_under_the_sentence_that_announces_it(returns: Source) -> None:
    (evidence,) = quotes.find("clearance products", returns)
    assert evidence.announced == "The price promise does not apply to:"
