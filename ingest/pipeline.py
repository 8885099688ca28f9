"""An ingest run: read, cut, embed what changed, publish. Reading and embedding overlap."""

import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.errors import NothingToServe, TooManyRemoved
from ingest.intake import Found, list_sources
from ingest.lock import only_ingest
from ingest.passages import PASSAGE_RULES, estimate_tokens
from ingest.preparing import Prepared, Preparer
from ingest.report import NoProgress, Problem, Progress, Rename, Report
from ingest.sources import SourceSpec
from ingest.state import FileMemory, Memory
from ingest.web_pages import WebRules
from knowledge.articles import Article, ArticleId
from knowledge.embedding import Embedder
from knowledge.errors import KnowledgeError
from knowledge.snapshot import DraftBuilder, Snapshot, SnapshotStore

MAX_REMOVED_SHARE = 0.2
"""A run that would remove more of the served articles than this stops and asks for force."""
# Files read ahead of the embedder: enough to keep it busy, few enough to keep memory flat.
_READ_AHEAD = 64
_STOP_POLL_S = 0.05


def run(
    sources: Sequence[SourceSpec],
    store: SnapshotStore,
    embedder_loader: Callable[[], Embedder],
    model_id: str,
    *,
    dry_run: bool = False,
    force: bool = False,
    progress: Progress | None = None,
    lock_file: Path | None = None,
    web: WebRules | None = None,
) -> Report:
    """Make the store serve what the sources hold now.

    The model is loaded only when there is something to embed. `dry_run` reads and reports, and
    embeds and publishes nothing. `force` removes any number of articles, and builds anew when the
    current snapshot cannot be opened. `lock_file` keeps a second run out (None: nothing does).
    `web` says how web pages are fetched (None: politely, and public addresses only).
    Raises IngestError (see `ingest/errors.py`) and the store's KnowledgeError; whatever is raised,
    the former snapshot still serves.
    """
    with only_ingest(lock_file):
        work = _Run(_current(store, force), embedder_loader, model_id, progress, dry_run)
        work.gather(sources, web or WebRules())
        report = work.report()
        if not force:
            work.refuse_mistakes(report)
        if dry_run or work.changes_nothing(report):
            return report
        return work.publish(store, report)


class _Run:
    """One run, on the caller's thread but for the reading."""

    def __init__(
        self,
        former: Snapshot | None,
        load: Callable[[], Embedder],
        model_id: str,
        progress: Progress | None,
        dry_run: bool,
    ) -> None:
        self._began = time.monotonic()
        self._former = former
        self._model_id = model_id
        self._progress = progress or NoProgress()
        self._dry_run = dry_run
        self._load = load
        self._loaded: Embedder | None = None
        self._loading = threading.Lock()
        self._memory = Memory.from_text(former.ingest_state if former else "")
        self._builder = DraftBuilder(
            self._embedder, model_id, PASSAGE_RULES, former=former, progress=self._has_embedded
        )
        self._articles: dict[ArticleId, Article] = {}
        self._stays: set[ArticleId] = set()
        self._files: dict[str, FileMemory] = {}
        self._problems: list[Problem] = []
        self._file_count = 0
        self._passage_count = 0

    def gather(self, sources: Sequence[SourceSpec], web: WebRules) -> None:
        """Read every file and embed what is new."""
        listing = list_sources(sources, web)
        self._problems += listing.problems
        self._file_count = len(listing.files)
        count = estimate_tokens if self._dry_run else self._count_tokens
        preparer = Preparer(self._former, self._memory, count, can_keep=self._builder.can_keep)
        for done, prepared in enumerate(_ahead(preparer, listing.files), start=1):
            self._add(prepared)
            self._progress.has_read(done, self._file_count)

    def report(self) -> Report:
        """Compare what was gathered with what is served."""
        now, before = self._articles, self._served()
        served = self._stays | before.keys()
        added = [id_ for id_ in now if id_ not in served]
        removed = [id_ for id_ in before if id_ not in now]
        renamed = _renames([before[id_] for id_ in removed], [now[id_] for id_ in added])
        changed = [id_ for id_ in now if id_ in before and now[id_] != before[id_]]
        return Report(
            generation=str(self._former.generation) if self._former else None,
            published=False,
            dry_run=self._dry_run,
            files=self._file_count,
            articles=len(now),
            passages=self._passage_count,
            embedded=0,
            reused=self._builder.reused,
            added=tuple(sorted(set(added) - {rename.after for rename in renamed})),
            changed=tuple(sorted(changed)),
            removed=tuple(sorted(set(removed) - {rename.before for rename in renamed})),
            renamed=tuple(renamed),
            unchanged=len(now) - len(added) - len(changed),
            problems=tuple(self._problems),
            seconds=time.monotonic() - self._began,
        )

    def _served(self) -> dict[ArticleId, Article]:
        """The articles in service but for those that stay as they are."""
        former = self._former
        if former is None:
            return {}
        others = (id_ for id_ in former.article_ids if id_ not in self._stays)
        return {id_: article for id_ in others if (article := former.article(id_)) is not None}

    def refuse_mistakes(self, report: Report) -> None:
        """Raise NothingToServe or TooManyRemoved for what looks like a wrong folder."""
        if not report.articles:
            raise NothingToServe(
                f"None of {report.files} files is an article to serve; nothing was published. "
                + _first_reasons(report.problems)
            )
        before = self._former.manifest.article_count if self._former else 0
        if not self._dry_run and len(report.removed) > MAX_REMOVED_SHARE * before:
            examples = ", ".join(report.removed[:3])
            raise TooManyRemoved(
                f"{len(report.removed)} of {before} articles would be removed (such as {examples}),"
                f" more than {MAX_REMOVED_SHARE:.0%}. Nothing was published. If that is meant, run "
                "again with --force."
            )

    def changes_nothing(self, report: Report) -> bool:
        """Whether the current snapshot holds exactly this, made by the same rules and model."""
        if self._former is None:
            return False
        made = self._former.manifest
        same = made.model_id == self._model_id and made.passage_rules == PASSAGE_RULES
        return same and not (report.added or report.changed or report.removed or report.renamed)

    def publish(self, store: SnapshotStore, report: Report) -> Report:
        """Embed the rest, publish, and complete the report."""
        formerly = {k: v for k, v in self._memory.formerly.items() if k in self._articles}
        for rename in report.renamed:
            earlier = self._memory.formerly.get(rename.before, ())
            formerly[rename.after] = (*earlier, rename.before)
        draft = self._builder.finish(Memory(self._files, formerly).to_text())
        self._progress.publishes()
        generation = store.publish(draft)
        return replace(
            report,
            generation=str(generation),
            published=True,
            embedded=self._builder.embedded,
            reused=self._builder.reused,
            seconds=time.monotonic() - self._began,
        )

    def _add(self, prepared: Prepared) -> None:
        self._problems += prepared.problems
        if prepared.memory:
            self._files[prepared.key] = prepared.memory
        for one in prepared.articles:
            self._articles[one.article.id] = one.article
            if one.passages is None:
                assert self._former is not None
                self._stays.add(one.article.id)
                self._passage_count += self._former.passage_count(one.article.id)
            else:
                self._passage_count += len(one.passages)
            if self._dry_run:
                continue
            if one.passages is None:
                self._builder.keep(one.article.id)
            else:
                self._builder.add(one.article, one.passages)

    def _embedder(self) -> Embedder:
        """The model, loaded when first needed, by whichever thread needs it first."""
        with self._loading:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._embedder().count_tokens(texts)

    def _has_embedded(self, done: int) -> None:
        self._progress.has_embedded(done, self._passage_count)


def _ahead(preparer: Preparer, files: Sequence[Found]) -> Iterator[Prepared]:
    """Prepare files on a thread of their own while the caller embeds; errors are raised here."""
    ready: queue.Queue[Prepared | BaseException | None] = queue.Queue(_READ_AHEAD)
    stop = threading.Event()

    def offer(item: Prepared | BaseException | None) -> None:
        while not stop.is_set():
            try:
                ready.put(item, timeout=_STOP_POLL_S)
            except queue.Full:
                continue
            return

    def work() -> None:
        try:
            for prepared in preparer.prepare(files):
                offer(prepared)
                if stop.is_set():
                    return
            offer(None)
        except BaseException as error:  # raised again on the caller's thread
            offer(error)

    reader = threading.Thread(target=work, name="ingest-reader", daemon=True)
    reader.start()
    try:
        while (item := ready.get()) is not None:
            if isinstance(item, BaseException):
                raise item
            yield item
    finally:
        stop.set()
        reader.join()


def _current(store: SnapshotStore, force: bool) -> Snapshot | None:
    """The snapshot in service; None when there is none, or it is unreadable and that is forced."""
    current = store.current()
    if current is None:
        return None
    try:
        return store.open(current)
    except KnowledgeError:
        if force:
            return None
        raise


def _renames(gone: Sequence[Article], new: Sequence[Article]) -> list[Rename]:
    """Pair articles that left with new ones of the same text, each once."""
    waiting: dict[str, list[ArticleId]] = {}
    for article in gone:
        waiting.setdefault(article.text, []).append(article.id)
    return [
        Rename(waiting[article.text].pop(0), article.id)
        for article in new
        if waiting.get(article.text)
    ]


def _first_reasons(problems: Sequence[Problem]) -> str:
    shown = [f"{p.file}: {p.message}" for p in problems[:3]]
    return "For example: " + "; ".join(shown) if shown else "The sources hold no files."
