"""Passages that only say where the answer stands: "For refunds, see [Refunds](/pricing/refunds)."

They are put like the question and answer nothing. The article that they point to takes their place
in a search (`knowledge/ranking.py`).
"""

from collections.abc import Iterator, Sequence
from functools import cache

import numpy as np
from markdown_it import MarkdownIt
from markdown_it.token import Token
from numpy.typing import NDArray

from knowledge import words
from knowledge.articles import Article, ArticleId
from knowledge.links import ArticleLinks
from knowledge.passages import Passage

# More words than this beside heading and links say something of their own: "Please refer to …" has
# three, "See … for more details" four.
_MAX_WORDS = 5
# Longer passages are not parsed: they hold more words than that, or more than a link.
_MAX_CHARS = 600

NOWHERE = -1


def points_to(
    articles: Sequence[Article], passages: Sequence[Passage], links: ArticleLinks
) -> NDArray[np.int32]:
    """The article that each passage only points to: (len(passages),) rows of `articles`, or NOWHERE."""
    rows: dict[ArticleId | None, int] = {article.id: row for row, article in enumerate(articles)}
    found = np.full(len(passages), NOWHERE, dtype=np.int32)
    for n, passage in enumerate(passages):
        if passage.end - passage.start > _MAX_CHARS:
            continue
        text = articles[rows[passage.article]].text[passage.start : passage.end]
        if "](" not in text:
            continue
        said, addresses = _words_and_links(text)
        targets = {links.target(address, passage.article) for address in addresses}
        if len(said) <= _MAX_WORDS and len(targets) == 1 and passage.article not in targets:
            found[n] = rows.get(targets.pop(), NOWHERE)
    return found


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _words_and_links(text: str) -> tuple[list[str], list[str]]:
    """The words of a text beside its headings and links, and the addresses that it links to."""
    beside, addresses = [], []
    inside: list[str] = []
    for token in _walk(_markdown().parse(text)):
        if token.type in {"heading_open", "link_open"}:
            inside.append(token.type)
        elif token.type in {"heading_close", "link_close"}:
            inside.pop()
        elif not inside and not token.children:
            beside.append(token.content)
        if token.type == "link_open":
            addresses.append(str(token.attrs["href"]))
    return words.split(" ".join(beside)), addresses


def _walk(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()
