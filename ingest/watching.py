"""Ingest again when files change."""

from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

from watchfiles import DefaultFilter, watch

from ingest.errors import SourceRefused
from ingest.sources import SourceSpec

DEBOUNCE_MS = 1500
"""Changes are gathered this long: an editor's save or a `git pull` is one run, not fifty."""
_STEP_MS = 400  # quiet for this long ends a burst; edits a tenth of a second apart are one run
_LOOK_MS = 500  # how long after the start the first run begins, the watch being on by then


def watch_sources(
    sources: Sequence[SourceSpec],
    ingest: Callable[[], None],
    *,
    stop: Event | None = None,
    debounce_ms: int = DEBOUNCE_MS,
    at_once: bool = False,
) -> None:
    """Call `ingest` after every change in the sources' folders and files, until `stop` is set.

    Runs one at a time; what changes during a run starts the next. `at_once` runs once before any
    change, with the watch already on, so that nothing is missed. `ingest` must not raise for a
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
        raise_interrupt=False, yield_on_timeout=at_once, rust_timeout=_LOOK_MS,
    )  # fmt: skip
    due = at_once
    for changed in changes:
        if changed or due:
            due = False
            ingest()
