"""Pages of articles: one as it stands now, and one with the quote of an answer marked."""

from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.dialogue import Citation
from handoff.events import Audience, ConversationId, Message
from knowledge.articles import Article, ArticleId
from web.articles.rendering import article_html
from web.articles.sources import PATH
from web.errors import NotFound
from web.wiring import Wiring, wiring_of

router = APIRouter(include_in_schema=False, default_response_class=HTMLResponse)


@dataclass(frozen=True)
class Shown:
    """A quote as the customer saw it, and when."""

    citation: Citation
    at: datetime


@router.get("/help/articles/{article:path}")
async def article_page(request: Request, article: str) -> HTMLResponse:
    """Show an article of the snapshot that serves now."""
    wiring = wiring_of(request)
    snapshot = wiring.snapshot()
    found = snapshot.article(ArticleId(article)) if snapshot else None
    if snapshot is None or found is None:
        return page(wiring, status=404, article=None, body=None, quote=None)
    body = await wiring.outside(article_html, found, snapshot.links.target)
    return page(wiring, article=found, body=body, quote=None)


@router.get(PATH + "/{conversation}/{seq}/{citation}")
async def quote_page(
    request: Request, conversation: str, seq: int, citation: int, s: str = ""
) -> HTMLResponse:
    """Show a quote marked in its article; where it stands no more, the quote and its date."""
    wiring = wiring_of(request)
    if not wiring.tokens.is_source_signature(s, conversation, seq, citation):
        raise NotFound("There is no such quote.")
    shown = await shown_quote(wiring, ConversationId(conversation), seq, citation)
    snapshot = wiring.snapshot()
    article = snapshot.article(ArticleId(shown.citation.article)) if snapshot else None
    mark = quote_span(article, shown.citation) if article else None
    if snapshot is None or article is None or mark is None:
        # The article may be gone on purpose: nothing but what the customer saw is shown.
        return page(wiring, article=None, body=None, quote=shown)
    body = await wiring.outside(article_html, article, snapshot.links.target, mark=mark)
    return page(wiring, article=article, body=body, quote=shown)


async def shown_quote(
    wiring: Wiring, conversation: ConversationId, seq: int, citation: int
) -> Shown:
    """Find a quote in what was said. Raises `NotFound` (erased, say)."""
    events = await wiring.database(
        wiring.desk.events_after, conversation, seq - 1, Audience.CUSTOMER, limit=1
    )
    for event in events:
        if event.seq == seq and isinstance(event.payload, Message):
            cited = event.payload.citations[citation : citation + 1]
            if cited and citation >= 0:
                return Shown(cited[0], event.at)
    raise NotFound("There is no such quote.")


def quote_span(article: Article, citation: Citation) -> tuple[int, int] | None:
    """Where the quote stands in the article now; None when it stands there no more."""
    if article.text[citation.start : citation.end] == citation.quote:
        return citation.start, citation.end
    start = article.text.find(citation.quote)
    return None if start < 0 else (start, start + len(citation.quote))


def page(
    wiring: Wiring,
    *,
    article: Article | None,
    body: str | None,
    quote: Shown | None,
    status: int = 200,
) -> HTMLResponse:
    """Fill the article page."""
    html = wiring.pages.get_template("articles/article.html").render(
        company=wiring.settings.company_name, article=article, body=body, quote=quote
    )
    return HTMLResponse(html, status, {"cache-control": "no-cache"})
