"""`warmline ingest --watch`: again whenever a file changes, until told to stop."""

import json
import signal
import sys
from datetime import datetime
from threading import Event
from types import FrameType

from ingest.errors import IngestError, IngestRunning
from ingest.report import Report
from ingest.watching import watch_sources
from knowledge.errors import KnowledgeError
from web.ingesting import Job

RETRY_S = 2.0  # another ingest is at work: how long until we ask again


def watch(job: Job, *, as_json: bool) -> None:
    """Ingest now and after every change; one line a run; ends with SIGINT or SIGTERM."""
    stop = Event()
    stop_on_signals(stop)
    places = ", ".join(spec.location for spec in job.sources)
    print(f"Watching {places}. Stop with Ctrl+C.", file=sys.stderr, flush=True)
    watch_sources(job.sources, lambda: ingest_once(job, stop, as_json=as_json), stop=stop,
                  at_once=True)  # fmt: skip


def stop_on_signals(stop: Event) -> None:
    """Set `stop` on the first signal, so that a run ends whole; the second ends at once."""

    def asked(number: int, frame: FrameType | None) -> None:
        del frame
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, asked)


def ingest_once(job: Job, stop: Event, *, as_json: bool) -> None:
    """Run once and say a line; a failure is said too, and the next change may mend it."""
    told = False
    while not stop.is_set():
        try:
            report = job.run()
        except IngestRunning as busy:
            if not told:
                told = True
                print(busy, file=sys.stderr, flush=True)
            stop.wait(RETRY_S)
            continue
        except (IngestError, KnowledgeError, OSError) as error:
            print(f"{time_now()}  {error}", file=sys.stderr, flush=True)
            return
        for problem in report.errors:
            print(f"error: {problem.file}: {problem.message}", file=sys.stderr, flush=True)
        print(json.dumps(report.to_json()) if as_json else line_of(report), flush=True)
        return


def line_of(report: Report) -> str:
    """A run in one line."""
    did = (
        f"{len(report.added)} new, {len(report.changed)} changed, {len(report.removed)} removed, "
        f"{len(report.renamed)} renamed"
        if report.published
        else "nothing changed"
    )
    return (
        f"{time_now()}  {report.articles} articles: {did}; {report.embedded} passages embedded, "
        f"{len(report.errors)} files failed, {report.seconds:.1f} s; snapshot {report.generation}"
    )


def time_now() -> str:
    """The local time, for a line."""
    return datetime.now().astimezone().strftime("%H:%M:%S")
