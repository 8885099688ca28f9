"""Articles as HTML: nothing runs, links stay where they may go, the quote is marked."""

import pytest

from knowledge.articles import Article, ArticleId
from knowledge.links import ArticleLinks
from web.articles.rendering import article_html


def show(text: str, quote: str = "", nth: int = 0) -> str:
    """Render an article at `guides/a.md`, beside which `guides/b.md` exists."""
    article = Article(ArticleId("guides/a.md"), "A", text)
    start = -1
    for _ in range(nth + 1):
        start = text.index(quote, start + 1)
    mark = (start, start + len(quote)) if quote else None
    links = ArticleLinks({article.id: None, ArticleId("guides/b.md"): None})
    return str(article_html(article, links.target, mark=mark))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        '![x](x" onerror="alert(1))',
        '<https://a.example/"onmouseover=alert(1)>',
    ],
)
def test_nothing_in_an_article_runs(text: str) -> None:
    html = show(text)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="javascript' not in html
    assert 'href="data' not in html
    assert not [tag for tag in html.split("<")[1:] if " on" in tag.split(">")[0].replace('"', " ")]


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("[x](b.md)", 'href="/help/articles/guides/b.md"'),
        ("[x](../guides/b.md#top)", 'href="/help/articles/guides/b.md"'),
        ("[x](/guides/b.md)", 'href="/help/articles/guides/b.md"'),
        ("[x](/b#top)", 'href="/help/articles/guides/b.md"'),
        ("[x](https://a.example/)", 'rel="noopener noreferrer nofollow"'),
        ("[x](gone.md)", "<a>x</a>"),
        ("[x](//evil.example/)", "<a>x</a>"),
    ],
)
def test_links_go_where_they_may(text: str, html: str) -> None:
    assert html in show(text)


@pytest.mark.parametrize(
    ("text", "quote", "nth", "html"),
    [
        ("One. Two.", "Two.", 0, 'One. <mark id="quote">Two</mark>.'),
        ("Press **Save** now.", "Press **Save** now.", 0, "<strong><mark>Save</mark></strong>"),
        ("1. Open.\n2. Close.", "2. Close.", 0, '<li><mark id="quote">Close</mark>.</li>'),
        ("Same. Other. Same.", "Same.", 1, 'Other. <mark id="quote">Same</mark>.'),
        (
            "| a | b |\n|---|---|\n| c | d |",
            "| c | d |",
            0,
            '<td><mark id="quote">c</mark></td>\n<td><mark>d</mark></td>',
        ),
    ],
    ids=["sentence", "over emphasis", "list item", "second of two", "table row"],
)
def test_quote_is_marked_where_it_stands(text: str, quote: str, nth: int, html: str) -> None:
    assert html in show(text, quote, nth)
