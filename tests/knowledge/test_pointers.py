"""Passages that answer nothing themselves give way to the article that they point to."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge import pointers
from knowledge.articles import Article, ArticleId
from knowledge.draft import DraftBuilder
from knowledge.hashing import HashEmbedder
from knowledge.links import ArticleLinks
from knowledge.passages import Passage, PassageId
from knowledge.search import Filters
from knowledge.snapshot import FolderStore, Snapshot
from tests.knowledge.small import article, cut

REFUNDS = article(
    "refunds.md", "Refunds", "Press Return the purchase in your account. We pay within five days."
)


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("See [Refunds](refunds.md) for more details.", True),
        ("### Money back?\n\nPlease refer to [Billing -> Refunds](/refunds).", True),
        ("[Refunds](refunds.md)", True),
        ("- [Refunds](refunds.md)\n- [the same](/refunds#when)", True),
        ("## See [Refunds](refunds.md)\n\nIt takes five days and never more than six.", False),
        ("Call 0800 123 456 ([refunds](refunds.md)).", False),
        ("Firefox and Chrome ([refunds](refunds.md)).", False),
        ("Firefox and Chrome (see [refunds](refunds.md)).", False),
        ("(See [Refunds](refunds.md).)", True),
        ("[Refunds](refunds.md) (PDF)", True),
        ("Yes, everybody in your household gets [refunds](refunds.md).", False),
        ("ご家族の皆様は[返金](refunds.md)の対象です。", False),
        ("See [Refunds](refunds.md) or [Delivery](delivery.md).", False),
        ("See [Refunds](refunds.md) or [our page](https://a.example).", False),
        ("See [above](#top).", False),
        ("See [this page](faq.md).", False),
        ("Run [refunds](refunds.md)\n\n    refund --all the orders of this week\n", False),
        ("See Refunds.", False),
    ],
)
def test_a_passage_points_when_it_says_nothing_else(text: str, points: bool) -> None:
    articles = [
        article("delivery.md", "Delivery", "It takes three days."),
        article("faq.md", "Questions", text),
        REFUNDS,
    ]
    assert where_they_point(articles)[1] == (2 if points else pointers.NOWHERE)


def test_a_pointer_passes_by_articles_that_only_point_on() -> None:
    articles = [
        article("faq.md", "Questions", "See [Billing](billing.md)."),
        article("billing.md", "Billing", "This has moved to [Refunds](refunds.md)."),
        REFUNDS,
        article("a.md", "A", "See [B](b.md)."),
        article("b.md", "B", "See [A](a.md)."),
        article("c.md", "C", "See [A](a.md)."),
    ]
    assert where_they_point(articles) == [2, 2, pointers.NOWHERE, 4, 3, 3]


def where_they_point(articles: list[Article]) -> list[int]:
    """The row of the article that each, of one passage, only points to."""
    links = ArticleLinks({one.id: None for one in articles})
    pointing = {row: pointers.only_points(one.text) for row, one in enumerate(articles)}
    ids = [one.id for one in articles]
    return pointers.points_to(pointing, np.arange(len(ids)), ids, links).tolist()


def paragraphs(one: Article) -> list[Passage]:
    """A passage for each paragraph."""
    found, start = [], 0
    for n, text in enumerate(one.text.split("\n\n")):
        (passage,) = cut(article(one.id, one.title, text))
        moved = [replace(s, start=s.start + start, end=s.end + start) for s in passage.sentences]
        place = {"start": start, "end": start + len(text), "sentences": tuple(moved)}
        found.append(replace(passage, id=PassageId(f"{one.id}#{n}"), **place))
        start += len(text) + 2
    return found


def published(folder: Path, articles: list[Article]) -> Snapshot:
    embedder = HashEmbedder()
    builder = DraftBuilder(lambda: embedder, embedder.model_id, "test")
    for one in articles:
        builder.add(one, paragraphs(one))
    store = FolderStore(folder)
    return store.open(store.publish(builder.finish()))


QUESTION = "How do I get my money back?"


def test_the_article_pointed_to_comes_first(tmp_path: Path) -> None:
    pointing = article("faq.md", "How do I get my money back?", "See [Refunds](refunds.md).")
    # More than a search looks at closely, and all more like the question than the refunds are.
    others = [
        article(f"money-{n}.md", f"Money {n}", f"How do I get my money to {n}?") for n in range(60)
    ]
    snapshot = published(tmp_path, [pointing, REFUNDS, *others])
    found = snapshot.search(QUESTION, HashEmbedder()).articles
    assert found[0].article == "refunds.md"
    assert found[0].hits[0].score > found[1].hits[0].score


def test_a_passage_that_answers_keeps_its_place(tmp_path: Path) -> None:
    answering = article(
        "faq.md", "How do I get my money back?", "Ask for it within ten days, see [it](refunds.md)."
    )
    snapshot = published(tmp_path, [answering, REFUNDS])
    assert snapshot.search(QUESTION, HashEmbedder()).articles[0].article == "faq.md"


def test_a_filter_holds_for_the_article_pointed_to(tmp_path: Path) -> None:
    pointing = article("faq.md", QUESTION, "See [Refunds](refunds.md).", locale="en")
    german = article("refunds.md", "Erstattung", "Wir zahlen in fünf Tagen.", locale="de")
    snapshot = published(tmp_path, [pointing, german])
    found = snapshot.search(QUESTION, HashEmbedder(), filters=Filters(locale="en"))
    assert [one.article for one in found.articles] == [ArticleId("faq.md")]


@pytest.mark.parametrize("names", [("a.md", "b.md"), ("b.md", "a.md")], ids=["in order", "against"])
def test_a_pointer_to_a_pointer_is_followed_in_any_order(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    first, second = names
    pointing = article(first, QUESTION, f"See [Billing]({second}).")
    onward = article(
        second, "Billing", "Money back: [Refunds](refunds.md).\n\nAccounts pay monthly."
    )
    snapshot = published(tmp_path, [pointing, onward, REFUNDS])
    assert snapshot.search(QUESTION, HashEmbedder()).articles[0].article == "refunds.md"


def test_all_pointers_to_an_article_give_way_to_it(tmp_path: Path) -> None:
    pointing = article("faq.md", QUESTION, "See [Refunds](refunds.md).")
    again = article("help.md", "How do I get money back?", "Read [Refunds](refunds.md).")
    other = article("money.md", "Send money", "How do I get my money to Norway?")
    snapshot = published(tmp_path, [pointing, again, other, REFUNDS])
    found = snapshot.search(QUESTION, HashEmbedder()).articles
    assert [one.article for one in found[:2]] == ["refunds.md", "money.md"]
