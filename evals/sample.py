"""The sample company's articles as a snapshot to measure against."""

from pathlib import Path

import knowledge
from ingest import pipeline
from ingest.sources import SourceSpec
from knowledge.embedding import Embedder
from knowledge.snapshot import FolderStore, Snapshot

ARTICLES = Path(str(knowledge.__file__)).parent / "sample"


def sample_snapshot(folder: Path, embedder: Embedder) -> Snapshot:
    """Publish the sample's articles in `folder` unless they are, and open them.

    What a former run embedded there is not embedded again.
    """
    store = FolderStore(folder)
    pipeline.run(
        [SourceSpec(str(ARTICLES))],
        store,
        lambda: embedder,
        embedder.model_id,
        force=True,
        lock_file=folder.parent / "sample.lock",
    )
    generation = store.current()
    assert generation is not None  # the run above published or raised
    return store.open(generation)
