"""A passage: the piece of an article that search finds and an answer rests on."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from knowledge.articles import ArticleId

PassageId = NewType("PassageId", str)
"""`"{article}#{n}"`, n counting the article's passages from 0 in document order."""


def passage_id(article: ArticleId, number: int) -> PassageId:
    """Name an article's passage by its number, from 0 in document order."""
    return PassageId(f"{article}#{number}")


class SentenceKind(StrEnum):
    """What a sentence is in its article; an answer treats each kind differently."""

    PROSE = "prose"
    STEP = "step"  # an item of an ordered list
    BULLET = "bullet"  # an item of an unordered list
    ROW = "row"  # a body row of a table
    CODE = "code"  # a whole fenced or indented block
    HEADING = "heading"  # a heading phrased as a question or statement; never answers alone


@dataclass(frozen=True)
class Sentence:
    """A quotable stretch of an article: `article.text[start:end]` is its verbatim quote.

    `block` numbers the block (paragraph, list, table) it stands in, counted through the article:
    sentences of one list or one table share it. `text` is the quote without Markdown marks,
    as a person reads it and as it is embedded (a table row carries its column headers here).
    """

    start: int
    end: int
    kind: SentenceKind
    block: int
    text: str


@dataclass(frozen=True)
class Passage:
    """About 180-200 tokens of one article under one heading.

    `start` and `end` span the passage in the article's text. `heading` is the path of headings
    above it ("Returns › How to send it back"), without the article's title; empty at the top.
    `index_text` is what was embedded and indexed (`Title › Heading` in front).
    """

    id: PassageId
    article: ArticleId
    title: str
    heading: str
    start: int
    end: int
    index_text: str
    sentences: tuple[Sentence, ...]
