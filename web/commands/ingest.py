"""`warmline ingest`: from files to a published snapshot."""

import json
import sys
from types import TracebackType
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from web.commands.options import DataOption, JsonOption, SettingsOption, settings_of


class Bars:
    """Progress bars on stderr, where a person looks; nothing where nobody does."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description:10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        self._reading = self._bars.add_task("Reading", total=None)
        self._embedding = self._bars.add_task("Embedding", total=None)

    def __enter__(self) -> "Bars":
        """Show them."""
        self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take them away."""
        self._bars.stop()

    def has_read(self, done: int, total: int) -> None:
        """Move the first bar."""
        self._bars.update(self._reading, completed=done, total=total)

    def has_embedded(self, done: int, total: int) -> None:
        """Move the second bar."""
        self._bars.update(self._embedding, completed=done, total=total)

    def publishes(self) -> None:
        """Say that it is nearly done."""
        self._bars.update(self._embedding, description="Publishing")


def ingest(
    source: Annotated[
        list[str], typer.Argument(help="Folder, file, zip, or NAME=SOURCE.", show_default=False)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Read and report, publish nothing.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Publish even when many articles would be removed.")
    ] = False,
    as_json: JsonOption = False,
    data: DataOption = None,
    settings_file: SettingsOption = None,
) -> None:
    """Read articles and publish them as a new snapshot, in one step."""
    settings = settings_of(data, settings_file)
    from ingest import pipeline
    from ingest.sources import SourceSpec
    from knowledge.minilm import load_embedder, model_id
    from knowledge.snapshot import FolderStore

    model = settings.embedding_model or None
    with Bars() as bars:
        report = pipeline.run(
            [SourceSpec.parse(text) for text in source],
            FolderStore(settings.snapshots),
            lambda: load_embedder(model),
            model_id(model),
            dry_run=dry_run,
            force=force,
            progress=bars,
            lock_file=settings.data / "ingest.lock",
        )
    if as_json:
        print(json.dumps(report.to_json(), ensure_ascii=False, indent=2))
        return
    for problem in report.problems:
        print(f"{problem.severity.value}: {problem.file}: {problem.message}", file=sys.stderr)
    verb = "would serve" if report.dry_run else "serve" if report.published else "still serve"
    print(
        f"{report.articles} articles in {report.passages} passages {verb}: "
        f"{len(report.added)} new, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{len(report.renamed)} renamed, {report.unchanged} as before."
    )
    print(
        f"{report.embedded} passages embedded, {report.reused} reused, "
        f"{len(report.errors)} files failed, {report.seconds:.1f} s. "
        f"Snapshot {report.generation or 'none'}."
    )
