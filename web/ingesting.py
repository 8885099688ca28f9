"""An ingest with the owner's settings: what the command line runs once, again and again, or aside."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ingest import pipeline
from ingest.lock import only_ingest
from ingest.report import Progress, Report
from ingest.sources import SourceSpec
from ingest.web_pages import WebRules
from knowledge.embedding import Embedder
from knowledge.minilm import load_embedder, model_id
from knowledge.snapshot import SnapshotStore
from web.settings import Settings
from web.storing import open_store


@dataclass(eq=False)
class Job:
    """What to ingest and how. The model is loaded when first needed, and kept."""

    settings: Settings
    sources: Sequence[SourceSpec]
    force: bool = False
    allow_private: bool = False
    store: SnapshotStore = field(init=False)

    def __post_init__(self) -> None:
        """Name the store of the settings."""
        self.store = open_store(self.settings)
        self.lock_file = self.settings.data / "ingest.lock"

    @cached_property
    def embedder(self) -> Embedder:
        """The model of the settings."""
        return load_embedder(self.settings.embedding_model or None)

    def run(self, *, dry_run: bool = False, progress: Progress | None = None) -> Report:
        """Run once, alone. Raises as `ingest.pipeline.run` does."""
        with only_ingest(self.lock_file):
            return self.run_into(self.store, dry_run=dry_run, progress=progress)

    def run_into(
        self, store: SnapshotStore, *, dry_run: bool = False, progress: Progress | None = None
    ) -> Report:
        """Run once for a store; the caller holds the lock."""
        return pipeline.run(
            self.sources,
            store,
            lambda: self.embedder,
            model_id(self.settings.embedding_model or None),
            dry_run=dry_run,
            force=self.force,
            progress=progress,
            web=WebRules(allow_private=self.allow_private),
        )


def summary(report: "Report") -> tuple[str, str]:
    """A run in two lines."""
    verb = "would serve" if report.dry_run else "serve" if report.published else "still serve"
    return (
        f"{report.articles} articles in {report.passages} passages {verb}: "
        f"{len(report.added)} new, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{len(report.renamed)} renamed, {report.unchanged} as before.",
        f"{report.embedded} passages embedded, {report.reused} reused, "
        f"{len(report.errors)} files failed, {report.seconds:.1f} s. "
        f"Snapshot {report.generation or 'none'}.",
    )
