"""Reading one file the way an ingest does."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.readers import reader_for
from ingest.readers.reading import Raw, Reading
from ingest.sources import FolderTree
from knowledge.articles import ArticleId

Read = Callable[..., Reading]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Write a file (and others beside it) into a folder and read it."""

    def read(path: str, content: str | bytes, **others: str) -> Reading:
        for name, text in others.items():
            other = tmp_path / name
            other.parent.mkdir(parents=True, exist_ok=True)
            other.write_text(text, encoding="utf-8")
        data = content.encode() if isinstance(content, str) else content
        reader = reader_for(path)
        assert reader is not None
        return reader(Raw(ArticleId(path), path, data, FolderTree(tmp_path)))

    return read
