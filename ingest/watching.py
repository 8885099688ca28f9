"""Ingest again when files change."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from watchfiles import DefaultFilter, watch

from ingest.errors import SourceRefused
from ingest.sources import SourceSpec

DEBOUNCE_MS = 1500
"""Changes are gathered this long: an editor's save or a `git pull` is one run, not fifty."""
_STEP_MS = 100


def watch_sources(
    sources: Sequence[SourceSpec],
    ingest: Callable[[], None],
    *,
    stop: Event | None = None,
    debounce_ms: int = DEBOUNCE_MS,
) -> None:
    """Call `ingest` after every change in the sources' folders and files, until `stop` is set.

    Runs one at a time; what changes during a run starts the next. `ingest` must not raise for a
    run that failed: the next change may mend it. Raises SourceRefused for web sources and for
    places that do not exist.
    """
    places = []
    for spec in sources:
        if spec.is_web:
            raise SourceRefused(f"{spec.location!r} is on the web; only files can be watched.")
        place = Path(spec.location)
        if not place.exists():
            raise SourceRefused(f"There is no folder, file or zip at {spec.location!r}.")
        places.append(place)
    # Hidden files and editors' leftovers are not ingested, so they start nothing.
    changes = watch(
        *places, watch_filter=DefaultFilter(), debounce=debounce_ms, step=_STEP_MS, stop_event=stop,
        raise_interrupt=False,
    )  # fmt: skip
    for _ in changes:
        ingest()
