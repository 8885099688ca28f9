from pathlib import Path

import pytest

from knowledge.articles import Article
from knowledge.snapshot import FolderStore, Snapshot
from tests.knowledge.small import ARTICLES, article, build


@pytest.fixture
def articles() -> list[Article]:
    return [article(id_, title, text) for id_, (title, text) in ARTICLES.items()]


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "snapshots")


@pytest.fixture
def snapshot(store: FolderStore, articles: list[Article]) -> Snapshot:
    return store.open(store.publish(build(articles)))
