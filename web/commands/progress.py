"""Progress bars on stderr, where a person looks; nothing where nobody does."""

import sys
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Bars:
    """The bars of an ingest and of a preview's replay."""

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
        self._replaying = self._bars.add_task("Replaying", total=None, visible=False)

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

    def has_replayed(self, done: int, total: int) -> None:
        """Move the bar of a preview."""
        self._bars.update(self._replaying, completed=done, total=total, visible=True)
