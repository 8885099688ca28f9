"""Articles made into a snapshot, as a company's folder is."""

from collections.abc import Mapping
from pathlib import Path

from ingest import pipeline
from ingest.sources import SourceSpec
from knowledge.embedding import Embedder
from knowledge.snapshot import FolderStore, Snapshot


def publish(
    folder: Path, articles: Mapping[str, str], embedder: Embedder, model: str | None = None
) -> Snapshot:
    """Publish articles (text by file name) under `folder`; `model` None: the embedder's own name."""
    source = folder / "articles"
    source.mkdir(parents=True)
    for name, text in articles.items():
        (source / name).write_text(text, encoding="utf-8")
    store = FolderStore(folder / "snapshots")
    pipeline.run([SourceSpec(str(source))], store, lambda: embedder, model or embedder.model_id)
    generation = store.current()
    assert generation is not None
    return store.open(generation)
