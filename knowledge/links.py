"""Which article a link leads to: links in help articles are put as the site's makers like them."""

import posixpath
import re
from collections.abc import Iterable, Mapping
from urllib.parse import SplitResult, unquote, urlsplit

from knowledge.articles import ArticleId

# Endings of files that addresses leave out, and the page that stands for its folder.
_ENDING = re.compile(r"\.(?:mdx?|markdown|html?|rst|txt)$", re.IGNORECASE)
_FOLDER_PAGES = frozenset({"index", "_index", "readme"})
_WEB = frozenset({"", "http", "https"})


class ArticleLinks:
    """Resolves links between the articles of one snapshot. Immutable."""

    def __init__(self, addresses: Mapping[ArticleId, str | None]) -> None:
        """Know these articles, each with its address on the web (None: it has none)."""
        self._ids = frozenset(addresses)
        # Each by its whole address and by the path from the site's root.
        self._by_address = _only_ones(
            (key, id_)
            for id_, url in addresses.items()
            if url is not None and (parts := _parts(url)) is not None
            for key in (_address(parts), _address(parts._replace(netloc="")))
        )
        self._by_stem = _only_ones((_stem(id_), id_) for id_ in addresses)
        # "docs/pricing/refunds" is also where "/pricing/refunds" and "/refunds" lead, unless
        # another article ends like that.
        self._by_tail = _only_ones((tail, id_) for id_ in addresses for tail in _tails(_stem(id_)))

    def target(self, link: str, article: ArticleId) -> ArticleId | None:
        """The article that a link in `article` leads to; None when it leads elsewhere.

        A link is an address of an article on the web, a path beside the article's own, or a path
        from the site's root, which need not be the folder that was ingested; a file's ending may be
        left out. What follows a "?" counts only where an article's address has it. None also where
        two articles could be meant.
        """
        parts = _parts(link)
        if parts is None:
            return None
        if parts.netloc:
            return self._with_address(parts)
        path = unquote(parts.path)
        if not path:
            return None
        if path.startswith("/"):
            whole = posixpath.normpath(path).lstrip("/")
            return self._with_address(parts) or self._at(whole) or self._by_tail.get(_stem(whole))
        beside = posixpath.normpath(posixpath.join(posixpath.dirname(article), path))
        return self._at("" if beside == "." else beside)

    def _with_address(self, parts: SplitResult) -> ArticleId | None:
        exact = self._by_address.get(_address(parts))
        return exact or self._by_address.get(_address(parts._replace(query="")))

    def _at(self, path: str) -> ArticleId | None:
        exact = ArticleId(path)
        return exact if exact in self._ids else self._by_stem.get(_stem(path))


def _stem(path: str) -> str:
    """A path without its file's ending; a folder's page is the folder."""
    stem = _ENDING.sub("", path.rstrip("/"))
    folder, _, name = stem.rpartition("/")
    return folder if name.lower() in _FOLDER_PAGES else stem


def _tails(stem: str) -> Iterable[str]:
    parts = stem.split("/")
    return ("/".join(parts[at:]) for at in range(len(parts)))


def _parts(url: str) -> SplitResult | None:
    """The parts of an address on the web or of a path; None where it is neither, as "https://["."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.scheme in _WEB else None


def _address(parts: SplitResult) -> str:
    return f"{parts.netloc.lower()}{unquote(parts.path).rstrip('/')}?{parts.query}"


def _only_ones(pairs: Iterable[tuple[str, ArticleId]]) -> dict[str, ArticleId]:
    """Those keys that stand for one article."""
    found: dict[str, ArticleId] = {}
    twice = set()
    for key, id_ in pairs:
        if found.setdefault(key, id_) != id_:
            twice.add(key)
    return {key: id_ for key, id_ in found.items() if key not in twice}
