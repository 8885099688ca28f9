"""Passages that only say where the answer stands: "For refunds, see [Refunds](/pricing/refunds)."

They are put like the question and answer nothing. The article that they point to takes their place
in a search (`knowledge/ranking.py`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from markdown_it import MarkdownIt
from markdown_it.token import Token
from numpy.typing import NDArray

from knowledge import words
from knowledge.articles import ArticleId
from knowledge.links import ArticleLinks

# More words than this beside heading and links say something of their own: "Please refer to …" has
# three, "See … for more details" four.
_MAX_WORDS = 5
# Longer passages are not parsed: they hold more words than that, or more than a link.
_MAX_CHARS = 600
# Words before a bracket answer, the link in it is an aside: "Firefox and Chrome ([setup](…))".
_ASIDE = re.compile(r"\w\s*[(（]")

NOWHERE = -1


def only_points(text: str) -> tuple[str, ...]:
    """The addresses that a passage's text links to, where it says nothing else; none elsewhere."""
    if len(text) > _MAX_CHARS or "](" not in text:
        return ()
    beside, addresses = _text_and_links(text)
    said = words.split(beside)
    if len(said) > _MAX_WORDS or any(map(_tells_number, said)) or _ASIDE.search(beside):
        return ()
    return tuple(addresses)


def points_to(
    pointing: Mapping[int, Sequence[str]],
    article_of: NDArray[np.integer[Any]],
    ids: Sequence[ArticleId],
    links: ArticleLinks,
) -> NDArray[np.int32]:
    """The article that each passage only points to: (passages,) rows of articles, or NOWHERE.

    `pointing` has the addresses of those passages that `only_points` tells, by row; `article_of`
    (passages,) the row of each passage's own article, and `ids` the articles. An article that only
    points on is passed by.
    """
    rows: dict[ArticleId | None, int] = {id_: row for row, id_ in enumerate(ids)}
    found = np.full(len(article_of), NOWHERE, dtype=np.int32)
    for n, addresses in pointing.items():
        own = ids[int(article_of[n])]
        targets = {links.target(address, own) for address in addresses}
        if len(targets) == 1 and own not in targets:
            found[n] = rows.get(targets.pop(), NOWHERE)
    return _past_stubs(found, article_of.tolist())


def _tells_number(word: str) -> bool:
    """Tell whether a word is a fact by itself: "Call 0800 123 456", "5 € a month"."""
    return any(character.isdigit() for character in word)


def _past_stubs(found: NDArray[np.int32], article_of: Sequence[int]) -> NDArray[np.int32]:
    """Where pointers lead past articles that only point on themselves ("This has moved to …").

    `article_of` is the row of each passage's own article. In a circle a pointer stays as it is.
    """
    targets: dict[int, set[int]] = {}
    for article, target in zip(article_of, found.tolist(), strict=True):
        targets.setdefault(article, set()).add(target)
    onward = {article: min(own) for article, own in targets.items() if len(own) == 1}
    past = found.copy()
    for n in np.flatnonzero(found != NOWHERE).tolist():
        target, passed = int(found[n]), {article_of[n]}
        while onward.get(target, NOWHERE) != NOWHERE and target not in passed:
            passed.add(target)
            target = onward[target]
        if target not in passed:
            past[n] = target
    return past


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark")


def _text_and_links(text: str) -> tuple[str, list[str]]:
    """What a text says beside its headings and links, and the addresses that it links to."""
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
    return " ".join(beside), addresses


def _walk(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()
