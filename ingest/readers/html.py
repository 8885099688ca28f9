"""HTML pages: the main content as CommonMark, the page's furniture left out."""

import re

from bs4 import BeautifulSoup, Tag

from ingest.readers.reading import (
    Facts,
    Raw,
    Reading,
    article_from,
    facts_from,
    fold_space,
    prefer,
)
from ingest.readers.rendering import parse_html, to_commonmark
from ingest.readers.text import decode

_FURNITURE = ["nav", "script", "style", "noscript", "template", "iframe", "svg", "dialog"]
_ROLES = {
    "navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "menubar",
    "complementary", "toolbar",
}  # fmt: skip
_NAMED_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:cookies?|consent|gdpr|breadcrumbs?|skip-?(?:to|link|nav)\w*|site-?header|"
    r"site-?footer|page-?footer|navbar|nav|menu|sidebar|side-?nav|share|social|newsletter|"
    r"related(?:-?(?:articles|posts|links))?|pagination|pager|toc|table-?of-?contents|"
    r"headerlink|edit-?(?:page|this-?page)|was-?this-?helpful|feedback|rating|votes?|comments?|"
    r"advert\w*|promo|popup|modal|toast|back-?to-?top|announcement-?bar|sr-?only|"
    r"visually-?hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAIN = ["main", "[role=main]", "article", "[itemprop=articleBody]", "#main-content", "#content",
         ".article-body", ".markdown-body", ".content"]  # fmt: skip
# A candidate for the main content that holds less of the page's text than this is a teaser.
_MAIN_SHARE = 0.25
_SITE_SUFFIX = re.compile(r"\s+[|–—·»]\s+[^|–—·»]{1,40}\Z|\s+-\s+[^-]{1,40}\Z")


def read_html(raw: Raw) -> Reading:
    """Read one page. Its title is its main H1, else its `<title>` without the site's name."""
    soup = parse_html(decode(raw.data, raw.path, markup=True))
    facts = _facts(soup)
    if facts.redirect:
        return Reading(skipped=f"redirects to {facts.redirect}")
    _clear(soup)
    body = _main_content(soup)
    heading = body.find("h1") or body.find(re.compile(r"^h[23]$"))
    first = fold_space(heading.get_text(" ")) if isinstance(heading, Tag) else None
    own = first if isinstance(heading, Tag) and heading.name == "h1" else None
    title = own or _page_title(facts.title, first) or first
    text = to_commonmark(body)
    if not text.strip():
        return Reading(skipped="empty: no text in its main content")
    return Reading((article_from(raw, prefer(Facts(title=title), facts), text),))


def _facts(soup: BeautifulSoup) -> Facts:
    found: dict[str, object] = {}
    for meta in soup.find_all("meta"):
        key = str(meta.get("name") or meta.get("property") or "").lower()
        value = str(meta.get("content") or "")
        if str(meta.get("http-equiv") or "").lower() == "refresh":
            match = re.search(r"url\s*=\s*['\"]?([^'\">]+)", value, re.IGNORECASE)
            if match and not soup.find("article"):
                found["redirect"] = match.group(1)
        if key and value:
            found.setdefault(_META.get(key, key), value)
    root = soup.find("html")
    if isinstance(root, Tag) and root.get("lang"):
        found["lang"] = str(root["lang"])
    canonical = soup.find("link", rel="canonical")
    if isinstance(canonical, Tag) and canonical.get("href"):
        found["canonical_url"] = str(canonical["href"])
    if soup.title and soup.title.string:
        found["title"] = soup.title.string
    for moment in soup.find_all("time", attrs={"datetime": True}, limit=1):
        found.setdefault("updated", str(moment["datetime"]))
    return facts_from({k: v for k, v in found.items() if k in _KNOWN})


_META = {
    "og:description": "description",
    "article:modified_time": "updated",
    "article:published_time": "date",
    "article:tag": "tags",
    "last-modified": "updated",
    "dc.language": "lang",
}
_KNOWN = {
    "description", "updated", "date", "tags", "keywords", "lang", "title", "canonical_url",
    "redirect", "status", "draft", "product",
}  # fmt: skip


def _clear(soup: BeautifulSoup) -> None:
    """Take out navigation, banners, cookie notices and what no reader sees."""
    for tag in soup.find_all(_FURNITURE):
        tag.decompose()
    for tag in soup.find_all(True):
        if tag.decomposed or tag.name in {"html", "body", "main"}:
            continue
        classes: str | list[str] = tag.get("class") or []
        names = " ".join(
            [*([classes] if isinstance(classes, str) else classes), str(tag.get("id") or "")]
        )
        hidden = tag.has_attr("hidden") or (tag.get("aria-hidden") == "true" and tag.name != "img")
        styled = re.search(r"display\s*:\s*none", str(tag.get("style") or ""))
        furniture = _NAMED_FURNITURE.search(names) and not tag.find(["main", "article", "h1"])
        if hidden or styled or furniture or str(tag.get("role") or "") in _ROLES:
            tag.decompose()
    for tag in soup.find_all(["header", "footer", "aside"]):
        inside = tag.find_parent(["main", "article"])
        keeps = tag.name == "header" and (inside or tag.find("h1"))
        noted = tag.name == "aside" and inside
        if not keeps and not noted:
            tag.decompose()


def _main_content(soup: BeautifulSoup) -> Tag:
    body = soup.body or soup
    everything = len(body.get_text(strip=True)) or 1
    for selector in _MAIN:
        found = soup.select(selector)
        if len(found) > 1 and selector == "article":
            continue
        for candidate in found[:1]:
            if len(candidate.get_text(strip=True)) >= _MAIN_SHARE * everything:
                return candidate
    return body


def _page_title(title: str | None, heading: str | None) -> str | None:
    """The `<title>`, without ` | Site name` where something is left."""
    if not title:
        return None
    if heading and title.lower().startswith(heading.lower()):
        return heading
    return _SITE_SUFFIX.sub("", title) or title
