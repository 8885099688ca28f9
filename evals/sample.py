"""The sample company's articles as snapshots to measure against."""

from collections.abc import Sequence
from pathlib import Path
from shutil import copytree

import knowledge
from evals.cases import CASES
from ingest import pipeline
from ingest.sources import SourceSpec
from knowledge.embedding import Embedder
from knowledge.errors import NoSnapshot
from knowledge.snapshot import FolderStore, Snapshot

ARTICLES = Path(str(knowledge.__file__)).parent / "sample"

PLANTED_ARTICLES = CASES / "planted"
"""Articles with instructions planted in them, for the attacks."""


def sample_snapshot(folder: Path, embedder: Embedder) -> Snapshot:
    """Publish the sample's articles in `folder` unless they are, and open them.

    What a former run embedded there is not embedded again.
    """
    return snapshot_of([ARTICLES], folder, embedder)


def snapshot_of(articles: Sequence[Path], folder: Path, embedder: Embedder) -> Snapshot:
    """Publish folders of articles in `folder` and open them; what is embedded there is reused.

    Raises NoSnapshot when they hold no article.
    """
    store = FolderStore(folder)
    pipeline.run(
        [SourceSpec(str(source)) for source in articles],
        store,
        lambda: embedder,
        embedder.model_id,
        force=True,
        lock_file=folder.parent / f"{folder.name}.lock",
    )
    generation = store.current()
    if generation is None:
        raise NoSnapshot(f"No article was found in {', '.join(map(str, articles))}.")
    return store.open(generation)


def planted_snapshot(folder: Path, sample: Path, embedder: Embedder) -> Snapshot:
    """The same for the sample's articles with the planted ones beside them.

    `sample` is the folder that `sample_snapshot` filled; nothing in it is embedded again.
    """
    if not folder.exists():
        copytree(sample, folder)
    return snapshot_of([ARTICLES, PLANTED_ARTICLES], folder, embedder)
