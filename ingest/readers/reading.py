"""What a reader is given and what it gives back; and the facts that all formats share."""

import posixpath
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ingest.errors import FileRefused
from ingest.sources import Tree
from knowledge.articles import Article, ArticleId, Status


@dataclass(frozen=True)
class Raw:
    """A file before it is read. `path` is its path in the source, `id` the article it becomes."""

    id: ArticleId
    path: str
    data: bytes
    tree: Tree
    url: str | None = None


@dataclass(frozen=True)
class Reading:
    """What a file became: no, one or (a table of questions) many articles.

    `notes` are sentences for the content team about what was left out or could not be resolved.
    `skipped` says why there is no article, when that is as it should be (a redirect, empty).
    """

    articles: tuple[Article, ...] = ()
    notes: tuple[str, ...] = ()
    skipped: str | None = None


Reader = Callable[[Raw], Reading]
"""Reads one file. Raises FileRefused, naming the file, when it cannot be read."""


@dataclass
class Notes:
    """Collects what a reader has to say about one file, each sentence once."""

    sentences: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        """Keep a sentence, unless it was said already."""
        if sentence not in self.sentences:
            self.sentences.append(sentence)


@dataclass(frozen=True)
class Facts:
    """What a file says about itself: front matter, meta elements, document properties."""

    title: str | None = None
    description: str | None = None
    locale: str | None = None
    tags: tuple[str, ...] = ()
    product: str | None = None
    status: Status = Status.PUBLISHED
    updated: date | None = None
    url: str | None = None
    redirect: str | None = None


_TRUE = {"true", "yes", "1", "on"}
_FALSE = {"false", "no", "0", "off"}
_STATUS = {
    "draft": Status.DRAFT,
    "unpublished": Status.DRAFT,
    "private": Status.DRAFT,
    "in review": Status.DRAFT,
    "archived": Status.ARCHIVED,
    "archive": Status.ARCHIVED,
    "deprecated": Status.ARCHIVED,
    "retired": Status.ARCHIVED,
    "published": Status.PUBLISHED,
    "public": Status.PUBLISHED,
}
_TITLE = ("title", "name", "page_title", "nav_title")
_DESCRIPTION = ("description", "summary", "excerpt", "abstract")
_LOCALE = ("locale", "lang", "language")
_TAGS = ("tags", "tag", "keywords", "categories", "category", "sub_category", "labels")
_UPDATED = ("updated", "updated_at", "last_updated", "last_update", "last_modified", "lastmod",
            "modified", "date")  # fmt: skip
_URL = ("canonical_url", "canonical", "url", "permalink")
_REDIRECT = ("redirect", "redirect_to", "external_redirect")


def facts_from(metadata: Mapping[str, object]) -> Facts:
    """Read the facts from front matter or anything like it; unknown keys are left alone."""
    low = {str(key).strip().lower().replace("-", "_"): value for key, value in metadata.items()}
    return Facts(
        title=_first_text(low, _TITLE),
        description=_first_text(low, _DESCRIPTION),
        locale=normal_locale(_first_text(low, _LOCALE)),
        tags=_tags(low),
        product=_first_text(low, ("product",)),
        status=_status(low),
        updated=next((day for key in _UPDATED if (day := _day(low.get(key)))), None),
        url=next((u for u in (_text(low.get(k)) for k in _URL) if u and _is_address(u)), None),
        redirect=_first_text(low, _REDIRECT),
    )


def article_from(raw: Raw, facts: Facts, text: str, title: str | None = None) -> Article:
    """Make the article; its title is the facts', else `title`, else made from the file's name."""
    return Article(
        id=raw.id,
        title=fold_space(facts.title or title or title_from_path(raw.path)),
        text=text,
        url=raw.url or facts.url,
        locale=facts.locale,
        tags=facts.tags,
        product=facts.product,
        status=facts.status,
        updated=facts.updated,
        description=facts.description,
    )


def prefer(first: Facts, second: Facts) -> Facts:
    """Take each fact from `first`, where it is silent from `second`."""
    return replace(
        first,
        title=first.title or second.title,
        description=first.description or second.description,
        locale=first.locale or second.locale,
        tags=first.tags or second.tags,
        product=first.product or second.product,
        status=second.status if first.status is Status.PUBLISHED else first.status,
        redirect=first.redirect or second.redirect,
        updated=first.updated or second.updated,
        url=first.url or second.url,
    )


def title_from_path(path: str) -> str:
    """Make a title from a file's name: `reset-your_password.md` becomes `Reset your password`."""
    stem = posixpath.splitext(posixpath.basename(path))[0]
    if stem.lower() in {"index", "readme", "_index"} and posixpath.dirname(path):
        stem = posixpath.basename(posixpath.dirname(path))
    words = fold_space(re.sub(r"[-_]+", " ", re.sub(r"^\d{1,4}[-_. ]+(?=\D)", "", stem)))
    return words[:1].upper() + words[1:] if words else path


def fold_space(text: str) -> str:
    """Make every run of white space one space and trim the ends."""
    return " ".join(text.split())


def normal_locale(text: str | None) -> str | None:
    """Write a language tag as BCP 47 does (`fr_FR` becomes `fr-FR`), or None when it is none."""
    match = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2,4}|\d{3}))?", (text or "").strip())
    if not match:
        return None
    language, region = match.group(1).lower(), match.group(2)
    if not region:
        return language
    return f"{language}-{region.title() if len(region) == 4 else region.upper()}"


def relative_path(base: str, target: str) -> str:
    """Resolve an include against the file that asks for it. Raises FileRefused when it climbs out."""
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(
        posixpath.dirname(base), target
    )  # fmt: skip
    path = posixpath.normpath(joined)
    if path.startswith(".."):
        raise FileRefused(f"{base}: includes {target!r}, which lies outside the source.")
    return path


def _first_text(low: Mapping[str, object], keys: tuple[str, ...]) -> str | None:
    return next((text for key in keys if (text := _text(low.get(key)))), None)


def _text(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return fold_space(str(value)) or None


def _tags(low: Mapping[str, object]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for key in _TAGS:
        value = low.get(key)
        parts = value if isinstance(value, list) else str(value).split(",") if value else []
        for part in parts:
            if text := _text(part if not isinstance(part, dict) else part.get("name")):
                found[text] = None
    return tuple(found)


def _truth(value: object) -> bool | None:
    low = str(value).strip().lower()
    return True if low in _TRUE else False if low in _FALSE else None


def _status(low: Mapping[str, object]) -> Status:
    named = _STATUS.get(str(low.get("status", "")).strip().lower())
    if named is Status.ARCHIVED or _truth(low.get("archived")) or _truth(low.get("deprecated")):
        return Status.ARCHIVED
    drafted = _truth(low.get("draft")) or _truth(low.get("unlisted"))
    if named is Status.DRAFT or drafted or _truth(low.get("published", True)) is False:
        return Status.DRAFT
    return Status.PUBLISHED


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, dict):
        return _day(value.get("date"))
    match = re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", str(value or "").strip())
    if not match:
        return None
    try:
        return date(int(match.group(1)), int(match.group(2)), int(match.group(3)))
    except ValueError:
        return None


def _is_address(text: str) -> bool:
    return text.startswith(("https://", "http://", "/")) and "{" not in text and " " not in text
