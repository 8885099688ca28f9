from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from knowledge.articles import Article, ArticleId
from knowledge.errors import KnowledgeError, NoSnapshot
from knowledge.hashing import HashEmbedder
from knowledge.manifest import Generation
from knowledge.postgres_store import PostgresStore
from knowledge.snapshot import ServedSnapshot
from tests.knowledge.small import build

pytestmark = pytest.mark.postgres


def test_what_one_server_publishes_another_serves(
    postgres_url: str, tmp_path: Path, articles: list[Article]
) -> None:
    publisher = PostgresStore(postgres_url, tmp_path / "one")
    reader = PostgresStore(postgres_url, tmp_path / "two")
    served = ServedSnapshot(reader)
    assert publisher.current() is None
    assert not served.refresh()
    first = publisher.publish(build(articles))
    assert served.refresh()
    snapshot = served.get()
    assert snapshot is not None
    assert snapshot.generation == first
    found = snapshot.search("how long does a refund take", HashEmbedder())
    assert found.articles[0].article == "refunds.md"
    publisher.publish(build([a for a in articles if a.id != "refunds.md"], snapshot))
    assert served.refresh()
    newer = served.get()
    assert newer is not None
    assert newer.article(ArticleId("refunds.md")) is None


def test_publishing_rollback_and_pruning_are_those_of_the_folder(
    postgres_url: str, tmp_path: Path, articles: list[Article]
) -> None:
    store = PostgresStore(postgres_url, tmp_path, keep=2)
    first = store.publish(build(articles))
    assert store.publish(build(articles)) == first
    second = store.publish(build(articles[1:]))
    store.rollback(first)
    assert store.current() == first
    assert [info.is_current for info in store.list()] == [False, True]
    third = store.publish(build(articles[2:]))
    assert [info.generation for info in store.list()] == [third, second]
    with pytest.raises(NoSnapshot, match=second):
        store.open(first)
    with pytest.raises(NoSnapshot):
        store.rollback(Generation("000099-00000000"))


def test_a_damaged_local_copy_is_fetched_again(
    postgres_url: str, tmp_path: Path, articles: list[Article]
) -> None:
    store = PostgresStore(postgres_url, tmp_path)
    generation = store.publish(build(articles))
    store.open(generation)
    path = tmp_path / generation / "articles.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"refund", b"REFUND"))
    assert store.open(generation).article(articles[0].id) == articles[0]
    assert path.read_bytes() == whole


def test_many_who_open_a_damaged_local_copy_at_once_all_get_a_whole_one(
    postgres_url: str, tmp_path: Path, articles: list[Article]
) -> None:
    store = PostgresStore(postgres_url, tmp_path)
    generation = store.publish(build(articles))
    for _ in range(6):
        store.open(generation)
        path = tmp_path / generation / "articles.jsonl"
        path.write_bytes(path.read_bytes().replace(b"refund", b"REFUND"))
        with ThreadPoolExecutor(4) as many:
            opened = list(many.map(store.open, [generation] * 4))
        assert [one.article(articles[0].id) for one in opened] == [articles[0]] * 4


@pytest.mark.parametrize("damage", ["articles.jsonl", "manifest.json"])
def test_the_same_content_is_published_again_over_a_damaged_snapshot(
    postgres_url: str, tmp_path: Path, articles: list[Article], damage: str
) -> None:
    store = PostgresStore(postgres_url, tmp_path / "one")
    first = store.publish(build(articles))
    assert store.publish(build(articles)) == first
    with psycopg.connect(postgres_url.replace("postgresql+psycopg://", "postgresql://")) as db:
        db.execute(
            "update knowledge_files set bytes = 'damaged' where generation = %s and name = %s",
            [first, damage],
        )
    elsewhere = PostgresStore(postgres_url, tmp_path / "two")
    with pytest.raises(KnowledgeError, match="--force"):
        elsewhere.open(first)
    mended = store.publish(build(articles))
    assert mended != first
    assert elsewhere.open(mended).article(articles[0].id) == articles[0]
