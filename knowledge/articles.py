"""An article as it is stored in a snapshot."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

ArticleId = NewType("ArticleId", str)
"""The path as ingested, relative to its source folder ("NAME/path" for a named source)."""


class Status(StrEnum):
    """Whether an article may be served; only `PUBLISHED` ones enter a snapshot."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


@dataclass(frozen=True)
class Article:
    """One help article, its text already CommonMark whatever the source's format was.

    All character spans anywhere in Warmline count code points in `text`, end exclusive.
    """

    id: ArticleId
    title: str
    text: str
    url: str | None = None
    locale: str | None = None
    tags: tuple[str, ...] = ()
    product: str | None = None
    status: Status = Status.PUBLISHED
    updated: date | None = None
    description: str | None = None
