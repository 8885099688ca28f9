"""Articles as safe HTML, with a quote marked.

The text is CommonMark that may hold anything; no HTML of it survives (`html=False`), and links go
to the web, to mail, or to other articles, nowhere else. The quote is found in the rendered text by
its letters and digits alone, so it may run over emphasis, links, list items and table cells.
"""

from collections.abc import Callable
from functools import cache
from urllib.parse import quote as quoted
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markdown_it import MarkdownIt
from markupsafe import Markup

from knowledge.articles import Article, ArticleId

OUTSIDE = frozenset({"http", "https", "mailto", "tel"})
MARK_ID = "quote"
LeadsTo = Callable[[str, ArticleId], ArticleId | None]
"""Names the article that a link in an article leads to (`knowledge/links.py`)."""
PARSER = "html.parser"  # adds no html and body around a fragment


def article_address(article: str) -> str:
    """The address of an article's page."""
    return f"/help/articles/{quoted(article)}"


def article_html(
    article: Article, leads_to: LeadsTo, *, mark: tuple[int, int] | None = None
) -> Markup:
    """Render an article.

    Args:
        article: whose text to render.
        leads_to: names the article that a link in an article leads to, None for elsewhere.
        mark: code points of the quote to highlight, end exclusive; None marks nothing.
    """
    root = rendered(article.text)
    for link in root.find_all("a"):
        point_link(link, article, leads_to)
    for image in root.find_all("img"):
        span = BeautifulSoup("", PARSER).new_tag("span", attrs={"class": "picture"})
        span.string = str(image.get("alt") or "")  # the file itself is not in the snapshot
        image.replace_with(span)
    if mark is not None:
        start, end = mark
        before = letters(rendered(article.text[:start]))
        wanted = letters(rendered(article.text[start:end]))
        mark_letters(root, wanted, before.count(wanted) if wanted else 0)
    return Markup(root.decode_contents())  # noqa: S704 (rendered without HTML, cleaned above)


def rendered(text: str) -> Tag:
    """Render CommonMark with tables into one tree."""
    return BeautifulSoup(_markdown().render(text), PARSER)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def point_link(link: Tag, article: Article, leads_to: LeadsTo) -> None:
    """Let a link go to the web, to another article, or within the page; nowhere else."""
    parts = urlsplit(str(link.get("href") or ""))
    if parts.scheme in OUTSIDE:
        link["rel"] = "noopener noreferrer nofollow"
        return
    if not parts.scheme and not parts.netloc:
        if not parts.path and parts.fragment:
            return
        near = leads_to(str(link["href"]), article.id)
        if near is not None:
            link["href"] = article_address(near)
            return
    del link["href"]


def letters(root: Tag) -> str:
    """The letters and digits of a tree's text, in order."""
    return "".join(c for c in root.get_text() if c.isalnum())


def mark_letters(root: Tag, wanted: str, nth: int) -> None:
    """Wrap the `nth` (from 0; the last when there are fewer) run of `wanted` in `<mark>`s."""
    stream = letters(root)
    place = stream.find(wanted) if wanted else -1
    for _ in range(nth):
        following = stream.find(wanted, place + 1)
        if following < 0:
            break
        place = following
    if place < 0:
        return
    position, first = 0, True
    for piece in list(root.find_all(string=True)):  # a list: marking puts new pieces in
        numbers = [n for n, c in enumerate(piece) if c.isalnum()]
        inside = numbers[max(0, place - position) : max(0, place + len(wanted) - position)]
        position += len(numbers)
        if inside:
            wrap(piece, inside[0], inside[-1] + 1, {"id": MARK_ID} if first else {})
            first = False


def wrap(piece: NavigableString, start: int, end: int, attributes: dict[str, str]) -> None:
    """Put the characters of a piece of text from start to end (exclusive) into a `<mark>`."""
    text = str(piece)
    mark = BeautifulSoup("", PARSER).new_tag("mark", attrs=attributes)
    mark.string = text[start:end]
    parts: list[NavigableString | Tag] = [
        NavigableString(text[:start]),
        mark,
        NavigableString(text[end:]),
    ]
    piece.replace_with(*parts)
