"""From sources to articles, file by file; what has not changed is taken from the former snapshot."""

import logging
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from ingest.errors import FileRefused, PathCollision
from ingest.locales import language_folders, locale_of
from ingest.readers import reader_for
from ingest.readers.reading import Raw, Reading
from ingest.report import Problem, Severity
from ingest.sources import Entry, SourceSpec, Tree, open_tree
from ingest.state import FileMemory, Memory, WatchedTree, fingerprint, still_depends
from ingest.web_pages import PageGone, WebRules, WebTree
from knowledge.articles import Article, ArticleId

log = logging.getLogger(__name__)

_BUILD_FOLDERS = {
    "_includes", "_layouts", "_partials", "_sass", "_data", "_static", "_templates", "_site",
    "_build", "_snippets", "node_modules", "__pycache__",
}  # fmt: skip
# What a code repository keeps about itself, by custom in capitals. In small letters these are names that
# writers give to articles: how to sign in safely, what a licence allows, who may contribute.
_ABOUT_CODE = {"LICENSE", "LICENCE", "COPYING", "NOTICE", "CODEOWNERS", "CODE_OF_CONDUCT",
               "CONTRIBUTING", "SECURITY", "CHANGELOG", "AUTHORS"}  # fmt: skip
_ABOUT_CODE_REASON = (
    "about the code, by its name; small letters or front matter make an article of it"
)
_FOR_MACHINES = {"robots.txt", "requirements.txt"}
_FRONT_MATTER = (b"---", b"+++")

FormerArticle = Callable[[ArticleId], Article | None]


@dataclass(frozen=True)
class Found:
    """One file that may hold articles, before it is read."""

    key: str
    path: str
    tree: Tree
    locale: str | None = None
    url: str | None = None


@dataclass(frozen=True)
class Intaken:
    """One file after it was read: its articles, what to say about it, what to remember of it.

    `unchanged` articles are those of the former snapshot, passages included. `kept` says that the
    file could not be read and the articles served until now stay.
    """

    key: str
    articles: tuple[Article, ...]
    problems: tuple[Problem, ...]
    memory: FileMemory | None
    unchanged: bool = False


@dataclass(frozen=True)
class Listing:
    """All files of all sources in order, and those that were refused while listing."""

    files: tuple[Found, ...]
    problems: tuple[Problem, ...]


def list_sources(sources: Sequence[SourceSpec], web: WebRules) -> Listing:
    """List every file and page. Raises SourceRefused, and PathCollision when two sources share a path."""
    files: dict[str, Found] = {}
    problems: list[Problem] = []
    for spec in sources:
        tree = WebTree(spec, web) if spec.is_web else open_tree(spec)
        entries = list(tree.entries())
        folders = language_folders(e.path for e in entries if isinstance(e, Entry))
        for entry in entries:
            if isinstance(entry, FileRefused):
                name, _, reason = str(entry).partition(": ")
                problems.append(Problem(spec.article_id(name), Severity.ERROR, reason))
                continue
            key = spec.article_id(entry.path)
            if key in files:
                raise PathCollision(
                    f"{key!r} is in two sources. Give them names: NAME={spec.location}."
                )
            url = tree.address(entry.path) if isinstance(tree, WebTree) else None
            files[key] = Found(key, entry.path, tree, locale_of(entry.path, folders), url)
    return Listing(tuple(files.values()), tuple(problems))


def intake(files: Sequence[Found], memory: Memory, former: FormerArticle) -> Iterator[Intaken]:
    """Read files in order; one that cannot be read is a problem and stops nothing."""
    for found in files:
        try:
            known = memory.files.get(found.key)
            if isinstance(found.tree, WebTree):
                yield _take_page(found, found.tree, known, former)
            else:
                yield _take(found, known, former)
        except PageGone as error:
            reason = str(error).removeprefix(f"{found.path}: ")
            yield Intaken(found.key, (), (_skipped(found.key, reason),), None)
        except FileRefused as error:
            yield _kept(found, str(error), memory.files, former)
        except (
            RecursionError,
            MemoryError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
        ) as error:
            # A reader's own fault must cost one file, not the run; it is logged whole.
            log.exception("a file could not be read file=%s", found.key)
            reason = f"{found.path}: could not be read ({type(error).__name__})."
            yield _kept(found, reason, memory.files, former)


def _take(found: Found, known: FileMemory | None, former: FormerArticle) -> Intaken:
    reader = reader_for(found.path)
    skip = _skip_reason(found.path, readable=reader is not None)
    if reader is None or skip:
        return Intaken(found.key, (), (_skipped(found.key, skip or "not a known format"),), None)
    data = found.tree.read(found.path)
    if _is_about_code(found.path) and not _has_front_matter(data):
        return Intaken(found.key, (), (_skipped(found.key, _ABOUT_CODE_REASON),), None)
    mark = fingerprint(data, found.locale, found.url)
    same = known is not None and known.fingerprint == mark and still_depends(known, found.tree)
    if same and (unchanged := _unchanged(found, known, former)):
        return unchanged
    return _read(found, found.path, data, mark)


def _take_page(
    found: Found, tree: WebTree, known: FileMemory | None, former: FormerArticle
) -> Intaken:
    """A web page: asked for with the marks it had, read only when the server sends it anew."""
    unchanged = _unchanged(found, known, former)
    marks = (known.etag, known.modified) if known and unchanged else (None, None)
    page = tree.fetch(found.path, *marks)
    if page.data is None and unchanged:
        return unchanged
    data = page.data or b""
    mark = fingerprint(data, found.locale, found.url)
    if known and unchanged and known.fingerprint == mark:
        taken = unchanged
    else:
        name = found.path.split("?")[0]
        path = name if name.endswith(page.suffix) else name + page.suffix
        taken = _read(found, path, data, mark)
    memory = taken.memory and replace(taken.memory, etag=page.etag, modified=page.modified)
    return replace(taken, memory=memory)


def _unchanged(found: Found, known: FileMemory | None, former: FormerArticle) -> Intaken | None:
    """What the former snapshot serves of a file, when that is all of it."""
    articles = [former(ArticleId(one)) for one in known.articles] if known else []
    served = tuple(article for article in articles if article is not None)
    if known is None or not served or len(served) != len(articles):
        return None
    return Intaken(found.key, served, _warnings(found.key, known.notes), known, True)


def _read(found: Found, path: str, data: bytes, mark: str) -> Intaken:
    if not data.strip():
        return Intaken(found.key, (), (_skipped(found.key, "empty"),), None)
    reader = reader_for(path)
    assert reader is not None  # the caller looked
    tree = WatchedTree(found.tree, found.path)
    reading = reader(Raw(ArticleId(found.key), path, data, tree, found.url))
    articles_now = tuple(_placed(article, found) for article in reading.articles)
    remembered = FileMemory(
        mark, tuple(a.id for a in articles_now), reading.notes, dict(tree.asked)
    )
    return Intaken(found.key, articles_now, _problems(found.key, reading), remembered)


def _kept(
    found: Found, reason: str, files: Mapping[str, FileMemory], former: FormerArticle
) -> Intaken:
    """A file that cannot be read now: what is served of it stays, and the report says so."""
    message = reason.removeprefix(f"{found.path}: ")
    known = files.get(found.key)
    articles = [former(ArticleId(one)) for one in known.articles] if known else []
    served = tuple(article for article in articles if article is not None)
    if served and known:
        message += " The version served until now stays."
        # Remembered under no fingerprint, so that it is read again next time.
        known = replace(known, fingerprint="")
    problem = Problem(found.key, Severity.ERROR, message)
    return Intaken(found.key, served, (problem,), known if served else None, bool(served))


def _placed(article: Article, found: Found) -> Article:
    return article if article.locale else replace(article, locale=found.locale)


def _skip_reason(path: str, *, readable: bool) -> str | None:
    parts = PurePosixPath(path).parts
    folder = next((p for p in parts[:-1] if p.lower() in _BUILD_FOLDERS), None)
    if folder:
        return f"a part for other pages, not an article (in {folder})"
    if PurePosixPath(path).name.lower() in _FOR_MACHINES:
        return "for machines, not for customers"
    if not readable and _is_about_code(path):
        return "about the code, not for customers"
    if not readable and PurePosixPath(path).suffix.lower() == ".zip":
        return "an archive inside a source is not opened; give it as a source of its own"
    if not readable:
        return f"not a format that is read ({PurePosixPath(path).suffix or 'no suffix'})"
    return None


def _is_about_code(path: str) -> bool:
    return PurePosixPath(path).stem in _ABOUT_CODE


def _has_front_matter(data: bytes) -> bool:
    """Whether a writer said something of the article itself, as no file about code does."""
    return data.removeprefix(BOM_UTF8).lstrip().startswith(_FRONT_MATTER)


def _skipped(key: str, reason: str) -> Problem:
    return Problem(key, Severity.SKIPPED, reason)


def _warnings(key: str, notes: Sequence[str]) -> tuple[Problem, ...]:
    return tuple(Problem(key, Severity.WARNING, note) for note in notes)


def _problems(key: str, reading: Reading) -> tuple[Problem, ...]:
    skipped = (_skipped(key, reading.skipped),) if reading.skipped else ()
    return (*skipped, *_warnings(key, reading.notes))
